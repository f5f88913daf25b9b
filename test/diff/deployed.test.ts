/** `plimsoll diff` against what is deployed: what is asked of CloudFormation, and what both sides then are. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { changesBetween } from '../../src/diff/changes.ts';
import { deployedSide, wantedOf, wantsExpanded, type Deployed } from '../../src/diff/deployed.ts';
import { sideOf } from '../../src/diff/side.ts';
import { targetsOf } from '../../src/diff/targets.ts';
import { describeChange } from '../../src/diff/words.ts';
import { memoryFiles } from '../../src/engine.ts';
import { readProject } from '../../src/engine/read-project.ts';
import { evaluate } from '../../src/engine/evaluate.ts';
import { readTemplates, type WantedStack } from '../../src/live/templates.ts';
import { ACCOUNT, REGION, account, stackArn } from '../aws-stand-in/scenarios.ts';
import { startStandIn, type StandIn } from '../aws-stand-in/server.ts';
import type { Fault, Stack } from '../aws-stand-in/state.ts';
import { judged } from '../../src/core/sealed.ts';

// ── what is asked ───────────────────────────────────────────────────────────────────────────────

describe('stacks of an account', () => {
  let aws: StandIn | undefined;
  beforeEach(() => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await aws?.close();
  });

  const TEMPLATE = 'Resources:\n  Images:\n    Type: AWS::ECR::Repository\n';
  const shop: Stack = {
    name: 'shop',
    status: 'CREATE_COMPLETE',
    template: TEMPLATE,
    parameters: { Tag: '1.4.0', Password: '****' },
    resources: [],
  };

  async function read(
    stacks: readonly WantedStack[],
    regions: Readonly<Record<string, readonly Stack[]>>,
    faults: readonly Fault[] = [],
    expanded?: (stack: WantedStack, text: string) => boolean,
  ) {
    const states = Object.fromEntries(Object.entries(regions).map(([region, list]) => [region, { stacks: list }]));
    aws = await startStandIn(account(states[REGION] ?? {}, states), { faults });
    const answer = await readTemplates({
      stacks,
      connection: { endpoint: aws.url, region: REGION, signal: new AbortController().signal },
      ...(expanded === undefined ? {} : { expanded }),
    });
    return { ...answer, calls: aws.calls.map((one) => one.action).sort() };
  }

  it('are read with what their parameters have; one that does not exist has nothing', async () => {
    const { found, failed, calls } = await read([{ name: 'shop' }, { name: 'new' }], { [REGION]: [shop] });
    expect(failed).toEqual([]);
    expect(found).toEqual([
      {
        wanted: { name: 'shop' },
        stack: {
          name: 'shop',
          region: REGION,
          account: ACCOUNT,
          text: TEMPLATE,
          parameters: new Map([
            ['Tag', '1.4.0'],
            ['Password', undefined],
          ]),
          nested: new Map(),
        },
      },
      { wanted: { name: 'new' } },
    ]);
    expect(calls).toEqual([
      'cloudformation:DescribeStacks',
      'cloudformation:DescribeStacks',
      'cloudformation:GetTemplate',
    ]);
  });

  it('of one name in two regions are two', async () => {
    const other = { ...shop, template: 'Resources: {}\n' };
    const { found } = await read(
      [
        { name: 'shop', region: 'us-east-1' },
        { name: 'shop', region: REGION },
      ],
      { [REGION]: [shop], 'us-east-1': [other] },
    );
    expect(found.map(({ stack }) => [stack?.region, stack?.text])).toEqual([
      ['us-east-1', other.template],
      [REGION, TEMPLATE],
    ]);
  });

  it('of another account are not mistaken for new ones', async () => {
    const away = { name: 'away', account: '999999999999' };
    const {
      found,
      elsewhere,
      account: own,
    } = await read([{ name: 'shop', account: ACCOUNT }, away], { [REGION]: [shop] });
    expect([found.map((one) => one.wanted.name), elsewhere, own]).toEqual([['shop'], [away], ACCOUNT]);
  });

  it.each(['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE'])('that are %s hold nothing', async (status) => {
    const { found } = await read([{ name: 'shop' }], { [REGION]: [{ ...shop, status }] });
    expect(found).toEqual([{ wanted: { name: 'shop' } }]);
  });

  it('bring the stacks that they nest', async () => {
    const inner: Stack = { ...shop, name: 'shop-Api-1XYZ', template: 'Resources: {}\n' };
    const outer: Stack = {
      ...shop,
      template: 'Resources:\n  Api:\n    Type: AWS::CloudFormation::Stack\n',
      resources: [{ type: 'AWS::CloudFormation::Stack', logicalId: 'Api', physicalId: stackArn(inner.name) }],
    };
    const { found, remarks } = await read([{ name: 'shop' }], { [REGION]: [outer, inner] });
    expect([[...(found[0]?.stack?.nested ?? [])].map(([id, { name, text }]) => [id, name, text]), remarks]).toEqual([
      [['Api', inner.name, 'Resources: {}\n']],
      [],
    ]);
    const denied = await read([{ name: 'shop' }], { [REGION]: [outer, inner] }, [
      { action: 'cloudformation:ListStackResources', kind: 'deny' },
    ]);
    expect([denied.found[0]?.stack?.nested.size, denied.remarks]).toEqual([
      0,
      ['The stacks nested in `shop` are not known (no permission for cloudformation:ListStackResources)'],
    ]);
  });

  it('are read as their transforms made them where that is asked for', async () => {
    const { found } = await read(
      [{ name: 'shop' }],
      { [REGION]: [{ ...shop, template: 'Transform: T\n', processed: '{}' }] },
      [],
      (_, text) => text.startsWith('Transform'),
    );
    expect(found[0]?.stack?.text).toBe('{}');
  });

  it('that may not be described are read without their parameters; those that may not be read at all are no new ones', async () => {
    const blind = await read([{ name: 'shop' }], { [REGION]: [shop] }, [
      { action: 'cloudformation:DescribeStacks', kind: 'deny' },
    ]);
    expect([blind.found[0]?.stack?.parameters, blind.remarks]).toEqual([
      undefined,
      [
        'The parameters of stack `shop` are not known (no permission for cloudformation:DescribeStacks); their defaults are compared',
      ],
    ]);
    const none = await read([{ name: 'shop' }], { [REGION]: [shop] }, [
      { action: 'cloudformation:GetTemplate', kind: 'deny' },
    ]);
    expect([none.found, none.failed]).toEqual([[], ['shop: no permission for cloudformation:GetTemplate']]);
  });
});

// ── what is compared ────────────────────────────────────────────────────────────────────────────

type Files = Readonly<Record<string, string>>;
const json = (value: unknown): string => `${JSON.stringify(value, undefined, 1)}\n`;
const registry = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

function deployed(
  text: string,
  parameters: Readonly<Record<string, string | undefined>> | undefined = {},
  nested: Readonly<Record<string, Deployed>> = {},
): Deployed {
  return {
    name: 'shop',
    region: 'eu-west-1',
    account: '123456789012',
    text,
    ...(parameters === undefined ? {} : { parameters: new Map(Object.entries(parameters)) }),
    nested: new Map(Object.entries(nested)),
  };
}

async function against(
  there: Deployed | undefined,
  files: Files,
  options: { names?: Readonly<Record<string, string[]>>; given?: Readonly<Record<string, string>> } = {},
) {
  const { readings } = await readProject({ files: memoryFiles(files), bindings: new Map() });
  const local = evaluate({ readings, bindings: new Map() });
  const after = sideOf(readings, new Map());
  const { stacks, nameless } = targetsOf({
    stacks: after.stacks,
    local,
    readings,
    options: { names: new Map(Object.entries(options.names ?? {})), wanted: [] },
  });
  const wanted = wantedOf(stacks);
  const { before, pairs } = deployedSide(
    wanted.map((one) => ({ wanted: one, ...(there === undefined ? {} : { stack: there }) })),
    new Map(Object.entries(options.given ?? {})),
  );
  const { changes, notCompared } = changesBetween({ before, after, pairs, local });
  return { words: changes.map(describeChange), changes, notCompared, wanted, nameless };
}

const named = { names: { 'template.json': ['shop'] } };
const fn = (more: object, properties: object = {}): object => ({
  Type: 'AWS::Lambda::Function',
  Properties: { PackageType: 'Image', Role: 'arn:aws:iam::123456789012:role/r', ...properties, ...more },
});
const withUri = (fallback?: string, more: object = {}): string =>
  json({
    Parameters: { ImageUri: { Type: 'String', ...(fallback === undefined ? {} : { Default: fallback }) } },
    Resources: { Orders: fn({ Code: { ImageUri: { Ref: 'ImageUri' } }, ...more }) },
  });

describe('parameters of a deployed stack', () => {
  const there = deployed(withUri(), { ImageUri: `${registry}/orders:1.4.0` });

  it('keep what they have: neither their absence from the command line nor a new default changes an image', async () => {
    expect((await against(there, { 'template.json': withUri() }, named)).words).toEqual([]);
    expect((await against(there, { 'template.json': withUri(`${registry}/orders:2.0.0`) }, named)).words).toEqual([]);
  });

  it('change to what the user says the deploy gives them', async () => {
    const { words } = await against(
      there,
      { 'template.json': withUri() },
      { ...named, given: { ImageUri: `${registry}/orders:1.5.0` } },
    );
    expect(words).toEqual(['Lambda function `Orders` changes: image orders:1.4.0 → orders:1.5.0']);
  });

  it("change to what the project's own deploy command gives them, and that command says which stack it is", async () => {
    const files = {
      'template.json': withUri(),
      'deploy.sh': `#!/bin/bash\nset -e\naws cloudformation deploy --template-file template.json --stack-name shop --parameter-overrides ImageUri=${registry}/orders:1.5.0\n`,
    };
    const { words, wanted } = await against(there, files);
    expect([wanted.map((one) => one.name), words]).toEqual([
      ['shop'],
      ['Lambda function `Orders` changes: image orders:1.4.0 → orders:1.5.0'],
    ]);
  });

  it('that the command takes from its caller are no known image', async () => {
    const files = {
      'template.json': withUri(),
      'deploy.sh': `#!/bin/bash\nset -e\naws cloudformation deploy --template-file template.json --stack-name shop --parameter-overrides ImageUri=${registry}/orders:$1\n`,
    };
    const { changes, words } = await against(there, files);
    expect([words, changes[0]?.workload?.ways[0]?.after.imageKey]).toEqual([
      ['Lambda function `Orders` changes: image orders:1.4.0 → orders:$1'],
      undefined,
    ]);
  });

  it('tell that an image stays while the CPU under it changes', async () => {
    const { changes } = await against(
      there,
      { 'template.json': withUri(undefined, { Architectures: ['arm64'] }) },
      named,
    );
    const [way] = changes[0]?.workload?.ways ?? [];
    expect([way?.before.cpu, way?.after.cpu, way?.before.imageKey === way?.after.imageKey, way?.certain]).toEqual([
      'amd64',
      'arm64',
      true,
      true,
    ]);
  });

  it('rename what they name: a `Ref` that reads the same on both sides', async () => {
    const body = json({
      Parameters: { Stage: { Type: 'String' } },
      Resources: {
        Images: { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: { 'Fn::Sub': 'orders-${Stage}' } } },
      },
    });
    const { changes } = await against(
      deployed(body, { Stage: 'dev' }),
      { 'template.json': body },
      { ...named, given: { Stage: 'prod' } },
    );
    expect(changes.map((one) => [one.logicalId, one.change, one.physicalNameBefore, one.physicalName])).toEqual([
      ['Images', 'replace', ['orders-dev'], ['orders-prod']],
    ]);
  });

  it('of a CDK app change to what `cdk deploy --parameters` gives them, by stack where it says so', async () => {
    const files = (flags: string): Files => ({
      'cdk.out/manifest.json': json({
        artifacts: {
          Api: {
            type: 'aws:cloudformation:stack',
            properties: { templateFile: 'Api.template.json', stackName: 'shop' },
          },
        },
      }),
      'cdk.out/Api.template.json': withUri(),
      'deploy.sh': `#!/bin/bash\nset -e\nnpx cdk deploy Api ${flags}\n`,
    });
    const changed = ['Lambda function `Orders` changes: image orders:1.4.0 → orders:1.5.0'];
    expect((await against(there, files(`--parameters ImageUri=${registry}/orders:1.5.0`))).words).toEqual(changed);
    expect((await against(there, files(`--parameters Api:ImageUri=${registry}/orders:1.5.0`))).words).toEqual(changed);
    expect((await against(there, files(`--parameters Web:ImageUri=${registry}/orders:1.5.0`))).words).toEqual([]);
  });

  it('that are hidden, or may not be read, change nothing by themselves', async () => {
    expect(
      (await against(deployed(withUri(), { ImageUri: undefined }), { 'template.json': withUri() }, named)).words,
    ).toEqual([]);
    expect(
      (
        await against(
          { ...deployed(withUri(`${registry}/a:1`), undefined) },
          { 'template.json': withUri(`${registry}/a:1`) },
          named,
        )
      ).words,
    ).toEqual([]);
  });
});

describe('a deployed stack', () => {
  it('is in one place with its new template: what follows from its name is the same on both sides', async () => {
    const assembly = (more: object): Files => ({
      'cdk.out/manifest.json': json({
        artifacts: {
          Api: {
            type: 'aws:cloudformation:stack',
            environment: 'aws://123456789012/eu-west-1',
            properties: { templateFile: 'Api.template.json', stackName: 'shop' },
          },
        },
      }),
      'cdk.out/Api.template.json': json({
        Resources: {
          Orders: fn({
            FunctionName: { 'Fn::Sub': '${AWS::StackName}-orders' },
            Code: { ImageUri: { 'Fn::Sub': '${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/orders:1' } },
            ...more,
          }),
        },
      }),
    });
    const there = deployed(assembly({})['cdk.out/Api.template.json'] ?? '');
    expect((await against(there, assembly({}))).words).toEqual([]);
    expect((await against(there, assembly({ MemorySize: 512 }))).words).toEqual([
      'Lambda function `shop-orders` (Orders) changes: MemorySize becomes 512',
    ]);
  });

  it('holds the image assets of the app by their hashes', async () => {
    const hash = 'a'.repeat(64);
    const body = json({
      Resources: {
        Orders: fn({
          Code: {
            ImageUri: {
              'Fn::Sub': `\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.\${AWS::URLSuffix}/cdk-hnb659fds-container-assets-\${AWS::AccountId}-\${AWS::Region}:${hash}`,
            },
          },
        }),
      },
    });
    const files: Files = {
      'cdk.out/manifest.json': json({
        artifacts: {
          Api: {
            type: 'aws:cloudformation:stack',
            properties: { templateFile: 'Api.template.json', stackName: 'shop' },
            dependencies: ['Api.assets'],
          },
          'Api.assets': { type: 'cdk:asset-manifest', properties: { file: 'Api.assets.json' } },
        },
      }),
      'cdk.out/Api.assets.json': json({
        version: '54.0.0',
        files: {},
        dockerImages: {
          [hash]: {
            source: { directory: `asset.${hash}` },
            destinations: {
              current: {
                repositoryName: 'cdk-hnb659fds-container-assets-${AWS::AccountId}-${AWS::Region}',
                imageTag: hash,
              },
            },
          },
        },
      }),
      [`cdk.out/asset.${hash}/Dockerfile`]: 'FROM public.ecr.aws/lambda/python:3.12\n',
    };
    expect((await against(deployed(body), { ...files, 'cdk.out/Api.template.json': body })).words).toEqual([]);
    const { words } = await against(deployed(body.replaceAll(hash, 'b'.repeat(64))), {
      ...files,
      'cdk.out/Api.template.json': body,
    });
    expect(words).toEqual(['Lambda function `Orders` changes: image asset bbbbbbbbbbbb → asset aaaaaaaaaaaa']);
  });

  it('has nested stacks, compared with the templates they are to have', async () => {
    const outer = (url: string): string =>
      json({
        Resources: {
          Api: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url, Parameters: { Arch: 'arm64' } } },
        },
      });
    const inner = (arch: unknown): string =>
      json({
        Parameters: { Arch: { Type: 'String' } },
        Resources: { Orders: fn({ Architectures: [arch], Code: { ImageUri: `${registry}/orders:1` } }) },
      });
    const files = { 'template.json': outer('./inner.json'), 'inner.json': inner('x86_64') };
    const there = deployed(
      outer('https://s3.amazonaws.com/packaged/4711.template'),
      {},
      { Api: { ...deployed(inner({ Ref: 'Arch' }), { Arch: 'arm64' }), name: 'shop-Api-1XYZ' } },
    );
    expect((await against(there, files, named)).words).toEqual([
      'Lambda function `Orders` changes: CPU arm64 → x86-64',
    ]);
    // A nested template that nobody has isn't one that holds nothing.
    expect(await against(deployed(there.text), files, named)).toMatchObject({ words: [], notCompared: ['shop/Api'] });
  });

  it('loses with a nested stack what that held, but for what it keeps', async () => {
    const inner = json({
      Resources: {
        Images: { Type: 'AWS::ECR::Repository', DeletionPolicy: 'Retain', Properties: { RepositoryName: 'orders' } },
        Scratch: { Type: 'AWS::ECR::Repository' },
      },
    });
    const there = deployed(
      json({
        Resources: {
          Api: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://x/y' } },
          Topic: { Type: 'AWS::SNS::Topic' },
        },
      }),
      {},
      { Api: deployed(inner) },
    );
    const { changes } = await against(
      there,
      { 'template.json': json({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } }) },
      named,
    );
    expect(changes.map((one) => [one.change, one.logicalId, one.physicalName])).toEqual([
      ['remove', 'Api', undefined],
      ['orphan', 'Images', ['orders']],
      ['remove', 'Scratch', undefined],
    ]);
  });

  it('was packaged: addresses in place of local paths are no changes', async () => {
    const sam = (properties: object, nested: string): string =>
      json({
        Transform: 'AWS::Serverless-2016-10-31',
        Resources: {
          Zip: {
            Type: 'AWS::Serverless::Function',
            Properties: { Handler: 'a.b', Runtime: 'nodejs22.x', ...properties },
          },
          Img: {
            Type: 'AWS::Serverless::Function',
            Metadata: { Dockerfile: 'Dockerfile', DockerContext: '.' },
            Properties: { PackageType: 'Image', ...(nested === '' ? {} : { ImageUri: nested }) },
          },
        },
      });
    const { words } = await against(
      deployed(sam({ CodeUri: 's3://bucket/1234' }, `${registry}/shop:img-1234`)),
      { 'template.json': sam({ CodeUri: './src' }, '') },
      named,
    );
    expect(words).toEqual([]);
  });

  it('that a transform made is compared as it made it only where the new template has none', async () => {
    const { wanted } = await against(
      undefined,
      { 'template.json': json({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } }) },
      named,
    );
    const [plain] = wanted;
    expect(
      plain === undefined
        ? []
        : [
            wantsExpanded(plain, json({ Transform: 'T', Resources: {} })),
            wantsExpanded(plain, json({ Resources: { Transform: {} } })),
          ],
    ).toEqual([true, false]);
  });

  it('that does not exist yet is all new', async () => {
    expect((await against(undefined, { 'template.json': withUri() }, named)).words).toEqual([
      'Lambda function `Orders` will be created',
    ]);
  });
});

describe('the stack of a template', () => {
  it('may be several: each that some command makes of it', async () => {
    const files = {
      'template.json': withUri(),
      'deploy.sh':
        '#!/bin/bash\nset -e\nfor stage in dev prod; do\n  sam deploy --template template.json --stack-name shop-$stage\ndone\n',
    };
    expect((await against(undefined, files)).wanted.map((one) => one.name).sort()).toEqual(['shop-dev', 'shop-prod']);
  });

  it('is what samconfig says for each environment, with the parameters it gives', async () => {
    const samconfig =
      '[default.deploy.parameters]\nstack_name = "shop-dev"\nregion = "eu-north-1"\nparameter_overrides = "ImageUri=dev:1"\n[prod.deploy.parameters]\nstack_name = "shop-prod"\n';
    const { wanted } = await against(undefined, {
      'app/template.json': withUri(),
      'app/other.json': withUri(),
      'app/samconfig.toml': samconfig,
    });
    expect(
      wanted.map(({ name, region, stack }) => [
        name,
        region,
        stack.reading.file,
        [...(stack.parameters ?? [])].map(([key, values]) => [key, judged(values[0]?.value)]),
      ]),
    ).toEqual([
      ['shop-dev', 'eu-north-1', 'app/template.json', [['ImageUri', 'dev:1']]],
      ['shop-prod', undefined, 'app/template.json', []],
    ]);
  });

  it('is not known where the command takes it from its caller, and that is said', async () => {
    const files = {
      'template.json': withUri(),
      'deploy.sh': '#!/bin/bash\nset -e\nsam deploy --template template.json --stack-name "shop-$1"\n',
    };
    const { nameless } = await against(undefined, files);
    expect(nameless.map(({ stack, hint }) => [stack.reading.file, hint])).toEqual([
      ['template.json', '`sam deploy` in deploy.sh calls it `shop-$1`'],
    ]);
  });
});
