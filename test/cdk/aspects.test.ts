import { describe, expect, it } from 'vitest';
import { project, type Project } from './project.ts';

function app(visit: string, scope = 'app'): Project {
  return project({
    'cdk.json': '{ "app": "npx ts-node bin/app.ts" }',
    'bin/app.ts': [
      "import * as cdk from 'aws-cdk-lib';",
      "import * as lambda from 'aws-cdk-lib/aws-lambda';",
      "import * as ecs from 'aws-cdk-lib/aws-ecs';",
      "import * as ecr from 'aws-cdk-lib/aws-ecr';",
      "import { IConstruct } from 'constructs';",
      'class Graviton implements cdk.IAspect {',
      '  public visit(node: IConstruct): void {',
      visit,
      '  }',
      '}',
      'const app = new cdk.App();',
      "const api = new cdk.Stack(app, 'Api');",
      "const web = new cdk.Stack(app, 'Web');",
      "new lambda.DockerImageFunction(api, 'Fn', { code: lambda.DockerImageCode.fromImageAsset('fn') });",
      "new ecs.FargateTaskDefinition(web, 'Task').addContainer('web', { image: ecs.ContainerImage.fromAsset('web') });",
      `cdk.Aspects.of(${scope}).add(new Graviton());`,
    ].join('\n'),
  });
}

const cpus = (read: Project) => read.of('workload').map((one) => [one.label, one.cpu, one.cpuBasis]);

describe('aspects', () => {
  it('set the architecture of the functions they visit, and leave the asset without a platform', () => {
    const read = app("if (node instanceof lambda.CfnFunction) node.architectures = ['arm64'];");
    expect(cpus(read)).toEqual([
      ['Api/Fn', 'arm64', 'stated'],
      ['Web/Task/web', 'amd64', 'default'],
    ]);
    expect(read.shown(read.of('workload')[0]?.cpuSite)).toBe("bin/app.ts:8 'arm64'");
    expect(read.of('build').map((one) => one.platforms.kind)).toEqual(['host', 'host']);
  });

  it.each([
    [
      'after a test that turns the others away',
      "if (!(node instanceof ecs.CfnTaskDefinition)) return; node.addPropertyOverride('RuntimePlatform', { CpuArchitecture: 'ARM64' });",
    ],
    [
      'by the type of the resource',
      "if (cdk.CfnResource.isCfnResource(node) && node.cfnResourceType === 'AWS::ECS::TaskDefinition') node.addPropertyOverride('RuntimePlatform.CpuArchitecture', 'ARM64');",
    ],
    [
      'through the construct',
      "if (node instanceof ecs.FargateTaskDefinition) (node.node.defaultChild as ecs.CfnTaskDefinition).runtimePlatform = { cpuArchitecture: 'ARM64' };",
    ],
  ])('set that of tasks %s', (_, visit) => {
    expect(cpus(app(visit))).toEqual([
      ['Api/Fn', 'amd64', 'default'],
      ['Web/Task/web', 'arm64', 'stated'],
    ]);
  });

  it('reach only what is below their scope', () => {
    const visit =
      "if (node instanceof lambda.CfnFunction) node.architectures = ['arm64']; if (node instanceof ecs.CfnTaskDefinition) node.addPropertyOverride('RuntimePlatform', { CpuArchitecture: 'ARM64' });";
    expect(cpus(app(visit, 'api')).map(([, cpu]) => cpu)).toEqual(['arm64', 'amd64']);
    expect(cpus(app(visit, 'web')).map(([, cpu]) => cpu)).toEqual(['amd64', 'arm64']);
  });

  it('leave the architecture open where it hangs on something else', () => {
    expect(
      cpus(
        app("if (node instanceof lambda.CfnFunction && process.env.GRAVITON === '1') node.architectures = ['arm64'];"),
      )[0],
    ).toEqual(['Api/Fn', undefined, 'stated']);
  });

  it('that tag or check change nothing', () => {
    expect(cpus(app("cdk.Tags.of(node).add('team', 'web');"))).toEqual([
      ['Api/Fn', 'amd64', 'default'],
      ['Web/Task/web', 'amd64', 'default'],
    ]);
  });
});
