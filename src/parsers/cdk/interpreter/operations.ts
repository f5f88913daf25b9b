/** Expressions with operators: which sides are evaluated, under which choices, and what their use tells of a context value. */
import { ts } from '../compiler.ts';
import { both, byDefault, given } from '../../../core/choices.ts';
import { noteBoolean, noteCondition, noteOther, noteParsed } from '../context.ts';
import { VISITED, instanceCondition } from '../reading.ts';
import { assign } from './assign.ts';
import { evaluate, unknownAt } from './expressions.ts';
import { arithmetic, conditionOf, equality, not, pairs, plus, sides } from './operators.ts';
import { sourceOf, withWhen, type Run } from './run.ts';
import type { Scope } from './scope.ts';
import { isNullish, knownText, one, primitive, showSingle, truth, unknown, type Alt, type Value } from './values.ts';
import { flatMap, join, restrict, view, withSource } from './alternatives.ts';

export function conditional(run: Run, scope: Scope, node: ts.ConditionalExpression): Value {
  const condition = evaluate(run, scope, node.condition);
  noteCondition(condition, node.condition, '? :');
  const results: Alt[] = [];
  for (const side of sides(view(condition, run.when))) {
    withWhen(run, side.when, () => {
      results.push(...restrict(evaluate(run, scope, side.truth ? node.whenTrue : node.whenFalse), side.when));
    });
  }
  return join(results, 'choice');
}

export function binary(run: Run, scope: Scope, node: ts.BinaryExpression): Value {
  const kind = node.operatorToken.kind;
  const K = ts.SyntaxKind;
  switch (kind) {
    case K.EqualsToken: {
      const value = evaluate(run, scope, node.right);
      assign(run, scope, node.left, value);
      return value;
    }
    case K.QuestionQuestionToken:
      return coalesce(run, scope, node);
    case K.BarBarToken:
    case K.AmpersandAmpersandToken:
      return logical(run, scope, node, kind === K.AmpersandAmpersandToken);
    case K.QuestionQuestionEqualsToken:
    case K.BarBarEqualsToken:
    case K.AmpersandAmpersandEqualsToken: {
      const value =
        kind === K.QuestionQuestionEqualsToken
          ? coalesce(run, scope, node)
          : logical(run, scope, node, kind === K.AmpersandAmpersandEqualsToken);
      assign(run, scope, node.left, value);
      return value;
    }
    case K.PlusEqualsToken: {
      const value = plus(evaluate(run, scope, node.left), evaluate(run, scope, node.right));
      assign(run, scope, node.left, value);
      return value;
    }
    case K.CommaToken: {
      evaluate(run, scope, node.left);
      return evaluate(run, scope, node.right);
    }
  }
  const left = evaluate(run, scope, node.left);
  const right = evaluate(run, scope, node.right);
  switch (kind) {
    case K.PlusToken:
      noteOther(left, node);
      noteOther(right, node);
      return withSource(plus(left, right), sourceOf(node));
    case K.EqualsEqualsEqualsToken:
    case K.EqualsEqualsToken:
    case K.ExclamationEqualsEqualsToken:
    case K.ExclamationEqualsToken: {
      noteComparison(left, right, node);
      noteComparison(right, left, node);
      return equality(left, right, {
        negated: kind === K.ExclamationEqualsEqualsToken || kind === K.ExclamationEqualsToken,
        loose: kind === K.EqualsEqualsToken || kind === K.ExclamationEqualsToken,
      });
    }
    case K.InstanceOfKeyword:
      return instance(left, right);
    default:
      return arithmetic(node.operatorToken.getText(), left, right);
  }
}

/** Which constructs an aspect means; anything else that is asked for its class can't be told. */
function instance(left: Value, right: Value): Value {
  return pairs(left, right, (a, b) =>
    a.kind === 'library' && a.module === VISITED && b.kind === 'symbol'
      ? unknown(instanceCondition(a.id, b.module, b.path.join('.')))
      : unknown(`${showSingle(a)} instanceof ${showSingle(b)}`),
  );
}

function noteComparison(value: Value, other: Value, node: ts.Node): void {
  const against = other.length === 1 ? other[0]!.value : undefined;
  if (against?.kind === 'literal' && typeof against.value === 'boolean') noteBoolean(value, node, against.value);
  else if (against?.kind !== 'literal') noteParsed(value, node);
}

/** `a ?? b` of an unknown `a` is `b` by default, and `a` where somebody gives it. */
function coalesce(run: Run, scope: Scope, node: ts.BinaryExpression): Value {
  const left = evaluate(run, scope, node.left);
  noteDefault(left, node);
  const results: Alt[] = [];
  let fallback: Value | undefined;
  for (const alt of view(left, run.when)) {
    const nullish = isNullish(alt.value);
    if (nullish === false) results.push(alt);
    else {
      fallback ??= evaluate(run, scope, node.right);
      if (nullish === true) results.push(...restrict(fallback, alt.when));
      else results.push(...defaulted(alt, fallback));
    }
  }
  return join(results, 'default');
}

export function defaulted(alt: Alt, fallback: Value): Alt[] {
  const name = showSingle(alt.value);
  const unset = both(alt.when, byDefault(name));
  const set = both(alt.when, given(name));
  return [
    ...(unset === undefined ? [] : restrict(fallback, unset)),
    ...(set === undefined ? [] : [{ ...alt, when: set }]),
  ];
}

/** What stands in for a missing value tells what the value is: a switch, or a string, number, list or object. */
function noteDefault(value: Value, node: ts.BinaryExpression): void {
  const { right } = node;
  if (isBooleanLiteral(right)) noteBoolean(value, node);
  else if (
    ts.isStringLiteralLike(right)
      ? !/^(?:true|false)$/i.test(right.text)
      : ts.isTemplateExpression(right) ||
        ts.isNumericLiteral(right) ||
        ts.isArrayLiteralExpression(right) ||
        ts.isObjectLiteralExpression(right)
  )
    noteOther(value, node);
}

function isBooleanLiteral(node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword;
}

function logical(run: Run, scope: Scope, node: ts.BinaryExpression, and: boolean): Value {
  const left = evaluate(run, scope, node.left);
  if (and) noteCondition(left, node.left, '&&');
  else noteDefault(left, node);
  const results: Alt[] = [];
  let fallback: Value | undefined;
  for (const alt of view(left, run.when)) {
    const known = truth(alt.value);
    if (!and) {
      if (known === true) results.push(alt);
      else {
        fallback ??= evaluate(run, scope, node.right);
        results.push(...(known === false ? restrict(fallback, alt.when) : defaulted(alt, fallback)));
      }
    } else if (known === false) results.push(alt);
    else {
      const holds = known === true ? alt.when : both(alt.when, conditionOf(alt.value, true));
      const fails = known === true ? undefined : both(alt.when, conditionOf(alt.value, false));
      if (fails !== undefined) results.push({ value: { kind: 'literal', value: false }, when: fails });
      if (holds !== undefined) {
        withWhen(run, holds, () => {
          results.push(...restrict(evaluate(run, scope, node.right), holds));
        });
      }
    }
  }
  return join(results, 'condition');
}

export function prefix(run: Run, scope: Scope, node: ts.PrefixUnaryExpression): Value {
  const K = ts.SyntaxKind;
  if (node.operator === K.PlusPlusToken || node.operator === K.MinusMinusToken)
    return step(run, scope, node.operand, node.operator === K.PlusPlusToken ? 1 : -1, false);
  const value = evaluate(run, scope, node.operand);
  if (node.operator === K.ExclamationToken) {
    noteCondition(value, node.operand, '!');
    return not(value);
  }
  return flatMap(value, 'number', (single) => {
    const number = single.kind === 'literal' ? Number(single.value) : Number(knownText(single) ?? Number.NaN);
    if (Number.isNaN(number)) return one(unknownAt(node));
    return primitive(node.operator === K.MinusToken ? -number : node.operator === K.TildeToken ? ~number : number);
  });
}

export function step(run: Run, scope: Scope, operand: ts.Expression, by: number, post: boolean): Value {
  const before = evaluate(run, scope, operand);
  const after = plus(before, primitive(by));
  assign(run, scope, operand, after.some((alt) => alt.value.kind === 'text') ? one(unknownAt(operand)) : after);
  return post ? before : after;
}
