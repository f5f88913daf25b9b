import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG, type Config } from '../../src/config/config.ts';
import { check, memoryFiles, type CheckRequest } from '../../src/engine.ts';
import { defineRule } from '../../src/rules/define.ts';

const HIDDEN = '#!/bin/bash\nset -euo pipefail\nnpx cdk deploy --all | tail -5\n';

async function found(files: Readonly<Record<string, string>>, more: Partial<CheckRequest> = {}): Promise<string[]> {
  const result = await check({
    files: memoryFiles(files),
    config: DEFAULT_CONFIG,
    onlyRules: ['deploy-output-hidden', 'unreadable-file'],
    today: '2026-11-21',
    ...more,
  });
  return result.findings.map(
    ({ rule, severity, site }) => `${severity} ${rule} ${site.file}:${site.span.line}:${site.span.column}`,
  );
}

const configured = (config: Partial<Config>): Config => ({ ...DEFAULT_CONFIG, ...config });

describe('levels', () => {
  it('come from the rule, then from the configuration', async () => {
    expect(await found({ 'a.sh': HIDDEN })).toEqual(['warning deploy-output-hidden a.sh:3:1']);
    expect(
      await found({ 'a.sh': HIDDEN }, { config: configured({ rules: { 'deploy-output-hidden': 'error' } }) }),
    ).toEqual(['error deploy-output-hidden a.sh:3:1']);
  });

  it('may switch a rule off, unless it is asked for by name', async () => {
    const config = configured({ rules: { 'deploy-output-hidden': 'off' } });
    const result = await check({ files: memoryFiles({ 'a.sh': HIDDEN }), config });
    expect(result.findings.filter(({ rule }) => rule === 'deploy-output-hidden')).toEqual([]);
    expect(await found({ 'a.sh': HIDDEN }, { config })).toEqual(['warning deploy-output-hidden a.sh:3:1']);
  });
});

describe('the project', () => {
  it('is read whole and reported where the files named are touched', async () => {
    const files = { 'a/deploy.sh': HIDDEN, 'b/deploy.sh': HIDDEN };
    expect(await found(files, { only: ['b'] })).toEqual(['warning deploy-output-hidden b/deploy.sh:3:1']);
    expect(await found(files, { only: ['b/deploy.sh'] })).toEqual(['warning deploy-output-hidden b/deploy.sh:3:1']);
    expect(await found(files, { only: ['b/deploy'] })).toEqual([]);
  });

  it('leaves out what the configuration ignores', async () => {
    expect(await found({ 'a.sh': HIDDEN, 'old/a.sh': HIDDEN }, { config: configured({ ignores: ['old/'] }) })).toEqual([
      'warning deploy-output-hidden a.sh:3:1',
    ]);
  });

  it('is judged although one file is broken, which is listed with its place', async () => {
    const files = { 'a.sh': HIDDEN, 'broken.sh': 'echo "unterminated\n' };
    const result = await check({ files: memoryFiles(files), config: DEFAULT_CONFIG });
    expect(result.unreadable.map(({ file, line }) => `${file}:${line}`)).toEqual(['broken.sh:1']);
    expect(await found(files)).toEqual(['warning deploy-output-hidden a.sh:3:1', 'note unreadable-file broken.sh:1:6']);
  });

  it('may be empty', async () => {
    const result = await check({ files: memoryFiles({}), config: DEFAULT_CONFIG });
    expect(result).toMatchObject({ findings: [], suppressed: [], unreadable: [], files: 0 });
  });

  it.each(['\r\n', '\n'])("is read with %j at its lines' ends, and after a byte order mark", async (end) => {
    expect(await found({ 'a.sh': HIDDEN.replaceAll('\n', end) })).toEqual(['warning deploy-output-hidden a.sh:3:1']);
    expect(await found({ 'a.sh': `\uFEFF${HIDDEN.replaceAll('\n', end)}` })).toEqual([
      'warning deploy-output-hidden a.sh:3:1',
    ]);
  });
});

describe('suppressions', () => {
  it('cover a command that goes on over several lines', async () => {
    const text =
      '#!/bin/bash\n# plimsoll-ignore deploy-output-hidden -- known\nnpx cdk deploy \\\n  --all \\\n  | tail -5\n';
    const result = await check({
      files: memoryFiles({ 'a.sh': text }),
      config: DEFAULT_CONFIG,
      onlyRules: ['deploy-output-hidden', 'unused-suppression'],
    });
    expect(result.findings).toEqual([]);
    expect(result.suppressed.map(({ finding, reason }) => [finding.rule, reason])).toEqual([
      ['deploy-output-hidden', 'known'],
    ]);
  });
});

describe('fingerprints', () => {
  const printsOf = async (text: string): Promise<string[]> => {
    const result = await check({
      files: memoryFiles({ 'a.sh': text }),
      config: DEFAULT_CONFIG,
      onlyRules: ['deploy-output-hidden'],
    });
    return result.findings.map(({ fingerprint }) => fingerprint);
  };

  it('stay when lines move, change when the text does, and tell twins apart', async () => {
    const [first] = await printsOf(HIDDEN);
    expect(await printsOf(HIDDEN.replace('set', '\n# more\nset'))).toEqual([first]);
    expect(await printsOf(HIDDEN.replace('--all', 'Api'))).not.toEqual([first]);
    const twins = await printsOf(`${HIDDEN}npx cdk deploy --all | tail -5\n`);
    expect(twins[0]).toBe(first);
    expect(new Set(twins).size).toBe(2);
  });
});

describe('plug-in rules', () => {
  it('see the model and are configured like our own', async () => {
    const rule = defineRule<{ least: number }>({
      id: 'many-pushes',
      summary: 's',
      severity: 'note',
      services: ['any'],
      group: 'tags',
      defaults: { least: 2 },
      check(model, report, { least }) {
        const [first] = model.pushes;
        if (first !== undefined && model.pushes.length >= least)
          report({ site: first.refSite, message: `${model.pushes.length} pushes` });
      },
    });
    const files = memoryFiles({ 'a.sh': '#!/bin/sh\ndocker push registry.example.com/a:1\n' });
    const run = async (options: Record<string, unknown>): Promise<string[]> =>
      (
        await check({ files, config: configured({ options }), plugins: [rule], onlyRules: ['many-pushes'] })
      ).findings.map(({ message, severity }) => `${severity}: ${message}`);
    expect(await run({})).toEqual([]);
    expect(await run({ 'many-pushes': { least: 1 } })).toEqual(['note: 1 pushes']);
  });
});

describe('a run', () => {
  it('gives the same twice', async () => {
    const files = { 'a.sh': HIDDEN, 'b.sh': HIDDEN, 'c.sh': 'echo "' };
    const [one, two] = await Promise.all([
      check({ files: memoryFiles(files), config: DEFAULT_CONFIG }),
      check({ files: memoryFiles(files), config: DEFAULT_CONFIG }),
    ]);
    expect(JSON.stringify(one.findings)).toBe(JSON.stringify(two.findings));
  });
});
