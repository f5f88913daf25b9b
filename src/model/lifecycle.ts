/** What a lifecycle rule takes away from those who may still run it. */
import type { Cleanup, LifecycleRule } from './facts.ts';

/**
 * A rule that keeps some untagged images takes none that a push has only just replaced: it would need as many pushes
 * more, with no roll-out between them.
 */
export function removedBy({
  action,
  tagStatus,
  countType,
}: LifecycleRule): Extract<Cleanup['removes'], 'untagged' | 'tagged by age'> | undefined {
  if (action !== 'expire') return undefined;
  if (tagStatus === 'untagged') return countType === 'images' ? undefined : 'untagged';
  return countType === 'age' && (tagStatus === 'tagged' || tagStatus === 'any') ? 'tagged by age' : undefined;
}
