/**
 * Text of another language inside a template: JSON in a here-document, a provisioner's command. Its `${…}` become marks
 * of one place each, so that the text can be read by that language's own parser, and every character still knows where
 * it stands in the file.
 */
import type { HclExpression } from '../../syntax/hcl/reading.ts';
import { templatePieces } from '../../syntax/hcl/read.ts';
import { isList, parseJson, type Json, type JsonDocument, type JsonPath } from '../../syntax/json.ts';
import { indexLines, type Range } from '../../core/site.ts';
import { Sealed, spelled } from '../../core/sealed.ts';
import { concatAll } from '../../core/text.ts';
import { evaluate, type Env } from './expressions.ts';
import { fromJson } from './functions.ts';
import { NULL, combine, list, one, sealed, stringOf, text, textOf, type Place, type Value, type Way } from './value.ts';

/** A template taken apart: literal text with the offset of each character, and expressions between. */
export interface Embedded {
  readonly pieces: readonly (string | HclExpression)[];
  readonly offsets: readonly (readonly number[])[];
  readonly end: number;
}

export function takeApart(expression: HclExpression, { scope, lines: { file } }: Env): Embedded | undefined {
  if (expression.kind !== 'template' || expression.parts.length === 0) return undefined;
  const content = scope.world.readings.text(file);
  if (content === undefined || !['"', '<'].includes(content[expression.range[0]] ?? '')) return undefined;
  const { parts, offsets } = templatePieces(
    { file, text: content, lines: indexLines(file, content) },
    expression.range,
  );
  return { pieces: parts, offsets, end: expression.range[1] };
}

// ── JSON ────────────────────────────────────────────────────────────────────────────────────────

const OPEN = '\uE000';
const CLOSE = '\uE001';

/** The document in a here-document or string, each value at its own place; undefined when it is none. */
function jsonWritten({ expression, env }: NonNullable<Place['written']>, place: Place): Value | undefined {
  const embedded = takeApart(expression, env);
  if (embedded === undefined) return undefined;
  let source = '';
  const map: number[] = [];
  const values: Value[] = [];
  let quoted = false;
  for (const [index, piece] of embedded.pieces.entries()) {
    if (typeof piece === 'string') {
      const offsets = embedded.offsets[index] ?? [];
      for (let at = 0; at < piece.length; at++) {
        if (piece[at] === '"' && !escaped(source)) quoted = !quoted;
        source += piece[at]!;
        map.push(offsets[at] ?? embedded.end);
      }
      continue;
    }
    const mark = `${OPEN}${values.length}${CLOSE}`;
    values.push(evaluate(piece, env));
    const written = quoted ? mark : `"${mark}"`;
    for (let at = 0; at < written.length; at++) map.push(piece.range[0]);
    source += written;
  }
  map.push(embedded.end);
  return documentOf(source, values, (range) => ({
    lines: place.lines,
    range: [map[range[0]] ?? place.range[0], (map[Math.max(range[0], range[1] - 1)] ?? embedded.end - 1) + 1],
  }));
}

function escaped(before: string): boolean {
  return (/\\*$/.exec(before)?.[0].length ?? 0) % 2 === 1;
}

/** The JSON document that a value is. Of a text that isn't written in one piece, all stands at one place. */
export function embeddedJson({ value, place }: Way): Value | undefined {
  if (value.kind === 'json') return value.value;
  const exact = place.written === undefined ? undefined : jsonWritten(place.written, place);
  if (exact !== undefined) return exact;
  if (value.kind !== 'text') return undefined;
  let source = '';
  let about: string | undefined;
  const values: Value[] = [];
  let quoted = false;
  for (const part of value.text) {
    const written = spelled(part);
    if (part instanceof Sealed && /[{}[\]",:]/.test(written ?? '')) about ??= part.about;
    // Beside a sealed document's own text, what was put into it stays as open as it is.
    if (typeof part === 'string' ? about === undefined : part instanceof Sealed && part.about === about) {
      for (const char of written ?? '') {
        if (char === '"' && !escaped(source)) quoted = !quoted;
        source += char;
      }
      continue;
    }
    const mark = `${OPEN}${values.length}${CLOSE}`;
    values.push(one({ kind: 'text', text: [part] }, place));
    source += quoted ? mark : `"${mark}"`;
  }
  return documentOf(source, values, () => place, about);
}

function documentOf(
  source: string,
  values: readonly Value[],
  locate: (range: Range) => Place,
  about?: string,
): Value | undefined {
  const document = parseJson({ file: '', text: source, lines: indexLines('', source) });
  return document.value === undefined ? undefined : revived(document, document.value, [], values, locate, about);
}

function revived(
  document: JsonDocument,
  value: Json,
  path: JsonPath,
  values: readonly Value[],
  locate: (range: Range) => Place,
  about: string | undefined,
): Value {
  const place = locate(document.locate(path) ?? [0, 0]);
  if (isList(value))
    return one(
      list(value.map((item, index) => revived(document, item, [...path, index], values, locate, about))),
      place,
    );
  if (value !== null && typeof value === 'object') {
    return one(
      {
        kind: 'object',
        entries: new Map(
          Object.entries(value).map(([key, item]) => [
            key,
            revived(document, item, [...path, key], values, locate, about),
          ]),
        ),
      },
      place,
    );
  }
  const own = (found: Value): Value => (about === undefined ? found : sealed(found, about));
  if (typeof value !== 'string' || !value.includes(OPEN)) return own(fromJson(value, place));
  const pieces = value
    .split(new RegExp(`(${OPEN}\\d+${CLOSE})`))
    .filter((piece) => piece !== '')
    .map((piece): Value => {
      const index = piece.startsWith(OPEN) ? Number(piece.slice(1, -1)) : -1;
      return values[index] ?? own(one(text(piece), place));
    });
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only.map((way) => ({ ...way, place }));
  return combine(pieces, 'json', place, (singles) =>
    one({ kind: 'text', text: concatAll(singles.map(textOf)) }, place),
  );
}

/** As plain JSON, for readers of documents; what isn't known is left out. */
export function plainJson(value: Value, depth = 0): Json | undefined {
  const single = value[0]?.value ?? NULL;
  if (depth > 20) return undefined;
  switch (single.kind) {
    case 'null':
      return null;
    case 'text':
      return stringOf(single);
    case 'json':
      return plainJson(single.value, depth + 1);
    case 'list':
      return single.items.flatMap((item) => plainJson(item, depth + 1) ?? []);
    case 'object':
      return Object.fromEntries(
        [...single.entries].flatMap(([key, item]): [string, Json][] => {
          const plain = plainJson(item, depth + 1);
          return plain === undefined ? [] : [[key, plain]];
        }),
      );
    default:
      return undefined;
  }
}
