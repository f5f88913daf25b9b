import { describe, expect, it } from 'vitest';
import { showPlatforms } from '../../src/core/platform.ts';
import { project, stack } from './project.ts';

describe('image assets of Lambda functions', () => {
  it('takes the platform from the architecture of a DockerImageFunction', () => {
    const app = stack(
      `
    new lambda.DockerImageFunction(this, 'Fn', {
      code: lambda.DockerImageCode.fromImageAsset(path.join(__dirname, '..', 'service')),
      architecture: lambda.Architecture.ARM_64,
    });`,
      { 'service/Dockerfile': 'FROM public.ecr.aws/lambda/python:3.12\nCMD ["app.handler"]\n' },
    );
    const build = app.one('build');
    expect(showPlatforms(build.platforms)).toBe('linux/arm64');
    expect(build.platformDerived).toBe(true);
    expect(build.dockerfile).toBe('service/Dockerfile');
    expect(build.context).toBe('service');
    expect(build.base?.lambdaRuntime).toBe('yes');
    expect(app.shown(build.site)).toBe('lib/api-stack.ts:15 lambda.DockerImageCode.fromImageAsset');
    const workload = app.one('workload');
    expect(workload).toMatchObject({
      service: 'lambda',
      label: 'Api/Fn',
      constructPath: 'Api/Fn',
      stack: 'Api',
      cpu: 'arm64',
      cpuBasis: 'stated',
      declared: true,
    });
    expect(workload.image).toEqual({ kind: 'asset', asset: build.asset });
    expect(app.shown(workload.cpuSite)).toBe('lib/api-stack.ts:16 lambda.Architecture.ARM_64');
    expect(app.shown(workload.site)).toBe('lib/api-stack.ts:14 new lambda.DockerImageFunction');
    expect(workload.site.via?.map((hop) => `${hop.label} ${hop.file}:${hop.span.line}`)).toEqual([
      'new ApiStack bin/app.ts:3',
    ]);
  });

  it('leaves the platform to the builder when the function states no architecture', () => {
    const app = stack(
      "new lambda.DockerImageFunction(this, 'Fn', { code: lambda.DockerImageCode.fromImageAsset('service') });",
    );
    expect(app.one('build').platforms).toEqual({ kind: 'host' });
    expect(app.one('build').platformSite).toBeUndefined();
    expect(app.one('workload')).toMatchObject({ cpu: 'amd64', cpuBasis: 'default' });
  });

  it('lets a stated platform win over the architecture', () => {
    const app = stack(`
    new lambda.DockerImageFunction(this, 'Fn', {
      architecture: lambda.Architecture.ARM_64,
      code: lambda.DockerImageCode.fromImageAsset('service', { platform: Platform.LINUX_AMD64 }),
    });`);
    const build = app.one('build');
    expect(showPlatforms(build.platforms)).toBe('linux/amd64');
    expect(build.platformDerived).toBeUndefined();
    expect(app.shown(build.platformSite)).toBe('lib/api-stack.ts:16 Platform.LINUX_AMD64');
  });

  it('never derives it for Code.fromAssetImage', () => {
    const app = stack(`
    new lambda.Function(this, 'Fn', {
      code: lambda.Code.fromAssetImage('service'), handler: lambda.Handler.FROM_IMAGE, runtime: lambda.Runtime.FROM_IMAGE,
      architecture: lambda.Architecture.ARM_64,
    });`);
    expect(app.one('build').platforms).toEqual({ kind: 'host' });
    expect(app.one('workload').cpu).toBe('arm64');
  });

  it('is silent about functions from zip files', () => {
    expect(
      stack(
        "new lambda.Function(this, 'Fn', { code: lambda.Code.fromAsset('src'), handler: 'a.b', runtime: lambda.Runtime.NODEJS_20_X, architecture: lambda.Architecture.ARM_64 });",
      ).facts,
    ).toEqual([]);
  });

  it('gives each function an asset of its own when they share the code expression', () => {
    const app = stack(`
    const code = lambda.DockerImageCode.fromImageAsset('service');
    new lambda.DockerImageFunction(this, 'Arm', { code, architecture: lambda.Architecture.ARM_64 });
    new lambda.DockerImageFunction(this, 'Intel', { code, architecture: lambda.Architecture.X86_64 });`);
    expect(app.of('build').map((build) => showPlatforms(build.platforms))).toEqual(['linux/arm64', 'linux/amd64']);
    expect(new Set(app.of('build').map((build) => build.asset)).size).toBe(2);
  });

  it('keeps the platform unknown, not unset, when it comes from outside', () => {
    const app = stack(
      "new DockerImageAsset(this, 'Image', { directory: 'service', platform: Platform.custom(process.env.PLATFORM!) });",
    );
    expect(app.one('build').platforms).toEqual({ kind: 'unknown' });
  });

  it('reads custom platforms and dockerPlatform', () => {
    const app = stack(`
    new DockerImageAsset(this, 'A', { directory: 'a', platform: Platform.custom('linux/arm64/v8') });
    new DockerImageAsset(this, 'B', { directory: 'b', platform: Platform.custom(lambda.Architecture.X86_64.dockerPlatform) });`);
    expect(app.of('build').map((build) => showPlatforms(build.platforms))).toEqual(['linux/arm64', 'linux/amd64']);
  });

  it('carries the Dockerfile name, target and build arguments', () => {
    const app = stack(`
    new DockerImageAsset(this, 'Image', { directory: path.join(__dirname, '../service'), file: 'docker/web.Dockerfile', target: 'release', buildArgs: { NODE_VERSION: '20', SHA: process.env.GITHUB_SHA! } });`);
    const build = app.one('build');
    expect(build.dockerfile).toBe('service/docker/web.Dockerfile');
    expect(build.target).toEqual(['release']);
    expect(build.buildArgs.map(({ name, value }) => [name, value])).toEqual([
      ['NODE_VERSION', ['20']],
      ['SHA', [{ hole: 'GITHUB_SHA', nature: 'unique' }]],
    ]);
    expect(app.shown(build.buildArgs[0]?.site)).toBe("lib/api-stack.ts:14 '20'");
  });

  it('starts relative folders where cdk.json lies', () => {
    const app = project({
      'infra/cdk.json': '{}',
      'infra/app.ts':
        "import { App, Stack } from 'aws-cdk-lib';\nimport { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';\nnew DockerImageAsset(new Stack(new App(), 'S'), 'I', { directory: '../service' });",
      'service/Dockerfile': 'FROM scratch\n',
    });
    expect(app.one('build').dockerfile).toBe('service/Dockerfile');
  });

  it('follows import.meta.dirname and fileURLToPath', () => {
    const app = project({
      'infra/app.mts': `import { App, Stack } from 'aws-cdk-lib';
import { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
const here = dirname(fileURLToPath(import.meta.url));
const stack = new Stack(new App(), 'S');
new DockerImageAsset(stack, 'A', { directory: resolve(here, '../a') });
new DockerImageAsset(stack, 'B', { directory: resolve(import.meta.dirname, '../b') });`,
    });
    expect(app.of('build').map((build) => build.context)).toEqual(['a', 'b']);
  });
});

describe('attestations of CDK assets', () => {
  const withToolkit = (version: string) =>
    stack("new DockerImageAsset(this, 'Image', { directory: 'service' });", {
      'package.json': JSON.stringify({ devDependencies: { 'aws-cdk': version } }),
    }).one('build');

  it.each([
    ['2.178.2', 'default'],
    ['~2.178.0', 'default'],
    ['1.109.0', 'default'],
    ['^1.60.0', 'default'],
    ['2.179.0', 'off'],
    ['^2.100.0', 'off'],
    ['2', 'off'],
    ['latest', 'off'],
    ['2.1105.0', 'off'],
  ])('with toolkit %s provenance is %s', (version, provenance) => {
    const build = withToolkit(version);
    expect(build.attestations.provenance).toBe(provenance);
    expect(build.toolVersion).toBe(version);
    expect(build.driver).toBe('unknown');
  });
});

describe('assets shared and copied', () => {
  it('reaches the asset behind fromDockerImageAsset and builds it once', () => {
    const app = stack(`
    const asset = new DockerImageAsset(this, 'Image', { directory: 'service' });
    const task = new ecs.FargateTaskDefinition(this, 'Task');
    task.addContainer('web', { image: ecs.ContainerImage.fromDockerImageAsset(asset) });
    task.addContainer('side', { image: ecs.ContainerImage.fromEcrRepository(asset.repository, asset.imageTag) });
    task.addContainer('third', { image: ecs.ContainerImage.fromRegistry(asset.imageUri) });`);
    const build = app.one('build');
    expect(app.of('workload').map((workload) => workload.image)).toEqual(
      [1, 2, 3].map(() => ({ kind: 'asset', asset: build.asset })),
    );
  });

  it('makes no asset of an AssetImage that no container takes', () => {
    expect(stack("const unused = new ecs.AssetImage('frontend');").facts).toEqual([]);
  });

  it('follows an ECRDeployment from the asset to its repository', () => {
    const app = stack(`
    const { ECRDeployment, DockerImageName } = require('cdk-ecr-deployment');
    const repository = new ecr.Repository(this, 'Repo', { repositoryName: 'api' });
    const asset = new DockerImageAsset(this, 'Image', { directory: 'service' });
    new ECRDeployment(this, 'Copy', { src: new DockerImageName(asset.imageUri), dest: new DockerImageName(\`\${repository.repositoryUri}:v1\`) });`);
    const tag = app.one('tag');
    expect(tag.source).toEqual(app.one('build').names[0]?.ref);
    expect(tag.target.repository).toEqual(['api']);
    expect(tag.target.tag).toEqual(['v1']);
    expect(tag.remote).toBe(true);
  });

  it('follows a DockerImageDeployment from the directory to its repository and tag', () => {
    const app = stack(`
    const imagedeploy = require('cdk-docker-image-deployment');
    const repository = new ecr.Repository(this, 'Repo', { repositoryName: 'api' });
    new imagedeploy.DockerImageDeployment(this, 'Deploy', {
      source: imagedeploy.Source.directory('service', { platform: Platform.LINUX_AMD64 }),
      destination: imagedeploy.Destination.ecr(repository, { tag: 'v1' }),
    });
    new imagedeploy.DockerImageDeployment(this, 'Again', { source: imagedeploy.Source.directory('service'), destination: imagedeploy.Destination.ecr(repository) });`);
    const [build, plain] = app.of('build');
    expect(build).toMatchObject({
      tool: 'cdk',
      label: 'DockerImageDeployment',
      platforms: { kind: 'set', list: [{ os: 'linux', arch: 'amd64' }] },
    });
    const [tag, hashed] = app.of('tag');
    expect(tag).toMatchObject({
      tool: 'DockerImageDeployment',
      source: build?.names[0]?.ref,
      remote: true,
      target: { repository: ['api'], tag: ['v1'] },
    });
    expect(app.shown(tag?.targetSite)).toBe("lib/api-stack.ts:18 'v1'");
    expect(hashed).toMatchObject({
      source: plain?.names[0]?.ref,
      target: { repository: ['api'], tag: [{ nature: 'unique' }] },
    });
  });

  it('knows the image that SociIndexV2Build makes beside another', () => {
    const app = stack(`
    const { SociIndexV2Build } = require('deploy-time-build');
    const repository = new ecr.Repository(this, 'Repo', { repositoryName: 'api' });
    new SociIndexV2Build(this, 'Index', { repository, inputImageTag: 'v1' });
    new SociIndexV2Build(this, 'Named', { repository, inputImageTag: 'v1', outputImageTag: 'lazy' });`);
    expect(app.of('tag').map(({ source, target }) => [source.tag, target.tag, target.repository])).toEqual([
      [['v1'], ['v1-soci'], ['api']],
      [['v1'], ['lazy'], ['api']],
    ]);
  });

  it('builds deploy-time images on CodeBuild, without attestations', () => {
    const app = stack(`
    const { ContainerImageBuild } = require('deploy-time-build');
    const image = new ContainerImageBuild(this, 'Build', { directory: 'service', platform: Platform.LINUX_ARM64 });
    new lambda.DockerImageFunction(this, 'Fn', { code: image.toLambdaDockerImageCode(), architecture: lambda.Architecture.ARM_64 });`);
    expect(app.one('build')).toMatchObject({
      tool: 'codebuild',
      platforms: { kind: 'set', list: [{ os: 'linux', arch: 'arm64' }] },
      attestations: { provenance: 'off' },
    });
    expect(app.one('workload').image.kind).toBe('asset');
  });

  it("says nothing of what another library's toX() gives", () => {
    const app = stack(`
    const { Builder } = require('some-image-builder');
    new lambda.DockerImageFunction(this, 'Fn', { code: new Builder(this, 'B', { platform: 'linux/arm64' }).toLambdaCode() });`);
    expect(app.one('workload').image).toEqual({ kind: 'unknown' });
    expect(app.of('build')).toEqual([]);
  });
});
