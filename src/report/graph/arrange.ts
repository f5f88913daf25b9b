/**
 * Where the stops of a voyage stand in a drawing: its layers from left to right, and in each layer the stops one below
 * another, near to those that lead to them. A voyage is short and nearly straight, so that this is all it takes.
 */
import type { DrawnVoyage, Stop } from '../../picture/picture.ts';
import { layersOf, passesOf } from './layers.ts';

export const BOX = { width: 236, padding: 12, line: 17 } as const;
const GAP = { across: 44, down: 14 } as const;
const HEAD = 44;

export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

export interface Arranged {
  readonly width: number;
  readonly height: number;
  readonly at: ReadonlyMap<string, Placement>;
  /** The points between its ends that a leg passes, by `from to`. */
  readonly through: ReadonlyMap<string, readonly Placement[]>;
}

/** A stop, or the room of a leg that passes. */
interface Item {
  readonly id: string;
  readonly height: number;
  readonly before: readonly string[];
}

export function arranged(voyage: Pick<DrawnVoyage, 'stops' | 'legs'>, linesOf: (stop: Stop) => number): Arranged {
  const stops = layersOf(voyage);
  const passes = passesOf(voyage, stops);
  const layers = stops.map((layer, index): Item[] => [
    ...layer.map((stop) => ({
      id: stop.id,
      height: 2 * BOX.padding - 4 + linesOf(stop) * BOX.line,
      before: voyage.legs.flatMap((leg) =>
        leg.to === stop.id ? [passes.get(`${leg.from} ${leg.to}`)?.at(-1)?.id ?? leg.from] : [],
      ),
    })),
    ...voyage.legs.flatMap(({ from, to }): Item[] => {
      const list = passes.get(`${from} ${to}`) ?? [];
      const at = list.findIndex(({ layer: one }) => one === index);
      const pass = list[at];
      return pass === undefined ? [] : [{ id: pass.id, height: PASS, before: [list[at - 1]?.id ?? from] }];
    }),
  ]);
  const heights = layers.map((layer) => layer.reduce((sum, { height }) => sum + height + GAP.down, -GAP.down));
  const tallest = Math.max(0, ...heights);
  const at = new Map<string, Placement>();
  for (const [index, layer] of layers.entries()) {
    const x = BOX.padding + index * (BOX.width + GAP.across);
    let y = HEAD + (tallest - (heights[index] ?? 0)) / 2;
    const near = new Map(layer.map((item, place) => [item, nearness(item, at) ?? place]));
    for (const { id, height } of [...layer].sort((a, b) => (near.get(a) ?? 0) - (near.get(b) ?? 0))) {
      at.set(id, { x, y, height });
      y += height + GAP.down;
    }
  }
  return {
    width: 2 * BOX.padding + Math.max(1, layers.length) * (BOX.width + GAP.across) - GAP.across,
    height: HEAD + tallest + BOX.padding,
    at,
    through: new Map([...passes].map(([leg, list]) => [leg, list.flatMap(({ id }) => at.get(id) ?? [])])),
  };
}

const PASS = 8;

/** How far down those stand that lead to it, on average; undefined where none does. */
function nearness({ before }: Item, at: ReadonlyMap<string, Placement>): number | undefined {
  const spots = before.flatMap((id) => at.get(id) ?? []);
  return spots.length === 0 ? undefined : spots.reduce((sum, { y, height }) => sum + y + height / 2, 0) / spots.length;
}
