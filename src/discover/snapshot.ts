/**
 * A folder's files as an editor needs them: what is known about them stays known until somebody says that it has
 * changed, and unsaved texts lie over the disk's. Texts are not kept, only what tells one version of a file from
 * another.
 */
import { openDoor } from '../files/door.ts';
import type { Found } from '../files/lookup.ts';
import { UnreadableError, reasonOf } from '../files/text.ts';
import { isNamed, type Files } from './files.ts';
import { listFiles } from './list.ts';

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
  const door = openDoor(root);
  let paths = await listFiles(root);
  let listed = new Set(paths);
  const seen = new Map<string, Known>();
  const unsaved = new Map<string, Unsaved>();
  let merged: readonly string[] | undefined;
  let versions = 0;
  let changed = new Set<string>();
  let structure = false;

  const look = (path: string): Known => {
    const place = door.look(path);
    if (place.kind === 'missing') return place.refused && listed.has(path) ? REFUSED : GONE;
    const target = door.linkTarget(path);
    return {
      stamp: stampOf(place),
      exists: true,
      file: isNamed(place),
      target: target !== undefined && listed.has(target) && target !== path ? target : undefined,
    };
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
  const isThere = (path: string): boolean => {
    door.forget();
    return door.exists(path);
  };
  const textAt = (path: string): string => {
    const over = unsaved.get(path);
    if (over !== undefined) return over.text;
    // Whoever has read it wants to hear when it changes.
    known(path);
    try {
      return door.text(path);
    } catch (error) {
      throw new UnreadableError(reasonOf(error));
    }
  };

  return {
    root,
    list: () =>
      (merged ??=
        unsaved.size === 0
          ? paths
          : [...new Set([...paths, ...[...unsaved].flatMap(([path, { fresh }]) => (fresh ? path : []))])].sort()),
    read: textAt,
    exists: (path) => unsaved.has(path) || known(path).exists,
    stamp: (path) => {
      const over = unsaved.get(path);
      return over === undefined ? known(path).stamp : `unsaved ${over.version}`;
    },
    head: (path) =>
      unsaved.get(path)?.text.slice(0, HEAD) ?? (known(path).file ? door.head(path, HEAD).toString('utf8') : ''),
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
        unsaved.set(path, {
          text,
          version: ++versions,
          fresh: !listed.has(path) && (unsaved.get(path)?.fresh === true || !isThere(path)),
        });
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
      door.forget();
      for (const path of some) {
        const before = seen.get(path);
        if (before !== undefined) note(path, before, look(path));
        else if (!listed.has(path) && door.exists(path)) structure = true;
      }
    },
    async sweep(pause) {
      door.forget();
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
/** There, and not to be read: whoever tries hears why. */
const REFUSED: Known = { stamp: undefined, exists: true, file: true };

function stampOf({ stat }: Found): string {
  return `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}
