/** CDK source and its synthesized output in one project. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, memoryFiles } from '../../src/engine.ts';
import { showPlatforms } from '../../src/core/platform.ts';
import type { Site } from '../../src/core/site.ts';

const json = (value: unknown): string => JSON.stringify(value, undefined, 1);
const HASH = 'a'.repeat(64);
const uri = {
  'Fn::Sub': `\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.\${AWS::URLSuffix}/cdk-hnb659fds-container-assets-\${AWS::AccountId}-\${AWS::Region}:${HASH}`,
};
const fn = (path: string, arch: string): unknown => ({
  Type: 'AWS::Lambda::Function',
  Properties: { PackageType: 'Image', Architectures: [arch], Code: { ImageUri: uri } },
  Metadata: { 'aws:cdk:path': path },
});

function output(stacks: Readonly<Record<string, Record<string, unknown>>>, platform: string): Record<string, string> {
  const files: Record<string, string> = {
    'cdk.out/manifest.json': json({
      artifacts: {
        A: { type: 'cdk:asset-manifest', properties: { file: 'A.assets.json' } },
        ...Object.fromEntries(
          Object.keys(stacks).map((name) => [
            name,
            { type: 'aws:cloudformation:stack', properties: { templateFile: `${name}.template.json` } },
          ]),
        ),
      },
    }),
    'cdk.out/A.assets.json': json({
      dockerImages: {
        [HASH]: { source: { directory: `asset.${HASH}`, platform }, destinations: { d: { imageTag: HASH } } },
      },
    }),
    [`cdk.out/asset.${HASH}/Dockerfile`]: 'FROM public.ecr.aws/lambda/python:3.12\n',
  };
  for (const [name, Resources] of Object.entries(stacks)) files[`cdk.out/${name}.template.json`] = json({ Resources });
  return files;
}

const source = (body: string): Record<string, string> => ({
  'image/Dockerfile': 'FROM public.ecr.aws/lambda/python:3.12\n',
  'bin/app.ts': `import * as cdk from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
const app = new cdk.App();
class Api extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);
${body}
  }
}
new Api(app, \`Api-\${process.env.STAGE}\`);
new Api(app, 'Other');
`,
});
const FN = (id: string): string =>
  `    new lambda.DockerImageFunction(this, '${id}', { architecture: lambda.Architecture.ARM_64, code: lambda.DockerImageCode.fromImageAsset('image', { platform: Platform.LINUX_ARM64 }) });`;

async function judged(files: Readonly<Record<string, string>>) {
  const { model, findings } = await check({ files: memoryFiles(files), config: DEFAULT_CONFIG });
  const at = (site: Site | undefined): string =>
    site === undefined ? '' : `${site.file} ${(files[site.file] ?? '').slice(site.span.start, site.span.end)}`;
  return { model, findings, at };
}

describe('source and synthesized output of one app', () => {
  it('the output wins, and the source gives the places', async () => {
    const { model, findings, at } = await judged({
      ...source(FN('Fn')),
      ...output({ 'Api-prod': { Fn1: fn('Api-prod/Fn/Resource', 'arm64') }, Other: {} }, 'linux/amd64'),
    });
    expect(model.workloads.map((one) => [one.constructPath, one.cpu, at(one.cpuSite)])).toEqual([
      ['Api-prod/Fn', 'arm64', 'bin/app.ts lambda.Architecture.ARM_64'],
    ]);
    expect(model.builds.map((one) => [showPlatforms(one.platforms), at(one.platformSite), one.dockerfile])).toEqual([
      ['linux/amd64', 'bin/app.ts Platform.LINUX_ARM64', 'image/Dockerfile'],
    ]);
    expect(findings.filter((one) => one.rule === 'arch-mismatch').map(({ site }) => at(site))).toEqual([
      'bin/app.ts Platform.LINUX_ARM64',
    ]);
  });

  it('a stack that was not synthesized is still judged by its source', async () => {
    const { model } = await judged({
      ...source(FN('Fn')),
      ...output({ 'Api-prod': { Fn1: fn('Api-prod/Fn/Resource', 'arm64') } }, 'linux/arm64'),
    });
    expect(model.workloads.map((one) => [one.constructPath, one.resource?.logicalId])).toEqual([
      ['Api-prod/Fn', 'Fn1'],
      ['Other/Fn', undefined],
    ]);
    expect(model.builds).toHaveLength(2);
  });

  it('one image that two constructs ask for has a place in each', async () => {
    const { model, findings, at } = await judged({
      ...source(`${FN('One')}\n${FN('Two')}`),
      ...output(
        {
          'Api-prod': { One: fn('Api-prod/One/Resource', 'arm64'), Two: fn('Api-prod/Two/Resource', 'arm64') },
          Other: {},
        },
        'linux/amd64',
      ),
    });
    expect(model.builds).toHaveLength(2);
    expect(model.voyages.map((one) => one.arrivals.map((arrival) => arrival.workload.constructPath))).toEqual([
      ['Api-prod/One'],
      ['Api-prod/Two'],
    ]);
    expect(
      findings.filter((one) => one.rule === 'arch-mismatch').map(({ site }) => [site.span.line, at(site)]),
    ).toEqual([
      [8, 'bin/app.ts Platform.LINUX_ARM64'],
      [9, 'bin/app.ts Platform.LINUX_ARM64'],
    ]);
  });

  it('the output alone points into itself', async () => {
    const { model, at } = await judged(output({ Api: { Fn1: fn('Api/Fn/Resource', 'arm64') } }, 'linux/amd64'));
    expect(model.workloads.map((one) => at(one.cpuSite))).toEqual(['cdk.out/Api.template.json "arm64"']);
  });
});
