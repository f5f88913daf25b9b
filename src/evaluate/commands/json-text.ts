/** JSON in which some strings are known in parts only (a here-document with variables, a `--cli-input-json` built by a script). */
import { known, literal, type Part, type Text } from '../../model/text.ts';
import { join } from './texts.ts';

export type JsonText =
  | { readonly kind: 'string'; readonly text: Text }
  | { readonly kind: 'other'; readonly value: number | boolean | null }
  | { readonly kind: 'list'; readonly items: readonly JsonText[] }
  | { readonly kind: 'object'; readonly entries: ReadonlyMap<string, JsonText> };

/** Stands for a hole inside the JSON source: a private-use character, so it needs no escape and means nothing to JSON. */
const MARK = '\uE000';
const DEEPEST = 200;

/** Undefined when it is no JSON, or when a hole stands where JSON wants something else than a string's content. */
export function parseJsonText(text: Text): JsonText | undefined {
  const holes: Part[] = [];
  const source = text.map((part) => {
    if (typeof part === 'string') return part;
    holes.push(part);
    return `${MARK}${holes.length - 1}${MARK}`;
  }).join('');
  const value = parseLoosely(source);
  return value === undefined ? undefined : convert(value, holes, 0);
}

/** A hole in the place of a whole value (`"count": $N`) is quoted, so that the rest can be read. */
function parseLoosely(source: string): unknown {
  const attempts = [source, source.replace(/([:[,]\s*)(\uE000\d+\uE000)(\s*[,}\]])/g, '$1"$2"$3')];
  for (const attempt of attempts) {
    try {
      const value: unknown = JSON.parse(attempt);
      return value;
    } catch {
      // The next reading, if there is one.
    }
  }
  return undefined;
}

function convert(value: unknown, holes: readonly Part[], depth: number): JsonText | undefined {
  if (depth > DEEPEST) return undefined;
  if (typeof value === 'string') return { kind: 'string', text: decode(value, holes) };
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return { kind: 'other', value };
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => convert(item, holes, depth + 1));
    return items.every((item) => item !== undefined) ? { kind: 'list', items } : undefined;
  }
  if (typeof value !== 'object' || value === undefined) return undefined;
  const entries = new Map<string, JsonText>();
  for (const [key, inner] of Object.entries(value)) {
    const read = convert(inner, holes, depth + 1);
    if (read === undefined) return undefined;
    entries.set(key, read);
  }
  return { kind: 'object', entries };
}

function decode(value: string, holes: readonly Part[]): Text {
  return join(value.split(/\uE000(\d+)\uE000/).map((piece, index) => {
    if (index % 2 === 0) return literal(piece);
    const hole = holes[Number(piece)];
    return hole === undefined ? literal(piece) : [hole];
  }));
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

export function textAt(json: JsonText | undefined, ...path: readonly (string | number)[]): Text | undefined {
  const found = at(json, ...path);
  return found?.kind === 'string' ? found.text : undefined;
}

export function itemsAt(json: JsonText | undefined, ...path: readonly (string | number)[]): readonly JsonText[] {
  const found = at(json, ...path);
  return found?.kind === 'list' ? found.items : [];
}

/** The strings of a list, where all are known. */
export function stringsAt(json: JsonText | undefined, ...path: readonly (string | number)[]): string[] | undefined {
  const found = at(json, ...path);
  if (found?.kind !== 'list') return undefined;
  const texts = found.items.map((item) => (item.kind === 'string' ? known(item.text) : undefined));
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

/** As `jq -r` prints a scalar. */
export function printed(json: JsonText): Text | undefined {
  if (json.kind === 'string') return json.text;
  return json.kind === 'other' ? literal(String(json.value)) : undefined;
}

/** Back to JSON; holes stand inside its strings. */
export function printJson(json: JsonText): Text {
  switch (json.kind) {
    case 'other': return literal(JSON.stringify(json.value));
    case 'string': return join([literal('"'), ...json.text.map((part): Text => (typeof part === 'string' ? literal(JSON.stringify(part).slice(1, -1)) : [part])), literal('"')]);
    case 'list': return join([literal('['), ...json.items.flatMap((item, index) => [literal(index === 0 ? '' : ','), printJson(item)]), literal(']')]);
    case 'object': return join([
      literal('{'), ...[...json.entries].flatMap(([key, value], index) => [literal(`${index === 0 ? '' : ','}${JSON.stringify(key)}:`), printJson(value)]), literal('}'),
    ]);
  }
}
