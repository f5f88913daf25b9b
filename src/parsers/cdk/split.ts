import { respelled, spelled } from '../../core/sealed.ts';
import { concat, type Part, type Text } from '../../core/text.ts';

/** Cuts a text at a separator that stands in its literal parts. */
export function splitText(text: Text, separator: string): Text[] {
  const pieces: Part[][] = [[]];
  for (const part of text) {
    const value = spelled(part);
    if (value === undefined) {
      pieces.at(-1)!.push(part);
      continue;
    }
    const [head = '', ...rest] = value.split(separator);
    pieces.at(-1)!.push(...respelled(part, head));
    for (const piece of rest) pieces.push([...respelled(part, piece)]);
  }
  return pieces.map((piece) => concat(piece));
}
