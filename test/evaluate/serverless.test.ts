/** Serverless services: what they declare beside their functions, and what a deploy by a script or workflow adds. */
import { describe, expect, it } from 'vitest';
import { showRef } from '../../src/core/image-ref.ts';
import { showPlatforms } from '../../src/core/platform.ts';
import { show } from '../../src/core/text.ts';
import { judged } from './judged.ts';

const DOCKERFILE = 'FROM public.ecr.aws/lambda/python:3.12\nCOPY app.py .\nCMD ["app.handler"]\n';

it('an image is called by its key, whichever functions take it', async () => {
  const { findings } = await judged({
    'serverless.yml':
      'service: shop\nprovider:\n  name: aws\n  ecr:\n    images:\n      till:\n        path: .\nfunctions:\n  one:\n    image: till\n  two:\n    image: till\n',
    Dockerfile: DOCKERFILE,
  });
  expect(findings.find(({ rule }) => rule === 'platform-unset')?.message).toMatch(/^`till` is built/);
});

describe('resources of a service', () => {
  const service = `service: shop
custom:
  name: \${self:service}-\${sls:stage}
provider:
  name: aws
  region: eu-north-1
functions:
  api:
    image: !Sub "\${AWS::AccountId}.dkr.ecr.eu-north-1.amazonaws.com/x:1"
resources:
  Parameters: {}
  Resources:
    Repo:
      Type: AWS::ECR::Repository
      Properties:
        RepositoryName: \${self:custom.name}-api # the name
        ImageTagMutability: IMMUTABLE
    Worker:
      Type: AWS::Lambda::Function
      Properties:
        PackageType: Image
        Architectures: [arm64]
        Code:
          ImageUri: !Sub "\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/\${self:custom.name}-api:\${opt:tag, '1'}"
`;

  it('are a template, whose strings Serverless fills in before CloudFormation does', async () => {
    const { model, at } = await judged({ 'serverless.yml': service });
    expect(
      model.repositories.map((one) => [show(one.name ?? []), one.mutability, at(one.site), at(one.nameSite)]),
    ).toEqual([
      ['shop-dev-api', 'immutable', 'Repo', '${self:custom.name}-api'],
      ['shop-${opt:stage}-api', 'immutable', 'Repo', '${self:custom.name}-api'],
    ]);
    const worker = model.workloads.filter((one) => one.label === 'Worker');
    expect(
      worker.map((one) => [one.image.kind === 'ref' ? showRef(one.image.ref) : '', one.cpu, show(one.region ?? [])])[0],
    ).toEqual(['${AWS::AccountId}.dkr.ecr.eu-north-1.amazonaws.com/shop-dev-api:1', 'arm64', 'eu-north-1']);
  });

  it('may be a list, part of it in other files', async () => {
    const made = await judged({
      'app/serverless.yml':
        'service: shop\nprovider: {name: aws, stage: live}\nresources:\n  - ${file(resources/ecr.yml)}\n  - Resources:\n      A: {Type: "AWS::ECR::Repository", Properties: {RepositoryName: a}}\n  - Resources:\n      B: {Type: "AWS::ECR::Repository", Properties: {RepositoryName: b}}\n',
      'app/resources/ecr.yml':
        'Resources:\n  C:\n    Type: AWS::ECR::Repository\n    Properties: {RepositoryName: "${self:service}-${sls:stage}"}\n',
    });
    expect(made.model.repositories.map((one) => show(one.name ?? [])).sort()).toEqual(['a', 'b', 'shop-live']);
  });

  it('alone keep the variables that nobody fills in', async () => {
    const { model } = await judged({
      'ecr.yml':
        'Resources:\n  C:\n    Type: AWS::ECR::Repository\n    Properties: {RepositoryName: "${self:service}-app"}\n  D:\n    Type: AWS::ECR::Repository\n    Properties: {RepositoryName: !Sub "${self:custom.${self:provider.stage}.x}-app"}\n',
    });
    const names = model.repositories.map((one) => one.name ?? []);
    expect(names.map((one) => one.filter((part) => typeof part === 'string'))).toEqual([['-app'], ['-app']]);
  });
});

describe('a service of another cloud', () => {
  it('runs nothing on AWS', async () => {
    const service = (name: string): string =>
      `service: shop\nprovider: {name: ${name}}\nfunctions:\n  api: {image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1"}\n`;
    const workloads = async (name: string): Promise<number> =>
      (await judged({ 'serverless.yml': service(name) })).model.workloads.length;
    expect([await workloads('aws'), await workloads('google')]).toEqual([1, 0]);
  });
});

describe('a service deployed', () => {
  const service = (more = ''): string => `service: shop
params:
  default: {arch: x86_64}
  prod: {arch: arm64}
provider:
  name: aws
  architecture: \${param:arch}
  ecr:
    images:
      api:
        path: ./api
        provenance: 'false'
${more}functions:
  api: {image: api}
`;
  const workflow = (command: string, on = 'ubuntu-24.04', env = ''): string =>
    `on: push\njobs:\n  d:\n    runs-on: ${on}\n${env}    steps:\n      - run: ${command}\n`;

  it('by a workflow is built on its runner, for the stage it names', async () => {
    const files = {
      'serverless.yml': service(),
      'api/Dockerfile': DOCKERFILE,
      '.github/workflows/d.yml': workflow('npx serverless deploy --stage prod'),
    };
    const { model, found, at } = await judged(files);
    expect(model.builds.map((one) => [one.host.kind, one.host.cpu, showPlatforms(one.platforms)])).toEqual([
      ['github-hosted', 'amd64', "the builder's own platform"],
    ]);
    expect(model.workloads.map((one) => [one.cpu, show(one.name ?? []), at(one.site)])).toEqual([
      ['arm64', 'shop-prod-api', 'api'],
    ]);
    expect(found.map((one) => one.split(' ')[0])).toContain('arch-mismatch');
  });

  it('twice is judged for each stage by itself', async () => {
    const files = {
      'serverless.yml': service(),
      'api/Dockerfile': DOCKERFILE,
      'a.sh': 'npx sls deploy -s dev\n',
      'b.sh': 'DOCKER_DEFAULT_PLATFORM=linux/arm64 npx sls deploy -s prod\n',
    };
    const { model, found } = await judged(files);
    expect(model.workloads.map((one) => [one.cpu, show(one.name ?? [])])).toEqual([
      ['amd64', 'shop-dev-api'],
      ['arm64', 'shop-prod-api'],
    ]);
    expect(model.builds.map((one) => showPlatforms(one.platforms))).toEqual([
      "the builder's own platform",
      'linux/arm64',
    ]);
    expect(found).toEqual(['platform-unset serverless.yml:10 api']);
  });

  it('without attestations where the environment turns them off', async () => {
    const made = service().replace("        provenance: 'false'\n", '');
    const { model } = await judged({
      'serverless.yml': made,
      'api/Dockerfile': DOCKERFILE,
      'a.sh': 'export BUILDX_NO_DEFAULT_ATTESTATIONS=1\nserverless deploy --param="arch=arm64"\n',
    });
    expect([model.builds[0]?.attestations.provenance, model.workloads[0]?.cpu]).toEqual(['off', 'arm64']);
  });

  it('follows variables whose names are computed', async () => {
    const made =
      'service: shop\ncustom: {arch: {dev: x86_64, prod: arm64}}\nprovider:\n  name: aws\n  architecture: ${self:custom.arch.${opt:stage, \'dev\'}}\nfunctions:\n  api: {image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1"}\n';
    const { model } = await judged({ 'serverless.yml': made, 'a.sh': 'sls deploy --stage prod' });
    expect(model.workloads.map((one) => one.cpu)).toEqual(['arm64']);
  });
});

describe('functions in files of their own', () => {
  const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
  const body = (name: string): string => `{ image: "${HOST}/${name}-\${self:custom.colour}:v1" }`;
  const taken = async (files: Record<string, string>): Promise<string[]> =>
    (await judged(files)).model.workloads
      .map((one) => `${one.label} ${one.image.kind === 'ref' ? showRef(one.image.ref) : '?'} ${one.imageSite.file}`)
      .sort();
  const service = (functions: string): string =>
    `service: shop\nprovider: { name: aws, stage: live }\ncustom: { colour: red }\n${functions}`;

  it.each([
    ['under a key', 'functions: ${file(functions.yml):functions}\n', `functions:\n  till: ${body('till')}\n`],
    ['the whole file', 'functions: ${file(./functions.yml)}\n', `till: ${body('till')}\n`],
    ['one of a list', 'functions:\n  - ${file(functions.yml):of.shop}\n', `of:\n  shop:\n    till: ${body('till')}\n`],
    ['one function', 'functions:\n  till: ${file(functions.yml):till}\n', `till: ${body('till')}\n`],
    [
      'by the stage',
      'functions: ${file(${self:custom.where}.yml)}\ncustom: { colour: red, where: functions }\n',
      `till: ${body('till')}\n`,
    ],
  ])('%s', async (_, functions, file) => {
    const main = functions.includes('custom:')
      ? `service: shop\nprovider: { name: aws, stage: live }\n${functions}`
      : service(functions);
    expect(await taken({ 'app/serverless.yml': main, 'app/functions.yml': file })).toEqual([
      `till ${HOST}/till-red:v1 app/functions.yml`,
    ]);
  });

  it('stay open where the file is not there, leaves the project, or leads back to itself', async () => {
    for (const path of ['gone.yml', '../../x.yml', 'serverless.yml'])
      expect(await taken({ 'app/serverless.yml': service(`functions: \${file(${path}):functions}\n`) })).toEqual([]);
  });
});

describe('functions in a file of their own', () => {
  const functions = (comment: string): string =>
    `hello:\n${comment}  image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1.2.3\n`;
  const told = async (service: string, comment: string) => {
    const { findings, suppressed } = await judged({
      'app/serverless.yml': `service: shop\ncustom: {part: functions}\nprovider: {name: aws, region: eu-north-1, stage: dev}\nfunctions: ${service}\n`,
      'app/functions.yml': functions(comment),
    });
    return [...findings.map(({ rule, site }) => `${rule} ${site.file}`), ...suppressed.map(() => 'hidden')];
  };

  it.each(['${file(functions.yml)}', '${file(./${self:custom.part}.yml)}'])(
    'are told of there, and hidden by a comment there: %s',
    async (service) => {
      expect(await told(service, '')).toEqual(['region-mismatch app/functions.yml']);
      expect(await told(service, '  # plimsoll-ignore region-mismatch -- replicated\n')).toEqual(['hidden']);
    },
  );

  it('have a comment told of that hides nothing', async () => {
    expect(await told('${file(functions.yml)}', '  # plimsoll-ignore latest-only -- once\n')).toEqual([
      'unused-suppression app/functions.yml',
      'region-mismatch app/functions.yml',
    ]);
  });
});
