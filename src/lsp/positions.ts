/** Between the engine's words for places and the protocol's. */
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Location, Position, Range } from 'vscode-languageserver/node';
import type { Edit } from '../model/finding.ts';
import { indexLines, position, type Site, type Span } from '../core/site.ts';

/** `mark`: the text begins with a byte order mark, which editors don't count. */
export function rangeOf({ line, column, endLine, endColumn }: Omit<Span, 'start' | 'end'>, mark = false): Range {
  const at = (row: number, place: number): Position => ({
    line: row - 1,
    character: Math.max(0, place - 1 - (mark && row === 1 ? 1 : 0)),
  });
  return { start: at(line, column), end: at(endLine, endColumn) };
}

function beginsWithMark(text: string | undefined): boolean {
  return text?.charCodeAt(0) === 0xfeff;
}

export function isWithin({ line, column, endLine, endColumn }: Span, at: Position): boolean {
  const [row, character] = [at.line + 1, at.character + 1];
  return (
    (row > line || (row === line && character >= column)) &&
    (row < endLine || (row === endLine && character <= endColumn))
  );
}

export function overlaps(a: Range, b: Range): boolean {
  const before = (x: Position, y: Position): boolean =>
    x.line < y.line || (x.line === y.line && x.character < y.character);
  return !before(a.end, b.start) && !before(b.end, a.start);
}

export function editRange(file: string, text: string, { start, end }: Pick<Edit, 'start' | 'end'>): Range {
  const lines = indexLines(file, text);
  const [from, to] = [position(lines, start), position(lines, end)];
  return rangeOf({ ...from, endLine: to.line, endColumn: to.column }, beginsWithMark(text));
}

/** Undefined for what is no file. */
export function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}

/** Project-relative with `/`; undefined when it lies elsewhere. */
export function within(root: string, path: string): string | undefined {
  const inside = relative(root, path).split(sep).join('/');
  return inside === '' || inside === '..' || inside.startsWith('../') ? undefined : inside;
}

export function uriOf(root: string, file: string): string {
  return pathToFileURL(join(root, file)).href;
}

export interface Shown {
  /** The editor's name for a file of the project. */
  uri(file: string): string;
  /** The text that was judged. */
  text(file: string): string | undefined;
}

/** Only in a first line does it matter whether the file begins with a mark. */
export function shownRange({ text }: Shown, { file, span }: Pick<Site, 'file' | 'span'>): Range {
  return rangeOf(span, span.line === 1 && beginsWithMark(text(file)));
}

export function locationOf(shown: Shown, site: Pick<Site, 'file' | 'span'>): Location {
  return { uri: shown.uri(site.file), range: shownRange(shown, site) };
}
