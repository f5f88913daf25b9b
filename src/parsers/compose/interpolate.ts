/** `${VAR}`, `${VAR:-default}`, `$VAR` and `$$` in a compose file. */
import { EMPTY, concatAll, literal, type Text } from '../../core/text.ts';

export type Lookup = (name: string) => Text | undefined;

const NAME = /[A-Za-z_]\w*/y;
const OPERATOR = /:?[-+?]/y;
const MAX_DEPTH = 20;

export function interpolate(raw: string, lookup: Lookup, depth = 0): Text {
  if (!raw.includes('$')) return literal(raw);
  const parts: Text[] = [];
  let start = 0;
  for (let at = raw.indexOf('$'); at !== -1; at = raw.indexOf('$', start)) {
    parts.push(literal(raw.slice(start, at)));
    const found = raw[at + 1] === '$' ? { value: literal('$'), end: at + 2 } : reference(raw, at, lookup, depth);
    if (found === undefined) {
      parts.push(literal('$'));
      start = at + 1;
    } else {
      parts.push(found.value);
      start = found.end;
    }
  }
  parts.push(literal(raw.slice(start)));
  return concatAll(parts);
}

/** The variables a text uses, and whether it gives a default for each. */
export function variablesIn(raw: string, into: Map<string, boolean>): void {
  for (const found of raw.replaceAll('$$', '').matchAll(/\$(?:\{([A-Za-z_]\w*)(:?[-+])?|([A-Za-z_]\w*))/g)) {
    const name = found[1] ?? found[3];
    if (name !== undefined) into.set(name, found[2] !== undefined || into.get(name) === true);
  }
}

function reference(
  raw: string,
  dollar: number,
  lookup: Lookup,
  depth: number,
): { value: Text; end: number } | undefined {
  const braced = raw[dollar + 1] === '{';
  const nameAt = dollar + (braced ? 2 : 1);
  const name = sticky(NAME, raw, nameAt);
  if (name === undefined) return undefined;
  const value = lookup(name);
  const after = nameAt + name.length;
  if (!braced) return { value: value ?? EMPTY, end: after };
  const close = closing(raw, dollar + 1);
  if (close === undefined || depth > MAX_DEPTH) return undefined;
  const operator = sticky(OPERATOR, raw, after);
  if (operator === undefined) return { value: value ?? EMPTY, end: close + 1 };
  const operand = (): Text => interpolate(raw.slice(after + operator.length, close), lookup, depth + 1);
  const isSet = value !== undefined && !(operator.startsWith(':') && value.length === 0);
  const result = operator.endsWith('-')
    ? isSet
      ? value
      : operand()
    : operator.endsWith('+')
      ? isSet
        ? operand()
        : EMPTY
      : (value ?? EMPTY);
  return { value: result, end: close + 1 };
}

function closing(raw: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < raw.length; at++) {
    if (raw[at] === '{') depth++;
    else if (raw[at] === '}' && --depth === 0) return at;
  }
  return undefined;
}

function sticky(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
