/** What the command line means: which project, which part of it, and what lies over its files. */
import { dirname, relative, resolve } from 'node:path';
import {
  folderOf,
  isHere,
  missingAmong,
  placeOf,
  rootOf,
  targetHere,
  targetOf,
  type Target,
} from '../config/project.ts';
import { Problem } from '../config/problem.ts';
import { gitRootOf, isInside } from '../files/boundary.ts';
import type { Notice } from '../report/report.ts';
import type { CheckOptions } from './check.ts';

export interface WhatToCheck extends Target {
  /** Text that lies over the disk's. */
  readonly over?: ReadonlyMap<string, string>;
  readonly notices: readonly Notice[];
}

type InputOptions = Pick<CheckOptions, 'stdin' | 'stdinFilename' | 'fix' | 'fixDryRun'>;

/** `-` among the paths is `--stdin`. */
export async function whatToCheck(paths: readonly string[], options: InputOptions): Promise<WhatToCheck> {
  const named = paths.filter((path) => path !== '-');
  const isStdin = options.stdin === true || named.length < paths.length;
  if (!isStdin && options.stdinFilename !== undefined)
    throw new Problem('--stdin-filename needs --stdin, or - in place of the paths');
  if (isStdin) return { ...(await standardInput(named, options)), notices: [] };
  if (isHere(named)) return { ...targetHere(), notices: [] };
  const deleted = await deletedAmong(missingAmong(named, process.cwd()));
  const target = targetOf(named, process.cwd(), deleted);
  return { ...target, notices: deletedNotices(target, [...deleted]) };
}

async function standardInput(
  paths: readonly string[],
  { stdinFilename, fix, fixDryRun }: InputOptions,
): Promise<Omit<WhatToCheck, 'notices'>> {
  if (fix === true || fixDryRun === true)
    throw new Problem("--stdin and --fix don't go together: there is no file to write");
  if (stdinFilename === undefined)
    throw new Problem('--stdin needs --stdin-filename, which says what the file is and where it lies');
  if (paths.length > 0) throw new Problem('--stdin checks one file; leave out the paths');
  const { readStdin } = await import('./stdin.ts');
  const absolute = resolve(stdinFilename);
  const { root } = rootOf(absolute);
  const file = relative(root, absolute).replaceAll('\\', '/');
  if (file.startsWith('../')) throw new Problem(`${stdinFilename} lies outside of the project ${root}`);
  return { root, only: [file], over: new Map([[file, await readStdin()]]) };
}

const MOST_NAMED = 3;

function deletedNotices({ root }: Target, deleted: readonly string[]): Notice[] {
  const [first] = deleted;
  if (first === undefined) return [];
  const more = deleted.length > MOST_NAMED ? ` and ${deleted.length - MOST_NAMED} more` : '';
  const were =
    deleted.length === 1 ? 'was deleted, so there is nothing in it' : 'were deleted, so there is nothing in them';
  return [
    {
      file: relative(root, placeOf(first, process.cwd())).replaceAll('\\', '/'),
      message: `${deleted.slice(0, MOST_NAMED).join(', ')}${more} ${were} to judge`,
    },
  ];
}

/** Long enough for the history of a large repository; a name that git did not find by then counts as misspelt. */
const PATIENCE_MS = 5_000;
/** A command line holds no more of them than a system lets through. */
const MOST_OUTPUT = 16 * 1024 * 1024;

/** Hooks and CI pass on what a commit deletes. Git knows such a name: from its index, or from a commit. */
async function deletedAmong(missing: readonly string[]): Promise<ReadonlySet<string>> {
  const deleted = new Set<string>();
  if (missing.length === 0) return deleted;
  const { git } = await import('../system/git.ts');
  const places = new Map(missing.map((path) => [path, placeOf(path, process.cwd())]));
  const tops = new Set([...places.values()].flatMap((place) => gitRootOf(folderOf(dirname(place))) ?? []));
  for (const top of tops) {
    const own = [...places].filter(([, place]) => isInside(top, place));
    const names = own.map(([, place]) => relative(top, place).replaceAll('\\', '/'));
    const known = new Set<string>();
    for (const question of [
      ['ls-files', '-z'],
      ['ls-tree', '-z', '--name-only', 'HEAD'],
      ['log', '-z', '--format=', '--name-only', '--diff-filter=D', '--no-renames'],
    ]) {
      if (names.every((name) => known.has(name))) break;
      const done = await git(top, ['--literal-pathspecs', ...question, '--', ...names], {
        patience: PATIENCE_MS,
        most: MOST_OUTPUT,
      });
      for (const name of done?.stdout.toString('utf8').split('\0') ?? []) known.add(name.trim());
    }
    own.forEach(([path], index) => {
      if (known.has(names[index] ?? '')) deleted.add(path);
    });
  }
  return deleted;
}
