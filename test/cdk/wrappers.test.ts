import { describe, expect, it } from 'vitest';
import { showRef } from '../../src/core/image-ref.ts';
import { project } from './project.ts';

const service = `
import { Construct } from 'constructs';
import { aws_ecs as ecs, aws_ecr as ecr } from 'aws-cdk-lib';
export interface ServiceProps { readonly cpu?: ecs.CpuArchitecture; readonly repository: ecr.IRepository; readonly tag?: string; readonly family?: string }
export class Service extends Construct {
  readonly task: ecs.FargateTaskDefinition;
  constructor(scope: Construct, id: string, { cpu = ecs.CpuArchitecture.X86_64, repository, tag = 'latest', ...rest }: ServiceProps) {
    super(scope, id);
    this.task = new ecs.FargateTaskDefinition(this, 'Task', { ...rest, runtimePlatform: { cpuArchitecture: cpu } });
    this.task.addContainer('main', { image: ecs.ContainerImage.fromEcrRepository(repository, tag) });
  }
}
`;

const app = (calls: string) => `
import { App, Stack, StackProps } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Service } from '@infra/service';
class Main extends Stack {
  constructor(scope: App, id: string, props: StackProps & { tag?: string }) {
    super(scope, id, props);
    const repository = new ecr.Repository(this, 'Repo', { repositoryName: \`\${id.toLowerCase()}-api\` });
    ${calls}
  }
}
const a = new App();
new Main(a, 'Dev', {});
new Main(a, 'Prod', { tag: 'v7' });
`;

const files = (calls: string) => ({
  'cdk.json': '{"app": "tsx bin/main.ts"}',
  'tsconfig.json': '{ "compilerOptions": { "baseUrl": ".", /* shared code */ "paths": { "@infra/*": ["lib/*"] } } }',
  'lib/service.ts': service,
  'bin/main.ts': app(calls),
});

describe("constructs in the project's own classes", () => {
  it('evaluates each stack with its own props, through paths, destructuring, defaults and spreads', () => {
    const main = project(files("new Service(this, 'Svc', { repository, tag: props.tag, family: `${id}-family` });"));
    expect(
      main
        .of('workload')
        .map((workload) =>
          workload.image.kind === 'ref' ? `${workload.label} ${showRef(workload.image.ref)}` : workload.image.kind,
        ),
    ).toEqual([
      'Dev/Svc/Task/main ${account}.dkr.ecr.${region}.amazonaws.com/dev-api:latest',
      'Prod/Svc/Task/main ${account}.dkr.ecr.${region}.amazonaws.com/prod-api:v7',
    ]);
    expect(main.of('workload').map((workload) => workload.name)).toEqual([['Dev-family'], ['Prod-family']]);
    expect(main.of('workload').map((workload) => workload.when)).toEqual([[], []]);
    expect(main.shown(main.of('workload')[0]?.imageSite)).toBe("lib/service.ts:7 'latest'");
    expect(main.shown(main.of('workload')[1]?.imageSite)).toBe("bin/main.ts:15 'v7'");
    expect(main.of('workload')[1]?.site.via?.map((hop) => `${hop.label} ${hop.file}:${hop.span.line}`)).toEqual([
      'new Main bin/main.ts:15',
      'new Service bin/main.ts:10',
    ]);
  });

  it('sees one construct used with both architectures', () => {
    const main = project(
      files(`
    new Service(this, 'A', { repository, cpu: ecs.CpuArchitecture.ARM64 });
    new Service(this, 'B', { repository });`),
    );
    expect(main.of('workload').map((workload) => [workload.label, workload.cpu, main.shown(workload.cpuSite)])).toEqual(
      [
        ['Dev/A/Task/main', 'arm64', 'bin/main.ts:11 ecs.CpuArchitecture.ARM64'],
        ['Dev/B/Task/main', 'amd64', 'lib/service.ts:7 ecs.CpuArchitecture.X86_64'],
        ['Prod/A/Task/main', 'arm64', 'bin/main.ts:11 ecs.CpuArchitecture.ARM64'],
        ['Prod/B/Task/main', 'amd64', 'lib/service.ts:7 ecs.CpuArchitecture.X86_64'],
      ],
    );
  });

  it('evaluates a class that nobody instantiates once, with its props as holes', () => {
    const main = project({ 'lib/service.ts': service });
    const [byDefault, given] = main.of('workload').filter((workload) => workload.cpu === 'amd64');
    expect(byDefault?.image).toMatchObject({ kind: 'ref', ref: { tag: ['latest'] } });
    expect(byDefault?.when.map((guard) => guard.is)).toContain('unset');
    expect(given?.image).toMatchObject({ kind: 'ref', ref: { tag: [{ hole: 'tag@lib/service.ts#Service' }] } });
    expect(main.of('workload').some((workload) => workload.cpu === undefined)).toBe(true);
    expect(byDefault?.label).toBe('Service/Task/main');
  });

  it('follows inheritance, fields, getters, statics and methods', () => {
    const main = project({
      'app.ts': `
import { App, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
abstract class Base extends Stack {
  protected readonly prefix = Base.team + '-';
  static team = 'blue';
  protected get suffix() { return '-images'; }
  constructor(scope: App, readonly id: string) { super(scope, id); this.build(); }
  protected name(part: string) { return this.prefix + part + this.suffix; }
  protected abstract build(): void;
}
class Api extends Base {
  build() { this.repo(this.name(this.id.toLowerCase())); }
  private repo(repositoryName: string) { return new ecr.Repository(this, 'R', { repositoryName }); }
}
class Named extends ecr.Repository { constructor(scope: Stack, id: string) { super(scope, id, { repositoryName: 'named' }); } }
const api = new Api(new App(), 'API');
new Named(api, 'Named');`,
    });
    expect(main.of('repository').map((one) => [one.label, one.name, main.shown(one.nameSite)])).toEqual([
      ['API/R', ['blue-api-images'], 'app.ts:9 this.prefix + part + this.suffix'],
      ['API/Named', ['named'], "app.ts:16 'named'"],
    ]);
  });

  it('resolves workspaces, re-exports, default exports, JSON and CommonJS', () => {
    const main = project({
      'package.json': '{"workspaces": ["packages/*"]}',
      'packages/shared/package.json': '{"name": "@acme/shared"}',
      'packages/shared/src/index.ts': "export * from './names';\nexport { default as suffix } from './suffix';",
      'packages/shared/src/names.ts': 'export enum Name { Api = "api" }',
      'packages/shared/src/suffix.ts': "export default 'images';",
      'packages/infra/config.json': '{"stage": "prod"}',
      'packages/infra/helper.js': "module.exports = { join: (...parts) => parts.join('-') };",
      'packages/infra/app.ts': `
import cdk = require('aws-cdk-lib');
import { Name, suffix } from '@acme/shared';
import * as config from './config.json';
const { join } = require('./helper');
new cdk.aws_ecr.Repository(new cdk.Stack(new cdk.App(), 'S'), 'R', { repositoryName: join(config.stage, Name.Api, suffix) });`,
    });
    expect(main.one('repository').name).toEqual(['prod-api-images']);
  });

  it('tells an ECR repository from its namesakes', () => {
    const main = project({
      'app.ts': `
import { App, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { Repository as Images } from '@aws-cdk/aws-ecr';
import ecs from 'aws-cdk-lib/aws-ecr';
class Repository { constructor(readonly scope: Stack, readonly id: string, readonly props: object) {} }
const stack = new Stack(new App(), 'S');
new codecommit.Repository(stack, 'A', { repositoryName: 'source' });
new Repository(stack, 'B', { repositoryName: 'local' });
new Images(stack, 'C', { repositoryName: 'version-one' });
new ecs.Repository(stack, 'D', { repositoryName: 'alias' });`,
    });
    expect(main.of('repository').map((one) => one.name)).toEqual([['version-one'], ['alias']]);
  });
});
