/** Accounts with one thing wrong in each, or nothing; and what an audit must say of it. */
import { image, index, type Content } from './images.ts';
import type { AccountState, EcsDeployment, EcsService, EcsTask, LambdaFunction, RegionState } from './state.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'eu-west-1';
export const REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;

export interface Scenario {
  readonly name: string;
  readonly account: AccountState;
  /** `rule resource`, sorted; notes only where the scenario is about them. */
  readonly finds: readonly string[];
}

export function account(region: RegionState, others: Readonly<Record<string, RegionState>> = {}): AccountState {
  return { id: ACCOUNT, regions: { [REGION]: region, ...others } };
}

export function lambda(
  name: string,
  tag: string,
  running: Content,
  more: Partial<LambdaFunction> & { repository?: string } = {},
): LambdaFunction {
  const { repository = 'app', ...rest } = more;
  return {
    name,
    imageUri: `${REGISTRY}/${repository}:${tag}`,
    resolvedImageUri: `${REGISTRY}/${repository}@${running.digest}`,
    architectures: ['arm64'],
    ...rest,
  };
}

export const functionArn = (name: string): string => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
export const serviceArn = (name: string): string => `arn:aws:ecs:${REGION}:${ACCOUNT}:service/main/${name}`;
export const stackArn = (name: string): string =>
  `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${name}/00000000-0000-0000-0000-000000000000`;

export const arm = image({ cpu: 'arm64' });
export const amd = image({ cpu: 'amd64' });
export const older = image({ cpu: 'arm64', of: 'the build before' });

function repository(name: string, images: Readonly<Record<string, Content>>, rest: readonly Content[] = []) {
  return {
    name,
    mutability: 'IMMUTABLE' as const,
    images: [
      ...Object.entries(images).map(([tag, content]) => ({ content, tags: [tag] })),
      ...rest.map((content) => ({ content })),
    ],
  };
}

export const appRunnerArn = (name: string): string =>
  `arn:aws:apprunner:${REGION}:${ACCOUNT}:service/${name}/0123456789abcdef0123456789abcdef`;
export const jobArn = (name: string, revision = 1): string =>
  `arn:aws:batch:${REGION}:${ACCOUNT}:job-definition/${name}:${revision}`;
export const projectArn = (name: string): string => `arn:aws:codebuild:${REGION}:${ACCOUNT}:project/${name}`;

/** One ECS service on one task definition, with one running task unless told. */
export function service(
  name: string,
  imageName: string,
  runs: Content | undefined,
  cpuArchitecture?: string,
): Pick<RegionState, 'clusters' | 'taskDefinitions'> {
  const tasks: EcsTask[] =
    runs === undefined
      ? []
      : [
          {
            id: 't1',
            taskDefinition: `${name}:1`,
            group: `service:${name}`,
            digests: { app: runs.digest },
            architecture: cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64',
          },
        ];
  return {
    clusters: [{ name: 'main', services: [{ name, taskDefinition: `${name}:1` }], tasks }],
    taskDefinitions: [
      {
        family: name,
        containers: [{ name: 'app', image: `${REGISTRY}/${imageName}` }],
        ...(cpuArchitecture === undefined ? {} : { cpuArchitecture }),
      },
    ],
  };
}

/** A service that was given `web:2`; how its roll-out went, and the tasks of either revision. */
function rollout(
  deployments: readonly EcsDeployment[],
  tasks: Readonly<Record<string, number>>,
  more: Partial<EcsService> = {},
): RegionState {
  const running = Object.entries(tasks).flatMap(([taskDefinition, count]) =>
    Array.from(
      { length: count },
      (_, at): EcsTask => ({
        id: `${taskDefinition}-${at}`,
        taskDefinition,
        group: 'service:web',
        digests: { app: taskDefinition === 'web:2' ? arm.digest : older.digest },
      }),
    ),
  );
  return {
    repositories: [repository('app', { v1: older, v2: arm })],
    clusters: [
      { name: 'main', services: [{ name: 'web', taskDefinition: 'web:2', deployments, ...more }], tasks: running },
    ],
    taskDefinitions: [1, 2].map((revision) => ({
      family: 'web',
      revision,
      cpuArchitecture: 'ARM64',
      containers: [
        { name: 'app', image: `${REGISTRY}/app:v${revision}` },
        { name: 'proxy', image: `${REGISTRY}/app:v${revision}` },
      ],
    })),
  };
}

const attested = index({ of: [image({ cpu: 'arm64', of: 'attested' })], attestations: 'image config' });
const attestedArtifact = index({ of: [image({ cpu: 'arm64', of: 'attested' })], attestations: 'artifact' });
const list = index({
  of: [image({ cpu: 'arm64', form: 'docker' }), image({ cpu: 'amd64', form: 'docker' })],
  form: 'docker',
});
const bare = image({ cpu: 'arm64', form: 'oci without mediaType' });
const withoutPlatforms = index({ of: [image({ cpu: 'amd64', of: 'unsaid' })], withoutPlatforms: true });

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'a clean arm64 function',
    account: account({ repositories: [repository('app', { v1: arm })], functions: [lambda('api', 'v1', arm)] }),
    finds: [],
  },
  { name: 'zip functions only', account: account({ functions: [{ name: 'zip' }, { name: 'zap' }] }), finds: [] },
  { name: 'an empty account', account: account({}), finds: [] },
  { name: 'an empty repository', account: account({ repositories: [repository('app', {})] }), finds: [] },
  {
    name: 'an arm64 function on an amd64 image',
    account: account({ repositories: [repository('app', { v1: amd })], functions: [lambda('api', 'v1', amd)] }),
    finds: [`arch-mismatch ${functionArn('api')}`],
  },
  {
    name: 'an x86 function on an arm64 image, nothing said',
    account: account({
      repositories: [repository('app', { v1: arm })],
      functions: [lambda('api', 'v1', arm, { architectures: ['x86_64'] })],
    }),
    finds: [`arch-mismatch ${functionArn('api')}`],
  },
  {
    name: 'a neighbour in the repository is for another CPU',
    account: account({
      repositories: [repository('app', { v1: arm, x1: amd })],
      functions: [lambda('api', 'v1', arm), lambda('old', 'x1', amd, { architectures: ['x86_64'] })],
    }),
    finds: [],
  },
  {
    name: 'the tag moved to an index with attestations',
    account: account({
      repositories: [repository('app', { v1: attested }, [arm])],
      functions: [lambda('api', 'v1', arm)],
    }),
    finds: [`deployed-drift ${functionArn('api')}`, `manifest-unsupported ${functionArn('api')}`],
  },
  {
    name: 'the tag moved to an index with attestations as artifacts',
    account: account({
      repositories: [repository('app', { v1: attestedArtifact }, [arm])],
      functions: [lambda('api', 'v1', arm)],
    }),
    finds: [`deployed-drift ${functionArn('api')}`, `manifest-unsupported ${functionArn('api')}`],
  },
  {
    name: 'the tag moved to a manifest list',
    account: account({ repositories: [repository('app', { v1: list }, [arm])], functions: [lambda('api', 'v1', arm)] }),
    finds: [`deployed-drift ${functionArn('api')}`, `manifest-unsupported ${functionArn('api')}`],
  },
  {
    name: 'a function that was given an index',
    account: account({
      repositories: [repository('app', { v1: attested })],
      functions: [lambda('api', 'v1', attested, { state: 'Failed', stateReasonCode: 'InvalidImage' })],
    }),
    finds: [`manifest-unsupported ${functionArn('api')}`],
  },
  {
    name: 'only latest, in a mutable repository',
    account: account({
      repositories: [{ ...repository('app', { latest: arm }), mutability: 'MUTABLE' }],
      functions: [lambda('api', 'latest', arm)],
    }),
    finds: [`latest-only ${functionArn('api')}`],
  },
  {
    name: 'the digest was deleted',
    account: account({ repositories: [repository('app', { v2: arm })], functions: [lambda('api', 'v1', older)] }),
    finds: [`image-missing ${functionArn('api')}`],
  },
  {
    name: 'the repository was deleted',
    account: account({ functions: [lambda('api', 'v1', arm)] }),
    finds: [`image-missing ${functionArn('api')}`],
  },
  {
    name: 'Lambda says the image was deleted',
    account: account({
      repositories: [repository('app', { v2: arm })],
      functions: [lambda('api', 'v1', older, { state: 'Failed', stateReasonCode: 'ImageDeleted' })],
    }),
    finds: [`image-missing ${functionArn('api')}`],
  },
  {
    name: 'the tag is gone, but the image is there',
    account: account({ repositories: [repository('app', {}, [arm])], functions: [lambda('api', 'v1', arm)] }),
    finds: [],
  },
  {
    name: 'the tag has drifted',
    account: account({
      repositories: [repository('app', { prod: arm }, [older])],
      functions: [lambda('api', 'prod', older)],
    }),
    finds: [`deployed-drift ${functionArn('api')}`],
  },
  {
    name: 'the old image runs on the wrong CPU, the new one would not',
    account: account({
      repositories: [repository('app', { prod: arm }, [amd])],
      functions: [lambda('api', 'prod', amd)],
    }),
    finds: [`arch-mismatch ${functionArn('api')}`, `deployed-drift ${functionArn('api')}`],
  },
  {
    name: 'another account, whose repository is closed',
    account: account({
      repositories: [{ ...repository('shared', { v1: arm }), registryId: '999999999999', closed: true }],
      functions: [
        {
          name: 'api',
          imageUri: `999999999999.dkr.ecr.${REGION}.amazonaws.com/shared:v1`,
          resolvedImageUri: `999999999999.dkr.ecr.${REGION}.amazonaws.com/shared@${arm.digest}`,
          architectures: ['arm64'],
        },
      ],
    }),
    finds: [`not-verified arn:aws:ecr:${REGION}:999999999999:repository/shared`],
  },
  {
    name: "another account's repository that is open",
    account: account({
      repositories: [{ ...repository('shared', { v1: amd }), registryId: '999999999999' }],
      functions: [
        {
          name: 'api',
          imageUri: `999999999999.dkr.ecr.${REGION}.amazonaws.com/shared:v1`,
          resolvedImageUri: `999999999999.dkr.ecr.${REGION}.amazonaws.com/shared@${amd.digest}`,
          architectures: ['arm64'],
        },
      ],
    }),
    finds: [`arch-mismatch ${functionArn('api')}`],
  },
  {
    name: "an ECS service on another region's image",
    account: account(
      {
        ...service('web', 'x', arm, 'ARM64'),
        taskDefinitions: [
          {
            family: 'web',
            cpuArchitecture: 'ARM64',
            containers: [{ name: 'app', image: `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/far:v1` }],
          },
        ],
      },
      { 'us-east-1': { repositories: [repository('far', { v1: arm })] } },
    ),
    finds: [],
  },
  {
    name: 'a stack in ROLLBACK_COMPLETE',
    account: account({
      stacks: [
        {
          name: 'api',
          status: 'ROLLBACK_COMPLETE',
          resources: [{ type: 'AWS::Lambda::Function', logicalId: 'F', physicalId: 'f', status: 'DELETE_COMPLETE' }],
        },
      ],
    }),
    finds: [`stack-stuck ${stackArn('api')}`],
  },
  {
    name: 'a stuck stack of other things',
    account: account({
      stacks: [
        {
          name: 'network',
          status: 'UPDATE_ROLLBACK_FAILED',
          resources: [{ type: 'AWS::EC2::VPC', logicalId: 'V', physicalId: 'vpc-1' }],
        },
      ],
    }),
    finds: [],
  },
  {
    name: 'sound stacks, one of them under review',
    account: account({
      stacks: [
        {
          name: 'a',
          status: 'UPDATE_ROLLBACK_COMPLETE',
          resources: [{ type: 'AWS::ECR::Repository', logicalId: 'R', physicalId: 'app' }],
        },
        { name: 'b', status: 'REVIEW_IN_PROGRESS', resources: [] },
      ],
    }),
    finds: [],
  },
  {
    name: 'an update that has been going on for days',
    account: account({
      stacks: [
        {
          name: 'api',
          status: 'UPDATE_IN_PROGRESS',
          updated: '2026-01-02T00:00:00.000Z',
          resources: [{ type: 'AWS::ECS::Service', logicalId: 'S', physicalId: 's' }],
        },
      ],
    }),
    finds: [`stack-stuck ${stackArn('api')}`],
  },
  {
    name: 'an ARM64 task with an amd64 image',
    account: account({ repositories: [repository('app', { v1: amd })], ...service('web', 'app:v1', amd, 'ARM64') }),
    finds: [`arch-mismatch ${serviceArn('web')}`],
  },
  {
    name: 'an ARM64 task whose image does not start, so none runs',
    account: account({
      repositories: [repository('app', { v1: amd })],
      ...service('web', 'app:v1', undefined, 'ARM64'),
    }),
    finds: [`arch-mismatch ${serviceArn('web')}`],
  },
  {
    name: 'ECS on an index with attestations',
    account: account({
      repositories: [repository('app', { v1: attested })],
      ...service('web', 'app:v1', attested, 'ARM64'),
    }),
    finds: [],
  },
  {
    name: 'ECS runs the one image chosen from the index',
    account: account({
      repositories: [repository('app', { v1: attested })],
      ...service('web', 'app:v1', attested.children[0], 'ARM64'),
    }),
    finds: [],
  },
  {
    name: 'ECS on an index that does not say its platforms',
    account: account({
      repositories: [repository('app', { v1: withoutPlatforms })],
      ...service('web', 'app:v1', withoutPlatforms, 'ARM64'),
    }),
    finds: [`arch-mismatch ${serviceArn('web')}`],
  },
  {
    name: 'ECS on latest',
    account: account({ repositories: [repository('app', { latest: amd })], ...service('web', 'app:latest', amd) }),
    finds: [`latest-only ${serviceArn('web')}`],
  },
  {
    name: 'an archived image',
    account: account({
      repositories: [{ ...repository('app', {}), images: [{ content: arm, tags: ['v1'], status: 'ARCHIVED' }] }],
      functions: [lambda('api', 'v1', arm)],
    }),
    finds: [`image-missing ${functionArn('api')}`],
  },
  {
    name: 'an OCI manifest without a mediaType field',
    account: account({ repositories: [repository('app', { v1: bare })], functions: [lambda('api', 'v1', bare)] }),
    finds: [],
  },
  {
    name: 'a namespaced repository',
    account: account({
      repositories: [repository('team/shop/app', { v1: amd })],
      functions: [lambda('api', 'v1', amd, { repository: 'team/shop/app' })],
    }),
    finds: [`arch-mismatch ${functionArn('api')}`],
  },
  {
    name: 'a Helm chart where an image should be',
    account: account({
      repositories: [
        repository('app', {
          v1: image({ cpu: 'arm64', layers: ['application/vnd.cncf.helm.chart.content.v1.tar+gzip'] }),
        }),
      ],
      functions: [
        lambda('api', 'v1', image({ cpu: 'arm64', layers: ['application/vnd.cncf.helm.chart.content.v1.tar+gzip'] })),
      ],
    }),
    finds: [`manifest-unsupported ${functionArn('api')}`],
  },
  {
    name: 'an image of more than 10 GiB',
    account: account({
      repositories: [repository('app', { v1: image({ cpu: 'arm64', layerSize: 11 * 1024 ** 3 }) })],
      functions: [lambda('api', 'v1', image({ cpu: 'arm64', layerSize: 11 * 1024 ** 3 }))],
    }),
    finds: [`image-too-large ${functionArn('api')}`],
  },
  {
    name: 'a sidecar from another registry',
    account: account({
      repositories: [repository('app', { v1: amd })],
      clusters: [{ name: 'main', services: [{ name: 'web', taskDefinition: 'web:1' }], tasks: [] }],
      taskDefinitions: [
        {
          family: 'web',
          containers: [
            { name: 'app', image: `${REGISTRY}/app:v1` },
            { name: 'agent', image: 'public.ecr.aws/datadog/agent:latest' },
          ],
        },
      ],
    }),
    finds: [],
  },
  {
    name: 'App Runner on an arm64 image',
    account: account({
      repositories: [repository('app', { v1: arm })],
      appRunner: [{ name: 'web', image: `${REGISTRY}/app:v1` }],
    }),
    finds: [`arch-mismatch ${appRunnerArn('web')}`],
  },
  {
    name: 'App Runner on an amd64 image, on source code, and deleted',
    account: account({
      repositories: [repository('app', { v1: amd })],
      appRunner: [
        { name: 'web', image: `${REGISTRY}/app:v1` },
        { name: 'code' },
        { name: 'past', image: `${REGISTRY}/gone:v1`, status: 'DELETED' },
      ],
    }),
    finds: [],
  },
  {
    name: 'App Runner on an index with attestations',
    account: account({
      repositories: [repository('app', { v1: index({ of: [amd], attestations: 'artifact' }) })],
      appRunner: [{ name: 'web', image: `${REGISTRY}/app:v1` }],
    }),
    finds: [],
  },
  {
    name: 'App Runner on a tag that is gone',
    account: account({
      repositories: [repository('app', { v2: amd })],
      appRunner: [{ name: 'web', image: `${REGISTRY}/app:v1` }],
    }),
    finds: [`image-missing ${appRunnerArn('web')}`],
  },
  {
    name: 'an ARM64 job with an amd64 image',
    account: account({
      repositories: [repository('app', { v1: amd })],
      jobDefinitions: [{ name: 'nightly', image: `${REGISTRY}/app:v1`, cpuArchitecture: 'ARM64', fargate: true }],
    }),
    finds: [`arch-mismatch ${jobArn('nightly')}`],
  },
  {
    name: 'a Fargate job without a CPU is x86_64',
    account: account({
      repositories: [repository('app', { v1: arm })],
      jobDefinitions: [{ name: 'nightly', image: `${REGISTRY}/app:v1`, fargate: true }],
    }),
    finds: [`arch-mismatch ${jobArn('nightly')}`],
  },
  {
    name: 'a job on EC2 may have either CPU',
    account: account({
      repositories: [repository('app', { v1: arm })],
      jobDefinitions: [{ name: 'nightly', image: `${REGISTRY}/app:v1` }],
    }),
    finds: [],
  },
  {
    name: 'a job of several containers, one of them wrong',
    account: account({
      repositories: [repository('app', { v1: arm, v2: amd })],
      jobDefinitions: [
        {
          name: 'nightly',
          containers: [
            { name: 'main', image: `${REGISTRY}/app:v1` },
            { name: 'side', image: `${REGISTRY}/app:v2` },
          ],
          cpuArchitecture: 'ARM64',
        },
      ],
    }),
    finds: [`arch-mismatch ${jobArn('nightly')}`],
  },
  {
    name: 'an older revision of a job names an image that is gone',
    account: account({
      repositories: [repository('app', { v2: amd })],
      jobDefinitions: [
        { name: 'nightly', revision: 2, image: `${REGISTRY}/app:v2`, fargate: true },
        { name: 'nightly', revision: 1, image: `${REGISTRY}/app:v1`, fargate: true },
      ],
    }),
    finds: [],
  },
  {
    name: 'an ARM build in an amd64 image',
    account: account({
      repositories: [repository('builder', { v1: amd })],
      projects: [
        { name: 'build', image: `${REGISTRY}/builder:v1`, type: 'ARM_CONTAINER' },
        { name: 'other', image: 'aws/codebuild/amazonlinux2-aarch64-standard:3.0', type: 'ARM_CONTAINER' },
      ],
    }),
    finds: [`arch-mismatch ${projectArn('build')}`],
  },
  {
    name: 'an EKS cluster: what its pods run, AWS does not tell',
    account: account({ eksClusters: ['main'] }),
    finds: [`not-verified arn:aws:eks:${REGION}:${ACCOUNT}:cluster/main`],
  },
  {
    name: 'an alias on a version whose image was deleted',
    account: account({
      repositories: [repository('app', { v2: arm })],
      functions: [
        lambda('api', 'v2', arm, {
          versions: { 3: { resolvedImageUri: `${REGISTRY}/app@${older.digest}` } },
          aliases: [{ name: 'live', version: '3' }],
        }),
      ],
    }),
    finds: [`image-missing ${functionArn('api')}:3`],
  },
  {
    name: 'an alias that sends a tenth of the traffic to a version on the wrong CPU',
    account: account({
      repositories: [repository('app', { v1: amd, v2: arm })],
      functions: [
        lambda('api', 'v2', arm, {
          versions: {
            3: { resolvedImageUri: `${REGISTRY}/app@${arm.digest}` },
            4: { resolvedImageUri: `${REGISTRY}/app@${amd.digest}` },
          },
          aliases: [{ name: 'live', version: '3', weights: { 4: 0.1 } }],
        }),
      ],
    }),
    finds: [`arch-mismatch ${functionArn('api')}:4`],
  },
  {
    name: 'an alias on an older sound version, though its tag has moved on',
    account: account({
      repositories: [repository('app', { prod: arm }, [older])],
      functions: [
        lambda('api', 'prod', arm, {
          versions: { 3: { resolvedImageUri: `${REGISTRY}/app@${older.digest}` } },
          aliases: [{ name: 'live', version: '3' }],
        }),
      ],
    }),
    finds: [],
  },
  {
    name: 'a roll-out that is over',
    account: account(
      rollout([{ status: 'PRIMARY', taskDefinition: 'web:2', rolloutState: 'COMPLETED' }], { 'web:2': 2 }),
    ),
    finds: [],
  },
  {
    name: 'a roll-out under way',
    account: account(
      rollout(
        [
          {
            status: 'PRIMARY',
            taskDefinition: 'web:2',
            rolloutState: 'IN_PROGRESS',
            createdAt: '2026-11-20T11:40:00Z',
          },
          { status: 'ACTIVE', taskDefinition: 'web:1', rolloutState: 'COMPLETED' },
        ],
        { 'web:1': 2, 'web:2': 1 },
      ),
    ),
    finds: [],
  },
  {
    name: 'a roll-out that has been going on for hours',
    account: account(
      rollout(
        [
          {
            status: 'PRIMARY',
            taskDefinition: 'web:2',
            rolloutState: 'IN_PROGRESS',
            createdAt: '2026-11-20T07:00:00Z',
          },
          { status: 'ACTIVE', taskDefinition: 'web:1' },
        ],
        { 'web:1': 2 },
      ),
    ),
    finds: [`deployed-drift ${serviceArn('web')}`],
  },
  {
    name: 'a roll-out that failed',
    account: account(
      rollout(
        [
          {
            status: 'PRIMARY',
            taskDefinition: 'web:2',
            rolloutState: 'FAILED',
            rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
          },
          { status: 'ACTIVE', taskDefinition: 'web:1' },
        ],
        { 'web:1': 2 },
      ),
    ),
    finds: [`deployed-drift ${serviceArn('web')}`],
  },
  {
    name: 'a roll-out that was rolled back',
    account: account(
      rollout(
        [
          { status: 'PRIMARY', taskDefinition: 'web:1', rolloutState: 'COMPLETED' },
          { status: 'ACTIVE', taskDefinition: 'web:2', rolloutState: 'FAILED' },
        ],
        { 'web:1': 2 },
        { taskDefinition: 'web:1' },
      ),
    ),
    finds: [`deployed-drift ${serviceArn('web')}`],
  },
  {
    name: 'a roll-out of which nothing is said, as behind a Classic Load Balancer',
    account: account(rollout([{ status: 'PRIMARY', taskDefinition: 'web:2' }], { 'web:1': 2, 'web:2': 1 })),
    finds: [],
  },
  {
    name: 'tasks of an older revision that stayed',
    account: account(
      rollout([{ status: 'PRIMARY', taskDefinition: 'web:2', rolloutState: 'COMPLETED' }], { 'web:1': 1, 'web:2': 1 }),
    ),
    finds: [`deployed-drift ${serviceArn('web')}`],
  },
  {
    name: 'two task sets of CodeDeploy side by side',
    account: account(rollout([], { 'web:1': 1, 'web:2': 1 }, { taskSets: ['web:2', 'web:1'] })),
    finds: [],
  },
  {
    name: 'a Lambda function on an image in another region',
    account: account(
      {
        functions: [
          {
            name: 'api',
            imageUri: `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/far:v1`,
            resolvedImageUri: `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/far@${arm.digest}`,
            architectures: ['arm64'],
          },
        ],
      },
      { 'us-east-1': { repositories: [repository('far', { v1: arm })] } },
    ),
    finds: [`region-mismatch ${functionArn('api')}`],
  },
];
