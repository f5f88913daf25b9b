/** Evaluation is bounded. Where a bound was met at something that matters, a run says so: what was not followed is not approved. */
import type { Fact, Unfollowed } from '../model/facts.ts';
import { add } from '../model/lists.ts';
import { place, type Site, type Span } from '../model/site.ts';
import type { Notice } from './stale.ts';

/** What rules judge. A loop that only prints or polls may turn as often as it likes. */
const MATTERS: ReadonlySet<Fact['kind']> = new Set(['build', 'tag', 'push', 'repository', 'workload', 'rollout', 'deploy', 'cleanup']);

export function boundsMet(facts: readonly Fact[]): Notice[] {
  const met = facts.filter((fact): fact is Unfollowed => fact.kind === 'unfollowed');
  if (met.length === 0) return [];
  const notices = new Map<string, Notice>();
  const happensIn = placesOf(facts.filter((fact) => MATTERS.has(fact.kind)));
  for (const one of met) {
    const key = `${one.what} ${one.site.file}:${one.site.span.start}`;
    if (notices.has(key) || (one.what !== 'steps of a script' && one.what !== 'levels' && !happensIn(one.site))) continue;
    notices.set(key, { file: one.site.file, message: MESSAGES[one.what](one) });
  }
  return [...notices.values()];
}

const MESSAGES: Record<Unfollowed['what'], (one: Unfollowed) => string> = {
  'steps of a script': ({ site, most }) => `${site.file} was followed for ${most.toLocaleString('en')} steps; what comes after them is not judged`,
  levels: ({ site, most }) => `${place(site)}: what is called here calls itself, or others, more than ${most} levels deep; it is not followed from here on`,
  'turns of a loop': ({ site, most }) => `${place(site)}: the first ${most} turns of this loop were followed; the others are not judged`,
  'runs of a command': ({ site, most }) => `${place(site)}: this command was followed ${most} times; its later runs are not judged`,
};

/** Does one of them stand there, or was it called from there? */
function placesOf(facts: readonly Fact[]): (around: Site) => boolean {
  const byFile = new Map<string, Span[]>();
  for (const { site } of facts) for (const { file, span } of [site, ...(site.via ?? [])]) add(byFile, file, span);
  return ({ file, span: { start, end } }) => (byFile.get(file) ?? []).some((one) => one.start >= start && one.end <= end);
}
