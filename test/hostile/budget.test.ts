/** What multiplies ends with its steps, says where, and leaves the rest of the project alone. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { emit, planOutputs } from '../../src/cli/output.ts';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, memoryFiles, type CheckResult } from '../../src/engine.ts';
import { openWorkspace } from '../../src/engine/workspace.ts';
import type { ReportInput } from '../../src/report/report.ts';
import { defineRule } from '../../src/rules/define.ts';
import { folder } from '../temporary.ts';
import { INNOCENT, SHAPES, type Project } from './shapes.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
/** Two rounds over all entries, each with what there is for all of them, or with the least that each has. */
const MOST_STEPS = 2_500_000;

interface Run {
  readonly code: number | null;
  readonly steps: number;
  readonly megabytes: number;
  readonly findings: readonly { readonly rule: string; readonly file: string | null }[];
  readonly said: readonly string[];
}

/** In a process of its own, with less memory than a gigabyte. */
function run(files: Project): Run {
  const cwd = folder({ ...INNOCENT, ...files });
  const result = spawnSync(
    process.execPath,
    ['--max-old-space-size=900', BIN, 'check', '-f', 'json', '--pedantic', '--stats'],
    { cwd, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const report = JSON.parse(result.stdout) as {
    findings: Run['findings'];
    notices?: { message: string }[];
    unreadable: { file: string; line: number; reason: string }[];
  };
  return {
    code: result.status,
    steps: Number(/(\d+) steps/.exec(result.stderr)?.[1]),
    megabytes: Number(/peak (\d+) MB/.exec(result.stderr)?.[1]),
    findings: report.findings,
    said: [
      ...(report.notices ?? []).map(({ message }) => message),
      ...report.unreadable.map(({ file, line, reason }) => `${file}:${line} ${reason}`),
    ],
  };
}

/** Where each is left. Those that come to nothing because what they repeat is worked out once are left nowhere. */
const LEFT: Readonly<Record<string, RegExp | undefined>> = {
  'cdk-loops': /^bin\/app\.ts:6 .*steps/,
  'cdk-for-in-with-props': /^bin\/app\.ts:\d+ .*steps/,
  'cdk-calls': /^bin\/app\.ts:\d+ .*steps/,
  'cdk-growing-lists': /^bin\/app\.ts:\d+ .*steps/,
  'cdk-libraries': /^lib\/l39\.ts:\d+ .*steps/,
  'shell-loops': /^loops\.sh:\d+ .*steps/,
  'shell-loops-of-tests': /^loops\.sh:\d+ .*steps/,
  'shell-calls': /^calls\.sh:\d+ .*steps/,
  'shell-rehearsals': /^rehearsals\.sh:\d+ .*steps/,
  'shell-each-other': /^s\d+\.sh:\d+ .*steps/,
  'shell-sourced': /^main\.sh:2 .*steps/,
  'shell-branch': /^branch\.sh:2 .*steps/,
  'shell-many-variables': /^variables\.sh:\d+ .*steps/,
  'shell-substitutions': /^sub\.sh:\d+ .*steps/,
  'workflow-calls': /^\.github\/workflows\/w\d\.yml:\d+ .*steps/,
  'workflow-actions': /^\.github\/actions\/a\d\/action\.yml:\d+ .*steps/,
  'circleci-commands': /^\.circleci\/config\.yml:\d+ .*more than \d+ steps/,
  'gitlab-references': /^\.gitlab-ci\.yml:133 .*steps/,
  'make-recursive': /^Makefile:\d+ .*steps/,
  'npm-scripts': /^package\.json:1 .*steps/,
  'just-dependencies': /^justfile:\d+ .*steps/,
  'task-dependencies': /^Taskfile\.yml:\d+ .*steps/,
  'cloudformation-nested': /^n\d\.template\.json:1 .*steps/,
  'terraform-modules': /^m\d\/main\.tf:\d+ .*steps/,
  'terraform-locals': /^main\.tf.* steps/,
  'links-of-one-run': /^links\.sh:\d+: more than 1,000 names/,
  'links-with-workloads': /^links\.sh:\d+: more than 1,000 names/,
  documents: undefined,
};

describe.each(Object.entries(SHAPES))('%s', (name, files) => {
  it('ends, says where, and costs nobody else', () => {
    const { code, steps, megabytes, findings, said } = run(files);
    expect(code).toBe(1);
    expect(steps).toBeLessThan(MOST_STEPS);
    expect(megabytes).toBeLessThan(1000);
    expect(findings.filter(({ file }) => file === 'innocent/release.sh').map(({ rule }) => rule)).toEqual([
      'deploy-exit-masked',
    ]);
    const left = LEFT[name];
    if (left !== undefined) expect(said).toContainEqual(expect.stringMatching(left));
    expect(said.filter((one) => one.includes('could not be'))).toEqual([]);
  }, 120_000);
});

describe('a bound costs what it bounds', () => {
  it('a third-party file that takes no end, and not the nine files after it', () => {
    const { findings } = run(SHAPES['shell-sourced']!);
    for (let at = 0; at < 9; at++)
      expect(findings).toContainEqual(expect.objectContaining({ rule: 'deploy-exit-masked', file: `part${at}.sh` }));
  });

  it('one branch, and not the other', () => {
    const { findings } = run(SHAPES['shell-branch']!);
    expect(findings.filter(({ file }) => file === 'branch.sh')).toHaveLength(2);
  });

  it('the library’s own source in a workspace, and not the app that uses it', () => {
    const { findings, said } = run(SHAPES['cdk-library-source']!);
    expect(findings.some(({ file }) => file === 'bin/app.ts')).toBe(true);
    expect(findings.some(({ file }) => file?.startsWith('packages/'))).toBe(false);
    expect(said).toEqual([]);
  });
});

// ── whatever the order ──────────────────────────────────────────────────────────────────────────

const judge = (files: Project): Promise<CheckResult> => check({ files: memoryFiles(files), config: DEFAULT_CONFIG });
const LOOPS = `set -e\nfor a in {1..60}; do for b in {1..60}; do for c in {1..60}; do x=$c; done; done; done\ndocker push app:1 || true\n`;
const about = (result: CheckResult, prefix: string): string[] =>
  result.findings
    .filter(({ site }) => site.file.startsWith(prefix))
    .map(({ rule, site }) => `${rule} ${site.file.slice(prefix.length)}:${site.span.line}`);

describe('no entry takes the steps of another', () => {
  it('whether it is read before or after', async () => {
    const hostile = (prefix: string): Project =>
      Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`${prefix}/${at}.sh`, LOOPS]));
    const [before, after] = await Promise.all([
      judge({ ...INNOCENT, ...hostile('a') }),
      judge({ ...INNOCENT, ...hostile('z') }),
    ]);
    expect(about(before, 'innocent/')).toEqual(['deploy-exit-masked release.sh:4']);
    expect(about(after, 'innocent/')).toEqual(['deploy-exit-masked release.sh:4']);
    expect(about(before, 'a/')).toEqual(about(after, 'z/'));
    expect(about(before, 'a/')).toHaveLength(30);
    expect(before.steps).toBe(after.steps);
  });

  it('and what most of them leave is given to those that need it', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [`s${at}.sh`, 'docker push app:1 || true\n']),
    );
    const long = `set -e\nfor a in {1..30}; do for b in {1..30}; do x=$b; done; done\n`.repeat(6);
    const result = await judge({ ...many, 'long.sh': `${long}docker push app:2 || true\n` });
    expect(about(result, 'long')).toEqual(['deploy-exit-masked .sh:13']);
    expect(result.notices).toEqual([]);
  });

  it('nor does what an editor remembers change anything', async () => {
    const root = folder({
      ...INNOCENT,
      ...Object.fromEntries(
        Array.from({ length: 60 }, (_, at) => [`s${at}.sh`, at % 20 === 0 ? LOOPS : 'docker push app:1 || true\n']),
      ),
    });
    const workspace = await openWorkspace({ root });
    await workspace.check();
    workspace.lay('s1.sh', 'docker push app:1\n');
    const { kept } = await workspace.check();
    const fresh = await openWorkspace({ root });
    fresh.lay('s1.sh', 'docker push app:1\n');
    expect(kept).toEqual((await fresh.check()).kept);
    expect(kept.map(({ site }) => site.file)).toContain('s20.sh');
  });
});

// ── what goes wrong stays where it is ───────────────────────────────────────────────────────────

describe('a failure costs what fails', () => {
  it('a rule', async () => {
    const broken = defineRule({
      id: 'acme/broken',
      summary: 'breaks',
      severity: 'error',
      services: ['any'],
      group: 'plimsoll',
      check() {
        throw new Error('no such thing\nat all');
      },
    });
    const result = await check({ files: memoryFiles(INNOCENT), config: DEFAULT_CONFIG, plugins: [broken] });
    expect(result.findings.map(({ rule }) => rule)).toEqual(['deploy-exit-masked']);
    expect(result.notices).toEqual([
      { file: '.', message: 'the rule `acme/broken` failed on this project and was skipped: no such thing' },
    ]);
  });

  it('a report, and the others are written', async () => {
    const root = folder({});
    const path = join(root, 'out.json');
    const result = await judge(INNOCENT);
    const input: ReportInput = {
      tool: { name: 'plimsoll', version: '0' },
      findings: result.findings,
      suppressed: [],
      unreadable: [],
      rules: [],
      summary: { files: 1, voyages: 1, errors: 0, warnings: 1, notes: 0, suppressed: 0 },
      text: () => {
        throw new Error('gone');
      },
    };
    await expect(
      emit(planOutputs(undefined, [`json=${path}`]), input, [], { color: false, quiet: false }),
    ).rejects.toThrow('the pretty report could not be made: gone');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ findings: [{ rule: 'deploy-exit-masked' }] });
  });

  it('and the last net says one line', () => {
    const preload = join(
      folder({
        'preload.cjs': `process.on('newListener', (name) => { if (name === 'uncaughtException') setImmediate(() => { throw new Error('boom\\nwall'); }); });`,
      }),
      'preload.cjs',
    );
    const { status, stderr } = spawnSync(process.execPath, ['--require', preload, BIN, 'check'], {
      cwd: folder(INNOCENT),
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toBe('plimsoll: unexpected: boom; PLIMSOLL_DEBUG=1 shows where\n');
  });
});

it('stops at once when it is asked to', async () => {
  const child = spawn(process.execPath, [BIN, 'check'], { cwd: folder(SHAPES['shell-each-other']!), stdio: 'ignore' });
  await new Promise((resolve) => setTimeout(resolve, 600));
  child.kill('SIGINT');
  expect(await new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)))).toBe('SIGINT');
});

describe('the last net under the steps', () => {
  it('says that it was the clock', async () => {
    const result = await check({ files: memoryFiles({ 'loops.sh': LOOPS }), config: DEFAULT_CONFIG, late: () => true });
    expect(result.notices?.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^loops\.sh.* was not followed to its end, because the run took too long/),
    );
  });
});

it('is said in every format', () => {
  const cwd = folder(SHAPES['shell-loops']!);
  for (const format of ['json', 'sarif', 'github', 'gitlab', 'junit', 'markdown']) {
    const { stdout } = spawnSync(process.execPath, [BIN, 'check', '-q', '-f', format], { cwd, encoding: 'utf8' });
    expect(stdout, format).toContain(
      'loops.sh:1 takes more steps than there are to follow it (60,000 in all); what it does beyond them is not judged',
    );
  }
  const { stdout, stderr } = spawnSync(process.execPath, [BIN, 'check'], { cwd, encoding: 'utf8' });
  expect(stdout).toContain('2 notices on standard error');
  expect(stderr).toContain('loops.sh:1 takes more steps than there are');
});
