/** What a reader is given, and what every reading holds, whatever its language. */
import type { Lines, Range } from '../core/site.ts';

/** What a parser is given. */
export interface SourceText {
  /** Project-relative, with `/`. */
  readonly file: string;
  readonly text: string;
  readonly lines: Lines;
}

/** `plimsoll-ignore` and its kin, as each language's own comment carries it. */
export interface Suppression {
  readonly rules: readonly string[];
  readonly scope: 'line' | 'file';
  /** The comment. */
  readonly range: Range;
  /**
   * 1-based lines it covers: its own and, for a comment alone on its line, the next line of code. Empty for a whole
   * file.
   */
  readonly covers: readonly number[];
  readonly reason?: string;
  /** `until=2027-03-31` */
  readonly until?: string;
  /** In a template's `Metadata`: the logical id it covers instead of lines, with the resource's range. */
  readonly region?: Range;
  /** A tool wrote it, from what the author says elsewhere: nobody is told that it's of no use. */
  readonly generated?: true;
}

export interface ReadingBase {
  readonly file: string;
  readonly lines: Lines;
  readonly unreadable: readonly Unreadable[];
  readonly suppressions: readonly Suppression[];
}

/** A source file, or a place in it, that could not be read; the rest is judged all the same. */
export interface Unreadable {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}
