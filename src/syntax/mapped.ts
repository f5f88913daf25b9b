/**
 * Text that was cut out of a file, unescaped or expanded, and still knows where each piece of it stands in the file.
 */
import type { Range } from '../core/site.ts';

/** One piece: copied character for character, or standing as a whole for what lies between `source` and `sourceEnd`. */
interface Piece {
  readonly at: number;
  readonly source: number;
  readonly sourceEnd: number;
  readonly verbatim: boolean;
}

export interface MappedText {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

export interface MappedBuilder {
  /** Text that stands in the file exactly so, from `source` on. */
  copy(text: string, source: number): void;
  /** Text that stands for `[source, sourceEnd)`: an escape, a variable's value. */
  insert(text: string, source: number, sourceEnd: number): void;
  /** Part of another mapped text. */
  slice(from: MappedText, start: number, end: number): void;
  readonly length: number;
  done(): MappedText;
}

export function mappedBuilder(): MappedBuilder {
  let text = '';
  const pieces: Piece[] = [];
  const copy = (piece: string, source: number): void => {
    if (piece === '') return;
    const last = pieces.at(-1);
    if (last === undefined || !last.verbatim || last.source + (text.length - last.at) !== source) {
      pieces.push({ at: text.length, source, sourceEnd: source + piece.length, verbatim: true });
    } else {
      pieces[pieces.length - 1] = { ...last, sourceEnd: source + piece.length };
    }
    text += piece;
  };
  const insert = (piece: string, source: number, sourceEnd: number): void => {
    pieces.push({ at: text.length, source, sourceEnd, verbatim: false });
    text += piece;
  };
  return {
    copy,
    insert,
    slice(from, start, end) {
      for (const [index, piece] of from.pieces.entries()) {
        const pieceEnd = from.pieces[index + 1]?.at ?? from.text.length;
        const low = Math.max(start, piece.at);
        const high = Math.min(end, pieceEnd);
        if (low > high || (low === high && piece.at !== pieceEnd)) continue;
        if (piece.verbatim) copy(from.text.slice(low, high), piece.source + (low - piece.at));
        else insert(from.text.slice(low, high), piece.source, piece.sourceEnd);
      }
    },
    get length() {
      return text.length;
    },
    done: () => ({ text, pieces }),
  };
}

/** The file's own text from `source` on. */
export function verbatim(text: string, source: number): MappedText {
  return { text, pieces: [{ at: 0, source, sourceEnd: source + text.length, verbatim: true }] };
}

export function sliceMapped(from: MappedText, start: number, end: number): MappedText {
  const builder = mappedBuilder();
  builder.slice(from, start, end);
  const cut = builder.done();
  // An empty slice still stands somewhere.
  return cut.pieces.length > 0
    ? cut
    : {
        text: '',
        pieces: [{ at: 0, source: sourceOffset(from, start), sourceEnd: sourceOffset(from, start), verbatim: true }],
      };
}

/** Where this offset of the text stands in the file. */
export function sourceOffset(mapped: MappedText, offset: number): number {
  const { pieces } = mapped;
  if (pieces.length === 0) return 0;
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pieces[middle]!.at <= offset) low = middle;
    else high = middle - 1;
  }
  const piece = pieces[low]!;
  if (piece.verbatim) return Math.min(piece.source + Math.max(0, offset - piece.at), piece.sourceEnd);
  return offset >= mapped.text.length && offset > piece.at ? piece.sourceEnd : piece.source;
}

/** A range of the text as a range of the file; pieces that it only touches in part count as a whole. */
export function sourceRange(mapped: MappedText, start: number, end: number): Range {
  const from = sourceOffset(mapped, start);
  if (end <= start) return [from, from];
  const last = pieceBefore(mapped, end);
  const to =
    last === undefined
      ? from
      : last.verbatim
        ? Math.min(last.source + (end - last.at), last.sourceEnd)
        : last.sourceEnd;
  return [from, Math.max(from, to)];
}

/** The piece that holds the character before this offset. */
function pieceBefore(mapped: MappedText, offset: number): Piece | undefined {
  let low = 0;
  let high = mapped.pieces.length - 1;
  let found: Piece | undefined;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const piece = mapped.pieces[middle]!;
    if (piece.at < offset) {
      found = piece;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return found;
}
