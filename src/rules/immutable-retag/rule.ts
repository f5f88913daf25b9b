import type { Repository } from '../../model/facts.ts';
import type { Confidence, Report } from '../../model/finding.ts';
import { effectiveTag, inEcr, type ImageRef } from '../../model/image-ref.ts';
import { compatible, restsOnDefault } from '../../model/guard.ts';
import type { Site } from '../../model/site.ts';
import { TextIndex } from '../../model/text-index.ts';
import { match, show, type MatchStrength, type Text } from '../../model/text.ts';
import type { Model } from '../../model/voyage.ts';
import { defineRule } from '../define.ts';
import { departures, isFallback } from '../support/moving.ts';
import { defaultSite } from '../support/defaults.ts';
import { bySite, relatedTo } from '../support/places.ts';
import { covers, moves } from '../support/tags.ts';
import { code, shortRef } from '../support/words.ts';

interface Refused {
  readonly ref: ImageRef;
  readonly pushed: Site;
  readonly of: 'image' | 'cache';
  readonly repository: Repository;
  readonly confidence: Confidence;
  /** The push, or the default that gives it its tag: any other tag it may be given is accepted. */
  readonly site: Site;
}

export const rule = defineRule({
  id: 'immutable-retag',
  summary: 'A fixed tag is pushed again and again to a repository whose tags are immutable',
  severity: 'error',
  services: ['any'],
  group: 'repositories',
  reach: 'tied',
  check(model, report) {
    for (const group of bySite([...refusals(model), ...refusedCaches(model)], ({ site }) => site))
      report(reportOf(group[0]!));
  },
});

function refusals(model: Model): Refused[] {
  const found: Refused[] = [];
  for (const voyage of model.voyages) {
    const all = departures(voyage);
    for (const departure of all) {
      if (!moves(departure.ref)) continue;
      for (const { repository, certainty } of voyage.repositories) {
        const together = compatible(repository.when, departure.when);
        if (
          !keepsTags(repository, departure.ref) ||
          (!together && isChoice(model, repository)) ||
          unsettled(model, repository)
        )
          continue;
        if (
          repository.name !== undefined &&
          match(repository.name, departure.ref.repository) === 'not at all' &&
          voyage.repositories.length > 1
        )
          continue;
        const doubtful = !together || restsOnDefault(departure.when) || restsOnDefault(repository.when);
        found.push({
          ref: departure.ref,
          pushed: departure.site,
          of: 'image',
          repository,
          confidence: isFallback(departure, all) ? 'possible' : doubtful ? 'likely' : certainty,
          site: defaultSite(departure) ?? departure.site,
        });
      }
    }
  }
  return found;
}

/** The cache of each build goes out under its tag as well, whatever becomes of the image. */
function refusedCaches(model: Model): Refused[] {
  const builds = model.builds.filter((build) => build.caches !== undefined);
  if (builds.length === 0) return [];
  const named = new TextIndex(model.repositories, (one) => one.name);
  return builds.flatMap(({ caches = [], when }) =>
    caches
      .filter(({ ref }) => moves(ref) && inEcr(ref) !== 'no')
      .flatMap(({ ref, site }) =>
        meant(named, ref).flatMap(({ repository, strength }): Refused[] => {
          if (!keepsTags(repository, ref) || !compatible(repository.when, when) || unsettled(model, repository))
            return [];
          const defaulted = restsOnDefault(when) || restsOnDefault(repository.when);
          return [
            {
              ref,
              pushed: site,
              of: 'cache',
              repository,
              confidence: strength === 'exactly' && !defaulted ? 'certain' : 'likely',
              site,
            },
          ];
        }),
      ),
  );
}

/** Those of this very name; where there is none, those that it may be. */
function meant(named: TextIndex<Repository>, ref: ImageRef): { repository: Repository; strength: MatchStrength }[] {
  const near = named
    .near(ref.repository)
    .map((repository) => ({ repository, strength: match(repository.name ?? [], ref.repository) }));
  const same = near.filter(({ strength }) => strength === 'exactly');
  return same.length > 0 ? same : near.filter(({ strength }) => strength === 'by pattern');
}

function keepsTags({ mutability, exclusions }: Repository, ref: ImageRef): boolean {
  const tag = effectiveTag(ref);
  if (tag === undefined) return false;
  const excluded = (exclusions ?? []).some((pattern) => covers(pattern, tag));
  return (
    mutability === 'immutable' ||
    (mutability === 'immutable with exclusion' && !excluded) ||
    (mutability === 'mutable with exclusion' && excluded)
  );
}

/**
 * Does the run choose which of its forms the repository has, or which stage's it is? Made in one run of a script
 * (`setup`), it is there in the others (`push`); where the way that makes it pushes as well, the other way is another
 * stage's.
 */
function isChoice(model: Model, repository: Repository): boolean {
  const { name, run, when } = repository;
  const isSame = (other: Text | undefined): boolean =>
    name !== undefined && other !== undefined && match(name, other) !== 'not at all';
  const forms = model.repositories.filter((one) => one.origin === repository.origin || isSame(one.name));
  const differs = ({ mutability }: Repository): boolean =>
    mutability !== undefined && mutability !== repository.mutability;
  if (forms.some(differs)) return true;
  return model.voyages.some((voyage) =>
    departures(voyage).some((one) => one.run === run && compatible(one.when, when) && isSame(one.ref.repository)),
  );
}

/** One side of a condition that leaves the tags mutable elsewhere. */
function unsettled(model: Model, repository: Repository): boolean {
  return (
    repository.when.length > 0 &&
    model.repositories.some((one) => one.origin === repository.origin && one.mutability !== repository.mutability)
  );
}

function reportOf({ ref, pushed, of, repository, confidence, site }: Refused): Report {
  const tag = show(effectiveTag(ref) ?? []);
  return {
    site,
    message:
      `${of === 'cache' ? `The build cache ${code(shortRef(ref))}` : code(shortRef(ref))} is pushed under the fixed tag ${code(tag)}, but the tags of ${code(repository.name === undefined ? repository.label : show(repository.name))} are immutable: ` +
      'every push after the first fails with `ImageTagAlreadyExistsException … tag is immutable`',
    confidence,
    help:
      of === 'cache'
        ? `Keep the cache in a repository of its own with mutable tags, or exclude ${code(tag)} with ${code('IMMUTABLE_WITH_EXCLUSION')}.`
        : `Give every build a tag of its own, or exclude ${code(tag)} with ${code('IMMUTABLE_WITH_EXCLUSION')}.`,
    related: relatedTo(site, [
      { message: 'pushed here', site: pushed },
      { message: 'tags are immutable here', site: repository.mutabilitySite ?? repository.site },
    ]),
  };
}
