/** The same audit against moto, an emulator that others wrote, where it is installed. */
import { CreateStackCommand, CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  BatchDeleteImageCommand,
  CreateRepositoryCommand,
  ECRClient,
  PutImageCommand,
  PutLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../../src/live/collect.ts';
import { image, index, type Content } from '../aws-stand-in/images.ts';
import { judged, NOW } from './audit.ts';
import { MOTO, createRole, startMoto, type Moto } from './moto.ts';

const REGION = 'eu-west-1';
const ACCOUNT = '123456789012';
const REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;

describe.skipIf(!MOTO)('an account in moto', () => {
  let server: Moto | undefined;
  let endpoint = '';

  beforeAll(async () => {
    server = await startMoto();
    endpoint = server.endpoint;
  }, 60_000);

  afterAll(() => server?.stop());

  test('every defect is found, and nothing else', async () => {
    const config = { region: REGION, endpoint };
    const ecr = new ECRClient(config);
    const push = async (repositoryName: string, imageTag: string, content: Content): Promise<string> => {
      await ecr.send(
        new PutImageCommand({
          repositoryName,
          imageTag,
          imageManifest: content.manifest,
          imageManifestMediaType: content.mediaType,
        }),
      );
      return `${REGISTRY}/${repositoryName}:${imageTag}`;
    };
    for (const repositoryName of ['shop/api', 'jobs', 'web'])
      await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' }));
    await ecr.send(
      new PutLifecyclePolicyCommand({
        repositoryName: 'jobs',
        lifecyclePolicyText: JSON.stringify({
          rules: [
            {
              rulePriority: 1,
              selection: {
                tagStatus: 'tagged',
                tagPrefixList: ['v'],
                countType: 'imageCountMoreThan',
                countNumber: 10,
              },
              action: { type: 'expire' },
            },
          ],
        }),
      }),
    );
    const single = await push('shop/api', 'v1', image({ cpu: 'arm64' }));
    const attested = await push(
      'jobs',
      'v1',
      index({ of: [image({ cpu: 'arm64', of: 'jobs' })], attestations: 'artifact' }),
    );
    const doomed = await push('web', 'v1', image({ cpu: 'amd64', of: 'doomed' }));

    await createRole(endpoint, 'any');
    const lambda = new LambdaClient(config);
    const make = (FunctionName: string, ImageUri: string) =>
      lambda.send(
        new CreateFunctionCommand({
          FunctionName,
          PackageType: 'Image',
          Code: { ImageUri },
          Role: `arn:aws:iam::${ACCOUNT}:role/any`,
          Architectures: ['arm64'],
        }),
      );
    await make('fine', single);
    await make('indexed', attested);
    const ecs = new ECSClient(config);
    await ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'site',
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '256',
        memory: '512',
        containerDefinitions: [{ name: 'app', image: doomed, memory: 128 }],
      }),
    );
    await ecs.send(
      new CreateServiceCommand({
        cluster: 'main',
        serviceName: 'site',
        taskDefinition: 'site',
        desiredCount: 0,
        launchType: 'FARGATE',
      }),
    );
    await ecr.send(new BatchDeleteImageCommand({ repositoryName: 'web', imageIds: [{ imageTag: 'v1' }] }));
    await new CloudFormationClient(config).send(
      new CreateStackCommand({
        StackName: 'owner',
        TemplateBody: JSON.stringify({
          Resources: {
            Owned: {
              Type: 'AWS::ECR::Repository',
              Properties: { RepositoryName: 'owned', ImageTagMutability: 'IMMUTABLE' },
            },
          },
        }),
      }),
    );

    const { evidence, nothing } = await collect({ regions: [REGION], endpoint, now: NOW });
    expect(nothing).toBeUndefined();
    const [scope] = evidence.scopes;
    expect(scope?.account).toBe(ACCOUNT);
    expect(scope?.repositories.map(({ name, owner }) => [name, owner?.stack])).toEqual([
      ['jobs', undefined],
      ['owned', 'owner'],
      ['shop/api', undefined],
      ['web', undefined],
    ]);
    const found = judged(evidence)
      .map(({ rule, site }) => `${rule} ${site.resource}`)
      .sort();
    // moto keeps no config blobs and makes the digests of functions up: that stays unverified, and is no finding.
    expect(found.filter((one) => !one.startsWith('not-verified'))).toEqual([
      `image-missing arn:aws:ecs:${REGION}:${ACCOUNT}:service/main/site`,
      `manifest-unsupported arn:aws:lambda:${REGION}:${ACCOUNT}:function:indexed`,
    ]);
    expect(found.filter((one) => one.startsWith('not-verified'))).not.toEqual([]);
  }, 60_000);
});
