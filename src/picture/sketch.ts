/** A voyage while it is being drawn: stops by a key of their own, so that what is said twice is drawn once. */
import type { Site } from '../core/site.ts';
import type { Leg, LiveRemark, Place, Stage, Stop } from './picture.ts';

export interface StopSketch extends Pick<Stop, 'stage' | 'sight' | 'title' | 'name' | 'service'> {
  readonly key: string;
  readonly details: string[];
  readonly alternatives: string[];
  readonly places: Place[];
  readonly files: string[];
  readonly live: LiveRemark[];
}

export type NewStop = Pick<Stop, 'stage' | 'sight' | 'title' | 'name' | 'service'>;

export class Sketch {
  private readonly byKey = new Map<string, StopSketch>();
  private readonly legsByKey = new Map<string, Leg>();

  /** The stop of this key, made if it isn't there yet. Where a thing is known by several keys, by any of them. */
  stop(key: string, made: NewStop, ...others: readonly string[]): StopSketch {
    const keys = [key, ...others];
    const before = keys.map((one) => this.byKey.get(one)).find((one) => one !== undefined);
    const stop = before ?? { ...made, key, details: [], alternatives: [], places: [], files: [], live: [] };
    for (const one of keys) if (!this.byKey.has(one)) this.byKey.set(one, stop);
    return stop;
  }

  /** Of two legs between the same stops the surer one is drawn. */
  leg(from: StopSketch, to: StopSketch, certainty: Leg['certainty']): void {
    if (from === to) return;
    const key = `${from.key}\u0000${to.key}`;
    const before = this.legsByKey.get(key);
    if (before === undefined || SURENESS[certainty] > SURENESS[before.certainty])
      this.legsByKey.set(key, { from: from.key, to: to.key, certainty });
  }

  /** Where a way leads over stops of this stage, no other passes them by. */
  withoutBypass(stage: Stage): void {
    const over = this.stops(stage).map(({ key }) => key);
    for (const [key, { from, to }] of this.legsByKey)
      if (over.some((one) => this.legsByKey.has(`${from}\u0000${one}`) && this.legsByKey.has(`${one}\u0000${to}`)))
        this.legsByKey.delete(key);
  }

  stops(stage?: Stage): StopSketch[] {
    return [...new Set(this.byKey.values())].filter((one) => stage === undefined || one.stage === stage);
  }

  legs(): Leg[] {
    return [...this.legsByKey.values()];
  }

  /** Stops that no leg leads to, or from. */
  ends(side: 'from' | 'to'): StopSketch[] {
    const ends = new Set(this.legs().map((leg) => leg[side]));
    return this.stops().filter(({ key }) => !ends.has(key));
  }
}

const SURENESS: Readonly<Record<Leg['certainty'], number>> = { unknown: 0, likely: 1, certain: 2 };

export function addPlace({ places }: StopSketch, label: string, site: Site | undefined): void {
  if (site === undefined || (site.file === '' && site.resource === undefined)) return;
  if (!places.some((one) => holds(one.site, site))) places.push({ label, site });
}

/** What stands within a place that is told already is told with it. */
function holds(outer: Site, inner: Site): boolean {
  if (outer.file !== inner.file) return false;
  if (outer.file === '') return outer.resource === inner.resource;
  return outer.span.start <= inner.span.start && inner.span.end <= outer.span.end;
}

/** A detail that is said already isn't said again. */
export function addText(list: string[], text: string | undefined): void {
  if (text !== undefined && text !== '' && !list.includes(text)) list.push(text);
}

export function siteKey({ file, span, resource }: Site): string {
  return `${file}\u0000${span.start}\u0000${span.end}\u0000${resource ?? ''}`;
}
