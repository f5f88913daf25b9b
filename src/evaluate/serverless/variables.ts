/** Serverless variables: `${self:custom.arch}`, `${opt:stage, 'dev'}`, `${env:TAG}`, `${aws:region}`. */
import { always, byDefault, concatValues, given, type Values } from '../../model/guard.ts';
import { hole, literal, type Nature } from '../../model/text.ts';
import type { ServerlessReading } from '../../parsers/serverless/reading.ts';

const MAX_DEPTH = 12;
/** Longer than any name; a value of values of values may grow without end. */
const LONGEST = 4096;

/** Values worked out already, and those being worked out: a circle has none. */
const memos = new WeakMap<ServerlessReading, Map<string, Values | 'open'>>();

export function resolve(reading: ServerlessReading, text: string, depth = 0): Values {
  if (!text.includes('${')) return always(literal(text));
  const memo = memos.get(reading) ?? new Map<string, Values | 'open'>();
  memos.set(reading, memo);
  const have = memo.get(text);
  const unknown = always(hole(`${text.slice(0, LONGEST)}@${reading.file}`));
  if (have === 'open') return unknown;
  if (have !== undefined) return have;
  memo.set(text, 'open');
  const found = substituted(reading, text, depth);
  const settled = found.some((one) => one.value.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 1), 0) > LONGEST) ? unknown : found;
  memo.set(text, settled);
  return settled;
}

function substituted(reading: ServerlessReading, text: string, depth: number): Values {
  const parts: Values[] = [];
  let at = 0;
  for (let start = text.indexOf('${'); start !== -1; start = text.indexOf('${', at)) {
    const end = closing(text, start + 2);
    if (end === undefined) break;
    parts.push(always(literal(text.slice(at, start))), variable(reading, text.slice(start + 2, end), depth));
    at = end + 1;
  }
  return concatValues([...parts, always(literal(text.slice(at)))], `${text}@${reading.file}`);
}

/** The brace that closes the variable opened before `from`; inner ones are skipped. */
function closing(text: string, from: number): number | undefined {
  let open = 0;
  for (let at = from; at < text.length; at++) {
    if (text.startsWith('${', at)) open++;
    else if (text.charAt(at) === '}' && open-- === 0) return at;
  }
  return undefined;
}

/** `source, fallback, …`: the first that has a value. */
function variable(reading: ServerlessReading, inner: string, depth: number): Values {
  const [source = '', ...fallbacks] = alternatives(inner);
  const unknown = always(hole(`${source}@${reading.file}`, natureOf(source)));
  if (depth > MAX_DEPTH) return unknown;
  const rest = (): Values => (fallbacks.length === 0 ? unknown : fallback(reading, fallbacks.join(','), depth));
  if (source.startsWith('self:')) {
    const value = reading.values[source.slice('self:'.length)];
    return value === undefined ? rest() : resolve(reading, value, depth + 1);
  }
  if (source === 'sls:stage') {
    const stage = reading.values['provider.stage'];
    return stage === undefined ? defaulted(reading, 'opt:stage', always(literal('dev'))) : resolve(reading, stage, depth + 1);
  }
  if (source === 'aws:region' && reading.values['provider.region'] !== undefined) return resolve(reading, reading.values['provider.region'], depth + 1);
  if (natureOf(source) !== 'unknown' || fallbacks.length === 0) return unknown;
  return defaulted(reading, source, rest());
}

function fallback(reading: ServerlessReading, text: string, depth: number): Values {
  const [first = ''] = alternatives(text);
  const quoted = /^(['"])(.*)\1$/s.exec(first);
  if (quoted !== null) return always(literal(quoted[2] ?? ''));
  // `self:provider.stage` may be a fallback without braces of its own.
  if (/^[a-z]+[:(]/i.test(first)) return variable(reading, text, depth + 1);
  return resolve(reading, first, depth + 1);
}

/** What holds unless a caller gives another value. */
function defaulted(reading: ServerlessReading, source: string, fallbacks: Values): Values {
  const name = `${source}@${reading.file}`;
  return [...fallbacks.map((one) => ({ value: one.value, when: [...byDefault(name), ...one.when] })), { value: hole(name, natureOf(source)), when: given(name) }];
}

function natureOf(source: string): Nature {
  if (source === 'aws:accountId' || source === 'AWS::AccountId') return 'account';
  if (source === 'aws:region' || source === 'AWS::Region' || source === 'opt:region') return 'region';
  return /^(?:git:(?:sha1|commit|describe)|sls:instanceId)/.test(source) ? 'unique' : 'unknown';
}

/** Cut at commas that stand in no braces, parentheses or quotes. */
function alternatives(text: string): string[] {
  const found: string[] = [];
  let open = 0;
  let quote = '';
  let current = '';
  for (const char of text) {
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '\'' || char === '"') quote = char;
    else if (char === '{' || char === '(') open++;
    else if (char === '}' || char === ')') open--;
    else if (char === ',' && open === 0) {
      found.push(current.trim());
      current = '';
      continue;
    }
    current += char;
  }
  return [...found, current.trim()];
}
