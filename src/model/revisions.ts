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
    const { cpu, cpuSite, cpuBasis } = first;
    return { ...one, cpu, ...defined({ cpuSite, cpuBasis }) };
  });
}

function inherits({ ofFamily, cpu, cpuBasis }: Workload): boolean {
  return ofFamily === true && cpu === undefined && cpuBasis === undefined;
}
