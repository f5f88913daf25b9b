/**
 * What Plimsoll writes: through links of the project, over files outside, on disks that are full, into pipes that
 * nobody reads.
 */
import { execFileSync, spawn } from 'node:child_process';
import { linkSync, lstatSync, mkdirSync, openSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Hostile } from '../harness.ts';
import type { Place, Tree } from '../place.ts';

const FIXABLE =
  '#!/bin/sh\ndocker buildx build --platform linux/amd64 --push -t 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1 .\n';
const FUNCTION =
  'Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      PackageType: Image\n      Architectures: [x86_64]\n      Code: {ImageUri: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1"}\n';
const FIXED = FIXABLE.replace(' .\n', ' --provenance=false .\n').replace('build --platform', 'build --platform');

const PRECIOUS: Tree = { 'b.json': 'precious', 'deep/keep': 'precious', 'a.sh': FIXABLE };

/** Links that a pull request can bring along, where somebody's CI writes. */
const WAYS: readonly (readonly [string, Tree | ((place: Place) => Tree)])[] = [
  ['a link to a file outside', { 'report.json': { link: '../outside/b.json' } }],
  ['an absolute link', ({ outside }) => ({ 'report.json': { link: join(outside, 'b.json') } })],
  ['a link to what is not there yet', { 'report.json': { link: '../outside/new.json' } }],
  ['a link to a link', { 'report.json': { link: 'x' }, x: { link: '../outside/b.json' } }],
];

export const OUTPUTS: readonly Hostile[] = [
  ...WAYS.map(
    ([what, files]): Hostile => ({
      what: `-o does not write through ${what}`,
      outside: PRECIOUS,
      files,
      args: ['check', '-o', 'json=report.json'],
      exit: [2],
    }),
  ),
  {
    what: '-o does not write through a linked folder',
    outside: PRECIOUS,
    files: { out: { link: '../outside/deep' } },
    args: ['check', '-o', 'json=out/report.json'],
    exit: [2],
  },
  {
    what: '-o makes no folders through a linked folder',
    outside: PRECIOUS,
    files: { out: { link: '../outside/deep' } },
    args: ['check', '-o', 'json=out/a/b/report.json'],
    exit: [2],
  },
  {
    what: '-o does not write through a link to a device',
    files: { 'report.json': { link: '/dev/full' } },
    args: ['check', '-o', 'json=report.json'],
    exit: [2],
  },
  {
    what: '-o leaves alone what shares its file by a hard link',
    outside: PRECIOUS,
    arrange: (place) => linkSync(join(place.outside, 'b.json'), join(place.root, 'report.json')),
    args: ['check', '-o', 'json=report.json'],
    exit: [1, 2],
    changes: ['project/report.json'],
  },
  {
    what: '-o writes where the user says, outside too',
    args: ['check', '-o', 'json=../outside/report.json'],
    exit: [1],
    changes: ['outside/report.json', 'outside'],
  },
  {
    what: '-o into a FIFO that the user names writes into it and leaves it one',
    outside: { pipe: { fifo: true } },
    arrange: (place) =>
      void spawn('cat', [join(place.outside, 'pipe')], {
        stdio: ['ignore', openSync(join(place.outside, 'got'), 'w'), 'ignore'],
      }),
    args: ['check', '-o', 'json=../outside/pipe'],
    changes: ['outside/pipe', 'outside/got'],
    also: (_, place) => [
      ...(lstatSync(join(place.outside, 'pipe')).isFIFO() ? [] : ['the FIFO is one no more']),
      ...(readFileSync(join(place.outside, 'got'), 'utf8').includes('"version": 1') ? [] : ['nothing came out of it']),
    ],
  },
  {
    what: '-o into a device that the user names writes into it',
    args: ['check', '-o', 'json=/dev/stderr'],
    around: '"$@" 2>&1 > /dev/null | cat; exit ${PIPESTATUS[0]}',
    typed: ['/dev/stderr'],
    also: ({ stdout }) => (stdout.includes('"version": 1') ? [] : ['nothing was written']),
  },
  {
    what: '-o to a device that is full is exit code 2, and one line',
    args: ['check', '-o', 'json=/dev/full'],
    typed: ['/dev/full'],
    exit: [2],
  },
  {
    what: '-o into a folder that is a file is exit code 2, and one line',
    files: { file: 'x' },
    args: ['check', '-o', 'json=file/report.json'],
    exit: [2],
  },
  {
    what: '-o to a folder is exit code 2, and one line',
    files: { 'folder/x': '' },
    args: ['check', '-o', 'json=folder'],
    exit: [2],
  },
  {
    what: '-o to a name too long is exit code 2, and one line',
    args: ['check', '-o', `json=${'x'.repeat(300)}`],
    exit: [2],
  },
  {
    what: '-o over the links of a circle is exit code 2, and one line',
    files: { 'report.json': { link: 'report.json' } },
    args: ['check', '-o', 'json=report.json'],
    exit: [2],
  },
];

export const FIXES: readonly Hostile[] = [
  {
    what: '--fix writes what it should',
    files: { 'a.sh': FIXABLE, 'template.yaml': FUNCTION },
    args: ['check', '-f', 'json', '--fix'],
    changes: ['project/a.sh'],
    also: (_, place) =>
      readFileSync(join(place.root, 'a.sh'), 'utf8').includes('--provenance=false') ? [] : [`not fixed: ${FIXED}`],
  },
  {
    what: '--fix does not write through a link that leads out',
    outside: PRECIOUS,
    files: { 'a.sh': { link: '../outside/a.sh' }, 'template.yaml': FUNCTION },
    args: ['check', '-f', 'json', '--fix'],
    exit: [1, 2],
  },
  {
    what: '--fix does not write through a linked folder',
    outside: PRECIOUS,
    files: { lib: { link: '../outside' }, 'template.yaml': FUNCTION, 'b.sh': 'source lib/a.sh\nbash lib/a.sh\n' },
    args: ['check', '-f', 'json', '--fix'],
    exit: [1, 2],
  },
  {
    what: '--fix leaves alone what shares its file by a hard link',
    outside: PRECIOUS,
    files: { 'template.yaml': FUNCTION },
    arrange: (place) => linkSync(join(place.outside, 'a.sh'), join(place.root, 'a.sh')),
    args: ['check', '-f', 'json', '--fix'],
    exit: [1, 2],
    changes: ['project/a.sh'],
  },
  {
    what: '--fix through a link inside of the project keeps the link',
    files: { 'real.sh': FIXABLE, 'a.sh': { link: 'real.sh' }, 'template.yaml': FUNCTION },
    args: ['check', '-f', 'json', '--fix'],
    changes: ['project/real.sh'],
  },
  {
    what: '--fix on a full disk leaves the old file as it was',
    files: { 'a.sh': `${FIXABLE}${`# ${'x'.repeat(98)}\n`.repeat(3000)}`, 'template.yaml': FUNCTION },
    args: ['check', '-q', '--fix'],
    around: 'ulimit -f 100; trap "" XFSZ; "$@"',
    exit: [2],
  },
];

export const BASELINES: readonly Hostile[] = [
  ...['plimsoll.baseline.json', 'b.json'].map(
    (name): Hostile => ({
      what: `--update-baseline does not write through a link as ${name}`,
      outside: PRECIOUS,
      files: { [name]: { link: '../outside/b.json' } },
      args: ['check', ...(name === 'b.json' ? ['--baseline', name] : []), '--update-baseline'],
      exit: [2],
    }),
  ),
  {
    what: '--baseline does not read through a link that leads out',
    outside: (place) => ({ 'b.json': `{"version": 1, "findings": "${place.canary()}"}` }),
    files: { 'b.json': { link: '../outside/b.json' } },
    args: ['check', '--baseline', 'b.json'],
    exit: [1, 2],
  },
  {
    what: '--update-baseline leaves alone what shares its file by a hard link',
    outside: { 'b.json': '{"version": 1, "findings": []}\n' },
    arrange: (place) => linkSync(join(place.outside, 'b.json'), join(place.root, 'plimsoll.baseline.json')),
    args: ['check', '--update-baseline'],
    exit: [0, 2],
    changes: ['project/plimsoll.baseline.json'],
  },
  {
    what: 'a baseline on a full disk stays as it was',
    files: {
      'b.json': '{"version": 1, "findings": []}\n',
      ...Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`s/${n}.sh`, 'npx cdk deploy --all | tail -5\n'])),
    },
    args: ['check', '-q', '--baseline', 'b.json', '--update-baseline'],
    around: 'ulimit -f 8; trap "" XFSZ; "$@"',
    exit: [2],
    alone: true,
  },
  {
    what: 'a report on a full disk stays as it was',
    files: {
      'report.json': 'old',
      ...Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`s/${n}.sh`, 'npx cdk deploy --all | tail -5\n'])),
    },
    args: ['check', '-q', '-o', 'json=report.json'],
    around: 'ulimit -f 8; trap "" XFSZ; "$@" > /dev/null',
    exit: [2],
    alone: true,
  },
  {
    what: 'a baseline nested 100,000 deep is one line',
    files: { 'b.json': '['.repeat(100_000) },
    args: ['check', '--baseline', 'b.json'],
    exit: [2],
  },
  {
    what: 'a baseline of 40 MB is read in time or refused in one line',
    files: {
      'b.json': `{"version": 1, "findings": [${`{"fingerprint": "${'x'.repeat(64)}"},`.repeat(480_000)}{"fingerprint": "x"}]}`,
    },
    args: ['check', '-f', 'json', '--baseline', 'b.json'],
    exit: [1, 2],
  },
];

const INIT_MADE = [
  'project/plimsoll.config.jsonc',
  'project/.pre-commit-config.yaml',
  'project/.github/workflows/plimsoll.yml',
];
export const INITS: readonly Hostile[] = [
  {
    what: 'init writes nothing through a linked folder',
    outside: { 'deep/keep': '' },
    files: { '.github': { link: '../outside/deep' } },
    args: ['init', '--yes'],
    exit: [0, 2],
    changes: INIT_MADE,
  },
  {
    what: 'init writes nothing through a link to what is not there',
    files: {
      '.pre-commit-config.yaml': { link: '../outside/new.yaml' },
      'plimsoll.config.jsonc': { link: '../outside/new.json' },
    },
    args: ['init', '--yes'],
    exit: [0, 2],
    changes: [...INIT_MADE, 'project/.github', 'project/.github/workflows'],
  },
];

const MANY: Tree = Object.fromEntries(
  Array.from({ length: 200 }, (_, n) => [`s/${n}.sh`, 'npx cdk deploy --all | tail -5\n']),
);

export const STREAMS: readonly Hostile[] = [
  {
    what: 'a standard output that is full is exit code 2, and one line',
    args: ['check'],
    around: '"$@" > /dev/full',
    exit: [2],
  },
  {
    what: 'a standard output that is full is exit code 2 for JSON too',
    files: MANY,
    args: ['check', '-f', 'json'],
    around: '"$@" > /dev/full',
    exit: [2],
  },
  {
    what: 'a standard output that is full is exit code 2 for the other commands',
    args: ['rules'],
    around: '"$@" > /dev/full',
    exit: [2],
    alone: true,
  },
  {
    what: 'a standard error that is full changes no exit code',
    args: ['check', '-f', 'json', '--stats'],
    around: '"$@" 2> /dev/full',
    exit: [1],
  },
  ...['pretty', 'json', 'sarif', 'github'].map(
    (format): Hostile => ({
      what: `a reader of ${format} that stops early is no error, and the exit code is that of the findings`,
      files: MANY,
      args: ['check', '-f', format],
      around: '"$@" | head -1 > /dev/null; exit ${PIPESTATUS[0]}',
      exit: [1],
      also: quiet,
    }),
  ),
  {
    what: 'a reader that never reads is no error',
    files: MANY,
    args: ['check', '-f', 'json'],
    around: '"$@" | true; exit ${PIPESTATUS[0]}',
    exit: [1],
    also: quiet,
  },
  {
    what: 'a reader that stops early, of a run with no findings, is 0',
    files: { 'a.sh': 'echo\n' },
    alone: true,
    args: ['check', '-f', 'json'],
    around: '"$@" | true; exit ${PIPESTATUS[0]}',
    exit: [0],
    also: quiet,
  },
  {
    what: 'a reader that stops early still gets what -o asks for',
    files: MANY,
    args: ['check', '-o', 'json=report.json'],
    around: '"$@" | head -1 > /dev/null; exit ${PIPESTATUS[0]}',
    exit: [1],
    changes: ['project/report.json'],
    also: (outcome, place) => [
      ...quiet(outcome),
      ...(statSync(join(place.root, 'report.json'), { throwIfNoEntry: false }) === undefined
        ? ['the report is not there']
        : []),
    ],
  },
  {
    what: 'a closed standard output is exit code 2 or that of the findings, and no crash',
    args: ['check'],
    around: '"$@" >&-',
    exit: [1, 2],
  },
  { what: 'a closed standard input is no error', args: ['check', '-f', 'json'], around: '"$@" <&-', exit: [1] },
  {
    what: 'a slow reader gets all of it',
    files: MANY,
    args: ['check', '-f', 'json'],
    around: 'set -o pipefail; "$@" | { sleep 1; cat; }',
    exit: [1],
    also: ({ stdout }) => (stdout.trimEnd().endsWith('}') ? [] : ['the output is cut off']),
  },
  {
    what: 'standard input with NUL bytes, read for --stdin, is told',
    stdin: 'docker\0 push a | tail -1\n',
    args: ['check', '-f', 'json', '--stdin', '--stdin-filename', 'a.sh'],
    alone: true,
    exit: [0],
    said: ['the file is binary, not text'],
  },
  {
    what: 'a standard input of 64 MB is told',
    args: ['check', '-f', 'json', '--stdin', '--stdin-filename', 'a.sh'],
    around: 'head -c 67108864 /dev/zero | tr "\\0" x | "$@"',
    alone: true,
    exit: [0, 1, 2],
  },
  {
    what: 'a standard input without end is told',
    args: ['check', '-f', 'json', '--stdin', '--stdin-filename', 'a.sh'],
    around: 'yes "docker push a" | "$@"',
    alone: true,
    exit: [0, 1, 2],
  },
  {
    what: '--stdin-filename leads nowhere outside',
    outside: (place) => ({ 'a.sh': place.canary() }),
    args: ['check', '-f', 'json', '--stdin', '--stdin-filename', '../outside/a.sh'],
    stdin: 'echo\n',
    alone: true,
    exit: [0, 2],
    boundary: '../outside',
  },
];

function quiet({ stderr }: { readonly stderr: string }): string[] {
  return stderr === '' ? [] : [`said ${stderr.slice(0, 200)}`];
}

/** Root may read and write everything, so permissions alone prove nothing here; these hold for root as well. */
export const TARGETS: readonly Hostile[] = [
  { what: 'a target that does not exist is exit code 2', args: ['check', 'nowhere'], exit: [2] },
  { what: 'a target below a file is exit code 2', files: { file: '' }, args: ['check', 'file/x'], exit: [2] },
  {
    what: 'a target that is a circle of links is exit code 2',
    files: { loop: { link: 'loop' } },
    args: ['check', 'loop'],
    exit: [2],
  },
  { what: 'a target whose name is too long is exit code 2', args: ['check', 'x'.repeat(5000)], exit: [2] },
  {
    what: "a target with a NUL byte in its name can't even be typed, and an empty one is told",
    args: ['check', ''],
    exit: [0, 1, 2],
  },
  {
    what: 'a target that is a FIFO keeps nobody waiting',
    files: { 'a.sh': { fifo: true } },
    args: ['check', '-f', 'json', 'a.sh'],
    alone: true,
    exit: [0, 1, 2],
  },
  {
    what: 'a target that links out of the project is not read',
    outside: (place) => ({ 'a.sh': `docker push ${place.canary()} | tail -1\n` }),
    files: { 'a.sh': { link: '../outside/a.sh' }, 'package.json': '{}' },
    args: ['check', '-f', 'json', 'aa-innocent.sh', 'a.sh'],
    exit: [0, 1, 2],
    alone: true,
    also: () => [],
  },
  {
    what: 'a folder that cannot be listed costs nothing else',
    files: { 'locked/a.sh': 'echo\n' },
    arrange: (place) => execFileSync('chmod', ['000', join(place.root, 'locked')]),
  },
  {
    what: 'a read-only folder is no hindrance to a check',
    arrange: (place) => {
      mkdirSync(join(place.root, 'ro'));
      execFileSync('chmod', ['-R', '555', place.root]);
      if (readdirSync(place.root).length === 0) throw new Error('nothing to check');
    },
  },
];
