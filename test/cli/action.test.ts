/** The GitHub Action's own script: what it passes on, and whom it trusts. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { folder } from '../temporary.ts';

interface Step {
  readonly id?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const ACTION: { runs: { steps: readonly Step[] } } = parse(
  readFileSync(fileURLToPath(new URL('../../action.yml', import.meta.url)), 'utf8'),
);
const CHECK = ACTION.runs.steps.find(({ id }) => id === 'check');

/** Runs the step's script as the runner does, with a `node` that writes down its arguments. */
function run(env: Readonly<Record<string, string>>): {
  args: readonly string[];
  out: string;
  outputs: string;
  root: string;
} {
  const root = folder();
  const bin = folder();
  writeFileSync(join(bin, 'node'), `#!/bin/sh\nfor one in "$@"; do printf '%s\\0' "$one"; done > '${bin}/args'\n`, {
    mode: 0o755,
  });
  writeFileSync(join(bin, 'check.sh'), CHECK?.run ?? '');
  const base = {
    PATH: `${bin}:${process.env['PATH']}`,
    GITHUB_ACTION_PATH: '/action',
    GITHUB_OUTPUT: join(bin, 'outputs'),
    PLIMSOLL_FAIL_ON: 'warning',
    PLIMSOLL_BASE: 'us/app',
  };
  const { stdout } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', join(bin, 'check.sh')], {
    cwd: root,
    encoding: 'utf8',
    env: { ...base, ...env },
  });
  return {
    args: readFileSync(join(bin, 'args'), 'utf8').split('\0').slice(0, -1),
    out: stdout,
    root,
    outputs: existsSync(join(bin, 'outputs')) ? readFileSync(join(bin, 'outputs'), 'utf8') : '',
  };
}

describe('the action', () => {
  const RUNS: readonly (readonly [env: Readonly<Record<string, string>>, trusted: boolean])[] = [
    [{ PLIMSOLL_EVENT: 'push' }, false],
    [{ PLIMSOLL_EVENT: 'push', PLIMSOLL_TRUST: 'false' }, false],
    [{ PLIMSOLL_EVENT: 'push', PLIMSOLL_TRUST: 'true' }, true],
    [{ PLIMSOLL_EVENT: 'pull_request', PLIMSOLL_HEAD: 'us/app', PLIMSOLL_TRUST: 'true' }, true],
    [{ PLIMSOLL_EVENT: 'pull_request', PLIMSOLL_HEAD: 'stranger/app', PLIMSOLL_TRUST: 'true' }, false],
    [{ PLIMSOLL_EVENT: 'pull_request', PLIMSOLL_HEAD: '', PLIMSOLL_TRUST: 'true' }, false],
    [{ PLIMSOLL_EVENT: 'pull_request_target', PLIMSOLL_HEAD: 'us/app', PLIMSOLL_TRUST: 'true' }, false],
    [{ PLIMSOLL_EVENT: 'workflow_run', PLIMSOLL_TRUST: 'true' }, false],
    [{ PLIMSOLL_EVENT: 'issue_comment', PLIMSOLL_ARGS: '--trust --stats' }, false],
    [{ PLIMSOLL_EVENT: 'pull_request', PLIMSOLL_HEAD: 'stranger/app', PLIMSOLL_ARGS: '--stats --trust' }, false],
    [{ PLIMSOLL_EVENT: 'push', PLIMSOLL_ARGS: '--trust' }, true],
  ];
  it.each(RUNS)('with %j passes --trust: %j', (env, trusted) => {
    const { args, out } = run(env);
    expect(args.includes('--trust')).toBe(trusted);
    expect(args.includes('--stats')).toBe(env['PLIMSOLL_ARGS']?.includes('--stats') === true);
    const asked = env['PLIMSOLL_TRUST'] === 'true' || env['PLIMSOLL_ARGS']?.includes('--trust') === true;
    expect(out.includes('--trust is ignored')).toBe(asked && !trusted);
  });

  it('takes no path for an option, and no input for a command', () => {
    const hostile = '"; touch fired; $(touch fired) `touch fired` #';
    const { args, root } = run({
      PLIMSOLL_EVENT: 'push',
      PLIMSOLL_PATHS: '--trust --config=evil.mjs a.sh',
      PLIMSOLL_ONLY: hostile,
      PLIMSOLL_CONFIG: hostile,
      PLIMSOLL_FAIL_ON: hostile,
    });
    expect(args).toEqual([
      '/action/dist/bin.js',
      'check',
      '--format',
      'github',
      '--fail-on',
      hostile,
      '--only',
      hostile,
      '--config',
      hostile,
      '--',
      '--trust',
      '--config=evil.mjs',
      'a.sh',
    ]);
    expect(existsSync(join(root, 'fired'))).toBe(false);
  });

  it('sets no output but its own', () => {
    const { root } = run({ PLIMSOLL_EVENT: 'push' });
    const name = 'x\nother=1';
    writeFileSync(join(root, name), '');
    expect(run({ PLIMSOLL_EVENT: 'push', PLIMSOLL_SARIF: join(root, name) }).outputs).toBe(`sarif=${root}/xother=1\n`);
  });

  it('writes no expression into a script', () => {
    for (const { run: script } of ACTION.runs.steps) expect(script ?? '').not.toContain('${{');
  });
});
