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
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import { writeAll } from './descriptor.ts';
import { reasonOf } from './text.ts';

export interface Kept {
  /** Undefined: there's nothing of that name that this user wrote. */
  read(name: string): Buffer | undefined;
  /** Says why it could not be written. */
  write(name: string, content: string): string | undefined;
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
      if (content.length > largest) return undefined;
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const now = whyNot(folder);
        if (now !== undefined) return now;
        replace(folder, name, content);
        tidy(folder, most);
        return undefined;
      } catch (error) {
        return reasonOf(error);
      }
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
  return isOnlyOurs(stat) ? undefined : 'others may have written there';
}

/** Windows has no such marks; there the folders of users are their own. */
function isOnlyOurs({ uid, mode }: Stats): boolean {
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
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

function replace(folder: string, name: string, content: string): void {
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

function tidy(folder: string, most: number): void {
  const files = readdirSync(folder)
    .flatMap((name) => {
      const path = join(folder, name);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ path, size: stat.size, written: stat.mtimeMs }];
    })
    .sort((a, b) => b.written - a.written);
  let total = 0;
  for (const { path, size, written } of files) {
    total += size;
    const abandoned = path.endsWith(DRAFT) && written < Date.now() - ABANDONED_MS;
    if (total > most || abandoned) rmSync(path, { force: true });
  }
}
