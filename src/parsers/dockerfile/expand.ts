/**
 * Words of a Dockerfile with their variables put in: quotes, escapes, `${V:-d}`, `${V#x}`, `${V%x}`, `${V/x/y}`,
 * nested.
 */
import { judged, likewise } from '../../core/sealed.ts';
import { EMPTY, concatAll, hole, known, literal, type Text } from '../../core/text.ts';
import { cutKnown, replaceKnown } from '../shell/parameters.ts';
import { toPattern, type Pattern } from '../shell/pattern.ts';

/** A variable's value; undefined when it isn't set. */
export type Lookup = (name: string) => Text | undefined;

const MAX_DEPTH = 20;
const NAME = /[A-Za-z_]\w*/y;
const OPERATOR = /:[-+?]|[-+?]|##?|%%?|\/\/?/y;

export function expandWord(raw: string, lookup: Lookup, escape: string, depth = 0): Text {
  const parts: Text[] = [];
  let quote = '';
  let plain = '';
  const flush = (): void => {
    if (plain !== '') parts.push(literal(plain));
    plain = '';
  };
  for (let at = 0; at < raw.length; at++) {
    const char = raw[at]!;
    if (quote === "'") {
      if (char === "'") quote = '';
      else plain += char;
    } else if (char === escape && at + 1 < raw.length) {
      const next = raw[++at]!;
      plain += quote === '"' && next !== '"' && next !== '$' && next !== escape ? char + next : next;
    } else if (char === "'" && quote === '') {
      quote = "'";
    } else if (char === '"') {
      quote = quote === '"' ? '' : '"';
    } else if (char === '$') {
      const found = variable(raw, at, lookup, escape, depth);
      if (found === undefined) {
        plain += char;
        continue;
      }
      flush();
      parts.push(found.value);
      at = found.end - 1;
    } else {
      plain += char;
    }
  }
  flush();
  return concatAll(parts);
}

function variable(
  raw: string,
  dollar: number,
  lookup: Lookup,
  escape: string,
  depth: number,
): { value: Text; end: number } | undefined {
  if (raw[dollar + 1] !== '{') {
    const name = stickyMatch(NAME, raw, dollar + 1);
    return name === undefined ? undefined : { value: lookup(name) ?? EMPTY, end: dollar + 1 + name.length };
  }
  const close = closingBrace(raw, dollar + 1, escape);
  const name = stickyMatch(NAME, raw, dollar + 2);
  if (close === undefined || name === undefined) return undefined;
  const end = close + 1;
  const value = lookup(name);
  const after = dollar + 2 + name.length;
  if (after === close) return { value: value ?? EMPTY, end };
  const operator = stickyMatch(OPERATOR, raw, after);
  if (operator === undefined || depth >= MAX_DEPTH) return { value: hole(raw.slice(dollar, end)), end };
  const operand = raw.slice(after + operator.length, close);
  return {
    value: operate(
      name,
      value,
      operator,
      operand,
      (word) => expandWord(word, lookup, escape, depth + 1),
      raw.slice(dollar, end),
    ),
    end,
  };
}

function operate(
  name: string,
  value: Text | undefined,
  operator: string,
  operand: string,
  expand: (word: string) => Text,
  written: string,
): Text {
  const bare = operator.replace(':', '');
  // `:` counts the empty string as unset, too; a hole counts as set, as a build argument that is passed usually is.
  const isSet = value !== undefined && !(operator.startsWith(':') && value.length === 0);
  if (bare === '-') return isSet ? value : expand(operand);
  if (bare === '+') return isSet ? expand(operand) : EMPTY;
  if (bare === '?') return isSet ? value : hole(name);
  const text = judged(value ?? EMPTY);
  if (text === undefined) return hole(written);
  if (bare.startsWith('/')) {
    const slash = operand.indexOf('/');
    const from = known(expand(slash === -1 ? operand : operand.slice(0, slash)));
    const to = known(expand(slash === -1 ? '' : operand.slice(slash + 1)));
    const replaced =
      from === undefined || from === '' || to === undefined ? undefined : replaceKnown(text, bare, patternOf(from), to);
    return replaced === undefined ? hole(written) : likewise(replaced, value);
  }
  const pattern = known(expand(operand));
  const cut =
    pattern === undefined ? undefined : cutKnown(text, bare.startsWith('%'), bare.length === 2, patternOf(pattern));
  return cut === undefined ? hole(written) : likewise(cut, value);
}

function patternOf(text: string): Pattern {
  return toPattern([{ text, quoted: false }]);
}

function closingBrace(raw: string, open: number, escape: string): number | undefined {
  let depth = 0;
  for (let at = open; at < raw.length; at++) {
    if (raw[at] === escape) at++;
    else if (raw[at] === '{') depth++;
    else if (raw[at] === '}' && --depth === 0) return at;
  }
  return undefined;
}

function stickyMatch(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
