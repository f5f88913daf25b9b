/** `echo` and `printf`, to the letter. */
import { table } from '../core/table.ts';
import { judged, likewise, respelled, spelled } from '../core/sealed.ts';
import { EMPTY, LONGEST_TEXT, concat, hole, known, literal, type Text } from '../core/text.ts';
import type { CommandResult, Invocation } from '../project/evaluation.ts';
import { answer } from './environment.ts';
import { join } from './texts.ts';

export function echo(invocation: Invocation): CommandResult {
  let newline = true;
  let escapes = false;
  let at = 0;
  for (; at < invocation.args.length; at++) {
    const flag = known(invocation.args[at]!.text);
    if (flag === undefined || !/^-[neE]+$/.test(flag)) break;
    for (const letter of flag.slice(1)) {
      if (letter === 'n') newline = false;
      else escapes = letter === 'e';
    }
  }
  const words = invocation.args.slice(at).map((arg) => arg.text);
  const joined = join(words.flatMap((word, index) => (index === 0 ? [word] : [literal(' '), word])));
  const text = escapes ? mapLiterals(joined, unescape) : joined;
  return { stdout: newline ? concat(text, literal('\n')) : text, status: 'ok' };
}

function mapLiterals(text: Text, change: (value: string) => string): Text {
  return join(text.map((part) => respelled(part, change(spelled(part) ?? ''))));
}

const ESCAPES: Readonly<Record<string, string>> = table({
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
  e: '\x1b',
  E: '\x1b',
});

function unescape(value: string): string {
  return value.replace(
    /\\(?:([ntrabfv\\"'eE])|0([0-7]{0,3})|([1-7][0-7]{0,2})|x([0-9a-fA-F]{1,2}))/g,
    (
      _all,
      letter: string | undefined,
      zero: string | undefined,
      octal: string | undefined,
      hex: string | undefined,
    ) => {
      if (letter !== undefined) return ESCAPES[letter] ?? letter;
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return String.fromCharCode(Number.parseInt(zero ?? octal ?? '0', 8) || 0);
    },
  );
}

const SPECIFIER = /%(?:%|([-+ 0#]*)(\d+)?(?:\.(\d+))?([sdiuxXobcq]))/g;
/** Arguments are finite; the format is applied again until they are used up. */
const MOST_ROUNDS = 64;

export function printf(invocation: Invocation): CommandResult {
  const args =
    invocation.args[0] !== undefined && known(invocation.args[0].text) === '--'
      ? invocation.args.slice(1)
      : invocation.args;
  const [formatArg, ...rest] = args;
  const format = judged(formatArg?.text);
  if (format === undefined) {
    const plain = rest.length === 0 && formatArg?.text.every((part) => !/[%\\]/.test(spelled(part) ?? '')) === true;
    return { stdout: plain ? formatArg.text : answer(invocation, 'printf'), status: 'ok' };
  }
  const values = rest.map((arg) => arg.text);
  let used = 0;
  let result: Text = EMPTY;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = used;
    let last = 0;
    for (const found of format.matchAll(SPECIFIER)) {
      result = concat(result, likewise(unescape(format.slice(last, found.index)), formatArg?.text));
      last = found.index + found[0].length;
      if (found[0] === '%%') {
        result = concat(result, literal('%'));
        continue;
      }
      const value = values[used++] ?? EMPTY;
      const formatted = apply(value, {
        flags: found[1] ?? '',
        width: Number(found[2] ?? 0),
        precision: found[3] === undefined ? undefined : Number(found[3]),
        letter: found[4] ?? 's',
      });
      if (formatted === undefined) {
        // However it is formatted, the number of a build differs each time.
        const unique = value.find((part) => typeof part !== 'string' && part.nature === 'unique');
        return {
          stdout:
            typeof unique === 'object' ? hole(`${unique.hole}@${found[0]}`, 'unique') : answer(invocation, 'printf'),
          status: 'ok',
        };
      }
      result = concat(result, formatted);
    }
    result = concat(result, likewise(unescape(format.slice(last)), formatArg?.text));
    if (used >= values.length || used === before) break;
  }
  return { stdout: result, status: 'ok' };
}

interface Specifier {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly letter: string;
}

function apply(value: Text, { flags, width, precision, letter }: Specifier): Text | undefined {
  const text = judged(value);
  if (text === undefined)
    return width === 0 && precision === undefined && (letter === 's' || letter === 'b' || letter === 'd')
      ? value
      : undefined;
  const printed = Math.max(width, precision ?? 0) > LONGEST_TEXT ? undefined : convert(text, letter, precision);
  if (printed === undefined) return undefined;
  if (flags.includes('-')) return likewise(printed.padEnd(width), value);
  return likewise(printed.padStart(width, flags.includes('0') && letter !== 's' ? '0' : ' '), value);
}

function convert(text: string, letter: string, precision: number | undefined): string | undefined {
  switch (letter) {
    case 's':
      return precision === undefined ? text : text.slice(0, precision);
    case 'b':
      return unescape(text);
    case 'c':
      return text.slice(0, 1);
    case 'q':
      return /^[\w@%+=:,./-]+$/.test(text) ? text : undefined;
  }
  const number = text === '' ? 0 : Number(text);
  if (!Number.isInteger(number)) return undefined;
  const digits =
    letter === 'x'
      ? number.toString(16)
      : letter === 'X'
        ? number.toString(16).toUpperCase()
        : letter === 'o'
          ? number.toString(8)
          : String(number);
  return digits.padStart(precision ?? 0, '0');
}
