import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  App,
  CfnResource,
  NestedStack,
  Stack,
  Stage,
  Validations,
  type IPolicyValidationPlugin,
  type IPolicyValidationPluginBeta1,
  type Stack as StackType,
} from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Architecture, CfnFunction, DockerImageCode, DockerImageFunction } from 'aws-cdk-lib/aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PlimsollValidation, type PlimsollValidationProps } from '../../src/cdk-plugin/index.ts';
import { commandsIn, unseenIn } from '../report/readers.ts';
import { folder } from '../temporary.ts';

interface Violation {
  readonly ruleName: string;
  readonly severity?: string;
  readonly description?: string;
  readonly violatingConstructs: readonly {
    readonly constructPath?: string;
    readonly cloudFormationResource?: { readonly logicalId?: string; readonly propertyPaths?: readonly string[] };
  }[];
}

const LAMBDA = 'FROM public.ecr.aws/lambda/python:3.12\nCOPY . .\nCMD ["app.handler"]\n';

afterEach(() => vi.restoreAllMocks());

/** Synthesizes an app with the plug-in, and gives what the toolkit's report says of it. */
function synth(build: (app: App, image: string) => void, props: PlimsollValidationProps = { configFile: false }) {
  const root = folder({ 'image/Dockerfile': LAMBDA });
  const outdir = join(root, 'cdk.out');
  const app = new App({ outdir });
  Validations.of(app).addPlugins(new PlimsollValidation(props));
  build(app, join(root, 'image'));
  let error = '';
  try {
    app.synth();
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : String(thrown);
  }
  const report: {
    pluginReports: {
      pluginName: string;
      violations: Violation[];
      suppressedViolations?: Violation[];
      conclusion?: string;
    }[];
  } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  const own = report.pluginReports.find((one) => one.pluginName === 'Plimsoll');
  const shown = (own?.violations ?? []).map((one) =>
    [one.severity, one.ruleName, ...one.violatingConstructs.map((construct) => construct.constructPath)].join(' '),
  );
  return { error, shown, own };
}

function mismatch(stack: StackType, image: string): DockerImageFunction {
  return new DockerImageFunction(stack, 'Orders', {
    architecture: Architecture.ARM_64,
    code: DockerImageCode.fromImageAsset(image, { platform: Platform.LINUX_AMD64 }),
  });
}

describe('PlimsollValidation', () => {
  it("reports a mismatch by the construct's path and fails the synthesis", () => {
    const { error, shown } = synth((app, image) => mismatch(new Stack(app, 'Api'), image));
    expect(shown).toContain('error arch-mismatch Api/Orders/Resource');
    expect(error).toContain('arch-mismatch');
    expect(error).toContain('is built for `linux/amd64`, but Lambda function `Api/Orders` runs on arm64');
  });

  it("gives the toolkit's report no control character and no log a command", () => {
    const { error, own } = synth((app, image) => {
      new DockerImageFunction(new Stack(app, 'Api'), 'x\u001b[2J\u202e##vso[task.complete]', {
        architecture: Architecture.ARM_64,
        code: DockerImageCode.fromImageAsset(image, { platform: Platform.LINUX_AMD64 }),
      });
    });
    const said = own?.violations.map(({ description }) => description ?? '').join('\n') ?? '';
    expect(said).toContain('Lambda function `Api/x<U+001B>[2J<U+202E>#<U+0023>vso[task.complete]` runs on arm64');
    expect([unseenIn(said), commandsIn(said)]).toEqual([[], []]);
    expect(error).toContain('#<U+0023>vso[task.complete]');
  });

  it('is silent on an app without findings', () => {
    const { error, shown } = synth((app, image) => {
      new DockerImageFunction(new Stack(app, 'Api'), 'Orders', {
        architecture: Architecture.ARM_64,
        code: DockerImageCode.fromImageAsset(image, { platform: Platform.LINUX_ARM64 }),
      });
    });
    expect({ error, shown }).toEqual({ error: '', shown: [] });
  });

  it('points at the property that says it', () => {
    const { own } = synth((app) => {
      new CfnFunction(new Stack(app, 'Api'), 'Fn', {
        role: 'arn:aws:iam::123456789012:role/x',
        packageType: 'Image',
        architectures: ['arm64'],
        code: { imageUri: '123456789012.dkr.ecr.eu-north-1.amazonaws.com/orders:latest' },
      });
    });
    const [first] = own?.violations ?? [];
    expect([first?.ruleName, first?.violatingConstructs[0]?.cloudFormationResource]).toMatchObject([
      'latest-only',
      { logicalId: 'Fn', propertyPaths: ['Properties/Code/ImageUri'] },
    ]);
  });

  it("honours acknowledgements, the construct's own and those of the constructs around it", () => {
    for (const scope of ['function', 'stack'] as const) {
      const { error, shown, own } = synth((app, image) => {
        const stack = new Stack(app, 'Api');
        const fn = mismatch(stack, image);
        Validations.of(scope === 'stack' ? stack : fn).acknowledge({
          id: 'Plimsoll::arch-mismatch',
          reason: 'emulated on purpose',
        });
      });
      expect([error, shown.filter((one) => one.includes('arch-mismatch'))]).toEqual(['', []]);
      expect(own?.suppressedViolations?.map((one) => one.ruleName)).toEqual(['arch-mismatch']);
    }
  });

  it("honours the template's own suppressions", () => {
    const { shown } = synth((app, image) => {
      const fn = mismatch(new Stack(app, 'Api'), image);
      const resource = fn.node.defaultChild;
      if (resource instanceof CfnFunction)
        resource.addMetadata('plimsoll', { ignore: [{ rule: 'repository-name-fixed', reason: 'n/a' }] });
      const repository = new Repository(fn.stack, 'Repo', { repositoryName: 'orders' }).node.defaultChild;
      if (repository !== undefined && 'addMetadata' in repository && typeof repository.addMetadata === 'function')
        repository.addMetadata('plimsoll', {
          ignore: ['mutable-repository', { rule: 'repository-name-fixed', reason: 'shared' }],
        });
    });
    expect(shown).toEqual(['error arch-mismatch Api/Orders/Resource']);
  });

  it('leaves what fails to its owner: a threshold, levels of rules', () => {
    const both = (app: App, image: string): void => void mismatch(new Stack(app, 'Api'), image);
    expect(synth(both, { failOn: 'never' })).toMatchObject({
      error: '',
      shown: [expect.stringContaining('arch-mismatch')],
    });
    expect(synth(both, { rules: { 'arch-mismatch': 'off' } })).toMatchObject({ error: '', shown: [] });
    expect(synth(both, { rules: { 'arch-mismatch': 'warning' } })).toMatchObject({
      error: '',
      shown: [expect.stringContaining('warning arch-mismatch')],
    });
    expect(
      synth((app) => void new Repository(new Stack(app, 'Api'), 'Repo', { repositoryName: 'orders' }), {
        failOn: 'note',
      }).error,
    ).toContain('repository-name-fixed');
  });

  it('judges the stacks of stages', () => {
    const { shown } = synth((app, image) => mismatch(new Stack(new Stage(app, 'Prod'), 'Api'), image));
    expect(shown).toEqual(['error arch-mismatch Prod/Api/Orders/Resource']);
  });

  it('judges stages within stages, and stacks within stacks', () => {
    expect(
      synth((app, image) => mismatch(new Stack(new Stage(new Stage(app, 'Outer'), 'Inner'), 'Api'), image)).shown,
    ).toEqual(['error arch-mismatch Outer/Inner/Api/Orders/Resource']);
    expect(synth((app, image) => mismatch(new NestedStack(new Stack(app, 'Api'), 'Inner'), image)).shown).toEqual([
      'error arch-mismatch Api/Inner/Orders/Resource',
    ]);
  });

  it('judges the stage it is added to, and leaves the rest of the app alone', () => {
    const root = folder({ 'image/Dockerfile': LAMBDA });
    const app = new App({ outdir: join(root, 'cdk.out') });
    const stage = new Stage(app, 'Prod');
    const reports: string[][] = [];
    const plugin = new PlimsollValidation({ configFile: false, failOn: 'never' });
    const validate = plugin.validate.bind(plugin);
    plugin.validate = (context) => {
      const report = validate(context);
      reports.push(
        report.violations.flatMap((one) =>
          one.violatingResources.map((resource) => resource.templatePath.replace(root, '')),
        ),
      );
      return report;
    };
    Validations.of(stage).addPlugins(plugin);
    mismatch(new Stack(stage, 'Api'), join(root, 'image'));
    mismatch(new Stack(app, 'Other'), join(root, 'image'));
    app.synth();
    expect(reports).toEqual([[expect.stringMatching(/^\/cdk\.out\/assembly-Prod\//)]]);
  });

  it('is a plug-in to older libraries as well, which name the types otherwise and do not hand over the app', () => {
    const plugin: IPolicyValidationPlugin & IPolicyValidationPluginBeta1 = new PlimsollValidation({
      configFile: false,
    });
    const root = folder({ 'image/Dockerfile': LAMBDA });
    const app = new App({ outdir: join(root, 'cdk.out') });
    mismatch(new Stack(app, 'Api'), join(root, 'image'));
    const templatePaths = [app.synth().getStackByName('Api').templateFullPath];
    expect(new PlimsollValidation({ configFile: false }).validate({ templatePaths })).toMatchObject({
      success: false,
      violations: [{ ruleName: 'arch-mismatch' }],
    });
    expect(plugin.name).toBe('Plimsoll');
  });

  it('bears what CloudFormation would not, and an app of nothing', () => {
    const odd = synth(
      (app) => {
        const stack = new Stack(app, 'Api');
        new CfnResource(stack, 'Fn', {
          type: 'AWS::Lambda::Function',
          properties: { PackageType: 'Image', Code: null, Architectures: 'arm64' },
        });
        new CfnResource(stack, 'Task', {
          type: 'AWS::ECS::TaskDefinition',
          properties: { ContainerDefinitions: { 'Fn::GetAtt': 'x' } },
        });
        new CfnResource(stack, 'Images', {
          type: 'AWS::ECR::Repository',
          properties: { RepositoryName: { 'Fn::Join': [1] } },
        });
      },
      { configFile: false, failOn: 'never' },
    );
    expect(odd.error).toBe('');
    expect(synth(() => {}).shown).toEqual([]);
  });

  it('says of a configuration that can not be read why', () => {
    vi.spyOn(process, 'cwd').mockReturnValue(folder({ 'plimsoll.config.json': '{"rules": {"arch-mismtch": "off"}}' }));
    expect(synth((app, image) => mismatch(new Stack(app, 'Api'), image), {}).error).toContain(
      "Validation plugin 'Plimsoll' failed: plimsoll.config.json: rules: there is no rule 'arch-mismtch'; did you mean 'arch-mismatch'?",
    );
  });

  it('writes nothing to standard output', () => {
    const write = vi.spyOn(process.stdout, 'write');
    const log = vi.spyOn(console, 'log');
    synth((app, image) => mismatch(new Stack(app, 'Api'), image), { failOn: 'never' });
    expect([write.mock.calls.length, log.mock.calls.length]).toEqual([0, 0]);
  });

  it('reads the configuration of the project', () => {
    const root = folder({ 'plimsoll.config.yaml': 'rules:\n  arch-mismatch: off\n' });
    vi.spyOn(process, 'cwd').mockReturnValue(root);
    expect(synth((app, image) => mismatch(new Stack(app, 'Api'), image), {})).toMatchObject({ error: '', shown: [] });
  });

  it('adds less than a second to an app of 300 resources', () => {
    const root = folder();
    const stack = new Stack(new App({ outdir: join(root, 'cdk.out') }), 'Big');
    for (let index = 0; index < 300; index++) {
      const image = join(root, `image${index % 20}`);
      if (index < 20) {
        mkdirSync(image);
        writeFileSync(join(image, 'Dockerfile'), `${LAMBDA}ENV N=${index}\n`);
      }
      if (index < 60)
        new DockerImageFunction(stack, `Fn${index}`, {
          architecture: Architecture.ARM_64,
          code: DockerImageCode.fromImageAsset(image, { platform: Platform.LINUX_AMD64 }),
        });
      else new Repository(stack, `Repo${index}`, { repositoryName: `repo-${index}` });
    }
    const app = stack.node.root;
    if (!App.isApp(app)) throw new Error('an app');
    const assembly = app.synth();
    // The processor's time: what else the machine does is none of the plug-in's.
    const started = process.cpuUsage();
    const plugin = new PlimsollValidation({ configFile: false });
    const template = assembly.getStackByName('Big').templateFullPath;
    const report = plugin.validate({ templatePaths: [template], appConstruct: app });
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1_000).toBeLessThan(1_000);
    expect(report.violations.filter((one) => one.ruleName === 'arch-mismatch')).not.toEqual([]);
  });
});
