/**
 * Where a path of the project really lies. Each step is looked at without following it and links are followed here,
 * step by step: what leads out of the boundary is known before anything outside is touched, even to ask whether it's
 * there.
 */
import { lstatSync, readlinkSync, statfsSync, type Stats } from 'node:fs';
import { isAbsolute, sep } from 'node:path';
import { below, joined } from './boundary.ts';
import { UNDECODED, bytesOfName, escaped, within, type SystemPath } from './names.ts';
import { UnreadableError, reasonOf } from './text.ts';
import { defined } from '../core/optional.ts';

export type Place = Found | Missing;

export interface Found {
  readonly kind: 'file' | 'folder' | 'other';
  /** The real path, for the system and for comparison. */
  readonly at: SystemPath;
  readonly real: string;
  readonly stat: Stats;
  /** Its own name is a link. */
  readonly linked: boolean;
  /** How many links lead there, one after the other. */
  readonly links: number;
  /** It's git's own, and no file of the project. */
  readonly gits: boolean;
  /** The name in full, where it's no UTF-8. */
  readonly misnamed?: string;
  /** Undefined at the boundary. */
  readonly up?: Found;
}

interface Missing {
  readonly kind: 'missing';
  readonly reason: string;
  readonly linked: boolean;
  /** Something is there, or may be, and isn't looked at. */
  readonly refused: boolean;
}

export interface Lookup {
  /** By project-relative path with `/`. */
  at(path: string): Place;
  /** What is known so far is looked at again. */
  forget(): void;
}

/** As many as Linux follows. */
const MOST_LINKS = 40;
const LONGEST_PATH = 4096;
/** Its files may each have the device number of the layer they lie in. */
const OVERLAY = 0x794c7630;

const ABSENT: Missing = { kind: 'missing', reason: 'the file does not exist', linked: false, refused: false };
const LEAVES: Missing = { kind: 'missing', reason: 'the path leads out of the project', linked: false, refused: true };
const LINK_OUT: Missing = {
  kind: 'missing',
  reason: 'a symbolic link that leads out of the project',
  linked: false,
  refused: true,
};
const CIRCLE: Missing = {
  kind: 'missing',
  reason: 'a symbolic link that leads in a circle',
  linked: false,
  refused: true,
};
const MOUNTED: Missing = {
  kind: 'missing',
  reason: 'it lies on another file system, mounted into the project',
  linked: false,
  refused: true,
};

/** Both are real paths, the root at or below the boundary. */
export function newLookup(root: string, boundary: string): Lookup {
  const start = startAt(root, boundary);
  if (start === undefined) return { at: () => ABSENT, forget: () => undefined };
  const places = new Places(start);
  return { at: (path) => places.at(path), forget: () => places.forget() };
}

type Start = NonNullable<ReturnType<typeof startAt>>;

/** What stands where, from the root on, one step after the other; each is asked of the system once. */
class Places {
  private readonly byPath = new Map<string, Place>();
  private readonly entered = new Map<string, Place>();
  private readonly devices: ReadonlySet<number>;

  constructor(private readonly start: Start) {
    this.devices = new Set([start.root.stat.dev, start.boundary.stat.dev]);
  }

  at(path: string): Place {
    if (leaves(path)) return LEAVES;
    return path.length > LONGEST_PATH || path.includes('\0') ? ABSENT : this.locate(path);
  }

  forget(): void {
    this.byPath.clear();
    this.entered.clear();
  }

  private locate(path: string): Place {
    const known = this.byPath.get(path);
    if (known !== undefined) return known;
    const cut = path.lastIndexOf('/');
    const folder = cut === -1 ? this.start.root : this.locate(path.slice(0, cut));
    const found = this.step(folder, path.slice(cut + 1), 0);
    if (found.kind !== 'missing' || found.reason !== CIRCLE.reason) this.byPath.set(path, found);
    return found;
  }

  private step(folder: Place, name: string, depth: number): Place {
    if (name === '' || name === '.') return folder;
    if (folder.kind === 'missing') return folder.linked ? { ...folder, linked: false } : folder;
    return folder.kind === 'folder' ? this.enter(folder, name, depth) : ABSENT;
  }

  private enter(folder: Found, name: string, depth: number): Place {
    const key = joined(folder.real, name);
    const known = this.entered.get(key);
    // What a chain of links comes to doesn't depend on where somebody first stepped into it.
    if (known !== undefined)
      return known.kind !== 'missing' && known.links > 0 && depth + known.links > MOST_LINKS ? CIRCLE : known;
    const found = this.look(folder, name, key, depth);
    if (found.kind !== 'missing' || found.reason !== CIRCLE.reason) this.entered.set(key, found);
    return found;
  }

  private look(folder: Found, name: string, real: string, depth: number): Place {
    let at = within(folder.at, name);
    let misnamed = folder.misnamed === undefined ? undefined : `${folder.misnamed}/${escaped(Buffer.from(name))}`;
    let stat = lstat(at);
    if (stat === undefined && name.includes(UNDECODED)) {
      const bytes = bytesOfName(folder.at, name);
      if (bytes === undefined) return ABSENT;
      at = within(folder.at, bytes);
      misnamed = folder.misnamed === undefined ? escaped(bytes) : `${folder.misnamed}/${escaped(bytes)}`;
      stat = lstat(at);
    }
    if (stat === undefined) return ABSENT;
    if ('reason' in stat) return { ...ABSENT, reason: stat.reason, refused: true };
    if (stat.isSymbolicLink()) return this.follow(folder, at, depth);
    if (!this.devices.has(stat.dev) && (stat.isDirectory() || !isLayered(at, folder.at))) return MOUNTED;
    return {
      kind: stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other',
      at,
      real,
      stat,
      linked: false,
      links: 0,
      gits: folder.gits || name.toLowerCase() === '.git',
      up: folder,
      ...defined({ misnamed }),
    };
  }

  private follow(folder: Found, at: SystemPath, depth: number): Place {
    if (depth >= MOST_LINKS) return CIRCLE;
    const target = readlinkSync(at);
    // An absolute link may lead into the project all the same; by which way it would get there is not tried out.
    const rest = isAbsolute(target) ? below(this.start.boundary.real, target) : target;
    if (rest === undefined) return { ...LINK_OUT, linked: true };
    let here: Found = isAbsolute(target) ? this.start.boundary : folder;
    let links = 1;
    for (const name of rest.split(SEPARATORS)) {
      const next: Place =
        name !== '..' ? this.step(here, name, depth + 1) : here.kind === 'folder' ? (here.up ?? LINK_OUT) : ABSENT;
      if (next.kind === 'missing') return { ...next, linked: true };
      if (name !== '..') links = Math.max(links, 1 + next.links);
      here = next;
    }
    return { ...here, linked: true, links };
  }
}

const SEPARATORS = sep === '\\' ? /[\\/]/ : '/';

/** `..` must not lead out of the project, whatever a script says. On Windows, neither must a drive. */
function leaves(path: string): boolean {
  return path.startsWith('/') || path.split('/').includes('..') || (sep === '\\' && /[\\:]/.test(path));
}

/** The boundary and the folders from there down to the root. */
function startAt(root: string, boundary: string): { readonly root: Found; readonly boundary: Found } | undefined {
  const folder = (real: string, up?: Found): Found | undefined => {
    const stat = lstat(real);
    if (stat === undefined || 'reason' in stat || !stat.isDirectory()) return undefined;
    return {
      kind: 'folder',
      at: real,
      real,
      stat,
      linked: false,
      links: 0,
      gits: false,
      ...defined({ up }),
    };
  };
  const top = folder(boundary);
  let here = top;
  for (const name of (below(boundary, root) ?? '').split(sep))
    if (name !== '' && here !== undefined) here = folder(joined(here.real, name), here);
  return top === undefined || here === undefined ? undefined : { root: here, boundary: top };
}

function lstat(path: SystemPath): Stats | { readonly reason: string } | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // A name longer than any name may be is nobody's.
    if (error instanceof Error && 'code' in error && error.code === 'ENAMETOOLONG') return undefined;
    return { reason: reasonOf(error) };
  }
}

function isLayered(file: SystemPath, folder: SystemPath): boolean {
  try {
    return statfsSync(file).type === OVERLAY && statfsSync(folder).type === OVERLAY;
  } catch {
    return false;
  }
}

/** The place, where there's something to open. */
export function foundAt(place: Place): Found {
  if (place.kind === 'missing') throw new UnreadableError(place.reason);
  return place;
}
