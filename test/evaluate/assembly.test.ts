import { describe, expect, it } from 'vitest';
import { evaluateAssembly } from '../../src/parsers/assembly/run.ts';
import { showPlatforms } from '../../src/core/platform.ts';
import { showRef } from '../../src/core/image-ref.ts';
import { show } from '../../src/core/text.ts';
import { readAssembly } from '../../src/parsers/assembly/read.ts';
import { memoryFiles } from '../../src/discover/files.ts';
import { frame, project, type Project } from './cloudformation/project.ts';

const API = 'a'.repeat(64);
const WORKER = 'b'.repeat(64);
const JOB = 'c'.repeat(64);
const json = (value: unknown): string => `${JSON.stringify(value, undefined, 1)}\n`;
const assetUri = (hash: string): unknown => ({
  'Fn::Sub': `\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.\${AWS::URLSuffix}/cdk-hnb659fds-container-assets-\${AWS::AccountId}-\${AWS::Region}:${hash}`,
});
const image = (source: unknown, imageTag: string): unknown => ({
  displayName: 'Api/AssetImage',
  source,
  destinations: { d: { repositoryName: 'cdk-hnb659fds-container-assets', imageTag } },
});

const SOURCE =
  "import * as lambda from 'aws-cdk-lib/aws-lambda';\n\nexport class ApiStack {\n  constructor() {\n    new lambda.DockerImageFunction(this, 'Api', {});\n  }\n}\n";

const FILES: Record<string, string> = {
  'lib/api-stack.ts': SOURCE,
  'services/api/Dockerfile': 'FROM public.ecr.aws/lambda/nodejs:20\nCOPY . .\n',
  'cdk.out/manifest.json': json({
    version: '54.0.0',
    artifacts: {
      'Api.assets': { type: 'cdk:asset-manifest', properties: { file: 'Api.assets.json' } },
      Api: {
        type: 'aws:cloudformation:stack',
        environment: 'aws://123456789012/eu-north-1',
        additionalMetadataFile: 'Api.metadata.json',
        properties: { templateFile: 'Api.template.json', stackName: 'shop-api' },
      },
      'assembly-Prod': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } },
      Evil: { type: 'aws:cloudformation:stack', properties: { templateFile: '../secrets.json' } },
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
    },
  }),
  'cdk.out/Api.metadata.json': json({
    '/Api/Api/Resource': [
      { type: 'aws:cdk:logicalId', data: 'ApiFn' },
      {
        type: 'aws:cdk:creationStack',
        data: [
          '...node_modules-aws-cdk-lib...',
          'at new ApiStack (/home/me/shop/lib/api-stack.ts:5:5)',
          'at Object.<anonymous> (/home/me/shop/bin/app.ts:3:1)',
        ],
      },
    ],
  }),
  'cdk.out/Api.assets.json': json({
    version: '54.0.0',
    files: {},
    dockerImages: {
      [API]: image(
        { directory: `asset.${API}`, platform: 'linux/arm64', dockerBuildTarget: 'final', dockerBuildArgs: { V: '1' } },
        API,
      ),
      [WORKER]: image({ directory: `asset.${WORKER}`, dockerFile: 'docker/Dockerfile.worker' }, `worker-${WORKER}`),
      [JOB]: image({ executable: ['./build.sh'] }, JOB),
    },
  }),
  [`cdk.out/asset.${API}/Dockerfile`]: 'FROM public.ecr.aws/lambda/nodejs:20\nCOPY . .\n',
  [`cdk.out/asset.${WORKER}/docker/Dockerfile.worker`]: 'FROM python:3.12\n',
  'cdk.out/Api.template.json': json({
    Resources: {
      ApiFn: {
        Type: 'AWS::Lambda::Function',
        Properties: { PackageType: 'Image', Architectures: ['x86_64'], Code: { ImageUri: assetUri(API) } },
        Metadata: { 'aws:cdk:path': 'Api/Api/Resource' },
      },
      Task: {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: {
          RequiresCompatibilities: ['FARGATE'],
          RuntimePlatform: { CpuArchitecture: 'ARM64' },
          ContainerDefinitions: [{ Name: 'w', Image: assetUri(`worker-${WORKER}`) }],
        },
        Metadata: { 'aws:cdk:path': 'Api/Worker/Task/Resource' },
      },
      Inner: {
        Type: 'AWS::CloudFormation::Stack',
        Properties: { TemplateURL: { 'Fn::Sub': 'https://s3/x' }, Parameters: { Cpu: 'arm64' } },
        Metadata: { 'aws:asset:path': 'Inner.nested.template.json' },
      },
    },
  }),
  'cdk.out/Inner.nested.template.json': json({
    Parameters: { Cpu: { Type: 'String' } },
    Resources: {
      Fn: {
        Type: 'AWS::Lambda::Function',
        Properties: { PackageType: 'Image', Architectures: [{ Ref: 'Cpu' }], Code: { ImageUri: '1.dkr.ecr/x:1' } },
        Metadata: { 'aws:cdk:path': 'Api/Inner/Fn/Resource' },
      },
    },
  }),
  'cdk.out/assembly-Prod/manifest.json': json({
    artifacts: {
      ProdRepo: {
        type: 'aws:cloudformation:stack',
        environment: 'aws://unknown-account/unknown-region',
        displayName: 'Prod/Repo',
        properties: { templateFile: 'ProdRepo.template.json' },
      },
    },
  }),
  'cdk.out/assembly-Prod/ProdRepo.template.json': json({
    Resources: {
      R: {
        Type: 'AWS::ECR::Repository',
        DeletionPolicy: 'Retain',
        Properties: { RepositoryName: 'shop' },
        Metadata: { 'aws:cdk:path': 'Prod/Repo/R/Resource' },
      },
    },
  }),
};

function evaluated(files: Readonly<Record<string, string>>): Project {
  const made = project(files);
  evaluateAssembly(made.world, readAssembly('cdk.out', memoryFiles(files)), frame('cdk.out/manifest.json'), undefined);
  return made;
}

describe('a cloud assembly', () => {
  const made = evaluated(FILES);

  it('builds its image assets, each for the platform it states or the builder’s own', () => {
    expect(
      made
        .of('build')
        .map((one) => [one.label, showPlatforms(one.platforms), one.dockerfile, one.attestations.provenance]),
    ).toEqual([
      ['image asset of Api/Api', 'linux/arm64', 'services/api/Dockerfile', 'off'],
      [
        'image asset of Api/Worker/Task',
        "the builder's own platform",
        `cdk.out/asset.${WORKER}/docker/Dockerfile.worker`,
        'off',
      ],
      ['image asset Api/AssetImage', 'an unknown platform', undefined, 'unknown'],
    ]);
    const [api, worker] = made.of('build');
    expect(api).toMatchObject({ tool: 'cdk', asset: API, target: ['final'], buildArgs: [{ name: 'V', value: ['1'] }] });
    expect(made.at(api?.buildArgs[0]?.site)).toBe('"1"');
    expect(worker?.base?.stages[0]?.from).toEqual({ image: ['python:3.12'] });
    expect(made.at(worker?.site)).toBe(`"${WORKER}"`);
  });

  it('points at the line of source that made a construct', () => {
    const [api] = made.of('workload');
    expect(api).toMatchObject({
      constructPath: 'Api/Api',
      stack: 'shop-api',
      region: ['eu-north-1'],
      account: ['123456789012'],
      cpu: 'amd64',
      image: { kind: 'asset', asset: API },
    });
    expect(api?.site.file).toBe('lib/api-stack.ts');
    expect(made.at(api?.site)).toBe('new lambda.DockerImageFunction');
    expect([api?.imageSite.file, api?.cpuSite?.file, made.of('build')[0]?.site.file]).toEqual([
      'lib/api-stack.ts',
      'lib/api-stack.ts',
      'lib/api-stack.ts',
    ]);
  });

  it('joins tasks, nested stacks and stages, and points into the template without a creation stack', () => {
    const [, task, inner] = made.of('workload');
    expect(task).toMatchObject({
      service: 'ecs',
      constructPath: 'Api/Worker/Task',
      cpu: 'arm64',
      image: { kind: 'asset', asset: WORKER },
    });
    expect(task?.site.file).toBe('cdk.out/Api.template.json');
    expect(made.at(task?.cpuSite)).toBe('"ARM64"');
    expect(inner).toMatchObject({ constructPath: 'Api/Inner/Fn', cpu: 'arm64' });
    expect(inner?.image.kind === 'ref' ? showRef(inner.image.ref) : '').toBe('1.dkr.ecr/x:1');
    const [repository] = made.of('repository');
    expect(show(repository?.name ?? [])).toBe('shop');
    expect(repository).toMatchObject({ stack: 'ProdRepo', label: 'Prod/Repo/R', retained: true });
  });

  it('reads no file outside its folder, and reports what it names and lacks', () => {
    const reading = readAssembly('cdk.out', memoryFiles({ ...FILES, 'secrets.json': '{}' }));
    expect(reading.parts).not.toContain('secrets.json');
    const missing = Object.fromEntries(Object.entries(FILES).filter(([file]) => !file.endsWith('Api.template.json')));
    const broken = readAssembly('cdk.out', memoryFiles({ ...missing, 'cdk.out/Api.assets.json': '{"dockerImages": ' }));
    expect(broken.unreadable.map((one) => [one.file, one.line, one.reason])).toEqual([
      ['cdk.out/Api.assets.json', 1, 'the file ends before its { is closed'],
      ['cdk.out/Api.template.json', 1, 'the assembly names it: the file does not exist'],
    ]);
    expect(readAssembly('cdk.out', memoryFiles({ 'cdk.out/manifest.json': '[]' })).stacks).toEqual([]);
  });

  it('keeps its templates from being judged as stacks of their own', () => {
    expect([...made.world.called]).toContain('cdk.out/Api.template.json');
  });

  it('of older libraries carries its metadata in the manifest', () => {
    const manifest = json({
      artifacts: {
        Api: {
          type: 'aws:cloudformation:stack',
          properties: { templateFile: 'Api.template.json' },
          metadata: {
            '/Api/Worker/Task/Resource': [
              {
                type: 'aws:cdk:logicalId',
                data: 'Task',
                trace: ['new ApiStack (C:\\work\\shop\\lib\\api-stack.ts:3:8)'],
              },
            ],
          },
        },
      },
    });
    const old = evaluated({ ...FILES, 'cdk.out/manifest.json': manifest });
    const task = old.of('workload').find((one) => one.service === 'ecs');
    expect([task?.site.file, old.at(task?.site)]).toEqual(['lib/api-stack.ts', 'class']);
  });

  it('finds the templates of nested stacks by what they are published as, where no metadata names them', () => {
    const key = `${'d'.repeat(64)}.json`;
    const resources: Record<string, Record<string, unknown>> = JSON.parse(
      FILES['cdk.out/Api.template.json'] ?? '',
    ).Resources;
    const url = {
      'Fn::Join': [
        '',
        [
          'https://s3.',
          { Ref: 'AWS::Region' },
          '.',
          { Ref: 'AWS::URLSuffix' },
          '/',
          { 'Fn::Sub': 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}' },
          `/${key}`,
        ],
      ],
    };
    const bare = evaluated({
      ...FILES,
      'cdk.out/Api.template.json': json({
        Resources: {
          ...resources,
          Inner: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url, Parameters: { Cpu: 'arm64' } } },
        },
      }),
      'cdk.out/Api.assets.json': json({
        ...JSON.parse(FILES['cdk.out/Api.assets.json'] ?? ''),
        files: {
          [key.slice(0, 64)]: {
            source: { path: 'Inner.nested.template.json', packaging: 'file' },
            destinations: { d: { bucketName: 'b', objectKey: key } },
          },
        },
      }),
    });
    expect(bare.of('workload').map((one) => [one.constructPath, one.cpu])).toEqual([
      ['Api/Api', 'amd64'],
      ['Api/Worker/Task', 'arm64'],
      ['Api/Inner/Fn', 'arm64'],
    ]);
  });
});
