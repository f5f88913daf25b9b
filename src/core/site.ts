/** Where something stands: a file and range, or a live resource, and the calls by which it was reached. */

/** Offsets are UTF-16 units into the file's text; lines and columns start at 1; the end is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One call on the way in: a workflow's step, a Make target, a script that calls another. */
export interface Hop {
  readonly label: string;
  readonly file: string;
  readonly span: Span;
}

export interface Site {
  /** Relative to the project root, with `/`. Empty for a live resource that no file declares. */
  readonly file: string;
  readonly span: Span;
  readonly via?: readonly Hop[];
  /** The ARN of a live resource. */
  readonly resource?: string;
  /** In a class that the project never makes anything of: what is found there only may matter. */
  readonly unmade?: true;
}

/** Offsets `[start, end)` into a file; what readings carry in place of whole spans. */
export type Range = readonly [start: number, end: number];

/** A file's line starts: enough to turn offsets into lines and columns without keeping the text. */
export interface Lines {
  readonly file: string;
  readonly starts: ArrayLike<number>;
}

export function indexLines(file: string, text: string): Lines {
  const starts: number[] = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return { file, starts };
}

export function position(lines: Lines, offset: number): { line: number; column: number } {
  let low = 0;
  let high = lines.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lines.starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - lines.starts[low]! + 1 };
}

export function spanOf(lines: Lines, [start, end]: Range): Span {
  const from = position(lines, start);
  const to = position(lines, end);
  return { start, end, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}

export function siteOf(lines: Lines, range: Range, via?: readonly Hop[]): Site {
  const site = { file: lines.file, span: spanOf(lines, range) };
  return via === undefined || via.length === 0 ? site : { ...site, via };
}

export const NOWHERE: Span = { start: 0, end: 0, line: 1, column: 1, endLine: 1, endColumn: 1 };

export function compareSites(a: Site, b: Site): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : a.span.start - b.span.start || a.span.end - b.span.end;
}

/** `scripts/deploy.sh:14` */
export function place(site: Site): string {
  return site.file === '' ? (site.resource ?? '?') : `${site.file}:${site.span.line}`;
}
