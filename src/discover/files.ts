/** Where a project's files come from: a folder on disk, or a map in memory. */
import { openDoor, type Door } from '../files/door.ts';
import type { Place } from '../files/lookup.ts';
import { watched, type Looks } from '../files/looks.ts';
import { UnreadableError, readable, reasonOf } from '../files/text.ts';
import { listFiles } from './list.ts';
import { defined } from '../core/optional.ts';

export interface Files {
  /** Absolute path of the project root, or a name for messages when there's none. */
  readonly root: string;
  /** What has to be said of how they were found. */
  readonly notices?: readonly string[];
  /** Candidate paths, project-relative with `/`, sorted; git-ignored ones left out. */
  list(): readonly string[];
  /** Throws an Error with a `reason` people understand when the file can't be read. */
  read(path: string): string;
  exists(path: string): boolean;
  /** A cheap look: does one of these (ASCII) strings occur in the file? False when it can't be read. */
  mentions?(path: string, anyOf: readonly string[]): boolean;
  /** The first bytes, to look for a `#!`. Empty when the file can't be read. */
  head?(path: string): string;
  /** Where a symbolic link leads, when that is another file of the project. */
  linkTarget?(path: string): string | undefined;
  /**
   * Tells versions of a file's text apart, where the folder is looked at more than once; undefined when there's nothing
   * to read.
   */
  stamp?(path: string): string | undefined;
  /** Is there really a file to read (not a folder, not a tracked file that was deleted)? */
  isFile?(path: string): boolean;
  /** When it was last changed, in milliseconds; undefined when that can't be told. */
  modified?(path: string): number | undefined;
}

/** For tests, docs and editors: a project held in memory. */
export function memoryFiles(files: Readonly<Record<string, string>>, root = 'project'): Files {
  const paths = Object.keys(files).sort();
  const folders = new Set(paths.flatMap(foldersOf));
  return {
    root,
    list: () => paths,
    read: (path) => {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      if (text === undefined) throw new UnreadableError('the file does not exist');
      return text;
    },
    exists: (path) => Object.hasOwn(files, path) || folders.has(path),
  };
}

function foldersOf(path: string): string[] {
  const steps = path.split('/').slice(0, -1);
  return steps.map((_, index) => steps.slice(0, index + 1).join('/'));
}

/** Texts that lie over a project's files: unsaved editors, `--stdin`. */
export function overlaid(files: Files, over: ReadonlyMap<string, string>): Files {
  const merged = [...new Set([...files.list(), ...over.keys()])].sort();
  return {
    root: files.root,
    ...defined({ notices: files.notices }),
    list: () => merged,
    read: (path) => {
      const text = over.get(path);
      return text === undefined ? files.read(path) : readable(text);
    },
    exists: (path) => over.has(path) || files.exists(path),
    mentions: (path, anyOf) => {
      const text = over.get(path);
      return text === undefined ? mentions(files, path, anyOf) : anyOf.some((one) => text.includes(one));
    },
    head: (path) => over.get(path)?.slice(0, HEAD) ?? head(files, path),
    linkTarget: (path) => (over.has(path) ? undefined : files.linkTarget?.(path)),
    isFile: (path) => over.has(path) || (files.isFile?.(path) ?? true),
    modified: (path) => (over.has(path) ? undefined : files.modified?.(path)),
  };
}

const HEAD = 128;

export function mentions(files: Files, path: string, anyOf: readonly string[]): boolean {
  if (files.mentions !== undefined) return files.mentions(path, anyOf);
  const text = tryRead(files, path);
  return text !== undefined && anyOf.some((one) => text.includes(one));
}

export function head(files: Files, path: string): string {
  return files.head === undefined ? (tryRead(files, path)?.slice(0, HEAD) ?? '') : files.head(path);
}

export function tryRead(files: Pick<Files, 'read'>, path: string): string | undefined {
  try {
    return files.read(path);
  } catch {
    return undefined;
  }
}

/** A folder on disk. Listing is asynchronous (git), reading is not: the files are small and read one after another. */
export interface Folder extends Files {
  /** The same files, with all that is looked at noted. */
  watched(looks: Looks): Files;
}

export async function openFolder(root: string): Promise<Folder> {
  const door = openDoor(root);
  const notices: string[] = [];
  const paths = await listFiles(root, (notice) => notices.push(notice));
  const listed = { root, paths, known: new Set(paths), ...(notices.length === 0 ? {} : { notices }) };
  return { ...filesBehind(door, listed), watched: (looks) => filesBehind(watched(openDoor(root), looks), listed) };
}

interface Listed extends Pick<Files, 'root' | 'notices'> {
  readonly paths: readonly string[];
  readonly known: ReadonlySet<string>;
}

function filesBehind(door: Door, { root, notices, paths, known }: Listed): Files {
  // The file last looked into is usually the next one read.
  let last: { path: string; bytes: Buffer } | undefined;
  const bytesOf = (path: string): Buffer => {
    if (last?.path === path) return last.bytes;
    const bytes = door.bytes(path);
    last = { path, bytes };
    return bytes;
  };
  return {
    root,
    ...defined({ notices }),
    list: () => paths,
    read: (path) => {
      try {
        return door.decoded(path, bytesOf(path));
      } catch (error) {
        throw new UnreadableError(reasonOf(error));
      }
    },
    exists: (path) => known.has(path) || door.exists(path),
    mentions: (path, anyOf) => {
      try {
        const bytes = bytesOf(path);
        return anyOf.some((one) => bytes.includes(one));
      } catch {
        return false;
      }
    },
    head: (path) => door.head(path, HEAD).toString('utf8'),
    linkTarget: (path) => {
      const target = door.linkTarget(path);
      return target !== undefined && known.has(target) && target !== path ? target : undefined;
    },
    isFile: (path) => isNamed(door.look(path)),
    modified: (path) => {
      const place = door.look(path);
      return place.kind === 'missing' ? undefined : place.stat.mtimeMs;
    },
  };
}

/** What has its name among the files, though it may not be one that can be read: then that is said of it. */
export function isNamed(place: Place): boolean {
  return place.linked || place.kind === 'file' || (place.kind === 'missing' && place.refused);
}
