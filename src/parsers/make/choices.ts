/** Where a conjunction of choices does not hold, and whether assignments leave a gap. */
import { both, type Alternative, type When } from '../../core/choices.ts';

/** The alternative where a conjunction does not hold: one for each of its choices, taken the other way. */
export function outside<T>(one: Alternative<T>, when: When): Alternative<T>[] {
  return when.flatMap((guard, index) => {
    const not = both([...when.slice(0, index)], [{ cond: guard.cond, is: opposite(guard.is) }]);
    const joined = not === undefined ? undefined : both(one.when, not);
    return joined === undefined ? [] : [{ value: one.value, when: joined }];
  });
}

function opposite(is: string): string {
  return is === 'yes' ? 'no' : is === 'no' ? 'yes' : is === 'set' ? 'unset' : is === 'unset' ? 'set' : `not ${is}`;
}

/** `ifeq … else … endif` that assigns on both sides leaves no gap. */
export function coversBothSides(conditions: readonly When[]): boolean {
  return conditions.some(
    (a) =>
      a.length === 1 &&
      conditions.some((b) => b.length === 1 && b[0]!.cond === a[0]!.cond && b[0]!.is === opposite(a[0]!.is)),
  );
}
