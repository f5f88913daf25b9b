/** Which scripts are entry points, and from which folder people run them. */
import { hasDockerfile } from '../dockerfile/run.ts';
import { posix } from 'node:path';
import type { Readings } from '../../project/readings.ts';
import { LONGEST_PATH, literals, literalsOf } from './literals.ts';
import type { Command, Script, ShellReading, Word, WordPart } from './reading.ts';

/** Scripts that no other script mentions come first: evaluating them shows which of the others are only ever called. */
export function inCallOrder(scripts: readonly ShellReading[]): ShellReading[] {
  const names = new Map<string, ShellReading[]>();
  for (const one of scripts) {
    const name = posix.basename(one.file);
    names.set(name, [...(names.get(name) ?? []), one]);
  }
  const mentioned = new Set<ShellReading>();
  for (const one of scripts) {
    for (const name of one.mentions) {
      for (const other of names.get(name) ?? []) if (other !== one) mentioned.add(other);
    }
  }
  return [...scripts].sort((a, b) => Number(mentioned.has(a)) - Number(mentioned.has(b)) || (a.file < b.file ? -1 : 1));
}

/**
 * Relative paths in a script mean something only from the right folder: the project's root, the script's own, or one
 * between them (a project below a folder). The one in which more of the paths it names exist; the script's own when its
 * build context (`.`) only makes sense there.
 */
export function homeOf(reading: ShellReading, readings: Readings): string {
  const folder = posix.dirname(reading.file);
  if (folder === '.') return '';
  const literals = literalsOf(reading.script);
  // `docker build .` beside a function of the folder's own name.
  const isAtHome = literals.includes('.') && hasDockerfile(readings, folder);
  const named = new Set(
    argumentsOf(reading.script).filter(
      (text) => isPath(text) && !(isAtHome && (text === folder || text === posix.basename(folder))),
    ),
  );
  const paths = [...named].slice(0, MOST_PATHS);
  if (literals.some((text) => PACKAGE_MANAGERS.has(text))) paths.push('package.json');
  const existing = (home: string): number =>
    paths.filter((path) => readings.exists(posix.normalize(posix.join(home, path)))).length;
  const [root, own] = [existing(''), existing(folder)];
  const between = foldersAbove(folder)
    .map((home) => ({ home, count: existing(home) }))
    .sort((a, b) => b.count - a.count)[0];
  if (between !== undefined && between.count > Math.max(root, own)) return between.home;
  if (root !== own) return root > own ? '' : folder;
  if (literals.some((text) => TERRAFORM.has(text)) && hasTerraform(readings, folder) && !hasTerraform(readings, ''))
    return isFromRoot(literals, folder, readings) ? '' : folder;
  return hasDockerfile(readings, folder) && !hasDockerfile(readings, '') ? folder : '';
}

/** They run what the package.json of their folder says. */
const PACKAGE_MANAGERS = new Set(['npm', 'pnpm', 'yarn', 'bun']);

/** They work on the configuration of their folder. */
const TERRAFORM = new Set(['terraform', 'tofu']);

/** `-chdir=infra`, or a build of `.` that only the root has a Dockerfile for: the script doesn't begin in its folder. */
function isFromRoot(literals: readonly string[], folder: string, readings: Readings): boolean {
  if (literals.some((text) => text.startsWith('-chdir'))) return true;
  const buildsHere = literals.includes('.') && !literals.some((text) => text.startsWith('..'));
  return buildsHere && hasDockerfile(readings, '') && !hasDockerfile(readings, folder);
}

function hasTerraform(readings: Readings, folder: string): boolean {
  return readings.ofKind('terraform').some(({ file }) => posix.dirname(file) === (folder === '' ? '.' : folder));
}

function isPath(text: string): boolean {
  return (
    text.length <= LONGEST_PATH &&
    !text.startsWith('/') &&
    !text.startsWith('-') &&
    /^[\w.@/-]+$/.test(text) &&
    !/^\.{0,2}\/?$/.test(text)
  );
}

/** What the first of its paths don't tell, the others won't; and each is looked for in each folder. */
const MOST_PATHS = 200;
const MOST_BETWEEN = 10;

/** `a` and `a/b` of `a/b/c`; of very many, those nearest to it. */
function foldersAbove(folder: string): string[] {
  const steps = folder.split('/');
  return steps
    .slice(1)
    .map((_, index) => index + 1)
    .slice(-MOST_BETWEEN)
    .map((count) => steps.slice(0, count).join('/'));
}

/** What a program is called and told to do (`aws ecs wait`, `make api`) is no folder, although one may have that name. */
function argumentsOf(script: Script): string[] {
  const names = new Set<WordPart>();
  return literals(
    script,
    (part) => names.has(part),
    (statement) => {
      if (statement.kind === 'command') for (const part of nameOf(statement)) names.add(part);
    },
  );
}

/**
 * The words before the first option or path, as many as the program takes for its name and what it is told to do:
 * `docker build api` builds the folder `api`.
 */
function nameOf({ words }: Command): WordPart[] {
  const own = words.slice(programAt(words)).map((word) => plain(word));
  const end = own.findIndex((one) => one === undefined || !/^[\w-]+$/.test(one.value) || one.value.startsWith('-'));
  const [first, second] = own;
  if (first === undefined) return [];
  const before = own.slice(0, end === -1 ? own.length : Math.max(end, 1));
  return before.slice(0, depthOf(posix.basename(first.value), second?.value)).filter((one) => one !== undefined);
}

type Literal = Extract<WordPart, { kind: 'literal' }>;

function plain(word: Word | undefined): Literal | undefined {
  const [only, ...more] = word?.parts ?? [];
  return only?.kind === 'literal' && more.length === 0 ? only : undefined;
}

/** Where the program stands that `sudo -u NAME` or `env NAME=value` starts. */
function programAt(words: readonly Word[]): number {
  let at = 0;
  while (STARTERS.has(plain(words[at])?.value ?? '')) {
    at++;
    while (isOfStarter(words[at])) at += /^-[gpu]$/.test(plain(words[at])?.value ?? '') ? 2 : 1;
  }
  return at;
}

function isOfStarter(word: Word | undefined): boolean {
  const [first] = word?.parts ?? [];
  return first?.kind === 'literal' && /^-|^\w+=/.test(first.value);
}

/** How many words are the name of a program and of what it does. */
function depthOf(program: string, second: string | undefined): number {
  if (ON_FILES.has(program)) return 1;
  if (BUILDERS.has(program) && second !== undefined && BUILDER_GROUPS.has(second)) return 3;
  return DEPTHS.get(program) ?? 2;
}

const STARTERS = new Set(['sudo', 'env', 'time', 'npx', 'exec', 'command', 'nohup']);

const BUILDERS = new Set(['docker', 'podman', 'nerdctl', 'buildah']);

/** `docker image build`. */
const BUILDER_GROUPS = new Set(['buildx', 'builder', 'compose', 'container', 'image', 'manifest']);

const ALL = Number.POSITIVE_INFINITY;

/** Of `make api web` each word is a target. */
const DEPTHS: ReadonlyMap<string, number> = new Map([
  ['aws', 3],
  ...['bun', 'just', 'make', 'npm', 'pnpm', 'task', 'yarn'].map((name): [string, number] => [name, ALL]),
]);

const ON_FILES = new Set(
  'cd pushd ls cat cp mv rm mkdir rmdir ln tar zip unzip source . bash sh zsh test [ [[ find grep sed awk rsync python python3 node touch chmod for'.split(
    ' ',
  ),
);
