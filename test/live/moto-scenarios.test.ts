/**
 * The same scenarios in moto, an emulator that others wrote, where it is installed. A front fills in the little that
 * moto has nothing for: the config blobs of images, and the digests that functions were resolved to.
 */
import { createServer, request as forward, type Server } from 'node:http';
import { BatchClient, RegisterJobDefinitionCommand } from '@aws-sdk/client-batch';
import { CreateProjectCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import { CreateRepositoryCommand, ECRClient, PutImageCommand, PutLifecyclePolicyCommand } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { CreateClusterCommand as CreateClusterOfEks, EKSClient } from '@aws-sdk/client-eks';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { collect } from '../../src/live/collect.ts';
import { entriesOf } from '../aws-stand-in/ecr.ts';
import { ACCOUNT, REGION, SCENARIOS, type Scenario } from '../aws-stand-in/scenarios.ts';
import type { AccountState, RegionState } from '../aws-stand-in/state.ts';
import { NOW, named } from './audit.ts';
import { MOTO, createRole, startMoto, type Moto } from './moto.ts';

/** What moto can be made to hold, or why not. */
function beyondMoto({ account }: Scenario): string | undefined {
  const [state = {}, ...others] = Object.values(account.regions);
  if (others.length > 0) return 'another region';
  if (state.repositories?.some((one) => one.registryId !== undefined) === true) return "another account's registry";
  if (state.repositories?.some((one) => one.images.some((image) => image.status === 'ARCHIVED')) === true)
    return 'archived images';
  if ((state.stacks ?? []).length > 0) return 'the state of stacks';
  if (state.functions?.some((one) => one.state !== undefined || one.aliases !== undefined) === true)
    return 'states and aliases of functions';
  if (
    state.clusters?.some((cluster) =>
      cluster.services.some((one) => one.deployments !== undefined || one.taskSets !== undefined),
    ) === true
  )
    return 'roll-outs';
  if (state.appRunner !== undefined) return 'App Runner';
  return state.jobDefinitions?.some((one) => one.containers !== undefined) === true
    ? 'jobs of several containers'
    : undefined;
}

describe.skipIf(!MOTO)('in moto', () => {
  let moto: Moto | undefined;
  let front: Server | undefined;
  let endpoint = '';
  let account: AccountState;
  const calls: string[] = [];

  beforeAll(async () => {
    moto = await startMoto();
    front = await startFront(moto.endpoint, () => account, calls);
    const address = front.address();
    endpoint = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
  }, 60_000);
  afterAll(() => {
    front?.close();
    front?.closeAllConnections();
    moto?.stop();
  });
  beforeEach(async () => {
    await fetch(`${moto!.endpoint}/moto-api/reset`, { method: 'POST' });
    calls.length = 0;
  });

  for (const scenario of SCENARIOS) {
    const why = beyondMoto(scenario);
    test.skipIf(why !== undefined)(
      why === undefined ? scenario.name : `${scenario.name} (not in moto: ${why})`,
      async () => {
        account = scenario.account;
        await fill(moto!.endpoint, account.regions[REGION] ?? {});
        const { evidence } = await collect({ regions: [REGION], endpoint, now: NOW });
        expect(evidence.scopes[0]?.account).toBe(ACCOUNT);
        // moto knows no App Runner: that's not verified, and nothing else.
        expect(named(evidence).filter((one) => !one.startsWith(`not-verified arn:aws:apprunner:`))).toEqual(
          [...scenario.finds].sort(),
        );
        for (const call of calls) expect(call).toMatch(/^(?:List|Describe|Get|BatchGet)[A-Z]/);
      },
      60_000,
    );
  }
});

async function fill(endpoint: string, state: RegionState): Promise<void> {
  const config = { region: REGION, endpoint };
  const ecr = new ECRClient(config);
  for (const repository of state.repositories ?? []) {
    const repositoryName = repository.name;
    await ecr.send(
      new CreateRepositoryCommand({ repositoryName, imageTagMutability: repository.mutability ?? 'MUTABLE' }),
    );
    if (repository.lifecycle !== undefined)
      await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: repository.lifecycle }));
    for (const { content, tags } of entriesOf(repository)) {
      for (const imageTag of tags.length === 0 ? [undefined] : tags)
        await ecr.send(
          new PutImageCommand({
            repositoryName,
            imageTag,
            imageDigest: content.digest,
            imageManifest: content.manifest,
            imageManifestMediaType: content.mediaType,
          }),
        );
    }
  }
  if ((state.functions ?? []).length > 0) await createRole(endpoint, 'any');
  const lambda = new LambdaClient(config);
  for (const { name, imageUri, architectures } of state.functions ?? []) {
    const Code =
      imageUri === undefined
        ? { ZipFile: Buffer.from('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', 'base64') }
        : { ImageUri: imageUri };
    const kind =
      imageUri === undefined
        ? { PackageType: 'Zip' as const, Runtime: 'nodejs22.x' as const, Handler: 'index.handler' }
        : { PackageType: 'Image' as const };
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Code,
        ...kind,
        Role: `arn:aws:iam::${ACCOUNT}:role/any`,
        ...(architectures === undefined
          ? {}
          : { Architectures: architectures.map((one) => (one === 'arm64' ? 'arm64' : 'x86_64')) }),
      }),
    );
  }
  const ecs = new ECSClient(config);
  for (const { family, containers, cpuArchitecture } of state.taskDefinitions ?? []) {
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '256',
        memory: '512',
        containerDefinitions: containers.map((one) => ({ ...one, memory: 128 })),
        ...(cpuArchitecture === undefined
          ? {}
          : {
              runtimePlatform: {
                cpuArchitecture: cpuArchitecture === 'ARM64' ? 'ARM64' : 'X86_64',
                operatingSystemFamily: 'LINUX',
              },
            }),
      }),
    );
  }
  for (const { name, services } of state.clusters ?? []) {
    await ecs.send(new CreateClusterCommand({ clusterName: name }));
    for (const one of services)
      await ecs.send(
        new CreateServiceCommand({
          cluster: name,
          serviceName: one.name,
          taskDefinition: one.taskDefinition,
          desiredCount: 0,
          launchType: 'FARGATE',
        }),
      );
  }
  const batch = new BatchClient(config);
  for (const { name, image, cpuArchitecture, fargate } of [...(state.jobDefinitions ?? [])].sort(
    (a, b) => (a.revision ?? 1) - (b.revision ?? 1),
  )) {
    await batch.send(
      new RegisterJobDefinitionCommand({
        jobDefinitionName: name,
        type: 'container',
        platformCapabilities: fargate === true ? ['FARGATE'] : ['EC2'],
        containerProperties: {
          image,
          executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/any`,
          resourceRequirements: [
            { type: 'VCPU', value: '1' },
            { type: 'MEMORY', value: '2048' },
          ],
          ...(cpuArchitecture === undefined
            ? {}
            : { runtimePlatform: { cpuArchitecture, operatingSystemFamily: 'LINUX' } }),
        },
      }),
    );
  }
  const eks = new EKSClient(config);
  for (const name of state.eksClusters ?? [])
    await eks.send(
      new CreateClusterOfEks({ name, roleArn: `arn:aws:iam::${ACCOUNT}:role/any`, resourcesVpcConfig: {} }),
    );
  const codebuild = new CodeBuildClient(config);
  for (const { name, image, type } of state.projects ?? []) {
    await codebuild.send(
      new CreateProjectCommand({
        name,
        source: { type: 'S3', location: 'bucket/path' },
        artifacts: { type: 'NO_ARTIFACTS' },
        serviceRole: `arn:aws:iam::${ACCOUNT}:role/any`,
        environment: {
          type: type === 'ARM_CONTAINER' ? 'ARM_CONTAINER' : 'LINUX_CONTAINER',
          image,
          computeType: 'BUILD_GENERAL1_SMALL',
        },
      }),
    );
  }
}

async function startFront(endpoint: string, account: () => AccountState, calls: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const body = Buffer.concat(chunks);
        const path = request.url ?? '/';
        const operation =
          String(request.headers['x-amz-target'] ?? '').split('.')[1] ??
          new URLSearchParams(body.toString('latin1')).get('Action') ??
          '';
        if (operation !== '') calls.push(operation);
        const state = account().regions[REGION] ?? {};
        const blobs = (digest: string): string | undefined =>
          (state.repositories ?? [])
            .flatMap((one) => entriesOf(one))
            .map((entry) => entry.content.blobs[digest])
            .find((one) => one !== undefined);
        if (path.startsWith('/blobs/')) {
          const text = blobs(path.slice('/blobs/'.length));
          response.writeHead(text === undefined ? 404 : 200).end(text);
          return;
        }
        if (operation === 'GetDownloadUrlForLayer') {
          const input: { layerDigest: string } = JSON.parse(body.toString('utf8'));
          response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
          response.end(
            JSON.stringify({
              layerDigest: input.layerDigest,
              downloadUrl: `http://${request.headers.host}/blobs/${input.layerDigest}`,
            }),
          );
          return;
        }
        forward(`${endpoint}${path}`, { method: request.method, headers: request.headers }, (answer) => {
          const parts: Buffer[] = [];
          answer
            .on('data', (chunk: Buffer) => parts.push(chunk))
            .on('end', () => {
              const text = Buffer.concat(parts).toString('utf8');
              const name = /^\/2015-03-31\/functions\/([^/?]+)$/.exec(path)?.[1];
              const resolved = (state.functions ?? []).find((one) => one.name === name)?.resolvedImageUri;
              const shown =
                resolved === undefined ? text : text.replace(/("ResolvedImageUri": ?")[^"]*"/, `$1${resolved}"`);
              const { 'content-length': _, 'transfer-encoding': __, ...headers } = answer.headers;
              response.writeHead(answer.statusCode ?? 500, headers).end(shown);
            });
        }).end(body);
      });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}
