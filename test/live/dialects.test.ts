/**
 * Other emulators, and AWS in years past and to come, leave things out or say them otherwise: what is found stays the
 * same.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { AwsError, record } from '../aws-stand-in/reply.ts';
import { digestOf } from '../aws-stand-in/images.ts';
import {
  ACCOUNT,
  REGISTRY,
  account,
  amd,
  arm,
  functionArn,
  lambda,
  older,
  service,
  serviceArn,
  stackArn,
} from '../aws-stand-in/scenarios.ts';
import { startStandIn, type StandIn, type StandInOptions } from '../aws-stand-in/server.ts';
import { collectFrom, judged, named } from './audit.ts';

let aws: StandIn | undefined;
afterEach(async () => aws?.close());

/** Something wrong of each kind, and something sound beside it. */
const mixed = account({
  repositories: [
    {
      name: 'app',
      mutability: 'IMMUTABLE',
      images: [
        { content: arm, tags: ['v1'] },
        { content: amd, tags: ['v2', 'also'] },
      ],
    },
    { name: 'shelf', mutability: 'IMMUTABLE', images: [{ content: arm, tags: ['v1'], status: 'ARCHIVED' }] },
  ],
  functions: [
    lambda('fine', 'v1', arm),
    lambda('wrong', 'v2', amd),
    lambda('same', 'also', amd),
    lambda('gone', 'v0', older),
    lambda('shelved', 'v1', arm, { repository: 'shelf' }),
    { name: 'zip' },
  ],
  ...service('web', 'app:v9', undefined, 'ARM64'),
  stacks: [
    { name: 'stuck', status: 'ROLLBACK_COMPLETE', resources: [] },
    { name: 'past', status: 'DELETE_COMPLETE', resources: [] },
    {
      name: 'owner',
      status: 'CREATE_COMPLETE',
      resources: [{ type: 'AWS::ECR::Repository', logicalId: 'App', physicalId: 'app' }],
    },
  ],
});
const ALL = [
  `arch-mismatch ${functionArn('same')}`,
  `arch-mismatch ${functionArn('wrong')}`,
  `image-missing ${functionArn('gone')}`,
  `image-missing ${functionArn('shelved')}`,
  `image-missing ${serviceArn('web')}`,
  `stack-stuck ${stackArn('stuck')}`,
].sort();

async function audit(reshape: StandInOptions['reshape'], state = mixed) {
  aws = await startStandIn(state, reshape === undefined ? {} : { reshape });
  const { evidence } = await collectFrom(aws);
  return {
    evidence,
    found: named(evidence),
    notes: judged(evidence)
      .filter((one) => one.rule === 'not-verified')
      .map((one) => one.message),
  };
}

function without(value: unknown, ...keys: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record(value)).filter(([key]) => !keys.includes(key)));
}

function each(value: unknown, list: string, change: (one: unknown) => unknown): Record<string, unknown> {
  const object = record(value);
  const items = object[list];
  return { ...object, [list]: Array.isArray(items) ? items.map(change) : items };
}

test('AWS itself', async () => {
  expect((await audit(undefined)).found).toEqual(ALL);
});

describe('what may be left out', () => {
  test.each<[string, NonNullable<StandInOptions['reshape']>]>([
    [
      'of a repository, all but its name',
      (action, _, output) =>
        action === 'ecr:DescribeRepositories'
          ? each(output, 'repositories', (one) => ({ repositoryName: record(one)['repositoryName'] }))
          : output,
    ],
    [
      "a repository's address is the emulator's own",
      (action, _, output) =>
        action === 'ecr:DescribeRepositories'
          ? each(output, 'repositories', (one) => ({
              ...record(one),
              repositoryUri: `127.0.0.1:4510/${String(record(one)['repositoryName'])}`,
            }))
          : output,
    ],
    [
      'the type of a manifest',
      (action, _, output) =>
        action === 'ecr:BatchGetImage'
          ? each(output, 'images', (one) => without(one, 'imageManifestMediaType', 'registryId', 'repositoryName'))
          : output,
    ],
    [
      'the digest of an image',
      (action, _, output) =>
        action === 'ecr:BatchGetImage'
          ? each(output, 'images', (one) => ({
              ...record(one),
              imageId: without(record(one)['imageId'], 'imageDigest'),
            }))
          : output,
    ],
    [
      'the state of an image that is there',
      (action, _, output) =>
        action === 'ecr:DescribeImages'
          ? each(output, 'imageDetails', (one) =>
              record(one)['imageStatus'] === 'ACTIVE'
                ? without(one, 'imageStatus', 'imageManifestMediaType', 'imagePushedAt')
                : one,
            )
          : output,
    ],
    [
      'how a function is packaged, in the list',
      (action, _, output) =>
        action === 'lambda:ListFunctions'
          ? each(output, 'Functions', (one) => without(one, 'PackageType', 'Architectures'))
          : output,
    ],
    [
      'the address a function was given',
      (action, _, output) =>
        action === 'lambda:GetFunction' && String(record(record(output)['Code'])['ImageUri']).endsWith(':v2')
          ? { ...record(output), Code: without(record(output)['Code'], 'ImageUri') }
          : output,
    ],
    [
      'tokens of empty text',
      (_, __, output) =>
        Object.fromEntries(
          Object.entries(record(output)).map(([key, value]) => [
            key,
            /^(?:nextToken|NextToken|NextMarker)$/.test(key) && value === undefined ? '' : value,
          ]),
        ),
    ],
    [
      'tokens of null',
      (_, __, output) =>
        Object.fromEntries(
          Object.entries(record(output)).map(([key, value]) => [
            key,
            /^(?:nextToken|NextMarker)$/.test(key) && value === undefined ? null : value,
          ]),
        ),
    ],
  ])('%s', async (_, reshape) => {
    const { found, notes } = await audit(reshape);
    expect(notes).toEqual([]);
    expect(found).toEqual(ALL);
  });
});

describe('what may be said otherwise', () => {
  const missing = (input: Record<string, unknown>, output: unknown): boolean => {
    const { failures } = record(output);
    return Array.isArray(input['imageIds']) && Array.isArray(failures) && failures.length > 0;
  };
  test.each<[string, NonNullable<StandInOptions['reshape']>]>([
    [
      'nothing of images that are missing',
      (action, _, output) => (action === 'ecr:BatchGetImage' ? { ...record(output), failures: [] } : output),
    ],
    [
      'which one is missing',
      (action, _, output) =>
        action === 'ecr:BatchGetImage'
          ? each(output, 'failures', (one) => ({ ...record(one), imageId: { imageTag: 'null' } }))
          : output,
    ],
    [
      'an error for all, when one is missing',
      (action, input, output) => {
        if (action === 'ecr:BatchGetImage' && missing(input, output))
          throw new AwsError('ImageNotFoundException', 'The image does not exist');
        return output;
      },
    ],
    [
      'an image of two tags, always under the last',
      (action, _, output) =>
        action === 'ecr:BatchGetImage'
          ? each(output, 'images', (one) =>
              record(record(one)['imageId'])['imageDigest'] === amd.digest
                ? { ...record(one), imageId: { imageDigest: amd.digest, imageTag: 'also' } }
                : one,
            )
          : output,
    ],
    [
      'the stacks by the older operation only',
      (action, _, output) => {
        if (action === 'cloudformation:ListStacks')
          throw new AwsError('InvalidAction', 'The action ListStacks is not valid for this web service.');
        return output;
      },
    ],
    [
      'deleted stacks among the others',
      (action, _, output) =>
        action === 'cloudformation:ListStacks'
          ? {
              ...record(output),
              StackSummaries: [
                ...array(record(output)['StackSummaries']),
                { StackName: 'past', StackStatus: 'DELETE_COMPLETE', CreationTime: '2026-01-01T00:00:00Z' },
              ],
            }
          : output,
    ],
    [
      'job definitions that are no longer active',
      (action, _, output) =>
        action === 'batch:DescribeJobDefinitions'
          ? {
              jobDefinitions: [
                {
                  jobDefinitionName: 'old',
                  jobDefinitionArn: 'arn:aws:batch:eu-west-1:123456789012:job-definition/old:1',
                  revision: 1,
                  status: 'INACTIVE',
                  type: 'container',
                  containerProperties: { image: `${REGISTRY}/app:v7` },
                },
              ],
            }
          : output,
    ],
  ])('%s', async (_, reshape) => {
    const { found, notes } = await audit(reshape);
    expect(notes).toEqual([]);
    expect(found).toEqual(ALL);
  });

  test('an archived image that is handed out all the same is archived', async () => {
    const { found } = await audit((action, input, output) => {
      const asked = array(input['imageIds']).map(record);
      if (action !== 'ecr:BatchGetImage' || input['repositoryName'] !== 'shelf') return output;
      return {
        images: asked.map((imageId) => ({
          imageId: { ...imageId, imageDigest: arm.digest },
          imageManifest: arm.manifest,
          imageManifestMediaType: arm.mediaType,
        })),
        failures: [],
      };
    });
    expect(found).toEqual(ALL);
  });

  test("a digest that is the hash of the address is nobody's: the tag is judged, and nothing is missing", async () => {
    const made = (name: string, tag: string) =>
      lambda(name, tag, arm, { resolvedImageUri: `${REGISTRY}/app@${digestOf(`${REGISTRY}/app:${tag}`)}` });
    const { found, notes } = await audit(
      undefined,
      account({
        ...mixed.regions['eu-west-1'],
        clusters: [],
        stacks: [],
        functions: [made('fine', 'v1'), made('wrong', 'v2')],
      }),
    );
    expect(notes).toEqual([]);
    expect(found).toEqual([`arch-mismatch ${functionArn('wrong')}`]);
  });

  test('tasks that name no group belong to the service whose deployment started them', async () => {
    const one = service('web', 'app:v2', amd, 'ARM64');
    const started = {
      ...one,
      clusters: one.clusters!.map((cluster) => ({
        ...cluster,
        services: cluster.services.map((each) => ({
          ...each,
          deployments: [{ id: 'ecs-svc/7', status: 'PRIMARY' as const, taskDefinition: 'web:1' }],
        })),
        tasks: cluster.tasks.map(({ group: _, ...task }) => ({ ...task, startedBy: 'ecs-svc/7' })),
      })),
    };
    const { evidence, found } = await audit(
      undefined,
      account({ repositories: mixed.regions['eu-west-1']!.repositories!, ...started }),
    );
    expect(found).toEqual([`arch-mismatch ${serviceArn('web')}`]);
    expect(evidence.scopes[0]!.workloads).toMatchObject([{ name: 'web', digests: [amd.digest] }]);
  });
});

describe('what is not there at all', () => {
  test.each([
    ['HTTP 404', 'UnknownOperationException', 404],
    ['HTTP 501', 'NotImplemented', 501],
    ['an unknown operation', 'UnknownOperationException', 400],
  ])('services that an emulator lacks (%s) are not verified; the rest is', async (_, code, status) => {
    const { found, notes } = await audit((action, __, output) => {
      if (/^(?:apprunner|batch|codebuild|eks):/.test(action))
        throw new AwsError(code, `${action} is not implemented`, status);
      return output;
    });
    expect(found.filter((one) => !one.startsWith('not-verified'))).toEqual(ALL);
    expect(notes).toHaveLength(4);
    for (const note of notes) expect(note).toMatch(/ is not supported there$/);
  });

  test('nor are those for which it has a page of its own, and each is asked for once', async () => {
    aws = await startStandIn(mixed, {
      faults: ['apprunner', 'batch', 'codebuild', 'eks'].map((name) => ({
        action: `${name}:*`,
        kind: 'page 404' as const,
      })),
    });
    const { evidence } = await collectFrom(aws);
    expect(named(evidence).filter((one) => !one.startsWith('not-verified'))).toEqual(ALL);
    expect(evidence.scopes[0]!.gaps.map((gap) => gap.reason)).toEqual(
      ['apprunner:ListServices', 'batch:DescribeJobDefinitions', 'codebuild:ListProjects', 'eks:ListClusters'].map(
        (action) => `${action} is not supported there`,
      ),
    );
    expect(aws.calls.filter((call) => /^(?:apprunner|batch|codebuild|eks):/.test(call.action))).toHaveLength(4);
  });

  test('an image whose manifest names no config is not verified, and passes no judgement', async () => {
    const { found, notes } = await audit(
      (action, _, output) =>
        action === 'ecr:BatchGetImage'
          ? each(output, 'images', (one) => ({
              ...record(one),
              imageManifest: '{"schemaVersion":2,"layers":[{"digest":"sha256:aa","size":3}]}',
            }))
          : output,
      account({ repositories: mixed.regions['eu-west-1']!.repositories!, functions: [lambda('fine', 'v1', arm)] }),
    );
    expect(found.filter((one) => !one.startsWith('not-verified'))).toEqual([]);
    expect(notes).toEqual([
      "Not verified, ecr:BatchGetImage for app: an image's manifest names no config, so which CPU it is for is not known",
    ]);
  });

  test("a repository that another account hides is not said to be missing; the own account's is", async () => {
    const other = `999999999999.dkr.ecr.eu-west-1.amazonaws.com/app:v1`;
    const { found } = await audit(
      (action, input, output) => {
        if (action === 'ecr:BatchGetImage' && input['registryId'] !== ACCOUNT)
          throw new AwsError(
            'RepositoryNotFoundException',
            "The repository with name 'app' does not exist in the registry with id '999999999999'",
          );
        return output;
      },
      account({
        repositories: [{ name: 'app', registryId: '999999999999', images: [] }],
        functions: [
          { name: 'far', imageUri: other, architectures: ['arm64'] },
          { name: 'near', imageUri: `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/app:v1`, architectures: ['arm64'] },
        ],
      }),
    );
    expect(found).toEqual(
      [
        `image-missing ${functionArn('near')}`,
        'not-verified arn:aws:ecr:eu-west-1:999999999999:repository/app',
        `region-mismatch ${functionArn('near')}`,
      ].sort(),
    );
  });
});

function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
