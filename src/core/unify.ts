/**
 * May two texts be one string? By tables over both, so that the answer costs their lengths' product, however many holes
 * there are.
 */
import type { Nature, Text } from './text.ts';

/** Cells of a table: names and addresses are short, and what is longer is somebody's prose. */
const LARGEST_TABLE = 250_000;
/**
 * Of two patterns: each cell of it costs more, and names of two hundred characters that nobody knows whole are
 * nobody's.
 */
const LARGEST_PAIR = 40_000;
/** Ways tried for a pattern that says one hole twice, for which nobody knows a quick way. */
const MOST_WAYS = 5_000;

/**
 * What the holes of a pattern stand for when it is this known string; undefined when it can't be. Shortest fills first.
 */
export function fills(pattern: Text, value: string): Map<string, string> | undefined {
  if (!holdsInOrder(value, pattern)) return undefined;
  const ends = endsOf(pattern, value);
  if (ends === undefined) return undefined;
  const found = new Map<string, string>();
  const again = repeatedIn(pattern);
  let ways = MOST_WAYS;
  const step = (index: number, offset: number): boolean => {
    const part = pattern[index];
    if (part === undefined) return true;
    if (typeof part === 'string') return step(index + 1, offset + part.length);
    const bound = found.get(part.hole);
    if (bound !== undefined)
      return (
        value.startsWith(bound, offset) &&
        ends[index + 1]![offset + bound.length] === 1 &&
        step(index + 1, offset + bound.length)
      );
    for (let end = offset + 1; end <= value.length; end++) {
      if (ends[index + 1]![end] !== 1 || !admits(part.nature, value, offset, end)) continue;
      if (again.size > 0 && --ways < 0) return false;
      found.set(part.hole, value.slice(offset, end));
      if (step(index + 1, end)) return true;
      found.delete(part.hole);
      // With every hole said once, the table is the whole truth.
      if (again.size === 0) return false;
    }
    return false;
  };
  return ends[0]![0] === 1 && step(0, 0) ? found : undefined;
}

/** Cheaper than trying: all literal text of the pattern has to occur, one piece after the other. */
function holdsInOrder(value: string, pattern: Text): boolean {
  let from = 0;
  for (const part of pattern) {
    if (typeof part !== 'string') continue;
    const at = value.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return true;
}

function repeatedIn(pattern: Text): Set<string> {
  const [seen, again] = [new Set<string>(), new Set<string>()];
  for (const part of pattern) {
    if (typeof part === 'string') continue;
    if (seen.has(part.hole)) again.add(part.hole);
    seen.add(part.hole);
  }
  return again;
}

/**
 * For every part of the pattern, the offsets from which it and all after it can be the rest of the string, each hole on
 * its own.
 */
function endsOf(pattern: Text, value: string): Uint8Array[] | undefined {
  const width = value.length + 1;
  if ((pattern.length + 1) * width > LARGEST_TABLE) return undefined;
  const ends = Array.from({ length: pattern.length + 1 }, () => new Uint8Array(width));
  ends[pattern.length]![value.length] = 1;
  for (let index = pattern.length - 1; index >= 0; index--) {
    const part = pattern[index]!;
    const [here, next] = [ends[index]!, ends[index + 1]!];
    if (typeof part === 'string') {
      for (let at = value.indexOf(part); at !== -1; at = value.indexOf(part, at + 1))
        here[at] = next[at + part.length]!;
      continue;
    }
    const [shortest, longest] = LENGTHS[part.nature];
    let last = -1;
    for (let at = value.length - 1; at >= 0; at--) {
      if (next[at + 1] === 1 && last === -1) last = at + 1;
      if (part.nature === 'unknown' || part.nature === 'unique') {
        if (last !== -1) here[at] = 1;
        continue;
      }
      for (let end = at + shortest; end <= Math.min(at + longest, value.length) && here[at] === 0; end++) {
        if (next[end] === 1 && admits(part.nature, value, at, end)) here[at] = 1;
      }
    }
  }
  return ends;
}

/** How long what a hole stands for can be: a region is `ap-southeast-7` or `us-isob-east-1`. */
const LENGTHS: Readonly<Record<Nature, readonly [number, number]>> = {
  unknown: [1, Number.POSITIVE_INFINITY],
  unique: [1, Number.POSITIVE_INFINITY],
  account: [12, 12],
  region: [6, 40],
};

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

function admits(nature: Nature, value: string, start: number, end: number): boolean {
  const [shortest, longest] = LENGTHS[nature];
  if (end - start < shortest || end - start > longest) return false;
  if (nature === 'account') return /^\d{12}$/.test(value.slice(start, end));
  return nature !== 'region' || REGION.test(value.slice(start, end));
}

export const isWordChar = (char: string): boolean => /[\p{L}\p{N}]/u.test(char);

/** Which holes of two patterns have consumed something, of the left (1) and of the right (2). */
const OPEN_LEFT = 1;
const OPEN_RIGHT = 2;
const STATES = 4;

/**
 * The most letters and digits two patterns with holes can share when unified, each hole standing for one or more
 * characters; undefined when they don't unify.
 */
export function sharedLiteral(a: Text, b: Text): number | undefined {
  const [left, right] = [cells(a), cells(b)];
  if (left === undefined || right === undefined || left.length * right.length > LARGEST_PAIR) return undefined;
  // Of each row only the next is needed: from cell i of the left and j of the right it goes on to one of them, or both.
  const width = (right.length + 1) * STATES;
  let row = new Int32Array(width).fill(-1);
  let below = new Int32Array(width).fill(-1);
  const raise = (to: Int32Array, at: number, score: number): void => {
    if (score > to[at]!) to[at] = score;
  };
  row[0] = 0;
  for (let i = 0; i <= left.length; i++) {
    const x = left[i];
    for (let j = 0; j <= right.length; j++) {
      const y = right[j];
      for (let open = 0; open < STATES; open++) {
        const score = row[j * STATES + open]!;
        if (score < 0) continue;
        if (x === HOLE && (open & OPEN_LEFT) !== 0) raise(below, j * STATES + (open & OPEN_RIGHT), score);
        if (y === HOLE && (open & OPEN_RIGHT) !== 0) raise(row, (j + 1) * STATES + (open & OPEN_LEFT), score);
        if (x === undefined || y === undefined) continue;
        if (x === HOLE && y === HOLE) raise(row, j * STATES + (OPEN_LEFT | OPEN_RIGHT), score);
        else if (x === HOLE) raise(row, (j + 1) * STATES + OPEN_LEFT, score);
        else if (y === HOLE) raise(below, j * STATES + OPEN_RIGHT, score);
        else if (x === y) raise(below, (j + 1) * STATES, score + (isWordChar(x) ? 1 : 0));
      }
    }
    if (i === left.length) break;
    [row, below] = [below, row];
    below.fill(-1);
  }
  const end = right.length * STATES;
  return row[end]! < 0 ? undefined : row[end];
}

const HOLE = '';

/** One string per character, and `''` for a hole; undefined for what is too long to be a name. */
function cells(text: Text): string[] | undefined {
  const found: string[] = [];
  for (const part of text) {
    if (typeof part === 'string' && part.length > LARGEST_TABLE) return undefined;
    for (const cell of typeof part === 'string' ? part.split('') : [HOLE]) found.push(cell);
  }
  return found;
}
