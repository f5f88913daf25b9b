/**
 * YAML as a plain tree with exact ranges, over the `yaml` package. Aliases and merge keys are resolved; tags are kept
 * by name. Scalars keep their source form (`0755`, `on`, `2010-09-09`), because CloudFormation, GitHub and Compose each
 * read them their own way.
 */
import {
  Lexer,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Document,
  type Pair,
  type ParsedNode,
  type Scalar,
} from 'yaml';
import type { Unreadable } from './source.ts';
import { position, type Range } from '../core/site.ts';
import { table } from '../core/table.ts';
import type { SourceText } from './source.ts';
import { MAX_DEPTH, YamlBound, parseDocuments } from './yaml-documents.ts';
import { joinFlowLines } from './yaml-flow.ts';
import type { ScalarStyle, YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq } from './yaml-nodes.ts';

export * from './yaml-nodes.ts';

export interface YamlDocument {
  /** The root of the first document; absent when the file is empty or nothing of it could be read. */
  readonly root?: YamlNode;
  /** One for each document of the file. */
  readonly roots: readonly YamlNode[];
  readonly unreadable: readonly Unreadable[];
}

/** Nodes after aliases are followed: past this, an alias stands for nothing. */
const MAX_EXPANDED = 1_000_000;
const MAX_ERRORS = 10;

export function readYaml(source: SourceText): YamlDocument {
  const unreadable: Unreadable[] = [];
  const fail = (offset: number, reason: string): void => {
    if (unreadable.length < MAX_ERRORS)
      unreadable.push({ file: source.file, ...position(source.lines, offset), reason });
  };
  let documents: readonly Document.Parsed[];
  try {
    documents = parseDocuments(source.text);
    if (documents.some(shallow)) {
      const joined = parseDocuments(joinFlowLines(source.text));
      if (errorsOf(joined) < errorsOf(documents)) documents = joined;
    }
  } catch (error) {
    fail(error instanceof YamlBound ? error.offset : 0, error instanceof Error ? error.message : String(error));
    return { roots: [], unreadable };
  }
  const roots: YamlNode[] = [];
  for (const document of documents) {
    let line = 0;
    for (const error of document.errors) {
      const at = position(source.lines, error.pos[0]);
      if (at.line === line) continue;
      line = at.line;
      fail(error.pos[0], error.message);
    }
    if (document.contents !== null) roots.push(convertDocument(document.contents, source.text, fail));
  }
  return { ...(roots[0] === undefined ? {} : { root: roots[0] }), roots, unreadable };
}

/** Flow collections or strings whose lines aren't indented as YAML wants them, and everybody else takes them. */
function shallow({ errors }: Document.Parsed): boolean {
  return errors.some(
    ({ code, message }) =>
      (code === 'BAD_INDENT' && message.startsWith('Flow ')) ||
      (code === 'MISSING_CHAR' && message.startsWith('Missing closing')),
  );
}

function errorsOf(documents: readonly Document.Parsed[]): number {
  return documents.reduce((sum, one) => sum + one.errors.length, 0);
}

// ── conversion ──────────────────────────────────────────────────────────────────────────────────

type Fail = (offset: number, reason: string) => void;

function convertDocument(contents: ParsedNode, text: string, fail: Fail): YamlNode {
  const anchored = new Map<string, { node: YamlNode; size: number } | 'open'>();
  let expanded = 0;
  /** The size of a converted node is what walking it would cost, aliases followed. */
  const sizes = new Map<YamlNode, number>();
  const sizeOf = (node: YamlNode): number => (node.kind === 'scalar' ? 1 : (sizes.get(node) ?? 1));

  const convert = (node: ParsedNode | null, fallback: number, depth: number): YamlNode => {
    if (node === null) return nothing(fallback);
    if (isAlias(node)) return follow(node.source, [node.range[0], node.range[1]]);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) anchored.set(anchor, 'open');
    const converted = convertPlain(node, depth);
    if (anchor !== undefined) anchored.set(anchor, { node: converted, size: sizeOf(converted) });
    return converted;
  };

  const convertPlain = (node: Exclude<ParsedNode, { source: string; type?: never }>, depth: number): YamlNode => {
    const tag = node.tag === undefined || node.tag.startsWith('tag:yaml.org,2002:') ? {} : { tag: node.tag };
    if (isScalar(node)) return convertScalar(node, tag);
    const range: Range = 'range' in node && node.range ? [node.range[0], node.range[1]] : [0, 0];
    if (depth >= MAX_DEPTH) {
      fail(range[0], `nested deeper than ${MAX_DEPTH} levels`);
      return nothing(range[0]);
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => convert(isPair(item) ? null : item, range[0], depth + 1));
      const seq: YamlSeq = { kind: 'seq', items, range: trimmed(range), ...tag };
      sizes.set(
        seq,
        items.reduce((sum, item) => sum + sizeOf(item), 1),
      );
      return seq;
    }
    if (isMap(node)) {
      const map: YamlMap = {
        kind: 'map',
        entries: convertEntries(node.items, range[0], depth),
        range: trimmed(range),
        ...tag,
      };
      sizes.set(
        map,
        map.entries.reduce((sum, one) => sum + 1 + sizeOf(one.value), 1),
      );
      return map;
    }
    return nothing(range[0]);
  };

  const convertEntries = (
    pairs: readonly Pair<ParsedNode, ParsedNode | null>[],
    start: number,
    depth: number,
  ): YamlEntry[] => {
    const entries: YamlEntry[] = [];
    const merged: YamlEntry[] = [];
    for (const pair of pairs) {
      const key = convertKey(pair.key, start);
      const value = convert(pair.value, key.range[1], depth + 1);
      if (key.value === '<<' && key.style === 'plain') {
        for (const from of value.kind === 'seq' ? value.items : [value])
          if (from.kind === 'map') for (const one of from.entries) merged.push(one);
        expanded += sizeOf(value);
      } else {
        entries.push({ key, value });
      }
    }
    if (merged.length === 0) return entries;
    // A map's own keys win over merged ones, and earlier merged maps over later ones.
    const have = new Set(entries.map((one) => one.key.value));
    if (expanded > MAX_EXPANDED) return entries;
    for (const one of merged) {
      if (have.has(one.key.value)) continue;
      have.add(one.key.value);
      entries.push(one);
    }
    return entries;
  };

  const convertKey = (key: ParsedNode | null, fallback: number): YamlScalar => {
    if (key === null) return nothing(fallback);
    if (isScalar(key)) return convertScalar(key, key.tag === undefined ? {} : { tag: key.tag });
    const range: Range = key.range ? [key.range[0], key.range[1]] : [fallback, fallback];
    // `{{ name }}: …` of a template language is a map as a key: its text will do.
    return { kind: 'scalar', value: text.slice(range[0], range[1]), type: 'string', style: 'plain', range };
  };

  const convertScalar = (node: Scalar.Parsed, tag: { tag?: string }): YamlScalar => {
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
  };

  const follow = (name: string, range: Range): YamlNode => {
    const target = anchored.get(name);
    if (target === undefined || target === 'open') {
      fail(
        range[0],
        target === undefined
          ? `no anchor &${name} before this alias`
          : `the alias *${name} stands inside its own anchor`,
      );
      return nothing(range[0]);
    }
    expanded += target.size;
    if (expanded > MAX_EXPANDED) {
      fail(range[0], 'aliases expand to more than a million nodes');
      return nothing(range[0]);
    }
    return target.node;
  };

  const stops = new Map<number, number>();
  /** A block collection's range runs on to the next line; what people select ends with its last character. */
  const trimmed = ([start, end]: Range): Range => {
    let stop = stops.get(end);
    if (stop === undefined) {
      for (stop = end; stop > 0 && /\s/.test(text.charAt(stop - 1)); ) stop--;
      stops.set(end, stop);
    }
    return [start, Math.max(start, stop)];
  };

  return convert(contents, 0, 0);
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

// ── comments ────────────────────────────────────────────────────────────────────────────────────

const CONTROLS = new Set(['\x02', '\x18', '\x1f']);

function* tokens(text: string): Generator<{ text: string; offset: number }> {
  let offset = 0;
  let scalarNext = false;
  for (const token of new Lexer().lex(text)) {
    if (CONTROLS.has(token)) {
      scalarNext = token === '\x1f';
      continue;
    }
    // A scalar's text is announced: it may look like any other token.
    if (!scalarNext) yield { text: token, offset };
    scalarNext = false;
    offset += token.length;
  }
}

export interface Comment {
  /** With its `#`. */
  readonly text: string;
  readonly range: Range;
}

/** Every real comment: a `#` inside quotes or a block scalar is none. */
export function yamlComments(source: SourceText): Comment[] {
  if (!source.text.includes('#')) return [];
  const comments: Comment[] = [];
  for (const token of tokens(source.text)) {
    if (token.text.startsWith('#')) {
      const text = token.text.trimEnd();
      comments.push({ text, range: [token.offset, token.offset + text.length] });
    }
  }
  return comments;
}

export { scalarMap } from './yaml-offsets.ts';
