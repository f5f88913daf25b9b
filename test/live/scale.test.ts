/** A large account: 150 repositories of 300 images, each repository used by some functions. */
import { DescribeImagesCommand, DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { GetFunctionCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import type { Evidence } from '../../src/live/evidence.ts';
import { image } from '../aws-stand-in/images.ts';
import { ACCOUNT, REGION, REGISTRY, account, functionArn, lambda } from '../aws-stand-in/scenarios.ts';
import { startStandIn } from '../aws-stand-in/server.ts';
import type { LambdaFunction, Repository } from '../aws-stand-in/state.ts';
import { collectFrom, named } from './audit.ts';

function large(repositories: number, images: number, functionsEach: number) {
  const functions: LambdaFunction[] = [];
  const made = Array.from({ length: repositories }, (_, at): Repository => {
    const name = `team/service-${at}`;
    const contents = Array.from({ length: images }, (__, build) => image({ cpu: 'arm64', of: `${name} ${build}` }));
    for (let use = 0; use < functionsEach; use++)
      functions.push(lambda(`f${at}-${use}`, `v${use}`, contents[use]!, { repository: name }));
    return {
      name,
      mutability: 'IMMUTABLE',
      images: contents.map((content, build) => ({ content, tags: [`v${build}`] })),
    };
  });
  const wrong = image({ cpu: 'amd64', of: 'the wrong one' });
  functions.push(lambda('wrong', 'bad', wrong, { repository: 'team/service-7' }));
  made[7] = { ...made[7]!, images: [...made[7]!.images, { content: wrong, tags: ['bad'] }] };
  return account({ repositories: made, functions });
}

test('calls grow with what is used, in batches, and never all at once; the one defect among 45,000 images is found', async () => {
  const aws = await startStandIn(large(150, 300, 4));
  const { evidence } = await collectFrom(aws);
  expect(named(evidence)).toEqual([`arch-mismatch ${functionArn('wrong')}`]);
  const count = (action: string): number => aws.calls.filter((call) => call.action === action).length;
  expect(count('lambda:ListFunctions')).toBe(13);
  expect(count('lambda:GetFunction')).toBe(601);
  expect(count('lambda:ListAliases')).toBe(601);
  expect(count('ecr:DescribeRepositories')).toBe(1);
  expect(count('ecr:BatchGetImage')).toBe(150);
  expect(count('ecr:DescribeImages')).toBe(150);
  expect(count('ecr:GetDownloadUrlForLayer')).toBe(601);
  expect(aws.peak()).toBeLessThanOrEqual(60);
  await aws.close();
}, 180_000);

test('judging grows with the images, also where all lie in one repository, as the assets of the CDK do', async () => {
  const one = (count: number): Evidence => {
    const digest = (at: number): string => `sha256:${String(at).padStart(64, '0')}`;
    const all = Array.from({ length: count }, (_, at) => at);
    const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digest(1), size: 1000 };
    return {
      kind: 'plimsoll evidence',
      version: 1,
      collectedAt: '2026-11-20T12:00:00.000Z',
      complete: true,
      scopes: [
        {
          account: ACCOUNT,
          region: REGION,
          partition: 'aws',
          repositories: [],
          stacks: [],
          gaps: [],
          workloads: all.map((at) => ({
            service: 'lambda',
            arn: functionArn(`f${at}`),
            name: `f${at}`,
            image: `${REGISTRY}/assets:v${at}`,
            digests: [digest(at)],
            architecture: 'arm64',
            architectureBasis: 'stated',
          })),
          images: all.map((at) => ({
            registry: REGISTRY,
            repository: 'assets',
            digest: digest(at),
            tags: [`v${at}`],
            archived: false,
            mediaType: 'application/vnd.oci.image.manifest.v1+json',
            kind: 'image',
            layers: [layer],
            entries: [],
            platform: { os: 'linux', architecture: at === 77 ? 'amd64' : 'arm64' },
          })),
          references: all.flatMap((at) =>
            [`v${at}`, digest(at)].map((name) => ({
              registry: REGISTRY,
              repository: 'assets',
              name,
              found: 'yes' as const,
              digest: digest(at),
            })),
          ),
        },
      ],
    };
  };
  const spent = (count: number): number => {
    const evidence = one(count);
    const start = performance.now();
    expect(named(evidence)).toEqual([`arch-mismatch ${functionArn('f77')}`]);
    return performance.now() - start;
  };
  spent(200);
  const small = spent(500);
  // Eight times as many: 64 times as long, if each were tried for each.
  expect(spent(4000)).toBeLessThan(24 * Math.max(small, 50));
}, 120_000);

test('more than a hundred references into one repository go in batches of a hundred', async () => {
  const aws = await startStandIn(large(8, 260, 250));
  const { evidence } = await collectFrom(aws, { repositories: ['team/service-0'] });
  expect(evidence.scopes[0]!.images).toHaveLength(250);
  expect(aws.calls.filter((call) => call.action === 'ecr:BatchGetImage')).toHaveLength(5);
  await aws.close();
}, 180_000);

test('it takes no more than three times what the SDK takes to list the same', async () => {
  const aws = await startStandIn(large(150, 300, 1), { delay: 2 });
  const bare = async (): Promise<number> => {
    const start = performance.now();
    const ecr = new ECRClient({ region: 'eu-west-1', endpoint: aws.url });
    const client = new LambdaClient({ region: 'eu-west-1', endpoint: aws.url });
    for await (const page of paginateListFunctions({ client }, {}))
      for (const one of page.Functions ?? [])
        await client.send(new GetFunctionCommand({ FunctionName: one.FunctionName }));
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ maxResults: 1000 }));
    for (const one of repositories ?? [])
      await ecr.send(new DescribeImagesCommand({ repositoryName: one.repositoryName, maxResults: 1000 }));
    return performance.now() - start;
  };
  await bare();
  const floor = await bare();
  const start = performance.now();
  await collectFrom(aws);
  const spent = performance.now() - start;
  expect(spent).toBeLessThan(3 * floor);
  await aws.close();
}, 120_000);
