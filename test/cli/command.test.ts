/** `check --command`, as users run it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENT, watched } from '../canaries.ts';
import { folder, git } from '../temporary.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const HIDING = 'npx cdk deploy Api 2>&1 | tail -100';

function run(
  cwd: string,
  args: readonly string[],
  { input, env }: { input?: string; env?: Record<string, string> } = {},
) {
  return watched(cwd, () => {
    const result = spawnSync(process.execPath, [BIN, 'check', ...args], {
      cwd,
      encoding: 'utf8',
      input,
      env: { ...process.env, ...ENVIRONMENT, NO_COLOR: '', FORCE_COLOR: '', ...env },
    });
    return { code: result.status, out: result.stdout, err: result.stderr };
  });
}

const PLAIN = ['-f', 'concise', '-q'];
const TOLD = [
  '<command>:1:1: warning[deploy-exit-masked] When `cdk deploy` fails, nothing notices: the pipe into `| tail -100` has the exit status of its last command\n',
  '<command>:1:1: warning[deploy-output-hidden] `cdk deploy` is piped into `tail -100`, which prints nothing until the end: it looks hung, and whoever cancels it leaves the stack to roll back\n',
].join('');

describe('check --command', () => {
  it.each([
    [HIDING, [], 1],
    [HIDING, ['--fail-on', 'error'], 0],
    ['npx cdk deploy Api', [], 0],
    ['ls -la', [], 0],
    ['echo "unterminated', [], 0],
    ['echo "unterminated', ['--fail-on', 'note'], 0],
  ])('%j %j: %i', (line, args, code) => {
    expect(run(folder(), ['--command', line, ...args]).code).toBe(code);
  });

  it('reads the line from standard input', () => {
    expect(run(folder(), ['--command', '-', ...PLAIN], { input: `${HIDING}\n` })).toEqual({
      code: 1,
      out: TOLD,
      err: '',
    });
  });

  it('shows the line itself', () => {
    const { out } = run(folder(), ['--command', HIDING]);
    expect(out).toContain('--> <command>:1:1\n');
    expect(out).toContain(`  1 | ${HIDING}\n`);
  });

  it('says what it did not judge, and why', () => {
    const { out, err } = run(folder(), ['--command', 'echo "unterminated']);
    expect(err).toBe("plimsoll: the command line can't be read and was not judged: unterminated double quote\n");
    expect(out).toContain('The command line could not be read, so it was not judged.\n');
    expect(run(folder(), ['--command', 'git status']).out).toBe(
      'Nothing to judge: this command line has to do with no container image.\n',
    );
  });

  it('stands in the current folder of the project around it', () => {
    const root = folder({
      'plimsoll.config.json': '{"rules": {"deploy-exit-masked": "off"}}',
      'ops/ship.sh': `#!/bin/bash\nset -eu\n${HIDING}\n`,
      'other.sh': `#!/bin/bash\nset -eu\n${HIDING}\n`,
    });
    git(root, 'init', '-q');
    const { out, code } = run(join(root, 'ops'), ['--command', './ship.sh', ...PLAIN]);
    expect([code, out.replace(/ `.*/, '')]).toEqual([1, 'ops/ship.sh:3:1: warning[deploy-output-hidden]\n']);
  });

  it('takes no name from a file', () => {
    const root = folder({ '<command>': 'a file', 'a.txt': '' });
    expect(run(root, ['--command', HIDING, ...PLAIN]).out).toBe(TOLD.replaceAll('<command>', '<command 2>'));
  });

  it('is judged by itself in a home', () => {
    const home = folder({ 'plimsoll.config.json': '{"rules": {}}', 'ship.sh': `${HIDING}\n` });
    expect(run(home, ['--command', './ship.sh', ...PLAIN], { env: { HOME: home } })).toEqual({
      code: 0,
      out: '',
      err: '',
    });
    expect(run(home, ['--command', HIDING, ...PLAIN], { env: { HOME: home } }).out).toBe(TOLD);
  });

  it.each(['json', 'sarif', 'github', 'gitlab', 'junit', 'markdown', 'pretty', 'concise', 'agent'])(
    'is told as %s',
    (format) => {
      const { code, out, err } = run(folder(), ['--command', HIDING, '-f', format]);
      expect([code, err]).toEqual([1, '']);
      expect(out).toContain('deploy-output-hidden');
      expect(out).toMatch(/<command>|%3Ccommand%3E|&lt;command&gt;/);
    },
  );

  it('is answered from what was kept, for each line by itself', () => {
    const root = folder({ 'ship.sh': `#!/bin/bash\nset -eu\n${HIDING}\n` });
    git(root, 'init', '-q');
    const cache = ['--cache-dir', folder(), '--stats', ...PLAIN];
    const first = run(root, ['--command', './ship.sh', ...cache]);
    const second = run(root, ['--command', './ship.sh', ...cache]);
    const other = run(root, ['--command', HIDING, ...cache]);
    expect(second.out).toBe(first.out);
    expect(first.out).toContain('ship.sh:3:1');
    expect(other.out).toBe(TOLD);
  });

  it.each([
    [['a.sh'], 'plimsoll: --command judges one command line; leave out the paths\n'],
    [['--fix'], "plimsoll: --command and --fix don't go together\n"],
    [['--fix-dry-run'], "plimsoll: --command and --fix-dry-run don't go together\n"],
    [['--stdin'], "plimsoll: --command and --stdin don't go together\n"],
    [['--update-baseline'], "plimsoll: --command and --update-baseline don't go together\n"],
  ])('and %j is 2', (args, err) => {
    expect(run(folder({ 'a.sh': '' }), ['--command', 'ls', ...args])).toEqual({ code: 2, out: '', err });
  });
});
