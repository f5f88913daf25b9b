/** Ways that a pipeline may take: one after the other from the same start, and then what they left, joined. */
import { both, type When } from '../../core/choices.ts';
import type { Condition } from './conditions.ts';
import type { Here } from './here.ts';
import type { Interpreter, Left } from './interpreter.ts';
import { apart, join, kept, restore, type Kept } from './memory.ts';

type Way = (here: Here) => void;

export function choose(interpreter: Interpreter, condition: Condition, here: Here, then: Way, otherwise: Way): When {
  const { truth, yes, no } = condition;
  if (truth !== undefined) {
    (truth ? then : otherwise)(here);
    return here.when;
  }
  const { environment, world } = interpreter;
  const ways: { when: When; left: Left | undefined; kept: Kept }[] = [];
  const before = kept(environment, here);
  if (!world.budget.spend(before.size >> 3)) return here.when;
  for (const [guards, way] of [
    [yes, then],
    [no, otherwise],
  ] as const) {
    const when = both(here.when, guards);
    if (when === undefined) continue;
    restore(before, environment, here);
    way({ ...here, when });
    ways.push({ when, left: interpreter.left, kept: kept(environment, here) });
    interpreter.left = undefined;
  }
  const on = ways.filter((one) => one.left === undefined);
  const [only] = on;
  if (only === undefined) {
    // Where one way comes back and the other ends the build, what follows the call is reached.
    interpreter.left = ways.find(({ left }) => left !== 'error')?.left ?? ways[0]?.left;
    return here.when;
  }
  join(on, environment, here);
  return on.length === 1 && ways.length > 1 ? only.when : here.when;
}

/** Branches that run at one time: each from the same start; what two of them set to something else nobody knows. */
export function parallel(interpreter: Interpreter, branches: readonly Way[], here: Here): void {
  const { environment, world } = interpreter;
  const before = kept(environment, here);
  if (!world.budget.spend((before.size >> 3) * branches.length)) return;
  let left: Left | undefined;
  const after = branches.map((branch) => {
    restore(before, environment, here);
    branch(here);
    left ??= interpreter.left;
    interpreter.left = undefined;
    return kept(environment, here);
  });
  apart(before, after, environment, here);
  if (left === 'error') interpreter.left = left;
}
