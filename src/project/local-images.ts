/**
 * In a rehearsal: the images of the machine, and those of this build in the registry. On a machine that starts empty,
 * what the failed command should have made is missing, and what needs it fails too; on a desk, and under a tag that
 * other builds have as well, lie the images of earlier runs.
 */
import { effectiveTag, imageKey, showRef, type ImageRef } from '../core/image-ref.ts';
import { matcher } from '../core/linear/matcher.ts';
import { judged } from '../core/sealed.ts';
import { hasNature, show, textKey, type Text } from '../core/text.ts';

export interface ImageUse {
  /** Images on this machine that a command can't do without, and those it makes when it succeeds. */
  readonly needs?: readonly ImageRef[];
  readonly makes?: readonly ImageRef[];
  /** Images that a registry has when it succeeds, and one there that it can't do without. */
  readonly sends?: readonly ImageRef[];
  readonly takes?: ImageRef;
}

export class LocalImages {
  private readonly there = new Map<string, ImageRef>();
  private readonly failed: ImageRef[] = [];
  private readonly missing = new Set<string>();
  private readonly unsent = new Set<string>();

  constructor(private readonly startsEmpty: boolean) {}

  /** The command failed. What an earlier one made under the same name is still there. */
  fail({ makes = [], sends = [] }: ImageUse): void {
    this.failed.push(...makes);
    if (!this.startsEmpty) return;
    for (const ref of sends) if (isOfThisBuild(ref)) this.unsent.add(imageKey(ref));
    for (const ref of makes) if (!this.there.has(imageKey(ref))) this.missing.add(imageKey(ref));
  }

  /** Is all there that the command needs? Then it makes what it makes; else it fails. */
  allow(use: ImageUse): boolean {
    const isMissing = use.needs?.some((ref) => this.missing.has(imageKey(ref))) === true;
    if (isMissing || (use.takes !== undefined && this.unsent.has(imageKey(use.takes)))) {
      this.fail(use);
      return false;
    }
    for (const ref of use.sends ?? []) this.unsent.delete(imageKey(ref));
    for (const ref of use.makes ?? []) {
      this.there.set(imageKey(ref), ref);
      this.missing.delete(imageKey(ref));
    }
    return true;
  }

  /**
   * Is there a line with this pattern in a list of the machine's images, although the command failed? Of another image
   * of this run, or of an earlier run where the pattern doesn't tell the builds apart.
   */
  lists(pattern: Text): boolean {
    if (this.failed.length === 0) return false;
    if (!this.startsEmpty) return !this.failed.some((ref) => namesTag(pattern, ref));
    const word = judged(pattern);
    const search = word === undefined ? undefined : matcher(word, 'posix');
    return [...this.there.values()].some((ref) => search?.test(showRef(ref)) === true);
  }
}

/** Does it say the tag of this very build? */
function namesTag(pattern: Text, ref: ImageRef): boolean {
  const tag = effectiveTag(ref);
  if (tag === undefined) return true;
  return show(tag) !== 'latest' && textKey(pattern).includes(textKey(tag));
}

/** No other build has this tag, be it that somebody builds one commit twice, as people do at their desks. */
function isOfThisBuild(ref: ImageRef): boolean {
  const tag = effectiveTag(ref);
  return tag !== undefined && hasNature(tag, 'unique');
}
