import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, openFolder, type CheckResult } from '../../src/index.ts';
import { showRef } from '../../src/core/image-ref.ts';
import { folder } from '../temporary.ts';

const app = (body: string) => `import * as cdk from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { CodeBuildStep } from 'aws-cdk-lib/pipelines';
class Delivery extends cdk.Stack {
  constructor(scope: cdk.App, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const repository = ecr.Repository.fromRepositoryName(this, 'Images', 'shop');
${body}
  }
}
new Delivery(new cdk.App(), 'Delivery', { env: { account: '123456789012', region: 'eu-north-1' } });
`;

async function judged(
  body: string,
  files: Readonly<Record<string, string>> = {},
): Promise<CheckResult & { at(span: { start: number; end: number }): string }> {
  const text = app(body);
  const root = folder({ 'cdk.json': '{ "app": "npx ts-node app.ts" }', 'app.ts': text, ...files });
  const result = await check({ files: await openFolder(root), config: DEFAULT_CONFIG });
  return { ...result, at: ({ start, end }) => text.slice(start, end) };
}

const SPEC =
  "version: '0.2'\nphases:\n  build:\n    commands:\n      - docker build -t $REPOSITORY_URI:$TAG .\n      - docker push $REPOSITORY_URI:$TAG\n";
const brief = ({ model }: CheckResult) =>
  model.builds.map((one) => [one.names.map(({ ref }) => showRef(ref)).join(), one.host.kind, one.host.cpu]);
const ADDRESS = '123456789012.dkr.ecr.eu-north-1.amazonaws.com/shop';

describe('a CodeBuild project of an app', () => {
  it('runs the buildspec it names, on its machine and with its variables', async () => {
    const project = (environment: string) =>
      judged(
        `new codebuild.PipelineProject(this, 'Build', {
      buildSpec: codebuild.BuildSpec.fromSourceFilename('ci/build.yml'), environment: { ${environment} },
      environmentVariables: { REPOSITORY_URI: { value: repository.repositoryUri }, TAG: { value: 'v1' }, SECRET: { type: codebuild.BuildEnvironmentVariableType.SECRETS_MANAGER, value: 'x' } } });`,
        { 'ci/build.yml': SPEC },
      );
    expect(brief(await project(''))).toEqual([[`${ADDRESS}:v1`, 'codebuild', 'amd64']]);
    expect(brief(await project('buildImage: codebuild.LinuxBuildImage.STANDARD_7_0, privileged: true'))).toEqual([
      [`${ADDRESS}:v1`, 'codebuild', 'amd64'],
    ]);
    expect(brief(await project('buildImage: codebuild.LinuxArmBuildImage.AMAZON_LINUX_2_STANDARD_3_0'))).toEqual([
      [`${ADDRESS}:v1`, 'codebuild', 'arm64'],
    ]);
    expect(brief(await project('buildImage: codebuild.LinuxBuildImage.AMAZON_LINUX_2_ARM_3'))).toEqual([
      [`${ADDRESS}:v1`, 'codebuild', 'arm64'],
    ]);
    // A fleet's machines are its own.
    expect(
      brief(
        await project(
          "fleet: codebuild.Fleet.fromFleetArn(this, 'Fleet', 'arn:aws:codebuild:eu-north-1:123456789012:fleet/shared:1'), buildImage: codebuild.LinuxBuildImage.STANDARD_7_0",
        ),
      ),
    ).toEqual([[`${ADDRESS}:v1`, 'codebuild', undefined]]);
    expect(brief(await project("buildImage: codebuild.LinuxArmBuildImage.fromDockerRegistry('x')"))).toEqual([
      [`${ADDRESS}:v1`, 'codebuild', 'arm64'],
    ]);
    expect(brief(await project('buildImage: globalThis.image'))).toEqual([[`${ADDRESS}:v1`, 'codebuild', undefined]]);
  });

  it('runs buildspec.yml where it has a source and names none', async () => {
    const files = { 'buildspec.yml': SPEC.replaceAll('$REPOSITORY_URI:$TAG', 'shop:v2') };
    expect(brief(await judged("new codebuild.PipelineProject(this, 'Build', {});", files))).toEqual([
      ['shop:v2', 'codebuild', 'amd64'],
    ]);
    expect(
      brief(
        await judged(
          "new codebuild.Project(this, 'Build', { source: codebuild.Source.gitHub({ owner: 'a', repo: 'b' }), environment: { buildImage: codebuild.LinuxArmBuildImage.AMAZON_LINUX_2_STANDARD_3_0 } });",
          files,
        ),
      ),
    ).toEqual([['shop:v2', 'codebuild', 'arm64']]);
    expect(brief(await judged('', files))).toEqual([['shop:v2', 'codebuild', undefined]]);
  });

  it('runs the only buildspec of its name, where its source is a folder of the project', async () => {
    const body =
      "new codebuild.PipelineProject(this, 'Build', { buildSpec: codebuild.BuildSpec.fromSourceFilename('buildspec.yml') });";
    const spec = SPEC.replaceAll('$REPOSITORY_URI:$TAG', 'shop:v2');
    expect(brief(await judged(body, { 'web/buildspec.yml': spec }))).toEqual([['shop:v2', 'codebuild', 'amd64']]);
    expect(
      brief(await judged(body, { 'web/buildspec.yml': spec, 'api/buildspec.yml': spec })).map(([, , cpu]) => cpu),
    ).toEqual([undefined, undefined]);
  });

  it('runs a buildspec written in the app, each command at its place', async () => {
    const { model, at } = await judged(`const tag = 'v3';
    new codebuild.Project(this, 'Build', {
      buildSpec: codebuild.BuildSpec.fromObject({
        version: '0.2',
        env: { variables: { NAME: 'shop' } },
        phases: { build: { commands: ['echo "building"', \`docker build -t \${repository.repositoryUri}:\${tag} .\`, \`docker push \${repository.repositoryUri}:\${tag}\`] } },
      }),
    });`);
    expect(model.builds.map((one) => one.names.map(({ ref }) => showRef(ref)))).toEqual([[`${ADDRESS}:v3`]]);
    expect(model.pushes.map((one) => showRef(one.ref))).toEqual([`${ADDRESS}:v3`]);
    expect(at(model.builds[0]!.site.span)).toContain('docker build');
    expect(model.pushes[0]!.site.span.line).toBe(14);
  });

  it("runs the commands of a pipeline's step", async () => {
    const { model } = await judged(
      `new CodeBuildStep('Image', { env: { URI: repository.repositoryUri }, installCommands: ['npm ci'], commands: ['docker build -t $URI:v4 .', 'docker push $URI:v4'] });`,
    );
    expect(model.pushes.map((one) => [showRef(one.ref), one.site.file])).toEqual([[`${ADDRESS}:v4`, 'app.ts']]);
  });

  it('has the time it is given', async () => {
    const { findings } = await judged(
      "new codebuild.Project(this, 'Build', { timeout: cdk.Duration.minutes(5), buildSpec: codebuild.BuildSpec.fromObject({ phases: { build: { commands: ['npx cdk deploy --all --require-approval never'] } } }) });",
    );
    expect(findings.map((one) => one.rule)).toContain('deploy-cut-short');
  });

  it("is left alone where its buildspec can't be told", async () => {
    const { model, unreadable } = await judged(
      "new codebuild.Project(this, 'A', { buildSpec: codebuild.BuildSpec.fromObject(globalThis.spec) }); new codebuild.Project(this, 'B', { buildSpec: codebuild.BuildSpec.fromSourceFilename('missing.yml') });",
    );
    expect([model.builds, unreadable]).toEqual([[], []]);
  });
});

describe('assets of stages that a pipeline deploys', () => {
  const hosts = async (options: string, add = 'pipeline.addStage(stage);') => {
    const { model } =
      await judged(`const { CodePipeline } = require('aws-cdk-lib/pipelines'); const ecs = require('aws-cdk-lib/aws-ecs'); const { DockerImageAsset } = require('aws-cdk-lib/aws-ecr-assets');
    const pipeline = new CodePipeline(this, 'Pipeline', { ${options} });
    const stage = new cdk.Stage(this, 'Prod');
    const inner = new cdk.Stack(stage, 'Shop');
    new DockerImageAsset(inner, 'Own', { directory: 'own' });
    new ecs.FargateTaskDefinition(inner, 'Task').addContainer('web', { image: ecs.ContainerImage.fromAsset('web') });
    ${add}`);
    return model.builds.map((one) => one.host.cpu ?? one.host.kind);
  };

  it('are built by CodeBuild, on x86 unless the pipeline says otherwise', async () => {
    expect(await hosts('')).toEqual(['amd64', 'amd64']);
    expect(await hosts('', "pipeline.addWave('All').addStage(stage);")).toEqual(['amd64', 'amd64']);
    const arm =
      "buildEnvironment: { buildImage: require('aws-cdk-lib/aws-codebuild').LinuxArmBuildImage.AMAZON_LINUX_2_STANDARD_3_0 }";
    expect(await hosts(`codeBuildDefaults: { ${arm} }`)).toEqual(['arm64', 'arm64']);
    expect(await hosts(`assetPublishingCodeBuildDefaults: { ${arm} }`)).toEqual(['arm64', 'arm64']);
    expect(await hosts('', '')).toEqual(['developer', 'developer']);
  });
});
