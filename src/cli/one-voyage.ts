/**
 * What the files say of a voyage and what the account says of it stand in one finding: the live one, with the place
 * that causes it.
 */
import type { Finding, Related } from '../model/finding.ts';
import type { Site } from '../core/site.ts';

/** Findings of one rule about one workload: the local ones become places of the live one. */
export function inOneFinding(findings: readonly Finding[]): Finding[] {
  const causes = new Map<Finding, Finding[]>();
  const local = new Map<string, Finding[]>();
  for (const one of findings)
    if (one.site.resource === undefined)
      for (const place of new Set(one.related.flatMap(({ site }) => placesOf(one.rule, site))))
        local.set(place, [...(local.get(place) ?? []), one]);
  const told = new Set<Finding>();
  for (const live of findings) {
    if (live.site.resource === undefined) continue;
    const found = new Set(placesOf(live.rule, live.site).flatMap((place) => local.get(place) ?? []));
    for (const one of found) told.add(one);
    causes.set(live, [...found]);
  }
  return findings
    .filter((one) => !told.has(one))
    .map((one) => {
      const because = causes.get(one) ?? [];
      return because.length === 0 ? one : { ...one, related: withCauses(one, because) };
    });
}

/** A workload is known by its ARN, and by the place that declares its image. */
function placesOf(rule: string, { file, span, resource }: Site): string[] {
  return [
    ...(resource === undefined ? [] : [`${rule} ${resource}`]),
    ...(file === '' ? [] : [`${rule} ${file}:${span.start}-${span.end}`]),
  ];
}

function withCauses(live: Finding, because: readonly Finding[]): Related[] {
  const seen = new Set([live.site, ...live.related.map((one) => one.site)].map(keyOf));
  const more: Related[] = because.flatMap((one) => [{ message: 'caused here', site: one.site }, ...one.related]);
  return [
    ...live.related,
    ...more.filter(({ site }) => {
      const fresh = !seen.has(keyOf(site));
      seen.add(keyOf(site));
      return fresh;
    }),
  ];
}

function keyOf({ file, span, resource }: Site): string {
  return file === '' ? (resource ?? '') : `${file}:${span.start}-${span.end}`;
}
