import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import Ajv from 'ajv';
import { describe, expect, it } from 'vitest';
import { configurationSchema } from '../../src/config/json-schema.ts';
import { isOutdated, loadConfig } from '../../src/config/load.ts';
import { nearest } from '../../src/config/nearest.ts';
import { toConfig } from '../../src/config/schema.ts';
import { defineRule } from '../../src/rules/define.ts';
import { folder, put } from '../temporary.ts';

const RULES = [
  defineRule({ id: 'arch-mismatch', summary: 'x', severity: 'error', services: ['any'], group: 'run', check() {} }),
  defineRule({
    id: 'latest-only',
    summary: 'x',
    severity: 'warning',
    services: ['any'],
    group: 'tags',
    aliases: ['latest-tag'],
    defaults: { a: 0 },
    check() {},
  }),
];

const TRUSTED = { trust: () => true };

describe('the configuration is found', () => {
  it.each([
    ['plimsoll.config.json', '{"ignores": ["a"]} // with a comment'],
    ['plimsoll.config.jsonc', '{\n  // why\n  "ignores": ["a",],\n}'],
    ['plimsoll.config.yaml', 'ignores: [a]\n'],
    ['plimsoll.config.yml', 'ignores:\n  - a\n'],
    ['plimsoll.config.mjs', "export default { ignores: ['a'] };"],
    ['package.json', '{"name": "x", "plimsoll": {"ignores": ["a"]}}'],
  ])('as %s', async (name, text) => {
    const root = folder({ [name]: text });
    const { config, file } = await loadConfig(root, RULES, TRUSTED);
    expect(config.ignores).toEqual(['a']);
    expect(file).toBe(join(root, name));
  });

  it('above the project root, but not above the git root', async () => {
    const root = folder({
      'plimsoll.config.json': '{"pedantic": true}',
      '.git/HEAD': '',
      'apps/web/x': '',
      'other/.git/HEAD': '',
      'other/x': '',
    });
    expect((await loadConfig(join(root, 'apps/web'), RULES)).config.pedantic).toBe(true);
    expect((await loadConfig(join(root, 'other'), RULES)).config.pedantic).toBeUndefined();
  });

  it('not in a package.json that only depends on plimsoll', async () => {
    expect(
      (await loadConfig(folder({ 'package.json': '{"devDependencies": {"plimsoll": "1"}}' }), RULES)).file,
    ).toBeUndefined();
  });

  it('and its ignore patterns are seen from a project root further down', async () => {
    const root = folder({
      'plimsoll.config.json': '{"ignores": ["apps/web/legacy", "apps/api/x", "*.old.sh"]}',
      '.git/HEAD': '',
      'apps/web/x': '',
    });
    expect((await loadConfig(join(root, 'apps/web'), RULES)).config.ignores).toEqual(['/legacy', '*.old.sh']);
  });
});

describe('what it says is checked, and the error names the place', () => {
  it.each([
    [
      { rules: { 'arch-mismatch': 'fatal' } },
      'c.json: rules.arch-mismatch: must be off, note, warning, error, or an object with level and options',
    ],
    [
      { rules: { 'arch-mismach': 'off' } },
      "c.json: rules: there is no rule 'arch-mismach'; did you mean 'arch-mismatch'?",
    ],
    [{ rule: {} }, "c.json: unknown key 'rule'; did you mean 'rules'?"],
    [
      { zzzzzzzz: {} },
      "c.json: unknown key 'zzzzzzzz'; allowed are rules, ignores, variables, links, architecture, requireReasons, pedantic, failOn, baseline, plugins, tests, docs",
    ],
    [{ ignores: 'a' }, 'c.json: ignores: must be a list of patterns'],
    [{ variables: { stage: 3 } }, 'c.json: variables.stage: must be a string or a list of strings'],
    [{ failOn: 'notes' }, 'c.json: failOn: must be one of error, warning, note, never'],
    [{ architecture: { lambda: 'x86' } }, 'c.json: architecture.lambda: must be arm64 or amd64'],
    [{ architecture: { lamda: 'arm64' } }, "c.json: architecture: unknown key 'lamda'; did you mean 'lambda'?"],
    [{ rules: { 'arch-mismatch': { options: { x: 1 } } } }, 'c.json: rules.arch-mismatch.options: the rule takes none'],
    [[], 'c.json: the configuration must be an object'],
    ['x', 'c.json: the configuration must be an object'],
  ])('%j', (value, message) => {
    expect(() => toConfig(value, 'c.json', RULES)).toThrow(message);
  });

  it.each([
    [
      'plimsoll.config.json',
      '{"rules": {\n  "arch-mismatch" "off" }}',
      /plimsoll\.config\.json:2:19: not valid JSON \(ColonExpected\)/,
    ],
    ['plimsoll.config.yaml', 'rules:\n  - a\n b: c\n', /plimsoll\.config\.yaml:3:1: not valid YAML/],
    ['plimsoll.config.mjs', 'export const x = 1;', /has no default export/],
    ['plimsoll.config.mjs', 'throw new Error("boom");', /could not be loaded: boom/],
  ])('a broken %s is one line with its place', async (name, text, message) => {
    await expect(loadConfig(folder({ [name]: text }), RULES, TRUSTED)).rejects.toThrow(message);
  });

  it('a file that is named must exist', async () => {
    await expect(loadConfig(folder(), RULES, { file: '/nowhere/c.json' })).rejects.toThrow(
      'the configuration file /nowhere/c.json does not exist',
    );
  });

  it('levels, options, variables and the architecture policy arrive', () => {
    expect(
      toConfig(
        {
          rules: { 'latest-only': { level: 'note', options: { a: 1 } }, 'latest-tag': 'off' },
          variables: { stage: 'dev', region: ['a', 'b'] },
          architecture: { lambda: 'arm64' },
        },
        'c.json',
        RULES,
      ),
    ).toEqual({
      rules: { 'latest-only': 'note', 'latest-tag': 'off', 'architecture-policy': 'warning' },
      options: { 'latest-only': { a: 1 }, 'architecture-policy': { lambda: 'arm64' } },
      variables: { stage: ['dev'], region: ['a', 'b'] },
      ignores: [],
    });
  });

  it('the published schema accepts and refuses the same', () => {
    const accepts = new Ajv.default({ strict: false }).compile(configurationSchema(RULES));
    const level = fc.constantFrom('off', 'note', 'warning', 'error', 'fatal', 3);
    const value = fc.record(
      {
        rules: fc.dictionary(
          fc.constantFrom('arch-mismatch', 'latest-only'),
          fc.oneof(level, fc.record({ level, extra: fc.constant(1) }, { requiredKeys: [] })),
        ),
        ignores: fc.oneof(fc.array(fc.oneof(fc.string(), fc.integer())), fc.string()),
        variables: fc.dictionary(
          fc.string({ minLength: 1 }),
          fc.oneof(fc.string(), fc.array(fc.string()), fc.integer()),
        ),
        architecture: fc.dictionary(fc.constantFrom('lambda', 'ecs', 'moon'), fc.constantFrom('arm64', 'amd64', 'x86')),
        links: fc.array(fc.record({ image: fc.string(), workload: fc.string() }, { requiredKeys: ['image'] })),
        failOn: fc.constantFrom('error', 'never', 'sometimes'),
        requireReasons: fc.oneof(fc.boolean(), fc.string()),
        nonsense: fc.constant(1),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(value, (one) => {
        let ours = true;
        try {
          toConfig(one, 'c.json', RULES);
        } catch {
          ours = false;
        }
        expect(ours, JSON.stringify(one)).toBe(accepts(one));
      }),
      { numRuns: 500 },
    );
  });
});

describe('plug-ins', () => {
  const plugin =
    "export const rules = [{ id: 'our-own', summary: 's', severity: 'note', services: ['any'], group: 'run', check() {} }];";

  it('bring rules, which the configuration may name', async () => {
    const root = folder({
      'rules/own.mjs': plugin,
      'plimsoll.config.json': '{"plugins": ["./rules/own.mjs"], "rules": {"our-own": "error"}}',
    });
    const { plugins, config } = await loadConfig(root, RULES, TRUSTED);
    expect(plugins.map(({ id }) => id)).toEqual(['our-own']);
    expect(config.rules).toEqual({ 'our-own': 'error' });
  });

  it.each([
    ['a module', 'mjs', 'export const rules =', 'export default'],
    ['CommonJS', 'js', 'exports.rules =', 'module.exports.default ='],
  ])('and the configuration are read anew when they have changed, as %s too', async (_, extension, rules, config) => {
    const code = (severity: string): string =>
      `${rules} [{ id: 'our-own', summary: 's', severity: '${severity}', services: ['any'], group: 'run', check() {} }];`;
    const file = `plimsoll.config.${extension}`;
    const root = folder({
      [`own.${extension}`]: code('note'),
      [file]: `${config} { plugins: ['./own.${extension}'] };`,
    });
    const first = await loadConfig(root, RULES, TRUSTED);
    expect(isOutdated(root, first, TRUSTED)).toBe(false);
    put(root, { [`own.${extension}`]: code('warning') });
    expect(isOutdated(root, first, TRUSTED)).toBe(true);
    const second = await loadConfig(root, RULES, TRUSTED);
    expect(second.plugins.map(({ severity }) => severity)).toEqual(['warning']);
    put(root, { [file]: `${config} { plugins: [], rules: { 'arch-mismatch': 'off' } };` });
    utimesSync(join(root, file), new Date(), new Date(Date.now() + 5000));
    expect(isOutdated(root, second, TRUSTED)).toBe(true);
    const third = await loadConfig(root, RULES, TRUSTED);
    expect([third.plugins, third.config.rules]).toEqual([[], { 'arch-mismatch': 'off' }]);
    rmSync(join(root, file));
    expect(isOutdated(root, third, TRUSTED)).toBe(true);
    expect(isOutdated(root, await loadConfig(root, RULES, TRUSTED), TRUSTED)).toBe(false);
  });

  it('are refused when they are none, or take a name that is taken', async () => {
    const root = folder({ 'a.mjs': 'export const rules = [{}];', 'b.mjs': plugin.replace('our-own', 'arch-mismatch') });
    put(root, { 'plimsoll.config.json': '{"plugins": ["./a.mjs"]}' });
    await expect(loadConfig(root, RULES, TRUSTED)).rejects.toThrow(
      "the plug-in './a.mjs' should export `rules`, a list of what defineRule returns",
    );
    put(root, { 'plimsoll.config.json': '{"plugins": ["./b.mjs"]}' });
    await expect(loadConfig(root, RULES, TRUSTED)).rejects.toThrow(
      "the plug-in './b.mjs' has a rule 'arch-mismatch', which exists already",
    );
    put(root, { 'plimsoll.config.json': '{"plugins": ["./gone.mjs"]}' });
    await expect(loadConfig(root, RULES, TRUSTED)).rejects.toThrow("the plug-in './gone.mjs' could not be loaded");
  });
});

describe('the nearest name', () => {
  it.each([
    ['arch-mismach', 'arch-mismatch'],
    ['ARCH-MISMATCH', 'arch-mismatch'],
    ['latestonly', 'latest-only'],
    ['something-else', undefined],
  ])('to %s is %s', (name, expected) => {
    expect(nearest(name, ['arch-mismatch', 'latest-only'])).toBe(expected);
  });
});

it('takes documents by `docs`, whose patterns start where the configuration stands', async () => {
  const root = folder({
    '.git/HEAD': '',
    'plimsoll.config.json': '{"docs": ["docs/**", "/app/README.md", "RUNBOOK.md"]}',
  });
  expect((await loadConfig(root, RULES)).config.docs).toEqual(['docs/**', '/app/README.md', 'RUNBOOK.md']);
  put(root, { 'app/x': '' });
  expect((await loadConfig(`${root}/app`, RULES)).config.docs).toEqual(['/README.md', 'RUNBOOK.md']);
});
