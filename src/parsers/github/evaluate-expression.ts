/**
 * Evaluates GitHub expressions over values known in parts. What can't be decided splits into guarded alternatives,
 * never into a guess.
 */
import { ALWAYS, both, byDefault, concatValues, given, type Values, type When } from '../../core/choices.ts';
import { equalTexts, known, literal, type Text } from '../../core/text.ts';
import { showExpression, type BinaryOperator, type Expression } from './expression.ts';
import type { Condition, Template } from './reading.ts';
import {
  NULL,
  boolean,
  combine,
  fromJson,
  pairs,
  property,
  scalar,
  scalars,
  toJson,
  toValues,
  truth,
  undecided,
  unknown,
  type Data,
  type Scalar,
} from './data.ts';

/** The contexts (`github`, `inputs`, `steps`, …) an expression may name. */
export type Contexts = (name: string) => Data | undefined;

export function evaluateExpression(expression: Expression, contexts: Contexts): Data {
  switch (expression.kind) {
    case 'literal':
      return scalar(expression.value, expression.type);
    case 'context':
      return contexts(expression.name) ?? unknown(expression.name);
    case 'index':
      return index(expression, contexts);
    case 'not':
      return mapScalars(evaluateExpression(expression.operand, contexts), expression, negate);
    case 'binary':
      return binary(expression, contexts);
    case 'call':
      return call(expression, contexts);
    case 'unreadable':
      return unknown(expression.text);
  }
}

/** A scalar with its `${{ }}` filled in. */
export function render(template: Template, contexts: Contexts): Values {
  return renderPart(template, 0, template.text.length, contexts);
}

/** A stretch of the scalar; expressions that reach over its ends are left out. */
export function renderPart(template: Template, start: number, end: number, contexts: Contexts): Values {
  const parts: Values[] = [];
  let last = start;
  for (const one of template.expressions) {
    if (one.start < start || one.end > end) continue;
    parts.push(
      [{ value: literal(template.text.slice(last, one.start)), when: ALWAYS }],
      toValues(evaluateExpression(one.expression, contexts)),
    );
    last = one.end;
  }
  parts.push([{ value: literal(template.text.slice(last, end)), when: ALWAYS }]);
  return concatValues(parts, template.text.slice(start, end).trim());
}

/** A scalar as data: one sole expression keeps its type and structure. */
export function renderData(template: Template, contexts: Contexts): Data {
  const [only] = template.expressions;
  if (only !== undefined && template.expressions.length === 1 && template.text.trim().length === only.end - only.start)
    return evaluateExpression(only.expression, contexts);
  if (template.expressions.length === 0) return scalar(template.text, template.type);
  return {
    kind: 'scalar',
    alternatives: render(template, contexts).map(({ value, when }) => ({ text: value, type: 'string', when })),
  };
}

export type Decision = 'yes' | 'no' | { readonly when: When };

/** Does what stands under this `if:` happen? Undecided, it does under a choice. */
export function decide(condition: Pick<Condition, 'expression'> | undefined, contexts: Contexts): Decision {
  if (condition === undefined) return 'yes';
  return decideData(evaluateExpression(condition.expression, contexts), showExpression(condition.expression));
}

function decideData(data: Data, name: string): Decision {
  const alternatives = scalars(data).map((one) => ({ one, is: truth(one) }));
  if (alternatives.every(({ is }) => is === true)) return 'yes';
  if (alternatives.every(({ is }) => is === false)) return 'no';
  const yes = alternatives.filter(({ is }) => is !== false);
  const [first] = yes;
  // One way to be true: its own choices say more than the condition's name, and meet the same choices elsewhere.
  if (first !== undefined && yes.length === 1 && first.is === true && first.one.when.length > 0)
    return { when: first.one.when };
  return { when: [{ cond: name, is: 'true' }] };
}

function mapScalars(
  data: Data,
  expression: Expression,
  change: (one: Scalar, name: string) => readonly Scalar[],
): Data {
  const name = showExpression(expression);
  if (data.kind === 'object' || data.kind === 'list') return boolean(false);
  return combine(
    scalars(data).flatMap((one) => change(one, name)),
    name,
  );
}

const TRUE: Text = literal('true');
const FALSE: Text = literal('false');

function bool(value: boolean, when: When): Scalar {
  return { text: value ? TRUE : FALSE, type: 'boolean', when };
}

function negate(one: Scalar): readonly Scalar[] {
  const is = truth(one);
  if (is !== undefined) return [bool(!is, one.when)];
  return split(one).map(({ set, when }) => bool(!set, when));
}

/** A value that may be empty or not: the two ways, each with its choice. */
function split(one: Scalar): readonly { set: boolean; when: When }[] {
  const name = nameOf(one.text);
  return [
    { set: true, when: both(one.when, given(name)) },
    { set: false, when: both(one.when, byDefault(name)) },
  ].flatMap(({ set, when }) => (when === undefined ? [] : [{ set, when }]));
}

function nameOf(text: Text): string {
  return text.map((part) => (typeof part === 'string' ? part : part.hole)).join('');
}

function binary(expression: Extract<Expression, { kind: 'binary' }>, contexts: Contexts): Data {
  const { operator } = expression;
  const left = evaluateExpression(expression.left, contexts);
  const name = showExpression(expression);
  if (operator === '&&' || operator === '||')
    return logical(operator, left, () => evaluateExpression(expression.right, contexts), name);
  const right = evaluateExpression(expression.right, contexts);
  if (left.kind === 'object' || left.kind === 'list' || right.kind === 'object' || right.kind === 'list')
    return undecided(name);
  return pairs(left, right, name, (a, b, when) => compare(operator, a, b, when));
}

function logical(operator: '&&' | '||', left: Data, right: () => Data, name: string): Data {
  const goesOn = operator === '&&';
  if (left.kind === 'object' || left.kind === 'list') return goesOn ? right() : left;
  const result: Scalar[] = [];
  let other: Data | undefined;
  for (const one of scalars(left)) {
    const is = truth(one);
    const ways = is === undefined ? split(one) : [{ set: is, when: one.when }];
    for (const { set, when } of ways) {
      if (set !== goesOn) {
        // What `&&` stops at is empty or false; what `||` stops at is the value itself.
        result.push(is === undefined && goesOn ? { text: literal(''), type: 'string', when } : { ...one, when });
        continue;
      }
      other ??= right();
      if (other.kind === 'object' || other.kind === 'list')
        return is === undefined || scalars(left).length > 1 ? unknown(name) : other;
      for (const next of scalars(other)) {
        const joined = both(when, next.when);
        if (joined !== undefined) result.push({ ...next, when: joined });
      }
    }
  }
  return combine(result, name);
}

function compare(operator: Exclude<BinaryOperator, '&&' | '||'>, a: Scalar, b: Scalar, when: When): readonly Scalar[] {
  if (operator === '==' || operator === '!=') {
    const same = equal(a, b);
    const wanted = operator === '==';
    if (same !== undefined) return [bool(same === wanted, when)];
    const [x, y] = [nameOf(a.text), nameOf(b.text)];
    const value =
      known(b.text) !== undefined ? { cond: x, is: y } : known(a.text) !== undefined ? { cond: y, is: x } : undefined;
    const cond = known(a.text) !== undefined ? `${y} == ${x}` : `${x} == ${y}`;
    const yes = both(when, value === undefined ? [{ cond, is: 'true' }] : [{ cond, is: 'true' }, value]);
    const no = both(when, [{ cond, is: 'false' }]);
    return [...(yes === undefined ? [] : [bool(wanted, yes)]), ...(no === undefined ? [] : [bool(!wanted, no)])];
  }
  const [left, right] = [number(a), number(b)];
  if (left === undefined || right === undefined) {
    const cond = `${nameOf(a.text)} ${operator} ${nameOf(b.text)}`;
    return [true, false].flatMap((value) => {
      const joined = both(when, [{ cond, is: String(value) }]);
      return joined === undefined ? [] : [bool(value, joined)];
    });
  }
  const result =
    operator === '<'
      ? left < right
      : operator === '<='
        ? left <= right
        : operator === '>'
          ? left > right
          : left >= right;
  return [bool(result, when)];
}

/** GitHub ignores case, and compares unlike types as numbers (`true == 'true'` is false). */
function equal(a: Scalar, b: Scalar): boolean | undefined {
  const [x, y] = [known(a.text), known(b.text)];
  if (x !== undefined && y !== undefined) {
    if (a.type === b.type || a.type === 'unknown' || b.type === 'unknown') return x.toLowerCase() === y.toLowerCase();
    return number(a) === number(b);
  }
  if (equalTexts(a.text, b.text)) return true;
  const whole = x ?? y;
  return whole !== undefined && !fits(x === undefined ? a.text : b.text, whole) ? false : undefined;
}

/** Could the pattern be this string, its holes standing for anything, even nothing? Looks at both ends only. */
function fits(pattern: Text, value: string): boolean {
  const [first] = pattern;
  const last = pattern.at(-1);
  const lower = value.toLowerCase();
  if (typeof first === 'string' && !lower.startsWith(first.toLowerCase())) return false;
  return !(typeof last === 'string' && !lower.endsWith(last.toLowerCase()));
}

function number(one: Scalar): number | undefined {
  const value = known(one.text);
  if (value === undefined) return undefined;
  if (one.type === 'boolean') return value === 'true' ? 1 : 0;
  return one.type === 'null' || value.trim() === '' ? 0 : Number(value);
}

function index(expression: Extract<Expression, { kind: 'index' }>, contexts: Contexts): Data {
  const object = evaluateExpression(expression.object, contexts);
  if (expression.property === '*') {
    if (object.kind === 'object') return { kind: 'list', items: [...object.entries.values()] };
    return object.kind === 'unknown' ? unknown(`${object.path}.*`, object.scope) : object;
  }
  // `list.*.name` asks every element for its name.
  if (expression.object.kind === 'index' && expression.object.property === '*' && object.kind === 'list') {
    const wanted = evaluateExpression(expression.property, contexts);
    const key = known(scalars(wanted)[0]?.text);
    return key === undefined
      ? unknown(showExpression(expression))
      : { kind: 'list', items: object.items.map((item) => property(item, key)) };
  }
  const found = scalars(evaluateExpression(expression.property, contexts)).map(({ text, when }) => ({
    key: known(text),
    when,
  }));
  const [only] = found;
  if (found.length === 1 && only?.key !== undefined && only.when.length === 0) return property(object, only.key);
  const alternatives: Scalar[] = [];
  for (const { key, when } of found) {
    const value = key === undefined ? undefined : property(object, key);
    if (value === undefined || value.kind === 'object' || value.kind === 'list')
      return unknown(showExpression(expression));
    for (const one of scalars(value)) {
      const joined = both(when, one.when);
      if (joined !== undefined) alternatives.push({ ...one, when: joined });
    }
  }
  return combine(alternatives, showExpression(expression));
}

function call(expression: Extract<Expression, { kind: 'call' }>, contexts: Contexts): Data {
  const args = expression.args.map((one) => evaluateExpression(one, contexts));
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
