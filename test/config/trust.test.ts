/** Configuration that is code runs when the user says so, and by nothing that a project says. */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findConfig, isOutdated, loadConfig } from '../../src/config/load.ts';
import { rootOf, targetOf } from '../../src/config/project.ts';
import { isListed } from '../../src/config/trust.ts';
import { newPlaces } from '../../src/lsp/places.ts';
import { RULES } from '../../src/rules/registry.ts';
import { folder, put } from '../temporary.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
/** Nothing is wrong here but for a rule of the project's own. */
const CLEAN = '#!/bin/bash\nset -euo pipefail\ndocker push app:1.0.0\n';
const FIRES = "import { writeFileSync } from 'node:fs';\nwriteFileSync(new URL('./fired', import.meta.url), '');\n";
const PLUGIN = `${FIRES}export const rules = [{ id: 'our-own', summary: 's', severity: 'error', services: ['any'], group: 'run', check(model, report) { for (const { refSite } of model.pushes) report({ site: refSite, message: 'ours' }); } }];\n`;
const SCRIPT_CONFIG = `${FIRES}export default { rules: { 'latest-only': 'off' } };\n`;

function run(cwd: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const result = spawnSync(process.execPath, [BIN, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', XDG_CONFIG_HOME: '/nowhere', ...env },
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

/** What is asked for by all of this, if anything ran. */
function fired(root: string): boolean {
  const has = existsSync(join(root, 'fired'));
  rmSync(join(root, 'fired'), { force: true });
  return has;
}

const PROJECTS: readonly (readonly [name: string, files: Readonly<Record<string, string>>, what: string])[] = [
  ['plimsoll.config.mjs', { 'plimsoll.config.mjs': SCRIPT_CONFIG }, 'plimsoll.config.mjs is code and was'],
  [
    'plimsoll.config.js',
    { 'plimsoll.config.js': SCRIPT_CONFIG, 'package.json': '{"type": "module"}' },
    'plimsoll.config.js is code and was',
  ],
  [
    'plug-ins of plimsoll.config.json',
    { 'plimsoll.config.json': '{"plugins": ["./own.mjs"], "rules": {"our-own": "error"}}', 'own.mjs': PLUGIN },
    'the plug-ins of plimsoll.config.json (./own.mjs) are code and were',
  ],
  [
    'plug-ins of plimsoll.config.yaml',
    { 'plimsoll.config.yaml': 'plugins: [./own.mjs]\n', 'own.mjs': PLUGIN },
    'the plug-ins of plimsoll.config.yaml (./own.mjs) are code and were',
  ],
  [
    'plug-ins of package.json',
    { 'package.json': '{"plimsoll": {"plugins": ["./own.mjs"]}}', 'own.mjs': PLUGIN },
    'the plug-ins of package.json (./own.mjs) are code and were',
  ],
  [
    'a plug-in that is a package',
    {
      'package.json': '{"plimsoll": {"plugins": ["own"]}}',
      'node_modules/own/package.json': '{"type": "module", "exports": "./index.js"}',
      'node_modules/own/index.js': "export * from '../../own.mjs';\n",
      'own.mjs': PLUGIN,
    },
    'the plug-ins of package.json (own) are code and were',
  ],
  [
    'both',
    {
      'plimsoll.config.mjs': SCRIPT_CONFIG,
      'package.json': '{"plimsoll": {"plugins": ["./own.mjs"], "rules": {"our-own": "off"}}}',
      'own.mjs': PLUGIN,
    },
    'plimsoll.config.mjs and the plug-ins of package.json (./own.mjs) are code and were',
  ],
];

describe('without trust', () => {
  for (const [name, files, what] of PROJECTS) {
    it(`${name}: not run, one line says so, the exit code stays`, () => {
      const root = folder({ 'a.sh': CLEAN, ...files });
      const line = `${what} not run; if you trust this project, add --trust, or list it in /nowhere/plimsoll/trusted.json`;
      expect(run(root)).toEqual({
        code: 0,
        out: expect.stringMatching(/^No findings in /),
        err: `plimsoll: ${line}\n`,
      });
      expect(fired(root)).toBe(false);
    });
  }

  it('every format says it', () => {
    const root = folder({ 'a.sh': CLEAN, 'plimsoll.config.json': '{"plugins": ["./own.mjs"]}', 'own.mjs': PLUGIN });
    const says = 'the plug-ins of plimsoll.config.json (./own.mjs) are code and were not run';
    for (const format of ['json', 'sarif', 'github', 'gitlab', 'junit', 'markdown']) {
      const { out, err } = run(root, ['check', '-f', format]);
      expect(out.split(says), format).toHaveLength(2);
      expect(err.split(says), format).toHaveLength(2);
    }
  });

  it('audit and diff run nothing either', () => {
    const root = folder({
      'plimsoll.config.mjs': SCRIPT_CONFIG,
      'template.yaml': 'Resources: {}\n',
      'other.yaml': 'Resources: {}\n',
    });
    run(root, ['diff', '--against', 'other.yaml', 'template.yaml']);
    run(root, ['audit', '--from', 'nothing.json']);
    expect(fired(root)).toBe(false);
  });

  it('what is data in it still counts, and names of rules that a plug-in may have are no mistake', () => {
    const root = folder({
      'a.sh': `${CLEAN}docker push app:latest | tail -1\n# plimsoll-ignore our-own -- known\ndocker push app:2\n`,
      'plimsoll.config.json':
        '{"plugins": ["./own.mjs"], "rules": {"our-own": "off", "latest-only": "off", "deploy-output-hidden": "off"}}',
      'own.mjs': PLUGIN,
    });
    const { code, out } = run(root, ['check', '--rule', 'our-own=warning', '-f', 'json']);
    const { findings }: { findings: { rule: string }[] } = JSON.parse(out);
    expect([code, findings]).toEqual([0, []]);
    expect(run(root, ['check', '--only', 'our-own']).code).toBe(0);
  });

  it('a configuration in data beside or above one in code is read', () => {
    const root = folder({
      '.git/HEAD': '',
      'plimsoll.config.json': '{"pedantic": true}',
      'app/plimsoll.config.mjs': SCRIPT_CONFIG,
      'app/a.sh': CLEAN,
    });
    expect(findConfig(join(root, 'app'))).toBe(join(root, 'app/plimsoll.config.mjs'));
    return loadConfig(join(root, 'app'), RULES).then(({ config, file, skipped }) => {
      expect([config.pedantic, file, skipped]).toEqual([
        true,
        join(root, 'plimsoll.config.json'),
        { file: join(root, 'app/plimsoll.config.mjs') },
      ]);
    });
  });

  it('--config names no code: that run would be another one', () => {
    const root = folder({ 'a.sh': CLEAN, 'other.mjs': SCRIPT_CONFIG });
    expect(run(root, ['check', '--config', 'other.mjs'])).toEqual({
      code: 2,
      out: '',
      err: 'plimsoll: other.mjs is code, and --config alone does not run it; add --trust if you trust it\n',
    });
    expect(fired(root)).toBe(false);
    expect(run(root, ['check', '--config', 'other.mjs', '--trust'])).toMatchObject({ code: 0, err: '' });
    expect(fired(root)).toBe(true);
  });

  it('--config with plug-ins is read without them', () => {
    const root = folder({ 'a.sh': CLEAN, 'other.json': '{"plugins": ["./own.mjs"]}', 'own.mjs': PLUGIN });
    expect(run(root, ['check', '--config', 'other.json'])).toMatchObject({
      code: 0,
      err: expect.stringContaining('the plug-ins of other.json (./own.mjs) are code and were not run'),
    });
    expect(fired(root)).toBe(false);
  });
});

describe('with --trust', () => {
  it.each(PROJECTS)('%s: run, and nothing is said', (_, files) => {
    const root = folder({ 'a.sh': CLEAN, ...files });
    const { err } = run(root, ['check', '--trust']);
    expect([fired(root), err]).toEqual([true, '']);
  });
});

describe('the list of trusted projects', () => {
  afterEach(() => vi.unstubAllEnvs());
  const FILES = { 'a.sh': CLEAN, 'plimsoll.config.mjs': SCRIPT_CONFIG };
  const listing = (...projects: readonly string[]): string => {
    const home = folder({ 'plimsoll/trusted.json': JSON.stringify(projects) });
    vi.stubEnv('XDG_CONFIG_HOME', home);
    return home;
  };

  it('has a project run', () => {
    const root = realpathSync(folder(FILES));
    const home = listing('/somewhere/else', root);
    expect(run(root, [], { XDG_CONFIG_HOME: home })).toMatchObject({ code: 0, err: '' });
    expect(fired(root)).toBe(true);
  });

  it('names repositories by their root, wherever in them one is, and no others below', () => {
    const root = realpathSync(folder({ '.git/HEAD': '', 'app/x': '', 'vendor/theirs/.git/HEAD': '' }));
    listing(root);
    expect([root, join(root, 'app'), join(root, 'vendor/theirs')].map(isListed)).toEqual([true, true, false]);
    listing(join(root, 'app'));
    expect(isListed(join(root, 'app'))).toBe(false);
  });

  it('is followed while an editor is open', async () => {
    const root = realpathSync(folder(FILES));
    const home = listing();
    const before = await loadConfig(root, RULES);
    expect([before.skipped, isOutdated(root, before)]).toEqual([{ file: join(root, 'plimsoll.config.mjs') }, false]);
    put(home, { 'plimsoll/trusted.json': JSON.stringify([root]) });
    expect(isOutdated(root, before)).toBe(true);
    const after = await loadConfig(root, RULES);
    expect([after.skipped, after.config.rules, isOutdated(root, after)]).toEqual([
      undefined,
      { 'latest-only': 'off' },
      false,
    ]);
    put(home, { 'plimsoll/trusted.json': '[]' });
    expect(isOutdated(root, after)).toBe(true);
  });

  it('is none when the project brings it along, by itself or by a link', () => {
    const root = realpathSync(folder({ ...FILES, '.config/plimsoll/trusted.json': '' }));
    writeFileSync(join(root, '.config/plimsoll/trusted.json'), JSON.stringify([root]));
    vi.stubEnv('XDG_CONFIG_HOME', join(root, '.config'));
    expect(isListed(root)).toBe(false);
    const home = folder({ 'plimsoll/x': '' });
    symlinkSync(join(root, '.config/plimsoll/trusted.json'), join(home, 'plimsoll/trusted.json'));
    vi.stubEnv('XDG_CONFIG_HOME', home);
    expect(isListed(root)).toBe(false);
    vi.stubEnv('XDG_CONFIG_HOME', '.config');
    vi.stubEnv('HOME', root);
    expect(isListed(root)).toBe(false);
  });

  it('is none when others may have written it, or when it is no list', () => {
    const root = realpathSync(folder(FILES));
    const list = join(listing(root), 'plimsoll/trusted.json');
    expect(isListed(root)).toBe(true);
    chmodSync(list, 0o666);
    expect(isListed(root)).toBe(false);
    chmodSync(list, 0o644);
    if (process.getuid?.() === 0) {
      chownSync(list, 12345, 12345);
      expect(isListed(root)).toBe(false);
      chownSync(list, 0, 0);
    }
    for (const text of ['', '{', `{"0": ${JSON.stringify(root)}}`, '[3, null]', JSON.stringify(['.'])]) {
      writeFileSync(list, text);
      expect(isListed(root), text).toBe(false);
    }
  });
});

describe('a configuration is not looked for', () => {
  it('above the git root, nor above the named folder where there is no git', () => {
    const root = folder({
      'plimsoll.config.json': '{}',
      'inner/x': '',
      'repo/.git/HEAD': '',
      'repo/sub/x': '',
      'tree/.git': 'gitdir: ../repo/.git/worktrees/tree\n',
      'tree/sub/x': '',
    });
    expect(['inner', 'repo', 'repo/sub', 'tree/sub'].map((path) => findConfig(join(root, path)))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(findConfig(root)).toBe(join(root, 'plimsoll.config.json'));
    put(root, { 'repo/plimsoll.config.json': '{}' });
    expect(findConfig(join(root, 'repo/sub'))).toBe(join(root, 'repo/plimsoll.config.json'));
  });

  it('above them for a file either', () => {
    const root = realpathSync(
      folder({
        'plimsoll.config.json': '{}',
        'package.json': '{}',
        'inner/deep/a.sh': '',
        'repo/.git/HEAD': '',
        'repo/sub/a.sh': '',
      }),
    );
    const elsewhere = folder();
    expect(targetOf([join(root, 'inner/deep/a.sh')], elsewhere)).toEqual({
      root: join(root, 'inner/deep'),
      only: ['a.sh'],
    });
    expect(targetOf([join(root, 'inner/deep/a.sh')], join(root, 'inner'))).toEqual({
      root: join(root, 'inner'),
      only: ['deep/a.sh'],
    });
    expect(targetOf([join(root, 'inner/deep/a.sh')], root)).toEqual({ root, only: ['inner/deep/a.sh'] });
    expect(targetOf([join(root, 'repo/sub/a.sh')], elsewhere)).toEqual({
      root: join(root, 'repo'),
      only: ['sub/a.sh'],
    });
    expect(rootOf(join(root, 'inner/new.sh'), elsewhere).root).toBe(join(root, 'inner'));
  });

  it('by an editor above the git root, nor in folders of somebody else', () => {
    const root = realpathSync(
      folder({ 'plimsoll.config.json': '{}', 'repo/.git/HEAD': '', 'repo/sub/a.sh': '', 'inner/a.sh': '' }),
    );
    const places = newPlaces();
    const rootFor = (path: string) => places.of(`file://${join(root, path)}`)?.root;
    expect(rootFor('repo/sub/a.sh')).toBe(join(root, 'repo'));
    expect(rootFor('inner/a.sh')).toBe(root);
    if (process.getuid?.() !== 0) return;
    chownSync(root, 12345, 12345);
    expect(places.of(`file://${join(root, 'inner/a.sh')}`)).toMatchObject({ root: join(root, 'inner'), lone: true });
  });
});
