/** Images that another Dockerfile starts from: such an image's voyage ends there. */
import { matchRepository, parseImageRef, type ImageRef } from '../../model/image-ref.ts';
import { RefIndex } from '../../model/ref-index.ts';
import type { Model, Voyage } from '../../model/voyage.ts';
import { departures } from './moving.ts';

const remembered = new WeakMap<Model, RefIndex<ImageRef>>();

/** Goes to no workload, but into another image of the project. */
export function isOnlyBase(model: Model, voyage: Voyage): boolean {
  if (voyage.arrivals.length > 0) return false;
  let bases = remembered.get(model);
  if (bases === undefined) remembered.set(model, (bases = new RefIndex(basesIn(model), (ref) => ref)));
  const found = bases;
  return departures(voyage).some(({ ref }) =>
    found.near(ref).some((base) => matchRepository(base, ref) !== 'not at all'),
  );
}

function basesIn(model: Model): ImageRef[] {
  return model.builds.flatMap(({ base }) =>
    (base?.stages ?? []).flatMap(({ from }) => ('image' in from ? [parseImageRef(from.image)] : [])),
  );
}
