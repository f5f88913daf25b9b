/** `plimsoll diff` and `--synth` as they are run: what is printed where, and the exit code. */
import { chmodSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { folder, git, put } from '../temporary.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

// Reports go to the descriptor, past the stream; here both end up in one place.
vi.mock('../../src/files/descriptor.ts', () => ({
  writeToReader: (_: number, text: string) => process.stdout.write(text),
}));

async function run(cwd: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  vi.spyOn(process, 'cwd').mockReturnValue(cwd);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.err += String(text);
    return true;
  });
  process.exitCode = 0;
  // The program hears of closed pipes once; a test runs it many times.
  const streams = [process.stdout, process.stderr].map((stream) => ({ stream, before: stream.listeners('error') }));
  await main(args);
  for (const { stream, before } of streams) {
    stream.removeAllListeners('error');
    for (const one of before) stream.on('error', (error) => Reflect.apply(one, stream, [error]));
  }
  const code = Number(process.exitCode);
  vi.restoreAllMocks();
  process.exitCode = 0;
  return { code, ...written };
}

const body = (arch: string, more = ''): string => `Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      PackageType: Image
      FunctionName: orders
      Role: !GetAtt Role.Arn
      Architectures: [${arch}]
      Code:
        ImageUri: 123456789012.dkr.ecr.eu-north-1.amazonaws.com/orders:1.4.0
${more}`;
const REPOSITORY =
  '  Images:\n    Type: AWS::ECR::Repository\n    DeletionPolicy: Retain\n    Properties:\n      RepositoryName: orders\n';

describe('plimsoll diff', () => {
  it('says what changes and finds what will fail, against a folder, a file and a revision alike', async () => {
    const root = folder({ 'infra/template.yaml': body('arm64', REPOSITORY) });
    git(root, 'init', '-q');
    git(root, 'add', '.');
    git(root, 'commit', '-qm', 'before');
    const before = folder({ 'infra/template.yaml': body('arm64', REPOSITORY) });
    put(root, { 'infra/template.yaml': body('x86_64') });
    for (const against of [before, join(before, 'infra/template.yaml'), 'git:HEAD']) {
      const { code, out, err } = await run(root, 'diff', '--against', against);
      expect([code, err]).toEqual([1, '']);
      expect(out).toMatch(/- ECR repository `orders` \(Images\) leaves the stack and is kept in the\s+account/);
      expect(out).toContain('~ Lambda function `orders` (Orders) changes: CPU arm64 → x86-64\n');
      expect(out).toMatch(/warning\[architecture-flip\][^]*--> infra\/template\.yaml:8:23/);
      expect(out).toMatch(/warning\[repository-name-fixed\]/);
      expect(out).toContain('2 warnings in 1 file');
    }
    expect((await run(root, 'diff', '--against', 'git:HEAD', '--fail-on', 'error')).code).toBe(0);
  });

  it('finds a repository that is added under a name which a script takes', async () => {
    const root = folder({
      'template.yaml': body('arm64', REPOSITORY),
      'old/template.yaml': body('arm64'),
      'bootstrap.sh': '#!/bin/bash\nset -e\naws ecr create-repository --repository-name orders\n',
    });
    const { code, out } = await run(root, 'diff', '--against', 'old', '-f', 'json');
    expect(code).toBe(1);
    const report: {
      findings: { rule: string; file: string; line: number }[];
      diff: { against: string; changes: { logicalId: string; change: string; file: string; line: number }[] };
    } = JSON.parse(out);
    expect(report.findings.map(({ rule, file, line }) => `${rule} ${file}:${line}`)).toEqual(
      expect.arrayContaining(['repository-exists template.yaml:15']),
    );
    expect(report.diff).toMatchObject({
      against: 'the folder old',
      changes: [{ logicalId: 'Images', change: 'add', file: 'template.yaml', line: 15 }],
    });
    // What was there before is `check`'s to report.
    put(root, { 'old/template.yaml': body('arm64', REPOSITORY) });
    expect(JSON.parse((await run(root, 'diff', '--against', 'old', '-f', 'json')).out)).toMatchObject({
      findings: [],
      diff: { changes: [] },
    });
  });

  it.each(['sarif', 'github', 'gitlab', 'junit', 'markdown'])('speaks %s', async (format) => {
    const root = folder({ 'template.yaml': body('x86_64'), 'old/template.yaml': body('arm64') });
    const { code, out, err } = await run(root, 'diff', '--against', 'old', '-f', format);
    expect([code, err]).toEqual([1, '']);
    expect(out).toContain('architecture-flip');
    if (format !== 'gitlab') expect(out).toContain('CPU arm64 → x86-64');
  });

  it.each(['pretty', 'concise', 'agent', 'json', 'sarif', 'github', 'junit', 'markdown'])(
    'says in %s which stacks one side alone has',
    async (format) => {
      const root = folder({
        'template.yaml': body('arm64'),
        'more.yaml': 'Resources:\n  Alarms:\n    Type: AWS::SNS::Topic\n',
        'old/template.yaml': body('arm64'),
      });
      const { out } = await run(root, 'diff', '--against', 'old', '-f', format);
      expect(out).toContain('New stack: `more.yaml`.');
    },
  );

  it('is silent and 0 when nothing changes', async () => {
    const root = folder({ 'template.yaml': body('arm64'), 'old/template.yaml': body('arm64') });
    expect(await run(root, 'diff', '--against', 'old')).toEqual({
      code: 0,
      err: '',
      out: 'A deploy would change nothing, compared with the folder old.\n\nNo findings in 2 files, 1 image followed.\n',
    });
  });

  it.each([
    [
      ['--against', 'nowhere'],
      '--against nowhere: there is no such file or folder; write deployed, a path, or git:REVISION',
    ],
    [
      ['--against', 'git:nope'],
      '--against git:nope: there is no such revision here; `git fetch` brings those of the remote',
    ],
    [['--against', 'git:--output=x'], '--against git:--output=x: it names no revision; one is main or HEAD~1, say'],
    [['--against', 'empty'], '--against empty: there is no template and no cdk.out in it'],
    [['--against', 'nothing.yaml'], '--against nothing.yaml: the file is empty'],
    [['--against', 'other.yaml'], '--against other.yaml: it is no CloudFormation template: it has no Resources'],
    [['--against', 'binary.yaml'], '--against binary.yaml: the file is binary, not text'],
    [['--against', 'broken.json'], '--against broken.json:1:2: '],
    [
      [],
      'no file here says which stack the template is deployed as: add --stack template.yaml=NAME, or name what to compare with',
    ],
    [['--stack', 'nowhere.yaml=shop'], '--stack nowhere.yaml=shop: nowhere.yaml is no template of this project'],
    [['--stack', 'shop', '--against', 'old.yaml'], '--stack shop: there is no such stack here; there is template.yaml'],
    [['--stack', 'template.yaml='], '--stack template.yaml=: write FILE=NAME, or the NAME of a stack'],
    [['--parameters', 'Stage', '--against', 'old.yaml'], '--parameters Stage: write NAME=VALUE'],
  ])('%j is 2 with one line on stderr', async (args, message) => {
    const root = folder({
      'template.yaml': body('arm64'),
      'empty/notes.txt': '',
      'broken.json': '{',
      'nothing.yaml': ' \n',
      'other.yaml': 'a: 1\n',
      'binary.yaml': Buffer.from([0, 1, 2, 0]),
      '.gitignore': 'old.yaml\n',
      'old.yaml': body('arm64'),
    });
    git(root, 'init', '-q');
    const { code, out, err } = await run(root, 'diff', ...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`plimsoll: ${message}`);
    expect(err.trimEnd().split('\n')).toEqual([expect.any(String)]);
  });

  it('says of a shallow clone that the revision may lie beyond it, and of a folder outside git that it does', async () => {
    const origin = folder({ 'template.yaml': body('arm64') });
    git(origin, 'init', '-q');
    for (const message of ['one', 'two']) {
      git(origin, 'add', '.');
      git(origin, 'commit', '-q', '--allow-empty', '-m', message);
    }
    const shallow = folder();
    git(shallow, 'clone', '-q', '--depth', '1', `file://${origin}`, '.');
    expect(await run(shallow, 'diff', '--against', 'git:HEAD~1')).toEqual({
      code: 2,
      out: '',
      err: 'plimsoll: --against git:HEAD~1: there is no such revision here: this clone is shallow, so fetch more of its history first (`git fetch --unshallow`, or `fetch-depth: 0` for actions/checkout)\n',
    });
    const outside = folder({ 'template.yaml': body('arm64') });
    expect(await run(outside, 'diff', '--against', 'git:HEAD')).toEqual({
      code: 2,
      out: '',
      err: 'plimsoll: --against git:HEAD: the project is in no git repository\n',
    });
  });

  it('says of a revision without synthesized output what to do', async () => {
    const root = folder({ ...OUTPUT, 'cdk.json': '{"app": "x"}', '.gitignore': 'cdk.out\n' });
    git(root, 'init', '-q');
    git(root, 'add', '.');
    git(root, 'commit', '-qm', 'one');
    expect(await run(root, 'diff', '--against', 'git:HEAD')).toEqual({
      code: 2,
      out: '',
      err: 'plimsoll: --against git:HEAD: no template and no cdk.out is committed there; synthesize that revision elsewhere and name the folder\n',
    });
  });

  it('looks at the stacks that are named, and gives parameters on both sides', async () => {
    const stack = (tag: string): string =>
      body('arm64')
        .replace('1.4.0', tag)
        .replace('Resources:', 'Parameters:\n  Tag: {Type: String}\nResources:')
        .replace(/ImageUri: (.*)/, 'ImageUri: !Sub "$1"');
    const root = folder({
      'api.yaml': stack('${Tag}'),
      'jobs.yaml': stack('2'),
      'old/api.yaml': stack('1'),
      'old/jobs.yaml': stack('1'),
    });
    const { out } = await run(
      root,
      'diff',
      '--against',
      'old',
      '--stack',
      'api.yaml',
      '--parameters',
      'Tag=1',
      '-f',
      'json',
    );
    expect(JSON.parse(out)).toMatchObject({ diff: { remarks: [], changes: [] } });
    const changed = await run(root, 'diff', '--against', 'old', '--stack', 'jobs.yaml', '-f', 'json');
    expect(JSON.parse(changed.out)).toMatchObject({
      diff: {
        remarks: [],
        changes: [
          { stack: 'jobs.yaml', description: 'Lambda function `orders` (Orders) changes: image orders:1 → orders:2' },
        ],
      },
    });
  });

  it('without a template is 2', async () => {
    expect(
      await run(folder({ 'a.sh': 'echo\n', 'old/t.yaml': body('arm64') }), 'diff', '--against', 'old'),
    ).toMatchObject({ code: 2, err: expect.stringContaining('there is no template here to deploy') });
  });
});

// ── synthesized output ──────────────────────────────────────────────────────────────────────────

const APP =
  "import * as cdk from 'aws-cdk-lib';\nimport * as ecr from 'aws-cdk-lib/aws-ecr';\nconst app = new cdk.App();\nconst stack = new cdk.Stack(app, 'Shop');\nnew ecr.Repository(stack, 'Images', { repositoryName: 'orders' });\n";
const OUTPUT = {
  'cdk.out/manifest.json': JSON.stringify({
    version: '54.0.0',
    artifacts: {
      Shop: {
        type: 'aws:cloudformation:stack',
        environment: 'aws://unknown-account/unknown-region',
        properties: { templateFile: 'Shop.template.json' },
      },
    },
  }),
  'cdk.out/Shop.template.json': JSON.stringify({
    Resources: {
      Images1A2B3C4D: {
        Type: 'AWS::ECR::Repository',
        Properties: { RepositoryName: 'orders' },
        DeletionPolicy: 'Retain',
        Metadata: { 'aws:cdk:path': 'Shop/Images/Resource' },
      },
    },
  }),
};

/** An app whose toolkit is a program of the test's. */
function app(cdk: string, more: Readonly<Record<string, string>> = {}): string {
  const root = folder({
    'cdk.json': '{"app": "npx ts-node bin/app.ts"}',
    'package.json': '{"name": "shop", "private": true}',
    'bin/app.ts': APP,
    'node_modules/.bin/cdk': `#!/bin/sh\n${cdk}\n`,
    ...more,
  });
  chmodSync(join(root, 'node_modules/.bin/cdk'), 0o755);
  return root;
}

describe('a synthesized output that is older than its source', () => {
  it('is said on stderr and in the report, and is no finding', async () => {
    const root = app('exit 1', OUTPUT);
    const past = Date.now() / 1000 - 3600;
    utimesSync(join(root, 'cdk.out/manifest.json'), past, past);
    const { code, out, err } = await run(root, 'check', '-f', 'sarif');
    expect(code).toBe(0);
    expect(err).toBe(
      'plimsoll: cdk.out is stale: bin/app.ts changed after it was synthesized, so what is found in it may be out of date; run `cdk synth` again, or use --synth\n',
    );
    expect(out).toContain('cdk.out is stale');
    expect((await run(root, 'check', '--quiet')).err).toBe('');
  });

  it('is not said of one that is newer', async () => {
    const root = app('exit 1', OUTPUT);
    expect((await run(root, 'check')).err).toBe('');
  });
});

describe('source and output of one app', () => {
  it('are one: findings stand in the source, once', async () => {
    const { out } = await run(app('exit 1', OUTPUT), 'check', '-f', 'json', '--only', 'repository-name-fixed');
    const { findings }: { findings: { rule: string; file: string; line: number }[] } = JSON.parse(out);
    expect(findings.map(({ rule, file, line }) => `${rule} ${file}:${line}`)).toEqual([
      'repository-name-fixed bin/app.ts:5',
    ]);
  });
});

describe('--synth', () => {
  it("runs the project's own toolkit first, says so, and keeps its words off standard output", async () => {
    const root = app(`echo "$@" > ran; mkdir -p cdk.out; cp output/* cdk.out/; echo synthesizing >&2; echo loud`, {
      'output/manifest.json': OUTPUT['cdk.out/manifest.json'],
      'output/Shop.template.json': OUTPUT['cdk.out/Shop.template.json'],
    });
    const { code, out, err } = await run(root, 'check', '--synth', '-f', 'json');
    expect(code).toBe(0);
    expect(readFileSync(join(root, 'ran'), 'utf8')).toBe('synth --quiet\n');
    expect(err).toMatch(
      /^plimsoll: synthesizing the CDK app: `cdk synth` runs `npx ts-node bin\/app\.ts` …\n[^]*plimsoll: synthesized the CDK app in [\d.]+ s\n$/,
    );
    expect(JSON.parse(out)).toMatchObject({ version: 1 });
  });

  it('is 2 when it fails', async () => {
    const root = app('echo "Error: no such module" >&2; exit 3');
    expect(await run(root, 'check', '--synth', '--quiet')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(
        /^plimsoll: `cdk synth` of the CDK app failed \(exit code \d+\): .*Error: no such module/,
      ),
    });
    expect(await run(folder({ 'a.sh': 'echo\n' }), 'check', '--synth')).toMatchObject({
      code: 2,
      err: 'plimsoll: --synth: there is no cdk.json with an `app` in the project\n',
    });
  });
});
