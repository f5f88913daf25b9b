import type { Repository } from '../../model/facts.ts';
import type { Confidence, Report } from '../../model/finding.ts';
import { effectiveTag, inEcr, type ImageRef } from '../../core/image-ref.ts';
import { compatible, restsOnDefault } from '../../core/choices.ts';
import { memo } from '../../core/memo.ts';
import type { Site } from '../../core/site.ts';
import { TextIndex } from '../../core/text-index.ts';
import { match, show, type MatchStrength, type Text } from '../../core/text.ts';
import type { Model, Voyage } from '../../model/voyage.ts';
import { defineRule } from '../define.ts';
import { departures, isFallback } from '../support/moving.ts';
import { mendedDefault } from '../support/defaults.ts';
import { groupBy } from '../support/groups.ts';
import { bySite, relatedTo } from '../support/places.ts';
import { covers, moves } from '../support/tags.ts';
import { code, shortRef, unexpanded } from '../support/words.ts';

interface Refused {
  readonly ref: ImageRef;
  readonly pushed: Site;
  readonly of: 'image' | 'cache';
  readonly repository: Repository;
  readonly confidence: Confidence;
  /** The push, or the default that gives it its tag, where another tag that it may be given is accepted. */
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
  const { isUnsettled, isChoice } = formsOf(model);
  return model.voyages.flatMap((voyage) => {
    const all = departures(voyage);
    return all.flatMap((departure): Refused[] => {
      if (!moves(departure.ref) || departure.alias.elsewhere === true) return [];
      const refusing = voyage.repositories.filter(
        ({ repository }) =>
          keepsTags(repository, departure.ref) &&
          !isUnsettled(repository) &&
          (voyage.repositories.length === 1 || isNamed(repository, departure.ref)),
      );
      const isTogether = ({ repository }: Holding): boolean => compatible(repository.when, departure.when);
      const apart = ({ repository }: Holding): boolean => !isChoice(repository);
      // One that refuses it is enough to tell: the one that is made on the same way, if any is.
      const one = refusing.find(isTogether) ?? refusing.find(apart);
      if (one === undefined) return [];
      const { repository, certainty } = one;
      const doubtful = !isTogether(one) || restsOnDefault(departure.when) || restsOnDefault(repository.when);
      return [
        {
          ref: departure.ref,
          pushed: departure.site,
          of: 'image',
          repository,
          confidence: isFallback(departure, all) ? 'possible' : doubtful ? 'likely' : certainty,
          site: mendedDefault(departure) ?? departure.site,
        },
      ];
    });
  });
}

type Holding = Voyage['repositories'][number];

/** A voyage may pass through several: is it this one that the push goes to? */
function isNamed({ name }: Repository, ref: ImageRef): boolean {
  return name === undefined || match(name, ref.repository) !== 'not at all';
}

/** The cache of each build goes out under its tag as well, whatever becomes of the image. */
function refusedCaches(model: Model): Refused[] {
  const builds = model.builds.filter((build) => build.caches !== undefined);
  if (builds.length === 0) return [];
  const named = new TextIndex(model.repositories, (one) => one.name);
  const { isUnsettled } = formsOf(model);
  return builds.flatMap(({ caches = [], when }) =>
    caches
      .filter(({ ref }) => moves(ref) && inEcr(ref) !== 'no')
      .flatMap(({ ref, site }) =>
        meant(named, ref).flatMap(({ repository, strength }): Refused[] => {
          if (!keepsTags(repository, ref) || !compatible(repository.when, when) || isUnsettled(repository)) return [];
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

interface Forms {
  /** One side of a condition that leaves the tags mutable elsewhere. */
  readonly isUnsettled: (repository: Repository) => boolean;
  /**
   * Does the run choose which of its forms the repository has, or which stage's it is? Made in one run of a script
   * (`setup`), it is there in the others (`push`); where the way that makes it pushes as well, the other way is another
   * stage's.
   */
  readonly isChoice: (repository: Repository) => boolean;
}

/** Asked for each push to a repository, answered once for all of them. */
function formsOf(model: Model): Forms {
  const named = new TextIndex(model.repositories, ({ name }) => name);
  const left = new TextIndex(model.voyages.flatMap(departures), ({ ref }) => ref.repository);
  const byOrigin = groupBy(model.repositories, ({ origin }) => origin);
  return {
    isUnsettled: memo(
      ({ origin, when, mutability }: Repository) =>
        when.length > 0 && (byOrigin.get(origin) ?? []).some((one) => one.mutability !== mutability),
    ),
    isChoice: memo(({ name = [], run, when, mutability }: Repository) => {
      const isSame = (other: Text = []): boolean => match(name, other) !== 'not at all';
      return (
        named
          .near(name)
          .some((one) => one.mutability !== undefined && one.mutability !== mutability && isSame(one.name)) ||
        left.near(name).some((one) => one.run === run && compatible(one.when, when) && isSame(one.ref.repository))
      );
    }),
  };
}

function reportOf({ ref, pushed, of, repository, confidence, site }: Refused): Report {
  const tag = show(effectiveTag(ref) ?? []);
  const kept = unexpanded(ref);
  const first =
    kept === undefined
      ? ''
      : `Nothing expands the ${code(kept)} in this name, so that docker refuses it before that: put the name together in the script. `;
  return {
    site,
    message:
      `${of === 'cache' ? `The build cache ${code(shortRef(ref))}` : code(shortRef(ref))} is pushed under the fixed tag ${code(tag)}, but the tags of ${code(repository.name === undefined ? repository.label : show(repository.name))} are immutable: ` +
      'every push after the first fails with `ImageTagAlreadyExistsException … tag is immutable`',
    confidence: kept !== undefined && confidence === 'certain' ? 'likely' : confidence,
    help:
      of === 'cache'
        ? `Keep the cache in a repository of its own with mutable tags, or exclude ${code(tag)} with ${code('IMMUTABLE_WITH_EXCLUSION')}.`
        : `${first}Give every build a tag of its own, or exclude ${code(tag)} with ${code('IMMUTABLE_WITH_EXCLUSION')}.`,
    related: relatedTo(site, [
      { message: 'pushed here', site: pushed },
      { message: 'tags are immutable here', site: repository.mutabilitySite ?? repository.site },
    ]),
  };
}
