/**
 * The tree that yaml.ts makes, and ways to look into it; apart from it, so that looking doesn't load the `yaml`
 * package.
 */
import type { Range } from '../core/site.ts';
import { memo } from '../core/memo.ts';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface YamlScalar {
  readonly kind: 'scalar';
  /** A string's content; other types as written. */
  readonly value: string;
  readonly type: 'string' | 'number' | 'boolean' | 'null';
  readonly style: ScalarStyle;
  /** Quotes and block header included, the tag not. */
  readonly range: Range;
  readonly tag?: string;
}

export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
}

export interface YamlMap {
  readonly kind: 'map';
  readonly entries: readonly YamlEntry[];
  readonly range: Range;
  readonly tag?: string;
}

export interface YamlSeq {
  readonly kind: 'seq';
  readonly items: readonly YamlNode[];
  readonly range: Range;
  readonly tag?: string;
}

export type YamlNode = YamlMap | YamlSeq | YamlScalar;

/** The value at a path of keys and indexes; `undefined` where the path leaves the tree. */
export function get(node: YamlNode | undefined, ...path: readonly (string | number)[]): YamlNode | undefined {
  let at = node;
  for (const step of path) {
    if (at?.kind === 'map') at = entry(at, String(step))?.value;
    else if (at?.kind === 'seq' && typeof step === 'number') at = at.items[step];
    else return undefined;
  }
  return at;
}

/** The entry of this key; the last one where a key is repeated, as parsers that accept that do. */
export function entry(node: YamlNode | undefined, key: string): YamlEntry | undefined {
  if (node?.kind !== 'map') return undefined;
  return node.entries.length > FEW ? byKey(node).get(key) : node.entries.findLast((one) => one.key.value === key);
}

/** From here on looking a key up among all of them, for every key, would cost the square of their number. */
const FEW = 32;
const byKey = memo(
  (node: YamlMap): ReadonlyMap<string, YamlEntry> => new Map(node.entries.map((one) => [one.key.value, one])),
);

/** A scalar's value; undefined for a map, a list, null and what isn't there. */
export function scalarText(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.type !== 'null' ? node.value : undefined;
}
