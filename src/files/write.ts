/**
 * Files are written beside their place and moved there when they're complete: a full disk or a kill leaves the old
 * file, or none.
 */
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { below } from './boundary.ts';
import { writeAll, writeToReader } from './descriptor.ts';
import type { Door } from './door.ts';
import { follow } from './typed.ts';
import { UnreadableError } from './text.ts';

/** Says in one line why a file is not written. */
class WriteError extends Error {}

export interface Target {
  /** As the user typed it, or as the project's configuration has it. */
  readonly path: string;
  /** Boundaries of projects, whose links are not written through. */
  readonly projects: readonly string[];
  /** It's the project that names it: then it lies in here, and is a regular file. */
  readonly inside?: string;
  /** Of a new file; an old one keeps its own. */
  readonly mode?: number;
  /** Folders on the way there are made. */
  readonly folders?: boolean;
  /** Nothing may be there yet. */
  readonly fresh?: boolean;
}

export function save({ path, projects, inside, mode, folders, fresh }: Target, content: string | Buffer): void {
  try {
    const { at, stat, descriptor, crossed } = follow(path, projects);
    if (crossed !== undefined)
      throw new WriteError(`${crossed.link} is a symbolic link of the project, and none of those is written through`);
    if (inside !== undefined && below(inside, at) === undefined)
      throw new WriteError('the path leads out of the project');
    if (stat !== undefined && fresh === true) throw new WriteError('it exists already');
    if (stat?.isDirectory() === true) throw new WriteError('it is a folder');
    const special = descriptor !== undefined || (stat !== undefined && !stat.isFile());
    if (special && inside !== undefined) throw new WriteError('it is not a regular file');
    if (descriptor !== undefined) return writeToReader(descriptor, content);
    if (special) return writeInPlace(at, content);
    if (folders === true) mkdirSync(dirname(at), { recursive: true });
    replaceFile(at, content, mode);
  } catch (error) {
    throw error instanceof WriteError
      ? error
      : new WriteError(
          error instanceof UnreadableError ? error.reason : error instanceof Error ? error.message : String(error),
        );
  }
}

/**
 * A file of the project, by its project-relative path. What hangs on the same file under a name elsewhere keeps what it
 * had.
 */
export function replaceIn(door: Door, path: string, content: string | Buffer): void {
  const place = door.look(path);
  if (place.kind === 'missing') throw new WriteError(place.reason);
  if (place.kind !== 'file' || place.gits || place.misnamed !== undefined)
    throw new WriteError('it is not a regular file of the project');
  try {
    replaceFile(place.real, content);
  } finally {
    door.forget();
  }
}

/** A FIFO or a device is what its reader holds; another file in its place would reach nobody. */
function writeInPlace(path: string, content: string | Buffer): void {
  const file = openSync(path, constants.O_WRONLY | (constants.O_NOCTTY ?? 0));
  try {
    writeToReader(file, content);
  } finally {
    closeSync(file);
  }
}

function replaceFile(path: string, content: string | Buffer, mode = 0o666): void {
  const old = lstatSync(path, { throwIfNoEntry: false });
  // The folder's permission would do for the move; the file's own is respected all the same.
  if (old !== undefined) accessSync(path, constants.W_OK);
  const draft = newDraft(dirname(path), old === undefined ? mode : 0o600);
  let open = true;
  try {
    if (old !== undefined) keepOwner(draft.file, old);
    writeAll(draft.file, content);
    fsyncSync(draft.file);
    closeSync(draft.file);
    open = false;
    renameSync(draft.path, path);
  } catch (error) {
    if (open) closeSync(draft.file);
    rmSync(draft.path, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

function newDraft(folder: string, mode: number): { readonly path: string; readonly file: number } {
  for (;;) {
    const path = join(folder, `.plimsoll-${Math.random().toString(36).slice(2)}.tmp`);
    try {
      return {
        path,
        file: openSync(
          path,
          constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0),
          mode,
        ),
      };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

function keepOwner(
  file: number,
  { mode, uid, gid }: { readonly mode: number; readonly uid: number; readonly gid: number },
): void {
  const now = fstatSync(file);
  if (now.uid !== uid || now.gid !== gid) {
    try {
      fchownSync(file, uid, gid);
    } catch {
      // Only the superuser gives files away.
    }
  }
  fchmodSync(file, mode & 0o777);
}

/** So that the new name outlives a power cut; where folders can't be synced (Windows), it's left to the system. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    fsyncSync(folder);
    closeSync(folder);
  } catch {
    // The file itself is whole and in its place.
  }
}
