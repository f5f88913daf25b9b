/** Which way an `if` or a `when` goes, and how the ways are told apart where nobody knows. */
import { both, single, type When } from '../../core/choices.ts';
import { judged } from '../../core/sealed.ts';
import { nameKey } from '../../core/text.ts';
import type { Here } from './here.ts';
import type { Interpreter } from './interpreter.ts';
import type { Expression } from './reading.ts';
import { stringOf, valuesOf, type Value } from './values.ts';

export interface Condition {
  /** Undefined where it can't be told. */
  readonly truth?: boolean;
  /** What is known where it holds, and where it doesn't. */
  readonly yes: When;
  readonly no: When;
}

const HOLDS: Condition = { truth: true, yes: [], no: [] };
const FAILS: Condition = { truth: false, yes: [], no: [] };

export function decide(interpreter: Interpreter, expression: Expression, here: Here): Condition {
  switch (expression.kind) {
    case 'not':
      return turned(decide(interpreter, expression.of, here));
    case 'operation': {
      const { operator, left, right } = expression;
      if (operator === '&&' || operator === '||') {
        const a = decide(interpreter, left, here);
        // The right side isn't asked where the left decides.
        if (a.truth === (operator === '||')) return a;
        const b = decide(interpreter, right, here);
        return operator === '&&' ? together(a, b) : turned(together(turned(a), turned(b)));
      }
      if (operator === '==' || operator === '!=') {
        const found = equal(interpreter.evaluate(left, here), interpreter.evaluate(right, here), interpreter, here);
        return operator === '==' ? found : turned(found);
      }
      return open(interpreter.written(expression, here));
    }
    default:
      return truthOf(interpreter.evaluate(expression, here), expression);
  }
}

/** As Groovy takes a value for true: texts and lists with something in them. A text of the environment is no boolean. */
export function truthOf(value: Value, expression: Expression): Condition {
  if (value.kind === 'list') return value.items.length > 0 ? HOLDS : FAILS;
  if (value.kind === 'map') return value.entries.size > 0 ? HOLDS : FAILS;
  const whole = stringOf(value);
  if (whole === '' || whole === 'null') return FAILS;
  if (whole === 'false' || whole === '0') return isText(expression) ? HOLDS : FAILS;
  if (whole !== undefined) return HOLDS;
  return value.kind === 'text' ? open(nameOf(value)) : HOLDS;
}

function isText(expression: Expression): boolean {
  if (expression.kind === 'string') return true;
  return expression.kind === 'member' && expression.of.kind === 'name' && expression.of.name === 'env';
}

export function turned({ truth, yes, no }: Condition): Condition {
  return { ...(truth === undefined ? {} : { truth: !truth }), yes: no, no: yes };
}

export function together(a: Condition, b: Condition): Condition {
  if (a.truth === false || b.truth === false) return FAILS;
  if (a.truth === true) return b;
  if (b.truth === true) return a;
  const yes = both(a.yes, b.yes);
  return yes === undefined ? FAILS : { yes, no: [] };
}

/** Somebody or something decides it when the pipeline runs. */
export function open(name: string): Condition {
  return { yes: [{ cond: name, is: 'yes' }], no: [{ cond: name, is: 'no' }] };
}

/** `a == b`: two that name different values of one thing exclude each other. */
export function equal(left: Value, right: Value, interpreter: Interpreter, here: Here): Condition {
  const [a, b] = [valuesOf(left, 'left'), valuesOf(right, 'right')];
  const [x, y] = [judged(single(a)), judged(single(b))];
  if (x !== undefined && y !== undefined) return x === y ? HOLDS : FAILS;
  const value = x ?? y;
  const name = `${interpreter.reading.file} ${nameOf(x === undefined ? left : right)}`;
  if (value === undefined) return open(`${name} == ${nameOf(right)}`);
  const ways = (x === undefined ? a : b).filter((way) => (judged(way.value) ?? value) === value);
  const [only] = ways;
  if (only === undefined) return FAILS;
  const [one] = open(`${name} == ${value}`).no;
  const mine = ways.length === 1 ? only.when : [];
  const yes = [{ cond: name, is: value }, ...open(`${name} == ${value}`).yes, ...mine];
  // A way that is taken already, such as the stage's.
  return both(here.when, yes) === undefined ? FAILS : { yes, no: one === undefined ? [] : [one] };
}

function nameOf(value: Value): string {
  return value.kind === 'text' ? value.values.map((one) => nameKey(one.value)).join('|') : value.kind;
}
