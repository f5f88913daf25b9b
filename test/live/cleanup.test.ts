/** A lifecycle policy that will delete an image that runs, told from the account alone. */
import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { judge } from '../../src/engine/judge.ts';
import { factsOf } from '../../src/live/facts.ts';
import { link } from '../../src/model/link.ts';
import { RULES } from '../../src/rules/registry.ts';
import { index } from '../aws-stand-in/images.ts';
import { REGION, ACCOUNT, account, arm, lambda, older, service, functionArn } from '../aws-stand-in/scenarios.ts';
import { startStandIn, type StandIn } from '../aws-stand-in/server.ts';
import type { Fault, RegionState, Repository, StoredImage } from '../aws-stand-in/state.ts';
import { collectFrom } from './audit.ts';

let aws: StandIn | undefined;
afterEach(async () => aws?.close());

interface Rule {
  readonly status: 'untagged' | 'tagged' | 'any';
  readonly days?: number;
  readonly keep?: number;
  readonly patterns?: readonly string[];
  readonly priority?: number;
}

const policy = (...rules: readonly Rule[]): string =>
  JSON.stringify({
    rules: rules.map(({ status, days, keep, patterns, priority }, at) => ({
      rulePriority: priority ?? at + 1,
      selection: {
        tagStatus: status,
        ...(patterns === undefined ? {} : { tagPatternList: patterns }),
        ...(keep === undefined
          ? { countType: 'sinceImagePushed', countUnit: 'days', countNumber: days ?? 1 }
          : { countType: 'imageCountMoreThan', countNumber: keep }),
      },
      action: { type: 'expire' },
    })),
  });

const repository = (
  lifecycle: string | undefined,
  images: readonly StoredImage[],
  more: Partial<Repository> = {},
): Repository => ({
  name: 'app',
  mutability: 'IMMUTABLE',
  images,
  ...(lifecycle === undefined ? {} : { lifecycle }),
  ...more,
});
/** Ten days before the audits' day. */
const PUSHED = '2026-11-10T12:00:00.000Z';
const api = lambda('api', 'v1', arm);
const REPOSITORY = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/app`;

async function found(state: RegionState, faults: readonly Fault[] = []) {
  aws = await startStandIn(account(state), { faults });
  const { evidence } = await collectFrom(aws);
  return judge(link(factsOf(evidence)), RULES, { config: DEFAULT_CONFIG }).filter(
    (one) => one.rule === 'untagged-cleanup',
  );
}

const shown = async (...args: Parameters<typeof found>): Promise<string[]> =>
  (await found(...args))
    .filter((one) => one.confidence !== 'possible')
    .map((one) => `${one.severity} ${one.site.resource ?? ''}`);

describe('found', () => {
  test.each<[string, RegionState]>([
    [
      'the image has no tag any more, and untagged ones are deleted',
      {
        repositories: [
          repository(policy({ status: 'untagged', days: 14 }), [
            { content: arm, pushed: PUSHED },
            { content: older, tags: ['v1'] },
          ]),
        ],
        functions: [api],
      },
    ],
    [
      'of untagged images so many are kept',
      {
        repositories: [repository(policy({ status: 'untagged', keep: 3 }), [{ content: arm, pushed: PUSHED }])],
        functions: [api],
      },
    ],
    [
      'any image is deleted by age, and its time comes soon',
      {
        repositories: [
          repository(policy({ status: 'any', days: 30 }), [{ content: arm, tags: ['v1'], pushed: PUSHED }]),
        ],
        functions: [api],
      },
    ],
    [
      'tagged images are deleted by age, and its tag is among them',
      {
        repositories: [
          repository(policy({ status: 'tagged', days: 12, patterns: ['v*'] }), [
            { content: arm, tags: ['v1'], pushed: PUSHED },
          ]),
        ],
        functions: [api],
      },
    ],
    [
      'it is of age already',
      {
        repositories: [
          repository(policy({ status: 'any', days: 5 }), [{ content: arm, tags: ['v1'], pushed: PUSHED }]),
        ],
        functions: [api],
      },
    ],
    [
      'its only tag moves with the next push',
      {
        repositories: [
          repository(policy({ status: 'untagged', days: 1 }), [{ content: arm, tags: ['latest'], pushed: PUSHED }], {
            mutability: 'MUTABLE',
          }),
        ],
        functions: [lambda('api', 'latest', arm)],
      },
    ],
    [
      'tasks of ECS run it',
      {
        repositories: [
          repository(policy({ status: 'untagged', days: 14 }), [
            { content: arm, pushed: PUSHED },
            { content: older, tags: ['v1'] },
          ]),
        ],
        ...service('web', 'app:v1', arm, 'ARM64'),
      },
    ],
  ])('%s', async (_, state) => {
    expect(await shown(state)).toEqual([`warning ${REPOSITORY}`]);
  });

  test('with the image, what runs it, and how long it has', async () => {
    const [only] = await found({
      repositories: [repository(policy({ status: 'any', days: 30 }), [{ content: arm, tags: ['v1'], pushed: PUSHED }])],
      functions: [api],
    });
    expect(only?.message).toBe(
      `This lifecycle rule deletes images by age of \`app\`, but Lambda function \`api\` runs \`app@${arm.digest.slice(0, 19)}\` (\`v1\`) and it is deleted in 20 days: Lambda goes to state \`Failed\` (\`ImageDeleted\`)`,
    );
    expect(only?.related.map((one) => one.site.resource)).toEqual([functionArn('api')]);
  });

  test('an image without a tag that no policy is after is told with --pedantic', async () => {
    const all = await found({
      repositories: [repository(undefined, [{ content: arm, pushed: PUSHED }])],
      functions: [api],
    });
    expect(all.map((one) => [one.severity, one.confidence, one.site.resource])).toEqual([
      ['note', 'possible', functionArn('api')],
    ]);
  });
});

describe('silent', () => {
  const untagged = policy({ status: 'untagged', days: 1 });
  test.each<[string, RegionState, Fault[]?]>([
    [
      'it keeps a tag that tells the build',
      {
        repositories: [
          repository(untagged, [{ content: arm, tags: ['latest', 'v1'], pushed: PUSHED }], { mutability: 'MUTABLE' }),
        ],
        functions: [api],
      },
    ],
    [
      'its tag can not move',
      {
        repositories: [repository(untagged, [{ content: arm, tags: ['latest'], pushed: PUSHED }])],
        functions: [lambda('api', 'latest', arm)],
      },
    ],
    [
      'the rule is about other tags',
      {
        repositories: [
          repository(policy({ status: 'tagged', days: 1, patterns: ['pr-*'] }), [
            { content: arm, tags: ['v1'], pushed: PUSHED },
          ]),
        ],
        functions: [api],
      },
    ],
    [
      'a rule of a higher priority has it',
      {
        repositories: [
          repository(
            policy(
              { status: 'any', days: 1, priority: 9 },
              { status: 'tagged', keep: 500, patterns: ['v*'], priority: 2 },
            ),
            [{ content: arm, tags: ['v1'], pushed: PUSHED }],
          ),
        ],
        functions: [api],
      },
    ],
    [
      'its time is a long way off',
      {
        repositories: [
          repository(policy({ status: 'any', days: 365 }), [{ content: arm, tags: ['v1'], pushed: PUSHED }]),
        ],
        functions: [api],
      },
    ],
    [
      'it is a part of an index that has a tag',
      {
        repositories: [repository(untagged, [{ content: index({ of: [arm] }), tags: ['v1'], pushed: PUSHED }])],
        ...service('web', 'app:v1', arm, 'ARM64'),
      },
    ],
    [
      'which tags it has could not be read',
      {
        repositories: [
          repository(untagged, [
            { content: arm, pushed: PUSHED },
            { content: older, tags: ['v1'] },
          ]),
        ],
        functions: [api],
      },
      [{ action: 'ecr:DescribeImages', kind: 'deny' }],
    ],
    [
      'what the policy is could not be read',
      {
        repositories: [
          repository(untagged, [
            { content: arm, pushed: PUSHED },
            { content: older, tags: ['v1'] },
          ]),
        ],
        functions: [api],
      },
      [{ action: 'ecr:GetLifecyclePolicy', kind: 'deny' }],
    ],
    [
      'nothing runs it',
      {
        repositories: [repository(untagged, [{ content: older }, { content: arm, tags: ['v1'], pushed: PUSHED }])],
        functions: [api],
      },
    ],
  ])('%s', async (_, state, faults) => {
    expect(await shown(state, faults)).toEqual([]);
  });
});
