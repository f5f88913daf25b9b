/**
 * A folder's files as an editor needs them: what is known about them stays known until somebody says that it has
 * changed, and unsaved texts lie over the disk's. Texts are not kept, only what tells one version of a file from
 * another.
 */
import { openDoor, type Door } from '../files/door.ts';
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
  return new DiskSnapshot(root, openDoor(root), await listFiles(root));
}

class DiskSnapshot implements Snapshot {
  private listed: Set<string>;
  private readonly seen = new Map<string, Known>();
  private readonly unsaved = new Map<string, Unsaved>();
  private merged: readonly string[] | undefined;
  private versions = 0;
  private changed = new Set<string>();
  private structure = false;

  constructor(
    readonly root: string,
    private readonly door: Door,
    private paths: readonly string[],
  ) {
    this.listed = new Set(paths);
  }

  list(): readonly string[] {
    return (this.merged ??=
      this.unsaved.size === 0
        ? this.paths
        : [
            ...new Set([...this.paths, ...[...this.unsaved].flatMap(([path, { fresh }]) => (fresh ? path : []))]),
          ].sort());
  }

  read(path: string): string {
    return this.textAt(path);
  }

  exists(path: string): boolean {
    return this.unsaved.has(path) || this.known(path).exists;
  }

  stamp(path: string): string | undefined {
    const over = this.unsaved.get(path);
    return over === undefined ? this.known(path).stamp : `unsaved ${over.version}`;
  }

  head(path: string): string {
    return (
      this.unsaved.get(path)?.text.slice(0, HEAD) ??
      (this.known(path).file ? this.door.head(path, HEAD).toString('utf8') : '')
    );
  }

  mentions(path: string, anyOf: readonly string[]): boolean {
    try {
      const text = this.textAt(path);
      return anyOf.some((one) => text.includes(one));
    } catch {
      return false;
    }
  }

  linkTarget(path: string): string | undefined {
    return this.unsaved.has(path) ? undefined : this.known(path).target;
  }

  isFile(path: string): boolean {
    return this.unsaved.has(path) || this.known(path).file;
  }

  lay(path: string, text: string | undefined): boolean {
    if (this.unsaved.get(path)?.text === text) return false;
    const isNew = this.unsaved.has(path) !== (text !== undefined) && !this.listed.has(path);
    if (text === undefined) {
      this.unsaved.delete(path);
      this.seen.delete(path);
    } else {
      this.unsaved.set(path, {
        text,
        version: ++this.versions,
        fresh: !this.listed.has(path) && (this.unsaved.get(path)?.fresh === true || !this.isThere(path)),
      });
    }
    if (isNew) {
      this.merged = undefined;
      this.structure = true;
    } else if (this.unsaved.size <= 1) {
      this.merged = undefined;
    }
    this.changed.add(path);
    return true;
  }

  forget(some: readonly string[]): void {
    this.door.forget();
    for (const path of some) {
      const before = this.seen.get(path);
      if (before !== undefined) this.note(path, before, this.look(path));
      else if (!this.listed.has(path) && this.door.exists(path)) this.structure = true;
    }
  }

  async sweep(pause: () => Promise<void>): Promise<void> {
    this.door.forget();
    this.relist(await listFiles(this.root));
    let until = performance.now() + SLICE_MS;
    for (const path of [...this.seen.keys()]) {
      const before = this.seen.get(path);
      if (before !== undefined) this.note(path, before, this.look(path));
      if (performance.now() < until) continue;
      await pause();
      until = performance.now() + SLICE_MS;
    }
  }

  changes(): Changes {
    const result = { paths: this.changed, structure: this.structure };
    this.changed = new Set();
    this.structure = false;
    return result;
  }

  private look(path: string): Known {
    const place = this.door.look(path);
    if (place.kind === 'missing') return place.refused && this.listed.has(path) ? REFUSED : GONE;
    const target = this.door.linkTarget(path);
    return {
      stamp: stampOf(place),
      exists: true,
      file: isNamed(place),
      target: target !== undefined && this.listed.has(target) && target !== path ? target : undefined,
    };
  }
  private known(path: string): Known {
    let found = this.seen.get(path);
    if (found === undefined) {
      found = this.look(path);
      this.seen.set(path, found);
    }
    return found;
  }
  private note(path: string, before: Known, after: Known): void {
    if (before.stamp === after.stamp && before.exists === after.exists && before.target === after.target) return;
    this.seen.set(path, after);
    // An unsaved text hides what the disk does.
    if (this.unsaved.has(path)) return;
    this.changed.add(path);
    this.structure ||= before.exists !== after.exists || before.target !== after.target;
  }
  private relist(now: readonly string[]): void {
    const set = new Set(now);
    for (const path of now) if (!this.listed.has(path)) this.come(path);
    for (const path of this.paths) if (!set.has(path)) this.come(path);
    this.paths = now;
    this.listed = set;
    this.merged = undefined;
  }
  private come(path: string): void {
    this.changed.add(path);
    this.seen.delete(path);
    this.structure = true;
  }
  private isThere(path: string): boolean {
    this.door.forget();
    return this.door.exists(path);
  }
  private textAt(path: string): string {
    const over = this.unsaved.get(path);
    if (over !== undefined) return over.text;
    // Whoever has read it wants to hear when it changes.
    this.known(path);
    try {
      return this.door.text(path);
    } catch (error) {
      throw new UnreadableError(reasonOf(error));
    }
  }
}

const HEAD = 128;
const GONE: Known = { stamp: undefined, exists: false, file: false };
/** There, and not to be read: whoever tries hears why. */
const REFUSED: Known = { stamp: undefined, exists: true, file: true };

function stampOf({ stat }: Found): string {
  return `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}
