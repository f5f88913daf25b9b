/** The names of images that one run builds twice: what looks like two images, by its commands, is one. */
import type { Build } from '../../model/facts.ts';
import { matchRepository } from '../../core/image-ref.ts';
import { add } from '../../core/lists.ts';
import { showPlatforms } from '../../core/platform.ts';
import { RefIndex } from '../../core/ref-index.ts';
import { textKey } from '../../core/text.ts';
import type { Model, Voyage } from '../../model/voyage.ts';
import { departures, type Departure } from './moving.ts';
import { isAsset, tagNature } from './tags.ts';
import { memo } from '../../core/memo.ts';

/**
 * The telling names that other commands give the image of this voyage, in the repositories that these of its names go
 * to.
 */
export type Twins = (voyage: Voyage, names: readonly Departure[]) => readonly Departure[];

/** A copy of what the CDK built lies under its hash as well: there the workload's own words are the place. */
export function leaving(voyage: Voyage): Departure[] {
  return departures(voyage).filter(
    ({ ref, alias, once }) => once !== true && !isAsset(ref) && !alias.tags.some((tag) => isAsset(tag.source)),
  );
}

/** Does the tag differ from build to build, or may it, as far as anybody knows? */
export function isTelling({ ref }: Departure): boolean {
  return !['latest', 'fixed'].includes(tagNature(ref));
}

/**
 * One context that is built twice, once for each tag, is one image with two names: the telling ones that go to the same
 * repository. Where nothing shows what is pushed, it's what the same run pushes there.
 */
export const twinsIn: (model: Model) => Twins = memo(findTwins);

function findTwins(model: Model): Twins {
  const byContext = new Map<string, { readonly voyage: Voyage; readonly departure: Departure }[]>();
  const contextsOf = ({ builds }: Voyage): Set<string> => new Set(builds.flatMap((build) => contextKey(build) ?? []));
  const runKey = ({ run }: Departure): string => `run ${run}`;
  const keysOf = (voyage: Voyage): Set<string> =>
    voyage.builds.length > 0
      ? contextsOf(voyage)
      : new Set(
          leaving(voyage)
            .filter(({ run }) => run !== '')
            .map(runKey),
        );
  for (const voyage of model.voyages) {
    for (const departure of leaving(voyage).filter(isTelling)) {
      for (const key of [...contextsOf(voyage), runKey(departure)]) add(byContext, key, { voyage, departure });
    }
  }
  const indexed = new Map(
    [...byContext].map(([key, all]) => [key, new RefIndex(all, ({ departure }) => departure.ref)]),
  );
  return (voyage, names) =>
    [...keysOf(voyage)].flatMap((key) =>
      names.flatMap(({ ref }) =>
        (indexed.get(key)?.near(ref) ?? []).flatMap((one) =>
          one.voyage !== voyage && matchRepository(ref, one.departure.ref) !== 'not at all' ? [one.departure] : [],
        ),
      ),
    );
}

/** In one file, be it two of its targets or jobs: what another script pushes is another way to do it. */
function contextKey({ site, context, dockerfile, target, buildArgs, platforms }: Build): string | undefined {
  if (context === undefined || dockerfile === undefined) return undefined;
  const args = buildArgs.map(({ name, value }) => `${name}=${value === undefined ? '' : textKey(value)}`).sort();
  return JSON.stringify([
    site.file,
    context,
    dockerfile,
    target === undefined ? '' : textKey(target),
    args,
    platforms.kind === 'set' ? showPlatforms(platforms) : platforms.kind,
  ]);
}
