/** From the model to a picture of it: every voyage drawn once, those that look the same made one, in an order for people. */
import { hideSecrets } from '../core/secrets.ts';
import { shorten } from '../core/shorten.ts';
import type { Site } from '../core/site.ts';
import type { Model, Voyage } from '../model/voyage.ts';
import { shortName } from '../rules/support/words.ts';
import { STAGES, type DrawnVoyage, type Picture, type Place, type Stop, type WayIn } from './picture.ts';
import { siteKey, type Sketch } from './sketch.ts';
import { sketchOf, type Around, type Blind } from './voyage.ts';

export function drawn(model: Around & Pick<Model, 'voyages'>, blind: Blind): Picture {
  const found = new Map<string, Unnamed>();
  for (const voyage of model.voyages) {
    const one = finished(voyage, sketchOf(voyage, model, blind));
    const key = looksOf(one);
    const before = found.get(key);
    if (before === undefined) found.set(key, one);
    else found.set(key, { ...before, ways: distinctWays([...before.ways, ...one.ways]) });
  }
  const inOrder = [...found.values()].sort((a, b) => rank(a) - rank(b) || compare(a.name, b.name));
  return { voyages: inOrder.map(numbered) };
}

/** Stops go by their place in the list until it's known which voyage they are of. */
type Unnamed = Omit<DrawnVoyage, 'id'>;

function finished(voyage: Voyage, sketch: Sketch): Unnamed {
  const stops = sketch
    .stops()
    .sort(
      (a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage) || SIGHTS.indexOf(a.sight) - SIGHTS.indexOf(b.sight),
    );
  const indexes = new Map(stops.map(({ key }, index) => [key, String(index)]));
  return {
    name: said(shortName(voyage.name)),
    services: [...new Set(voyage.arrivals.map(({ workload }) => workload.service))].sort(),
    ways: distinctWays(waysInto(voyage)),
    stops: stops.map(({ key, details, alternatives, places, files, live, title, name, service, ...rest }): Stop => {
      const isOne = alternatives.length < 2;
      return {
        id: indexes.get(key) ?? '',
        ...rest,
        title: said(title),
        ...(name === undefined ? {} : { name: said(name) }),
        details: [...(isOne ? alternatives : []), ...details].map(said),
        alternatives: isOne ? [] : alternatives.map(said),
        places: places.map((one): Place => ({ label: said(one.label), site: withoutWay(one.site) })),
        files,
        ...(service === undefined ? {} : { service }),
        live: live.map(({ text, state }) => ({ text: said(text), state })),
      };
    }),
    legs: sketch
      .legs()
      .map((leg) => ({ ...leg, from: indexes.get(leg.from) ?? '', to: indexes.get(leg.to) ?? '' }))
      .sort((a, b) => Number(a.from) - Number(b.from) || Number(a.to) - Number(b.to)),
  };
}

const SIGHTS: readonly Stop['sight'][] = ['seen', 'blind', 'missing'];

/** How a place is reached is said of the voyage. */
function withoutWay({ via: _, ...site }: Site): Site {
  return site;
}

/** Everything in a picture is shown: without secrets, and never longer than anybody reads. */
function said(text: string): string {
  return shorten(hideSecrets(text));
}

function waysInto({ builds, aliases }: Voyage): WayIn[] {
  const first = builds.length > 0 ? builds : aliases.flatMap(({ push }) => push ?? []);
  return first.flatMap(({ site: { via = [] } }) =>
    via.length === 0 ? [] : [via.map(({ label, file, span }) => ({ label: said(label), file, line: span.line }))],
  );
}

/** Whoever calls it from a hundred places has said enough by the first few. */
const MOST_WAYS = 12;

function distinctWays(ways: readonly WayIn[]): WayIn[] {
  const byText = new Map(ways.map((way) => [JSON.stringify(way), way]));
  return [...byText.values()].slice(0, MOST_WAYS);
}

/** Two voyages that look the same are one that is set going in two ways. */
function looksOf({ name, stops, legs }: Unnamed): string {
  const places = (list: readonly Place[]): string[] => list.map(({ site }) => siteKey(site));
  return JSON.stringify([name, stops.map((stop) => ({ ...stop, places: places(stop.places) })), legs]);
}

/** First what is followed from a build to a workload, last what only runs. */
function rank({ stops }: Unnamed): number {
  const sees = (stage: Stop['stage']): boolean => stops.some((one) => one.stage === stage && one.sight === 'seen');
  return sees('build') && sees('workload') ? 0 : sees('build') ? 1 : sees('push') ? 2 : 3;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function numbered(voyage: Unnamed, index: number): DrawnVoyage {
  const id = `v${index + 1}`;
  const named = (stop: string): string => `${id}s${Number(stop) + 1}`;
  return {
    id,
    ...voyage,
    stops: voyage.stops.map((stop) => ({ ...stop, id: named(stop.id) })),
    legs: voyage.legs.map((leg) => ({ ...leg, from: named(leg.from), to: named(leg.to) })),
  };
}
