import { describe, expect, it } from 'vitest';
import { showRef } from '../../src/core/image-ref.ts';
import type { Workload } from '../../src/model/facts.ts';
import { stack } from './project.ts';

const brief = ({ service, label, image, cpu, cpuBasis }: Workload) => [
  service,
  label,
  image.kind === 'ref' ? showRef(image.ref) : image.kind,
  cpu,
  cpuBasis,
];

describe('ECS', () => {
  it('reads containers of a Fargate task definition', () => {
    const app = stack(`
    const task = new ecs.FargateTaskDefinition(this, 'Task', { family: 'api', runtimePlatform: { cpuArchitecture: ecs.CpuArchitecture.ARM64, operatingSystemFamily: ecs.OperatingSystemFamily.LINUX } });
    task.addContainer('web', { image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:1.27'), healthCheck: { command: ['CMD', 'true'] }, command: ['serve'] });
    new ecs.ContainerDefinition(this, 'Side', { taskDefinition: task, image: ecs.ContainerImage.fromRegistry('envoy:v1'), containerName: 'envoy' });`);
    expect(app.of('workload').map(brief)).toEqual([
      ['ecs', 'Api/Task/web', 'public.ecr.aws/nginx/nginx:1.27', 'arm64', 'stated'],
      ['ecs', 'Api/Task/envoy', 'envoy:v1', 'arm64', 'stated'],
    ]);
    expect(app.of('workload').map((one) => [one.name, one.containerName, one.healthCheck, one.startsWith])).toEqual([
      [['api'], ['web'], true, ['serve']],
      [['api'], ['envoy'], false, undefined],
    ]);
    expect(app.shown(app.of('workload')[0]?.cpuSite)).toBe('lib/api-stack.ts:14 ecs.CpuArchitecture.ARM64');
    expect(app.shown(app.of('workload')[0]?.imageSite)).toBe("lib/api-stack.ts:15 'public.ecr.aws/nginx/nginx:1.27'");
  });

  it('tells tasks that are started anew each time from those of a service', () => {
    const run = (body: string) =>
      stack(`
    const task = new ecs.FargateTaskDefinition(this, 'Task');
    task.addContainer('job', { image: ecs.ContainerImage.fromRegistry('job:latest') });
    ${body}`).one('workload').startedPerRun;
    expect(
      run(
        "const rule = new cdk.aws_events.Rule(this, 'Rule'); rule.addTarget(new cdk.aws_events_targets.EcsTask({ taskDefinition: task }));",
      ),
    ).toBe(true);
    expect(run("new cdk.aws_stepfunctions_tasks.EcsRunTask(this, 'Run', { taskDefinition: task });")).toBe(true);
    expect(
      run(
        "new cdk.aws_stepfunctions_tasks.EcsRunTask(this, 'Run', { taskDefinition: task }); new ecs.FargateService(this, 'Service', { taskDefinition: task });",
      ),
    ).toBeUndefined();
    expect(run('')).toBeUndefined();
    expect(
      stack(
        "new cdk.aws_ecs_patterns.ScheduledFargateTask(this, 'Nightly', { scheduledFargateTaskImageOptions: { image: ecs.ContainerImage.fromRegistry('job:latest') } });",
      ).one('workload').startedPerRun,
    ).toBe(true);
  });

  it("takes the pipeline's ECS action for a roll-out", () => {
    const app = stack(
      "new cdk.aws_codepipeline_actions.EcsDeployAction({ actionName: 'Deploy', service: this.service, input: this.built });",
    );
    expect(app.of('rollout').map((one) => [one.service, one.effect])).toEqual([['ecs', 'forced']]);
  });

  it('knows the default of Fargate, and none on EC2', () => {
    const task = (kind: string) =>
      stack(`new ecs.${kind}.addContainer('web', { image: new ecs.RepositoryImage('app:v1') });`).one('workload');
    expect(task("FargateTaskDefinition(this, 'T')")).toMatchObject({ cpu: 'amd64', cpuBasis: 'default' });
    expect(task("Ec2TaskDefinition(this, 'T')").cpu).toBeUndefined();
    expect(task("ExternalTaskDefinition(this, 'T')").cpu).toBeUndefined();
    expect(task("TaskDefinition(this, 'T', { compatibility: ecs.Compatibility.FARGATE })").cpu).toBe('amd64');
    expect(task("TaskDefinition(this, 'T', { compatibility: ecs.Compatibility.EC2 })").cpu).toBeUndefined();
  });

  it.each([
    ["addPropertyOverride('RuntimePlatform', { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' })"],
    ["addPropertyOverride('RuntimePlatform.CpuArchitecture', 'ARM64')"],
    ["addOverride('Properties.RuntimePlatform.CpuArchitecture', 'ARM64')"],
  ])('lets the escape hatch %s win', (call) => {
    const app = stack(`
    const task = new ecs.FargateTaskDefinition(this, 'Task');
    task.addContainer('web', { image: ecs.ContainerImage.fromRegistry('app:v1') });
    const cfn = task.node.defaultChild as ecs.CfnTaskDefinition;
    cfn.${call};`);
    expect(app.one('workload')).toMatchObject({ cpu: 'arm64', cpuBasis: 'stated' });
    expect(app.shown(app.one('workload').cpuSite)).toBe("lib/api-stack.ts:17 'ARM64'");
  });

  it('reads the patterns, and that the scheduled one ignores its runtimePlatform', () => {
    const app = stack(`
    const patterns = require('aws-cdk-lib/aws-ecs-patterns');
    const arm = { runtimePlatform: { cpuArchitecture: ecs.CpuArchitecture.ARM64 } };
    const image = ecs.ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(this, 'R', 'api'), 'v1');
    new patterns.ApplicationLoadBalancedFargateService(this, 'Web', { ...arm, taskImageOptions: { image, containerName: 'web' } });
    new patterns.QueueProcessingFargateService(this, 'Queue', { ...arm, image });
    new patterns.ScheduledFargateTask(this, 'Cron', { ...arm, scheduledFargateTaskImageOptions: { image }, schedule: 1 });
    new patterns.ApplicationLoadBalancedEc2Service(this, 'Ec2', { taskImageOptions: { image } });`);
    const address = '${account}.dkr.ecr.${region}.amazonaws.com/api:v1';
    expect(app.of('workload').map(brief)).toEqual([
      ['ecs', 'Api/Web', address, 'arm64', 'stated'],
      ['ecs', 'Api/Queue', address, 'arm64', 'stated'],
      ['ecs', 'Api/Cron', address, 'amd64', 'default'],
      ['ecs', 'Api/Ec2', address, undefined, undefined],
    ]);
  });

  it('reads task definitions written as resources', () => {
    const app = stack(
      "new ecs.CfnTaskDefinition(this, 'T', { requiresCompatibilities: ['FARGATE'], runtimePlatform: { cpuArchitecture: 'ARM64' }, containerDefinitions: [{ name: 'web', image: 'app:v1' }] });",
    );
    expect(app.of('workload').map(brief)).toEqual([['ecs', 'Api/T', 'app:v1', 'arm64', 'stated']]);
  });

  it('takes inherited statics and image classes for what they are', () => {
    const app = stack(`
    const task = new ecs.FargateTaskDefinition(this, 'T');
    const repository = ecr.Repository.fromRepositoryName(this, 'R', 'api');
    task.addContainer('a', { image: ecs.RepositoryImage.fromEcrRepository(repository, 'v1') });
    task.addContainer('b', { image: new ecs.EcrImage(repository, 'v2') });
    task.addContainer('c', { image: new ecs.AssetImage('service') });
    task.addContainer('d', { image: ecs.ContainerImage.fromTarball('image.tar') });`);
    expect(app.of('workload').map((one) => brief(one)[2])).toEqual([
      '${account}.dkr.ecr.${region}.amazonaws.com/api:v1',
      '${account}.dkr.ecr.${region}.amazonaws.com/api:v2',
      'asset',
      'asset',
    ]);
    expect(app.of('build').map((build) => build.platforms.kind)).toEqual(['host', 'unknown']);
  });
});

describe('other services', () => {
  it('reads Batch containers', () => {
    const app = stack(`
    const image = ecs.ContainerImage.fromAsset('job');
    new batch.EcsFargateContainerDefinition(this, 'Arm', { image, fargateCpuArchitecture: ecs.CpuArchitecture.ARM64 });
    new batch.EcsFargateContainerDefinition(this, 'Default', { image });
    new batch.EcsEc2ContainerDefinition(this, 'Ec2', { image });
    new batch.CfnJobDefinition(this, 'Raw', { type: 'container', platformCapabilities: ['FARGATE'], containerProperties: { image: 'job:v1', runtimePlatform: { cpuArchitecture: 'ARM64' } } });`);
    expect(app.of('workload').map(brief)).toEqual([
      ['batch', 'Api/Arm', 'asset', 'arm64', 'stated'],
      ['batch', 'Api/Default', 'asset', 'amd64', 'default'],
      ['batch', 'Api/Ec2', 'asset', undefined, undefined],
      ['batch', 'Api/Raw', 'job:v1', 'arm64', 'stated'],
    ]);
    expect(app.of('build')).toHaveLength(1);
  });

  it('knows that App Runner is amd64 only and AgentCore arm64 only', () => {
    const app = stack(`
    const runner = require('@aws-cdk/aws-apprunner-alpha');
    const { CfnService } = require('aws-cdk-lib/aws-apprunner');
    const { Runtime, AgentRuntimeArtifact } = require('@aws-cdk/aws-bedrock-agentcore-alpha');
    const repository = ecr.Repository.fromRepositoryName(this, 'R', 'api');
    new runner.Service(this, 'A', { source: runner.Source.fromEcr({ repository, tagOrDigest: 'v1' }), autoDeploymentsEnabled: true });
    new runner.Service(this, 'B', { source: runner.Source.fromAsset({ asset: new DockerImageAsset(this, 'I', { directory: 'b' }) }) });
    new CfnService(this, 'C', { sourceConfiguration: { autoDeploymentsEnabled: false, imageRepository: { imageIdentifier: \`\${repository.repositoryUri}:v2\`, imageRepositoryType: 'ECR' } } });
    new Runtime(this, 'D', { agentRuntimeArtifact: AgentRuntimeArtifact.fromAsset('agent') });`);
    expect(app.of('workload').map(brief)).toEqual([
      ['apprunner', 'Api/A', '${account}.dkr.ecr.${region}.amazonaws.com/api:v1', 'amd64', 'service'],
      ['apprunner', 'Api/B', 'asset', 'amd64', 'service'],
      ['apprunner', 'Api/C', '${account}.dkr.ecr.${region}.amazonaws.com/api:v2', 'amd64', 'service'],
      ['agentcore', 'Api/D', 'asset', 'arm64', 'service'],
    ]);
    expect(app.of('workload').map((one) => one.autoDeploy)).toEqual([true, true, false, undefined]);
  });

  it('lets an override of a function win over its property', () => {
    const app = stack(`
    const fn = new lambda.DockerImageFunction(this, 'Fn', { code: lambda.DockerImageCode.fromImageAsset('s') });
    (fn.node.defaultChild as lambda.CfnFunction).addPropertyOverride('Architectures.0', 'arm64');`);
    expect(app.one('workload')).toMatchObject({ cpu: 'arm64', cpuBasis: 'stated' });
    expect(app.one('build').platforms).toEqual({ kind: 'host' });
  });

  it('reads architectures set on the resource', () => {
    const app = stack(`
    const fn = new lambda.DockerImageFunction(this, 'Fn', { code: lambda.DockerImageCode.fromImageAsset('s', { cmd: ['app.handler'] }), functionName: 'api' });
    const cfn = fn.node.defaultChild as lambda.CfnFunction;
    cfn.architectures = ['arm64'];`);
    expect(app.one('workload')).toMatchObject({ cpu: 'arm64', name: ['api'], startsWith: ['app.handler'] });
  });

  it('is silent about images for bundling', () => {
    expect(
      stack(
        "const bundling = { image: cdk.DockerImage.fromRegistry('node:20'), command: ['true'] }; cdk.DockerImage.fromBuild('tool');",
      ).facts,
    ).toEqual([]);
  });
});
