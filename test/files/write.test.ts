/**
 * What is written where: files whole or not at all, devices and FIFOs in place, and nothing through a link that a
 * project has planted.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saveEvidence } from '../../src/live/evidence-file.ts';
import { folder, git, put } from '../temporary.ts';
import { BIN, plimsoll } from './trace.ts';

const HIDDEN = '#!/bin/bash\nset -euo pipefail\nnpx cdk deploy --all | tail -5\n';
/** Enough findings for a report that is larger than a pipe. */
const MANY = Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`s/${at}.sh`, HIDDEN]));

/** `"$@"` is the program. */
function bash(cwd: string, script: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync('/bin/bash', ['-c', script, 'bash', process.execPath, BIN, ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 60_000,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '', NODE_DISABLE_COMPILE_CACHE: '1' },
  });
  return { code: status, out: stdout, err: stderr };
}

function repository(files: Readonly<Record<string, string>>): string {
  const root = join(folder({ 'outside/keep': 'outside\n' }), 'repository');
  mkdirSync(root);
  put(root, files);
  git(root, 'init', '-q');
  return root;
}

const leftOver = (at: string): string[] => readdirSync(at).filter((name) => name.endsWith('.tmp'));
const outside = (root: string): string[] => readdirSync(join(root, '../outside'));

describe('-o FILE', () => {
  it('keeps the old file where the disk is full, and says so in one line', () => {
    const root = folder({ ...MANY, 'r.json': 'old\n', 'r.sarif': 'old\n' });
    const { code, out, err } = bash(root, 'ulimit -f 20; "$@"', 'check', '-o', 'r.json', '-o', 'r.sarif');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^plimsoll: r\.json could not be written: EFBIG[^\n]*\n$/);
    expect([readFileSync(join(root, 'r.json'), 'utf8'), readFileSync(join(root, 'r.sarif'), 'utf8')]).toEqual([
      'old\n',
      'old\n',
    ]);
    expect(leftOver(root)).toEqual([]);
  });

  it('keeps what the old file was: its permissions, and the name that leads to it', () => {
    const root = folder({ 'project/a.sh': HIDDEN, 'elsewhere/r.json': 'old', 'elsewhere/other': '' });
    const file = join(root, 'elsewhere/r.json');
    chmodSync(file, 0o640);
    linkSync(file, join(root, 'elsewhere/hard'));
    symlinkSync('elsewhere/r.json', join(root, 'link.json'));
    symlinkSync('elsewhere/new.json', join(root, 'dangling.json'));
    expect(
      plimsoll(['check', '-o', '../link.json', '-o', '../dangling.json'], { cwd: join(root, 'project') }),
    ).toMatchObject({ code: 1, err: '' });
    expect(readlinkSync(join(root, 'link.json'))).toBe('elsewhere/r.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: 1 });
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(existsSync(join(root, 'elsewhere/new.json'))).toBe(true);
    // What else hangs on the old file keeps it.
    expect(readFileSync(join(root, 'elsewhere/hard'), 'utf8')).toBe('old');
  });

  it('gives a new file the permissions that others get, and makes its folders', () => {
    const root = folder({ 'a.sh': HIDDEN });
    bash(root, 'umask 027; "$@"', 'check', '-o', 'one/two/r.json');
    expect(statSync(join(root, 'one/two/r.json')).mode & 0o777).toBe(0o640);
  });

  it.each([
    ['a file', { 'r.json': '../outside/new.json' }, 'r.json', 'r.json'],
    ['a file that is there', { 'r.json': '../outside/keep' }, 'r.json', 'r.json'],
    ['a folder', { reports: '../outside' }, 'reports/r.json', 'reports'],
    ['a folder further up', { reports: '../outside' }, 'reports/more/r.json', 'reports'],
    ['the project itself', { reports: '.' }, 'reports/r.json', 'reports'],
    ["git's folder", { reports: '.git' }, 'reports/hooks/pre-commit', 'reports'],
    ['a device', { 'r.json': '/dev/null' }, 'r.json', 'r.json'],
    ['the root', { fs: '/' }, 'fs/tmp/plimsoll-no.json', 'fs'],
  ])('does not write through a link of the project to %s', (_, links, path, link) => {
    const root = repository({ 'a.sh': HIDDEN });
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, name));
    const before = readdirSync(root);
    const { code, out, err } = plimsoll(['check', '-o', path], { cwd: root });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(
      new RegExp(
        `^plimsoll: ${path} could not be written: ${link} is a symbolic link (?:of the project, and none of those is written through|that leads out of the project)\\n$`,
      ),
    );
    expect([readdirSync(root), outside(root)]).toEqual([before, ['keep']]);
    // From elsewhere, it's the same project.
    const other = plimsoll(['check', root, '-o', join(root, path)], { cwd: folder() });
    expect(other.code).toBe(2);
    expect(outside(root)).toEqual(['keep']);
    expect(readFileSync(join(root, '../outside/keep'), 'utf8')).toBe('outside\n');
  });

  it('writes to a FIFO or a device in its place', () => {
    const root = folder({ 'a.sh': HIDDEN });
    const { code, out, err } = bash(
      root,
      'mkfifo pipe; cat pipe & "$@"; code=$?; wait; exit $code',
      'check',
      '-q',
      '-o',
      'json=pipe',
    );
    expect([code, err]).toEqual([1, '']);
    expect(out).toContain('warning[deploy-output-hidden]');
    expect(out).toContain('"version": 1');
    expect(lstatSync(join(root, 'pipe')).isFIFO()).toBe(true);
    expect(bash(root, '"$@"', 'check', '-o', 'json=/dev/null', '-o', '/dev/null')).toMatchObject({
      code: 1,
      out: '',
      err: '',
    });
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
    expect(bash(root, '"$@"', 'check', '-o', 'json=/dev/full')).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(/^plimsoll: \/dev\/full could not be written: ENOSPC[^\n]*\n$/),
    });
  });

  it('writes to what the process holds open: /dev/stdout, /dev/fd/3, >(…)', () => {
    const root = folder({ 'a.sh': HIDDEN });
    const first = (text: string): unknown => JSON.parse(text.slice(text.indexOf('{\n'), text.lastIndexOf('}') + 1));
    expect(
      first(bash(root, '"$@"', 'check', '-o', 'json=/dev/stdout', '-f', 'github').out.split('\n::')[0] ?? ''),
    ).toMatchObject({ version: 1 });
    bash(root, '"$@" > both', 'check', '-f', 'github', '-o', 'json=/dev/stdout');
    // One after the other, not one over the other.
    expect(readFileSync(join(root, 'both'), 'utf8')).toMatch(/^\{\n[^]*\n\}\n::warning [^]*\n$/);
    expect(JSON.parse(bash(root, '"$@" 3>&1 > rest', 'check', '-o', 'json=/dev/fd/3').out)).toMatchObject({
      version: 1,
    });
    expect(JSON.parse(bash(root, '"$@" > rest; wait', 'check', '-o', 'json=/dev/stderr').err)).toMatchObject({
      version: 1,
    });
    const { code, out } = bash(root, '"$@" -o json=>(cat) > rest; code=$?; wait; sleep 0.3; exit $code', 'check');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ version: 1 });
    expect(bash(folder(MANY), '"$@" -o json=>(head -c 10) > rest', 'check')).toMatchObject({ code: 1, err: '' });
  });

  it.each([
    ['a folder', 'dir', 'it is a folder'],
    ['a place below a file', 'a.sh/r.json', ''],
    ['a name that is too long', 'x'.repeat(300), 'ENAMETOOLONG'],
  ])('says in one line that it is %s', (_, path, reason) => {
    const { code, out, err } = plimsoll(['check', '-o', path], { cwd: folder({ 'a.sh': HIDDEN, 'dir/x': '' }) });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^plimsoll: [^\n]* could not be written: [^\n]+\n$/);
    expect(err).toContain(reason);
  });
});

describe('a baseline', () => {
  it('keeps its old content where the disk is full', () => {
    const root = folder({ ...MANY, 'b.json': 'old\n' });
    const { code, out, err } = bash(root, 'ulimit -f 8; "$@"', 'check', '--baseline', 'b.json', '--update-baseline');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^plimsoll: the baseline b\.json could not be written: EFBIG[^\n]*\n$/);
    expect([readFileSync(join(root, 'b.json'), 'utf8'), leftOver(root)]).toEqual(['old\n', []]);
  });

  it('is not written through a link, by whichever name', () => {
    const root = repository({ 'a.sh': HIDDEN });
    symlinkSync('../outside/new.json', join(root, 'plimsoll.baseline.json'));
    symlinkSync('../outside', join(root, 'out'));
    for (const args of [[], ['--baseline', 'out/b.json'], ['--baseline', 'plimsoll.baseline.json']]) {
      const { code, err } = plimsoll(['check', '--update-baseline', ...args], { cwd: root });
      expect(code).toBe(2);
      expect(err).toMatch(/^plimsoll: the baseline [^\n]* is a symbolic link [^\n]*\n$/);
    }
    expect(outside(root)).toEqual(['keep']);
  });

  it.each(['../outside/b.json', 'out/b.json', '/dev/null', '../outside/keep'])(
    'that the configuration names (%s) stays inside the project',
    (baseline) => {
      const root = repository({ 'a.sh': HIDDEN, 'plimsoll.config.json': JSON.stringify({ baseline }) });
      symlinkSync('../outside', join(root, 'out'));
      for (const args of [[], ['--update-baseline'], ['--config', 'plimsoll.config.json', '--update-baseline']]) {
        const { code, out, err } = plimsoll(['check', ...args], { cwd: root });
        expect({ code, out }).toEqual({ code: 2, out: '' });
        expect(err).toMatch(
          /^plimsoll: the baseline [^\n]* could not be (?:read|written): (?:the path leads out of the project|out is a symbolic link that leads out of the project)\n$/,
        );
      }
      expect([outside(root), readFileSync(join(root, '../outside/keep'), 'utf8')]).toEqual([['keep'], 'outside\n']);
    },
  );

  it('may lie anywhere by the word of the user: typed, or in a configuration of their own', () => {
    const root = repository({ 'a.sh': HIDDEN });
    put(join(root, '../outside'), { 'own.json': '{"baseline": "own-baseline.json"}' });
    expect(plimsoll(['check', '--baseline', '../outside/b.json', '--update-baseline'], { cwd: root })).toMatchObject({
      code: 0,
      err: '',
    });
    expect(plimsoll(['check', '--config', '../outside/own.json', '--update-baseline'], { cwd: root })).toMatchObject({
      code: 0,
      err: '',
    });
    expect(outside(root).sort()).toEqual(['b.json', 'keep', 'own-baseline.json', 'own.json']);
  });
});

describe('--fix', () => {
  const ATTESTED = (more = ''): string =>
    `#!/bin/sh\ndocker buildx build${more} --push -t 111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1 .\naws lambda update-function-code --function-name app --image-uri 111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1\n`;
  const [BROKEN, FIXED] = [ATTESTED(), ATTESTED(' --provenance=false')];
  const FIX = ['check', '--fix', '--only', 'lambda-attestations'];

  it('writes whole files, keeps their permissions, and leaves alone what hangs on the same file outside', () => {
    const root = repository({ 'a.sh': BROKEN, 'real.sh': BROKEN });
    chmodSync(join(root, 'a.sh'), 0o755);
    linkSync(join(root, 'a.sh'), join(root, '../outside/hard'));
    symlinkSync('real.sh', join(root, 'link.sh'));
    expect(plimsoll(FIX, { cwd: root })).toMatchObject({ code: 0, err: '' });
    expect([
      readFileSync(join(root, 'a.sh'), 'utf8'),
      readFileSync(join(root, 'real.sh'), 'utf8'),
      statSync(join(root, 'a.sh')).mode & 0o777,
    ]).toEqual([FIXED, FIXED, 0o755]);
    expect([
      readFileSync(join(root, '../outside/hard'), 'utf8'),
      readlinkSync(join(root, 'link.sh')),
      leftOver(root),
    ]).toEqual([BROKEN, 'real.sh', []]);
  });

  it('does not touch what lies outside, however it is reached', () => {
    const root = repository({ 'a.sh': 'sh out/deploy.sh\n. ./b.sh\n' });
    put(join(root, '../outside'), { 'deploy.sh': BROKEN });
    symlinkSync('../outside', join(root, 'out'));
    symlinkSync('../outside/deploy.sh', join(root, 'b.sh'));
    expect(plimsoll(FIX, { cwd: root })).toMatchObject({ code: 0, err: '' });
    expect([readFileSync(join(root, '../outside/deploy.sh'), 'utf8'), outside(root)]).toEqual([
      BROKEN,
      ['deploy.sh', 'keep'],
    ]);
  });

  it('says where it went wrong half-way: what is written and what is not', () => {
    const long = `${BROKEN}${`# ${'x'.repeat(98)}\n`.repeat(40)}`;
    const root = folder({ 'a.sh': BROKEN, 'b/b.sh': long, 'c.sh': BROKEN, 'd.sh': BROKEN });
    const { code, out, err } = bash(root, 'ulimit -f 2; "$@"', ...FIX);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(
      /^plimsoll: b\/b\.sh could not be written: EFBIG[^\n]*; written before it: a\.sh; not written either: c\.sh, d\.sh\n$/,
    );
    expect(['a.sh', 'b/b.sh', 'c.sh', 'd.sh'].map((file) => readFileSync(join(root, file), 'utf8'))).toEqual([
      FIXED,
      long,
      BROKEN,
      BROKEN,
    ]);
    expect([leftOver(root), leftOver(join(root, 'b'))]).toEqual([[], []]);
  });

  it('writes none where it knows beforehand that one of them can not be written', () => {
    const root = folder({ 'a.sh': BROKEN, 'b.sh': Buffer.from(`${BROKEN}# \u00e9\n`, 'latin1') });
    expect(plimsoll(FIX, { cwd: root })).toMatchObject({
      code: 2,
      err: 'plimsoll: b.sh is not UTF-8 text or has changed meanwhile, so it is not fixed\n',
    });
    expect(readFileSync(join(root, 'a.sh'), 'utf8')).toBe(BROKEN);
  });
});

describe('init and --save', () => {
  it('init writes nothing through links', () => {
    const root = repository({});
    symlinkSync('../outside/new.yaml', join(root, '.pre-commit-config.yaml'));
    symlinkSync('../outside', join(root, '.github'));
    const { code, out, err } = plimsoll(['init', '--yes'], { cwd: root });
    expect({ code, out, err }).toEqual({
      code: 2,
      out: 'Wrote plimsoll.config.jsonc.\n.pre-commit-config.yaml is there already and stays as it is.\n',
      err: 'plimsoll: .github/workflows/plimsoll.yml could not be written: .github is a symbolic link that leads out of the project\n',
    });
    expect(outside(root)).toEqual(['keep']);
  });

  it('evidence is not saved through a link of the project, and is for its owner alone', () => {
    const root = repository({});
    symlinkSync('../outside', join(root, 'out'));
    const evidence = {
      kind: 'plimsoll evidence',
      version: 1,
      collectedAt: '2026-11-20T12:00:00.000Z',
      complete: true,
      scopes: [],
    } as const;
    expect(() => saveEvidence(join(root, 'out/e.json'), evidence, [root])).toThrow('out is a symbolic link');
    expect(
      plimsoll(['audit', '--save', 'out/e.json', '--endpoint-url', 'http://127.0.0.1:9'], {
        cwd: root,
        env: { AWS_REGION: 'eu-west-1' },
      }),
    ).toMatchObject({
      code: 2,
      out: '',
      err: 'plimsoll: --save out/e.json: out is a symbolic link that leads out of the project\n',
    });
    saveEvidence(join(root, 'e.json'), evidence, [root]);
    expect(statSync(join(root, 'e.json')).mode & 0o777).toBe(0o600);
    expect(outside(root)).toEqual(['keep']);
  });
});

describe('standard output', () => {
  it.each([
    ['check'],
    ['check', '-f', 'json'],
    ['check', '-f', 'sarif'],
    ['explain', 'latest-only'],
    ['rules'],
    ['--version'],
    ['--help'],
    ['check', '--help'],
    ['audit', '--print-policy'],
  ])('that is full is exit code 2 and one line: %s %s %s', (...args) => {
    expect(bash(folder({ 'a.sh': HIDDEN }), '"$@" > /dev/full', ...args)).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(/^plimsoll: standard output could not be written: ENOSPC[^\n]*\n$/),
    });
  });

  it('that has room for a part only is no success', () => {
    const root = folder(MANY);
    expect(bash(root, 'ulimit -f 20; "$@" > part', 'check', '-f', 'json', '--fail-on', 'never')).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(/^plimsoll: standard output could not be written: EFBIG[^\n]*\n$/),
    });
  });

  it.each(['pretty', 'json', 'sarif'])('whose reader leaves early changes nothing: %s', (format) => {
    const root = folder(MANY);
    const args = ['check', '-f', format];
    expect(bash(root, '"$@" | head -c 1 > part; exit ${PIPESTATUS[0]}', ...args)).toEqual({
      code: 1,
      out: '',
      err: '',
    });
    expect(bash(root, '"$@" | true; exit ${PIPESTATUS[0]}', ...args)).toEqual({ code: 1, out: '', err: '' });
    expect(bash(root, '"$@" | true; exit ${PIPESTATUS[0]}', ...args, '--fail-on', 'never')).toEqual({
      code: 0,
      out: '',
      err: '',
    });
    expect(bash(root, '{ "$@"; echo $? >&3; } 3>code 2>&1 | true; sleep 0.1; exit $(cat code)', ...args)).toEqual({
      code: 1,
      out: '',
      err: '',
    });
  });

  it('reaches a slow reader to its end', async () => {
    const root = folder(MANY);
    const whole = plimsoll(['check', '-f', 'json'], { cwd: root }).out;
    expect(whole.length).toBeGreaterThan(70_000);
    expect(bash(root, '"$@" | (sleep 1; cat)', 'check', '-f', 'json').out).toBe(whole);
    // A reader that makes the pipe one that doesn't wait, as Node's own are.
    const child = spawn(process.execPath, [BIN, 'check', '-f', 'json'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const pieces: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => {
      pieces.push(piece);
      child.stdout.pause();
      setTimeout(() => child.stdout.resume(), 50);
    });
    await once(child, 'close');
    expect(Buffer.concat(pieces).toString('utf8')).toBe(whole);
  });

  it('is one thing, standard error another: that nobody hears it changes nothing', () => {
    const root = folder({ 'a.sh': HIDDEN });
    expect(bash(root, '"$@" 2> /dev/full', 'check', '--stats')).toMatchObject({ code: 1, err: '' });
    expect(bash(root, '"$@" 2> /dev/full', 'check', 'nowhere')).toMatchObject({ code: 2, out: '' });
    expect(bash(root, '{ "$@" 2>&1 >out | true; exit ${PIPESTATUS[0]}; }', 'check', '--stats')).toMatchObject({
      code: 1,
    });
  });
});

it('standard input without an end is told', () => {
  const { code, out, err } = bash(
    folder(),
    'yes "docker push a" | "$@"; exit ${PIPESTATUS[1]}',
    'check',
    '--stdin',
    '--stdin-filename',
    'a.sh',
  );
  expect({ code, out, err }).toEqual({ code: 2, out: '', err: 'plimsoll: standard input is larger than 10 MB\n' });
});
