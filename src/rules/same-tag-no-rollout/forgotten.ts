/**
 * An image made for Lambda whose function is out of sight, pushed under a moving tag by a script that then stops, where
 * the project's other scripts go on to update theirs: that is how the project does it, and this one forgot.
 */
import type { Rollout } from '../../model/facts.ts';
import { ecrRegistry, matchRepository } from '../../core/image-ref.ts';
import { match } from '../../core/text.ts';
import type { Model } from '../../model/voyage.ts';
import { madeForLambda, type MadeForLambda } from '../support/lambda-base.ts';
import { departures, type Departure } from '../support/moving.ts';
import { moves } from '../support/tags.ts';

export interface Forgotten {
  readonly made: MadeForLambda;
  readonly departure: Departure;
  /** Of another script's image. */
  readonly example: Rollout;
}

export function forgotten(model: Model): Forgotten[] {
  // Where functions are declared, which of them takes the image may only not have been seen.
  if (model.workloads.some((one) => one.service === 'lambda' && one.declared)) return [];
  const updates = model.rollouts.filter((one) => one.service === 'lambda' && one.image !== undefined);
  return madeForLambda(model).flatMap((made) =>
    departures(made.voyage)
      .filter(({ ref, once }) => once !== true && moves(ref) && ecrRegistry(ref.registry) !== undefined)
      .flatMap((departure): Forgotten[] => {
        if (model.rollouts.some((one) => one.run === departure.run || mayTake(one, departure))) return [];
        const example = updates.find((one) =>
          model.pushes.some(
            (push) => push.run === one.run && push.seq < one.seq && matchRepository(push.ref, one.image!) === 'exactly',
          ),
        );
        return example === undefined ? [] : [{ made, departure, example }];
      })
      .slice(0, 1),
  );
}

/** Another script, by this image's or its repository's name, or whatever it is told to. */
function mayTake({ service, name, image }: Rollout, { ref }: Departure): boolean {
  if (service !== 'lambda' && service !== 'any') return false;
  if (
    name === undefined ||
    name.some((part) => typeof part !== 'string') ||
    match(name, ref.repository) !== 'not at all'
  )
    return true;
  return image !== undefined && matchRepository(image, ref) !== 'not at all';
}
