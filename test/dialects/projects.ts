/** One declared thing, written in each language that can say it, as the smallest project that holds it. */
import type { Fact } from '../../src/model/facts.ts';
import { factsOf } from '../../src/live/facts.ts';
import { collectFrom } from '../live/audit.ts';
import { account } from '../aws-stand-in/scenarios.ts';
import type { RegionState } from '../aws-stand-in/state.ts';
import { startStandIn } from '../aws-stand-in/server.ts';
import { judged } from '../evaluate/judged.ts';

export type Dialect = 'cdk' | 'cdk L1' | 'cloudformation' | 'terraform' | 'aws CLI' | 'serverless' | 'live';

export const IMAGE = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1.2';

/** What stands in a template, a module or a command for a value that only somebody else knows. */
export const GIVEN = {
  cdk: 'process.env.GIVEN as any',
  cloudformation: '!Ref Given',
  terraform: 'var.given',
  'aws CLI': '"$GIVEN"',
} as const;

/** What each dialect says around the thing itself. */
export const project = {
  cdk: (body: string): Files => ({
    'cdk.json': '{"app": "npx ts-node bin/app.ts"}',
    'bin/app.ts': [
      "import * as cdk from 'aws-cdk-lib';",
      ...['ecr', 'ecs', 'lambda', 'batch'].map((name) => `import * as ${name} from 'aws-cdk-lib/aws-${name}';`),
      "import * as apprunner from 'aws-cdk-lib/aws-apprunner';",
      "import * as agentcore from 'aws-cdk-lib/aws-bedrockagentcore';",
      "import * as agents from '@aws-cdk/aws-bedrock-agentcore-alpha';",
      "import * as runner from '@aws-cdk/aws-apprunner-alpha';",
      'class Shop extends cdk.Stack {',
      '  constructor(scope: cdk.App, id: string) {',
      '    super(scope, id);',
      "    const shop = ecr.Repository.fromRepositoryName(this, 'Images', 'shop');",
      `    ${body}`,
      '  }',
      '}',
      "new Shop(new cdk.App(), 'Shop');",
      '',
    ].join('\n'),
  }),
  cloudformation: (type: string, properties: string, more = ''): Files => ({
    'template.yaml': [
      'Parameters:',
      '  Given: {Type: String}',
      'Resources:',
      '  Thing:',
      `    Type: ${type}`,
      ...lines(more, 4),
      '    Properties:',
      ...lines(properties, 6),
      '',
    ].join('\n'),
  }),
  terraform: (resources: string): Files => ({ 'main.tf': `provider "aws" {}\nvariable "given" {}\n${resources}\n` }),
  'aws CLI': (script: string): Files => ({ 'make.sh': `set -eu\n${script}\n` }),
  serverless: (text: string): Files => ({ 'serverless.yml': `service: shop\nprovider: {name: aws}\n${text}\n` }),
  live: (region: RegionState): RegionState => region,
};

type Files = Readonly<Record<string, string>>;

function lines(text: string, indent: number): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ' '.repeat(indent) + line);
}

export async function factsFrom(dialect: Dialect, written: Files | RegionState): Promise<readonly Fact[]> {
  if (dialect !== 'live') {
    const { model } = await judged(written as Files);
    return [...model.workloads, ...model.repositories];
  }
  const aws = await startStandIn(account(written as RegionState));
  try {
    return factsOf((await collectFrom(aws)).evidence);
  } finally {
    await aws.close();
  }
}
