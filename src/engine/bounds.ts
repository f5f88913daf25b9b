/** Evaluation is bounded. Where a bound was met at something that matters, a run says so: what was not followed is not approved. */
import type { Fact, Unfollowed } from '../model/facts.ts';
import { place, type Site } from '../model/site.ts';
import type { Notice } from './stale.ts';

/** What rules judge. A loop that only prints or polls may turn as often as it likes. */
const MATTERS: ReadonlySet<Fact['kind']> = new Set(['build', 'tag', 'push', 'repository', 'workload', 'rollout', 'deploy', 'cleanup']);

export function boundsMet(facts: readonly Fact[]): Notice[] {
  const met = facts.filter((fact): fact is Unfollowed => fact.kind === 'unfollowed');
  if (met.length === 0) return [];
  const notices = new Map<string, Notice>();
  for (const one of met) {
    const key = `${one.what} ${one.site.file}:${one.site.span.start}`;
    if (notices.has(key) || (one.what !== 'steps of a script' && !facts.some((fact) => MATTERS.has(fact.kind) && happensIn(fact.site, one.site)))) continue;
    notices.set(key, { file: one.site.file, message: MESSAGES[one.what](one) });
  }
  return [...notices.values()];
}

const MESSAGES: Record<Unfollowed['what'], (one: Unfollowed) => string> = {
  'steps of a script': ({ site, most }) => `${site.file} was followed for ${most.toLocaleString('en')} steps; what comes after them is not judged`,
  'turns of a loop': ({ site, most }) => `${place(site)}: the first ${most} turns of this loop were followed; the others are not judged`,
  'runs of a command': ({ site, most }) => `${place(site)}: this command was followed ${most} times; its later runs are not judged`,
};

/** It stands there, or was called from there. */
function happensIn(site: Site, around: Site): boolean {
  return [site, ...(site.via ?? [])].some(({ file, span }) => file === around.file && span.start >= around.span.start && span.end <= around.span.end);
}
