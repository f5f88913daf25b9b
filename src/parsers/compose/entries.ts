/** Compose files: nothing is built until somebody runs one, but whose an image is, each says by itself. */
import { parseImageRef, type ImageRef } from '../../core/image-ref.ts';
import { siteOf } from '../../core/site.ts';
import { judged } from '../../core/sealed.ts';
import { literal } from '../../core/text.ts';
import { byHand, type Entries } from '../../project/entries.ts';
import { dirname } from '../../project/paths.ts';

export const entries: Entries = {
  priority: 140,
  because: 'it depends on nothing else, and nothing depends on it',
  run(world, take) {
    for (const reading of world.readings.ofKind('compose'))
      take(reading, (own) => {
        for (const { build, image } of reading.services) {
          const ref =
            build === undefined || image?.text.includes('$') !== false ? undefined : parseImageRef(literal(image.text));
          if (image === undefined || ref === undefined || !isSomebodys(ref) || !own.budget.spend()) continue;
          const frame = byHand(reading.file, dirname(reading.file));
          own.emit({ kind: 'own-name', ref, site: siteOf(reading.lines, image.range) }, frame);
        }
      });
  },
};

/** `me/app`, `ghcr.io/me/app`; `app` may be anything that is only at hand. */
function isSomebodys({ registry, repository }: ImageRef): boolean {
  return registry !== undefined || judged(repository)?.includes('/') === true;
}
