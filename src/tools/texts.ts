/** Cutting and reading Texts, as command handlers need it. */
import { judged, respelled, spelled } from '../core/sealed.ts';
import { concat, type Text } from '../core/text.ts';

/** Any number of texts, one after the other. */
export function join(texts: readonly Text[]): Text {
  return concat(texts.flat());
}

/** The text before and after the first literal occurrence of a separator. */
export function cut(text: Text, separator: string): readonly [before: Text, after: Text] | undefined {
  for (const [index, part] of text.entries()) {
    const value = spelled(part);
    const at = value?.indexOf(separator) ?? -1;
    if (at === -1 || value === undefined) continue;
    return [
      concat(text.slice(0, index), respelled(part, value.slice(0, at))),
      concat(respelled(part, value.slice(at + separator.length)), text.slice(index + 1)),
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
  const value = spelled(first);
  if (first === undefined || value === undefined || !value.startsWith(prefix)) return prefix === '' ? text : undefined;
  return concat(respelled(first, value.slice(prefix.length)), text.slice(1));
}

/** The literal text it starts with; `''` when a hole comes first. For decisions: it may be sealed. */
export function head(text: Text): string {
  return spelled(text[0]) ?? '';
}

/** Nothing of it is known: it may be a flag, several words or none. */
export function isOpaque(text: Text): boolean {
  return text.length > 0 && text.every((part) => spelled(part) === undefined);
}

export function contains(text: Text, wanted: string): boolean {
  return text.some((part) => spelled(part)?.includes(wanted) === true);
}

export function holeNames(text: Text): string[] {
  return text.flatMap((part) => (typeof part === 'string' || spelled(part) !== undefined ? [] : [part.hole]));
}

/** As `$(…)` sees it. */
export function chomp(text: Text): Text {
  const last = text.at(-1);
  const value = spelled(last);
  if (last === undefined || value === undefined) return text;
  return concat(text.slice(0, -1), respelled(last, value.replace(/\n+$/, '')));
}

/** White space parts words; holes stay inside the word they stand in. */
export function words(text: Text): Text[] {
  const result: Text[] = [];
  let word: Text = [];
  for (const part of text) {
    const value = spelled(part);
    if (value === undefined) {
      word = [...word, part];
      continue;
    }
    for (const [index, piece] of value.split(/\s+/).entries()) {
      if (index > 0) {
        if (word.length > 0) result.push(word);
        word = [];
      }
      word = concat(word, respelled(part, piece));
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
  const text = judged(value);
  return value === undefined || text === undefined || goBool(text) !== false;
}
