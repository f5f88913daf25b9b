/** The built program and its store: what a run says is what it says without one, whatever became of the store. */
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { folder, git, put } from '../temporary.ts';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const BIN = join(DIST, 'bin.js');

/** It has a finding with a safe fix. */
const FIXED = fileURLToPath(new URL('../../fixtures/lambda-attestations/made-for-lambda', import.meta.url));

const FILES = {
  Dockerfile: 'FROM --platform=linux/amd64 node:22\n',
  'deploy.sh': '#!/bin/bash\nset -eu\ndocker build --platform linux/arm64 -t app .\nnpx cdk deploy --all | tail -5\n',
  'broken.sh': '#!/bin/bash\n# plimsoll-ignore platform-pinned\necho "unterminated\n',
};

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const variables = (env: Record<string, string>): NodeJS.ProcessEnv => {
  const { CI: _, GITHUB_ACTIONS: __, NO_COLOR: ___, FORCE_COLOR: ____, ...own } = process.env;
  return { ...own, ...env };
};

function project(files: Record<string, string> = FILES): { root: string; cache: string } {
  const root = realpathSync(folder(files));
  git(root, 'init', '-q');
  return { root, cache: realpathSync(folder()) };
}

function run(root: string, args: readonly string[], env: Record<string, string> = {}, bin = BIN): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'check', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: variables(env),
  });
  return { code: status, out: stdout, err: stderr };
}

const fresh = (root: string, ...args: string[]): Ran => run(root, ['--no-cache', ...args]);
const isKept = ({ err }: Ran): boolean => err.includes('answer kept');
const entries = (cache: string): string[] => {
  const at = join(cache, 'answers');
  return existsSync(at) ? readdirSync(at).map((name) => join(at, name)) : [];
};

it('says the same in every format, to files and to standard output, with the same exit code', () => {
  const { root, cache } = project();
  const stored = ['--cache-dir', cache];
  for (const args of [
    [],
    ['-f', 'json', '--pedantic'],
    ['-f', 'sarif', '-o', 'markdown=out/report.md', '-o', 'out/report.xml', '--fail-on', 'error'],
    ['-f', 'github', '--fail-on', 'never', 'deploy.sh'],
  ]) {
    const output = (): string[] =>
      ['out/report.md', 'out/report.xml'].map((path) =>
        existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '',
      );
    const expected = { ...fresh(root, ...args), files: output() };
    // Kept by the first, said again by the second.
    for (let time = 0; time < 2; time++)
      expect({ ...run(root, [...stored, ...args]), files: output() }).toEqual(expected);
  }
  expect(isKept(run(root, [...stored, '--stats']))).toBe(true);
  expect(isKept(run(root, [...stored, '--stats', '--no-cache']))).toBe(false);
});

it('says the same with a baseline, before and after it is rewritten', () => {
  const { root, cache } = project();
  const stored = ['--cache-dir', cache, '--baseline', 'base.json'];
  run(root, [...stored, '--update-baseline']);
  expect(run(root, stored)).toMatchObject({ code: 0 });
  const base = readFileSync(join(root, 'base.json'), 'utf8').split('\n');
  put(root, { 'base.json': base.filter((line) => !line.includes('platform-pinned')).join('\n') });
  expect(run(root, stored)).toEqual(fresh(root, '--baseline', 'base.json'));
  expect(run(root, stored).code).toBe(1);
});

describe('a store that is', () => {
  it('damaged is written anew', () => {
    const { root, cache } = project();
    const stored = ['--cache-dir', cache, '-f', 'json'];
    const expected = fresh(root, '-f', 'json');
    const damages: ((path: string) => void)[] = [
      (path) => truncateSync(path, 100),
      (path) => appendFileSync(path, '{}'),
      (path) => writeFileSync(path, ''),
      (path) => writeFileSync(path, readFileSync(path, 'utf8').replaceAll('arch', 'arcg')),
    ];
    for (const damage of damages) {
      run(root, stored);
      for (const path of entries(cache)) damage(path);
      expect(run(root, stored)).toEqual(expected);
      expect(isKept(run(root, [...stored, '--stats']))).toBe(true);
    }
  });

  it("another program's counts for nothing", () => {
    const { root, cache } = project();
    const other = join(realpathSync(folder()), 'package');
    mkdirSync(other);
    cpSync(DIST, join(other, 'dist'), { recursive: true, filter: (path) => !path.endsWith('.map') });
    cpSync(join(dirname(DIST), 'package.json'), join(other, 'package.json'));
    symlinkSync(join(dirname(DIST), 'node_modules'), join(other, 'node_modules'));
    const bin = join(other, 'dist', 'bin.js');
    const stored = ['--cache-dir', cache, '--stats'];
    run(root, stored);
    expect(isKept(run(root, stored, {}, bin))).toBe(true);
    appendFileSync(join(other, 'dist', 'cli.cjs'), ';');
    expect(isKept(run(root, stored, {}, bin))).toBe(false);
  });

  it('not to be written costs one line where it was named, and none where not', () => {
    const { root, cache } = project();
    put(cache, { file: '' });
    const expected = fresh(root);
    const said = run(root, ['--cache-dir', join(cache, 'file')]);
    expect({ ...said, err: '' }).toEqual(expected);
    expect(said.err).toMatch(/^plimsoll: nothing is kept in \S+: [^\n]+\n$/);
    expect(run(root, ['-q', '--cache-dir', join(cache, 'file')]).err).toBe('');
    expect(run(root, [], { XDG_CACHE_HOME: join(cache, 'file') })).toEqual(expected);
  });

  it('open to others, or in the project, is not used', () => {
    const { root, cache } = project();
    run(root, ['--cache-dir', cache]);
    chmodSync(join(cache, 'answers'), 0o777);
    const said = run(root, ['--cache-dir', cache, '--stats']);
    expect(isKept(said)).toBe(false);
    expect(said.err).toMatch(/others may have written there/);
    expect(run(root, ['--cache-dir', join(root, 'cache')]).err).toMatch(/lies in the project/);
    expect(existsSync(join(root, 'cache'))).toBe(false);
  });

  it('of nobody who asked for it in CI is neither read nor written', () => {
    const { root, cache } = project();
    run(root, [], { XDG_CACHE_HOME: cache, CI: 'true' });
    expect(entries(join(cache, 'plimsoll'))).toEqual([]);
    run(root, [], { XDG_CACHE_HOME: cache });
    expect(entries(join(cache, 'plimsoll'))).not.toEqual([]);
    expect(isKept(run(root, ['--stats'], { XDG_CACHE_HOME: cache }))).toBe(true);
    expect(isKept(run(root, ['--stats'], { XDG_CACHE_HOME: cache, CI: 'true' }))).toBe(false);
  });
});

describe('runs', () => {
  it('eight at once, and one that is killed whenever, leave whole entries', async () => {
    const { root, cache } = project();
    const args = ['--cache-dir', cache, '-f', 'json'];
    const expected = fresh(root, '-f', 'json');
    const start = (after?: number): Promise<Ran> =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [BIN, 'check', ...args], { cwd: root, env: variables({}) });
        let [out, err] = ['', ''];
        child.stdout.on('data', (chunk) => (out += String(chunk)));
        child.stderr.on('data', (chunk) => (err += String(chunk)));
        if (after !== undefined) setTimeout(() => child.kill('SIGKILL'), after);
        child.on('close', (code) => resolve({ code, out, err }));
      });
    const ran = await Promise.all([...Array.from({ length: 8 }, () => start()), ...[150, 300, 450].map(start)]);
    expect(ran.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => expected));
    expect(run(root, args)).toEqual(expected);
    expect(isKept(run(root, [...args, '--stats']))).toBe(true);
  });

  it('that fix start from the files, and the next one sees what they wrote', () => {
    const { root, cache } = project({});
    cpSync(FIXED, root, { recursive: true });
    const stored = ['--cache-dir', cache, '-f', 'json'];
    const before = run(root, stored);
    expect(before.out).toContain('lambda-attestations');
    const fixed = run(root, [...stored, '--fix']);
    expect(fixed.out).not.toContain('lambda-attestations');
    expect(run(root, stored)).toEqual(fresh(root, '-f', 'json'));
    expect(run(root, stored).out).toBe(fixed.out);
  });

  it('of a plug-in are never kept', () => {
    const plugin = (message: string): string =>
      `export const rules = [{ id: 'own', summary: 's', severity: 'warning', group: 'run', check(model, report) { for (const b of model.builds) report({ site: b.site, message: '${message}' }); } }];\n`;
    const { root, cache } = project({
      ...FILES,
      'plimsoll.config.json': '{"plugins": ["./own.mjs"]}',
      'own.mjs': plugin('one'),
    });
    const args = ['--cache-dir', cache, '--trust', '-f', 'json'];
    expect(run(root, args).out).toContain('"message": "one"');
    put(root, { 'own.mjs': plugin('two') });
    expect(run(root, args).out).toContain('"message": "two"');
    expect(entries(cache)).toEqual([]);
  });
});
