/**
 * What AWS means, once: service by service and property by property, stated, unsaid and unknown, in every language that
 * can say it. `undefined` is a language that has no word for it.
 */
import type { Repository, Workload } from '../../src/model/facts.ts';
import type { RegionState } from '../aws-stand-in/state.ts';
import { GIVEN, IMAGE, project, type Dialect } from './projects.ts';

export type State = 'stated' | 'unsaid' | 'unknown';
type Written = Readonly<Record<string, string>> | RegionState;

export interface Property {
  readonly service: string;
  readonly property: string;
  readonly fact: 'workload' | 'repository';
  /** What every language's fact says beside what all facts of the service say. `undefined`: it says nothing of it. */
  readonly says: Readonly<Partial<Record<State, Readonly<Record<string, unknown>>>>>;
  readonly in: Readonly<Partial<Record<Dialect, (state: State) => Written | undefined>>>;
  /** Where a language differs, and why. */
  readonly but?: Readonly<
    Partial<Record<Dialect, Readonly<Partial<Record<State, Readonly<Record<string, unknown>>>>>>>
  >;
}

/** The words for each state; `null` where a language can't say it. */
function saying(stated: string, unknown: string, unsaid = ''): (state: State) => string {
  return (state) => ({ stated, unknown, unsaid })[state];
}

// ── Lambda ──────────────────────────────────────────────────────────────────────────────────────

interface Words {
  readonly cdk?: (state: State) => string;
  readonly code?: (state: State) => string;
  readonly 'cdk L1'?: (state: State) => string;
  readonly cloudformation?: (state: State) => string;
  readonly terraform?: (state: State) => string;
  readonly 'aws CLI'?: (state: State) => string;
  readonly serverless?: (state: State) => string;
  readonly live?: (state: State) => Readonly<Record<string, unknown>>;
}

const none = (): string => '';

function lambda(words: Words): Property['in'] {
  const { cdk = none, code = none, 'cdk L1': resource, cloudformation, terraform, 'aws CLI': cli, serverless } = words;
  return {
    cdk: (state) =>
      project.cdk(
        `new lambda.DockerImageFunction(this, 'F', { functionName: 'f', ${cdk(state)}code: lambda.DockerImageCode.fromEcr(shop, { tagOrDigest: '1.2', ${code(state)}}) });`,
      ),
    ...(resource === undefined
      ? {}
      : {
          'cdk L1': (state) =>
            project.cdk(
              `new lambda.CfnFunction(this, 'F', { functionName: 'f', packageType: 'Image', role: 'r', code: { imageUri: '${IMAGE}' }, ${resource(state)}});`,
            ),
        }),
    ...(cloudformation === undefined
      ? {}
      : {
          cloudformation: (state) =>
            project.cloudformation(
              'AWS::Lambda::Function',
              `FunctionName: f\nPackageType: Image\nCode: {ImageUri: "${IMAGE}"}\n${cloudformation(state)}`,
            ),
        }),
    ...(terraform === undefined
      ? {}
      : {
          terraform: (state) =>
            project.terraform(
              `resource "aws_lambda_function" "f" {\n  function_name = "f"\n  role = "r"\n  package_type = "Image"\n  image_uri = "${IMAGE}"\n  ${terraform(state)}\n}`,
            ),
        }),
    ...(cli === undefined
      ? {}
      : {
          'aws CLI': (state) =>
            project['aws CLI'](
              `aws lambda create-function --function-name f --role r --package-type Image --code ImageUri=${IMAGE} ${cli(state)}`,
            ),
        }),
    ...(serverless === undefined
      ? {}
      : {
          serverless: (state) =>
            project.serverless(`functions:\n  f:\n    name: f\n    image:\n      uri: ${IMAGE}\n${serverless(state)}`),
        }),
    ...(words.live === undefined
      ? {}
      : {
          live: (state) => ({
            functions: [{ name: 'f', imageUri: IMAGE, resolvedImageUri: IMAGE, ...words.live!(state) }],
          }),
        }),
  };
}

const LAMBDA: readonly Property[] = [
  {
    service: 'lambda',
    property: 'Architectures',
    fact: 'workload',
    says: {
      stated: { cpu: 'arm64', cpuBasis: 'stated', cpuSite: true },
      unsaid: { cpu: 'amd64', cpuBasis: 'default' },
      unknown: { cpu: undefined, cpuBasis: 'stated', cpuSite: true },
    },
    in: lambda({
      cdk: saying('architecture: lambda.Architecture.ARM_64, ', `architecture: ${GIVEN.cdk}, `),
      'cdk L1': saying("architectures: ['arm64'], ", `architectures: [${GIVEN.cdk}], `),
      cloudformation: saying('Architectures: [arm64]', `Architectures: [${GIVEN.cloudformation}]`),
      terraform: saying('architectures = ["arm64"]', `architectures = [${GIVEN.terraform}]`),
      'aws CLI': saying('--architectures arm64', `--architectures ${GIVEN['aws CLI']}`),
      serverless: saying('    architecture: arm64', '    architecture: ${opt:given}'),
      live: (state) => (state === 'stated' ? { architectures: ['arm64'] } : { architectures: ['x86_64'] }),
    }),
    but: { live: { unsaid: { cpu: 'amd64', cpuBasis: 'stated', cpuSite: true } } },
  },
  {
    service: 'lambda',
    property: 'ImageConfig.Command',
    fact: 'workload',
    says: {
      stated: { startsWith: ['app.handler'] },
      unsaid: {},
    },
    in: lambda({
      code: saying("cmd: ['app.handler'], ", ''),
      'cdk L1': saying("imageConfig: { command: ['app.handler'] }, ", ''),
      cloudformation: saying('ImageConfig: {Command: [app.handler]}', ''),
      terraform: saying('image_config {\n    command = ["app.handler"]\n  }', ''),
      'aws CLI': saying('--image-config Command=app.handler', ''),
      serverless: saying('      command: [app.handler]', ''),
    }),
  },
  {
    service: 'lambda',
    property: 'ImageConfig.EntryPoint',
    fact: 'workload',
    says: {
      stated: { startsWith: ['/entry', 'run'] },
      unsaid: {},
    },
    in: lambda({
      code: saying("entrypoint: ['/entry', 'run'], ", ''),
      'cdk L1': saying("imageConfig: { entryPoint: ['/entry', 'run'] }, ", ''),
      cloudformation: saying('ImageConfig: {EntryPoint: [/entry, run]}', ''),
      terraform: saying('image_config {\n    entry_point = ["/entry", "run"]\n  }', ''),
      'aws CLI': saying(`--image-config '{"EntryPoint":["/entry","run"]}'`, ''),
      serverless: saying('      entryPoint: [/entry, run]', ''),
    }),
  },
];

// ── ECS ─────────────────────────────────────────────────────────────────────────────────────────

interface EcsWords {
  readonly task?: Words;
  readonly container?: Words;
}

function ecs({ task = {}, container = {} }: EcsWords): Property['in'] {
  const word = (of: Words, dialect: keyof Words, state: State): string =>
    (of[dialect] as ((state: State) => string) | undefined)?.(state) ?? '';
  const cliTask = (state: State): string => word(task, 'aws CLI', state);
  return {
    cdk: (state) =>
      project.cdk(
        `const task = new ecs.FargateTaskDefinition(this, 'T', { family: 'f', ${word(task, 'cdk', state)}});\n    task.addContainer('web', { image: ecs.ContainerImage.fromEcrRepository(shop, '1.2'), ${word(container, 'cdk', state)}});`,
      ),
    'cdk L1': (state) =>
      project.cdk(
        `new ecs.CfnTaskDefinition(this, 'T', { family: 'f', requiresCompatibilities: ['FARGATE'], ${word(task, 'cdk L1', state)}containerDefinitions: [{ name: 'web', image: '${IMAGE}', ${word(container, 'cdk L1', state)}}] });`,
      ),
    cloudformation: (state) =>
      project.cloudformation(
        'AWS::ECS::TaskDefinition',
        `Family: f\nRequiresCompatibilities: [FARGATE]\n${word(task, 'cloudformation', state)}\nContainerDefinitions:\n  - Name: web\n    Image: "${IMAGE}"\n    ${word(container, 'cloudformation', state)}`,
      ),
    terraform: (state) =>
      project.terraform(
        `resource "aws_ecs_task_definition" "f" {\n  family = "f"\n  requires_compatibilities = ["FARGATE"]\n  ${word(task, 'terraform', state)}\n  container_definitions = jsonencode([{ name = "web", image = "${IMAGE}", ${word(container, 'terraform', state)} }])\n}\nresource "aws_ecs_service" "s" {\n  name = "s"\n  task_definition = aws_ecs_task_definition.f.arn\n}`,
      ),
    'aws CLI': (state) =>
      project['aws CLI'](
        `aws ecs register-task-definition --family f --requires-compatibilities FARGATE ${cliTask(state)} --container-definitions '[{"name":"web","image":"${IMAGE}"${word(container, 'aws CLI', state)}}]'`,
      ),
    ...(task.live === undefined
      ? {}
      : {
          live: (state) => ({
            clusters: [{ name: 'main', services: [{ name: 'f', taskDefinition: 'f:1' }], tasks: [] }],
            taskDefinitions: [
              {
                family: 'f',
                compatibilities: ['FARGATE'],
                containers: [{ name: 'web', image: IMAGE }],
                ...task.live!(state),
              },
            ],
          }),
        }),
  };
}

const ECS: readonly Property[] = [
  {
    service: 'ecs',
    property: 'RuntimePlatform.CpuArchitecture',
    fact: 'workload',
    says: {
      stated: { cpu: 'arm64', cpuBasis: 'stated', cpuSite: true },
      unsaid: { cpu: 'amd64', cpuBasis: 'default' },
      unknown: { cpu: undefined, cpuBasis: 'stated', cpuSite: true },
    },
    but: { live: { stated: { healthCheck: undefined }, unsaid: { healthCheck: undefined } } },
    in: ecs({
      task: {
        cdk: saying(
          'runtimePlatform: { cpuArchitecture: ecs.CpuArchitecture.ARM64 }, ',
          `runtimePlatform: { cpuArchitecture: ${GIVEN.cdk} }, `,
        ),
        'cdk L1': saying(
          "runtimePlatform: { cpuArchitecture: 'ARM64' }, ",
          `runtimePlatform: { cpuArchitecture: ${GIVEN.cdk} }, `,
        ),
        cloudformation: saying(
          'RuntimePlatform: {CpuArchitecture: ARM64}',
          `RuntimePlatform: {CpuArchitecture: ${GIVEN.cloudformation}}`,
        ),
        terraform: saying(
          'runtime_platform {\n    cpu_architecture = "ARM64"\n  }',
          `runtime_platform {\n    cpu_architecture = ${GIVEN.terraform}\n  }`,
        ),
        'aws CLI': saying(
          '--runtime-platform cpuArchitecture=ARM64',
          `--runtime-platform cpuArchitecture=${GIVEN['aws CLI']}`,
        ),
        live: (state) => (state === 'stated' ? { cpuArchitecture: 'ARM64' } : {}),
      },
    }),
  },
  {
    service: 'ecs',
    property: 'HealthCheck',
    fact: 'workload',
    says: { stated: { healthCheck: true }, unsaid: { healthCheck: false } },
    in: ecs({
      container: {
        cdk: saying("healthCheck: { command: ['CMD', 'true'] }, ", ''),
        'cdk L1': saying("healthCheck: { command: ['CMD', 'true'] }, ", ''),
        cloudformation: saying('HealthCheck: {Command: [CMD, "true"]}', ''),
        terraform: saying('healthCheck = { command = ["CMD", "true"] }', ''),
        'aws CLI': saying(',"healthCheck":{"command":["CMD","true"]}', ''),
      },
    }),
  },
  {
    service: 'ecs',
    property: 'Command',
    fact: 'workload',
    says: { stated: { startsWith: ['serve', '--all'] }, unsaid: {} },
    in: ecs({
      container: {
        cdk: saying("command: ['serve', '--all'], ", ''),
        'cdk L1': saying("command: ['serve', '--all'], ", ''),
        cloudformation: saying('Command: [serve, --all]', ''),
        terraform: saying('command = ["serve", "--all"]', ''),
        'aws CLI': saying(',"command":["serve","--all"]', ''),
      },
    }),
  },
];

// ── App Runner ──────────────────────────────────────────────────────────────────────────────────

function appRunner(
  words: {
    readonly [D in Dialect]?: (state: State) => string;
  },
): Property['in'] {
  const word = (dialect: Dialect, state: State): string => words[dialect]?.(state) ?? '';
  return {
    cdk: (state) =>
      project.cdk(
        `new runner.Service(this, 'S', { serviceName: 'f', ${word('cdk', state)}source: runner.Source.fromEcr({ repository: shop, tagOrDigest: '1.2' }) });`,
      ),
    'cdk L1': (state) =>
      project.cdk(
        `new apprunner.CfnService(this, 'S', { serviceName: 'f', sourceConfiguration: { ${word('cdk L1', state)}imageRepository: { imageIdentifier: '${IMAGE}', imageRepositoryType: 'ECR' } } });`,
      ),
    cloudformation: (state) =>
      project.cloudformation(
        'AWS::AppRunner::Service',
        `ServiceName: f\nSourceConfiguration:\n  ImageRepository: {ImageIdentifier: "${IMAGE}", ImageRepositoryType: ECR}\n  ${word('cloudformation', state)}`,
      ),
    terraform: (state) =>
      project.terraform(
        `resource "aws_apprunner_service" "f" {\n  service_name = "f"\n  source_configuration {\n    image_repository {\n      image_identifier = "${IMAGE}"\n      image_repository_type = "ECR"\n    }\n    ${word('terraform', state)}\n  }\n}`,
      ),
    'aws CLI': (state) =>
      project['aws CLI'](
        `aws apprunner create-service --service-name f --source-configuration '{"ImageRepository":{"ImageIdentifier":"${IMAGE}","ImageRepositoryType":"ECR"}${word('aws CLI', state)}}'`,
      ),
    live: (state) =>
      state === 'unknown' ? undefined : { appRunner: [{ name: 'f', image: IMAGE, autoDeploy: state === 'unsaid' }] },
  };
}

const APP_RUNNER: readonly Property[] = [
  {
    service: 'apprunner',
    property: 'AutoDeploymentsEnabled',
    fact: 'workload',
    says: { stated: { autoDeploy: false }, unsaid: { autoDeploy: true }, unknown: {} },
    in: appRunner({
      cdk: saying('autoDeploymentsEnabled: false, ', `autoDeploymentsEnabled: ${GIVEN.cdk}, `),
      'cdk L1': saying('autoDeploymentsEnabled: false, ', `autoDeploymentsEnabled: ${GIVEN.cdk}, `),
      cloudformation: saying('AutoDeploymentsEnabled: false', `AutoDeploymentsEnabled: ${GIVEN.cloudformation}`),
      terraform: saying('auto_deployments_enabled = false', `auto_deployments_enabled = ${GIVEN.terraform}`),
      'aws CLI': saying(',"AutoDeploymentsEnabled":false', `,"AutoDeploymentsEnabled":'$GIVEN'`),
    }),
  },
];

// ── Batch and AgentCore ─────────────────────────────────────────────────────────────────────────

const BATCH: readonly Property[] = [
  {
    service: 'batch',
    property: 'RuntimePlatform.CpuArchitecture',
    fact: 'workload',
    says: {
      stated: { cpu: 'arm64', cpuBasis: 'stated', cpuSite: true },
      unsaid: { cpu: 'amd64', cpuBasis: 'default' },
      unknown: { cpu: undefined, cpuBasis: 'stated', cpuSite: true },
    },
    in: {
      cdk: (state) =>
        project.cdk(
          `new batch.EcsJobDefinition(this, 'J', { jobDefinitionName: 'f', container: new batch.EcsFargateContainerDefinition(this, 'C', { image: ecs.ContainerImage.fromEcrRepository(shop, '1.2'), ${saying('fargateCpuArchitecture: ecs.CpuArchitecture.ARM64, ', `fargateCpuArchitecture: ${GIVEN.cdk}, `)(state)}}) });`,
        ),
      'cdk L1': (state) =>
        project.cdk(
          `new batch.CfnJobDefinition(this, 'J', { jobDefinitionName: 'f', type: 'container', platformCapabilities: ['FARGATE'], containerProperties: { image: '${IMAGE}', ${saying("runtimePlatform: { cpuArchitecture: 'ARM64' }", `runtimePlatform: { cpuArchitecture: ${GIVEN.cdk} }`)(state)} } });`,
        ),
      cloudformation: (state) =>
        project.cloudformation(
          'AWS::Batch::JobDefinition',
          `JobDefinitionName: f\nType: container\nPlatformCapabilities: [FARGATE]\nContainerProperties:\n  Image: "${IMAGE}"\n  ${saying('RuntimePlatform: {CpuArchitecture: ARM64}', `RuntimePlatform: {CpuArchitecture: ${GIVEN.cloudformation}}`)(state)}`,
        ),
      terraform: (state) =>
        project.terraform(
          `resource "aws_batch_job_definition" "f" {\n  name = "f"\n  type = "container"\n  platform_capabilities = ["FARGATE"]\n  container_properties = jsonencode({ image = "${IMAGE}", ${saying('runtimePlatform = { cpuArchitecture = "ARM64" }', `runtimePlatform = { cpuArchitecture = ${GIVEN.terraform} }`)(state)} })\n}`,
        ),
      'aws CLI': (state) =>
        project['aws CLI'](
          `aws batch register-job-definition --job-definition-name f --type container --platform-capabilities FARGATE --container-properties '{"image":"${IMAGE}"${saying(',"runtimePlatform":{"cpuArchitecture":"ARM64"}', `,"runtimePlatform":{"cpuArchitecture":"'"$GIVEN"'"}`)(state)}}'`,
        ),
      live: (state) =>
        state === 'unknown'
          ? undefined
          : {
              jobDefinitions: [
                { name: 'f', image: IMAGE, fargate: true, ...(state === 'stated' ? { cpuArchitecture: 'ARM64' } : {}) },
              ],
            },
    },
  },
  {
    service: 'batch',
    property: 'Command',
    fact: 'workload',
    says: { stated: { startsWith: ['work'] }, unsaid: {} },
    in: {
      cdk: (state) =>
        project.cdk(
          `new batch.EcsJobDefinition(this, 'J', { jobDefinitionName: 'f', container: new batch.EcsFargateContainerDefinition(this, 'C', { image: ecs.ContainerImage.fromEcrRepository(shop, '1.2'), ${saying("command: ['work'], ", '')(state)}}) });`,
        ),
      'cdk L1': (state) =>
        project.cdk(
          `new batch.CfnJobDefinition(this, 'J', { jobDefinitionName: 'f', type: 'container', platformCapabilities: ['FARGATE'], containerProperties: { image: '${IMAGE}', ${saying("command: ['work']", '')(state)} } });`,
        ),
      cloudformation: (state) =>
        project.cloudformation(
          'AWS::Batch::JobDefinition',
          `JobDefinitionName: f\nType: container\nPlatformCapabilities: [FARGATE]\nContainerProperties:\n  Image: "${IMAGE}"\n  ${saying('Command: [work]', '')(state)}`,
        ),
      terraform: (state) =>
        project.terraform(
          `resource "aws_batch_job_definition" "f" {\n  name = "f"\n  type = "container"\n  platform_capabilities = ["FARGATE"]\n  container_properties = jsonencode({ image = "${IMAGE}", ${saying('command = ["work"]', '')(state)} })\n}`,
        ),
      'aws CLI': (state) =>
        project['aws CLI'](
          `aws batch register-job-definition --job-definition-name f --type container --platform-capabilities FARGATE --container-properties '{"image":"${IMAGE}"${saying(',"command":["work"]', '')(state)}}'`,
        ),
    },
  },
];

const AGENT_CORE: readonly Property[] = [
  {
    service: 'agentcore',
    property: 'AgentRuntimeArtifact',
    fact: 'workload',
    says: { stated: {} },
    in: {
      cdk: () =>
        project.cdk(
          "new agents.Runtime(this, 'A', { runtimeName: 'f', agentRuntimeArtifact: agents.AgentRuntimeArtifact.fromEcrRepository(shop, '1.2') });",
        ),
      'cdk L1': () =>
        project.cdk(
          `new agentcore.CfnRuntime(this, 'A', { agentRuntimeName: 'f', agentRuntimeArtifact: { containerConfiguration: { containerUri: '${IMAGE}' } } });`,
        ),
      cloudformation: () =>
        project.cloudformation(
          'AWS::BedrockAgentCore::Runtime',
          `AgentRuntimeName: f\nAgentRuntimeArtifact: {ContainerConfiguration: {ContainerUri: "${IMAGE}"}}`,
        ),
      terraform: () =>
        project.terraform(
          `resource "aws_bedrockagentcore_agent_runtime" "f" {\n  agent_runtime_name = "f"\n  agent_runtime_artifact {\n    container_configuration {\n      container_uri = "${IMAGE}"\n    }\n  }\n}`,
        ),
      'aws CLI': () =>
        project['aws CLI'](
          `aws bedrock-agentcore-control create-agent-runtime --agent-runtime-name f --agent-runtime-artifact '{"containerConfiguration":{"containerUri":"${IMAGE}"}}'`,
        ),
    },
  },
];

// ── ECR ─────────────────────────────────────────────────────────────────────────────────────────

interface EcrWords {
  readonly cdk?: (state: State) => string;
  readonly 'cdk L1'?: (state: State) => string;
  readonly cloudformation?: (state: State) => string;
  /** Attributes of the template's resource itself, such as its deletion policy. */
  readonly attributes?: (state: State) => string;
  readonly terraform?: (state: State) => string;
  readonly 'aws CLI'?: (state: State) => string;
  readonly after?: { readonly [D in 'cdk' | 'terraform' | 'aws CLI']?: (state: State) => string };
  readonly live?: (state: State) => Readonly<Record<string, unknown>> | undefined;
}

function ecr(words: EcrWords): Property['in'] {
  const { cdk, 'cdk L1': resource, cloudformation, terraform, 'aws CLI': cli, after = {}, live } = words;
  return {
    ...(cdk === undefined && after.cdk === undefined
      ? {}
      : {
          cdk: (state) =>
            project.cdk(
              `const mine = new ecr.Repository(this, 'R', { repositoryName: 'f', ${cdk?.(state) ?? ''}});\n    ${after.cdk?.(state) ?? ''}`,
            ),
        }),
    ...(resource === undefined
      ? {}
      : {
          'cdk L1': (state) =>
            project.cdk(`const mine = new ecr.CfnRepository(this, 'R', { repositoryName: 'f', ${resource(state)}});`),
        }),
    ...(cloudformation === undefined && words.attributes === undefined
      ? {}
      : {
          cloudformation: (state) =>
            project.cloudformation(
              'AWS::ECR::Repository',
              `RepositoryName: f\n${cloudformation?.(state) ?? ''}`,
              words.attributes?.(state),
            ),
        }),
    ...(terraform === undefined && after.terraform === undefined
      ? {}
      : {
          terraform: (state) =>
            project.terraform(
              `resource "aws_ecr_repository" "r" {\n  name = "f"\n  ${terraform?.(state) ?? ''}\n}\n${after.terraform?.(state) ?? ''}`,
            ),
        }),
    ...(cli === undefined && after['aws CLI'] === undefined
      ? {}
      : {
          'aws CLI': (state) =>
            project['aws CLI'](
              `aws ecr create-repository --repository-name f ${cli?.(state) ?? ''}\n${after['aws CLI']?.(state) ?? ''}`,
            ),
        }),
    ...(live === undefined
      ? {}
      : {
          live: (state) => {
            const said = live(state);
            return said === undefined ? undefined : { repositories: [{ name: 'f', images: [], ...said }] };
          },
        }),
  };
}

const POLICY = {
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 7 },
      action: { type: 'expire' },
    },
    {
      rulePriority: 2,
      selection: {
        tagStatus: 'tagged',
        tagPatternList: ['pr-*'],
        countType: 'sinceImagePulled',
        countUnit: 'days',
        countNumber: 30,
      },
      action: { type: 'transition', targetStorageClass: 'archive' },
    },
    {
      rulePriority: 3,
      selection: { tagStatus: 'tagged', tagPrefixList: ['dev'], countType: 'imageCountMoreThan', countNumber: 5 },
      action: { type: 'expire' },
    },
    {
      rulePriority: 4,
      selection: {
        tagStatus: 'any',
        storageClass: 'archive',
        countType: 'sinceImageTransitioned',
        countUnit: 'days',
        countNumber: 90,
      },
      action: { type: 'expire' },
    },
  ],
};
const TEXT = JSON.stringify(POLICY);

const ECR: readonly Property[] = [
  {
    service: 'ecr',
    property: 'ImageTagMutability',
    fact: 'repository',
    says: {
      stated: { mutability: 'immutable', mutabilitySite: true },
      unsaid: { mutability: 'mutable' },
      unknown: { mutability: 'unknown', mutabilitySite: true },
    },
    in: ecr({
      cdk: saying('imageTagMutability: ecr.TagMutability.IMMUTABLE, ', `imageTagMutability: ${GIVEN.cdk}, `),
      'cdk L1': saying("imageTagMutability: 'IMMUTABLE', ", `imageTagMutability: ${GIVEN.cdk}, `),
      cloudformation: saying('ImageTagMutability: IMMUTABLE', `ImageTagMutability: ${GIVEN.cloudformation}`),
      terraform: saying('image_tag_mutability = "IMMUTABLE"', `image_tag_mutability = ${GIVEN.terraform}`),
      'aws CLI': saying('--image-tag-mutability IMMUTABLE', `--image-tag-mutability ${GIVEN['aws CLI']}`),
      live: (state) => (state === 'unknown' ? undefined : { mutability: state === 'stated' ? 'IMMUTABLE' : 'MUTABLE' }),
    }),
    but: { live: { unsaid: { mutability: 'mutable', mutabilitySite: true } } },
  },
  {
    service: 'ecr',
    property: 'ImageTagMutabilityExclusionFilters',
    fact: 'repository',
    says: {
      stated: { mutability: 'immutable with exclusion', mutabilitySite: true, exclusions: ['latest', 'dev-*'] },
      unsaid: { mutability: 'mutable' },
    },
    in: ecr({
      cdk: saying(
        "imageTagMutability: ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION, imageTagMutabilityExclusionFilters: [ecr.ImageTagMutabilityExclusionFilter.wildcard('latest'), ecr.ImageTagMutabilityExclusionFilter.wildcard('dev-*')], ",
        '',
      ),
      'cdk L1': saying(
        "imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION', imageTagMutabilityExclusionFilters: [{ imageTagMutabilityExclusionFilterType: 'WILDCARD', imageTagMutabilityExclusionFilterValue: 'latest' }, { imageTagMutabilityExclusionFilterType: 'WILDCARD', imageTagMutabilityExclusionFilterValue: 'dev-*' }], ",
        '',
      ),
      cloudformation: saying(
        'ImageTagMutability: IMMUTABLE_WITH_EXCLUSION\nImageTagMutabilityExclusionFilters:\n  - {ImageTagMutabilityExclusionFilterType: WILDCARD, ImageTagMutabilityExclusionFilterValue: latest}\n  - {ImageTagMutabilityExclusionFilterType: WILDCARD, ImageTagMutabilityExclusionFilterValue: "dev-*"}',
        '',
      ),
      terraform: saying(
        'image_tag_mutability = "IMMUTABLE_WITH_EXCLUSION"\n  image_tag_mutability_exclusion_filter {\n    filter = "latest"\n    filter_type = "WILDCARD"\n  }\n  image_tag_mutability_exclusion_filter {\n    filter = "dev-*"\n    filter_type = "WILDCARD"\n  }',
        '',
      ),
      'aws CLI': saying(
        "--image-tag-mutability IMMUTABLE_WITH_EXCLUSION --image-tag-mutability-exclusion-filters filterType=WILDCARD,filter=latest 'filterType=WILDCARD,filter=dev-*'",
        '',
      ),
      live: (state) =>
        state === 'stated' ? { mutability: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['latest', 'dev-*'] } : undefined,
    }),
  },
  {
    service: 'ecr',
    property: 'DeletionPolicy',
    fact: 'repository',
    says: {
      stated: { retained: true, retainedSite: true },
      unsaid: { retained: false },
      unknown: { retained: undefined },
    },
    in: ecr({
      attributes: saying('DeletionPolicy: Retain', `DeletionPolicy: ${GIVEN.cloudformation}`),
      cdk: saying('removalPolicy: cdk.RemovalPolicy.RETAIN, ', `removalPolicy: ${GIVEN.cdk}, `),
    }),
    but: { cdk: { unsaid: { retained: true } } },
  },
  {
    service: 'ecr',
    property: 'EmptyOnDelete',
    fact: 'repository',
    says: {
      stated: { emptied: true },
      unsaid: { emptied: false },
      unknown: { emptied: undefined },
    },
    in: ecr({
      cdk: saying('emptyOnDelete: true, ', `emptyOnDelete: ${GIVEN.cdk}, `),
      'cdk L1': saying('emptyOnDelete: true, ', `emptyOnDelete: ${GIVEN.cdk}, `),
      cloudformation: saying('EmptyOnDelete: true', `EmptyOnDelete: ${GIVEN.cloudformation}`),
      terraform: saying('force_delete = true', `force_delete = ${GIVEN.terraform}`),
    }),
  },
  {
    service: 'ecr',
    property: 'LifecyclePolicy',
    fact: 'repository',
    says: {
      stated: {
        lifecycle: [
          { tagStatus: 'untagged', tagPatterns: [], countType: 'age', count: 7, action: 'expire' },
          { tagStatus: 'tagged', tagPatterns: ['pr-*'], countType: 'pulled', count: 30, action: 'archive' },
          { tagStatus: 'tagged', tagPatterns: ['dev*'], countType: 'images', count: 5, action: 'expire' },
          { tagStatus: 'any', tagPatterns: [], countType: 'unknown', count: 90, action: 'expire' },
        ],
      },
      unsaid: {},
    },
    in: ecr({
      'cdk L1': saying(`lifecyclePolicy: { lifecyclePolicyText: '${TEXT}' }, `, ''),
      cloudformation: saying(`LifecyclePolicy:\n  LifecyclePolicyText: '${TEXT}'`, ''),
      'aws CLI': none,
      after: {
        terraform: saying(
          `resource "aws_ecr_lifecycle_policy" "p" {\n  repository = aws_ecr_repository.r.name\n  policy = <<EOF\n${TEXT}\nEOF\n}`,
          '',
        ),
        'aws CLI': saying(`aws ecr put-lifecycle-policy --repository-name f --lifecycle-policy-text '${TEXT}'`, ''),
      },
    }),
  },
];

export const TABLE: readonly Property[] = [...LAMBDA, ...ECS, ...APP_RUNNER, ...BATCH, ...AGENT_CORE, ...ECR];

/** What all facts of a service say. */
export const ALWAYS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  lambda: { image: 'shop:1.2', name: 'f', cpu: 'amd64', cpuBasis: 'default' },
  ecs: { image: 'shop:1.2', name: 'f', containerName: 'web', healthCheck: false, cpu: 'amd64', cpuBasis: 'default' },
  apprunner: { image: 'shop:1.2', name: 'f', cpu: 'amd64', cpuBasis: 'service' },
  batch: { image: 'shop:1.2', name: 'f', cpu: 'amd64', cpuBasis: 'default' },
  agentcore: { image: 'shop:1.2', name: 'f', cpu: 'arm64', cpuBasis: 'service' },
  ecr: { name: 'f', nameSite: true, mutability: 'mutable' },
};

/** What each language says of a repository when nobody does. */
export const OF_REPOSITORIES: Readonly<Partial<Record<Dialect, Readonly<Record<string, unknown>>>>> = {
  // Its own default: kept.
  cdk: { retained: true, emptied: false },
  'cdk L1': { retained: false, emptied: false },
  cloudformation: { retained: false, emptied: false },
  // No stack that may go; `force_delete` is all there is.
  terraform: { emptied: false },
  'aws CLI': {},
  live: { mutabilitySite: true },
};

type Own<F> = Exclude<keyof F, 'kind' | 'site' | 'when' | 'run' | 'seq' | 'origin' | 'once'>;

/** `compared`, or why a field is not. A new field doesn't compile until it stands here. */
export const WORKLOAD: Readonly<Record<Own<Required<Workload>>, string>> = {
  service: 'compared',
  name: 'compared',
  image: 'compared',
  cpu: 'compared',
  cpuSite: 'compared',
  cpuBasis: 'compared',
  healthCheck: 'compared',
  containerName: 'compared',
  autoDeploy: 'compared',
  startsWith: 'compared',
  startedPerRun: 'said by what starts a task definition',
  label: 'for people, in the words of each language',
  constructPath: 'the CDK alone has one',
  stack: 'where it stands, not what it is',
  imageSite: 'where it stands, not what it is',
  region: 'where it stands, not what it is',
  account: 'where it stands, not what it is',
  heldBy: 'said by the services around a task definition',
  balanced: 'said by the services around a task definition',
  tagDefaulted: 'calls of the CDK alone have a default tag',
  pullGrant: 'worked out from roles, beside the workload',
  declared: 'false of what a command makes, by definition',
  rolloutOnly: 'of commands alone',
  ofFamily: 'of commands alone',
  unheld: 'said by what is around a task definition',
  placeholder: "Terraform's ignore_changes alone",
  resolved: 'deploy tools alone do that',
  toolkitVersion: 'the CDK alone has one',
  resource: 'where it stands, not what it is',
  live: 'of live accounts alone',
};

export const REPOSITORY: Readonly<Record<Own<Required<Repository>>, string>> = {
  name: 'compared',
  nameSite: 'compared',
  mutability: 'compared',
  mutabilitySite: 'compared',
  exclusions: 'compared',
  retained: 'compared',
  retainedSite: 'compared',
  emptied: 'compared',
  lifecycle: 'compared',
  role: 'created or live, by definition',
  by: 'the language itself',
  label: 'for people, in the words of each language',
  id: 'each language has names of its own',
  stack: 'where it stands, not what it is',
  region: 'where it stands, not what it is',
  account: 'where it stands, not what it is',
  root: 'Terraform alone has one',
  guarded: 'of commands alone',
  madeBy: 'of commands alone',
  ownerStack: 'of live accounts alone',
  ownerLogicalId: 'of live accounts alone',
  ownerKnown: 'of live accounts alone',
  lacks: 'of live accounts alone',
  resource: 'where it stands, not what it is',
  construct: 'the CDK alone has one',
};
