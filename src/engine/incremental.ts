/** A model that is linked and judged again part by part: what a change doesn't reach stays as it was. */
import type { Fact } from '../model/facts.ts';
import type { Report } from '../model/finding.ts';
import { joined, linked, type Linked } from '../model/link.ts';
import { Ties } from '../model/partition.ts';
import type { Model } from '../model/voyage.ts';
import type { Rule } from '../rules/define.ts';
import { judgingOf, type Judging } from './judge.ts';

interface Part {
  readonly facts: readonly Fact[];
  readonly linked: Linked;
  /** What rules found here, under the options they had. */
  readonly reports: Map<Rule, { readonly options: unknown; readonly found: readonly Report[] }>;
}

export interface InParts {
  readonly model: Model;
  /** Part by part, for rules that can be judged so. */
  readonly judging: Judging;
}

export class PartsMemory {
  private ties = new Ties();
  private parts = new Map<Fact, Part>();
  private roomy = 0;

  link(facts: readonly Fact[]): InParts {
    const groups = this.tied(facts);
    const parts = groups.map((group): Part => {
      const before = this.parts.get(group[0]!);
      return before !== undefined && same(before.facts, group)
        ? before
        : { facts: group, linked: linked(group), reports: new Map() };
    });
    this.parts = new Map(parts.map((part) => [part.facts[0]!, part]));
    const model = joined(
      facts,
      parts.map((part) => part.linked),
    );
    const whole = judgingOf(model);
    return {
      model,
      judging: (rule, options) =>
        rule.reach === 'tied' ? parts.flatMap((part) => reportsOn(part, rule, options)) : whole(rule, options),
    };
  }

  private tied(facts: readonly Fact[]): Fact[][] {
    // Names that were typed letter by letter on the way to their last form are forgotten now and then.
    if (this.ties.size > this.roomy) this.ties = new Ties();
    const groups = this.ties.partsOf(facts);
    this.roomy = Math.max(this.roomy, 2 * this.ties.size, 10_000);
    return groups;
  }
}

function reportsOn(part: Part, rule: Rule, options: unknown): readonly Report[] {
  const before = part.reports.get(rule);
  if (before !== undefined && before.options === options) return before.found;
  const found = judgingOf(part.linked.model)(rule, options);
  part.reports.set(rule, { options, found });
  return found;
}

function same(a: readonly Fact[], b: readonly Fact[]): boolean {
  return a.length === b.length && a.every((fact, index) => fact === b[index]);
}
