/**
 * Things by an image reference of theirs, so that a reference is tried only against those that may name the same image.
 */
import { address, type ImageRef } from './image-ref.ts';
import { TextIndex, type Crowded } from './text-index.ts';

export class RefIndex<T> {
  private readonly byName: TextIndex<T>;
  /** For those whose registry and name aren't told apart. */
  private readonly byAddress: TextIndex<T>;

  constructor(items: readonly T[], refOf: (item: T) => ImageRef) {
    this.byName = new TextIndex(items, (item) => refOf(item).repository);
    this.byAddress = new TextIndex(items, (item) => address(refOf(item)));
  }

  /** All whose repository may be this one's, and perhaps some more. */
  near(ref: ImageRef, crowded?: Crowded): readonly T[] {
    return [...new Set([...this.byName.near(ref.repository, crowded), ...this.byAddress.same(address(ref))])];
  }
}
