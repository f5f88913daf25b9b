/** Images that another Dockerfile starts from: such an image's voyage ends there. */
import { matchRepository, parseImageRef, type ImageRef } from '../../core/image-ref.ts';
import { RefIndex } from '../../core/ref-index.ts';
import type { Model, Voyage } from '../../model/voyage.ts';
import { departures } from './moving.ts';
import { memo } from '../../core/memo.ts';

const basesOf = memo((model: Model) => new RefIndex(basesIn(model), (ref) => ref));

/** Goes to no workload, but into another image of the project. */
export function isOnlyBase(model: Model, voyage: Voyage): boolean {
  if (voyage.arrivals.length > 0) return false;
  const bases = basesOf(model);
  return departures(voyage).some(({ ref }) =>
    bases.near(ref).some((base) => matchRepository(base, ref) !== 'not at all'),
  );
}

function basesIn(model: Model): ImageRef[] {
  return model.builds.flatMap(({ base }) =>
    (base?.stages ?? []).flatMap(({ from }) => ('image' in from ? [parseImageRef(from.image)] : [])),
  );
}
