/** Scalars of expressions: truth, comparison and equality as GitHub has them. */
import { both, byDefault, given, type When } from '../../core/choices.ts';
import { equalTexts, known, literal, type Text } from '../../core/text.ts';
import { boolean, combine, scalars, truth, type Data, type Scalar } from './data.ts';
import { showExpression, type BinaryOperator, type Expression } from './expression.ts';

export function mapScalars(
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

export function bool(value: boolean, when: When): Scalar {
  return { text: value ? TRUE : FALSE, type: 'boolean', when };
}

export function negate(one: Scalar): readonly Scalar[] {
  const is = truth(one);
  if (is !== undefined) return [bool(!is, one.when)];
  return split(one).map(({ set, when }) => bool(!set, when));
}

/** A value that may be empty or not: the two ways, each with its choice. */
export function split(one: Scalar): readonly { set: boolean; when: When }[] {
  const name = nameOf(one.text);
  return [
    { set: true, when: both(one.when, given(name)) },
    { set: false, when: both(one.when, byDefault(name)) },
  ].flatMap(({ set, when }) => (when === undefined ? [] : [{ set, when }]));
}

function nameOf(text: Text): string {
  return text.map((part) => (typeof part === 'string' ? part : part.hole)).join('');
}

export function compare(
  operator: Exclude<BinaryOperator, '&&' | '||'>,
  a: Scalar,
  b: Scalar,
  when: When,
): readonly Scalar[] {
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
export function equal(a: Scalar, b: Scalar): boolean | undefined {
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
