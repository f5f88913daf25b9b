/**
 * The one door to files that a project names. A path is looked up once, link by link, and has to stay inside the
 * boundary; only a regular file is opened there, without following anything more and without waiting for anybody.
 */
import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  openSync,
  readSync,
  readdirSync,
  type Stats,
} from 'node:fs';
import { sep } from 'node:path';
import type { Readable } from 'node:stream';
import { below, boundaryOf, realOf } from './boundary.ts';
import { foundAt, newLookup, type Found, type Place } from './lookup.ts';
import { LARGEST, UnreadableError, decode, reasonOf } from './text.ts';

export interface Door {
  /** The real path of the folder that project-relative paths start from. */
  readonly root: string;
  /** What lies outside of it is neither opened nor asked for. */
  readonly boundary: string;
  look(path: string): Place;
  exists(path: string): boolean;
  /** Throws an UnreadableError; so do all that open. */
  bytes(path: string, most?: number): Buffer;
  text(path: string): string;
  /** The text of bytes that were read before; none of a file whose name can't be said. */
  decoded(path: string, bytes: Buffer): string;
  /** The first bytes; empty when the file can't be read. */
  head(path: string, length: number): Buffer;
  slice(path: string, start: number, length: number): Buffer;
  size(path: string): number;
  stream(path: string, range?: { readonly start: number; readonly end: number }): Readable;
  /** What a folder holds; nothing when it can't be read. */
  entries(path: string): readonly Entry[];
  /** Where a link leads, by its project-relative path. */
  linkTarget(path: string): string | undefined;
  /** Files may have changed. */
  forget(): void;
}

interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

// Not on Windows, which has no FIFOs among files and whose links are looked up like all others.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
/** A file that is replaced again and again between the look and the opening. */
const TRIES = 3;

export function openDoor(folder: string): Door {
  const root = realOf(folder);
  const boundary = boundaryOf(root);
  const lookup = newLookup(root, boundary);

  const opened = (path: string): { readonly file: number; readonly stat: Stats } => {
    for (let attempt = 1; ; attempt++) {
      const place = readable(lookup.at(path));
      const found = open(place);
      if (found !== undefined) return found;
      if (attempt === TRIES) throw new UnreadableError('the file changed while it was opened');
      lookup.forget();
    }
  };
  const reading = <T>(path: string, read: (file: number, stat: Stats) => T): T => {
    const { file, stat } = opened(path);
    try {
      return read(file, stat);
    } finally {
      closeSync(file);
    }
  };
  const bytes = (path: string, most = LARGEST): Buffer =>
    reading(path, (file, { size }) => {
      if (size > most) throw new UnreadableError(`the file is larger than ${most / 1024 / 1024} MB`);
      return upTo(file, size);
    });

  const decoded = (path: string, read: Buffer): string => {
    const place = lookup.at(path);
    if (place.kind !== 'missing' && place.misnamed !== undefined)
      throw new UnreadableError(`its name is not UTF-8: ${place.misnamed}`);
    return decode(read);
  };

  return {
    root,
    boundary,
    look: lookup.at,
    exists: (path) => lookup.at(path).kind !== 'missing',
    bytes,
    text: (path) => decoded(path, bytes(path)),
    decoded,
    head: (path, length) => {
      try {
        return reading(path, (file) => upTo(file, length));
      } catch {
        return Buffer.alloc(0);
      }
    },
    slice: (path, start, length) => reading(path, (file) => upTo(file, length, start)),
    size: (path) => readable(lookup.at(path)).stat.size,
    stream: (path, range = { start: 0, end: Number.POSITIVE_INFINITY }) =>
      createReadStream('', { fd: opened(path).file, ...range }),
    entries: (path) => {
      const place = lookup.at(path);
      if (place.kind !== 'folder' || place.gits) return [];
      try {
        return readdirSync(place.at, { withFileTypes: true, encoding: 'utf8' }).map((one) => ({
          name: one.name,
          kind: one.isDirectory() ? 'folder' : one.isFile() ? 'file' : one.isSymbolicLink() ? 'link' : 'other',
        }));
      } catch {
        return [];
      }
    },
    linkTarget: (path) => {
      const place = lookup.at(path);
      return place.kind === 'missing' || !place.linked ? undefined : below(root, place.real)?.split(sep).join('/');
    },
    forget: lookup.forget,
  };
}

/** Whatever it is, it's only opened as a regular file. */
function readable(place: Place): Found {
  const found = foundAt(place);
  if (found.kind === 'folder') throw new UnreadableError('a folder, not a file');
  if (found.kind === 'other') throw new UnreadableError('not a regular file');
  if (found.gits) throw new UnreadableError("a file of git's own, not of the project");
  return found;
}

/** Undefined when something else is there by now. */
function open({ at, stat: looked }: Found): { readonly file: number; readonly stat: Stats } | undefined {
  let file: number;
  try {
    file = openSync(at, FLAGS);
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP' || error.code === 'ENXIO')
    )
      return undefined;
    throw new UnreadableError(reasonOf(error));
  }
  const stat = fstatSync(file);
  if (stat.isFile() && stat.dev === looked.dev && stat.ino === looked.ino) return { file, stat };
  closeSync(file);
  return undefined;
}

function upTo(file: number, size: number, start = 0): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  while (at < size) {
    const read = readSync(file, bytes, at, size - at, start + at);
    if (read === 0) break;
    at += read;
  }
  return bytes.subarray(0, at);
}
