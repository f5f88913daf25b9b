/** The layers of a voyage: its stages, and within a stage what comes after what (a tag of a tag). */
import { STAGES, type DrawnVoyage, type Stop } from '../../picture/picture.ts';

/** Room that a leg needs in a layer it only passes through. */
export interface Pass {
  readonly id: string;
  readonly layer: number;
}

/** The room that each leg needs between its ends, by `from to`: without it, it would run behind other stops. */
export function passesOf(
  { legs }: Pick<DrawnVoyage, 'legs'>,
  layers: readonly (readonly Stop[])[],
): Map<string, Pass[]> {
  const layerOf = new Map(layers.flatMap((stops, layer) => stops.map(({ id }) => [id, layer] as const)));
  return new Map(
    legs.map(({ from, to }) => {
      const [start, end] = [layerOf.get(from) ?? 0, layerOf.get(to) ?? 0];
      const between = Array.from({ length: Math.max(0, end - start - 1) }, (_, index) => start + 1 + index);
      return [`${from} ${to}`, between.map((layer) => ({ id: `${from}-${to}-${layer}`, layer }))];
    }),
  );
}

/** Never empty ones; the stops of each in their order. */
export function layersOf({ stops, legs }: Pick<DrawnVoyage, 'stops' | 'legs'>): Stop[][] {
  const depths = new Map(stops.map(({ id }) => [id, 0]));
  const byId = new Map(stops.map((stop) => [stop.id, stop]));
  const within = legs.filter(({ from, to }) => byId.get(from)?.stage === byId.get(to)?.stage);
  // As many rounds as there are stops are enough; names that go round in a circle get no more.
  for (let round = 0, moved = true; moved && round < stops.length; round++) {
    moved = false;
    for (const { from, to } of within) {
      const depth = (depths.get(from) ?? 0) + 1;
      if (depth <= (depths.get(to) ?? 0) || depth >= stops.length) continue;
      depths.set(to, depth);
      moved = true;
    }
  }
  const layers = new Map<number, Stop[]>();
  for (const stop of stops) {
    const at = STAGES.indexOf(stop.stage) * (stops.length + 1) + (depths.get(stop.id) ?? 0);
    layers.set(at, [...(layers.get(at) ?? []), stop]);
  }
  return [...layers].sort(([a], [b]) => a - b).map(([, list]) => list);
}
