/**
 * Parts of an entry, one after the other (jobs, targets, scripts, stacks): one that takes no end costs itself, and the
 * others have their share.
 */
import type { Site } from '../core/site.ts';
import type { World } from './evaluation.ts';

/** Does something for each. `siteOf` tells where it stands, to say that it was not followed to its end. */
export function inTurn<T>(
  { budget, stopped }: World,
  parts: readonly T[],
  siteOf: (part: T) => Site,
  action: (part: T, index: number) => void,
): void {
  for (const [index, part] of parts.entries()) {
    const { refused } = budget;
    const before = budget.keep(parts.length - 1 - index);
    action(part, index);
    budget.release(before);
    if (budget.hasToSay(refused)) stopped?.(siteOf(part), budget.most);
  }
}
