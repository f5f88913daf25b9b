/** The functions of GitHub's expressions: contains, startsWith, format, join, fromJSON … */
import { ALWAYS, both, concatValues, type Values } from '../../core/choices.ts';
import { known, literal } from '../../core/text.ts';
import {
  NULL,
  boolean,
  combine,
  fromJson,
  pairs,
  scalar,
  scalars,
  toJson,
  toValues,
  undecided,
  unknown,
  type Data,
  type Scalar,
} from './data.ts';
import { showExpression, type Expression } from './expression.ts';
import { bool, equal } from './scalars.ts';

/** `args`: what the call's arguments came to. */
export function call(expression: Extract<Expression, { kind: 'call' }>, args: readonly Data[]): Data {
  const name = showExpression(expression);
  const [first = NULL, second = NULL] = args;
  switch (expression.name) {
    // Evaluation follows the way on which nothing failed.
    case 'success':
    case 'always':
      return boolean(true);
    case 'failure':
    case 'cancelled':
      return boolean(false);
    case 'contains':
      if (first.kind === 'list') return member(first.items, second, name);
      return tests(
        first,
        second,
        name,
        (text, part) => (text.includes(part) ? true : undefined),
        (text, part) => text.includes(part),
      );
    case 'startswith':
      return tests(
        first,
        second,
        name,
        (_, part, ends) => (ends.start === undefined ? undefined : decidedByStart(ends.start, part)),
        (text, part) => text.startsWith(part),
      );
    case 'endswith':
      return tests(
        first,
        second,
        name,
        (_, part, ends) => (ends.end === undefined ? undefined : decidedByEnd(ends.end, part)),
        (text, part) => text.endsWith(part),
      );
    case 'format':
      return format(first, args.slice(1), name);
    case 'join':
      return join(first, expression.args.length > 1 ? second : scalar(','), name);
    case 'tojson': {
      const json = toJson(first);
      return json === undefined ? unknown(name) : scalar(JSON.stringify(json, undefined, 2));
    }
    case 'fromjson':
      return parseJson(first, name);
    default:
      return unknown(name);
  }
}

type Ends = { readonly start?: string; readonly end?: string };

/** A test of one string by another: decided when both are known, or by the known ends of the first. */
function tests(
  subject: Data,
  part: Data,
  name: string,
  partly: (literals: string, part: string, ends: Ends) => boolean | undefined,
  whole: (text: string, part: string) => boolean,
): Data {
  if (subject.kind === 'object' || part.kind === 'object' || part.kind === 'list') return undecided(name);
  return pairs(subject, part, name, (a, b, when) => {
    const wanted = known(b.text)?.toLowerCase();
    const text = known(a.text)?.toLowerCase();
    const first = a.text[0];
    const last = a.text.at(-1);
    const ends: Ends = {
      ...(typeof first === 'string' ? { start: first.toLowerCase() } : {}),
      ...(typeof last === 'string' ? { end: last.toLowerCase() } : {}),
    };
    const literals = a.text
      .filter((one) => typeof one === 'string')
      .join('\u0000')
      .toLowerCase();
    const is =
      wanted === undefined ? undefined : text !== undefined ? whole(text, wanted) : partly(literals, wanted, ends);
    if (is !== undefined) return [bool(is, when)];
    return [true, false].flatMap((value) => {
      const joined = both(when, [{ cond: name, is: String(value) }]);
      return joined === undefined ? [] : [bool(value, joined)];
    });
  });
}

function decidedByStart(start: string, part: string): boolean | undefined {
  if (start.startsWith(part)) return true;
  return part.startsWith(start) ? undefined : false;
}

function decidedByEnd(end: string, part: string): boolean | undefined {
  if (end.endsWith(part)) return true;
  return part.endsWith(end) ? undefined : false;
}

function member(items: readonly Data[], wanted: Data, name: string): Data {
  if (
    items.some((one) => one.kind === 'object' || one.kind === 'list') ||
    wanted.kind === 'object' ||
    wanted.kind === 'list'
  )
    return undecided(name);
  const options = items.flatMap((one) => scalars(one));
  return combine(
    scalars(wanted).flatMap((one) => {
      const answers = options.map((option) => equal(one, option));
      if (answers.includes(true)) return [bool(true, one.when)];
      if (answers.every((answer) => answer === false)) return [bool(false, one.when)];
      return [true, false].flatMap((value) => {
        const joined = both(one.when, [{ cond: name, is: String(value) }]);
        return joined === undefined ? [] : [bool(value, joined)];
      });
    }),
    name,
  );
}

function format(pattern: Data, args: readonly Data[], name: string): Data {
  const [only] = scalars(pattern);
  const text = only === undefined || scalars(pattern).length !== 1 ? undefined : known(only.text);
  if (text === undefined) return unknown(name);
  const parts: Values[] = [];
  let last = 0;
  for (const found of text.matchAll(/\{\{|\}\}|\{(\d+)\}/g)) {
    const before = literal(text.slice(last, found.index));
    const value: Values =
      found[1] === undefined
        ? [{ value: literal(found[0].slice(1)), when: ALWAYS }]
        : toValues(args[Number(found[1])] ?? NULL);
    parts.push([{ value: before, when: ALWAYS }], value);
    last = found.index + found[0].length;
  }
  parts.push([{ value: literal(text.slice(last)), when: ALWAYS }]);
  return {
    kind: 'scalar',
    alternatives: concatValues(parts, name).map(({ value, when }) => ({ text: value, type: 'string', when })),
  };
}

function join(list: Data, separator: Data, name: string): Data {
  if (list.kind !== 'list') return list.kind === 'object' ? unknown(name) : list;
  const glue = toValues(separator);
  const parts = list.items.flatMap((one, at) => (at === 0 ? [toValues(one)] : [glue, toValues(one)]));
  return {
    kind: 'scalar',
    alternatives: concatValues(parts, name).map(({ value, when }) => ({ text: value, type: 'string', when })),
  };
}

function parseJson(data: Data, name: string): Data {
  if (data.kind === 'object' || data.kind === 'list') return data;
  const parsed = scalars(data).map(({ text, when }) => ({ value: readJson(known(text)), when }));
  const [only] = parsed;
  if (parsed.length === 1 && only?.value !== undefined) return only.value;
  const alternatives: Scalar[] = [];
  for (const { value, when } of parsed) {
    if (value?.kind !== 'scalar') return unknown(name);
    alternatives.push(...value.alternatives.map((one) => ({ ...one, when })));
  }
  return combine(alternatives, name);
}

function readJson(text: string | undefined): Data | undefined {
  if (text === undefined) return undefined;
  try {
    return fromJson(JSON.parse(text));
  } catch {
    return undefined;
  }
}
