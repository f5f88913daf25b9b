/** A mark that some editors put at the start of a file: no part of its text. */
const MARK = '\uFEFF';

export function withoutMark(text: string): string {
  return text.startsWith(MARK) ? text.slice(MARK.length) : text;
}

/** The value of a JSON file of which no places are asked. Throws where it is none. */
export function jsonOf(text: string): unknown {
  return JSON.parse(withoutMark(text));
}
