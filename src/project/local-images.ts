/**
 * In a rehearsal on a machine that starts empty: what the failed command should have made is missing, and what needs it
 * fails too.
 */
import { imageKey, type ImageRef } from '../core/image-ref.ts';

export interface ImageUse {
  /** Images on this machine that a command can't do without, and those it makes when it succeeds. */
  readonly needs?: readonly ImageRef[];
  readonly makes?: readonly ImageRef[];
}

export class LocalImages {
  private readonly there = new Set<string>();
  private readonly missing = new Set<string>();

  /** The command failed. What an earlier one made under the same name is still there. */
  fail({ makes = [] }: ImageUse): void {
    for (const ref of makes) if (!this.there.has(imageKey(ref))) this.missing.add(imageKey(ref));
  }

  /** Is all there that the command needs? Then it makes what it makes; else it fails. */
  allow(use: ImageUse): boolean {
    if (use.needs?.some((ref) => this.missing.has(imageKey(ref))) === true) {
      this.fail(use);
      return false;
    }
    for (const ref of use.makes ?? []) {
      this.there.add(imageKey(ref));
      this.missing.delete(imageKey(ref));
    }
    return true;
  }
}
