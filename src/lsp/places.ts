/**
 * Where a document belongs: which project, and by which name in it. Editors spell URIs their own way; what they opened
 * goes by their spelling.
 */
import { basename, dirname } from 'node:path';
import { configIn } from '../config/load.ts';
import { foldersAbove, foldersWithin, gitRootOf, hasEntry } from '../files/boundary.ts';
import { follow, statTyped } from '../files/typed.ts';
import { pathOf, uriOf, within } from './positions.ts';

export interface Place {
  /** Absolute: a project's folder, or a file that is in none. */
  readonly root: string;
  /** Project-relative. */
  readonly file: string;
  /** The file stands alone: nothing around it says that it's a project. */
  readonly lone: boolean;
}

export interface Places {
  /** The workspace folders. */
  folders(): readonly string[];
  add(uri: string): string | undefined;
  remove(uri: string): string | undefined;
  of(uri: string): Place | undefined;
  /** The editor opened this, under this spelling. */
  open(uri: string): Place | undefined;
  close(uri: string): void;
  opened(): readonly Place[];
  /** All spellings under which a file is open; else the plain one. */
  uris(root: string, file: string): readonly string[];
}

/** What makes a folder a project where there's neither. */
const MARKERS = ['cdk.json', 'package.json'];

export function newPlaces(): Places {
  let folders: string[] = [];
  const open = new Map<string, Place>();
  const spellings = new Map<string, readonly string[]>();

  const of = (uri: string): Place | undefined => open.get(uri) ?? locate(uri, folders);
  const spell = (): void => {
    spellings.clear();
    for (const [uri, { root, file }] of open) {
      const key = keyOf(root, file);
      spellings.set(key, [...(spellings.get(key) ?? []), uri]);
    }
  };
  /** Folders that come or go change where documents belong. */
  const settle = (): void => {
    for (const uri of [...open.keys()]) {
      const place = locate(uri, folders);
      if (place === undefined) open.delete(uri);
      else open.set(uri, place);
    }
    spell();
  };

  return {
    folders: () => folders,
    add(uri) {
      const folder = realOf(uri);
      if (folder === undefined || folders.includes(folder)) return undefined;
      folders = [...folders, folder];
      settle();
      return folder;
    },
    remove(uri) {
      const folder = realOf(uri);
      if (folder === undefined || !folders.includes(folder)) return undefined;
      folders = folders.filter((one) => one !== folder);
      settle();
      return folder;
    },
    of,
    open(uri) {
      const place = of(uri);
      if (place === undefined || open.has(uri)) return place;
      open.set(uri, place);
      spell();
      return place;
    },
    close(uri) {
      open.delete(uri);
      spell();
    },
    opened: () => [...open.values()],
    uris: (root, file) => spellings.get(keyOf(root, file)) ?? [uriOf(root, file)],
  };
}

export function keyOf(root: string, file: string): string {
  return `${root}\0${file}`;
}

function locate(uri: string, folders: readonly string[]): Place | undefined {
  const path = realOf(uri);
  if (path === undefined) return undefined;
  const nearest = folders.filter((folder) => within(folder, path) !== undefined).sort((a, b) => b.length - a.length)[0];
  const root = nearest ?? projectAround(dirname(path));
  if (root === undefined) return { root: dirname(path), file: basename(path), lone: true };
  const file = within(root, path);
  return file === undefined ? undefined : { root, file, lone: false };
}

/**
 * The nearest folder above with a configuration or a repository wins; a package or a CDK app stands in for them.
 * Nothing is looked for above the git root. Where there's no git, folders of somebody else (`/tmp`) are no project of
 * whoever edits a file below them.
 */
function projectAround(from: string): string | undefined {
  const top = gitRootOf(from);
  const folders = top === undefined ? foldersAbove(from).filter(isOwn) : foldersWithin(from);
  return (
    folders.find((folder) => folder === top || configIn(folder) !== undefined) ??
    folders.find((folder) => MARKERS.some((name) => hasEntry(folder, name)))
  );
}

function isOwn(folder: string): boolean {
  return process.getuid === undefined || statTyped(folder)?.uid === process.getuid();
}

/** A file need not exist; its folder's links are followed all the same, as a project's root is a real path. */
function realOf(uri: string): string | undefined {
  const path = pathOf(uri);
  if (path === undefined) return undefined;
  try {
    return follow(path, []).at;
  } catch {
    return path;
  }
}
