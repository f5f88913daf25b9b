/**
 * From an offset in a YAML scalar's value back to the file: the map by which a finding inside `run: |` points at the
 * right character.
 */
import { table } from '../core/table.ts';
import type { SourceText } from './source.ts';
import type { YamlScalar } from './yaml-nodes.ts';

export type OffsetMap = (offset: number) => number;

/** Characters of a value with the offsets they came from. */
interface Traced {
  /** Pieces of one unit each: a string that grows and is looked at in turns would be copied every time. */
  readonly units: string[];
  readonly offsets: number[];
  /** One past the last character. */
  end: number;
}

/**
 * Exact for every style; a scalar whose value the tracing below can't reproduce maps to its start as a whole.
 * The value's end maps to one past its last character.
 */
export function scalarMap(source: SourceText, node: YamlScalar): OffsetMap {
  const [start, end] = node.range;
  const written = source.text.slice(start, end);
  if (written === node.value) return (offset) => start + clamp(offset, node.value.length);
  const traced = TRACERS[node.style](written, node.value);
  if (traced.units.join('') !== node.value) return () => start;
  const offsets = Uint32Array.from([...traced.offsets, traced.end]);
  return (offset) => start + (offsets[clamp(offset, node.value.length)] ?? 0);
}

function clamp(offset: number, most: number): number {
  return Math.max(0, Math.min(offset, most));
}

const TRACERS: Record<YamlScalar['style'], (written: string, value: string) => Traced> = {
  plain: (written) => traceFlow(written, 0, written.length, 'plain'),
  single: (written) => traceFlow(written, 1, written.length - 1, 'single'),
  double: (written) => traceFlow(written, 1, written.length - 1, 'double'),
  literal: (written, value) => traceBlock(written, value, false),
  folded: (written, value) => traceBlock(written, value, true),
};

function push(traced: Traced, text: string, offset: number): void {
  for (let unit = 0; unit < text.length; unit++) {
    traced.units.push(text.charAt(unit));
    traced.offsets.push(offset);
  }
}

// ── flow scalars ────────────────────────────────────────────────────────────────────────────────

const ESCAPES: Readonly<Record<string, string>> = table({
  0: '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
});
const HEX_LENGTH: Readonly<Record<string, number>> = table({ x: 2, u: 4, U: 8 });

function traceFlow(written: string, from: number, to: number, style: 'plain' | 'single' | 'double'): Traced {
  const traced: Traced = { units: [], offsets: [], end: to };
  /** White space before this length of the value was escaped, and survives a line break. */
  let firm = 0;
  let at = from;
  while (at < to) {
    const char = written.charAt(at);
    if (char === '\n' || (char === '\r' && written.charAt(at + 1) === '\n')) {
      at = fold(written, at, to, traced, firm);
    } else if (style === 'single' && char === "'") {
      push(traced, "'", at);
      at += 2;
    } else if (style === 'double' && char === '\\') {
      at = unescape(written, at, to, traced);
      firm = traced.units.length;
    } else {
      push(traced, char, at);
      at++;
    }
  }
  return traced;
}

/** A line break becomes a space, empty lines become breaks, and white space around them goes. */
function fold(written: string, from: number, to: number, traced: Traced, firm: number): number {
  while (traced.units.length > firm && /[ \t]/.test(traced.units.at(-1) ?? '')) {
    traced.units.pop();
    traced.offsets.pop();
  }
  let breaks = 0;
  let at = from;
  while (at < to && /[\s]/.test(written.charAt(at))) {
    if (written.charAt(at) === '\n') breaks++;
    at++;
  }
  push(traced, breaks === 1 ? ' ' : '\n'.repeat(breaks - 1), from);
  return at;
}

function unescape(written: string, at: number, to: number, traced: Traced): number {
  const next = written.charAt(at + 1);
  const length = HEX_LENGTH[next];
  if (length !== undefined) {
    const code = Number.parseInt(written.slice(at + 2, at + 2 + length), 16);
    push(traced, Number.isNaN(code) || code > 0x10ffff ? '' : String.fromCodePoint(code), at);
    return at + 2 + length;
  }
  if (next === '\n' || next === '\r') {
    // An escaped break joins the lines with nothing between.
    let after = at + 1;
    while (after < to && /\s/.test(written.charAt(after))) after++;
    return after;
  }
  push(traced, ESCAPES[next] ?? `\\${next}`, at);
  return at + 2;
}

// ── block scalars ───────────────────────────────────────────────────────────────────────────────

interface BlockLine {
  readonly text: string;
  readonly offset: number;
}

function traceBlock(written: string, value: string, folded: boolean): Traced {
  const header = /^[|>]([+-]?)[1-9]?([+-]?)[^\r\n]*(?:\r?\n|$)/.exec(written);
  const traced: Traced = { units: [], offsets: [], end: written.length };
  if (header === null) return traced;
  const chomp = header[1] || header[2];
  const lines = blockLines(written, header[0].length, value);
  let last = lines.length - 1;
  while (last >= 0 && lines[last]!.text === '') last--;
  if (last < 0) {
    if (chomp === '+') for (const line of lines.slice(0, -1)) push(traced, '\n', line.offset);
    return traced;
  }
  if (folded) traceFolded(lines.slice(0, last + 1), traced);
  else {
    for (const [index, line] of lines.slice(0, last + 1).entries()) {
      if (index > 0) push(traced, '\n', endOf(lines[index - 1]!));
      pushLine(traced, line);
    }
  }
  traced.end = endOf(lines[last]!);
  if (chomp === '-') return traced;
  const breaks = chomp === '+' ? lines.slice(last, -1) : lines.slice(last, last + 1);
  for (const line of breaks) push(traced, '\n', endOf(line));
  if (breaks.length > 0) traced.end = Math.min(written.length, endOf(breaks.at(-1)!) + 1);
  return traced;
}

const endOf = (line: BlockLine): number => line.offset + line.text.length;

function pushLine(traced: Traced, line: BlockLine): void {
  for (let column = 0; column < line.text.length; column++)
    push(traced, line.text.charAt(column), line.offset + column);
}

/**
 * The lines after the header without their indentation, which the value tells: with an indicator (`|2`) it isn't the
 * first line's.
 */
function blockLines(written: string, from: number, value: string): BlockLine[] {
  const raw: BlockLine[] = [];
  let at = from;
  for (const text of written.slice(from).split('\n')) {
    raw.push({ text: text.endsWith('\r') ? text.slice(0, -1) : text, offset: at });
    at += text.length + 1;
  }
  const filled = raw.find((line) => line.text.trim() !== '');
  const kept = value.split('\n').find((line) => line.trim() !== '');
  const indent =
    filled === undefined ? Number.POSITIVE_INFINITY : leadingSpaces(filled.text) - leadingSpaces(kept ?? '');
  return raw.map((line) => {
    const cut = Math.min(leadingSpaces(line.text), indent);
    return { text: line.text.slice(cut), offset: line.offset + cut };
  });
}

function leadingSpaces(text: string): number {
  return /^ */.exec(text)?.[0].length ?? 0;
}

function traceFolded(lines: readonly BlockLine[], traced: Traced): void {
  let previous: BlockLine | undefined;
  let empty = 0;
  const isIndented = (line: BlockLine | undefined): boolean => line !== undefined && /^[ \t]/.test(line.text);
  for (const line of lines) {
    if (line.text === '') {
      empty++;
      continue;
    }
    const at = previous === undefined ? line.offset : endOf(previous);
    if (previous === undefined) push(traced, '\n'.repeat(empty), at);
    else if (isIndented(line) || isIndented(previous)) push(traced, '\n'.repeat(empty + 1), at);
    else push(traced, empty === 0 ? ' ' : '\n'.repeat(empty), at);
    pushLine(traced, line);
    previous = line;
    empty = 0;
  }
}
