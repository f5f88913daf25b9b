/**
 * Evaluates GitHub expressions over values known in parts. What can't be decided splits into guarded alternatives,
 * never into a guess.
 */
import { ALWAYS, both, concatValues, type Values, type When } from '../../core/choices.ts';
import { known, literal } from '../../core/text.ts';
import { showExpression, type Expression } from './expression.ts';
import type { Condition, Template } from './reading.ts';
import {
  combine,
  pairs,
  property,
  scalar,
  scalars,
  toValues,
  truth,
  undecided,
  unknown,
  type Data,
  type Scalar,
} from './data.ts';
import { mapScalars, negate, compare, split } from './scalars.ts';
import { call } from './expression-functions.ts';

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
      return call(
        expression,
        expression.args.map((one) => evaluateExpression(one, contexts)),
      );
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
