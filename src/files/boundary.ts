/** How far a project reaches: up to its git root; the folder itself where there is none. */
import { lstatSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, relative, sep } from 'node:path';

/** The nearest folder, itself or above, with a `.git`. Links are not followed: a name is all that's asked. */
export function gitRootOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (hasEntry(at, '.git')) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** This folder and those above it, up to the git root; without one, this folder alone. */
export function foldersWithin(folder: string): string[] {
  const above = foldersAbove(folder);
  return above.slice(0, above.findIndex((one) => hasEntry(one, '.git')) + 1 || 1);
}

export function foldersAbove(folder: string): string[] {
  const found = [folder];
  for (let at = folder; dirname(at) !== at; at = dirname(at)) found.push(dirname(at));
  return found;
}

/** Is it this folder, or does it lie below? Both as they are written. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way !== '..' && !/^\.\.[\\/]/.test(way);
}

/** `folder` is a real path. */
export function boundaryOf(folder: string): string {
  return gitRootOf(folder) ?? folder;
}

/** Is there something of that name, whatever it is and wherever it may lead? */
export function hasEntry(folder: string, name: string): boolean {
  try {
    return lstatSync(joined(folder, name), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** What of a path lies below a folder: empty for the folder itself, undefined for what lies elsewhere. */
export function below(folder: string, path: string): string | undefined {
  if (path === folder) return '';
  const start = folder.endsWith(sep) ? folder : folder + sep;
  return path.startsWith(start) ? path.slice(start.length) : undefined;
}

export function joined(folder: string, name: string): string {
  return folder.endsWith(sep) ? folder + name : folder + sep + name;
}

/** A folder that can't be looked at stays as it's called; whoever opens it hears why. */
export function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
