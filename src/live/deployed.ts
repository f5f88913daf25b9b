/**
 * What the account says around the stacks that a project would deploy to: their state, what they own, and what the
 * registry holds for them.
 */
import type { Fact } from '../model/facts.ts';
import { collect } from './collect.ts';
import { factsOf } from './facts.ts';
import { anchored, referencesOf } from './local.ts';
import type { Connection } from './clients.ts';
import type { WantedStack } from './templates.ts';
import { defined, oneOrNone } from '../core/optional.ts';

export async function readSurroundings(
  stacks: readonly WantedStack[],
  local: readonly Fact[],
  { signal, region, profile, endpoint }: Connection,
): Promise<Fact[]> {
  const byRegion = new Map<string | undefined, string[]>();
  // What a stack says of its own place counts; the connection's is for those that say nothing.
  for (const stack of stacks)
    byRegion.set(stack.region ?? region, [...(byRegion.get(stack.region ?? region) ?? []), stack.name]);
  const found: Fact[] = [];
  for (const [place, names] of byRegion) {
    const { evidence } = await collect({
      regions: oneOrNone(place),
      ...defined({ profile, endpoint }),
      stacks: [...new Set(names)].sort(),
      workloads: false,
      references: (account, at) => referencesOf(local, account, at),
      signal,
    });
    found.push(...anchored(factsOf(evidence), local));
  }
  return found;
}
