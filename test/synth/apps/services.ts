/** Batch, App Runner, AgentCore, repositories, and the environments that stacks, stages and nested stacks give. */
import { IMPORTS, WEB_DOCKERFILE, image } from './common.ts';

export const SERVICES: Readonly<Record<string, string>> = {
  'services/runner/Dockerfile': `${WEB_DOCKERFILE}ENV SERVICE=runner\n`,
  'services/agent/Dockerfile': `${WEB_DOCKERFILE}ENV SERVICE=agent\n`,
  'lib/services.ts': `${IMPORTS}
export class BatchStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const job = ${image('job')};
    const size = { cpu: 1, memory: cdk.Size.gibibytes(2) };
    const fargate = (name: string, more: Partial<batch.EcsFargateContainerDefinitionProps> = {}) => new batch.EcsFargateContainerDefinition(this, name, { image: ecs.ContainerImage.fromAsset(job, { platform: Platform.LINUX_ARM64 }), ...size, ...more });
    new batch.EcsJobDefinition(this, 'Fargate', { container: fargate('FargateContainer') });
    new batch.EcsJobDefinition(this, 'Arm', { container: fargate('ArmContainer', { fargateCpuArchitecture: ecs.CpuArchitecture.ARM64, command: ['run', 'it'] }), jobDefinitionName: 'arm-job' });
    new batch.EcsJobDefinition(this, 'OnEc2', { container: new batch.EcsEc2ContainerDefinition(this, 'Ec2Container', { image: ecs.ContainerImage.fromAsset(job), ...size }) });
    new batch.MultiNodeJobDefinition(this, 'Many', {
      containers: [{ container: new batch.EcsEc2ContainerDefinition(this, 'ManyContainer', { image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:1.27'), ...size }), startNode: 0, endNode: 3 }],
    });
    new batch.CfnJobDefinition(this, 'Raw', { type: 'container', platformCapabilities: ['FARGATE'], jobDefinitionName: 'raw', containerProperties: { image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/raw:v1', command: ['x'], runtimePlatform: { cpuArchitecture: 'ARM64' } } });
    new batch.CfnJobDefinition(this, 'RawEc2', { type: 'container', containerProperties: { image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/raw:v2' } });
    new batch.CfnJobDefinition(this, 'RawTask', {
      type: 'container', platformCapabilities: ['FARGATE'],
      ecsProperties: { taskProperties: [{ executionRoleArn: 'arn:aws:iam::123456789012:role/run', runtimePlatform: { cpuArchitecture: 'ARM64' }, containers: [{ name: 'main', image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/raw:v3', command: ['y'], resourceRequirements: [] }] }] },
    });
  }
}

export class RunnersStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const asset = new DockerImageAsset(this, 'RunnerImage', { directory: ${image('runner')} });
    const repository = ecr.Repository.fromRepositoryName(this, 'Repository', 'shop-runner');
    const source = (imageIdentifier: string, more: object = {}) => ({ sourceConfiguration: { imageRepository: { imageIdentifier, imageRepositoryType: 'ECR', ...more } } });
    new apprunner.CfnService(this, 'Asset', source(asset.imageUri));
    new apprunner.CfnService(this, 'Repo', { serviceName: 'runner', ...source(repository.repositoryUriForTag('v1')) });
    new apprunner.CfnService(this, 'Manual', { sourceConfiguration: { autoDeploymentsEnabled: false, imageRepository: { imageIdentifier: \`\${repository.repositoryUri}:v2\`, imageRepositoryType: 'ECR', imageConfiguration: { startCommand: 'node server.js' } } } });
    new apprunner.CfnService(this, 'Public', { sourceConfiguration: { imageRepository: { imageIdentifier: 'public.ecr.aws/aws-containers/hello-app-runner:latest', imageRepositoryType: 'ECR_PUBLIC' } } });
    const agent = new DockerImageAsset(this, 'AgentImage', { directory: ${image('agent')}, platform: Platform.LINUX_ARM64 });
    new agentcore.CfnRuntime(this, 'Agent', { agentRuntimeName: 'shop_agent', roleArn: 'arn:aws:iam::123456789012:role/agent', networkConfiguration: { networkMode: 'PUBLIC' }, agentRuntimeArtifact: { containerConfiguration: { containerUri: agent.imageUri } } });
  }
}

export class RepositoriesOnlyStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    new ecr.Repository(this, 'Plain');
    new ecr.Repository(this, 'Named', { repositoryName: 'kept', imageTagMutability: ecr.TagMutability.IMMUTABLE });
    new ecr.Repository(this, 'Gone', { repositoryName: 'gone', removalPolicy: cdk.RemovalPolicy.DESTROY, emptyOnDelete: true, imageTagMutability: ecr.TagMutability.MUTABLE });
    new ecr.Repository(this, 'Auto', { removalPolicy: cdk.RemovalPolicy.DESTROY, autoDeleteImages: true });
    new ecr.Repository(this, 'Unless', { removalPolicy: cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE });
    new ecr.Repository(this, 'Excluding', { imageTagMutability: ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION, imageTagMutabilityExclusionFilters: [ecr.ImageTagMutabilityExclusionFilter.wildcard('dev-*')] });
    const rules = new ecr.Repository(this, 'Rules', { lifecycleRules: [{ maxImageCount: 5, tagPrefixList: ['v'] }, { tagStatus: ecr.TagStatus.UNTAGGED, maxImageAge: cdk.Duration.days(7) }] });
    rules.addLifecycleRule({ tagPatternList: ['prod-*'], maxImageCount: 50 });
    rules.addLifecycleRule({ maxImageAge: cdk.Duration.days(90) });
    new ecr.CfnRepository(this, 'Resource', { repositoryName: 'bare', imageTagMutability: 'IMMUTABLE', emptyOnDelete: true });
    const kept = new ecr.CfnRepository(this, 'KeptResource');
    kept.applyRemovalPolicy(cdk.RemovalPolicy.RETAIN);
    const applied = new ecr.Repository(this, 'Applied');
    applied.applyRemovalPolicy(cdk.RemovalPolicy.DESTROY);
    const escaped = new ecr.Repository(this, 'Escaped', { repositoryName: 'before' });
    (escaped.node.defaultChild as ecr.CfnRepository).repositoryName = 'after';
    (escaped.node.defaultChild as ecr.CfnRepository).addPropertyOverride('ImageTagMutability', 'IMMUTABLE');
    const policy = new ecr.CfnRepository(this, 'PolicyText', { lifecyclePolicy: { lifecyclePolicyText: JSON.stringify({ rules: [{ rulePriority: 1, selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 3 }, action: { type: 'expire' } }] }) } });
    policy.node.addMetadata('note', 'x');
  }
}

/** One repository and one function, to see where they are. */
export class PlaceStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const repository = new ecr.Repository(this, 'Images', { repositoryName: \`\${this.stackName}-images\`.toLowerCase() });
    new lambda.DockerImageFunction(this, 'Fn', { code: lambda.DockerImageCode.fromEcr(repository, { tagOrDigest: 'v1' }) });
  }
}

export class Nested extends cdk.NestedStack {
  constructor(scope: Construct, id: string, props?: cdk.NestedStackProps) {
    super(scope, id, props);
    new ecr.Repository(this, 'Inner', { repositoryName: 'nested-images' });
    new lambda.DockerImageFunction(this, 'Fn', { code: lambda.DockerImageCode.fromEcr(ecr.Repository.fromRepositoryName(this, 'Imported', 'nested-images'), { tagOrDigest: 'v1' }) });
  }
}

export class OuterStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    new Nested(this, 'Nested');
    new PlaceStack(this, 'Sub');
    const inside = new cdk.Stage(this, 'Inside');
    new PlaceStack(inside, 'Place');
    new PlaceStack(new cdk.Stage(this, 'Elsewhere', { env: { region: 'us-west-2' } }), 'Place');
  }
}

export class ShopStage extends cdk.Stage {
  constructor(scope: Construct, id: string, props?: cdk.StageProps) {
    super(scope, id, props);
    new PlaceStack(this, 'Place');
    new PlaceStack(this, 'Own', { env: { account: '555555555555', region: 'ap-south-1' } });
    new PlaceStack(this, 'Called', { stackName: 'shop-called' });
    new PlaceStack(new Construct(this, 'Group'), 'Deep');
  }
}
`,
};
