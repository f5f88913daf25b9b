/**
 * Evaluation is bounded. Where a bound was met at something that matters, a run says so: what was not followed is not
 * approved.
 */
import type { Fact, Unfollowed } from '../model/facts.ts';
import { add } from '../core/lists.ts';
import { NOWHERE, place, type Site, type Span } from '../core/site.ts';
import type { Notice } from './stale.ts';

/** What rules judge. A loop that only prints or polls may turn as often as it likes. */
const MATTERS: ReadonlySet<Fact['kind']> = new Set([
  'build',
  'tag',
  'push',
  'repository',
  'workload',
  'rollout',
  'deploy',
  'cleanup',
]);

export function boundsMet(facts: readonly Fact[]): Notice[] {
  const met = facts.filter((fact): fact is Unfollowed => fact.kind === 'unfollowed');
  if (met.length === 0) return [];
  const notices = new Map<string, Notice>();
  const happensIn = placesOf(facts.filter((fact) => MATTERS.has(fact.kind)));
  const firsts = firstOfEachFile(met);
  for (const one of met) {
    const key = `${one.what} ${one.site.file}:${one.site.span.start}`;
    if (notices.has(key) || (LOOPS.has(one.what) && !happensIn(one.site))) continue;
    if (one.what === 'steps' && firsts.get(one.site.file) !== one) continue;
    notices.set(key, { file: one.site.file, message: MESSAGES[one.what](one) });
  }
  return [...notices.values()];
}

/**
 * Steps that ran out are met again in whatever comes after, and by what is around it: the first place in a file that has
 * no other one inside stands for all of them.
 */
function firstOfEachFile(met: readonly Unfollowed[]): ReadonlyMap<string, Unfollowed> {
  const firsts = new Map<string, Unfollowed>();
  for (const one of met) {
    if (one.what !== 'steps') continue;
    const before = firsts.get(one.site.file);
    if (before === undefined || isBetter(one.site, before.site)) firsts.set(one.site.file, one);
  }
  return firsts;
}

function isBetter({ span: a }: Site, { span: b }: Site): boolean {
  const contains = (outer: Span, inner: Span): boolean => outer.start <= inner.start && inner.end <= outer.end;
  if (contains(a, b) !== contains(b, a)) return contains(b, a);
  return a.start < b.start;
}

/** What these leave out is like what was followed; the others leave out what nobody has seen. */
const LOOPS: ReadonlySet<Unfollowed['what']> = new Set<Unfollowed['what']>(['turns of a loop', 'runs of a command']);

const MESSAGES: Record<Unfollowed['what'], (one: Unfollowed) => string> = {
  levels: ({ site, most }) =>
    `${place(site)}: what is called here calls itself, or others, more than ${most} levels deep; it is not followed from here on`,
  steps: ({ site, most }) =>
    `${whereabouts(site)} takes more steps than there are to follow it (${most.toLocaleString('en')} in all); what it does beyond them is not judged`,
  rehearsals: ({ site, most }) =>
    `${whereabouts(site)} takes more steps than there are to try what happens where its commands fail (${most.toLocaleString('en')} in all); whether anybody notices the others is not judged`,
  time: ({ site }) =>
    `${whereabouts(site)} was not followed to its end, because the run took too long: another run may judge more, or less`,
  failure: ({ site, reason }) =>
    `${whereabouts(site)} could not be followed to its end (${reason}); what it does beyond that is not judged`,
  'facts of a place': ({ site, most }) =>
    `${place(site)}: what stands here was met ${most} times; what it makes in its later turns is not judged`,
  links: ({ site, most }) =>
    `${place(site)}: more than ${most.toLocaleString('en')} names may be this image's; which of them are is not judged`,
  'turns of a loop': ({ site, most }) =>
    `${place(site)}: the first ${most} turns of this loop were followed; the others are not judged`,
  'runs of a command': ({ site, most }) =>
    `${place(site)}: this command was followed ${most} times; its later runs are not judged`,
};

/** A place in a file, or the file as a whole. */
function whereabouts(site: Site): string {
  return site.span === NOWHERE ? site.file : place(site);
}

/** Does one of them stand there, or was it called from there? */
function placesOf(facts: readonly Fact[]): (around: Site) => boolean {
  const byFile = new Map<string, Span[]>();
  for (const { site } of facts) for (const { file, span } of [site, ...(site.via ?? [])]) add(byFile, file, span);
  return ({ file, span: { start, end } }) =>
    (byFile.get(file) ?? []).some((one) => one.start >= start && one.end <= end);
}
