import { describe, expect, it } from 'vitest';
import { changesBetween } from '../../src/diff/changes.ts';
import { pairUp } from '../../src/diff/pair.ts';
import { sideOf } from '../../src/diff/side.ts';
import { describeChange } from '../../src/diff/words.ts';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, memoryFiles } from '../../src/engine.ts';
import { changesSince } from './changes-since.ts';
import { readProject } from '../../src/engine/read-project.ts';
import { show } from '../../src/core/text.ts';

type Files = Readonly<Record<string, string>>;
const json = (value: unknown): string => `${JSON.stringify(value, undefined, 1)}\n`;
const template = (Resources: Record<string, unknown>, more: object = {}): string => json({ ...more, Resources });
const image = (tag: unknown): unknown => ({
  'Fn::Sub': `\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/orders:${tag}`,
});
const fn = (Architectures: unknown, tag: unknown = '1', more: object = {}): object => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    PackageType: 'Image',
    ...(Architectures === undefined ? {} : { Architectures }),
    Code: { ImageUri: image(tag) },
    ...more,
  },
});

async function diff(before: Files, after: Files) {
  const [old, young] = await Promise.all(
    [before, after].map(async (files) =>
      sideOf((await readProject({ files: memoryFiles(files), bindings: new Map() })).readings, new Map()),
    ),
  );
  if (old === undefined || young === undefined) throw new Error('two sides');
  const pairs = pairUp(old.stacks, young.stacks);
  return { pairs, ...changesBetween({ before: old, after: young, pairs, local: [] }) };
}

describe('stacks of two sides', () => {
  it('pair by name, by file, by base name, and by what they hold', async () => {
    const repo = (name: string): string =>
      template({ [name]: { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: name.toLowerCase() } } });
    const { pairs } = await diff(
      {
        'infra/Same.yaml': repo('A'),
        'old/Moved.json': repo('B'),
        'before.json': repo('Held'),
        'gone.json': repo('C'),
      },
      {
        'infra/Same.yaml': repo('A'),
        'new/Moved.template.json': repo('B'),
        'after.json': repo('Held'),
        'fresh.json': repo('D'),
      },
    );
    expect(pairs.both.map(({ before, after }) => [before.name, after.name]).sort()).toEqual([
      ['before.json', 'after.json'],
      ['infra/Same.yaml', 'infra/Same.yaml'],
      ['old/Moved.json', 'new/Moved.template.json'],
    ]);
    expect([pairs.added.map((one) => one.name), pairs.gone.map((one) => one.name)]).toEqual([
      ['fresh.json'],
      ['gone.json'],
    ]);
  });
});

describe('changes', () => {
  it('say in words what a deploy does to each resource, the place of what it is, and what it was', async () => {
    const { changes } = await diff(
      {
        't.json': template({
          Orders: fn(['arm64'], '1', { FunctionName: 'orders', MemorySize: 128 }),
          Old: { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: 'old' } },
          Kept: { Type: 'AWS::ECR::Repository', DeletionPolicy: 'Retain', Properties: { RepositoryName: 'kept' } },
          Task: {
            Type: 'AWS::ECS::TaskDefinition',
            Properties: {
              RequiresCompatibilities: ['FARGATE'],
              RuntimePlatform: { CpuArchitecture: 'ARM64' },
              ContainerDefinitions: [{ Name: 'a', Image: image('1') }],
            },
          },
          Meta: { Type: 'AWS::SNS::Topic', Metadata: { 'aws:cdk:path': 'a' } },
        }),
      },
      {
        't.json': template({
          Orders: fn(undefined, '2', { FunctionName: 'orders', MemorySize: 256 }),
          New: { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: 'new' } },
          Task: {
            Type: 'AWS::ECS::TaskDefinition',
            Properties: {
              RequiresCompatibilities: ['FARGATE'],
              RuntimePlatform: { CpuArchitecture: 'X86_64' },
              ContainerDefinitions: [{ Name: 'a', Image: image('1') }],
            },
          },
          Meta: { Type: 'AWS::SNS::Topic', Metadata: { 'aws:cdk:path': 'b' } },
        }),
      },
    );
    expect(changes.map((one) => [one.change, describeChange(one)])).toEqual([
      ['remove', 'ECR repository `old` (Old) will be deleted'],
      ['orphan', 'ECR repository `kept` (Kept) leaves the stack and is kept in the account'],
      ['add', 'ECR repository `new` (New) will be created'],
      [
        'update',
        'Lambda function `orders` (Orders) changes: CPU arm64 → x86-64 (the default), image orders:1 → orders:2, MemorySize 128 → 256',
      ],
      ['replace', 'ECS task definition `Task` will be replaced: CPU arm64 → x86-64'],
    ]);
    expect(changes.find((one) => one.logicalId === 'Task')?.properties).toEqual([
      { path: 'RuntimePlatform.CpuArchitecture', before: 'ARM64', after: 'X86_64' },
    ]);
  });

  it('see through parameters, mappings and conditions that no property shows', async () => {
    const body = (arch: string): string =>
      template({ Orders: fn([{ Ref: 'Arch' }]) }, { Parameters: { Arch: { Type: 'String', Default: arch } } });
    const { changes } = await diff({ 't.json': body('arm64') }, { 't.json': body('x86_64') });
    expect(changes).toMatchObject([
      {
        logicalId: 'Orders',
        change: 'update',
        workload: { ways: [{ before: { cpu: 'arm64' }, after: { cpu: 'amd64' } }, {}] },
      },
    ]);
  });

  it('compare each side of a condition with its own', async () => {
    const body = (arm: string): string =>
      template(
        { Orders: fn([{ 'Fn::If': ['IsArm', arm, 'x86_64'] }]) },
        {
          Parameters: { Stage: { Type: 'String' } },
          Conditions: { IsArm: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
        },
      );
    const { changes } = await diff({ 't.json': body('arm64') }, { 't.json': body('x86_64') });
    expect(changes[0]?.workload?.ways.map((way) => [way.before.cpu, way.after.cpu, way.certain])).toEqual([
      ['arm64', 'amd64', true],
      ['amd64', 'amd64', true],
    ]);
    expect((await diff({ 't.json': body('arm64') }, { 't.json': body('arm64') })).changes).toEqual([]);
  });

  it('do not call an image unchanged whose tag nobody knows', async () => {
    const body = (arch: string): string =>
      template({ Orders: fn([arch], '${Tag}') }, { Parameters: { Tag: { Type: 'String' } } });
    const { changes } = await diff({ 't.json': body('x86_64') }, { 't.json': body('arm64') });
    expect(changes[0]?.workload?.ways[0]?.before.imageKey).toBeUndefined();
  });

  it('compare YAML with JSON by meaning', async () => {
    const yaml =
      'Resources:\n  Orders:\n    Type: AWS::Lambda::Function\n    Properties:\n      PackageType: Image\n      MemorySize: 128\n      Code:\n        ImageUri: !Sub "${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/orders:1"\n';
    expect(
      (await diff({ 't.json': template({ Orders: fn(undefined, '1', { MemorySize: 128 }) }) }, { 't.yaml': yaml }))
        .changes,
    ).toEqual([]);
  });

  it('follow nested stacks, and the stacks of an assembly by their names', async () => {
    const assembly = (arch: string): Files => ({
      'cdk.out/manifest.json': json({
        artifacts: {
          Api: {
            type: 'aws:cloudformation:stack',
            properties: { templateFile: 'Api.template.json', stackName: 'shop' },
          },
        },
      }),
      'cdk.out/Api.template.json': template({
        Inner: {
          Type: 'AWS::CloudFormation::Stack',
          Properties: { TemplateURL: 'x' },
          Metadata: { 'aws:asset:path': 'Inner.nested.template.json' },
        },
      }),
      'cdk.out/Inner.nested.template.json': template({
        Orders: { ...fn([arch]), Metadata: { 'aws:cdk:path': 'Api/Inner/Orders/Resource' } },
      }),
    });
    const { changes } = await diff(assembly('arm64'), assembly('x86_64'));
    expect(changes).toMatchObject([
      {
        stack: 'shop',
        logicalId: 'Orders',
        workload: { ways: [{ certain: true }] },
        site: { file: 'cdk.out/Inner.nested.template.json' },
      },
    ]);
    expect(changes.map(describeChange)).toEqual([
      'Lambda function `Api/Inner/Orders` (Orders) changes: CPU arm64 → x86-64',
    ]);
  });

  it('know the physical name before and after', async () => {
    const repo = (name: string, type: string): string =>
      template({
        R: {
          Type: 'AWS::ECR::Repository',
          Properties: { RepositoryName: name, EncryptionConfiguration: { EncryptionType: type } },
        },
      });
    const [same] = (await diff({ 't.json': repo('a', 'AES256') }, { 't.json': repo('a', 'KMS') })).changes;
    expect([
      same?.change,
      same?.replacement,
      show(same?.physicalNameBefore ?? []),
      show(same?.physicalName ?? []),
    ]).toEqual(['replace', 'certain', 'a', 'a']);
    const [other] = (await diff({ 't.json': repo('a', 'AES256') }, { 't.json': repo('b', 'KMS') })).changes;
    expect([show(other?.physicalNameBefore ?? []), show(other?.physicalName ?? [])]).toEqual(['a', 'b']);
  });

  it('keep the stacks of two regions apart, whose names are free in each', async () => {
    const repo = { Images: { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: 'orders' } } };
    const topic = { Topic: { Type: 'AWS::SNS::Topic' } };
    const assembly = (regions: Readonly<Record<string, object>>): Files => ({
      'cdk.out/manifest.json': json({
        artifacts: Object.fromEntries(
          Object.keys(regions).map((region) => [
            `Api-${region}`,
            {
              type: 'aws:cloudformation:stack',
              environment: `aws://123456789012/${region}`,
              properties: { templateFile: `${region}.template.json`, stackName: 'shop' },
            },
          ]),
        ),
      }),
      ...Object.fromEntries(
        Object.entries(regions).map(([region, resources]) => [
          `cdk.out/${region}.template.json`,
          template({ ...resources }),
        ]),
      ),
    });
    const sides = async (there: object) => {
      const before = assembly({ 'eu-west-1': { ...repo, ...topic }, 'us-east-1': topic });
      const files = memoryFiles(assembly({ 'eu-west-1': topic, 'us-east-1': there }));
      const { findings, model } = await check({
        files,
        config: DEFAULT_CONFIG,
        moreFacts: changesSince(before),
        onlyRules: ['replacement-collision'],
      });
      return {
        findings: findings.map((one) => one.rule),
        changes: model.stackChanges.map(({ stack, change, region }) => [stack, change, region]),
      };
    };
    expect(await sides({ ...topic, Other: repo.Images })).toEqual({
      findings: [],
      changes: [
        ['shop (eu-west-1)', 'remove', 'eu-west-1'],
        ['shop (us-east-1)', 'add', 'us-east-1'],
      ],
    });
  });

  it('do not take what `sam build` will make for another image', async () => {
    const sam = template(
      {
        Orders: {
          Type: 'AWS::Serverless::Function',
          Metadata: { Dockerfile: 'Dockerfile', DockerContext: '.' },
          Properties: { PackageType: 'Image' },
        },
      },
      { Transform: 'AWS::Serverless-2016-10-31' },
    );
    expect((await diff({ 'old/template.json': sam }, { 'template.json': sam })).changes).toEqual([]);
  });

  it('are none where a value is only written otherwise', async () => {
    const repo = (name: unknown): string =>
      template({ Images: { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: name } } });
    expect(
      (await diff({ 't.json': repo('orders-api') }, { 't.json': repo({ 'Fn::Join': ['-', ['orders', 'api']] }) }))
        .changes,
    ).toEqual([]);
  });

  it('are told of more resources than a stack can hold, in time that grows with them', async () => {
    const many = (arch: string): string =>
      template(
        Object.fromEntries(
          Array.from({ length: 2_000 }, (_, index) => [
            `Fn${index}`,
            fn([index < 10 ? 'arm64' : arch], '1', { MemorySize: arch === 'arm64' ? 128 : 256 }),
          ]),
        ),
      );
    const started = process.cpuUsage();
    const { changes } = await diff({ 't.json': many('arm64') }, { 't.json': many('x86_64') });
    const { user } = process.cpuUsage(started);
    expect([changes.length, changes.filter((one) => one.workload !== undefined).length]).toEqual([2_000, 1_990]);
    expect(user / 1_000).toBeLessThan(10_000);
  });
});
