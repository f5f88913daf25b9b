/** One app that has everything: synthesizing takes its time, and once is enough. */
import { CONTAINERS } from './containers.ts';
import { LAMBDA } from './lambda.ts';
import { SERVICES } from './services.ts';

export const EVERYTHING: Readonly<Record<string, string>> = {
  ...LAMBDA,
  ...CONTAINERS,
  ...SERVICES,
  'bin/app.ts': `import * as cdk from 'aws-cdk-lib';
import { AssetsStack, EscapesStack, RepositoriesStack } from '../lib/functions';
import { InstancesStack, PatternsStack, PullsStack, StartedStack, TasksStack } from '../lib/tasks';
import { BatchStack, OuterStack, PlaceStack, RepositoriesOnlyStack, RunnersStack, ShopStage } from '../lib/services';

const app = new cdk.App();
const env = { account: '123456789012', region: 'eu-north-1' };
new AssetsStack(app, 'Assets', { env });
new RepositoriesStack(app, 'Repositories', { env });
new EscapesStack(app, 'Escapes', { env });
new TasksStack(app, 'Tasks', { env });
new PullsStack(app, 'Pulls', { env });
new StartedStack(app, 'Started', { env });
new PatternsStack(app, 'Patterns', { env });
new InstancesStack(app, 'Instances', { env });
new BatchStack(app, 'Batch', { env });
new RunnersStack(app, 'Runners', { env });
new RepositoriesOnlyStack(app, 'Stores', { env });
new PlaceStack(app, 'Nowhere');
new PlaceStack(app, 'Called', { stackName: 'called-otherwise', env: { region: 'eu-west-1' } });
new OuterStack(app, 'Outer', { env });
new ShopStage(app, 'Beta', { env: { account: '111111111111', region: 'eu-west-1' } });
new ShopStage(app, 'Prod', { env: { region: 'eu-central-1' }, stageName: 'live' });
`,
};
