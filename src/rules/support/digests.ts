/** The digests by which a workload is given an image: those it is declared with, handed by a command, and linked to. */
import { oneOrNone } from '../../core/optional.ts';
import type { Text } from '../../core/text.ts';
import type { Arrival } from '../../model/voyage.ts';

export function digestsOf({ ref, rollout, workload: { image } }: Arrival): Text[] {
  const declared = image.kind === 'ref' ? image.ref : undefined;
  return [ref, rollout?.image, declared].flatMap((one) => oneOrNone(one?.digest));
}
