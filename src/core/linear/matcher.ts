/**
 * The one way to ask whether a text fits a pattern that a project wrote. Never V8's own engine, which takes exponential
 * time where it is asked to.
 */
import { LONGEST_TEXT } from '../text.ts';
import { Fuel, compile, find, prefixes, type Found, type Program } from './machine.ts';
import { readExpression, type Dialect } from './read.ts';
import { ANYTHING, REST, charSet, literalNode, reversed, type Node } from './syntax.ts';

/** Undefined answers can't be told: the price is too high. */
export class Matcher {
  private readonly program: Program | undefined;
  private backwards: Program | undefined;

  constructor(
    private readonly node: Node,
    private readonly ignoresCase = false,
    private readonly about: { readonly groups: number; readonly vague: boolean } = { groups: 0, vague: false },
  ) {
    this.program = compile(node, ignoresCase);
  }

  /** Does it occur? */
  test(text: string): boolean | undefined {
    const found = this.program === undefined ? undefined : find(this.program, text, 0, new Fuel());
    return found === undefined ? undefined : found !== null;
  }

  find(text: string, from = 0, fuel = new Fuel()): Found | null | undefined {
    return this.program === undefined || this.about.vague ? undefined : find(this.program, text, from, fuel);
  }

  /** Is it this text, from beginning to end? */
  covers(text: string): boolean | undefined {
    const found = this.prefix(text);
    return found === undefined ? undefined : found?.longest === text.length;
  }

  /** The lengths of the shortest and the longest beginning that it is. */
  prefix(text: string): { readonly shortest: number; readonly longest: number } | null | undefined {
    return this.program === undefined ? undefined : prefixes(this.program, text, new Fuel());
  }

  /** The lengths of the shortest and the longest end that it is; for patterns without anchors. */
  suffix(text: string): { readonly shortest: number; readonly longest: number } | null | undefined {
    this.backwards ??= compile(reversed(this.node), this.ignoresCase);
    return this.backwards === undefined
      ? undefined
      : prefixes(this.backwards, text.split('').reverse().join(''), new Fuel());
  }

  /** As `String.prototype.replace` does, the first or all. */
  replace(text: string, everywhere: boolean, by: (found: string) => string): string | undefined {
    const fuel = new Fuel();
    const pieces: string[] = [];
    let [done, length] = [0, text.length];
    for (let from = 0; from <= text.length; ) {
      const found = this.find(text, from, fuel);
      if (found === undefined) return undefined;
      if (found === null) break;
      const replacement = by(text.slice(found.start, found.end));
      length += replacement.length;
      if (length > Math.max(LONGEST_TEXT, text.length)) return undefined;
      pieces.push(text.slice(done, found.start), replacement);
      done = found.end;
      from = found.end === found.start ? found.end + 1 : found.end;
      if (!everywhere) break;
    }
    pieces.push(text.slice(done));
    return pieces.join('');
  }

  /** As `String.prototype.split` does; undefined where captures would come between the pieces. */
  split(text: string): readonly string[] | undefined {
    if (this.about.groups > 0) return undefined;
    if (text === '') return this.covers('') === true ? [] : [''];
    const fuel = new Fuel();
    const pieces: string[] = [];
    let done = 0;
    for (let from = 0; from < text.length; ) {
      const found = this.find(text, from, fuel);
      if (found === undefined) return undefined;
      if (found === null || found.start >= text.length) break;
      if (found.end === done) from = found.start + 1;
      else {
        pieces.push(text.slice(done, found.start));
        from = done = found.end;
      }
    }
    pieces.push(text.slice(done));
    return pieces;
  }
}

/**
 * Undefined for what is no expression, and for what can't be run in linear time: references back, looking ahead or
 * behind.
 */
export function matcher(source: string, dialect: Dialect, flags = ''): Matcher | undefined {
  if (/[^gims]/.test(flags)) return undefined;
  const expression = readExpression(source, dialect, flags);
  return expression === undefined ? undefined : new Matcher(expression.node, flags.includes('i'), expression);
}

/**
 * `release-*`: `*` stands for anything, and where they are said, `**` for anything too (then `*` stops at a slash) and
 * `?` for one character.
 */
export function wildcards(pattern: string, means: { readonly one?: boolean; readonly paths?: boolean } = {}): Matcher {
  const parts: Node[] = [];
  for (const piece of pattern.split(/(\*+|\?)/)) {
    if (piece.startsWith('*')) parts.push(means.paths === true && piece.length === 1 ? SEGMENT : REST);
    else parts.push(piece === '?' && means.one === true ? ANYTHING : literalNode(piece));
  }
  return new Matcher({ kind: 'all', of: parts });
}

/** What `*` is in a path. */
const SEGMENT: Node = {
  kind: 'repeat',
  of: { kind: 'char', set: charSet([[47, 47]], true) },
  least: 0,
  most: Number.POSITIVE_INFINITY,
  greedy: true,
};
