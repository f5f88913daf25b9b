/** Commands that a step of somebody else's making runs, put together from what it was given; each word knows its place. */
import type { Range } from '../../core/site.ts';

/** A word of shell, as it would be typed, quotes and all. */
export interface Word {
  readonly text: string;
  /** Where it is said; absent: by whoever made the step. */
  readonly range?: Range;
}

export interface Composed {
  readonly text: string;
  /** A word's first letter stands where its place begins, every other where that ends. */
  readonly map: (offset: number) => number;
}

/** Each command on a line of its own. `otherwise` is the place of what nobody said. */
export function compose(commands: readonly (readonly Word[])[], otherwise: Range): Composed {
  let text = '';
  const starts: number[] = [];
  const ranges: Range[] = [];
  for (const words of commands) {
    for (const { text: word, range = otherwise } of words) {
      starts.push(text.length);
      ranges.push(range);
      text += `${word} `;
    }
    text = `${text.trimEnd()}\n`;
  }
  const map = (offset: number): number => {
    let at = starts.length - 1;
    while (at > 0 && starts[at]! > offset) at--;
    const [start, end] = ranges[at] ?? otherwise;
    return offset === starts[at] ? start : end;
  };
  return { text, map };
}

export function words(text: string): Word[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => ({ text: word }));
}
