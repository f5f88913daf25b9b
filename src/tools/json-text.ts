/**
 * JSON in which some strings are known in parts only (a here-document with variables, a `--cli-input-json` built by a
 * script).
 */
import { judged, respelled, seal, spelled } from '../core/sealed.ts';
import { known, literal, type Part, type Text } from '../core/text.ts';
import { table } from '../core/table.ts';
import type { Said } from '../services/start.ts';
import { markOf, quoteMarks, unmarked } from './marks.ts';
import { isDocument, opener, withSwitches, type Piece } from './sealed-json.ts';
import { join } from './texts.ts';

export type JsonText =
  | { readonly kind: 'string'; readonly text: Text }
  | { readonly kind: 'other'; readonly value: number | boolean | null; readonly about?: string }
  | { readonly kind: 'list'; readonly items: readonly JsonText[] }
  | { readonly kind: 'object'; readonly entries: ReadonlyMap<string, JsonText>; readonly about?: string };

const DEEPEST = 200;

/** Undefined when it is no JSON, or when a hole stands where JSON wants something else than a string's content. */
export function parseJsonText(text: Text): JsonText | undefined {
  const holes: Part[] = [];
  let about: string | undefined;
  const pieces = text.map((part): Piece => {
    if (typeof part === 'string') return { source: part, isOpen: true };
    if (isDocument(part)) {
      // What is read from it is as sealed as it is.
      about ??= part.about;
      return { source: spelled(part) ?? '', isOpen: false };
    }
    holes.push(part);
    return { source: markOf(holes.length - 1), isOpen: true };
  });
  const { source, isSwitched } = withSwitches(pieces);
  const value = parseLoosely(source);
  return value === undefined ? undefined : convert(value, { holes, about, isSwitched }, 0);
}

interface Source {
  readonly holes: readonly Part[];
  /** Of a document that may not be shown. */
  readonly about: string | undefined;
  /** Are pieces of its strings open? */
  readonly isSwitched: boolean;
}

function parseLoosely(source: string): unknown {
  for (const attempt of [source, quoteMarks(source)]) {
    try {
      const value: unknown = JSON.parse(attempt);
      return value;
    } catch {
      // The next reading, if there is one.
    }
  }
  return undefined;
}

function convert(value: unknown, source: Source, depth: number): JsonText | undefined {
  const sealed = source.about === undefined ? {} : { about: source.about };
  if (depth > DEEPEST) return undefined;
  if (typeof value === 'string') return { kind: 'string', text: decode(value, source) };
  if (typeof value === 'number' || typeof value === 'boolean' || value === null)
    return { kind: 'other', value, ...sealed };
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => convert(item, source, depth + 1));
    return items.every((item) => item !== undefined) ? { kind: 'list', items } : undefined;
  }
  if (typeof value !== 'object' || value === undefined) return undefined;
  const entries = new Map<string, JsonText>();
  for (const [key, inner] of Object.entries(value)) {
    const read = convert(inner, source, depth + 1);
    if (read === undefined) return undefined;
    entries.set(judged(decode(key, source)) ?? key, read);
  }
  return { kind: 'object', entries, ...sealed };
}

function decode(value: string, { holes, about, isSwitched }: Source): Text {
  if (about === undefined) return unmarked(value, holes);
  return unmarked(value, holes, isSwitched ? opener(about) : (piece) => seal(piece, about));
}

/** Marks a document of which only some fields are known. */
export const PARTIAL = 'plimsoll:partial';

export function at(json: JsonText | undefined, ...path: readonly (string | number)[]): JsonText | undefined {
  let current = json;
  for (const step of path) {
    if (current?.kind === 'object' && typeof step === 'string') current = current.entries.get(step);
    else if (current?.kind === 'list' && typeof step === 'number') current = current.items.at(step);
    else return undefined;
  }
  return current;
}

/** `null` says no more than leaving it out. */
export function isSaid(json: JsonText | undefined): boolean {
  return json !== undefined && !(json.kind === 'other' && json.value === null);
}

export function textAt(json: JsonText | undefined, ...path: readonly (string | number)[]): Text | undefined {
  const found = at(json, ...path);
  return found?.kind === 'string' ? found.text : undefined;
}

export function itemsAt(json: JsonText | undefined, ...path: readonly (string | number)[]): readonly JsonText[] {
  const found = at(json, ...path);
  return found?.kind === 'list' ? found.items : [];
}

/** The strings of a list, where all are known. */
function stringsAt(json: JsonText | undefined, ...path: readonly (string | number)[]): string[] | undefined {
  const found = at(json, ...path);
  if (found?.kind !== 'list') return undefined;
  const texts = found.items.map((item) => (item.kind === 'string' ? known(item.text) : undefined));
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

/** The words of a list, such as a command. */
export function saidWords(json: JsonText | undefined): Said {
  if (!isSaid(json) || (json?.kind === 'list' && json.items.length === 0)) return undefined;
  return stringsAt(json) ?? 'unknown';
}

/** As plain data: what isn't known in full is missing. */
export function plainJson(json: JsonText | undefined): unknown {
  switch (json?.kind) {
    case undefined:
      return undefined;
    case 'string':
      return judged(json.text);
    case 'other':
      return json.value;
    case 'list':
      return json.items.map(plainJson);
    case 'object':
      return table(Object.fromEntries([...json.entries].map(([key, value]) => [key, plainJson(value)])));
  }
}

/** As `jq -r` prints a scalar. */
export function printed(json: JsonText): Text | undefined {
  if (json.kind === 'string') return json.text;
  if (json.kind !== 'other') return undefined;
  return json.about === undefined ? literal(String(json.value)) : seal(String(json.value), json.about);
}

/** Back to JSON; holes stand inside its strings. */
export function printJson(json: JsonText): Text {
  switch (json.kind) {
    case 'other':
      return json.about === undefined
        ? literal(JSON.stringify(json.value))
        : seal(JSON.stringify(json.value), json.about);
    case 'string':
      return join([
        literal('"'),
        ...json.text.map((part): Text => respelled(part, JSON.stringify(spelled(part) ?? '').slice(1, -1))),
        literal('"'),
      ]);
    case 'list':
      return join([
        literal('['),
        ...json.items.flatMap((item, index) => [literal(index === 0 ? '' : ','), printJson(item)]),
        literal(']'),
      ]);
    case 'object':
      return join([
        literal('{'),
        ...[...json.entries].flatMap(([key, value], index) => [
          literal(index === 0 ? '' : ','),
          keyOf(JSON.stringify(key), json.about),
          literal(':'),
          printJson(value),
        ]),
        literal('}'),
      ]);
  }
}

function keyOf(key: string, about: string | undefined): Text {
  return about === undefined ? literal(key) : seal(key, about);
}
