/**
 * `${X#y}`, `${X/y/z}`, `${X^^}`, `${X:1:2}` … on texts that may have holes. What can't be told becomes a hole named
 * after the expansion.
 */
import { REST } from '../../core/linear/syntax.ts';
import { judged, likewise, respelled, sliced, spelled } from '../../core/sealed.ts';
import { concat, concatAll, hole, show, type Part, type Text } from '../../core/text.ts';
import type { Pattern } from './pattern.ts';

/** Can a hole of this nature hide the character? An account, a region or a commit has no slash, colon or at-sign. */
function mayContain(part: Part, char: string): boolean {
  return (
    typeof part !== 'string' && spelled(part) === undefined && (part.nature === 'unknown' || !'/:@'.includes(char))
  );
}

export function removeAffix(text: Text, operator: string, pattern: Pattern, name: string): Text {
  const value = judged(text);
  const longest = operator.length === 2;
  const suffix = operator.startsWith('%');
  if (value !== undefined) {
    const cut = cutKnown(value, suffix, longest, pattern);
    if (cut === undefined) return hole(name);
    return concat(suffix ? sliced(text, 0, cut.length) : sliced(text, value.length - cut.length));
  }
  if (pattern.plain !== undefined) return stripPlain(text, pattern.plain, suffix) ?? hole(name);
  const [char, rest] = suffix ? pattern.parts : pattern.parts.toReversed();
  if (pattern.parts.length !== 2 || rest !== REST || typeof char !== 'string' || char.length !== 1) return hole(name);
  return (suffix ? cutTail(text, char, longest) : cutHead(text, char, longest)) ?? hole(name);
}

/** The shortest or longest beginning or end that the pattern is, cut off; undefined where that can't be told. */
export function cutKnown(value: string, suffix: boolean, longest: boolean, { matcher }: Pattern): string | undefined {
  const found = suffix ? matcher.suffix(value) : matcher.prefix(value);
  if (found === undefined) return undefined;
  const length = found === null ? 0 : longest ? found.longest : found.shortest;
  return suffix ? value.slice(0, value.length - length) : value.slice(length);
}

function stripPlain(text: Text, affix: string, suffix: boolean): Text | undefined {
  const edge = suffix ? text.at(-1) : text[0];
  const value = spelled(edge);
  if (edge === undefined || value === undefined) return undefined;
  if (suffix)
    return value.endsWith(affix)
      ? concat(text.slice(0, -1), respelled(edge, value.slice(0, value.length - affix.length)))
      : value.length >= affix.length
        ? text
        : undefined;
  return value.startsWith(affix)
    ? concat(respelled(edge, value.slice(affix.length)), text.slice(1))
    : value.length >= affix.length
      ? text
      : undefined;
}

/** `${X%%c*}` / `${X%c*}`: everything before the first / last `c`. */
function cutTail(text: Text, char: string, first: boolean): Text | undefined {
  const order = first ? text.keys() : [...text.keys()].reverse();
  for (const index of order) {
    const part = text[index]!;
    const value = spelled(part);
    if (value !== undefined) {
      const at = first ? value.indexOf(char) : value.lastIndexOf(char);
      if (at !== -1) return concat(text.slice(0, index), respelled(part, value.slice(0, at)));
    } else if (mayContain(part, char)) return undefined;
  }
  return text;
}

/** `${X##*c}` / `${X#*c}`: everything after the last / first `c`. */
function cutHead(text: Text, char: string, last: boolean): Text | undefined {
  const order = last ? [...text.keys()].reverse() : text.keys();
  for (const index of order) {
    const part = text[index]!;
    const value = spelled(part);
    if (value !== undefined) {
      const at = last ? value.lastIndexOf(char) : value.indexOf(char);
      if (at !== -1) return concat(respelled(part, value.slice(at + 1)), text.slice(index + 1));
    } else if (mayContain(part, char)) return undefined;
  }
  return text;
}

export function replace(text: Text, operator: string, pattern: Pattern, replacement: Text, name: string): Text {
  const value = judged(text);
  const by = judged(replacement);
  if (
    value === undefined &&
    pattern.plain !== undefined &&
    by !== undefined &&
    operator !== '/' &&
    pattern.plain.length === 1
  ) {
    // Every occurrence: literal pieces can be changed one by one; a hole keeps its identity under a derived name.
    return concatAll(
      text.map((part) => {
        const piece = spelled(part);
        if (piece !== undefined) return likewise(piece.replaceAll(pattern.plain!, by), [part], replacement);
        return typeof part === 'string'
          ? [part]
          : hole(`${part.hole}${operator}${pattern.plain}/${show(replacement)}`, part.nature);
      }),
    );
  }
  if (value === undefined || by === undefined) return hole(name);
  const replaced = replaceKnown(value, operator, pattern, by);
  return replaced === undefined ? hole(name) : likewise(replaced, text, replacement);
}

/** Undefined where it can't be told. */
export function replaceKnown(value: string, operator: string, pattern: Pattern, by: string): string | undefined {
  if (pattern.parts.length === 0) return value;
  if (operator !== '/#' && operator !== '/%') return pattern.matcher.replace(value, operator === '//', () => by);
  const suffix = operator === '/%';
  const rest = cutKnown(value, suffix, true, pattern);
  const found = rest === undefined || rest.length < value.length || pattern.matcher.covers('') === true;
  if (rest === undefined || !found) return rest;
  return suffix ? rest + by : by + rest;
}

export function changeCase(text: Text, operator: string): Text {
  const change = (value: string): string => {
    switch (operator) {
      case '^^':
        return value.toUpperCase();
      case ',,':
        return value.toLowerCase();
      case '^':
        return value.charAt(0).toUpperCase() + value.slice(1);
      case ',':
        return value.charAt(0).toLowerCase() + value.slice(1);
      default:
        return value;
    }
  };
  if (operator.length === 1) {
    const value = judged(text);
    return value === undefined ? text : likewise(change(value), text);
  }
  return concatAll(
    text.map((part) => {
      const piece = spelled(part);
      return piece !== undefined || typeof part === 'string'
        ? respelled(part, change(piece ?? ''))
        : hole(`${part.hole}${operator}`, part.nature);
    }),
  );
}

export function slice(text: Text, offset: number | undefined, length: number | undefined, name: string): Text {
  const value = judged(text);
  if (offset === undefined) return hole(name);
  if (value === undefined) return sliceOfHole(text, offset, length, name);
  const start = offset < 0 ? Math.max(0, value.length + offset) : offset;
  const end = length === undefined ? value.length : length < 0 ? value.length + length : start + length;
  return concat(sliced(text, start, Math.max(start, end)));
}

/** A shortened commit or date (`sha-` and seven of its characters) differs on every run just as the whole does. */
function sliceOfHole(text: Text, offset: number, length: number | undefined, name: string): Text {
  const at = text.findIndex((part) => typeof part !== 'string' && spelled(part) === undefined);
  const first = text[at];
  const before = text.slice(0, at);
  const start = before.reduce((sum, part) => sum + (spelled(part)?.length ?? 0), 0);
  const reaches = length === undefined || length < 0 || offset + length > start;
  const ends = offset >= start && text.length > at + 1;
  if (first === undefined || typeof first === 'string' || first.nature !== 'unique' || offset < 0 || !reaches || ends)
    return hole(name);
  return concat(sliced(before, offset), hole(name, 'unique'));
}
