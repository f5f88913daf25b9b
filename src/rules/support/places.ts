/** Where findings stand and what they point to. */
import type { Workload } from '../../model/facts.ts';
import type { Confidence, Related } from '../../model/finding.ts';
import { CONFIDENCE_RANK } from '../../model/finding.ts';
import type { Site } from '../../core/site.ts';
import type { Step } from '../../model/voyage.ts';
import { groupBy } from './groups.ts';
import { defined } from '../../core/optional.ts';

export function siteKey(site: Site): string {
  return `${site.file}\u0000${site.span.start}\u0000${site.span.end}\u0000${site.resource ?? ''}`;
}

/** One group for each place and whatever else tells findings apart, in the order of first appearance. */
export function bySite<T>(items: Iterable<T>, site: (item: T) => Site, apart: (item: T) => string = () => ''): T[][] {
  return [...groupBy(items, (item) => `${siteKey(site(item))}\u0000${apart(item)}`).values()];
}

export function strongest(confidences: readonly Confidence[]): Confidence {
  return confidences.reduce((best, one) => (CONFIDENCE_RANK[one] > CONFIDENCE_RANK[best] ? one : best), 'possible');
}

/** The other side first, then the hops of the voyage, then the way in; no place twice, and not the finding's own. */
export function relatedTo(primary: Site, otherSide: readonly Related[], steps: readonly Step[] = []): Related[] {
  const seen = new Set([siteKey(primary)]);
  const related: Related[] = [];
  const add = (message: string, site: Site): void => {
    const key = siteKey(site);
    if (seen.has(key)) return;
    seen.add(key);
    related.push({ message, site });
  };
  for (const one of otherSide) add(one.message, one.site);
  for (const step of steps) add(step.label, step.site);
  for (const hop of primary.via ?? []) add(`reached by ${hop.label}`, { file: hop.file, span: hop.span });
  return related;
}

/** Where a workload says which CPU it has, or, when it's the service's own, where it names its image. */
export function cpuSide(workload: Workload): Related {
  const { cpu, cpuSite, cpuBasis } = workload;
  if (cpuSite !== undefined) return { message: `needs ${cpu} here`, site: cpuSite };
  const why = cpuBasis === 'service' ? 'the only CPU of this service' : 'its default, no architecture is set';
  return { message: `runs on ${cpu}, ${why}`, site: workload.imageSite };
}

/**
 * Where to report what a caller does to a command in another file (`npm run deploy | tail`): at the call, since that is
 * what has to change. In one file it is the command itself.
 */
export function whereDone(command: Site, cause: Site): Site {
  if (cause.file === command.file) return command;
  const call = command.via?.findLast((hop) => hop.file === cause.file);
  return call === undefined ? cause : { file: call.file, span: call.span, ...defined({ via: cause.via }) };
}
