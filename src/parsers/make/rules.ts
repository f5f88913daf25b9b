/** Which rules of a Makefile make a target. */
import type { When } from '../../core/choices.ts';
import type { Lines } from '../../core/site.ts';
import { stem } from './functions.ts';
import type { MakeRule } from './reading.ts';

export interface Rule {
  readonly rule: MakeRule;
  readonly lines: Lines;
  readonly when: When;
  readonly targets: readonly string[];
  readonly pattern?: string;
}

/** Every rule that names the target; the pattern rule that fits when none of them has a recipe. */
export function rulesFor(
  rules: readonly Rule[],
  name: string,
): (Omit<Rule, 'pattern'> & { readonly pattern: boolean; readonly stem: string })[] {
  const explicit = rules
    .filter((one) => one.targets.includes(name))
    .map((one) => ({
      ...one,
      pattern: one.pattern !== undefined,
      stem: one.pattern === undefined ? '' : (stem(name, one.pattern) ?? ''),
    }));
  if (explicit.some((one) => one.rule.recipe.length > 0)) return explicit;
  for (const one of rules) {
    const found =
      one.rule.recipe.length === 0
        ? undefined
        : one.targets
            .filter((target) => target.includes('%'))
            .map((target) => stem(name, target))
            .find((text) => text !== undefined);
    if (found !== undefined) return [...explicit, { ...one, pattern: true, stem: found }];
  }
  return explicit;
}

export function isSpecial(rule: Rule): boolean {
  return rule.targets.some((target) => target.startsWith('.') && !target.includes('/'));
}
