/** ECS in every form: task definitions, services, patterns, and what starts tasks. */
import { IMPORTS, WEB_DOCKERFILE, image } from './common.ts';

export const CONTAINERS: Readonly<Record<string, string>> = {
  'services/web/docker/Dockerfile.web': WEB_DOCKERFILE,
  'services/job/Dockerfile': `${WEB_DOCKERFILE}ENV SERVICE=job\n`,
  'lib/tasks.ts': `${IMPORTS}
const ARM = { cpuArchitecture: ecs.CpuArchitecture.ARM64, operatingSystemFamily: ecs.OperatingSystemFamily.LINUX };

export class TasksStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const web = ${image('web')};
    const fromAsset = (options: ecs.AssetImageProps = {}) => ecs.ContainerImage.fromAsset(web, { file: 'docker/Dockerfile.web', ...options });
    const repository = new ecr.Repository(this, 'Images', { repositoryName: 'shop-web' });
    const nginx = ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:1.27');

    const arm = new ecs.FargateTaskDefinition(this, 'Arm', { runtimePlatform: ARM, family: 'arm-family' });
    arm.addContainer('web', { image: fromAsset({ platform: Platform.LINUX_ARM64, target: 'web', buildArgs: { A: 'b' } }), healthCheck: { command: ['CMD', 'true'] } });
    arm.addContainer('proxy', { image: nginx, containerName: 'envoy', entryPoint: ['/start'], command: ['--fast'] });
    arm.addFirelensLogRouter('router', { image: ecs.ContainerImage.fromEcrRepository(repository, 'logs-1'), firelensConfig: { type: ecs.FirelensLogRouterType.FLUENTBIT }, memoryReservationMiB: 50 });

    const plain = new ecs.FargateTaskDefinition(this, 'Plain');
    plain.addContainer('web', { image: ecs.ContainerImage.fromEcrRepository(repository, '2.0.0'), command: ['serve'] });
    const of = new ecs.FargateTaskDefinition(this, 'Of', { runtimePlatform: { cpuArchitecture: ecs.CpuArchitecture.of('ARM64') } });
    of.addContainer('web', { image: ecs.ContainerImage.fromEcrRepository(repository) });
    const windows = new ecs.FargateTaskDefinition(this, 'Windows', { cpu: 1024, memoryLimitMiB: 2048, runtimePlatform: { operatingSystemFamily: ecs.OperatingSystemFamily.WINDOWS_SERVER_2019_CORE } });
    windows.addContainer('web', { image: ecs.ContainerImage.fromEcrRepository(repository, 'win-1') });

    const onEc2 = new ecs.Ec2TaskDefinition(this, 'OnEc2');
    onEc2.addContainer('web', { image: nginx, memoryLimitMiB: 128 });
    const placed = new ecs.Ec2TaskDefinition(this, 'Placed', { placementConstraints: [ecs.PlacementConstraint.memberOf('attribute:ecs.cpu-architecture == arm64')] });
    placed.addContainer('web', { image: nginx, memoryLimitMiB: 128 });
    const placedLater = new ecs.Ec2TaskDefinition(this, 'PlacedLater');
    placedLater.addPlacementConstraint(ecs.PlacementConstraint.memberOf('attribute:ecs.cpu-architecture == x86_64'));
    placedLater.addContainer('web', { image: nginx, memoryLimitMiB: 128 });
    new ecs.ExternalTaskDefinition(this, 'External').addContainer('web', { image: nginx, memoryLimitMiB: 128 });
    new ecs.TaskDefinition(this, 'Compatible', { compatibility: ecs.Compatibility.FARGATE, cpu: '256', memoryMiB: '512', runtimePlatform: ARM }).addContainer('web', { image: nginx });
    new ecs.TaskDefinition(this, 'Ec2Only', { compatibility: ecs.Compatibility.EC2, networkMode: ecs.NetworkMode.AWS_VPC }).addContainer('web', { image: nginx, memoryLimitMiB: 128 });
    const either = new ecs.TaskDefinition(this, 'Either', { compatibility: ecs.Compatibility.EC2_AND_FARGATE, cpu: '256', memoryMiB: '512' });
    either.addContainer('web', { image: nginx });
    const served = new ecs.TaskDefinition(this, 'Served', { compatibility: ecs.Compatibility.EC2_AND_FARGATE, cpu: '256', memoryMiB: '512' });
    served.addContainer('web', { image: nginx });
    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2 });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });
    new ecs.FargateService(this, 'ServedService', { cluster, taskDefinition: served });

    const container = new ecs.FargateTaskDefinition(this, 'ByClass', { runtimePlatform: ARM });
    new ecs.ContainerDefinition(this, 'Container', { taskDefinition: container, image: nginx, containerName: 'classy' });
    const asset = new DockerImageAsset(this, 'Asset', { directory: web, file: 'docker/Dockerfile.web' });
    const unnamed = new ecs.FargateTaskDefinition(this, 'FromAssets');
    unnamed.addContainer('asset', { image: ecs.ContainerImage.fromDockerImageAsset(asset) });
    unnamed.addContainer('class', { image: new ecs.AssetImage(${image('job')}) });
    unnamed.addContainer('uri', { image: ecs.ContainerImage.fromRegistry(asset.imageUri) });

    new ecs.CfnTaskDefinition(this, 'Resource', {
      family: 'resource', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512', networkMode: 'awsvpc', runtimePlatform: { cpuArchitecture: 'ARM64' },
      containerDefinitions: [{ name: 'main', image: \`\${repository.repositoryUri}:v9\`, command: ['run'], healthCheck: { command: ['CMD', 'true'] } }, { name: 'side', image: 'public.ecr.aws/nginx/nginx:1.27', entryPoint: ['/side'], command: ['x'] }],
    });
    new ecs.CfnExpressGatewayService(this, 'Express', {
      executionRoleArn: 'arn:aws:iam::123456789012:role/run', infrastructureRoleArn: 'arn:aws:iam::123456789012:role/infra', serviceName: 'express', primaryContainer: { image: \`\${repository.repositoryUri}:v10\`, command: ['go'] },
    });

    const escaped = new ecs.FargateTaskDefinition(this, 'Escaped');
    escaped.addContainer('web', { image: nginx });
    (escaped.node.defaultChild as ecs.CfnTaskDefinition).addPropertyOverride('RuntimePlatform', { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' });
    const image = new ecs.FargateTaskDefinition(this, 'OtherImage');
    image.addContainer('web', { image: nginx });
    (image.node.defaultChild as ecs.CfnTaskDefinition).addPropertyOverride('ContainerDefinitions.0.Image', 'public.ecr.aws/nginx/nginx:1.28');
  }
}

export class PullsStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const address = ecs.ContainerImage.fromRegistry(\`\${this.account}.dkr.ecr.\${this.region}.amazonaws.com/shop-web:v1\`);
    const repository = ecr.Repository.fromRepositoryName(this, 'Repository', 'shop-web');
    const task = (name: string, executionRole?: iam.IRole) => new ecs.FargateTaskDefinition(this, name, { ...(executionRole && { executionRole }) });
    task('None').addContainer('web', { image: address });
    const policy = iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonECSTaskExecutionRolePolicy');
    const role = (name: string, more: Partial<iam.RoleProps> = {}) => new iam.Role(this, name, { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'), ...more });
    task('Managed', role('ManagedRole', { managedPolicies: [policy] })).addContainer('web', { image: address });
    task('Bare', role('BareRole')).addContainer('web', { image: address });
    const granted = role('GrantedRole');
    repository.grantPull(granted);
    task('Granted', granted).addContainer('web', { image: address });
    const added = task('Added');
    added.addToExecutionRolePolicy(new iam.PolicyStatement({ actions: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], resources: ['*'] }));
    added.addContainer('web', { image: address });
    const obtained = task('Obtained');
    repository.grantPull(obtained.obtainExecutionRole());
    obtained.addContainer('web', { image: address });
    const beside = task('Beside');
    beside.addContainer('web', { image: address });
    beside.addContainer('other', { image: ecs.ContainerImage.fromEcrRepository(repository, 'v1') });
    task('Imported', iam.Role.fromRoleArn(this, 'ImportedRole', 'arn:aws:iam::123456789012:role/elsewhere')).addContainer('web', { image: address });
  }
}

export class StartedStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const image = ecs.ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(this, 'Repository', 'shop-job'), 'v1');
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc: new ec2.Vpc(this, 'Vpc', { maxAzs: 2 }) });
    const task = (name: string) => {
      const taskDefinition = new ecs.FargateTaskDefinition(this, name);
      taskDefinition.addContainer('job', { image });
      return taskDefinition;
    };
    new events.Rule(this, 'Rule', { schedule: events.Schedule.rate(cdk.Duration.hours(1)), targets: [new targets.EcsTask({ cluster, taskDefinition: task('ByRule') })] });
    new events.Rule(this, 'Later', { schedule: events.Schedule.rate(cdk.Duration.hours(1)) }).addTarget(new targets.EcsTask({ cluster, taskDefinition: task('ByTarget') }));
    const both = task('Both');
    new ecs.FargateService(this, 'Service', { cluster, taskDefinition: both });
    new events.Rule(this, 'BothRule', { schedule: events.Schedule.rate(cdk.Duration.hours(1)), targets: [new targets.EcsTask({ cluster, taskDefinition: both })] });
    new sfn.StateMachine(this, 'Machine', {
      definitionBody: sfn.DefinitionBody.fromChainable(new tasks.EcsRunTask(this, 'Run', { cluster, taskDefinition: task('ByMachine'), launchTarget: new tasks.EcsFargateLaunchTarget() })),
    });
    task('Idle');
  }
}

export class PatternsStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2 });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });
    cluster.addCapacity('Capacity', { instanceType: new ec2.InstanceType('t3.small') });
    const image = ecs.ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(this, 'Repository', 'shop-web'), 'v1');
    const schedule = cdk.aws_applicationautoscaling.Schedule.rate(cdk.Duration.hours(1));
    const arm = { runtimePlatform: ARM };
    const healthCheck = { command: ['CMD', 'true'] };
    new patterns.ApplicationLoadBalancedFargateService(this, 'AlbFargate', { cluster, taskImageOptions: { image } });
    new patterns.ApplicationLoadBalancedFargateService(this, 'AlbArm', { cluster, ...arm, taskImageOptions: { image, containerName: 'main', family: 'alb', entryPoint: ['/e'], command: ['c'] }, healthCheck });
    new patterns.ApplicationLoadBalancedEc2Service(this, 'AlbEc2', { cluster, memoryLimitMiB: 128, taskImageOptions: { image } });
    new patterns.NetworkLoadBalancedFargateService(this, 'NlbFargate', { cluster, ...arm, taskImageOptions: { image } });
    new patterns.NetworkLoadBalancedEc2Service(this, 'NlbEc2', { cluster, memoryLimitMiB: 128, taskImageOptions: { image, containerName: 'net' } });
    new patterns.ApplicationMultipleTargetGroupsFargateService(this, 'AlbMany', { cluster, ...arm, taskImageOptions: { image } });
    new patterns.ApplicationMultipleTargetGroupsEc2Service(this, 'AlbManyEc2', { cluster, memoryLimitMiB: 128, taskImageOptions: { image } });
    new patterns.NetworkMultipleTargetGroupsFargateService(this, 'NlbMany', { cluster, ...arm, taskImageOptions: { image } });
    new patterns.NetworkMultipleTargetGroupsEc2Service(this, 'NlbManyEc2', { cluster, memoryLimitMiB: 128, taskImageOptions: { image } });
    new patterns.QueueProcessingFargateService(this, 'QueueFargate', { cluster, ...arm, image, healthCheck, family: 'queue' });
    new patterns.QueueProcessingFargateService(this, 'QueueNamed', { cluster, image, containerName: 'worker', command: ['work'] });
    new patterns.QueueProcessingEc2Service(this, 'QueueEc2', { cluster, memoryLimitMiB: 128, image });
    new patterns.ScheduledFargateTask(this, 'CronFargate', { cluster, schedule, scheduledFargateTaskImageOptions: { image, command: ['tick'] } });
    new patterns.ScheduledFargateTask(this, 'CronPlatform', { cluster, schedule, ...arm, scheduledFargateTaskImageOptions: { image, containerName: 'cron' } });
    new patterns.ScheduledEc2Task(this, 'CronEc2', { cluster, schedule, scheduledEc2TaskImageOptions: { image, memoryLimitMiB: 128 } });
    const taskDefinition = new ecs.FargateTaskDefinition(this, 'Own', { runtimePlatform: ARM });
    taskDefinition.addContainer('own', { image, portMappings: [{ containerPort: 80 }] });
    new patterns.ApplicationLoadBalancedFargateService(this, 'WithOwn', { cluster, taskDefinition });
    const added = new patterns.ApplicationLoadBalancedFargateService(this, 'Added', { cluster, taskImageOptions: { image } });
    added.taskDefinition.addContainer('sidecar', { image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:1.27') });
  }
}

export class InstancesStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2 });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });
    const autoScalingGroup = new autoscaling.AutoScalingGroup(this, 'Group', { vpc, instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.SMALL), machineImage: ecs.EcsOptimizedImage.amazonLinux2(ecs.AmiHardwareType.ARM) });
    cluster.addAsgCapacityProvider(new ecs.AsgCapacityProvider(this, 'Provider', { autoScalingGroup }));
    const image = ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:1.27');
    const task = new ecs.Ec2TaskDefinition(this, 'Task');
    task.addContainer('web', { image, memoryLimitMiB: 128 });
    new ecs.Ec2Service(this, 'Service', { cluster, taskDefinition: task });
    new batch.ManagedEc2EcsComputeEnvironment(this, 'Environment', { vpc, instanceClasses: [ec2.InstanceClass.C7G], useOptimalInstanceClasses: false });
    new batch.EcsJobDefinition(this, 'Job', { container: new batch.EcsEc2ContainerDefinition(this, 'JobContainer', { image, cpu: 1, memory: cdk.Size.gibibytes(2) }) });
  }
}
`,
};
