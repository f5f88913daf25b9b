/** A command that a finding prints can be pasted as it is. */
import { afterEach, expect, test } from 'vitest';
import { REGISTRY, account, arm, lambda, older } from '../aws-stand-in/scenarios.ts';
import { startStandIn, type StandIn } from '../aws-stand-in/server.ts';
import { collectFrom, judged } from './audit.ts';

let aws: StandIn | undefined;
afterEach(async () => aws?.close());

test('the update of a drifted function names the image with its registry', async () => {
  aws = await startStandIn(
    account({
      repositories: [
        { name: 'team/app', mutability: 'IMMUTABLE', images: [{ content: arm, tags: ['prod'] }, { content: older }] },
      ],
      functions: [lambda('api', 'prod', older, { repository: 'team/app' })],
    }),
  );
  const { evidence } = await collectFrom(aws);
  const [drift] = judged(evidence).filter((one) => one.rule === 'deployed-drift');
  expect(drift?.help).toContain(
    `To take it: \`aws lambda update-function-code --function-name api --image-uri ${REGISTRY}/team/app:prod --region eu-west-1\`.`,
  );
});
