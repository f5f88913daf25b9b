/**
 * What a run looks at in a folder, so that a later run can tell whether it would see the same. Everything that is asked
 * through a watched door is noted: also what was looked for and wasn't there, and what git ignores.
 */
import { createHash } from 'node:crypto';
import { lstatSync, type Stats } from 'node:fs';
import { relative } from 'node:path';
import { joined } from './boundary.ts';
import type { Door } from './door.ts';
import type { Place } from './lookup.ts';
import { UNDECODED } from './names.ts';
import { UnreadableError } from './text.ts';
import { defined } from '../core/optional.ts';

export interface Look {
  /** What is there, and where the way leads if it is a link. */
  readonly place: string;
  /** Of a regular file that was opened: what tells its versions apart without opening it. */
  stamp?: string;
  /** When it was last changed. */
  readonly changed?: number;
  /** Of its bytes, or of the first of them. Or why there are none. */
  bytes?: string;
  head?: string;
}

/** By project-relative path. */
export type Looks = Map<string, Look>;

/** The coarsest clock of a file system: a change within one tick leaves the stamp as it was. */
const TICK_MS = 2_000;

/** What can't be read starts with this. */
const FAILED = '!';

export function watched(door: Door, looks: Looks): Door {
  const noted = (path: string): Look => {
    let look = looks.get(path);
    if (look === undefined) {
      look = lookAt(door, path);
      // No system has a file of such a name.
      if (!path.includes('\0')) looks.set(path, look);
    }
    return look;
  };
  return {
    ...door,
    look: (path) => {
      noted(path);
      return door.look(path);
    },
    exists: (path) => {
      noted(path);
      return door.exists(path);
    },
    linkTarget: (path) => {
      noted(path);
      return door.linkTarget(path);
    },
    bytes: (path, most) => {
      const look = noted(path);
      try {
        const bytes = door.bytes(path, most);
        look.bytes ??= hashOf(bytes);
        return bytes;
      } catch (error) {
        look.bytes ??= failureOf(error);
        throw error;
      }
    },
    head: (path, length) => {
      const look = noted(path);
      const bytes = door.head(path, length);
      look.head ??= headOf(look, length, bytes);
      return bytes;
    },
  };
}

/** Were all of these files left alone while they were looked at? `door` looks anew. */
export function leftAlone(door: Door, looks: Looks): boolean {
  const lookAt = eye(door);
  for (const [path, look] of looks) {
    const now = lookAt(path);
    if (now.place !== look.place || (isOpened(look) && now.stamp !== look.stamp)) return false;
  }
  return true;
}

export function isOpened({ bytes, head }: Look): boolean {
  return bytes !== undefined || head !== undefined;
}

export type Sight = 'same' | 'other' | 'same, with other stamps';

/**
 * Would somebody who looks now see the same? Files whose stamps can't tell are read. Their new stamps are put into
 * `looks`.
 */
export function sightOf(door: Door, looks: Looks, now: number): Sight {
  const again = secondLook(door, now);
  let sight: Sight = 'same';
  for (const [path, before] of looks) {
    const after = again(path, before);
    if (after === 'other' || after === 'elsewhere') return 'other';
    if (after.look === before) continue;
    looks.set(path, after.look);
    if (after.stamped) sight = 'same, with other stamps';
  }
  return sight;
}

/** What somebody who looks now sees otherwise. */
export interface Differences {
  readonly paths: ReadonlySet<string>;
  /** Something came, went or leads elsewhere. */
  readonly structure: boolean;
}

/** Compares everything. What differs is taken out of `looks`, and new stamps are put into it. */
export function differences(door: Door, looks: Looks, now: number): Differences {
  const again = secondLook(door, now);
  const paths = new Set<string>();
  let structure = false;
  for (const [path, before] of looks) {
    const after = again(path, before);
    if (typeof after === 'string') {
      looks.delete(path);
      paths.add(path);
      structure ||= after === 'elsewhere';
    } else if (after.look !== before) {
      looks.set(path, after.look);
    }
  }
  return { paths, structure };
}

interface SeenAgain {
  /** The one before, where its stamp tells. */
  readonly look: Look;
  /** Has it another stamp that will tell by itself the next time? */
  readonly stamped: boolean;
}

/** Looks at a path again, and says whether there is something else, or the same with another content. */
function secondLook(door: Door, now: number): (path: string, before: Look) => SeenAgain | 'elsewhere' | 'other' {
  const lookAt = eye(door);
  return (path, before) => {
    const after = lookAt(path);
    if (after.place !== before.place) return 'elsewhere';
    const { bytes, head } = before;
    // Whoever opens it now has to know its stamp.
    if (!isOpened(before)) return { look: after, stamped: false };
    // What is no file says by its place why there is nothing to read.
    if (after.stamp === undefined) return { look: before, stamped: false };
    if (after.stamp === before.stamp && !failed(bytes) && !failed(head)) return { look: before, stamped: false };
    if (bytes !== undefined && bytesNow(door, path) !== bytes) return 'other';
    if (head !== undefined && headNow(door, path, after, head) !== head) return 'other';
    return {
      look: { ...after, ...defined({ bytes, head }) },
      stamped: after.stamp !== before.stamp && isOld(after, now),
    };
  };
}

/** A stamp of a file that was changed just before it was looked at might be that of the next version as well. */
export function isOld({ stamp, changed }: Look, now: number): boolean {
  return stamp !== undefined && changed !== undefined && changed < now - TICK_MS;
}

/** When a file that was opened was last written to. */
export function writtenAt({ stamp }: Look): number | undefined {
  return stamp === undefined ? undefined : Number(stamp.split(' ')[2]);
}

/**
 * Looks at many files after each other. In an ordinary folder, what is a file, a folder or nothing is known for what it
 * is at once; the door knows all else.
 */
function eye(door: Door): (path: string) => Look {
  const folders = new Map<string, Stats | 'nothing' | undefined>();
  const { kind, stat } = { stat: undefined, ...door.look('') };
  folders.set('', kind === 'folder' ? stat : undefined);
  /** Undefined: it takes the door to tell. */
  const folderAt = (path: string): Stats | 'nothing' | undefined => {
    if (folders.has(path)) return folders.get(path);
    const found = statAt(path);
    const folder = found === 'nothing' || found?.isDirectory() === true ? found : undefined;
    folders.set(path, folder);
    return folder;
  };
  const statAt = (path: string): Stats | 'nothing' | undefined => {
    const cut = path.lastIndexOf('/');
    if (cut === 0 || !isPlain(path.slice(cut + 1))) return undefined;
    const above = folderAt(cut === -1 ? '' : path.slice(0, cut));
    if (above === undefined || above === 'nothing') return above;
    try {
      const found = lstatSync(joined(door.root, path), { throwIfNoEntry: false });
      return found === undefined ? 'nothing' : found.dev === above.dev ? found : undefined;
    } catch {
      return undefined;
    }
  };
  return (path) => {
    const found = statAt(path);
    if (found === 'nothing') return NOTHING;
    return found?.isFile() === true ? fileLook(PLAIN_FILE, found) : lookAt(door, path);
  };
}

const NO_NAME = new Set(['', '.', '..']);

function isPlain(name: string): boolean {
  return !NO_NAME.has(name) && !/^\.git$|[\\:]/i.test(name) && !name.includes(UNDECODED);
}

const PLAIN_FILE = 'file';
const NOTHING: Look = { place: 'missing the file does not exist' };

function lookAt(door: Door, path: string): Look {
  const place = door.look(path);
  const words = describe(door, place);
  return place.kind === 'file' ? fileLook(words, place.stat) : { place: words };
}

function fileLook(place: string, { ino, size, mtimeMs, ctimeMs }: Stats): Look {
  return { place, stamp: `${ino} ${size} ${mtimeMs} ${ctimeMs}`, changed: Math.max(mtimeMs, ctimeMs) };
}

/** All that those who ask through the door can learn of it without opening it. */
function describe({ root }: Door, place: Place): string {
  if (place.kind === 'missing') {
    const { linked, refused, reason } = place;
    return `missing${linked ? ' link' : ''}${refused ? ` refused: ${reason}` : ` ${reason}`}`;
  }
  const { kind, linked, real, gits, misnamed } = place;
  return `${kind}${gits ? ' git' : ''}${misnamed === undefined ? '' : ` ${misnamed}`}${linked ? ` at ${relative(root, real)}` : ''}`;
}

function bytesNow(door: Door, path: string): string {
  try {
    return hashOf(door.bytes(path));
  } catch (error) {
    return failureOf(error);
  }
}

function headNow(door: Door, path: string, look: Look, before: string): string {
  const length = Number.parseInt(failed(before) ? before.slice(FAILED.length) : before, 10);
  return headOf(look, length, door.head(path, length));
}

/** The door says nothing of why it could not read the start of a file that isn't empty. */
function headOf({ stamp }: Look, length: number, bytes: Buffer): string {
  const size = Number(stamp?.split(' ')[1] ?? 0);
  return bytes.length === 0 && size > 0 ? `${FAILED}${length}` : `${length} ${hashOf(bytes)}`;
}

function failed(seen: string | undefined): boolean {
  return seen?.startsWith(FAILED) === true;
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url');
}

function failureOf(error: unknown): string {
  return `${FAILED}${error instanceof UnreadableError ? error.reason : String(error)}`;
}
