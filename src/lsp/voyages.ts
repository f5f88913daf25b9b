/** What a place has to do with an image's voyage: where it was built, under which names it leaves, where it runs. */
import { showRef } from '../core/image-ref.ts';
import { place, type Site } from '../core/site.ts';
import type { Model, Voyage } from '../model/voyage.ts';
import { memo } from '../core/memo.ts';

/** One stop of a voyage, in its order. */
export interface Stop {
  readonly label: string;
  readonly site: Site;
  readonly kind: 'built' | 'tagged' | 'pushed' | 'runs';
}

export interface Passage {
  readonly voyage: Voyage;
  readonly stops: readonly Stop[];
}

/** The voyages with a stop in this file. */
export function passagesThrough(model: Model, file: string): readonly Passage[] {
  return (byFiles(model).get(file) ?? [])
    .map(passageOf)
    .filter(({ stops }) => stops.some(({ site }) => site.file === file));
}

/** Most files are never looked at: labels wait until one is. */
const byFiles = memo(({ voyages }: Model): ReadonlyMap<string, readonly Voyage[]> => {
  const found = new Map<string, Voyage[]>();
  for (const voyage of voyages) {
    const files = new Set(voyage.builds.map(({ site }) => site.file));
    for (const { site, pushSite, tags } of voyage.aliases) {
      files.add((pushSite ?? site).file);
      for (const { targetSite } of tags) files.add(targetSite.file);
    }
    for (const {
      workload: { imageSite, cpuSite },
    } of voyage.arrivals) {
      files.add(imageSite.file);
      if (cpuSite !== undefined) files.add(cpuSite.file);
    }
    for (const file of files) {
      const list = found.get(file);
      if (list === undefined) found.set(file, [voyage]);
      else list.push(voyage);
    }
  }
  return found;
});

export const passageOf = memo((voyage: Voyage): Passage => ({ voyage, stops: stopsOf(voyage) }));

function stopsOf(voyage: Voyage): Stop[] {
  const stops: Stop[] = voyage.builds.map(({ label, site }) => ({ label: `built by ${label}`, site, kind: 'built' }));
  for (const alias of voyage.aliases) {
    for (const tag of alias.tags)
      stops.push({ label: `tagged as ${showRef(tag.target)}`, site: tag.targetSite, kind: 'tagged' });
    if (alias.pushed)
      stops.push({ label: `pushed as ${showRef(alias.ref)}`, site: alias.pushSite ?? alias.site, kind: 'pushed' });
  }
  for (const { workload, steps } of voyage.arrivals) {
    const runs = steps.at(-1);
    stops.push({ label: runs?.label ?? `runs as ${workload.label}`, site: workload.imageSite, kind: 'runs' });
    if (workload.cpuSite !== undefined)
      stops.push({
        label: `${workload.label} runs on ${workload.cpu ?? 'an unknown CPU'}`,
        site: workload.cpuSite,
        kind: 'runs',
      });
  }
  const seen = new Set<string>();
  return stops.filter(({ label, site }) => {
    const key = `${label} ${site.file}:${site.span.start}-${site.span.end}`;
    if (site.file === '' || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const MOST_NAMED = 2;

/** `built in scripts/deploy.sh:14 · pushed as …:latest · runs on Lambda as Api`, from one stop's point of view. */
export function lineOf({ stops }: Passage, from: Stop): string {
  const told = (kind: Stop['kind'], say: (stop: Stop) => string): string[] => {
    const others = [...new Set(stops.filter((one) => one.kind === kind && one.site !== from.site).map(say))];
    return others.length > MOST_NAMED ? [...others.slice(0, MOST_NAMED), `${others.length - MOST_NAMED} more`] : others;
  };
  return [
    ...(from.kind === 'built' ? [] : told('built', ({ site }) => `built in ${place(site)}`)),
    ...(from.kind === 'pushed' ? [] : told('pushed', ({ label }) => label)),
    ...told('runs', ({ label }) => label),
  ].join(' · ');
}
