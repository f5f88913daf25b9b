/**
 * Text of a command line that is itself a script (`sh -c "…"`, `eval "…"`): parsed so that each piece of it stands
 * where it was written.
 */
import { always } from '../../core/choices.ts';
import type { Range } from '../../core/site.ts';
import { concatAll, literal, textKey, type Text } from '../../core/text.ts';
import { parseScript } from './parse.ts';
import type { Command, Script, Word, WordPart } from './reading.ts';
import { revive } from '../github/run-text.ts';
import type { Call } from './dispatch.ts';
import { expandString } from './expand.ts';
import type { Field } from './fields.ts';
import type { State } from './state.ts';
import { memo } from '../../core/memo.ts';
import { defined } from '../../core/optional.ts';

/** A stretch of the text and where it was written; `offsets` for each character where it was written as it is. */
interface Piece {
  readonly text: Text;
  readonly range: Range;
  readonly raw: string;
  readonly offsets?: readonly number[];
}

/** To parse a text that its command has not been given before. */
const STEPS_TO_PARSE = 5;
const CHARACTERS_PER_STEP = 100;
const LONGEST_REMEMBERED = 5_000;

/** Holes in the text are bound to variables, so that they survive parsing. */
export function bindText(call: Call, text: Text, target: State, from?: Field): Script {
  const whole = from?.range ?? call.statement.range;
  const pieces = (from === undefined ? undefined : piecesOf(call, from)) ?? [{ text, range: whole, raw: '' }];
  const places = new Map<string, { readonly range: Range; readonly text: string }>();
  const map: number[] = [];
  let source = '';
  for (const { text: parts, range, raw, offsets } of pieces) {
    for (const part of parts) {
      if (typeof part === 'string') {
        for (let at = 0; at < part.length; at++) map.push(offsets?.[at] ?? range[0]);
        source += part;
        continue;
      }
      const name = `__hole_${places.size}`;
      const written = `\${${name}}`;
      for (let at = 0; at < written.length; at++) map.push(range[0]);
      source += written;
      places.set(name, { range, text: raw === '' ? '…' : raw });
      target.assign(name, { kind: 'scalar', values: always([part]), exported: false });
    }
  }
  const seen = parsed(call.statement);
  const key = `${whole[0]} ${source}`;
  const before = seen.get(key);
  if (before !== undefined) return before;
  const { budget } = call.interpreter.session.world;
  if (!budget.spend(STEPS_TO_PARSE + Math.floor(source.length / CHARACTERS_PER_STEP))) return parseScript('').script;
  const last = pieces.at(-1)!;
  map.push(last.offsets === undefined ? last.range[1] : (last.offsets.at(-1) ?? last.range[0]) + 1);
  const { script } = parseScript(source, (offset) => map[Math.min(offset, map.length - 1)] ?? whole[0]);
  const result = revive(script, places);
  if (source.length <= LONGEST_REMEMBERED) seen.set(key, result);
  return result;
}

/** A command that tries again is given the same text each time. */
const parsed = memo((_: Command) => new Map<string, Script>());

/** The pieces of the word that the text came from; undefined where they can't be told, or have another value by now. */
function piecesOf(call: Call, from: Field): Piece[] | undefined {
  const word = call.statement.words.find(({ range }) => range[0] === from.range[0] && range[1] === from.range[1]);
  if (word === undefined || from.site.file !== call.context.code.lines.file) return undefined;
  const pieces: Piece[] = [];
  for (const part of word.parts) {
    const piece = pieceOf(call, part, word);
    if (piece === undefined) return undefined;
    pieces.push(piece);
  }
  return textKey(concatAll(pieces.map((one) => one.text))) === textKey(from.text) ? pieces : undefined;
}

function pieceOf(call: Call, part: WordPart, word: Word): Piece | undefined {
  const raw = asWritten(word)?.slice(part.range[0] - word.range[0], part.range[1] - word.range[0]) ?? '';
  if (part.kind === 'literal') {
    const offsets =
      raw.length > 0
        ? aligned(part.value, raw, part.range[0])
        : part.value.length === part.range[1] - part.range[0]
          ? aligned(part.value, part.value, part.range[0])
          : undefined;
    return { text: literal(part.value), range: part.range, raw, ...defined({ offsets }) };
  }
  // Expanding a second time must not do anything.
  if (part.kind !== 'parameter' || part.operator?.endsWith('=') === true) return undefined;
  const values = expandString(
    { range: part.range, raw, parts: [part] },
    call.interpreter.expander(call.state, call.context),
  );
  return values.length === 1 ? { text: values[0]!.value, range: part.range, raw } : undefined;
}

/**
 * The word as it stands in the file: with the carriage returns that the parser took from it, one a line. Undefined
 * where lines were cut otherwise (a block of YAML): its length shows that offsets into the raw word mean nothing.
 */
function asWritten({ raw, range }: Word): string | undefined {
  const missing = range[1] - range[0] - raw.length;
  if (missing === 0) return raw;
  return missing === raw.split('\n').length - 1 ? raw.replaceAll('\n', '\r\n') : undefined;
}

/**
 * The place of each character; escapes that the shell took away are passed over, and so are carriage returns that the
 * parser did.
 */
function aligned(value: string, raw: string, start: number): number[] | undefined {
  const offsets: number[] = [];
  let at = 0;
  for (const char of value) {
    while ((raw[at] === '\\' || raw[at] === '\r') && raw[at] !== char)
      at += char === '\n' ? 1 : (/^\\\r?\n/.exec(raw.slice(at, at + 3))?.[0].length ?? 1);
    if (!raw.startsWith(char, at)) return undefined;
    for (let unit = 0; unit < char.length; unit++) offsets.push(start + at + unit);
    at += char.length;
  }
  return offsets;
}
