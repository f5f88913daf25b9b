/** How an image leaves the machine on its way to a workload. */
import { matchRepository, matchTag } from '../../core/image-ref.ts';
import type { Alias } from '../../model/voyage.ts';
import type { Way } from './ways.ts';

/** The pushed names under which the image of this way can arrive; all pushed ones where the arrival names none. */
export function pushedNames({ voyage, arrival }: Pick<Way, 'voyage' | 'arrival'>): readonly Alias[] {
  const pushed = voyage.aliases.filter((alias) => alias.pushed);
  const { ref } = arrival;
  if (ref === undefined) return pushed;
  const same = pushed.filter(
    (alias) => matchRepository(alias.ref, ref) !== 'not at all' && matchTag(alias.ref, ref) !== 'not at all',
  );
  return same.length > 0 ? same : pushed;
}

/** `docker push --platform X` sends one manifest out of an index; everything else sends what was built. */
export function pushedWhole(way: Pick<Way, 'voyage' | 'arrival'>): boolean {
  const names = pushedNames(way);
  return names.length === 0 || names.some((alias) => alias.push?.onePlatform !== true);
}
