/** Code frames: the lines a span stands on, with the span marked, in the width there is. */
import type { Span } from '../core/site.ts';
import { forFrame } from './escape.ts';
import { clipped, textWidth, wrap } from './width.ts';

interface Annotation {
  readonly span: Span;
  readonly mark: '^' | '-';
  readonly label: string;
  readonly tint: (text: string) => string;
}

export interface Snippet {
  readonly lines: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly gutter: number;
  readonly width: number;
  readonly dim: (text: string) => string;
}

/** More lines of one span than this are cut in the middle. */
const MOST_LINES = 6;
/**
 * Of a line, no more code units than these are looked at for each column there is: a column may hold any number of
 * combining marks.
 */
const MOST_UNITS = 4;

/** All that is marked in one file, in the file's order. */
export function snippet({ lines, annotations, gutter, width, dim }: Snippet): string[] {
  const bar = (number?: number): string => dim(`${(number === undefined ? '' : String(number)).padStart(gutter)} |`);
  const room = width - gutter - 3;
  const out = [bar()];
  let previous: number | undefined;
  for (const group of byLine(annotations, lines.length)) {
    const [first] = group;
    if (first === undefined) continue;
    const last = Math.min(lastLine(first.span), lines.length);
    if (previous !== undefined && first.span.line > previous + 1) out.push(dim('...'.padStart(gutter + 2)));
    out.push(
      ...(last > first.span.line ? block(lines, first, last, room, bar, dim, gutter) : row(lines, group, room, bar)),
    );
    previous = Math.max(previous ?? 0, last);
  }
  return out;
}

/** Annotations of one line stand together; one over several lines stands alone. */
function byLine(annotations: readonly Annotation[], lineCount: number): Annotation[][] {
  const sorted = [...annotations].sort((a, b) => a.span.line - b.span.line || a.span.column - b.span.column);
  const groups: Annotation[][] = [];
  const multiline = ({ span }: Annotation): boolean => Math.min(lastLine(span), lineCount) > span.line;
  for (const one of sorted) {
    const group = groups.at(-1);
    if (group?.[0] !== undefined && group[0].span.line === one.span.line && !multiline(one) && !multiline(group[0]))
      group.push(one);
    else groups.push([one]);
  }
  return groups;
}

/**
 * A line once, with a mark for each annotation, the finding's own first; what the cut-off line doesn't show gets a cut
 * of its own.
 */
function row(
  lines: readonly string[],
  group: readonly Annotation[],
  room: number,
  bar: (number?: number) => string,
): string[] {
  const out: string[] = [];
  let view: View | undefined;
  for (const { span, mark, label, tint } of [...group].sort(
    (a, b) => Number(b.mark === '^') - Number(a.mark === '^'),
  )) {
    const line = lines[span.line - 1] ?? '';
    // A span may be of another text than the file's as it is now.
    const start = Math.max(0, Math.min(span.column - 1, line.length));
    const end = Math.max(span.endLine > span.line ? line.length : Math.min(span.endColumn - 1, line.length), start + 1);
    if (view === undefined || start >= view.to || end <= view.from) {
      view = viewOf(line, start, end, room);
      out.push(`${bar(span.line)} ${view.text}`.trimEnd());
    }
    const from = view.lead + textWidth(forFrame(line.slice(view.from, Math.max(start, view.from))));
    const marked = Math.max(1, textWidth(forFrame(line.slice(Math.max(start, view.from), Math.min(end, view.to)))));
    out.push(...underline(from, marked, mark, label, room, tint).map((text) => `${bar()} ${text}`));
  }
  return out;
}

function block(
  lines: readonly string[],
  { span, mark, label, tint }: Annotation,
  last: number,
  room: number,
  bar: (number?: number) => string,
  dim: (text: string) => string,
  gutter: number,
): string[] {
  const numbers = range(span.line, last);
  const shown =
    numbers.length <= MOST_LINES ? numbers : [...numbers.slice(0, MOST_LINES - 2), undefined, ...numbers.slice(-1)];
  const out = shown.map((number, index) =>
    number === undefined
      ? `${dim('...'.padStart(gutter + 2))} ${tint('|')}`
      : `${bar(number)} ${tint(index === 0 ? '/' : '|')} ${clip(lines[number - 1] ?? '', room - 2)}`.trimEnd(),
  );
  const [first = '', ...rest] = wrap(label, room - 4);
  return [
    ...out,
    `${bar()} ${tint(`|_${mark}`)}${first === '' ? '' : ` ${tint(first)}`}`,
    ...rest.map((line) => `${bar()}     ${tint(line)}`),
  ];
}

/** A span that ends at the start of a line ends on the line before. */
export function lastLine(span: Span): number {
  return span.endColumn === 1 && span.endLine > span.line ? span.endLine - 1 : span.endLine;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** The part of a line that is shown: offsets into it, and how many columns stand before the first. */
interface View {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly lead: number;
}

/** All of it where it fits, else as much as fits around the focus. */
function viewOf(line: string, start: number, end: number, room: number): View {
  const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
  const cut = indent > 12 ? indent - 4 : 0;
  // A line far too long (a minified template) isn't measured for each of its findings.
  const rest = line.length - cut > MOST_UNITS * room ? undefined : forFrame(line.slice(cut));
  if (rest !== undefined && textWidth(rest) <= room) return { text: rest, from: cut, to: line.length, lead: 0 };
  const width = (offset: number): number => textWidth(forFrame(charAt(line, offset)));
  let from = start;
  let to = start;
  let left = room - 2;
  const far = { from: start - MOST_UNITS * room, to: start + MOST_UNITS * room };
  const takeRight = (limit: number): boolean => {
    const size = to < Math.min(limit, far.to) ? width(to) : Number.POSITIVE_INFINITY;
    if (size > left) return false;
    left -= size;
    to += charAt(line, to).length;
    return true;
  };
  const takeLeft = (): boolean => {
    const before = from <= Math.max(0, far.from) ? 0 : isLow(line.charCodeAt(from - 1)) && from > 1 ? 2 : 1;
    const size = before === 0 ? Number.POSITIVE_INFINITY : width(from - before);
    if (size > left) return false;
    left -= size;
    from -= before;
    return true;
  };
  while (takeRight(end));
  for (let more = true; more; ) {
    const leftwards = takeLeft();
    more = takeRight(line.length) || leftwards;
  }
  const text = forFrame(line.slice(from, to));
  return { text: `${from > 0 ? '…' : ''}${text}${to < line.length ? '…' : ''}`, from, to, lead: from > 0 ? 1 : 0 };
}

function charAt(line: string, offset: number): string {
  return String.fromCodePoint(line.codePointAt(offset) ?? 0x20);
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

function clip(line: string, room: number): string {
  const text = forFrame(line.slice(0, MOST_UNITS * room));
  if (line.length <= MOST_UNITS * room && textWidth(text) <= room) return text;
  return room <= 0 ? '' : clipped(text, room);
}

/** The label stands after the mark where it fits, else below it. */
function underline(
  from: number,
  marked: number,
  mark: string,
  label: string,
  room: number,
  tint: (text: string) => string,
): string[] {
  const line = ' '.repeat(from) + tint(mark.repeat(marked));
  if (label === '') return [line];
  if (from + marked + 1 + textWidth(label) <= room) return [`${line} ${tint(label)}`];
  const indent = Math.max(0, Math.min(from, room - Math.min(textWidth(label), room)));
  return [line, ...wrap(label, room - indent).map((text) => ' '.repeat(indent) + tint(text))];
}
