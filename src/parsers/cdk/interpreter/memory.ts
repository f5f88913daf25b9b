/**
 * Reading a project's CDK apps again after a change: only the apps that looked at a changed file are run anew, together
 * with those that share source files with them (what one app has run, another doesn't run a second time).
 */
import type { ts } from '../compiler.ts';
import { createSources, type Sources } from '../modules.ts';
import type { CdkReading } from '../reading.ts';
import type { Resolver } from './resolve.ts';
import type { Shares, Taken } from '../../../core/budget.ts';

export interface CdkMemory {
  readonly files: Map<string, RememberedFile>;
  readonly apps: Map<string, RememberedApp>;
  /** Syntax trees of the files read last, oldest first. */
  readonly trees: Map<string, { readonly stamp: string; readonly source: ts.SourceFile }>;
  resolver: Resolver | undefined;
  /** Of the apps, in order. */
  roots: readonly string[];
}

export interface RememberedFile {
  readonly stamp: string | undefined;
  readonly candidate: boolean;
  readonly specifiers: readonly string[];
}

export interface RememberedApp {
  /** Its files and entries; another list is another app. */
  readonly key: string;
  /** Files it read or parsed. */
  readonly looked: ReadonlySet<string>;
  readonly parsed: ReadonlySet<string>;
  readonly reading: CdkReading;
  /** Steps of its entries: with others it may come to something else. */
  readonly takes: readonly Taken[];
  /** Values that were sealed on the way. */
  readonly sealed: ReadonlySet<string>;
}

/** What has changed since the memory was last used. */
export interface CdkChanges {
  readonly paths: ReadonlySet<string>;
  /** Files came or went: imports may lead elsewhere. */
  readonly structure: boolean;
  stamp(path: string): string | undefined;
}

export function newCdkMemory(): CdkMemory {
  return { files: new Map(), apps: new Map(), trees: new Map(), resolver: undefined, roots: [] };
}

/** Trees are large; those of the app being edited are what matters. */
const MOST_TREES = 64;

/** Sources that take trees of unchanged files from the memory. */
export function rememberedSources(
  project: { read(path: string): string | undefined },
  memory: CdkMemory,
  stamp: (path: string) => string | undefined,
): Sources {
  const fresh = createSources({ files: [], read: (path) => project.read(path), exists: () => false }, (path) => {
    const tree = memory.trees.get(path);
    return tree !== undefined && tree.stamp === stamp(path) ? tree.source : undefined;
  });
  return {
    ...fresh,
    parse(file) {
      const source = fresh.parse(file);
      const version = source === undefined ? undefined : stamp(file);
      if (source !== undefined && version !== undefined) {
        memory.trees.delete(file);
        memory.trees.set(file, { stamp: version, source });
        for (const oldest of memory.trees.keys()) {
          if (memory.trees.size <= MOST_TREES) break;
          memory.trees.delete(oldest);
        }
      }
      return source;
    },
  };
}

export interface Group {
  readonly root: string;
  readonly key: string;
}

/**
 * Reads the groups that have to be read, until none shares a file with one that isn't. Readings come in the groups'
 * order.
 */
export function readAgain<G extends Group>(
  groups: readonly G[],
  memory: CdkMemory,
  changes: CdkChanges & { readonly shares: Shares },
  read: (group: G, shared: { executed: Set<ts.Node>; owned: Set<string> }) => RememberedApp,
): CdkReading[] {
  const stale = new Set(
    groups.filter((group) => isStale(memory.apps.get(group.root), group, changes)).map(({ root }) => root),
  );
  for (;;) {
    const executed = new Set<ts.Node>();
    const owned = new Set<string>();
    for (const group of groups)
      if (stale.has(group.root)) memory.apps.set(group.root, read(group, { executed, owned }));
    const parsed = new Set([...stale].flatMap((root) => [...(memory.apps.get(root)?.parsed ?? [])]));
    const sharing = groups.filter(({ root }) => !stale.has(root) && meets(memory.apps.get(root)?.parsed, parsed));
    if (sharing.length === 0 || stale.size === 0) break;
    for (const { root } of sharing) stale.add(root);
  }
  for (const { root } of groups)
    if (!stale.has(root)) for (const one of memory.apps.get(root)?.takes ?? []) changes.shares.replay(one);
  const roots = new Set(groups.map(({ root }) => root));
  for (const root of [...memory.apps.keys()]) if (!roots.has(root)) memory.apps.delete(root);
  return groups.flatMap(({ root }) => memory.apps.get(root)?.reading ?? []);
}

function isStale(
  app: RememberedApp | undefined,
  { key }: Group,
  changes: CdkChanges & { readonly shares: Shares },
): boolean {
  return (
    app === undefined ||
    changes.structure ||
    app.key !== key ||
    meets(changes.paths, app.looked) ||
    app.takes.some(({ entry, allowance }) => changes.shares.allowance(entry) !== allowance)
  );
}

function meets(some: Iterable<string> | undefined, others: ReadonlySet<string>): boolean {
  for (const one of some ?? []) if (others.has(one)) return true;
  return false;
}
