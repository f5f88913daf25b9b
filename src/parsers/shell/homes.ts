/** Which scripts are entry points, and from which folder people run them. */
import { hasDockerfile } from '../dockerfile/run.ts';
import { posix } from 'node:path';
import type { Readings } from '../../project/readings.ts';
import type { Command, Script, ShellReading, Statement, WordPart } from './reading.ts';
import { walk } from './walk.ts';
import { memo } from '../../core/memo.ts';

const LONGEST_PATH = 300;

/** Scripts that no other script mentions come first: evaluating them shows which of the others are only ever called. */
export function inCallOrder(scripts: readonly ShellReading[]): ShellReading[] {
  const names = new Map<string, ShellReading[]>();
  for (const one of scripts) {
    const name = posix.basename(one.file);
    names.set(name, [...(names.get(name) ?? []), one]);
  }
  const mentioned = new Set<ShellReading>();
  for (const one of scripts) {
    for (const name of namesIn(one.script)) {
      for (const other of names.get(name) ?? []) if (other !== one) mentioned.add(other);
    }
  }
  return [...scripts].sort((a, b) => Number(mentioned.has(a)) - Number(mentioned.has(b)) || (a.file < b.file ? -1 : 1));
}

/** What may be the name of a file. An editor asks after every keystroke, and few scripts have changed. */
const namesIn = memo(
  (script: Script): ReadonlySet<string> =>
    new Set(
      literalsOf(script)
        .filter((text) => text.length <= LONGEST_PATH)
        .flatMap((text) => text.split(/\s+/))
        .map((word) => posix.basename(word)),
    ),
);

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

/** The literal pieces of a script's words, nested ones too. */
function literalsOf(script: Script): string[] {
  return literals(script, () => false);
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

function literals(
  script: Script,
  without: (part: WordPart) => boolean,
  statement: (statement: Statement) => void = () => {},
): string[] {
  const found: string[] = [];
  walk(script, {
    statement,
    part: (part) =>
      void (part.kind === 'literal' && !without(part) && found.push(part.value.replace(/^file:\/\//, ''))),
  });
  return found;
}

/** The words before the first option or path; of what works on files, the first alone. */
function nameOf({ words }: Command): WordPart[] {
  const [first, ...rest] = words.map(({ parts: [only, ...more] }) =>
    only?.kind === 'literal' && more.length === 0 ? only : undefined,
  );
  if (first === undefined) return [];
  if (ON_FILES.has(first.value)) return [first];
  const end = rest.findIndex((one) => one === undefined || !/^[\w-]+$/.test(one.value) || one.value.startsWith('-'));
  return [first, ...(end === -1 ? rest : rest.slice(0, end))].filter((one) => one !== undefined);
}

const ON_FILES = new Set(
  'cd pushd ls cat cp mv rm mkdir rmdir ln tar zip unzip source . bash sh zsh test [ [[ find grep sed awk rsync python python3 node touch chmod for'.split(
    ' ',
  ),
);
