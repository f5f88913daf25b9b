/** Make's text functions, on strings that are known. Names that are missing here have effects or look at files. */
import { LONGEST_TEXT, replacedAll } from '../../core/text.ts';

/** Undefined: more text than anybody judges. */
type TextFunction = (args: readonly string[]) => string | undefined;

const words = (text: string | undefined): string[] => (text ?? '').split(/\s+/).filter((word) => word !== '');

/** Words one by one; a long word that stands for each of many is more than anybody judges. */
function each(text: string | undefined, change: (word: string) => string): string | undefined {
  const changed: string[] = [];
  let length = 0;
  for (const word of words(text)) {
    const one = change(word);
    length += one.length + 1;
    if (length > LONGEST_TEXT) return undefined;
    changed.push(one);
  }
  return changed.join(' ');
}

export const TEXT_FUNCTIONS: ReadonlyMap<string, TextFunction> = new Map<string, TextFunction>([
  ['subst', ([from = '', to = '', text = '']) => (from === '' ? text : replacedAll(text, from, to))],
  ['patsubst', ([pattern = '', to = '', text]) => each(text, (word) => substitute(word, pattern, to))],
  ['strip', ([text]) => words(text).join(' ')],
  ['findstring', ([wanted = '', text = '']) => (text.includes(wanted) ? wanted : '')],
  [
    'filter',
    ([patterns, text]) =>
      words(text)
        .filter((word) => words(patterns).some((pattern) => stem(word, pattern) !== undefined))
        .join(' '),
  ],
  [
    'filter-out',
    ([patterns, text]) =>
      words(text)
        .filter((word) => !words(patterns).some((pattern) => stem(word, pattern) !== undefined))
        .join(' '),
  ],
  ['sort', ([text]) => [...new Set(words(text))].sort().join(' ')],
  ['word', ([index, text]) => words(text)[Number(index) - 1] ?? ''],
  [
    'wordlist',
    ([from, to, text]) =>
      words(text)
        .slice(Number(from) - 1, Number(to))
        .join(' '),
  ],
  ['words', ([text]) => String(words(text).length)],
  ['firstword', ([text]) => words(text)[0] ?? ''],
  ['lastword', ([text]) => words(text).at(-1) ?? ''],
  ['dir', ([text]) => each(text, (word) => (word.includes('/') ? word.slice(0, word.lastIndexOf('/') + 1) : './'))],
  ['notdir', ([text]) => each(text, (word) => word.slice(word.lastIndexOf('/') + 1))],
  ['basename', ([text]) => each(text, (word) => word.replace(/\.[^./]*$/, ''))],
  [
    'suffix',
    ([text]) =>
      words(text)
        .map((word) => /\.[^./]*$/.exec(word)?.[0] ?? '')
        .filter((word) => word !== '')
        .join(' '),
  ],
  ['addprefix', ([prefix = '', text]) => each(text, (word) => prefix + word)],
  ['addsuffix', ([suffix = '', text]) => each(text, (word) => word + suffix)],
  [
    'join',
    ([left, right]) => {
      const [a, b] = [words(left), words(right)];
      return Array.from(
        { length: Math.max(a.length, b.length) },
        (_, index) => (a[index] ?? '') + (b[index] ?? ''),
      ).join(' ');
    },
  ],
]);

/** What `%` stands for; undefined when the word doesn't fit the pattern. */
export function stem(word: string, pattern: string): string | undefined {
  const percent = pattern.indexOf('%');
  if (percent === -1) return word === pattern ? '' : undefined;
  const [head, tail] = [pattern.slice(0, percent), pattern.slice(percent + 1)];
  return word.length >= head.length + tail.length && word.startsWith(head) && word.endsWith(tail)
    ? word.slice(head.length, word.length - tail.length)
    : undefined;
}

function substitute(word: string, pattern: string, to: string): string {
  const found = stem(word, pattern);
  return found === undefined ? word : to.replace('%', () => found);
}

/** `$(X:.c=.o)` is `$(X:%.c=%.o)`. */
export function substituteReference(text: string, from: string, to: string): string | undefined {
  return from.includes('%')
    ? each(text, (word) => substitute(word, from, to))
    : each(text, (word) => (word.endsWith(from) ? word.slice(0, word.length - from.length) + to : word));
}
