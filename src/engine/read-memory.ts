/** What is kept between two readings of one project. */
import type { SourceMemory } from '../discover/sources.ts';
import type { CdkMemory } from '../parsers/cdk/interpreter/memory.ts';
import type { Kind, Reading } from '../project/readings.ts';
import type { Unreadable } from '../syntax/source.ts';
import type { Single } from './read-single.ts';
import type { Base } from './read-wholes.ts';

export interface ReadMemory {
  readonly sources: SourceMemory;
  readonly singles: Map<string, Single & { readonly stamp: string; readonly kind: Kind }>;
  readonly assemblies: Map<string, RememberedAssembly>;
  cdk: CdkMemory | undefined;
  /** May evaluation come upon YAML in these? */
  readonly yaml: WeakMap<Reading, boolean>;
}

export interface RememberedAssembly {
  readonly looked: ReadonlySet<string>;
  readonly reading: Reading | undefined;
  readonly bases: readonly Base[];
  readonly unreadable: readonly Unreadable[];
  /** Was anything sealed on the way? */
  readonly sealed: boolean;
}

export function newReadMemory(): ReadMemory {
  return { sources: new Map(), singles: new Map(), assemblies: new Map(), cdk: undefined, yaml: new WeakMap() };
}

/** Forgets all but these. */
export function keepOnly(map: Map<string, unknown>, keys: readonly string[]): void {
  if (map.size === keys.length) return;
  const kept = new Set(keys);
  for (const key of [...map.keys()]) if (!kept.has(key)) map.delete(key);
}
