/** The ways that the choices of a list's elements may go, and those under which an element is absent. */
import { turned, type When } from '../../core/choices.ts';

/** With more ways than these, a list is any of very many. */
const MOST_WAYS = 6;

/**
 * By its condition, the ways that each choice of these conjunctions is seen to go. Undefined where a choice has too many
 * of them.
 */
export function outcomesIn(conjunctions: readonly When[]): ReadonlyMap<string, ReadonlySet<string>> | undefined {
  const outcomes = new Map<string, Set<string>>();
  for (const { cond, is } of conjunctions.flat()) {
    const ways = (outcomes.get(cond) ?? new Set<string>()).add(is);
    if (ways.size > MOST_WAYS) return undefined;
    outcomes.set(cond, ways);
  }
  return outcomes;
}

/**
 * The choices under which a conjunction does not hold: a yes/no condition turns over, a `case` goes one of the ways
 * that others name, or none of them.
 */
export function complement(conditions: When, outcomes: ReadonlyMap<string, ReadonlySet<string>>): When[] {
  return conditions.flatMap((guard, index) => {
    const opposite = turned(guard);
    const ways =
      opposite === undefined
        ? [...(outcomes.get(guard.cond) ?? []), 'another way']
            .filter((is) => is !== guard.is)
            .map((is) => ({ cond: guard.cond, is }))
        : [opposite];
    return ways.map((way) => [...conditions.slice(0, index), way]);
  });
}
