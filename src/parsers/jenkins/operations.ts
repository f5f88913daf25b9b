/** What Groovy's operators give. */
import { concatValues } from '../../core/choices.ts';
import type { Expression } from './reading.ts';
import { listOf, stringOf, unknown, valuesOf, type Value } from './values.ts';

/** Undefined where nothing is known of it. */
export function operated(operator: string, a: Value, b: Value): Value | undefined {
  if (operator === '+') {
    if (a.kind === 'list') return listOf([...a.items, ...(b.kind === 'list' ? b.items : [b])]);
    if (a.kind === 'map' && b.kind === 'map') return { kind: 'map', entries: new Map([...a.entries, ...b.entries]) };
    return { kind: 'text', values: concatValues([valuesOf(a, 'left'), valuesOf(b, 'right')], 'sum') };
  }
  if (operator === '<<' && a.kind === 'list') return listOf([...a.items, b]);
  return operator === 'as' ? a : undefined;
}

/** `map['key']`, `list[0]`; `commit[0..6]` names the build as the whole does. */
export function indexed(
  value: Value,
  at: Value,
  { at: written }: Extract<Expression, { kind: 'index' }>,
): Value | undefined {
  const key = stringOf(at);
  if (value.kind === 'map' && key !== undefined) return value.entries.get(key) ?? unknown(key);
  if (value.kind === 'list' && key !== undefined) return value.items.at(Number(key));
  const isRange = written.kind === 'operation' && written.operator.startsWith('..');
  const isUnique =
    value.kind === 'text' &&
    value.values.every(({ value: one }) => one.some((part) => typeof part !== 'string' && part.nature === 'unique'));
  return isRange && isUnique ? value : undefined;
}

/** A sum of numbers, where neither side is a text: what it comes to is not worked out. */
export function isOfNumbers({ operator, left, right }: Extract<Expression, { kind: 'operation' }>): boolean {
  if (operator !== '+') return false;
  const isNumber = (one: Expression): boolean => one.kind === 'constant' && /^\d/.test(one.value);
  return (isNumber(left) || isNumber(right)) && left.kind !== 'string' && right.kind !== 'string';
}
