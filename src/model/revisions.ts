/**
 * A task definition that a command makes of its family's newest revision says an image alone. What it runs on is what
 * the family says where it is declared: in an app, a template, a module.
 */
import type { Fact, Workload } from './facts.ts';
import { textKey } from '../core/text.ts';
import { add } from '../core/lists.ts';
import { defined } from '../core/optional.ts';

export function withFamilies(facts: readonly Fact[]): readonly Fact[] {
  if (!facts.some((one) => one.kind === 'workload' && inherits(one))) return facts;
  const declared = new Map<string, Workload[]>();
  for (const one of facts)
    if (one.kind === 'workload' && one.service === 'ecs' && one.declared && one.name !== undefined)
      add(declared, textKey(one.name), one);
  return facts.map((one) => {
    if (one.kind !== 'workload' || one.name === undefined || !inherits(one)) return one;
    const family = declared.get(textKey(one.name)) ?? [];
    const [first] = family;
    // Of different CPUs nobody knows which is the newest.
    if (first?.cpu === undefined || family.some(({ cpu }) => cpu !== first.cpu)) return one;
    return grown(one, first);
  });
}

/** Worked out once, so that what nobody changed is the same fact the next time. */
const known = new WeakMap<Workload, { readonly from: Workload; readonly to: Workload }>();

function grown(one: Workload, from: Workload): Workload {
  const before = known.get(one);
  if (before?.from === from) return before.to;
  const { cpu, cpuSite, cpuBasis } = from;
  const to: Workload = { ...one, ...defined({ cpu, cpuSite, cpuBasis }) };
  known.set(one, { from, to });
  return to;
}

function inherits({ ofFamily, cpu, cpuBasis }: Workload): boolean {
  return ofFamily === true && cpu === undefined && cpuBasis === undefined;
}
