/**
 * JSON by `JSON.parse`, with positions found only when somebody asks: a template of megabytes costs milliseconds, a
 * finding a few more.
 */
import type { Unreadable } from './source.ts';
import { position, type Range } from '../core/site.ts';
import { firstJsonError } from './json-error.ts';
import type { SourceText } from './source.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonPath = readonly (string | number)[];
/** `entry`: from the key's first quote to the value's end. */
export type What = 'key' | 'value' | 'entry';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export interface JsonDocument {
  /** Absent when the text is no JSON. */
  readonly value?: Json;
  /** Quotes included. Undefined where the path leaves the document; an array's item has no key: its value stands in. */
  locate(path: JsonPath, what?: What): Range | undefined;
  readonly unreadable: readonly Unreadable[];
}

export function parseJson(source: SourceText): JsonDocument {
  const text = blankMark(source.text);
  const fail = (offset: number, reason: string): JsonDocument => ({
    locate: () => undefined,
    unreadable: [{ file: source.file, ...position(source.lines, offset), reason }],
  });
  const deep = tooDeep(text);
  if (deep !== undefined) return fail(deep, `nested deeper than ${MAX_DEPTH} levels`);
  try {
    const value: Json = JSON.parse(text);
    return { value, locate: jsonLocator(source.text), unreadable: [] };
  } catch {
    const error = firstJsonError(text);
    return fail(error?.offset ?? 0, error?.reason ?? 'not valid JSON');
  }
}

/** `JSON.parse` takes any depth; what walks the value afterwards doesn't. */
const MAX_DEPTH = 1000;

function tooDeep(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = skipString(text, at) - 1;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_DEPTH) return at;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return undefined;
}

/** A byte order mark becomes a blank, so that offsets stay. */
function blankMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? ` ${text.slice(1)}` : text;
}

export function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

// ── positions ───────────────────────────────────────────────────────────────────────────────────

interface Located {
  readonly key?: Range;
  readonly value: Range;
}

/** Finds places in a text that is known to be JSON. Every object or list passed on the way is indexed once. */
export function jsonLocator(text: string): (path: JsonPath, what?: What) => Range | undefined {
  const indexes = new Map<number, ReadonlyMap<string | number, Located>>();
  const indexOf = (start: number): ReadonlyMap<string | number, Located> => {
    const have = indexes.get(start);
    if (have !== undefined) return have;
    const made = indexContainer(text, start);
    indexes.set(start, made);
    return made;
  };
  return (path, what = 'value') => {
    const start = skipBlank(text, text.charCodeAt(0) === 0xfeff ? 1 : 0);
    let at: Located = { value: [start, path.length === 0 ? skipValue(text, start) : start] };
    for (const step of path) {
      const next = indexOf(at.value[0]).get(step);
      if (next === undefined) return undefined;
      at = next;
    }
    if (what === 'value' || at.key === undefined) return at.value;
    return what === 'key' ? at.key : [at.key[0], at.value[1]];
  };
}

const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);

function indexContainer(text: string, start: number): ReadonlyMap<string | number, Located> {
  const index = new Map<string | number, Located>();
  const keyed = text.charCodeAt(start) === 0x7b;
  if (!keyed && text.charCodeAt(start) !== 0x5b) return index;
  let at = skipBlank(text, start + 1);
  for (let count = 0; at < text.length && !CLOSE.has(text.charCodeAt(at)); count++) {
    let key: Range | undefined;
    let name: string | number = count;
    if (keyed) {
      key = [at, skipString(text, at)];
      name = unquote(text.slice(key[0], key[1]));
      at = skipBlank(text, skipBlank(text, key[1]) + 1);
    }
    const end = skipValue(text, at);
    // A key said twice: the last one counts, as for JSON.parse.
    index.set(name, key === undefined ? { value: [at, end] } : { key, value: [at, end] });
    at = skipBlank(text, end);
    if (text.charCodeAt(at) !== 0x2c) break;
    at = skipBlank(text, at + 1);
  }
  return index;
}

function unquote(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  const value: unknown = JSON.parse(quoted);
  return typeof value === 'string' ? value : quoted;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  for (
    let code = text.charCodeAt(at);
    code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
    code = text.charCodeAt(at)
  )
    at++;
  return at;
}

function skipString(text: string, from: number): number {
  let end = text.indexOf('"', from + 1);
  while (end !== -1 && escaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end + 1;
}

function escaped(text: string, quote: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes++;
  return slashes % 2 === 1;
}

function skipValue(text: string, from: number): number {
  if (text.charCodeAt(from) === QUOTE) return skipString(text, from);
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = skipString(text, at);
      continue;
    }
    if (OPEN.has(code)) depth++;
    else if (CLOSE.has(code)) {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (code === 0x2c || code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09)) {
      return at;
    }
    at++;
  }
  return at;
}

/** From an offset in a JSON string's value back to the file; `range` is the string's, quotes included. */
export function jsonStringMap(text: string, range: Range): (offset: number) => number {
  const [start, end] = range;
  const written = text.slice(start + 1, end - 1);
  if (!written.includes('\\')) return (offset) => start + 1 + Math.max(0, Math.min(offset, written.length));
  const offsets: number[] = [];
  let at = 0;
  while (at < written.length) {
    offsets.push(at);
    at += written.charCodeAt(at) !== BACKSLASH ? 1 : written.charAt(at + 1) === 'u' ? 6 : 2;
  }
  return (offset) => start + 1 + (offsets[Math.max(0, offset)] ?? written.length);
}
