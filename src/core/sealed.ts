/**
 * Sealed text: characters that may be judged and not shown. The content of a file that a script only reads is sealed,
 * and so is the value of a variable that holds a credential. To whoever does not know about it, sealed text is a hole
 * with a name; nothing but the functions here can look inside, and `show` never does. What is cut from sealed text,
 * joined with it or made of it stays sealed.
 */
import { parsePlatforms } from './platform.ts';
import type { Hole, Nature, Part, Text } from './text.ts';

/** Sealed values by number: two of one value are the same hole, and the number says nothing about the value. */
const numbers = new Map<string, number>();

function numberOf(value: string): number {
  let number = numbers.get(value);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(value, number);
  }
  return number;
}

/** Shorter ones, and those without a digit, are words that anybody writes. */
const SHORTEST_SECRET = 8;

/** Sealed values that a text has all the same, longest first. */
export function sealedIn(text: string): string[] {
  const found: string[] = [];
  for (const value of numbers.keys()) {
    if (
      value.length >= SHORTEST_SECRET &&
      value.length <= text.length &&
      text.includes(value) &&
      /\d/.test(value) &&
      /[a-z]/i.test(value)
    )
      found.push(value);
  }
  return found.sort((a, b) => b.length - a.length);
}

let witness: Set<string> | undefined;

/** Does something, and hands over every value that was sealed on the way: for whoever keeps what comes of it. */
export function witnessed<T>(values: Set<string>, action: () => T): T {
  const outer = witness;
  witness = values;
  try {
    return action();
  } finally {
    witness = outer;
    if (outer !== undefined) for (const value of values) outer.add(value);
  }
}

export class Sealed implements Hole {
  readonly hole: string;
  readonly nature: Nature = 'unknown';
  /** Private to the language: neither JSON nor a log nor a copy of the object has it. */
  readonly #value: string;

  constructor(
    /** What it is, for people: `the content of VERSION`, `NPM_TOKEN`. */
    readonly about: string,
    value: string,
  ) {
    witness?.add(value);
    this.hole = `${about}@sealed ${numberOf(value)}`;
    this.#value = value;
  }

  get length(): number {
    return this.#value.length;
  }

  static valueOf(sealed: Sealed): string {
    return sealed.#value;
  }
}

/** What holes of sealed values are called: `…@sealed 3`. The numbers are this process's. */
export const SEALED_NUMBER = /(?<=@sealed )\d+/g;

export function sealedNumber(value: string): number {
  return numberOf(value);
}

/** Longer than any list of platforms that somebody writes. */
const LONGEST_PLATFORMS = 200;

/** A CPU, a platform or a boolean is no secret, whatever file says it. */
function tellsNothing(value: string): boolean {
  if (/^(?:true|false)$/i.test(value)) return true;
  if (value.length > LONGEST_PLATFORMS) return false;
  const platforms = parsePlatforms(value);
  return (
    platforms.kind === 'set' &&
    platforms.list.every(
      ({ os, arch, variant }) =>
        SYSTEMS.has(os) && MACHINES.has(arch) && (variant === undefined || /^v[5-8]$/.test(variant)),
    )
  );
}

const SYSTEMS = new Set(['linux', 'windows', 'darwin']);
const MACHINES = new Set(['amd64', 'arm64', '386', 'arm', 'riscv64', 'ppc64le', 's390x']);

/** What may only be judged; the blanks around it and what tells nothing stay open. */
export function seal(value: string, about: string): Text {
  if (value === '') return [];
  if (value.trim() === '' || tellsNothing(value)) return [value];
  return [new Sealed(about, value)];
}

/** Seals all that is known of a text. */
export function sealText(text: Text, about: string): Text {
  return text.flatMap((part): Text => (typeof part === 'string' ? seal(part, about) : [part]));
}

export function contentOf(file: string): string {
  return `the content of ${file}`;
}

/**
 * The characters of a part that has any, for cutting and comparing. They must not reach anybody's eyes but through
 * `respelled` or `likewise`.
 */
export function spelled(part: Part | undefined): string | undefined {
  return part instanceof Sealed ? Sealed.valueOf(part) : typeof part === 'string' ? part : undefined;
}

/** Other characters in a part's place, as open or as sealed as its own; a hole stays a hole. */
export function respelled(part: Part, value: string): Text {
  if (part instanceof Sealed) return seal(value, part.about);
  return typeof part !== 'string' ? [part] : value === '' ? [] : [value];
}

export function isSealed(text: Text): boolean {
  return text.some((part) => part instanceof Sealed);
}

/** As it is compared: sealed and open text alike. Never to be shown. */
export function opened(text: Text): Text {
  if (!isSealed(text)) return text;
  const parts: Part[] = [];
  for (const part of text) {
    const value = spelled(part);
    const last = parts.at(-1);
    if (value !== undefined && typeof last === 'string') parts[parts.length - 1] = last + value;
    else parts.push(value ?? part);
  }
  return parts;
}

/**
 * The string, when every part of it is known, sealed or not: for decisions, never to be shown. What is shown asks
 * `known`.
 */
export function judged(text: Text | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (text.length === 1) return spelled(text[0]);
  let value = '';
  for (const part of text) {
    const piece = spelled(part);
    if (piece === undefined) return undefined;
    value += piece;
  }
  return value;
}

/** A string made from texts: sealed where any of them is. */
export function likewise(value: string, ...from: readonly (Text | undefined)[]): Text {
  for (const text of from) for (const part of text ?? []) if (part instanceof Sealed) return seal(value, part.about);
  return value === '' ? [] : [value];
}

/** Characters `from` to `to` of a text without holes. */
export function sliced(text: Text, from: number, to = Number.POSITIVE_INFINITY): Text {
  const parts: Part[] = [];
  let at = 0;
  for (const part of text) {
    const value = spelled(part) ?? '';
    const piece = value.slice(Math.max(0, from - at), Math.max(0, to - at));
    if (piece !== '') parts.push(...respelled(part, piece));
    at += value.length;
  }
  return parts;
}
