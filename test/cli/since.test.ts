/** `--since` and `--staged`: what a change brings, by content, and what it takes off its own gate. */
import { spawnSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { folder, git, put } from '../temporary.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const IMAGE = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop:1';
const DEPLOY = `#!/bin/bash
set -euo pipefail
docker build --platform linux/amd64 --provenance=false -t ${IMAGE} .
docker push ${IMAGE}
npx cdk deploy --all | tail -5
`;
const stack = (cpu: string): string => `Resources:
  Shop:
    Type: AWS::Lambda::Function
    Properties:
      PackageType: Image
      Architectures: [${cpu}]
      Role: arn:aws:iam::111122223333:role/shop
      Code: { ImageUri: ${IMAGE} }
`;

function run(cwd: string, ...args: string[]) {
  const result = spawnSync(process.execPath, [BIN, 'check', ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '', FORCE_COLOR: '', CI: 'true' },
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

interface Told {
  readonly findings: readonly { readonly rule: string; readonly file: string }[];
  readonly since: {
    readonly against: string;
    readonly base: string;
    readonly fixed: readonly { readonly rule: string; readonly file: string }[];
    readonly takenOff: readonly { readonly kind: string; readonly what: string }[];
  };
}

function told(cwd: string, ...args: string[]): Told {
  const value: Told = JSON.parse(run(cwd, '-f', 'json', '--since', 'main', ...args).out);
  return value;
}

const rules = (list: readonly { readonly rule: string }[]): string[] => list.map(({ rule }) => rule);

/** A main branch, and a branch that is checked out. */
function repository(files: Readonly<Record<string, string>> = {}): string {
  const root = folder({ 'deploy.sh': DEPLOY, 'infra/stack.yml': stack('x86_64'), ...files });
  git(root, 'init', '-q', '-b', 'main');
  commit(root);
  git(root, 'checkout', '-q', '-b', 'change');
  return root;
}

function commit(root: string): void {
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '--allow-empty', '-m', 'next');
}

describe('--since', () => {
  it('tells nothing of what was there, though its place has moved', () => {
    const root = repository();
    put(root, { 'deploy.sh': DEPLOY.replace('set -euo', '\n\nset -euo') });
    expect(told(root)).toMatchObject({ findings: [], since: { against: 'main', fixed: [], takenOff: [] } });
    expect(run(root, '--since', 'main').code).toBe(0);
    expect(run(root).code).toBe(1);
  });

  it('tells a mismatch in a file that is as it was, when the other end has changed', () => {
    const root = repository();
    put(root, { 'infra/stack.yml': stack('arm64') });
    expect(told(root).findings).toMatchObject([{ rule: 'arch-mismatch', file: 'deploy.sh' }]);
    commit(root);
    expect(told(root).findings).toMatchObject([{ rule: 'arch-mismatch', file: 'deploy.sh' }]);
    expect(run(root, '--since', 'main', '--fail-on', 'error').code).toBe(1);
  });

  it('compares with where the ways parted, as GitHub does, and not with what came to the other since', () => {
    const root = repository();
    git(root, 'checkout', '-q', 'main');
    put(root, { 'deploy.sh': 'echo\n' });
    commit(root);
    git(root, 'checkout', '-q', 'change');
    expect(told(root)).toMatchObject({ findings: [], since: { base: git(root, 'rev-parse', 'main~1').trim() } });
  });

  it('says what was fixed', () => {
    const root = repository();
    put(root, { 'deploy.sh': DEPLOY.replace(' | tail -5', '') });
    expect(told(root)).toMatchObject({ findings: [], since: { fixed: [{ rule: 'deploy-output-hidden' }] } });
  });

  it('knows a file again that has another name, and other lines', () => {
    const root = repository();
    renameSync(join(root, 'deploy.sh'), join(root, 'ship.sh'));
    expect(told(root)).toMatchObject({ findings: [], since: { fixed: [] } });
    put(root, { 'ship.sh': `${DEPLOY}echo done\n` });
    expect(told(root)).toMatchObject({ findings: [], since: { fixed: [] } });
  });

  it('leaves out what git ignores, on both sides', () => {
    const root = repository({ '.gitignore': 'cdk.out/\n', 'cdk.json': '{"app": "node app.js"}' });
    put(root, { 'cdk.out/Shop.template.json': JSON.stringify({ Resources: {} }), 'cdk.out/manifest.json': '{' });
    expect(told(root)).toMatchObject({ findings: [] });
  });

  it('shows the part of it that is asked for', () => {
    const root = repository();
    put(root, { 'infra/stack.yml': stack('arm64'), 'other/a.sh': '#!/bin/bash\nset -e\nnpx cdk deploy | tail -5\n' });
    commit(root);
    expect(rules(told(join(root, 'infra')).findings)).toEqual(['arch-mismatch']);
    expect(rules(told(root, 'infra/stack.yml').findings)).toEqual(['arch-mismatch']);
    expect(told(root, 'other/a.sh').findings.length).toBeGreaterThan(0);
  });

  it('is answered from what is kept of the commit', () => {
    const root = repository();
    const cache = folder();
    put(root, { 'infra/stack.yml': stack('arm64') });
    const first = run(root, '--since', 'main', '--cache-dir', cache);
    expect(run(root, '--since', 'main', '--cache-dir', cache)).toEqual(first);
    expect(run(root, '--since', 'main', '--no-cache')).toEqual(first);
  });

  it.each([
    ['nowhere', 'plimsoll: --since nowhere: there is no such revision here; `git fetch` brings those of the remote\n'],
    ['--force', 'plimsoll: --since --force: it names no revision; one is main or HEAD~1, say\n'],
  ])('%s is an error in one line', (revision, err) => {
    expect(run(repository(), `--since=${revision}`)).toEqual({ code: 2, out: '', err });
  });

  it('needs git, and says so', () => {
    expect(run(folder({ 'a.sh': 'echo\n' }), '--since', 'main')).toEqual({
      code: 2,
      out: '',
      err: 'plimsoll: --since main: the project is in no git repository\n',
    });
  });

  it('says in a shallow clone what to fetch', () => {
    const root = repository();
    commit(root);
    const clone = join(folder(), 'clone');
    git(root, 'clone', '-q', '--depth=1', '--no-single-branch', `file://${root}`, clone);
    git(clone, 'checkout', '-q', 'change');
    const { code, err } = run(clone, '--since', 'origin/main');
    expect(code).toBe(2);
    expect(err).toMatch(/^plimsoll: --since origin\/main: it has no commit in common .*`git fetch --unshallow`.*\n$/);
  });
});

describe('what a change takes off', () => {
  it('is listed, and new findings behind it are told all the same', () => {
    const root = repository();
    put(root, {
      'infra/stack.yml': stack('arm64'),
      'deploy.sh': DEPLOY.replace('docker build', '# plimsoll-ignore arch-mismatch -- later\ndocker build'),
      'plimsoll.config.json': JSON.stringify({
        rules: { 'arch-mismatch': 'off' },
        ignores: ['infra/'],
        failOn: 'never',
      }),
    });
    expect(run(root).code).toBe(0);
    const { findings, since } = told(root);
    expect(rules(findings)).toEqual(['arch-mismatch']);
    expect(since.takenOff).toEqual([
      { kind: 'configuration', what: 'arch-mismatch goes from error to off' },
      { kind: 'configuration', what: 'ignores infra/' },
      { kind: 'configuration', what: 'failOn goes from warning to never' },
      { kind: 'suppression', what: 'deploy.sh: plimsoll-ignore arch-mismatch -- later' },
    ]);
    const { code, out } = run(root, '--since', 'main');
    expect(code).toBe(1);
    expect(out).toContain('This change takes off (new findings behind it are counted all the same):\n  configuration:');
    expect(run(root, '--since', 'main', '-f', 'markdown').out).toContain('### This change takes off');
    expect(run(root, '--since', 'main', '-f', 'github').out).toContain('::notice title=plimsoll --since::takes off');
  });

  it('is not what was there before', () => {
    const ignored = DEPLOY.replace('docker build', '# plimsoll-ignore arch-mismatch -- known\ndocker build');
    const root = repository({ 'deploy.sh': ignored, 'plimsoll.config.json': '{"rules": {"latest-only": "off"}}' });
    put(root, { 'infra/stack.yml': stack('arm64') });
    expect(told(root)).toMatchObject({ findings: [], since: { takenOff: [] } });
  });

  it('are entries of a baseline', () => {
    const config = { 'plimsoll.config.json': '{"baseline": "known.json"}' };
    const root = repository({ ...config, 'known.json': '{"version": 1, "findings": []}' });
    put(root, { 'infra/stack.yml': stack('arm64') });
    expect(run(root, '--update-baseline').code).toBe(0);
    expect(run(root).code).toBe(0);
    const { findings, since } = told(root);
    expect(rules(findings)).toEqual(['arch-mismatch']);
    expect(since.takenOff).toEqual([{ kind: 'baseline', what: '2 new entries in known.json' }]);
  });
});

describe('--staged', () => {
  it('judges what the next commit will have', () => {
    const root = repository({ 'deploy.sh': 'echo\n' });
    put(root, { 'deploy.sh': DEPLOY });
    expect(run(root, '--staged').code).toBe(0);
    git(root, 'add', 'deploy.sh');
    put(root, { 'deploy.sh': 'echo\n' });
    expect(run(root).code).toBe(0);
    expect(run(root, '--staged').out).toContain('deploy-output-hidden');
    expect(rules(told(root, '--staged').findings)).toEqual(['deploy-output-hidden']);
    expect(told(root).findings).toEqual([]);
  });

  it('only tells', () => {
    expect(run(repository(), '--staged', '--fix').err).toBe(
      'plimsoll: --staged only tells: leave out --fix, --fix-dry-run and --update-baseline\n',
    );
  });
});
