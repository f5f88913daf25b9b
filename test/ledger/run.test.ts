import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, it } from 'vitest';
import { entry, finding } from './made-up.ts';

const SCRIPT = fileURLToPath(new URL('../../bench/ledger/run.mjs', import.meta.url));

let root: string;
let commit: string;

/** A clone whose first commit is judged, a linter that says what the checked-out tree tells it to say, and a ledger. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ledger-run-'));
  const clone = join(root, 'clones', 'some+where');
  mkdirSync(clone, { recursive: true });
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', clone, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      encoding: 'utf8',
    }).trim();
  git('init', '--quiet');
  writeFileSync(
    join(clone, 'findings.json'),
    JSON.stringify({ findings: [finding({ line: 10 }), finding({ file: 'main.tf', line: 7 })] }),
  );
  git('add', '.');
  git('commit', '--quiet', '-m', 'judged');
  commit = git('rev-parse', 'HEAD');
  writeFileSync(join(clone, 'findings.json'), 'a later commit');
  git('commit', '--quiet', '-a', '-m', 'later');
  writeFileSync(
    join(root, 'cli.mjs'),
    "import { readFileSync } from 'node:fs';\nprocess.stdout.write(readFileSync('findings.json'));\n",
  );
  writeFileSync(
    join(root, 'repositories.jsonl'),
    ['some/where', 'not/here']
      .map((repo) => `${JSON.stringify({ repo, commit, read: '2026-01-01', how: 'whole' })}\n`)
      .join(''),
  );
  judge([entry({ commit, line: 10 })]);
});

function judge(entries: readonly object[]): void {
  writeFileSync(join(root, 'ledger.jsonl'), entries.map((one) => `${JSON.stringify(one)}\n`).join(''));
}

function ledger(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(
    process.execPath,
    [SCRIPT, join(root, 'clones'), '--ledger', root, '--cli', join(root, 'cli.mjs'), ...args],
    { encoding: 'utf8' },
  );
}

it('runs at the judged commit, says what is different, and offers a stub for what nobody has judged', () => {
  const { status, stdout } = ledger();
  expect(status).toBe(1);
  expect(stdout).toContain(`some/where @ ${commit.slice(0, 10)}`);
  expect(stdout).toContain('  ? latest-only [warning/certain] main.tf:7  unjudged: no tag but latest');
  expect(stdout).toContain('  + latest-only [warning/certain] push.sh:10  judged right: only latest is pushed');
  expect(stdout).toContain(
    `{"repo":"some/where","commit":"${commit}","path":"main.tf","line":7,"rule":"latest-only","verdict":"","sure":"high","why":""}`,
  );
  expect(stdout).toContain('No clone of 1: not/here');
  expect(stdout).toContain('1 repositories: 1 unjudged, 1 new, 0 gone, 0 changed');
});

it('records what is judged, and nothing else', () => {
  expect(ledger('--update').status).toBe(1);
  const recorded = readFileSync(join(root, 'ledger.jsonl'), 'utf8');
  expect(recorded).toContain('"found":[{"at":"push.sh:10","severity":"warning","confidence":"certain"}]');
  expect(recorded).not.toContain('main.tf');

  judge(
    [
      ...recorded
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
      entry({ commit, path: 'main.tf', line: 7, verdict: 'wrong' }),
    ].filter((one) => typeof one === 'object' && one !== null),
  );
  expect(ledger('--update').status).toBe(0);
  const { status, stdout } = ledger();
  expect(stdout).toContain('1 repositories: 0 unjudged, 0 new, 0 gone, 0 changed');
  expect(status).toBe(0);
});

it('gives the same as JSON', () => {
  const { stdout } = ledger('--json');
  expect(JSON.parse(stdout)).toMatchObject({
    results: [
      {
        repo: 'some/where',
        differences: [
          { kind: 'unjudged', now: { at: 'main.tf:7' } },
          { kind: 'new', now: { at: 'push.sh:10' } },
        ],
      },
    ],
    absent: ['not/here'],
    rules: [{ rule: 'latest-only', defects: 1, told: 1 }],
  });
});

it('could not do its job when the linter fails or no clone is there', () => {
  writeFileSync(join(root, 'cli.mjs'), 'process.exit(2);\n');
  expect(ledger()).toMatchObject({ status: 2, stdout: expect.stringContaining('some/where could not be run') });
  expect(ledger('--only', 'not/here').status).toBe(2);
});
