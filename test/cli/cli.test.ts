/** The built program as users run it: what it prints where, and its exit code. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENT, watched } from '../canaries.ts';
import { folder, git, put } from '../temporary.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const HIDDEN = '#!/bin/bash\nset -euo pipefail\nnpx cdk deploy --all | tail -5\n';
const BROKEN = '#!/bin/bash\necho "unterminated\n';

function run(
  cwd: string,
  args: readonly string[],
  { input, env }: { input?: string; env?: Record<string, string> } = {},
) {
  return watched(cwd, () => {
    const result = spawnSync(process.execPath, [BIN, ...args], {
      cwd,
      encoding: 'utf8',
      input,
      env: { ...process.env, ...ENVIRONMENT, NO_COLOR: '', FORCE_COLOR: '', ...env },
    });
    return { code: result.status, out: result.stdout, err: result.stderr };
  });
}

it('is built (npm run build)', () => {
  expect(existsSync(BIN)).toBe(true);
});

describe('exit codes', () => {
  it.each([
    [{ 'a.sh': 'echo hello\n' }, [], 0],
    [{ 'a.sh': HIDDEN }, [], 1],
    [{ 'a.sh': HIDDEN }, ['--fail-on', 'error'], 0],
    [{ 'a.sh': HIDDEN }, ['--fail-on', 'never'], 0],
    [{ 'a.sh': HIDDEN }, ['--rule', 'deploy-output-hidden=note'], 0],
    [{ 'a.sh': HIDDEN }, ['--rule', 'deploy-output-hidden=note', '--fail-on', 'note'], 1],
    [{ 'a.sh': HIDDEN }, ['-f', 'json'], 1],
    [{ 'a.sh': HIDDEN }, ['-f', 'sarif'], 1],
    [{ 'a.sh': HIDDEN }, ['--only', 'arch-mismatch'], 0],
    [{ 'broken.sh': BROKEN }, [], 0],
    [{ 'broken.sh': BROKEN }, ['--fail-on', 'note'], 1],
    [{}, [], 0],
  ])('%j %j: %i', (files, args, code) => {
    const result = run(folder(files), ['check', ...args]);
    expect(result).toMatchObject({ code, err: '' });
  });

  it.each([
    [['check', 'nowhere'], 'plimsoll: nowhere does not exist\n'],
    [['chek'], 'plimsoll: chek does not exist; did you mean `plimsoll check`?\n'],
    [['check', '--bogus'], "plimsoll: unknown option '--bogus'. `plimsoll --help` lists what there is.\n"],
    [
      ['check', '-f', 'yaml'],
      "plimsoll: option '-f, --format <format>' argument 'yaml' is invalid. Allowed choices are pretty, concise, agent, json, sarif, github, gitlab, junit, markdown, html. `plimsoll --help` lists what there is.\n",
    ],
    [
      ['check', '--rule', 'arch-mismatch=bad'],
      'plimsoll: --rule arch-mismatch=bad: write it as ID=off, ID=note, ID=warning or ID=error\n',
    ],
    [
      ['check', '--rule', 'arch-mismach=off'],
      "plimsoll: there is no rule 'arch-mismach'; did you mean 'arch-mismatch'?\n",
    ],
    [['check', '--only', 'latest'], "plimsoll: there is no rule 'latest'; `plimsoll rules` lists them\n"],
    [['check', '--config', 'c.json'], 'plimsoll: the configuration file c.json does not exist\n'],
    [['check', '--baseline', 'b.json'], 'plimsoll: the baseline b.json does not exist; --update-baseline writes it\n'],
    [
      ['check', '-o', 'yaml=x'],
      "plimsoll: --output yaml=x: there is no format 'yaml'; there are pretty, concise, agent, json, sarif, github, gitlab, junit, markdown, html\n",
    ],
    [['check', '--stdin'], 'plimsoll: --stdin needs --stdin-filename, which says what the file is and where it lies\n'],
    [['explain', 'latestonly'], "plimsoll: there is no rule 'latestonly'; did you mean 'latest-only'?\n"],
    [['explain'], "plimsoll: missing required argument 'rule'. `plimsoll --help` lists what there is.\n"],
    [['init'], 'plimsoll: init asks before it writes, and there is no terminal to ask at; --yes writes all of it\n'],
  ])('%j is 2, with one line on stderr', (args, err) => {
    expect(run(folder({ 'a.sh': HIDDEN }), args)).toEqual({ code: 2, out: '', err });
  });

  it('is 2 for a configuration that cannot be used', () => {
    expect(run(folder({ 'plimsoll.config.json': '{"rulez": {}}' }), [])).toEqual({
      code: 2,
      out: '',
      err: "plimsoll: plimsoll.config.json: unknown key 'rulez'; did you mean 'rules'?\n",
    });
  });
});

describe('what is read', () => {
  it('a broken file is listed with its place, and the rest is judged', () => {
    const { out } = run(
      folder({
        'a.sh': HIDDEN,
        'broken.sh': BROKEN,
        Dockerfile: 'FROM\nRUN true\n',
        'bad.yml': 'Resources:\n  A:\n    Type: AWS::ECR::Repository\n   B: {\n',
        'binary.sh': Buffer.from([35, 33, 0, 1]),
      }),
      ['-f', 'json'],
    );
    const { findings, unreadable }: { findings: { rule: string }[]; unreadable: { file: string; line: number }[] } =
      JSON.parse(out);
    expect(findings.map(({ rule }) => rule)).toContain('deploy-output-hidden');
    expect(unreadable.map(({ file }) => file)).toEqual(expect.arrayContaining(['bad.yml', 'binary.sh', 'broken.sh']));
    for (const { line } of unreadable) expect(line).toBeGreaterThan(0);
  });

  it('an empty folder has nothing to check, and says so', () => {
    expect(run(folder(), [])).toEqual({
      code: 0,
      out: "Nothing to check: no file takes part in a container image's way.\n",
      err: '',
    });
  });

  it('with a file, the project around it: links are seen, other findings are not shown', () => {
    const root = folder({ 'scripts/a.sh': HIDDEN, 'scripts/b.sh': HIDDEN });
    git(root, 'init', '-q');
    const { code, out } = run(join(root, 'scripts'), ['check', '-f', 'json', 'a.sh']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ findings: [{ file: 'scripts/a.sh' }], summary: { files: 2 } });
  });

  it('a folder is a project of its own', () => {
    const root = folder({ 'one/a.sh': HIDDEN, 'two/b.sh': HIDDEN });
    expect(JSON.parse(run(root, ['check', '-f', 'json', 'one']).out)).toMatchObject({
      findings: [{ file: 'a.sh' }],
      summary: { files: 1 },
    });
  });

  it('--stdin covers the file of that name', () => {
    const root = folder({ 'a.sh': 'echo\n', 'b.sh': HIDDEN });
    const { code, out } = run(root, ['check', '-f', 'json', '--stdin', '--stdin-filename', 'a.sh'], { input: HIDDEN });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ findings: [{ file: 'a.sh', line: 3 }], summary: { warnings: 1 } });
  });
});

describe('what is written', () => {
  it('-o writes files besides, by name or extension, and in place of standard output for its own format', () => {
    const root = folder({ 'a.sh': HIDDEN });
    const { out } = run(root, ['check', '-o', 'out/r.sarif', '-o', 'json=out/r.txt', '-o', 'junit=r.xml']);
    expect(out).toContain('warning[deploy-output-hidden]');
    expect(JSON.parse(readFileSync(join(root, 'out/r.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
    expect(JSON.parse(readFileSync(join(root, 'out/r.txt'), 'utf8'))).toMatchObject({ version: 1 });
    expect(readFileSync(join(root, 'r.xml'), 'utf8')).toContain('<testsuites');
    expect(run(root, ['check', '-f', 'json', '-o', 'only.json'])).toMatchObject({ code: 1, out: '' });
  });

  it('is the same twice', () => {
    const root = folder({ 'a.sh': HIDDEN, 'b.sh': HIDDEN, Dockerfile: 'FROM scratch\n' });
    for (const format of ['pretty', 'json', 'sarif'])
      expect(run(root, ['-f', format]).out).toBe(run(root, ['-f', format]).out);
  });

  it('has no colour in a pipe unless it is forced, and none with --no-color', () => {
    const root = folder({ 'a.sh': HIDDEN });
    const escape = String.fromCharCode(27);
    expect(run(root, []).out).not.toContain(escape);
    expect(run(root, [], { env: { FORCE_COLOR: '1' } }).out).toContain(escape);
    expect(run(root, ['--no-color'], { env: { FORCE_COLOR: '1' } }).out).not.toContain(escape);
    expect(run(root, [], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }).out).not.toContain(escape);
  });

  it('--quiet prints findings only, --stats says what took how long, on stderr', () => {
    expect(run(folder({ 'a.sh': 'echo\n' }), ['--quiet'])).toEqual({ code: 0, out: '', err: '' });
    expect(run(folder({ 'a.sh': 'echo\n' }), ['--stats']).err).toMatch(
      /^plimsoll: read [\d.]+ ms, .*; 1 files, 0 facts, 0 images, 0 steps; \d+ ms in all, peak \d+ MB\n$/,
    );
  });

  it('ends quietly when nobody reads on', () => {
    const root = folder({ 'a.sh': HIDDEN.repeat(200) });
    const result = spawnSync('/bin/sh', ['-c', `"${process.execPath}" "${BIN}" -f json | head -c 10`], {
      cwd: root,
      encoding: 'utf8',
    });
    expect([result.stdout.length, result.stderr]).toEqual([10, '']);
  });
});

describe('a baseline', () => {
  it('hides what was there, shows what is new, and is pruned when it is updated', () => {
    const root = folder({ 'a.sh': HIDDEN });
    expect(run(root, ['--baseline', 'b.json', '--update-baseline']).code).toBe(0);
    expect(run(root, ['--baseline', 'b.json'])).toMatchObject({
      code: 0,
      out: 'No findings in 1 file, 0 images followed, 1 suppressed.\n',
    });
    put(root, { 'new.sh': HIDDEN, 'a.sh': `\n${HIDDEN}` });
    expect(run(root, ['--baseline', 'b.json', '-f', 'json']).out).toContain('"file": "new.sh"');
    put(root, { 'a.sh': 'echo\n', 'new.sh': 'echo\n' });
    run(root, ['--baseline', 'b.json', '--update-baseline']);
    expect(JSON.parse(readFileSync(join(root, 'b.json'), 'utf8'))).toEqual({ version: 1, findings: [] });
  });

  it('is not updated from a part of the project', () => {
    expect(
      run(folder({ 'a.sh': HIDDEN, 'package.json': '{}' }), [
        'check',
        '--baseline',
        'b.json',
        '--update-baseline',
        'a.sh',
      ]).err,
    ).toBe('plimsoll: --update-baseline needs the whole project: leave out the paths and --only\n');
  });
});

describe('fixes', () => {
  const PLUGIN = `export const rules = [{ id: 'shout', summary: 's', severity: 'warning', services: ['any'], group: 'run', check(model, report) {
    for (const { refSite } of model.pushes) {
      report({ site: refSite, message: 'm', fixes: [{ title: 't', safe: true, edits: [{ file: refSite.file, start: refSite.span.start, end: refSite.span.start, text: 'mirror.example.com/' }] }] });
      return;
    }
  } }];`;
  const LIMITED = PLUGIN.replace(
    'for (',
    "for (const push of model.pushes) if (JSON.stringify(push.ref).includes('mirror')) return;\n    for (",
  );
  const TEXT = '#!/bin/sh\r\ndocker push app:1   # \u00e4\r\n';
  const files = { 'a.sh': TEXT, 'own.mjs': LIMITED, 'plimsoll.config.json': '{"plugins": ["./own.mjs"]}' };

  it('are applied to the byte, and once', () => {
    const root = folder(files);
    expect(run(root, ['--trust', '--only', 'shout', '--fix']).code).toBe(0);
    expect(readFileSync(join(root, 'a.sh'), 'utf8')).toBe(TEXT.replace('app:1', 'mirror.example.com/app:1'));
    run(root, ['--trust', '--only', 'shout', '--fix']);
    expect(readFileSync(join(root, 'a.sh'), 'utf8')).toBe(TEXT.replace('app:1', 'mirror.example.com/app:1'));
  });

  it('are shown as a diff and not written with --fix-dry-run', () => {
    const root = folder(files);
    expect(run(root, ['--trust', '--only', 'shout', '--fix-dry-run']).out).toContain(
      '--- a/a.sh\n+++ b/a.sh\n@@ -1,3 +1,3 @@\n #!/bin/sh\r\n-docker push app:1   # \u00e4\r\n+docker push mirror.example.com/app:1   # \u00e4\r\n',
    );
    expect(readFileSync(join(root, 'a.sh'), 'utf8')).toBe(TEXT);
  });

  it('leave a file alone that is not UTF-8', () => {
    const root = folder(files);
    writeFileSync(join(root, 'a.sh'), Buffer.from(TEXT, 'latin1'));
    expect(run(root, ['--trust', '--only', 'shout', '--fix'])).toMatchObject({
      code: 2,
      err: 'plimsoll: a.sh is not UTF-8 text or has changed meanwhile, so it is not fixed\n',
    });
    expect(readFileSync(join(root, 'a.sh'))).toEqual(Buffer.from(TEXT, 'latin1'));
  });
});

describe('the other commands', () => {
  it('explain prints a page that fits the terminal', () => {
    const { code, out } = run(folder(), ['explain', 'unused-suppression']);
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toBe('unused-suppression (warning; any service)');
    for (const part of ['WHAT IT FINDS', 'WHY IT MATTERS', 'BAD', 'GOOD', 'HOW TO FIX'])
      expect(out).toContain(`\n${part}\n`);
  });

  it('rules lists them all, as a table and as JSON', () => {
    const table = run(folder(), ['rules']).out;
    const list: { version: number; rules: { id: string }[] } = JSON.parse(run(folder(), ['rules', '-f', 'json']).out);
    expect(list.rules.length).toBeGreaterThan(13);
    expect(
      table
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(list.rules.map(({ id }) => id));
  });

  it('init writes what is not there, and a configuration that can be read', () => {
    const root = folder({ '.pre-commit-config.yaml': 'mine\n' });
    expect(run(root, ['init', '--yes'])).toEqual({
      code: 0,
      err: '',
      out: 'Wrote plimsoll.config.jsonc.\n.pre-commit-config.yaml is there already and stays as it is.\nWrote .github/workflows/plimsoll.yml.\n',
    });
    expect(readFileSync(join(root, '.pre-commit-config.yaml'), 'utf8')).toBe('mine\n');
    expect(run(root, ['check'])).toMatchObject({ code: 0, err: '' });
  });

  it('--version and --help go to standard output', () => {
    expect(run(folder(), ['--version'])).toMatchObject({ code: 0, err: '' });
    expect(run(folder(), ['--help'])).toMatchObject({ code: 0, err: '' });
  });
});

describe('what is loaded', () => {
  const LIST =
    "process.on('exit', () => require('fs').writeFileSync(process.env.LOADED, Object.keys(require.cache).join('\\n')));";
  const loadedBy = (args: readonly string[], files: Readonly<Record<string, string>>): string => {
    const root = folder({ ...files, '.hook/list.cjs': LIST });
    mkdirSync(join(root, '.hook'), { recursive: true });
    const loaded = join(root, '.hook/loaded');
    run(root, args, { env: { LOADED: loaded, NODE_OPTIONS: `--require ${join(root, '.hook/list.cjs')}` } });
    return readFileSync(loaded, 'utf8');
  };
  const HEAVY = /[\\/](?:ts-morph|@ts-morph|typescript|@aws-sdk|@smithy|@aws-cdk)[\\/]/;

  it('is no TypeScript, no cloud client, no differ, for the version and for files that need none', () => {
    for (const [args, files] of [
      [['--version'], {}],
      [['check', 'a.sh'], { 'a.sh': HIDDEN }],
      [['check', 'Dockerfile'], { Dockerfile: 'FROM scratch\n' }],
      [['check', '.github/workflows/a.yml'], { '.github/workflows/a.yml': 'on: push\njobs: {}\n' }],
    ] as const) {
      expect(loadedBy(args, files)).not.toMatch(HEAVY);
    }
  });

  it('is TypeScript where there is CDK source (so the test can see it)', () => {
    expect(loadedBy(['check'], { 'app.ts': "import { App } from 'aws-cdk-lib';\nnew App();\n" })).toMatch(HEAVY);
  });
});
