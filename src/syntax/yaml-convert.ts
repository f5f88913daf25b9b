/** From the `yaml` package's nodes to ours: aliases and merge keys resolved, as far as they expand to what can be read. */
import { isAlias, isMap, isPair, isScalar, isSeq, type Pair, type ParsedNode, type Scalar } from 'yaml';
import type { Range } from '../core/site.ts';
import { table } from '../core/table.ts';
import { MAX_DEPTH } from './yaml-documents.ts';
import type { ScalarStyle, YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq } from './yaml-nodes.ts';

/** Nodes after aliases are followed: past this, an alias stands for nothing. */
const MAX_EXPANDED = 1_000_000;

type Fail = (offset: number, reason: string) => void;

/** Converts one document. */
export class Conversion {
  private readonly anchored = new Map<string, { node: YamlNode; size: number } | 'open'>();
  private expanded = 0;
  /** The size of a converted node is what walking it would cost, aliases followed. */
  private readonly sizes = new Map<YamlNode, number>();
  private readonly stops = new Map<number, number>();

  constructor(
    private readonly text: string,
    private readonly fail: Fail,
  ) {}

  private sizeOf(node: YamlNode): number {
    return node.kind === 'scalar' ? 1 : (this.sizes.get(node) ?? 1);
  }

  convert(node: ParsedNode | null, fallback: number, depth: number): YamlNode {
    if (node === null) return nothing(fallback);
    if (isAlias(node)) return this.follow(node.source, [node.range[0], node.range[1]]);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.anchored.set(anchor, 'open');
    const converted = this.convertPlain(node, depth);
    if (anchor !== undefined) this.anchored.set(anchor, { node: converted, size: this.sizeOf(converted) });
    return converted;
  }

  private convertPlain(node: Exclude<ParsedNode, { source: string; type?: never }>, depth: number): YamlNode {
    const tag = node.tag === undefined || node.tag.startsWith('tag:yaml.org,2002:') ? {} : { tag: node.tag };
    if (isScalar(node)) return this.convertScalar(node, tag);
    const range: Range = 'range' in node && node.range ? [node.range[0], node.range[1]] : [0, 0];
    if (depth >= MAX_DEPTH) {
      this.fail(range[0], `nested deeper than ${MAX_DEPTH} levels`);
      return nothing(range[0]);
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.convert(isPair(item) ? null : item, range[0], depth + 1));
      const seq: YamlSeq = { kind: 'seq', items, range: this.trimmed(range), ...tag };
      this.sizes.set(
        seq,
        items.reduce((sum, item) => sum + this.sizeOf(item), 1),
      );
      return seq;
    }
    if (isMap(node)) {
      const map: YamlMap = {
        kind: 'map',
        entries: this.convertEntries(node.items, range[0], depth),
        range: this.trimmed(range),
        ...tag,
      };
      this.sizes.set(
        map,
        map.entries.reduce((sum, one) => sum + 1 + this.sizeOf(one.value), 1),
      );
      return map;
    }
    return nothing(range[0]);
  }

  private convertEntries(
    pairs: readonly Pair<ParsedNode, ParsedNode | null>[],
    start: number,
    depth: number,
  ): YamlEntry[] {
    const entries: YamlEntry[] = [];
    const merged: YamlEntry[] = [];
    for (const pair of pairs) {
      const key = this.convertKey(pair.key, start);
      const value = this.convert(pair.value, key.range[1], depth + 1);
      if (key.value === '<<' && key.style === 'plain') {
        for (const from of value.kind === 'seq' ? value.items : [value])
          if (from.kind === 'map') for (const one of from.entries) merged.push(one);
        this.expanded += this.sizeOf(value);
      } else {
        entries.push({ key, value });
      }
    }
    if (merged.length === 0) return entries;
    // A map's own keys win over merged ones, and earlier merged maps over later ones.
    const have = new Set(entries.map((one) => one.key.value));
    if (this.expanded > MAX_EXPANDED) return entries;
    for (const one of merged) {
      if (have.has(one.key.value)) continue;
      have.add(one.key.value);
      entries.push(one);
    }
    return entries;
  }

  private convertKey(key: ParsedNode | null, fallback: number): YamlScalar {
    if (key === null) return nothing(fallback);
    if (isScalar(key)) return this.convertScalar(key, key.tag === undefined ? {} : { tag: key.tag });
    const range: Range = key.range ? [key.range[0], key.range[1]] : [fallback, fallback];
    // `{{ name }}: …` of a template language is a map as a key: its text will do.
    return { kind: 'scalar', value: this.text.slice(range[0], range[1]), type: 'string', style: 'plain', range };
  }

  private convertScalar(node: Scalar.Parsed, tag: { tag?: string }): YamlScalar {
    const type =
      node.value === null
        ? 'null'
        : typeof node.value === 'number' || typeof node.value === 'bigint'
          ? 'number'
          : typeof node.value === 'boolean'
            ? 'boolean'
            : 'string';
    const style = STYLES[node.type ?? 'PLAIN'] ?? 'plain';
    return {
      kind: 'scalar',
      value: typeof node.value === 'string' ? node.value : node.source,
      type,
      style,
      range: [node.range[0], node.range[1]],
      ...tag,
    };
  }

  private follow(name: string, range: Range): YamlNode {
    const target = this.anchored.get(name);
    if (target === undefined || target === 'open') {
      this.fail(
        range[0],
        target === undefined
          ? `no anchor &${name} before this alias`
          : `the alias *${name} stands inside its own anchor`,
      );
      return nothing(range[0]);
    }
    this.expanded += target.size;
    if (this.expanded > MAX_EXPANDED) {
      this.fail(range[0], 'aliases expand to more than a million nodes');
      return nothing(range[0]);
    }
    return target.node;
  }

  /** A block collection's range runs on to the next line; what people select ends with its last character. */
  private trimmed([start, end]: Range): Range {
    let stop = this.stops.get(end);
    if (stop === undefined) {
      for (stop = end; stop > 0 && /\s/.test(this.text.charAt(stop - 1)); ) stop--;
      this.stops.set(end, stop);
    }
    return [start, Math.max(start, stop)];
  }
}

const STYLES: Readonly<Record<string, ScalarStyle>> = table({
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
});

function nothing(offset: number): YamlScalar {
  return { kind: 'scalar', value: '', type: 'null', style: 'plain', range: [offset, offset] };
}
