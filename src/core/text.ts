/**
 * Text: a string known in parts. Every string evaluation — shell expansion, template literals,
 * `Fn::Sub`, `${{ }}`, `$(VAR)` — ends in one, or in a small set of them (see choices.ts).
 */
import { Sealed, opened, seal } from './sealed.ts';
import { fills, isWordChar, sharedLiteral } from './unify.ts';

/**
 * What a hole stands for: nothing we know, the account or region of the deploy, or a value that differs on every run.
 */
export type Nature = 'unknown' | 'account' | 'region' | 'unique';

export interface Hole {
  /** Identity: two holes of one name are the same value. Names local to a run carry its scope (`$1@deploy.sh#3`). */
  readonly hole: string;
  readonly nature: Nature;
  /** The time to the second: whoever asks at another place has another answer. */
  readonly instant?: true;
}

export type Part = string | Hole;

/** Normal form: no empty literals, no two literals side by side. `[]` is the empty string. */
export type Text = readonly Part[];

export const EMPTY: Text = [];

export function literal(value: string): Text {
  return value === '' ? EMPTY : [value];
}

export function hole(name: string, nature: Nature = 'unknown'): Text {
  return [{ hole: name, nature }];
}

export function instant(name: string): Text {
  return [{ hole: name, nature: 'unique', instant: true }];
}

export function concat(...texts: readonly Text[]): Text {
  return concatAll(texts);
}

/** As many as a project says: more than a call takes arguments, perhaps. */
export function concatAll(texts: Iterable<Text>): Text {
  const parts: Part[] = [];
  let length = 0;
  for (const text of texts) {
    for (const part of text) {
      if (part === '') continue;
      length += typeof part === 'string' || part instanceof Sealed ? part.length : HOLE_LENGTH;
      if (length > LONGEST_TEXT) return [...parts, { hole: `…@${parts.length}+${length}`, nature: 'unknown' }];
      let next: Part = part;
      const before = parts.at(-1);
      if (next instanceof Sealed && before instanceof Sealed && next.about === before.about) {
        parts.pop();
        next = seal(Sealed.valueOf(before) + Sealed.valueOf(next), next.about)[0] ?? next;
      }
      const last = parts.at(-1);
      if (typeof next === 'string' && typeof last === 'string') parts[parts.length - 1] = last + next;
      else parts.push(next);
    }
  }
  return parts;
}

/**
 * A variable that doubles itself a hundred times must not end in more text than memory holds; nothing we judge is a
 * thousandth of this.
 */
export const LONGEST_TEXT = 1 << 18;
/** All occurrences replaced; undefined where that makes more text than anybody judges. */
export function replacedAll(value: string, from: string, to: string): string | undefined {
  const pieces = value.split(from);
  return value.length + (pieces.length - 1) * (to.length - from.length) > Math.max(LONGEST_TEXT, value.length)
    ? undefined
    : pieces.join(to);
}

/** What a hole counts for. */
const HOLE_LENGTH = 64;

/** The string, when every part of it is known. */
export function known(text: Text | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (text.length === 0) return '';
  return text.length === 1 && typeof text[0] === 'string' ? text[0] : undefined;
}

export function isKnown(text: Text): boolean {
  return known(text) !== undefined;
}

/**
 * For people: holes as `${name}`, `$1` as itself, without the scope that keeps their identities apart; sealed text as
 * `${the content of VERSION}`. The one way from a Text to a message.
 */
export function show(text: Text): string {
  return text
    .map((part) =>
      typeof part === 'string'
        ? part
        : part instanceof Sealed
          ? `\${${part.about}}`
          : showHole(part.hole.replace(/@.*$/s, '')),
    )
    .join('');
}

function showHole(name: string): string {
  return /^\$\d+$/.test(name) ? name : `\${${name}}`;
}

/** Linking asks for the keys of the same few names over and over. */
const keys = new WeakMap<Text, string>();

/** For maps: injective, unlike `show`. Says what is sealed, so it is never shown nor part of a name. */
export function textKey(text: Text): string {
  let key = keys.get(text);
  if (key === undefined) {
    key = opened(text)
      .map((part) => (typeof part === 'string' ? part.replaceAll('\u0001', '\u0001\u0001') : `\u0001{${part.hole}}`))
      .join('');
    keys.set(text, key);
  }
  return key;
}

/** As `textKey`, for the names of holes and conditions: what is sealed goes by its number. */
export function nameKey(text: Text): string {
  return text
    .map((part) => (typeof part === 'string' ? part.replaceAll('\u0001', '\u0001\u0001') : `\u0001{${part.hole}}`))
    .join('');
}

export function equalTexts(first: Text, second: Text): boolean {
  if (first === second) return true;
  const [a, b] = [opened(first), opened(second)];
  if (a.length !== b.length) return false;
  return a.every((part, index) => {
    const other = b[index]!;
    return typeof part === 'string' || typeof other === 'string' ? part === other : part.hole === other.hole;
  });
}

export function hasNature(text: Text, nature: Nature): boolean {
  return text.some((part) => typeof part !== 'string' && part.nature === nature && !(part instanceof Sealed));
}

export type MatchStrength = 'exactly' | 'by pattern' | 'not at all';

/** Letters and digits two patterns must share before they may be the same name. */
const IDENTIFYING_LENGTH = 3;

/**
 * How sure we are that two Texts are the same string. `exactly`: equal. `by pattern`: they unify, and
 * the literal text of one side lies wholly on literal text of the other, enough of it to identify a name.
 */
export function match(a: Text, b: Text): MatchStrength {
  if (equalTexts(a, b)) return 'exactly';
  return closeness(a, b) === undefined ? 'not at all' : 'by pattern';
}

/**
 * Does a text have enough literal text to be matched by pattern at all? Two texts of which one has not match only when
 * they are equal.
 */
export function hasName(text: Text): boolean {
  return wordLength(opened(text)) >= IDENTIFYING_LENGTH;
}

/** A quick look that rules most pairs out. */
export function couldMatch(a: Text, b: Text): boolean {
  return !endsDiffer(opened(a), opened(b));
}

/**
 * Can they be one string, as far as their ends tell and what they say alike? A name stands for one string: `api-${sha}`
 * is never `${sha}`.
 */
export function mayBeOne(first: Text, second: Text): boolean {
  const [a, b] = [opened(first), opened(second)];
  return !endsDiffer(a, b) && !outgrows(a, b) && !outgrows(b, a);
}

/** As `mayBeOne`, by all that they say and not their ends alone. */
export function canBeOne(first: Text, second: Text): boolean {
  return (
    mayBeOne(first, second) && (equalTexts(first, second) || sharedBy(opened(first), opened(second)) !== undefined)
  );
}

/** Does it hold every hole of the other, and more letters? */
function outgrows(longer: Text, shorter: Text): boolean {
  const holes = longer.flatMap((part) => (typeof part === 'string' ? [] : [part.hole]));
  for (const part of shorter) {
    if (typeof part === 'string') continue;
    const at = holes.indexOf(part.hole);
    if (at === -1) return false;
    holes.splice(at, 1);
  }
  return lettersIn(longer) > lettersIn(shorter);
}

function lettersIn(text: Text): number {
  return text.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 0), 0);
}

/**
 * How close a match is, for choosing between candidates: more literal text in common first, then plainer fillings of
 * the holes.
 */
export interface Closeness {
  readonly shared: number;
  readonly separators: number;
}

export function closeness(first: Text, second: Text): Closeness | undefined {
  const [a, b] = [opened(first), opened(second)];
  if (equalTexts(a, b)) return { shared: Number.MAX_SAFE_INTEGER, separators: 0 };
  if (isKnown(a) && isKnown(b)) return undefined;
  const least = Math.min(wordLength(a), wordLength(b));
  if (least < IDENTIFYING_LENGTH || endsDiffer(a, b)) return undefined;
  const shared = sharedBy(a, b);
  if (shared === undefined || shared < least) return undefined;
  return { shared, separators: separatorsIn(a, b) };
}

/** The most letters and digits they can share when they are one string; undefined when they can't be. */
function sharedBy(a: Text, b: Text): number | undefined {
  const whole = known(a) ?? known(b);
  if (whole === undefined) return sharedLiteral(a, b);
  const pattern = isKnown(a) ? b : a;
  return fills(pattern, whole) === undefined ? undefined : wordLength(pattern);
}

/**
 * Most patterns that can't be one string show it at their ends: where both begin (or end) with literal text, one must
 * contain the other there.
 */
function endsDiffer(a: Text, b: Text): boolean {
  const [head, otherHead] = [a[0], b[0]];
  if (
    typeof head === 'string' &&
    typeof otherHead === 'string' &&
    !head.startsWith(otherHead) &&
    !otherHead.startsWith(head)
  )
    return true;
  const [tail, otherTail] = [a.at(-1), b.at(-1)];
  return (
    typeof tail === 'string' && typeof otherTail === 'string' && !tail.endsWith(otherTail) && !otherTail.endsWith(tail)
  );
}

/** `${stage}-api` is `prod-api` more readily than `prod-billing-api`. */
function separatorsIn(a: Text, b: Text): number {
  const whole = known(a) ?? known(b);
  const found = whole === undefined ? undefined : fills(isKnown(a) ? b : a, whole);
  return found === undefined ? 0 : [...found.values()].join('').replace(/[^-_/.]/g, '').length;
}

export function closer(a: Closeness, b: Closeness): number {
  return b.shared - a.shared || a.separators - b.separators;
}

/** What several texts have in common: their shared beginning and end, with one hole for all that lies between. */
export function generalise(texts: readonly Text[], name: string): Text {
  const [first, ...rest] = texts;
  if (first === undefined) return hole(name);
  if (rest.every((one) => equalTexts(one, first))) return first;
  if (texts.some((one) => one.some((part) => typeof part === 'string' && part.length > MAX_COMPARED)))
    return hole(name);
  let head = common(first, rest[0]!, false);
  for (const one of rest) head = Math.min(head, common(first, one, false));
  const longest = Math.min(...texts.map(unitsIn)) - head;
  let tail = longest;
  for (const one of rest) tail = Math.min(tail, common(first, one, true));
  const length = unitsIn(first);
  return concat(piece(first, 0, head), hole(name), piece(first, length - tail, length));
}

/** Names and addresses are short; what is longer is somebody's prose. */
const MAX_COMPARED = 2_000;

/** Characters and holes. */
function unitsIn(text: Text): number {
  let count = 0;
  for (const part of text) count += typeof part === 'string' ? part.length : 1;
  return count;
}

/** How many characters and holes two texts share at their beginning, or at their end. */
function common(a: Text, b: Text, fromEnd: boolean): number {
  const partAt = (text: Text, index: number): Part | undefined => text[fromEnd ? text.length - 1 - index : index];
  let count = 0;
  let [i, j, x, y] = [0, 0, 0, 0];
  for (;;) {
    const [left, right] = [partAt(a, i), partAt(b, j)];
    if (left === undefined || right === undefined || (typeof left === 'string') !== (typeof right === 'string'))
      return count;
    if (typeof left !== 'string' || typeof right !== 'string') {
      if (typeof left === 'string' || typeof right === 'string' || left.hole !== right.hole) return count;
      [i, j, x, y] = [i + 1, j + 1, 0, 0];
      count++;
      continue;
    }
    const most = Math.min(left.length - x, right.length - y);
    for (let step = 0; step < most; step++) {
      const [c, d] = fromEnd
        ? [left.charCodeAt(left.length - 1 - x), right.charCodeAt(right.length - 1 - y)]
        : [left.charCodeAt(x), right.charCodeAt(y)];
      if (c !== d) return count;
      count++;
      x++;
      y++;
    }
    if (x === left.length) [i, x] = [i + 1, 0];
    if (y === right.length) [j, y] = [j + 1, 0];
  }
}

/** Part of a text, counted in characters and holes. */
function piece(text: Text, start: number, end: number): Text {
  const parts: Part[] = [];
  let at = 0;
  for (const part of text) {
    const length = typeof part === 'string' ? part.length : 1;
    const [from, to] = [Math.max(start - at, 0), Math.min(end - at, length)];
    if (from < to) parts.push(typeof part === 'string' ? part.slice(from, to) : part);
    at += length;
  }
  return parts;
}

const wordLengths = new WeakMap<Text, number>();

function wordLength(text: Text): number {
  let length = wordLengths.get(text);
  if (length === undefined) {
    length = 0;
    for (const part of text) if (typeof part === 'string') for (const char of part) if (isWordChar(char)) length++;
    wordLengths.set(text, length);
  }
  return length;
}
