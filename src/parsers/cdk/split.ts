import { concat, type Part, type Text } from '../../model/text.ts';

/** Cuts a text at a separator that stands in its literal parts. */
export function splitText(text: Text, separator: string): Text[] {
  const pieces: Part[][] = [[]];
  for (const part of text) {
    if (typeof part !== 'string') {
      pieces.at(-1)!.push(part);
      continue;
    }
    const [head = '', ...rest] = part.split(separator);
    pieces.at(-1)!.push(head);
    for (const piece of rest) pieces.push([piece]);
  }
  return pieces.map((piece) => concat(piece));
}
