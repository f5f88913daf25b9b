/** A text that was embedded in a file (a YAML scalar) and where each of its characters stands there. */
import type { Range } from '../../core/site.ts';

export interface MappedText {
  readonly text: string;
  /** The whole scalar in the file. */
  readonly range: Range;
  /**
   * Runs of consecutive characters: `[offset in the text, offset in the file]`, ascending. Plain data, so that a
   * reading can be cached.
   */
  readonly pieces: readonly (readonly [at: number, file: number])[];
}

export function mapText(text: string, range: Range, map: (offset: number) => number): MappedText {
  const pieces: (readonly [number, number])[] = [];
  let expected = -1;
  for (let at = 0; at < text.length; at++) {
    const file = map(at);
    if (file !== expected) pieces.push([at, file]);
    expected = file + 1;
  }
  return { text, range, pieces: pieces.length > 0 ? pieces : [[0, range[0]]] };
}

/** Where a character of the text stands in the file; a line end that only the text has stands where the text ends. */
export function fileOffset({ pieces, range }: MappedText, offset: number): number {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pieces[middle]![0] <= offset) low = middle;
    else high = middle - 1;
  }
  const [at, file] = pieces[low]!;
  return Math.min(file + Math.max(0, offset - at), Math.max(file, range[1]));
}

/** Where a piece of the text stands in the file. */
export function fileRange(mapped: MappedText, start: number, end: number): Range {
  const from = fileOffset(mapped, start);
  return [from, end > start ? Math.max(from, Math.min(fileOffset(mapped, end - 1) + 1, mapped.range[1])) : from];
}
