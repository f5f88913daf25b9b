/** How far a project reaches: to the root of its git repository, or no further than the folder that was named. */
import { realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, isAbsolute } from 'node:path';

/** The nearest folder, this one or above, with a `.git`: a folder, or the file that work trees and submodules have. */
export function gitRootAround(folder: string): string | undefined {
  return foldersAbove(folder).find(hasGit);
}

export function boundaryOf(folder: string): string {
  return gitRootAround(folder) ?? folder;
}

/** This folder and those above it, up to the git root; without one, this folder alone. */
export function foldersWithin(folder: string): string[] {
  const above = foldersAbove(folder);
  return above.slice(0, above.findIndex(hasGit) + 1 || 1);
}

export function foldersAbove(folder: string): string[] {
  const found = [folder];
  for (let at = folder; dirname(at) !== at; at = dirname(at)) found.push(dirname(at));
  return found;
}

function hasGit(folder: string): boolean {
  const stat = statSync(join(folder, '.git'), { throwIfNoEntry: false });
  return stat !== undefined && (stat.isDirectory() || stat.isFile());
}

/** Is it this folder, or does it lie below? Both as they are written. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way !== '..' && !/^\.\.[\\/]/.test(way);
}

/** Where its links lead; the path itself when it leads nowhere. */
export function realOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
