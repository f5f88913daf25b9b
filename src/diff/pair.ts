/** Which stack of one side is which of the other. */
import { section } from '../parsers/cloudformation/reading.ts';
import type { SideStack } from './side.ts';
import { defined } from '../core/optional.ts';

export interface Pairs {
  readonly both: readonly { readonly before: SideStack; readonly after: SideStack }[];
  /** Stacks that only the new side has. */
  readonly added: readonly SideStack[];
  /** Stacks that only the old side has. */
  readonly gone: readonly SideStack[];
}

export function pairUp(before: readonly SideStack[], after: readonly SideStack[]): Pairs {
  const left = new Set(before);
  const right = new Set(after);
  const both: { before: SideStack; after: SideStack }[] = [];
  const join = (old: SideStack, young: SideStack): void => {
    left.delete(old);
    right.delete(young);
    both.push({ before: old, after: young });
  };
  const depth = Math.max(0, ...after.map((one) => one.known.length));
  for (let rank = 0; rank < depth; rank++) {
    for (const young of right) {
      const name = young.known[rank];
      const same =
        name === undefined ? [] : [...left].filter((old) => old.known.includes(name) && sameRegion(old, young));
      if (same.length === 1 && same[0] !== undefined) join(same[0], young);
    }
  }
  // Renamed or moved: the one that shares the most resources, when there's just one such.
  for (const young of right) {
    const [best, second] = [...left]
      .filter((old) => sameRegion(old, young))
      .map((old) => ({ old, shared: shared(old, young) }))
      .sort((a, b) => b.shared - a.shared);
    if (best !== undefined && best.shared > 0 && best.shared !== second?.shared) join(best.old, young);
  }
  if (before.length === 1 && after.length === 1 && both.length === 0) join(before[0]!, after[0]!);
  const order = new Map(after.map((one, index) => [one, index]));
  both.sort((a, b) => (order.get(a.after) ?? 0) - (order.get(b.after) ?? 0));
  return {
    both: both.map((pair) => ({
      before: inPlaceOf(pair.before, pair.after),
      after: inPlaceOf(pair.after, pair.before),
    })),
    added: [...right],
    gone: [...left],
  };
}

/**
 * Both are one stack in one place: where one side alone says what it's called and where it is, that holds for the other
 * too.
 */
function inPlaceOf(stack: SideStack, { call: { stackName, region, account } }: SideStack): SideStack {
  return {
    ...stack,
    call: {
      ...defined({ stackName, region, account }),
      ...stack.call,
    },
  };
}

function sameRegion(a: SideStack, b: SideStack): boolean {
  return a.region === undefined || b.region === undefined || a.region === b.region;
}

/** How many resources have the same logical id and type on both sides. */
function shared(a: SideStack, b: SideStack): number {
  const resources = section(b.reading, 'Resources');
  return Object.entries(section(a.reading, 'Resources')).filter(
    ([id, one]) => typeOf(one) !== undefined && typeOf(one) === typeOf(resources[id]),
  ).length;
}

function typeOf(resource: unknown): unknown {
  return typeof resource === 'object' && resource !== null && 'Type' in resource ? resource.Type : undefined;
}
