/** Which image a finding is about, and how many images there are, both as people see it. */
import type { Site } from '../core/site.ts';
import { textKey } from '../core/text.ts';
import type { Model, Voyage } from '../model/voyage.ts';
import type { Unmarked } from './judge.ts';

/** By the places of a finding, its own first: the name of the voyage that has a stop on that line. */
export function voyageNames({ voyages }: Pick<Model, 'voyages'>): (finding: Unmarked) => string | undefined {
  const names = new Map<string, string>();
  for (const voyage of voyages)
    for (const site of stopsOf(voyage)) if (!names.has(keyOf(site))) names.set(keyOf(site), voyage.name);
  return ({ site, related }) =>
    [site, ...related.map((one) => one.site)].map((one) => names.get(keyOf(one))).find((name) => name !== undefined);
}

/** The same repository in another region, account or under another tag is the same image. */
export function imagesIn({ voyages }: Pick<Model, 'voyages'>): number {
  return new Set(voyages.map((one) => keyOfImage(one))).size;
}

function keyOfImage({ name, aliases, arrivals }: Voyage): string {
  const ref = aliases[0]?.ref ?? arrivals.find((one) => one.ref !== undefined)?.ref;
  return ref === undefined ? name : textKey(ref.repository);
}

function stopsOf({ builds, aliases, arrivals }: Voyage): Site[] {
  return [
    ...builds.map(({ site }) => site),
    ...aliases.flatMap(({ site, pushSite, tags }) => [
      site,
      ...(pushSite === undefined ? [] : [pushSite]),
      ...tags.map(({ targetSite }) => targetSite),
    ]),
    ...arrivals.flatMap(({ workload: { imageSite, cpuSite } }) => [
      imageSite,
      ...(cpuSite === undefined ? [] : [cpuSite]),
    ]),
  ];
}

function keyOf({ file, span }: Site): string {
  return `${file}:${span.line}`;
}
