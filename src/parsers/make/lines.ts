/** Make's logical lines: what a backslash joins, what `#` ends, and where `$(…)` nests. */
import { mappedBuilder, sliceMapped, type MappedText } from '../../syntax/mapped.ts';
import { defined } from '../../core/optional.ts';

export interface PhysicalLine {
  readonly start: number;
  /** Without the line break. */
  readonly end: number;
  /** Start of the next line. */
  readonly next: number;
}

export function physicalLine(text: string, start: number): PhysicalLine {
  const newline = text.indexOf('\n', start);
  const next = newline === -1 ? text.length : newline + 1;
  const stop = newline === -1 ? text.length : newline;
  return { start, end: stop > start && text[stop - 1] === '\r' ? stop - 1 : stop, next };
}

/** An odd number of backslashes at the end joins the next line. */
export function isContinued(text: string, line: PhysicalLine): boolean {
  let count = 0;
  while (line.end - count > line.start && text[line.end - 1 - count] === '\\') count++;
  return count % 2 === 1 && line.next > line.end;
}

/**
 * Outside recipes: backslash, newline and the white space around them are one space, and an unescaped `#` ends the
 * line.
 */
export function joinPlain(
  text: string,
  start: number,
): { line: MappedText; next: number; comment?: { start: number; end: number } } {
  const builder = mappedBuilder();
  let at = start;
  let comment: { start: number; end: number } | undefined;
  for (;;) {
    const physical = physicalLine(text, at);
    const continued = isContinued(text, physical);
    const end = continued ? physical.end - 1 : physical.end;
    if (comment === undefined) {
      const from = at === start ? at : skipSpace(text, at, end);
      const hash = findComment(text, from, end);
      if (hash !== undefined) comment = { start: hash, end: physical.end };
      copyUnescaped(text, from, hash ?? end, builder);
      if (continued && hash === undefined) builder.insert(' ', end, physical.next);
    } else {
      comment = { ...comment, end: physical.end };
    }
    if (!continued || physical.next >= text.length)
      return { line: builder.done(), next: physical.next, ...defined({ comment }) };
    at = physical.next;
  }
}

/** In recipes the shell sees the backslash and the newline; only the next line's recipe prefix goes. */
export function joinRecipe(
  text: string,
  start: number,
  prefix: string,
): { line: MappedText; next: number; end: number } {
  const builder = mappedBuilder();
  let at = start;
  for (;;) {
    const physical = physicalLine(text, at);
    builder.copy(text.slice(at, physical.end), at);
    if (!isContinued(text, physical) || physical.next >= text.length)
      return { line: builder.done(), next: physical.next, end: physical.end };
    builder.copy('\n', physical.end);
    at = text[physical.next] === prefix ? physical.next + 1 : physical.next;
  }
}

function skipSpace(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (text[at] === ' ' || text[at] === '\t')) at++;
  return at;
}

function findComment(text: string, from: number, end: number): number | undefined {
  for (let at = from; at < end; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '#') return at;
  }
  return undefined;
}

/** `\#` is a plain `#`. */
function copyUnescaped(text: string, from: number, end: number, builder: ReturnType<typeof mappedBuilder>): void {
  let start = from;
  for (let at = from; at < end; at++) {
    if (text[at] === '\\' && text[at + 1] === '#') {
      builder.copy(text.slice(start, at), start);
      start = at + 1;
      at++;
    }
  }
  builder.copy(text.slice(start, end), start);
}

export function trimMapped(mapped: MappedText): MappedText {
  const start = mapped.text.length - mapped.text.trimStart().length;
  const end = mapped.text.trimEnd().length;
  return start === 0 && end === mapped.text.length ? mapped : sliceMapped(mapped, Math.min(start, end), end);
}

/** Index after the `$(…)`, `${…}` or `$x` that begins at this `$`. */
export function skipReference(text: string, dollar: number): number {
  const open = text[dollar + 1];
  if (open !== '(' && open !== '{') return Math.min(text.length, dollar + 2);
  const close = open === '(' ? ')' : '}';
  let depth = 0;
  for (let at = dollar + 1; at < text.length; at++) {
    if (text[at] === open) depth++;
    else if (text[at] === close && --depth === 0) return at + 1;
  }
  return text.length;
}

/** The first place outside any reference where this holds. */
export function findOutside(text: string, from: number, test: (char: string, at: number) => boolean): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '$') at = skipReference(text, at) - 1;
    else if (test(text[at]!, at)) return at;
  }
  return -1;
}
