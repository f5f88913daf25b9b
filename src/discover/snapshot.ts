/**
 * A folder's files as an editor needs them: what is known about them stays known until somebody says that it has changed, and unsaved texts
 * lie over the disk's. Texts are not kept, only what tells one version of a file from another.
 */
import { existsSync, lstatSync, readFileSync, readSync, realpathSync, statSync, openSync, closeSync, type Stats } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { Files } from './files.ts';
import { listFiles } from './list.ts';
import { LARGEST, UnreadableError, decode, reasonOf } from './text.ts';

export interface Snapshot extends Files {
  /** Tells versions of a file's text apart; undefined when there's nothing to read. */
  stamp(path: string): string | undefined;
  /** An unsaved text; undefined gives the file back to the disk. False when nothing changes. */
  lay(path: string, text: string | undefined): boolean;
  /** These paths may have changed, appeared or gone: they are looked at again. */
  forget(paths: readonly string[]): void;
  /** Looks at the whole folder again, a slice of time after the other, so that whoever waits gets a turn. */
  sweep(pause: () => Promise<void>): Promise<void>;
  /** What has changed since this was last asked. */
  changes(): Changes;
}

export interface Changes {
  readonly paths: ReadonlySet<string>;
  /** Some file or folder came or went, so that paths may lead elsewhere. */
  readonly structure: boolean;
}

interface Known {
  readonly stamp: string | undefined;
  readonly exists: boolean;
  readonly file: boolean;
  readonly target?: string | undefined;
}

interface Unsaved {
  readonly text: string;
  /** Not on disk yet. What is there and isn't listed is ignored, also while somebody edits it. */
  readonly fresh: boolean;
  readonly version: number;
}

/** How long a sweep goes on before others get a turn. */
const SLICE_MS = 4;

export async function openSnapshot(root: string): Promise<Snapshot> {
  let paths = await listFiles(root);
  let listed = new Set(paths);
  const real = realPath(root);
  const seen = new Map<string, Known>();
  const unsaved = new Map<string, Unsaved>();
  let merged: readonly string[] | undefined;
  let versions = 0;
  let changed = new Set<string>();
  let structure = false;

  const look = (path: string): Known => {
    if (leaves(path)) return GONE;
    const at = join(root, path);
    try {
      const own = lstatSync(at);
      const stat = own.isSymbolicLink() ? statSync(at) : own;
      const target = own.isSymbolicLink() ? linked(at, real, listed, path) : undefined;
      return { stamp: stampOf(stat), exists: true, file: stat.isFile() || own.isSymbolicLink(), target };
    } catch {
      return listed.has(path) && existsSync(at) ? { stamp: undefined, exists: true, file: false } : GONE;
    }
  };
  const known = (path: string): Known => {
    let found = seen.get(path);
    if (found === undefined) {
      found = look(path);
      seen.set(path, found);
    }
    return found;
  };
  const note = (path: string, before: Known, after: Known): void => {
    if (before.stamp === after.stamp && before.exists === after.exists && before.target === after.target) return;
    seen.set(path, after);
    // An unsaved text hides what the disk does.
    if (unsaved.has(path)) return;
    changed.add(path);
    structure ||= before.exists !== after.exists || before.target !== after.target;
  };
  const relist = (now: readonly string[]): void => {
    const set = new Set(now);
    for (const path of now) if (!listed.has(path)) come(path);
    for (const path of paths) if (!set.has(path)) come(path);
    paths = now;
    listed = set;
    merged = undefined;
  };
  const come = (path: string): void => {
    changed.add(path);
    seen.delete(path);
    structure = true;
  };
  const textAt = (path: string): string => {
    const over = unsaved.get(path);
    if (over !== undefined) return over.text;
    if (leaves(path)) throw new UnreadableError('the path leads out of the project');
    const stat = known(path);
    if (!stat.exists) throw new UnreadableError('the file does not exist');
    if (!stat.file) throw new UnreadableError('not a regular file');
    if (stat.stamp !== undefined && Number(stat.stamp.split(' ')[1]) > LARGEST) throw new UnreadableError(`the file is larger than ${LARGEST / 1024 / 1024} MB`);
    try {
      return decode(readFileSync(join(root, path)));
    } catch (error) {
      throw new UnreadableError(reasonOf(error));
    }
  };

  return {
    root,
    list: () => (merged ??= unsaved.size === 0 ? paths : [...new Set([...paths, ...[...unsaved].flatMap(([path, { fresh }]) => (fresh ? path : []))])].sort()),
    read: textAt,
    exists: (path) => unsaved.has(path) || known(path).exists,
    stamp: (path) => {
      const over = unsaved.get(path);
      return over === undefined ? known(path).stamp : `unsaved ${over.version}`;
    },
    head: (path) => unsaved.get(path)?.text.slice(0, HEAD) ?? headOf(join(root, path), known(path)),
    mentions: (path, anyOf) => {
      try {
        const text = textAt(path);
        return anyOf.some((one) => text.includes(one));
      } catch {
        return false;
      }
    },
    linkTarget: (path) => (unsaved.has(path) ? undefined : known(path).target),
    isFile: (path) => unsaved.has(path) || known(path).file,
    lay(path, text) {
      if (unsaved.get(path)?.text === text) return false;
      const isNew = unsaved.has(path) !== (text !== undefined) && !listed.has(path);
      if (text === undefined) {
        unsaved.delete(path);
        seen.delete(path);
      } else {
        unsaved.set(path, { text, version: ++versions, fresh: !listed.has(path) && (unsaved.get(path)?.fresh === true || !existsSync(join(root, path))) });
      }
      if (isNew) {
        merged = undefined;
        structure = true;
      } else if (unsaved.size <= 1) {
        merged = undefined;
      }
      changed.add(path);
      return true;
    },
    forget(some) {
      for (const path of some) {
        const before = seen.get(path);
        if (before !== undefined) note(path, before, look(path));
        else if (!listed.has(path) && existsSync(join(root, path))) structure = true;
      }
    },
    async sweep(pause) {
      relist(await listFiles(root));
      let until = performance.now() + SLICE_MS;
      for (const path of [...seen.keys()]) {
        const before = seen.get(path);
        if (before !== undefined) note(path, before, look(path));
        if (performance.now() < until) continue;
        await pause();
        until = performance.now() + SLICE_MS;
      }
    },
    changes() {
      const result = { paths: changed, structure };
      changed = new Set();
      structure = false;
      return result;
    },
  };
}

const HEAD = 128;
const GONE: Known = { stamp: undefined, exists: false, file: false };

/** Size in the second place, where `read` looks for it. */
function stampOf(stat: Stats): string {
  return `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}

function leaves(path: string): boolean {
  return isAbsolute(path) || path.split('/').includes('..');
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function linked(at: string, real: string, listed: ReadonlySet<string>, path: string): string | undefined {
  const target = relative(real, realpathSync(at)).split(sep).join('/');
  return listed.has(target) && target !== path ? target : undefined;
}

function headOf(at: string, { file }: Known): string {
  if (!file) return '';
  try {
    const handle = openSync(at, 'r');
    try {
      const bytes = Buffer.alloc(HEAD);
      return bytes.toString('utf8', 0, readSync(handle, bytes, 0, HEAD, 0));
    } finally {
      closeSync(handle);
    }
  } catch {
    return '';
  }
}
