import type { ReadingBase } from '../syntax/source.ts';

/** A comment above a command written over several lines (`\` at their ends) covers all of them. */
export function withContinuations<R extends ReadingBase>(reading: R, text: string): R {
  if (!reading.suppressions.some((one) => one.covers.length > 0)) return reading;
  const { starts } = reading.lines;
  const continues = (line: number): boolean =>
    /\\\r?\n?$/.test(text.slice(starts[line - 1] ?? text.length, starts[line] ?? text.length));
  const suppressions = reading.suppressions.map((one) => {
    const covers = [...one.covers];
    for (let line = covers.at(-1); line !== undefined && line < starts.length && continues(line); ) covers.push(++line);
    return { ...one, covers };
  });
  return { ...reading, suppressions };
}
