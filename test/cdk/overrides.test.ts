import { describe, expect, it } from 'vitest';
import { stack } from './project.ts';

const cpus = (after: string) =>
  stack(`
    const fn = new lambda.DockerImageFunction(this, 'Fn', { architecture: lambda.Architecture.ARM_64, code: lambda.DockerImageCode.fromImageAsset('s') });
    const cfn = fn.node.defaultChild as lambda.CfnFunction;
    ${after}`)
    .of('workload')
    .map((one) => [one.cpu, one.cpuBasis, one.when.map((guard) => `${guard.cond}=${guard.is}`).join(' ')]);

describe('escape hatches', () => {
  it('that take a property away leave the default', () => {
    expect(cpus("cfn.addPropertyDeletionOverride('Architectures');")).toEqual([['amd64', 'default', '']]);
    expect(cpus("cfn.addDeletionOverride('Properties.Architectures');")).toEqual([['amd64', 'default', '']]);
  });

  it('under a condition leave what was there for the other way', () => {
    expect(cpus("if (process.env.X86 === '1') cfn.addPropertyOverride('Architectures', ['x86_64']);")).toEqual([
      ['amd64', 'stated', 'X86 === "1"=true'],
      ['arm64', 'stated', 'X86 === "1"=false'],
    ]);
  });

  it('reach names, images and what is started', () => {
    const app = stack(`
    const fn = new lambda.DockerImageFunction(this, 'Fn', { functionName: 'a', code: lambda.DockerImageCode.fromImageAsset('s', { entrypoint: ['/run'], cmd: ['a.b'] }) });
    const cfn = fn.node.defaultChild as lambda.CfnFunction;
    cfn.functionName = 'b';
    cfn.addPropertyOverride('Code.ImageUri', '123456789012.dkr.ecr.eu-west-1.amazonaws.com/other:v1');
    cfn.addPropertyOverride('ImageConfig', { Command: ['c.d'] });`);
    expect(app.one('workload')).toMatchObject({
      name: ['b'],
      image: { kind: 'ref', ref: { repository: ['other'], tag: ['v1'] } },
      startsWith: ['/run', 'c.d'],
    });
    expect(app.of('build')).toHaveLength(1);
  });

  it('reach a container by its place in the task', () => {
    const app = stack(`
    const task = new ecs.FargateTaskDefinition(this, 'Task');
    task.addContainer('a', { image: ecs.ContainerImage.fromRegistry('a:v1') });
    task.addContainer('b', { image: ecs.ContainerImage.fromRegistry('b:v1') });
    (task.node.defaultChild as ecs.CfnTaskDefinition).addPropertyOverride('ContainerDefinitions.1.Image', 'b:v2');`);
    expect(app.of('workload').map((one) => (one.image.kind === 'ref' ? one.image.ref.tag : undefined))).toEqual([
      ['v1'],
      ['v2'],
    ]);
  });
});

describe('a platform that is undefined in words', () => {
  const platforms = (options: string, before = '') =>
    stack(`
    ${before}
    new lambda.DockerImageFunction(this, 'Fn', { architecture: lambda.Architecture.ARM_64, code: lambda.DockerImageCode.fromImageAsset('s', ${options}) });`)
      .of('build')
      .map((one) => [one.platforms.kind, one.platformDerived === true]);

  it('cancels the one that the toolkit derives', () => {
    expect(platforms('{ platform: undefined }')).toEqual([['host', false]]);
    expect(platforms('{ platform: options.platform }', 'const options: { platform?: Platform } = {};')).toEqual([
      ['host', false],
    ]);
  });

  it('is another thing than one that is not written', () => {
    expect(platforms('{}')).toEqual([['set', true]]);
    expect(
      platforms(
        '{ ...(options.platform === undefined ? {} : { platform: options.platform }) }',
        'const options: { platform?: Platform } = {};',
      ),
    ).toEqual([['set', true]]);
    expect(platforms("{ ...(process.env.X === '1' && { platform: Platform.LINUX_AMD64 }) }").sort()).toEqual([
      ['set', false],
      ['set', true],
    ]);
  });
});
