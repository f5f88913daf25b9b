/**
 * Findings on the stops they belong to: by the place that a finding points at, and where that is a stop of several
 * voyages (a script that many call), by the other places it names.
 */
import type { Finding } from '../../model/finding.ts';
import type { DrawnVoyage, Picture, Stop } from '../../picture/picture.ts';
import { SEVERITY_RANK } from '../../model/finding.ts';
import type { Site } from '../../core/site.ts';

export interface Placed {
  /** By the stop's id; the worst first. */
  readonly on: ReadonlyMap<string, readonly Finding[]>;
  /** Of no voyage that is drawn. */
  readonly elsewhere: readonly Finding[];
}

interface Claim {
  readonly voyage: DrawnVoyage;
  readonly stop: Stop;
  /** How well the place fits, and how much of it the stop is: the smaller, the closer. */
  readonly rank: number;
  readonly size: number;
}

export function placed(picture: Picture, findings: readonly Finding[]): Placed {
  const drawn = new Set(picture.voyages.flatMap(({ stops }) => stops));
  const stopsIn = byFile([...picture.voyages, ...(picture.others ?? [])]);
  const on = new Map<string, Finding[]>();
  const elsewhere: Finding[] = [];
  for (const finding of findings) {
    const own = claimsOn(finding.site, stopsIn);
    const claims = own.length > 0 ? own : claimsOn(finding.related[0]?.site, stopsIn);
    const stops = stopsFor(claims, finding).filter((stop) => drawn.has(stop));
    if (stops.length === 0) elsewhere.push(finding);
    for (const { id } of stops) on.set(id, [...(on.get(id) ?? []), finding]);
  }
  for (const list of on.values()) list.sort((a, b) => SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity]);
  return { on, elsewhere };
}

type StopsIn = (site: Site) => readonly { readonly voyage: DrawnVoyage; readonly stop: Stop }[];

function byFile(voyages: readonly DrawnVoyage[]): StopsIn {
  const stops = new Map<string, { voyage: DrawnVoyage; stop: Stop }[]>();
  for (const voyage of voyages)
    for (const stop of voyage.stops) {
      const keys = new Set([...stop.places.flatMap(({ site }) => keysOf(site)), ...stop.files]);
      for (const key of keys) stops.set(key, [...(stops.get(key) ?? []), { voyage, stop }]);
    }
  return (site) => [...new Set(keysOf(site).flatMap((key) => stops.get(key) ?? []))];
}

/** A live resource is known by its ARN, and by the file that declares it. */
function keysOf({ file, resource }: Site): string[] {
  return [...(file === '' ? [] : [file]), ...(resource === undefined ? [] : [`\u0000${resource}`])];
}

function claimsOn(site: Site | undefined, stopsIn: StopsIn): Claim[] {
  if (site === undefined) return [];
  return stopsIn(site).flatMap(({ voyage, stop }): Claim[] => {
    const fits = stop.places.map((one) => fitOf(one.site, site)).filter((one) => one !== undefined);
    const best = fits.sort((a, b) => b.rank - a.rank || a.size - b.size)[0];
    if (best !== undefined) return [{ voyage, stop, ...best }];
    return stop.files.includes(site.file) ? [{ voyage, stop, rank: 1, size: 0 }] : [];
  });
}

function fitOf(place: Site, site: Site): Pick<Claim, 'rank' | 'size'> | undefined {
  if (site.resource !== undefined && place.resource === site.resource) return { rank: 4, size: 0 };
  if (site.file === '' || place.file !== site.file) return undefined;
  const [a, b] = [place.span, site.span];
  if (a.start < b.end && b.start < a.end) return { rank: 3, size: a.end - a.start };
  return a.line <= b.endLine && b.line <= a.endLine ? { rank: 2, size: a.end - a.start } : undefined;
}

/** In each voyage the stop that fits best, and of the voyages those that have most of the finding's other places. */
function stopsFor(claims: readonly Claim[], { related }: Finding): Stop[] {
  const best = new Map<DrawnVoyage, Claim>();
  for (const claim of claims) {
    const other = best.get(claim.voyage);
    if (other === undefined || claim.rank > other.rank || (claim.rank === other.rank && claim.size < other.size))
      best.set(claim.voyage, claim);
  }
  const most = Math.max(0, ...[...best.values()].map(({ rank }) => rank));
  const fitting = [...best.values()].filter(({ rank }) => rank === most);
  const shares = fitting.map(({ voyage }) => related.filter(({ site }) => isOn(voyage, site)).length);
  const largest = Math.max(0, ...shares);
  return fitting.filter((_, index) => shares[index] === largest).map(({ stop }) => stop);
}

function isOn({ stops, ways }: DrawnVoyage, site: Site): boolean {
  return (
    stops.some(({ places }) => places.some((one) => (fitOf(one.site, site)?.rank ?? 0) >= 3)) ||
    ways.some((way) => way.some(({ file, line }) => file === site.file && line === site.span.line))
  );
}
