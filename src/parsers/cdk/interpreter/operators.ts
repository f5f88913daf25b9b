/** Operators over alternatives: equality, arithmetic, joining text, and choosing by a condition. */
import { both, concatValues, when, type When } from '../../../core/choices.ts';
import { table } from '../../../core/table.ts';
import { judged } from '../../../core/sealed.ts';
import { equalTexts } from '../../../core/text.ts';

import { identity, showSingle, textOf, truth, unknown, type Alt, type Single, type Value } from './values.ts';
import { fromValues, join, keyOf, toValues } from './alternatives.ts';

/** The choice that an undecided value stands for, when it's used as a condition. */
export function conditionOf(value: Single, is: boolean): When {
  let name = value.kind === 'unknown' ? identity(value) : showSingle(value);
  let positive = is;
  while (name.startsWith('!')) {
    name = name.slice(1);
    positive = !positive;
  }
  return when(name, positive ? 'true' : 'false');
}

export interface Side {
  readonly truth: boolean;
  readonly when: When;
  readonly alt: Alt;
}

/** Each way a condition may go, under which choices. */
export function sides(condition: Value): Side[] {
  return condition.flatMap((alt): Side[] => {
    const known = truth(alt.value);
    if (known !== undefined) return [{ truth: known, when: alt.when, alt }];
    return [true, false].flatMap((is) => {
      const joined = both(alt.when, conditionOf(alt.value, is));
      return joined === undefined ? [] : [{ truth: is, when: joined, alt }];
    });
  });
}

export function not(value: Value): Value {
  return value.map((alt): Alt => {
    const known = truth(alt.value);
    if (known !== undefined) return { ...alt, value: { kind: 'literal', value: !known } };
    const [guard] = conditionOf(alt.value, true);
    const name = guard!.is === 'true' ? `!${guard!.cond}` : guard!.cond;
    return { ...alt, value: unknown(name) };
  });
}

export function concat(parts: readonly Value[], name: string): Value {
  if (parts.every((part) => part.length === 1 && part[0]!.when.length === 0)) {
    return fromValues([{ value: parts.flatMap((part) => textOf(part[0]!.value)), when: [] }]).map((alt) => ({
      ...alt,
      value: { kind: 'text' as const, text: normal(alt.value) },
    }));
  }
  return fromValues(concatValues(parts.map(toValues), name));
}

const normal = (value: Single) => concatValues([[{ value: textOf(value), when: [] }]], '')[0]!.value;

/** `a === b`; undefined when it can't be told. */
function same(a: Single, b: Single, loose: boolean): boolean | undefined {
  if (a.kind === 'unknown' || b.kind === 'unknown' || a.kind === 'member' || b.kind === 'member')
    return keyOf(a) === keyOf(b) ? true : undefined;
  if (a.kind === 'literal' && b.kind === 'literal')
    return loose && (a.value ?? null) === null ? (b.value ?? null) === null : a.value === b.value;
  if (a.kind === 'text' && b.kind === 'text') {
    const [x, y] = [judged(a.text), judged(b.text)];
    if (x !== undefined && y !== undefined) return x === y;
    return equalTexts(a.text, b.text) ? true : undefined;
  }
  if (a.kind === 'symbol' && b.kind === 'symbol')
    return a.path.at(-1) === b.path.at(-1) && a.path.at(-2) === b.path.at(-2);
  if (a.kind === 'library' || b.kind === 'library')
    return keyOf(a) === keyOf(b) ? true : a.kind === b.kind ? undefined : false;
  return keyOf(a) === keyOf(b);
}

export function equality(left: Value, right: Value, options: { negated: boolean; loose: boolean }): Value {
  return pairs(left, right, (a, b) => {
    const equal = same(a, b, options.loose);
    if (equal !== undefined) return { kind: 'literal', value: equal !== options.negated };
    const [x, y] = [showSingle(a), showSingle(b)].sort();
    return unknown(`${options.negated ? '!' : ''}${y} === ${x}`);
  });
}

export function pairs(left: Value, right: Value, combine: (a: Single, b: Single) => Single): Value {
  const results: Alt[] = [];
  for (const a of left) {
    for (const b of right) {
      const joined = both(a.when, b.when);
      if (joined !== undefined) results.push({ value: combine(a.value, b.value), when: joined });
    }
  }
  return join(results, 'combination');
}

const ARITHMETIC: Record<string, (a: number, b: number) => number | boolean> = table({
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
});

export function arithmetic(operator: string, left: Value, right: Value): Value {
  return pairs(left, right, (a, b) => {
    const compute = ARITHMETIC[operator];
    const x = a.kind === 'literal' && typeof a.value === 'number' ? a.value : undefined;
    const y = b.kind === 'literal' && typeof b.value === 'number' ? b.value : undefined;
    if (compute !== undefined && x !== undefined && y !== undefined) return { kind: 'literal', value: compute(x, y) };
    return unknown(`${showSingle(a)} ${operator} ${showSingle(b)}`);
  });
}

export function plus(left: Value, right: Value): Value {
  const numeric = (value: Value): boolean =>
    value.every((alt) => alt.value.kind === 'literal' && typeof alt.value.value === 'number');
  if (numeric(left) && numeric(right)) {
    return pairs(left, right, (a, b) => ({
      kind: 'literal',
      value: a.kind === 'literal' && b.kind === 'literal' ? Number(a.value) + Number(b.value) : null,
    }));
  }
  return concat([left, right], 'text');
}

/** `map[key]` where only a set of keys is possible: one alternative a key, correlated with tests of that key. */
export function choiceOfKey(key: Single, keys: readonly string[], chosen: string): When {
  const conditions = keys.map((other) => {
    const [x, y] = [showSingle(key), JSON.stringify(other)].sort();
    return { cond: `${y} === ${x}`, is: other === chosen ? 'true' : 'false' };
  });
  return conditions;
}
