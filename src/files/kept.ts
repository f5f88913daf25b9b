/**
 * A folder of the user's own for what is kept between runs and can be made again. Only this user may have written
 * there; a file in it is whole, as it is written under another name first; and the oldest go when it grows too large.
 * Whatever goes wrong costs only the benefit.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAll } from './descriptor.ts';
import { makeFolder } from './folders.ts';
import { reasonOf } from './text.ts';

export interface Kept {
  /** Undefined: there's nothing of that name that this user wrote. */
  read(name: string): Buffer | undefined;
  /** Says why it could not be written. */
  write(name: string, content: string | Buffer): string | undefined;
}

export interface Limits {
  /** Bytes of one file, and of all of them. */
  readonly largest: number;
  readonly most: number;
}

/** What a run that was killed left behind is older than any run at work. */
const ABANDONED_MS = 60 * 60 * 1000;
const DRAFT = '.tmp';

/** Or why it can't be used. */
export function openKept(folder: string, { largest, most }: Limits): Kept | string {
  const refused = whyNot(folder);
  if (refused !== undefined) return refused;
  return {
    read: (name) => {
      try {
        return bytesOf(join(folder, name), largest);
      } catch {
        return undefined;
      }
    },
    write: (name, content) => {
      if (Buffer.byteLength(content) > largest) return undefined;
      try {
        makeFolder(folder, 0o700);
        const now = whyNot(folder);
        if (now !== undefined) return now;
        replace(folder, name, content);
      } catch (error) {
        return reasonOf(error);
      }
      tidy(folder, most);
      return undefined;
    },
  };
}

/** Nothing is there yet, or a folder that nobody else can write into. */
function whyNot(folder: string): string | undefined {
  let stat: Stats | undefined;
  try {
    stat = lstatSync(folder, { throwIfNoEntry: false });
  } catch (error) {
    return reasonOf(error);
  }
  if (stat === undefined) return undefined;
  if (!stat.isDirectory()) return 'it is not a folder';
  if (!isOnlyOurs(stat)) return 'others may have written there';
  const open = openAbove(realpathSync(folder));
  return open === undefined ? undefined : `others may put another folder in its place: they can write into ${open}`;
}

/** As we make them. Windows has no such marks; there the folders of users are their own. */
function isOnlyOurs({ uid, mode }: Stats): boolean {
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0);
}

/** A folder above into which somebody else may write; in one with the sticky bit, such as `/tmp`, each has what is theirs. */
function openAbove(folder: string): string | undefined {
  if (process.getuid === undefined) return undefined;
  for (let at = dirname(folder); ; at = dirname(at)) {
    const { uid, mode } = statSync(at);
    const isTheirs = uid !== 0 && uid !== process.getuid() && process.getuid() !== 0;
    if (isTheirs || ((mode & 0o022) !== 0 && (mode & 0o1000) === 0)) return at;
    if (at === dirname(at)) return undefined;
  }
}

const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

function bytesOf(path: string, largest: number): Buffer | undefined {
  const file = openSync(path, FLAGS);
  try {
    const stat = fstatSync(file);
    return stat.isFile() && isOnlyOurs(stat) && stat.size <= largest ? readFileSync(file) : undefined;
  } finally {
    closeSync(file);
  }
}

function replace(folder: string, name: string, content: string | Buffer): void {
  const draft = join(folder, `${name}.${process.pid}-${Math.random().toString(36).slice(2)}${DRAFT}`);
  const file = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    try {
      writeAll(file, content);
    } finally {
      closeSync(file);
    }
    renameSync(draft, join(folder, name));
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** What we wrote, and what we were about to write when a run ended. */
const OURS = /^[0-9a-f]{64}(?:\.\d+-\w+\.tmp)?$/;

/** Those that were written first go first. What else lies in the folder is somebody's. */
function tidy(folder: string, most: number): void {
  try {
    const files = readdirSync(folder)
      .filter((name) => OURS.test(name))
      .flatMap((name) => {
        const path = join(folder, name);
        const stat = lstatSync(path, { throwIfNoEntry: false });
        return stat?.isFile() === true ? [{ path, size: stat.size, written: stat.mtimeMs }] : [];
      })
      .sort((a, b) => b.written - a.written);
    let total = 0;
    for (const { path, size, written } of files) {
      total += size;
      const abandoned = path.endsWith(DRAFT) && written < Date.now() - ABANDONED_MS;
      if (total > most || abandoned) rmSync(path, { force: true });
    }
  } catch {
    // The next run tidies up.
  }
}
