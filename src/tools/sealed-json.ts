/**
 * JSON of which a part is sealed and a part is open, such as a file that is only read with an image put into it. What
 * is open must stay so through the parser: whatever is sealed is starred out in every message.
 */
import { seal, spelled, type Sealed } from '../core/sealed.ts';
import { literal, type Part, type Text } from '../core/text.ts';
import { join } from './texts.ts';

/** Inside a string: open, or sealed, from here on. Private-use characters, as marks are. */
const OPEN = '\uE001';
const SHUT = '\uE002';
const SWITCHES = /([\uE001\uE002])/;
/** A document that has one itself could pass for open. */
const FORGED = /[\uE001\uE002]|\\ue00[12]/i;

export interface Piece {
  readonly source: string;
  readonly isOpen: boolean;
}

interface Switched {
  readonly source: string;
  /** Do its strings tell which of their characters are open? */
  readonly isSwitched: boolean;
}

/** One source of all pieces; with switches where some are open and some are not. */
export function withSwitches(pieces: readonly Piece[]): Switched {
  const source = pieces.map((piece) => piece.source).join('');
  const isMixed = pieces.some(({ isOpen }) => isOpen) && pieces.some(({ isOpen }) => !isOpen);
  if (!isMixed || FORGED.test(source)) return { source, isSwitched: false };
  let result = '';
  let [inString, isEscaped] = [false, false];
  for (const piece of pieces) {
    const here = piece.isOpen ? OPEN : SHUT;
    if (inString) result += here;
    for (const char of piece.source) {
      result += char;
      if (isEscaped) isEscaped = false;
      else if (inString && char === '\\') isEscaped = true;
      else if (char === '"') {
        inString = !inString;
        if (inString) result += here;
      }
    }
  }
  return { source: result, isSwitched: true };
}

/** Reads the pieces of one string of such a source. What no switch opens is sealed. */
export function opener(about: string): (piece: string) => Text {
  let isOpen = false;
  return (piece) =>
    join(
      piece.split(SWITCHES).map((one): Text => {
        if (one === OPEN || one === SHUT) {
          isOpen = one === OPEN;
          return [];
        }
        return isOpen ? literal(one) : seal(one, about);
      }),
    );
}

/** Is it a whole document, or a piece of one? */
export function isDocument(part: Part, value: string | undefined = spelled(part)): part is Sealed {
  return typeof part !== 'string' && value !== undefined && /[{}[\]",:\\]/.test(value);
}
