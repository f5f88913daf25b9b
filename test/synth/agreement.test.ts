import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Build, Repository, Workload } from '../../src/model/facts.ts';
import { showPlatforms } from '../../src/core/platform.ts';
import { known } from '../../src/core/text.ts';
import type { CheckResult } from '../../src/index.ts';
import { dispose, synthesized, textOf, type Synthesized } from './app.ts';

const DOCKERFILE = 'FROM public.ecr.aws/lambda/python:3.12\nCOPY . .\nCMD ["app.handler"]\n';
const WEB =
  'FROM public.ecr.aws/docker/library/python:3.12-slim\nCOPY . .\nHEALTHCHECK CMD true\nCMD ["python", "web.py"]\n';

const IMPORTS = `import * as path from 'path';
import * as cdk from 'aws-cdk-lib';
import * as apprunner from 'aws-cdk-lib/aws-apprunner';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as codepipeline from 'aws-cdk-lib/pipelines';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as patterns from 'aws-cdk-lib/aws-ecs-patterns';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as iam from 'aws-cdk-lib/aws-iam';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Construct } from 'constructs';
`;

const FILES: Record<string, string> = {
  'services/orders/Dockerfile': DOCKERFILE,
  'services/billing/Dockerfile': `${DOCKERFILE}ENV SERVICE=billing\n`,
  'services/web/docker/Dockerfile.web': WEB,
  'services/job/Dockerfile': `${WEB}ENV SERVICE=job\n`,
  'services/runner/Dockerfile': `${WEB}ENV SERVICE=runner\n`,
  'lib/functions.ts': `${IMPORTS}
export interface FunctionProps {
  readonly name: string;
  readonly architecture?: lambda.Architecture;
  readonly platform?: Platform;
}

export class ImageFunction extends Construct {
  readonly fn: lambda.DockerImageFunction;
  constructor(scope: Construct, id: string, { name, architecture, platform }: FunctionProps) {
    super(scope, id);
    this.fn = new lambda.DockerImageFunction(this, 'Fn', {
      functionName: name,
      ...(architecture === undefined ? {} : { architecture }),
      code: lambda.DockerImageCode.fromImageAsset(path.join(__dirname, '../services', name), { ...(platform === undefined ? {} : { platform }), buildArgs: { SERVICE: name } }),
    });
  }
}

export class FunctionsStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    new ImageFunction(this, 'Orders', { name: 'orders', architecture: lambda.Architecture.ARM_64 });
    new ImageFunction(this, 'Billing', { name: 'billing', platform: Platform.LINUX_ARM64 });
    const repository = new ecr.Repository(this, 'Images', { repositoryName: 'shop-images', imageTagMutability: ecr.TagMutability.IMMUTABLE, removalPolicy: cdk.RemovalPolicy.DESTROY });
    new lambda.DockerImageFunction(this, 'Reports', { architecture: lambda.Architecture.ARM_64, code: lambda.DockerImageCode.fromEcr(repository, { tagOrDigest: '1.4.0' }) });
    new lambda.Function(this, 'Plain', {
      runtime: lambda.Runtime.FROM_IMAGE, handler: lambda.Handler.FROM_IMAGE, architecture: lambda.Architecture.X86_64,
      code: lambda.Code.fromAssetImage(path.join(__dirname, '../services/orders'), { platform: Platform.LINUX_AMD64 }),
    });
  }
}
`,
  'lib/containers.ts': `${IMPORTS}
export class ContainersStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 0 });
    const web = path.join(__dirname, '../services/web');
    const task = new ecs.FargateTaskDefinition(this, 'Task', { runtimePlatform: { cpuArchitecture: ecs.CpuArchitecture.ARM64, operatingSystemFamily: ecs.OperatingSystemFamily.LINUX } });
    task.addContainer('web', { image: ecs.ContainerImage.fromAsset(web, { file: 'docker/Dockerfile.web', platform: Platform.LINUX_ARM64 }), healthCheck: { command: ['CMD', 'true'] } });
    task.addContainer('proxy', { image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:1.27') });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });
    new patterns.ApplicationLoadBalancedFargateService(this, 'Service', {
      cluster, taskImageOptions: { image: ecs.ContainerImage.fromAsset(web, { file: 'docker/Dockerfile.web' }) },
    });
    new batch.EcsJobDefinition(this, 'Job', {
      container: new batch.EcsFargateContainerDefinition(this, 'JobContainer', {
        image: ecs.ContainerImage.fromAsset(path.join(__dirname, '../services/job'), { platform: Platform.LINUX_ARM64 }), cpu: 1, memory: cdk.Size.gibibytes(2),
        fargateCpuArchitecture: ecs.CpuArchitecture.ARM64,
      }),
    });
    const asset = new DockerImageAsset(this, 'RunnerImage', { directory: path.join(__dirname, '../services/runner') });
    new apprunner.CfnService(this, 'Runner', { sourceConfiguration: { autoDeploymentsEnabled: false, imageRepository: { imageIdentifier: asset.imageUri, imageRepositoryType: 'ECR' } } });
  }
}
`,
  'lib/pipeline.ts': `${IMPORTS}
import { FunctionsStack } from './functions';

export class ShopStage extends cdk.Stage {
  constructor(scope: Construct, id: string, props?: cdk.StageProps) {
    super(scope, id, props);
    new FunctionsStack(this, 'Functions');
  }
}

export class PipelineStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const pipeline = new codepipeline.CodePipeline(this, 'Pipeline', {
      synth: new codepipeline.ShellStep('Synth', { input: codepipeline.CodePipelineSource.gitHub('shop/shop', 'main', { authentication: cdk.SecretValue.secretsManager('token') }), commands: ['npm ci', 'npx cdk synth'] }),
    });
    pipeline.addStage(new ShopStage(this, 'Prod', { env: { account: '123456789012', region: 'eu-west-1' } }));
  }
}
`,
  'bin/app.ts': `import * as cdk from 'aws-cdk-lib';
import { ContainersStack } from '../lib/containers';
import { FunctionsStack } from '../lib/functions';
import { PipelineStack } from '../lib/pipeline';

const app = new cdk.App();
const env = { account: '123456789012', region: 'eu-north-1' };
new FunctionsStack(app, 'Functions', { env });
new ContainersStack(app, 'Containers', { env });
new PipelineStack(app, 'Pipeline', { env });
`,
};

let app: Synthesized;
beforeAll(async () => {
  app = await synthesized(FILES);
});
afterAll(dispose);

/** What both readers can know of a workload, in one line, by the construct that makes it. */
function described({ model }: CheckResult): Map<string, string> {
  const builds = new Map<string, Build>(
    model.builds.flatMap((build) => (build.asset === undefined ? [] : [[build.asset, build] as const])),
  );
  const image = ({ image: source }: Workload): string => {
    if (source.kind === 'ref') return `ref ${known(source.ref.tag) ?? known(source.ref.digest) ?? '?'}`;
    const build = source.kind === 'asset' ? builds.get(source.asset) : undefined;
    if (build === undefined) return source.kind;
    const stages = build.base?.stages
      .map((stage) => ('image' in stage.from ? known(stage.from.image) : stage.from.stage))
      .join();
    return `asset ${showPlatforms(build.platforms)} from ${stages} with ${build.buildArgs.map((arg) => `${arg.name}=${known(arg.value) ?? '?'}`).join()} attesting ${build.attestations.provenance}`;
  };
  return new Map(
    model.workloads.map((one) => [
      `${constructOf(one)} ${known(one.containerName) ?? ''}`.trim(),
      `${one.service} ${one.cpu ?? 'unknown'} by ${one.cpuBasis ?? '-'}${one.healthCheck === true ? ' checked' : ''} in ${known(one.region) ?? 'any region'}: ${image(one)}`,
    ]),
  );
}

/** The library's patterns make task definitions inside. */
function constructOf({ constructPath = '?' }: Workload): string {
  return constructPath.replace(/\/TaskDef$/, '');
}

describe('a real app, as its source says it and as it is synthesized', () => {
  it('has the same workloads, with the same CPUs, images, platforms and build arguments', () => {
    const source = described(app.source);
    const output = described(app.output);
    expect([...source.keys()].sort()).toEqual([...output.keys()].sort());
    expect(Object.fromEntries([...source].sort())).toEqual(Object.fromEntries([...output].sort()));
  });

  it('is what its author wrote', () => {
    const output = described(app.output);
    expect(output.get('Functions/Orders/Fn')).toBe(
      'lambda arm64 by stated in eu-north-1: asset linux/arm64 from public.ecr.aws/lambda/python:3.12 with SERVICE=orders attesting off',
    );
    expect(output.get('Functions/Billing/Fn')).toBe(
      'lambda amd64 by default in eu-north-1: asset linux/arm64 from public.ecr.aws/lambda/python:3.12 with SERVICE=billing attesting off',
    );
    expect(output.get('Functions/Reports')).toBe('lambda arm64 by stated in eu-north-1: ref 1.4.0');
    expect(output.get('Containers/Task web')).toBe(
      'ecs arm64 by stated checked in eu-north-1: asset linux/arm64 from public.ecr.aws/docker/library/python:3.12-slim with  attesting off',
    );
    expect(output.get('Containers/Service web')).toContain(
      "ecs amd64 by default in eu-north-1: asset the builder's own platform",
    );
    expect(output.get('Containers/Job')).toContain('batch arm64 by stated in eu-north-1: asset linux/arm64');
    expect(output.get('Containers/Runner')).toContain(
      "apprunner amd64 by service in eu-north-1: asset the builder's own platform",
    );
    expect(output.get('Pipeline/Prod/Functions/Orders/Fn')).toContain('lambda arm64 by stated');
  });

  it('has the same repositories', () => {
    const shown = ({ model }: CheckResult) =>
      model.repositories
        .filter((one: Repository) => one.role === 'created')
        .map((one) => `${one.label} ${known(one.name)} ${one.mutability} ${one.retained === true ? 'kept' : 'deleted'}`)
        .sort();
    expect(shown(app.source)).toEqual(shown(app.output));
    expect(shown(app.output)).toContain('Functions/Images shop-images immutable deleted');
  });
});

describe('source and output together', () => {
  it('are one app: no construct is there twice', () => {
    expect(app.both.model.workloads).toHaveLength(app.output.model.workloads.length);
    expect(app.both.model.builds.length).toBeGreaterThanOrEqual(app.output.model.builds.length);
    expect(
      app.both.findings.filter((one) => one.rule === 'arch-mismatch' || one.rule === 'platform-unset').length,
    ).toBe(app.source.findings.filter((one) => one.rule === 'arch-mismatch' || one.rule === 'platform-unset').length);
  });

  it('find at the line of the source', () => {
    const files = new Set(app.both.findings.map((one) => one.site.file));
    expect([...files].filter((file) => file.startsWith('cdk.out'))).toEqual([]);
    const [mismatch] = app.both.findings.filter((one) => one.rule === 'arch-mismatch');
    const { file, span } = mismatch!.site;
    expect([file, textOf(app.root, file).slice(span.start, span.end)]).toEqual([
      'lib/functions.ts',
      'Platform.LINUX_ARM64',
    ]);
  });
});
