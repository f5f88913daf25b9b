/** Regular expressions as data, whatever language they were written in. */

/** Code units (as strings have them): inclusive ranges, in order and apart from each other. */
export interface CharSet {
  readonly ranges: readonly (readonly [from: number, to: number])[];
  /** All but these. */
  readonly not: boolean;
}

export type Assertion = 'start' | 'end' | 'line start' | 'line end' | 'boundary' | 'no boundary';

export type Node =
  | { readonly kind: 'char'; readonly set: CharSet }
  /** One after the other. */
  | { readonly kind: 'all'; readonly of: readonly Node[] }
  /** One of these, earlier ones first. */
  | { readonly kind: 'any'; readonly of: readonly Node[] }
  | {
      readonly kind: 'repeat';
      readonly of: Node;
      readonly least: number;
      readonly most: number;
      readonly greedy: boolean;
    }
  | { readonly kind: 'assert'; readonly what: Assertion };

export type Range = CharSet['ranges'][number];

export const NOTHING: Node = { kind: 'all', of: [] };
export const ANYTHING: Node = { kind: 'char', set: { ranges: [], not: true } };
/** Any number of any characters. */
export const REST: Node = { kind: 'repeat', of: ANYTHING, least: 0, most: Number.POSITIVE_INFINITY, greedy: true };

export function charSet(ranges: readonly Range[], not = false): CharSet {
  const merged: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return { ranges: merged, not };
}

/** All that `set` doesn't have, as ranges again. */
export function inverted({ ranges }: CharSet): Range[] {
  const others: [number, number][] = [];
  let next = 0;
  for (const [from, to] of ranges) {
    if (from > next) others.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= LAST_UNIT) others.push([next, LAST_UNIT]);
  return others;
}

const LAST_UNIT = 0xffff;

export function has({ ranges, not }: CharSet, code: number): boolean {
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [from, to] = ranges[middle]!;
    if (code < from) high = middle - 1;
    else if (code > to) low = middle + 1;
    else return !not;
  }
  return not;
}

export function literalNode(text: string): Node {
  return { kind: 'all', of: text.split('').map((unit): Node => charNode(unit)) };
}

export function charNode(unit: string): Node {
  const code = unit.charCodeAt(0);
  return { kind: 'char', set: { ranges: [[code, code]], not: false } };
}

const DIGITS: Range = [48, 57];
const UPPER: Range = [65, 90];
const LOWER: Range = [97, 122];
/** What `\s` stands for in JavaScript. */
const WHITE: readonly Range[] = [
  [9, 13],
  [32, 32],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];

/** `\d`, `\w`, `\s`. */
export const SHORTHANDS: ReadonlyMap<string, readonly Range[]> = new Map([
  ['d', [DIGITS]],
  ['w', [DIGITS, UPPER, [95, 95], LOWER]],
  ['s', WHITE],
]);

/** `[:alpha:]` and the rest of POSIX. */
export const CLASSES: ReadonlyMap<string, readonly Range[]> = new Map([
  ['alpha', [UPPER, LOWER]],
  ['digit', [DIGITS]],
  ['alnum', [DIGITS, UPPER, LOWER]],
  ['upper', [UPPER]],
  ['lower', [LOWER]],
  ['word', [DIGITS, UPPER, [95, 95], LOWER]],
  [
    'space',
    [
      [9, 13],
      [32, 32],
    ],
  ],
  [
    'blank',
    [
      [9, 9],
      [32, 32],
    ],
  ],
  [
    'punct',
    [
      [33, 47],
      [58, 64],
      [91, 96],
      [123, 126],
    ],
  ],
  ['xdigit', [DIGITS, [65, 70], [97, 102]]],
  [
    'cntrl',
    [
      [0, 31],
      [127, 127],
    ],
  ],
  ['print', [[32, 126]]],
  ['graph', [[33, 126]]],
]);

export function mayBeEmpty(node: Node): boolean {
  switch (node.kind) {
    case 'char':
      return false;
    case 'assert':
      return true;
    case 'all':
      return node.of.every(mayBeEmpty);
    case 'any':
      return node.of.some(mayBeEmpty);
    case 'repeat':
      return node.least === 0 || mayBeEmpty(node.of);
  }
}

/** The same, read from the end: what a suffix is cut off with. */
export function reversed(node: Node): Node {
  switch (node.kind) {
    case 'char':
    case 'assert':
      return node;
    case 'all':
      return { kind: 'all', of: node.of.map(reversed).reverse() };
    case 'any':
      return { kind: 'any', of: node.of.map(reversed) };
    case 'repeat':
      return { ...node, of: reversed(node.of) };
  }
}
