/**
 * What a hostile project names outside of itself is neither opened nor asked for; the program as users run it, under
 * tracers.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasStrace, straced, traced, type Touch } from './trace.ts';
import { git, put } from '../temporary.ts';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const CANARY = 'canary-5f1d';

/** Each name is a link out of the project, one by itself and one through a folder; `pipe` and its like are FIFOs. */
const SCRIPT = `#!/usr/bin/env bash
set -euo pipefail
source out/config.sh
. ./linked.sh
TOKEN="$(cat secret)"
OTHER=$(<out/secret)
[ -f out/secret ] && [ -e absent-outside ] && X=1
Y=$(cat pipe)
source pipe
docker build -f out/Dockerfile --build-arg "T=$TOKEN" -t "app:$OTHER" .
docker build -f pipe -t app:2 out
docker build --env-file secret -t app:3 .
docker compose -f compose.yml -f out/compose.yml up -d
docker buildx bake -f out/bake.hcl
aws ecs register-task-definition --cli-input-json file://out/task.json
aws lambda create-function --cli-input-json file://secret
aws cloudformation deploy --template-file out/template.yml --stack-name x
kubectl apply -f out/deploy.yaml
make -f out/Makefile all
`;

const FILES = {
  'scripts/../deploy.sh': SCRIPT,
  Makefile: 'include out/extra.mk\ninclude secret\nall:\n\tsh out/config.sh\n\tsh ./linked.sh\n',
  'compose.yml':
    'include:\n  - out/compose.yml\nservices:\n  app:\n    build: { context: out, dockerfile: Dockerfile }\n    env_file: [secret, out/.env]\n    extends: { file: out/compose.yml, service: app }\n',
  'template.yml':
    'Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: out/template.yml\n  F:\n    Type: AWS::Lambda::Function\n    Metadata: { Dockerfile: Dockerfile, DockerContext: out }\n    Properties: { PackageType: Image, Code: { ImageUri: "app:1" } }\n',
  '.gitlab-ci.yml': 'include:\n  - local: out/ci.yml\nbuild:\n  script: [sh out/config.sh, cat secret]\n',
  '.github/workflows/w.yml':
    'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./out/action\n      - run: sh out/config.sh && docker build -f secret .\n',
  'cdk.json': '{"app":"npx ts-node bin/app.ts","output":"out/cdk.out"}',
  'bin/app.ts':
    "import * as cdk from 'aws-cdk-lib';\nimport { x } from '../out/lib';\nnew cdk.Stack(new cdk.App(), 'A');\n",
  'main.tf':
    'module "m" { source = "./out/module" }\nlocals { a = file("secret") }\nresource "aws_ecs_task_definition" "t" { container_definitions = file("${path.module}/out/task.json") }\n',
  'kustomization.yaml': 'resources: [out/deploy.yaml]\n',
  'serverless.yml':
    'service: s\nprovider: { name: aws, ecr: { images: { app: { path: ./out } } } }\ncustom: ${file(out/custom.yml)}\n',
  'samconfig.toml': '[default.deploy.parameters]\ntemplate_file = "out/template.yml"\n',
  'docker-bake.hcl': 'target "a" { context = "out"\n dockerfile = "Dockerfile" }\n',
  'Taskfile.yml': 'version: 3\nincludes: { x: ./out/Taskfile.yml }\ntasks: { a: { cmds: [sh out/config.sh] } }\n',
  justfile: "import 'out/justfile'\na:\n  sh out/config.sh\n",
  'nested/.gitignore': 'x\n',
  'nested/a.sh': 'echo\n',
};

const LINKS: Readonly<Record<string, string>> = {
  out: '../outside',
  secret: '../outside/secret',
  'linked.sh': '/absolute',
  'absent-outside': '../outside/nothing-there',
  'chain.sh': 'step-1',
  'step-1': 'nested/step-2',
  'nested/step-2': '../../outside/config.sh',
  Dockerfile: '../outside/Dockerfile',
  tool: '../outside/tool',
  'values.yaml': '../outside/template.yml',
  'app.ts': '../outside/lib/index.ts',
  'package.json': '../outside/package.json',
  'plimsoll.config.json': '../outside/plimsoll.config.json',
  'tsconfig.json': '../outside/tsconfig.json',
  'cdk.out': '../outside/cdk.out',
  sub: '../outside',
  circle: 'circle',
};

let home = '';
let outside = '';

beforeAll(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'plimsoll-boundary-')));
  outside = join(home, 'outside');
  const shell = `echo ${CANARY}\n`;
  put(outside, {
    'config.sh': `#!/bin/sh\nX=${CANARY}\n`,
    secret: CANARY,
    '.env': `A=${CANARY}`,
    Dockerfile: `FROM ${CANARY}\n`,
    tool: `#!/bin/sh\n${shell}`,
    'compose.yml': `services: { app: { image: ${CANARY} } }\n`,
    'bake.hcl': '',
    'task.json': '{}',
    'template.yml': 'Resources: { A: { Type: AWS::SNS::Topic } }\n',
    'deploy.yaml': 'kind: Deployment\n',
    Makefile: 'all:\n',
    'extra.mk': '',
    'ci.yml': '',
    'action/action.yml': '',
    'lib/index.ts': "import 'aws-cdk-lib';\n",
    'package.json': '{"plimsoll":{}}',
    'plimsoll.config.json': '{"rules":{}}',
    'tsconfig.json': '{}',
    'cdk.out/manifest.json': '{}',
    'module/main.tf': '',
    'custom.yml': '',
    'Taskfile.yml': '',
    justfile: '',
  });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function project(name: string, leave: readonly string[] = []): string {
  const root = join(home, name);
  put(root, Object.fromEntries(Object.entries(FILES).map(([path, text]) => [path.replace('scripts/../', ''), text])));
  for (const [link, target] of Object.entries(LINKS)) {
    if (leave.includes(link)) continue;
    mkdirSync(dirname(join(root, link)), { recursive: true });
    symlinkSync(target.startsWith('/') ? join(outside, 'config.sh') : target, join(root, link));
  }
  for (const fifo of ['pipe', 'pipe.sh', 'Dockerfile.pipe', 'pipe.yaml', 'tool-pipe'])
    execFileSync('mkfifo', [join(root, fifo)]);
  return root;
}

/** TypeScript asks for its own file in capitals, to learn what the file system makes of that. */
const OWN = [PACKAGE, PACKAGE.toUpperCase(), `${dirname(process.execPath)}/`];
/** A project may lie in another: whether it does, these tell. */
const MARKS = /^(?:\.git|package\.json|plimsoll\.config\.\w+)$/;

/** Where the user's programs lie: git is looked for there, by its name. */
const PROGRAMS = (process.env['PATH'] ?? '').split(':').flatMap((folder) => [folder, realPathOf(folder)]);

function realPathOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

function isOurs(path: string, root: string): boolean {
  if (PROGRAMS.includes(path) || (basename(path) === 'git' && PROGRAMS.includes(dirname(path)))) return true;
  const above = (folder: string): boolean => folder === '/' || root.startsWith(`${folder}/`);
  return (
    path === root ||
    path.startsWith(`${root}/`) ||
    OWN.some((one) => path.startsWith(one)) ||
    above(path) ||
    (MARKS.test(basename(path)) && above(dirname(path)))
  );
}

function strangers(touched: readonly Touch[], root: string): string[] {
  return touched
    .filter(({ real }) => !isOurs(real, root))
    .map(({ call, named, real }) => `${call} ${named} -> ${real}`);
}

const COMMANDS: readonly (readonly string[])[] = [
  ['check', '-f', 'json', '--pedantic'],
  ['check', '-f', 'json', 'deploy.sh', 'nested'],
  ['check', '--fix-dry-run'],
];
const env = { XDG_CACHE_HOME: 'none', NODE_DISABLE_COMPILE_CACHE: '1' };

describe.each([
  ['a git work tree', true],
  ['a folder without git', false],
])('%s', (name, isGit) => {
  let root = '';
  beforeAll(() => {
    // A configuration that leads out ends the run; it has its own test.
    root = project(name.replaceAll(' ', '-'), ['plimsoll.config.json']);
    if (isGit) {
      git(root, 'init', '-q');
      git(root, 'add', '-A');
    }
  });

  it.each(COMMANDS)('%s %s %s %s: nothing outside is touched, and nothing hangs on a FIFO', (...args) => {
    const { code, out, err, touched } = traced(args, { cwd: root, env });
    expect([err, code]).toEqual(['', expect.toBeOneOf([0, 1])]);
    expect(touched.length).toBeGreaterThan(20);
    expect(touched.some(({ real }) => real === join(root, 'deploy.sh'))).toBe(true);
    expect(strangers(touched, root)).toEqual([]);
    expect(
      touched.filter(
        ({ call, real }) =>
          /^(?:open|read|create)/.test(call) && call !== 'readlinkSync' && /pipe/.test(basename(real)),
      ),
    ).toEqual([]);
    expect(out).not.toContain(CANARY);
  });

  it('says of each file that takes part by its name why it is not read', () => {
    const { out } = traced(['check', '-f', 'json'], { cwd: root, env });
    const { unreadable }: { unreadable: { file: string; line: number; reason: string }[] } = JSON.parse(out);
    for (const file of ['Dockerfile', 'chain.sh', 'linked.sh', 'package.json'])
      expect(unreadable).toContainEqual(
        expect.objectContaining({ file, line: 1, reason: 'a symbolic link that leads out of the project' }),
      );
  });

  it.skipIf(!hasStrace)('the system saw the same', () => {
    const { code, lines } = straced(['check', '-f', 'json'], { cwd: root, env });
    expect(code).toBeLessThan(2);
    expect(lines.some((line) => line.includes('deploy.sh'))).toBe(true);
    // Looking at a link names its target, and nothing else does.
    expect(lines.filter((line) => line.includes(outside) && !/readlink/.test(line))).toEqual([]);
    expect(lines.filter((line) => /\bopen(?:at)?\(.*pipe/.test(line))).toEqual([]);
  });
});

describe('a configuration', () => {
  it.each(['plimsoll.config.json', 'plimsoll.config.yaml'])(
    '%s that leads out of the project is not read, and one line says so',
    (file) => {
      const root = join(home, `config-${file}`);
      put(root, { 'a.sh': 'echo\n' });
      writeFileSync(join(outside, file), `{ "${CANARY}": 1 }`);
      symlinkSync(`../outside/${file}`, join(root, file));
      const { code, out, err, touched } = traced(['check'], { cwd: root, env });
      expect({ code, out, err }).toEqual({
        code: 2,
        out: '',
        err: `plimsoll: ${file} could not be read: a symbolic link that leads out of the project\n`,
      });
      expect(strangers(touched, root)).toEqual([]);
    },
  );
});

describe('a configuration that is code', () => {
  const file = 'plimsoll.config.mjs';
  const project = (): string => {
    const root = join(home, `config-${file}`);
    put(root, { 'a.sh': 'echo\n' });
    writeFileSync(join(outside, file), `console.log('${CANARY}');\nexport default {};\n`);
    rmSync(join(root, file), { force: true });
    symlinkSync(`../outside/${file}`, join(root, file));
    return root;
  };

  it('and leads out of the project is not even opened where nobody trusts it', () => {
    const root = project();
    const { code, out, err, touched } = traced(['check'], { cwd: root, env });
    expect(code).toBe(0);
    expect(out + err).not.toContain(CANARY);
    expect(err).toContain(`${file} is code and was not run`);
    // The user's own list says which projects are trusted.
    expect(
      strangers(
        touched.filter(({ named }) => !named.endsWith('/plimsoll/trusted.json')),
        root,
      ),
    ).toEqual([]);
  });

  it('and leads out of the project is not run where the project is trusted', () => {
    const root = project();
    const { code, out, err } = traced(['check', '--trust'], { cwd: root, env });
    expect({ code, out, err }).toEqual({
      code: 2,
      out: '',
      err: `plimsoll: ${file} could not be read: a symbolic link that leads out of the project\n`,
    });
  });
});

describe('a path that is typed', () => {
  it('through a link of the repository that leads out is refused', () => {
    const root = join(home, 'typed');
    put(root, { 'a.sh': 'echo\n' });
    git(root, 'init', '-q');
    symlinkSync('../outside', join(root, 'out'));
    symlinkSync('../outside/config.sh', join(root, 'b.sh'));
    for (const [args, named, link] of [
      [['check', 'b.sh'], 'b.sh', 'b.sh'],
      [['check', 'a.sh', 'out/tool'], 'out/tool', 'out'],
      [['check', 'out'], 'out', 'out'],
    ] as const) {
      const { code, out, err, touched } = traced(args, { cwd: root, env });
      expect({ code, out, err }).toEqual({
        code: 2,
        out: '',
        err: `plimsoll: ${named} can't be opened: ${link} is a symbolic link that leads out of the project\n`,
      });
      expect(strangers(touched, root)).toEqual([]);
    }
    const read = traced(['check', '--baseline', 'b.sh'], { cwd: root, env });
    expect([read.code, read.err]).toEqual([
      2,
      'plimsoll: the baseline b.sh could not be read: b.sh is a symbolic link that leads out of the project\n',
    ]);
    expect(strangers(read.touched, root)).toEqual([]);
    const against = traced(['diff', '--against', 'out/template.yml'], { cwd: root, env });
    expect([against.code, against.err]).toEqual([
      2,
      'plimsoll: --against out/template.yml: out is a symbolic link that leads out of the project\n',
    ]);
    expect(strangers(against.touched, root)).toEqual([]);
  });
});
