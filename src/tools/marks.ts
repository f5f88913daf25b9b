/**
 * Marks stand for holes in a source that a parser reads: private-use characters, which need no escape and mean nothing
 * to JSON or jq.
 */
import { literal, type Part, type Text } from '../core/text.ts';
import { join } from './texts.ts';

const MARK = '\uE000';
const MARKED = /\uE000(\d+)\uE000/;

export function markOf(hole: number): string {
  return `${MARK}${hole}${MARK}`;
}

export function hasMark(source: string): boolean {
  return source.includes(MARK);
}

/** The text with its holes back in their places. */
export function unmarked(source: string, holes: readonly Part[], literally: (piece: string) => Text = literal): Text {
  return join(
    source.split(MARKED).map((piece, index) => {
      if (index % 2 === 0) return literally(piece);
      const hole = holes[Number(piece)];
      return hole === undefined ? literally(piece) : [hole];
    }),
  );
}

/** JSON with a hole in the place of a whole value (`"count": $N`): quoted, so that the rest can be read. */
export function quoteMarks(json: string): string {
  return json.replace(/([:[,]\s*)(\uE000\d+\uE000)(\s*[,}\]])/g, '$1"$2"$3');
}
