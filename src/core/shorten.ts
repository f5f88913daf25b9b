/** Texts that are too long to be read, or to be printed at all. */

const LONGEST_WORD = 500;
const HEAD = 300;
const TAIL = 100;
const LONGEST_MESSAGE = 4000;

/** Never through the middle of a character. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = length - 1;
  const code = text.charCodeAt(end - 1);
  return `${text.slice(0, code >= 0xd800 && code <= 0xdbff ? end - 1 : end)}…`;
}

/**
 * A message keeps its sense when a name in it goes on for a megabyte: names lose their middle, and only then the
 * message its end.
 */
export function shorten(message: string): string {
  if (message.length <= LONGEST_WORD) return message;
  return cut(
    message.replace(/[^\s`]+/g, (word) => (word.length <= LONGEST_WORD ? word : `${cut(word, HEAD)}${tail(word)}`)),
    LONGEST_MESSAGE,
  );
}

function tail(word: string): string {
  const start = word.length - TAIL;
  const code = word.charCodeAt(start);
  return word.slice(code >= 0xdc00 && code <= 0xdfff ? start + 1 : start);
}
