/** Cutting and reading Texts, as command handlers need it. */
import { concat, known, literal, type Text } from '../../model/text.ts';

/** Any number of texts, one after the other. */
export function join(texts: readonly Text[]): Text {
  return concat(texts.flat());
}

/** The text before and after the first literal occurrence of a separator. */
export function cut(text: Text, separator: string): readonly [before: Text, after: Text] | undefined {
  for (const [index, part] of text.entries()) {
    const at = typeof part === 'string' ? part.indexOf(separator) : -1;
    if (at === -1 || typeof part !== 'string') continue;
    return [
      concat(text.slice(0, index), literal(part.slice(0, at))),
      concat(literal(part.slice(at + separator.length)), text.slice(index + 1)),
    ];
  }
  return undefined;
}

export function split(text: Text, separator: string): Text[] {
  const pieces: Text[] = [];
  let rest = text;
  for (let found = cut(rest, separator); found !== undefined; found = cut(rest, separator)) {
    pieces.push(found[0]);
    rest = found[1];
  }
  return [...pieces, rest];
}

/** What follows a literal prefix; undefined when the text doesn't start with it. */
export function afterPrefix(text: Text, prefix: string): Text | undefined {
  const [first] = text;
  if (typeof first !== 'string' || !first.startsWith(prefix)) return prefix === '' ? text : undefined;
  return concat(literal(first.slice(prefix.length)), text.slice(1));
}

/** The literal text it starts with; `''` when a hole comes first. */
export function head(text: Text): string {
  const [first] = text;
  return typeof first === 'string' ? first : '';
}

/** Nothing of it is known: it may be a flag, several words or none. */
export function isOpaque(text: Text): boolean {
  return text.length > 0 && text.every((part) => typeof part !== 'string');
}

export function contains(text: Text, wanted: string): boolean {
  return text.some((part) => typeof part === 'string' && part.includes(wanted));
}

export function holeNames(text: Text): string[] {
  return text.flatMap((part) => (typeof part === 'string' ? [] : [part.hole]));
}

/** As `$(…)` sees it. */
export function chomp(text: Text): Text {
  const last = text.at(-1);
  if (typeof last !== 'string') return text;
  return concat(text.slice(0, -1), literal(last.replace(/\n+$/, '')));
}

/** White space parts words; holes stay inside the word they stand in. */
export function words(text: Text): Text[] {
  const result: Text[] = [];
  let word: Text = [];
  for (const part of text) {
    if (typeof part !== 'string') {
      word = [...word, part];
      continue;
    }
    for (const [index, piece] of part.split(/\s+/).entries()) {
      if (index > 0) {
        if (word.length > 0) result.push(word);
        word = [];
      }
      word = concat(word, literal(piece));
    }
  }
  return word.length > 0 ? [...result, word] : result;
}

/** Go's `strconv.ParseBool`, as Docker's tools read switches. */
export function goBool(value: string): boolean | undefined {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value)) return true;
  return ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value) ? false : undefined;
}

/** A switch that may be set without a value or with `=false`. */
export function isOn(value: Text | undefined): boolean {
  const text = known(value);
  return value === undefined || text === undefined || goBool(text) !== false;
}
