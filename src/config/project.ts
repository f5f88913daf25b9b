/** Which project is meant by the paths on the command line. */
import { dirname, relative, resolve, sep } from 'node:path';
import { foldersAbove, gitRootOf, isInside, realOf } from '../files/boundary.ts';
import { reasonOf } from '../files/text.ts';
import { follow, projectsAt, statTyped, type Typed } from '../files/typed.ts';
import { configIn } from './load.ts';
import { nearest } from './nearest.ts';
import { Problem } from './problem.ts';

export interface Target {
  /** Absolute. */
  readonly root: string;
  /** Project-relative files and folders; absent: all of it. */
  readonly only?: readonly string[];
  /** The project-relative folder that is shown, where nobody named one. */
  readonly within?: string;
  /** The folder that was named is a part of a larger project, which is left out. */
  readonly alone?: true;
}

/**
 * Nothing is named: the project around the working directory (see `targetOf`), so that a run in a package knows what a
 * run at the root knows. What is shown is the working directory's.
 */
export function targetHere(cwd = process.cwd()): Target {
  const here = realOf(cwd);
  const root = rootAround([here], cwd);
  const within = relative(root, here).split(sep).join('/');
  return { root, ...(within === '' ? {} : { within }) };
}

/** Nothing, or the working directory by its name: `.` */
export function isHere(paths: readonly string[], cwd = process.cwd()): boolean {
  return paths.length === 0 || (paths.length === 1 && paths.every((path) => resolve(cwd, path) === resolve(cwd)));
}

/**
 * One folder: that folder; none: the working directory. Files (or several paths): the project around them, that is
 * the nearest folder above with a configuration or `.git`, up to the git root. Without git it's the same up to the
 * working directory, if they lie in it; else the folder that they have in common. What lies further up is somebody
 * else's.
 */
export function targetOf(
  paths: readonly string[],
  cwd = process.cwd(),
  deleted: ReadonlySet<string> = new Set(),
): Target {
  if (paths.length === 0) return { root: realOf(cwd) };
  const found = paths.map((path) => ({ path, absolute: deleted.has(path) ? placeOf(path, cwd) : existing(path, cwd) }));
  const [first] = found;
  if (found.length === 1 && first !== undefined && isFolder(first.absolute))
    return { root: first.absolute, ...(rootAround([first.absolute], cwd) === first.absolute ? {} : { alone: true }) };
  const root = rootAround(
    found.map(({ absolute }) => folderOf(absolute)),
    cwd,
  );
  const only = found.map(({ path, absolute }) => {
    const inside = relative(root, absolute).split(sep).join('/');
    if (inside.startsWith('../') || inside === '..')
      throw new Problem(`${path} lies outside of the project ${root}; check it by itself`);
    return inside;
  });
  return { root, only };
}

/** The real path, as far as there is one: what doesn't exist goes by the name it would get. */
export function placeOf(path: string, cwd: string): string {
  return follow(path, projectsAt(undefined, cwd), cwd).at;
}

/** Those that aren't there. */
export function missingAmong(paths: readonly string[], cwd: string): readonly string[] {
  return paths.filter((path) => !isThere(path, cwd));
}

/** The nearest folder that exists. */
export function folderOf(path: string): string {
  let at = path;
  while (!isFolder(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

/** A file need not exist yet; its project is that of the nearest folder that does. */
export function rootOf(file: string, cwd = process.cwd()): Target {
  if (isThere(file, cwd)) return targetOf([file], cwd);
  let folder = dirname(file);
  while (!isThere(folder, cwd)) folder = dirname(folder);
  return targetOf([folder, folder], cwd);
}

/** The project that a folder belongs to, as that of a file in it. */
export function projectAround(cwd = process.cwd()): string {
  return rootAround([realOf(cwd)], cwd);
}

/** Also what must not be followed: whoever opens it says why. */
function isThere(path: string, cwd: string): boolean {
  try {
    return follow(path, projectsAt(undefined, cwd), cwd).stat !== undefined;
  } catch {
    return true;
  }
}

function existing(path: string, cwd: string): string {
  const absolute = resolve(cwd, path);
  let found: Typed;
  try {
    found = follow(absolute, projectsAt(undefined, cwd));
  } catch (error) {
    throw new Problem(`${path} can't be opened: ${reasonOf(error)}`);
  }
  if (found.stat === undefined) {
    const command = /^[a-z]+$/.test(path)
      ? nearest(path, ['check', 'audit', 'verify', 'diff', 'graph', 'explain', 'rules', 'init', 'help'])
      : undefined;
    throw new Problem(
      `${path} does not exist${command === undefined ? '' : `; did you mean \`plimsoll ${command}\`?`}`,
    );
  }
  return found.at;
}

function isFolder(path: string): boolean {
  return statTyped(path)?.isDirectory() === true;
}

function rootAround(folders: readonly string[], cwd: string): string {
  const common = folders.reduce(commonFolder);
  const here = realOf(cwd);
  const top = gitRootOf(common) ?? (isInside(here, common) ? here : common);
  return foldersAbove(common).find((folder) => folder === top || configIn(folder) !== undefined) ?? top;
}

function commonFolder(a: string, b: string): string {
  let folder = a;
  while (folder !== b && !b.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
    if (dirname(folder) === folder) return folder;
    folder = dirname(folder);
  }
  return folder;
}
