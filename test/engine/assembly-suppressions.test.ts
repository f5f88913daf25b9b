import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, memoryFiles } from '../../src/engine.ts';

const fn = (image: string, more = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { PackageType: 'Image', Code: { ImageUri: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/${image}` } },
  ...more,
});
const ignore = (rule: string) => ({ Metadata: { plimsoll: { ignore: [{ rule, reason: 'looked at' }] } } });

function output(resources: object, inner: object = {}): Record<string, string> {
  return {
    'cdk.json': '{"app": "python app.py"}',
    'cdk.out/manifest.json': JSON.stringify({
      version: '36.0.0',
      artifacts: {
        S: {
          type: 'aws:cloudformation:stack',
          environment: 'aws://unknown-account/unknown-region',
          properties: { templateFile: 'S.template.json' },
        },
      },
    }),
    'cdk.out/S.template.json': JSON.stringify({ Resources: resources, ...inner }, undefined, 1),
  };
}

describe('Metadata in the templates of an assembly', () => {
  it('says what to ignore of a resource, and of a whole stack', async () => {
    const one = await check({
      files: memoryFiles(output({ A: fn('a:latest', ignore('latest-only')), B: fn('b:latest') })),
      config: DEFAULT_CONFIG,
    });
    expect(one.findings.map(({ rule, site }) => `${rule} ${site.file}`)).toEqual([
      'latest-only cdk.out/S.template.json',
    ]);
    expect(one.suppressed.map(({ reason }) => reason)).toEqual(['looked at']);
    const all = await check({
      files: memoryFiles(output({ A: fn('a:latest'), B: fn('b:latest') }, ignore('latest-only'))),
      config: DEFAULT_CONFIG,
    });
    expect(all.findings).toEqual([]);
  });

  it('is no matter when it is of no use: it is generated', async () => {
    const { findings, unreadable } = await check({
      files: memoryFiles(output({ A: fn('a:1', ignore('latest-only')) })),
      config: DEFAULT_CONFIG,
    });
    expect([findings, unreadable]).toEqual([[], []]);
  });
});
