/** Between the engine's words for places and the protocol's. */
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Location, Position, Range } from 'vscode-languageserver/node';
import type { Edit } from '../model/finding.ts';
import { indexLines, position, type Site, type Span } from '../model/site.ts';

export function rangeOf({ line, column, endLine, endColumn }: Span): Range {
  return { start: { line: line - 1, character: column - 1 }, end: { line: endLine - 1, character: endColumn - 1 } };
}

export function isWithin({ line, column, endLine, endColumn }: Span, at: Position): boolean {
  const [row, character] = [at.line + 1, at.character + 1];
  return (row > line || (row === line && character >= column)) && (row < endLine || (row === endLine && character <= endColumn));
}

export function overlaps(a: Range, b: Range): boolean {
  const before = (x: Position, y: Position): boolean => x.line < y.line || (x.line === y.line && x.character < y.character);
  return !before(a.end, b.start) && !before(b.end, a.start);
}

export function editRange(file: string, text: string, { start, end }: Edit): Range {
  const lines = indexLines(file, text);
  const [from, to] = [position(lines, start), position(lines, end)];
  return { start: { line: from.line - 1, character: from.column - 1 }, end: { line: to.line - 1, character: to.column - 1 } };
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

export function locationOf(uri: (file: string) => string, { file, span }: Pick<Site, 'file' | 'span'>): Location {
  return { uri: uri(file), range: rangeOf(span) };
}
