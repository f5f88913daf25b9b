import type { Cleanup, LifecycleRule, Repository, Workload } from '../../model/facts.ts';
import type { Confidence, Related, Report } from '../../model/finding.ts';
import { effectiveTag, refKey, matchTag, sameImage, type ImageRef } from '../../core/image-ref.ts';
import { RefIndex } from '../../core/ref-index.ts';
import { removedBy } from '../../model/lifecycle.ts';
import { match, show, textKey, type Text } from '../../core/text.ts';
import { compatible } from '../../core/choices.ts';
import type { Site } from '../../core/site.ts';
import type { Arrival, Certainty, Model, Voyage } from '../../model/voyage.ts';
import { startsAnew } from '../../services/start.ts';
import { defineRule } from '../define.ts';
import { digestsOf } from '../support/digests.ts';
import { departures, type Departure } from '../support/moving.ts';
import { groupBy } from '../support/groups.ts';
import { bySite, relatedTo, siteKey } from '../support/places.ts';
import { covers, moves, tagNature } from '../support/tags.ts';
import { isTelling, twinsIn, type Twins } from '../support/twins.ts';
import { areOne, code, nameWorkloads, shortName } from '../support/words.ts';
import { verdict } from '../lambda-attestations/verdict.ts';
import { doomedImages } from './running.ts';
import { defined, oneOrNone } from '../../core/optional.ts';

interface Removal {
  readonly site: Site;
  readonly what: 'untagged' | 'by age' | 'by count';
  /** By count: how many stay. */
  readonly keeps?: number;
  /** A lifecycle rule's patterns: a tag that one of them doesn't cover is out of its reach. */
  readonly patterns: readonly string[];
  readonly by: string;
  /** A script's own deletion, and no policy. */
  readonly command: boolean;
  readonly repository: string;
  /** Of the script that removes. */
  readonly run?: string;
  readonly voyages: readonly { readonly voyage: Voyage; readonly certainty: Certainty }[];
}

export const rule = defineRule({
  id: 'untagged-cleanup',
  summary: 'A clean-up deletes images that workloads still run, or the children of an image index',
  severity: 'warning',
  services: ['any'],
  group: 'repositories',
  check(model, report) {
    const twins = twinsIn(model);
    const toldElsewhere = alsoTold(model);
    const found = removals(model).flatMap((removal) =>
      removal.what === 'by count'
        ? byCount(removal)
        : removal.voyages.flatMap(({ voyage, certainty }): Found[] => {
            const harm = harmTo(voyage, removal, twins);
            if (harm !== undefined) return [{ removal, certainty: toldElsewhere(harm) ? 'possible' : certainty, harm }];
            const doubt = doubtAbout(voyage, removal);
            return doubt === undefined ? [] : [{ removal, certainty: 'possible', harm: doubt }];
          }),
    );
    // What the account says of the images that run is nearer to the truth than what follows from names.
    const doomed = doomedImages(model, whatFails);
    doomed.forEach(report);
    const told = new Set(doomed.map((one) => siteKey(one.site)));
    for (const group of bySite(found, ({ removal }) => removal.site)) {
      if (told.has(siteKey(group[0]!.removal.site))) continue;
      const { removal, certainty, harm } = group[0]!;
      report(reportOf(removal, certainty, harm));
    }
  },
});

function removals(model: Model): Removal[] {
  const byCommand = model.cleanups.flatMap((cleanup) =>
    removes(cleanup) === undefined
      ? []
      : [
          {
            site: cleanup.site,
            what: removes(cleanup)!,
            patterns: cleanup.patterns ?? [],
            by: cleanup.by === 'command' ? 'This clean-up' : 'This lifecycle policy',
            command: cleanup.by === 'command',
            repository: show(cleanup.repository),
            run: cleanup.run,
            voyages: holding(model, cleanup.repository, cleanup.run),
          },
        ],
  );
  const byPolicy = model.repositories.flatMap((repository) =>
    (repository.lifecycle ?? []).flatMap((rule) =>
      expires(rule) === undefined
        ? []
        : [
            {
              site: rule.site,
              what: expires(rule)!,
              patterns: rule.tagPatterns,
              ...defined({ keeps: rule.count }),
              by: 'This lifecycle rule',
              command: false,
              repository: repository.name === undefined ? repository.label : show(repository.name),
              voyages: held(model, repository),
            },
          ],
    ),
  );
  return [...byCommand, ...byPolicy];
}

function removes({ removes: what }: Cleanup): Removal['what'] | undefined {
  return what === 'untagged' ? 'untagged' : what === 'tagged by age' ? 'by age' : undefined;
}

function expires(rule: LifecycleRule): Removal['what'] | undefined {
  const { action, tagStatus, countType } = rule;
  const removed = removedBy(rule);
  if (removed !== undefined) return removed === 'untagged' ? 'untagged' : 'by age';
  return action === 'expire' && countType === 'images' && tagStatus !== 'untagged' && tagStatus !== 'unknown'
    ? 'by count'
    : undefined;
}

function holding(model: Model, name: Text, run?: string): Removal['voyages'] {
  return model.voyages.flatMap((voyage) => {
    // A script that pushes `$REPO_URI:$TAG` and cleans up `$ECR_REPO` builds the image under the name that both have in
    // common.
    const own = voyage.builds.some((build) => build.run === run) && voyage.aliases.some((alias) => alias.pushed);
    const strengths = [
      ...voyage.aliases
        .filter((alias) => alias.pushed || (own && alias.ref.registry === undefined))
        .map((alias) => match(alias.ref.repository, name)),
      ...voyage.repositories.map(({ repository }) =>
        repository.name === undefined ? ('not at all' as const) : match(repository.name, name),
      ),
    ];
    const certainty: Certainty | undefined = strengths.includes('exactly')
      ? 'certain'
      : strengths.includes('by pattern')
        ? 'likely'
        : undefined;
    return certainty === undefined ? [] : [{ voyage, certainty }];
  });
}

function held(model: Model, repository: Repository): Removal['voyages'] {
  const linked = model.voyages.flatMap((voyage) =>
    voyage.repositories.filter((one) => one.repository === repository).map(({ certainty }) => ({ voyage, certainty })),
  );
  return linked.length > 0 || repository.name === undefined ? linked : holding(model, repository.name);
}

interface Found {
  readonly removal: Removal;
  readonly certainty: Confidence;
  readonly harm: Harm;
}

/**
 * Is the moving tag one that other pushes give to images with a telling tag of their own? Then those keep that, and an
 * image that was set up under a word beside it keeps the word.
 */
function alsoTold(model: Model): (harm: Harm) => boolean {
  const usual = model.voyages.flatMap((voyage) => {
    const all = departures(voyage);
    return all.filter((one) => moves(one.ref) && toldApart(one, all));
  });
  const index = new RefIndex(usual, ({ ref }) => ref);
  return ({ moving }) =>
    moving !== undefined &&
    index.near(moving.ref).some(({ ref, run }) => run !== moving.run && sameImage(ref, moving.ref) !== 'not at all');
}

interface Harm {
  /** The tag that moves on, where the image has another beside it that only this push moves. */
  readonly moving?: Departure;
  /** Only until what was pushed is rolled out, so that it's a practice to change. */
  readonly brief?: true;
  readonly why: string;
  readonly related: readonly Related[];
}

/**
 * What the removal takes away: the image a workload runs once its only tag has moved on, or the parts of an index,
 * which have no tags.
 */
function harmTo(voyage: Voyage, removal: Removal, twins: Twins): Harm | undefined {
  const { what, patterns } = removal;
  const all = departures(voyage);
  const moving = all.find(
    (one) => moves(one.ref) && reaches(patterns, one.ref) && !toldApart(one, [...all, ...twins(voyage, [one])]),
  );
  const users = usersOf(voyage, patterns).filter((one) => !(what === 'untagged' && looksAgain(one)));
  // What runs grows old, whoever pushes; what has no tag any more, somebody must have pushed over.
  if (what === 'by age' && moving === undefined && all.length === 0 && users.length > 0) return aging(users);
  if (moving !== undefined && users.length > 0) {
    const workloads = bySite(
      users.map((one) => one.workload),
      (one) => one.imageSite,
      (one) => one.label,
    ).map((same) => same[0]!);
    const tag = moving.ref.tag === undefined ? 'latest' : show(moving.ref.tag);
    const lost =
      what === 'untagged'
        ? `after the next push of ${code(tag)} the image they run has no tag any more`
        : 'an image that has run for long enough is as old as the rule allows';
    return {
      ...(all.some((one) => matchTag(one.ref, moving.ref) === 'not at all') ? { moving } : {}),
      why:
        `${nameWorkloads(workloads)} ${areOne(workloads) ? 'takes' : 'take'} images from it by the tag ${code(tag)} alone, and ${lost}: ` +
        whatFails(workloads),
      related: [
        { message: 'the only tag, and it moves', site: moving.site },
        ...workloads.map((one) => ({ message: 'runs images of this repository', site: one.imageSite })),
      ],
    };
  }
  // ECR expires no image that an index refers to; a script's deletion tries to, and fails or takes the index first.
  if (what !== 'untagged' || !removal.command) return undefined;
  const index =
    voyage.builds.find(
      (build) => build.platforms.kind === 'set' && build.platforms.list.length > 1 && build.output !== 'nowhere',
    ) ?? voyage.builds.find(attested);
  if (index === undefined || all.length === 0) return undefined;
  return {
    why: `${code(shortName(voyage.name))} is pushed to it as an image index, whose manifests have no tags of their own: what the tag points to loses its parts, or the deletion fails with \`ImageReferencedByManifestList\``,
    related: [{ message: 'pushes an image index', site: index.site }],
  };
}

/** Deployed by the digest of what was pushed, so that no tag has to stay. */
function byDigest(arrival: Arrival): boolean {
  return digestsOf(arrival).length > 0;
}

/**
 * A job, or a task that is started for each run, asks the tag anew, and App Runner with automatic deployments takes
 * each push: what has lost the tag is asked for by nobody.
 */
function looksAgain({ workload }: Arrival): boolean {
  return startsAnew(workload) || workload.autoDeploy === true;
}

function reaches(patterns: readonly string[], ref: ImageRef): boolean {
  const tag = effectiveTag(ref);
  return patterns.length === 0 || (tag !== undefined && patterns.every((pattern) => covers(pattern, tag)));
}

const USES = 'runs images of this repository';

function aging(users: readonly Arrival[]): Harm {
  const workloads = users.map((one) => one.workload);
  return {
    why:
      `${nameWorkloads(workloads)} ${areOne(workloads) ? 'runs' : 'run'} images from it by a tag that moves, and an image that has run for long enough is as old as the rule allows: ` +
      whatFails(workloads),
    related: workloads.map((one) => ({ message: USES, site: one.imageSite })),
  };
}

/** What people see, of the services that run the images. */
function whatFails(workloads: readonly Workload[]): string {
  const seen = new Set(
    workloads.map(({ service }) =>
      service === 'lambda'
        ? 'Lambda goes to state `Failed` (`ImageDeleted`)'
        : service === 'ecs'
          ? 'ECS can start no task (`CannotPullContainerError`)'
          : 'nothing new can start',
    ),
  );
  return [...seen].join(', ');
}

function usersOf(voyage: Voyage, patterns: Removal['patterns']): readonly Arrival[] {
  return voyage.arrivals.filter(
    (one) =>
      !byDigest(one) && !byTellingTag(one) && (one.ref === undefined || (moves(one.ref) && reaches(patterns, one.ref))),
  );
}

/** What is only pushed to the same repository, the workload doesn't take: it names a build. */
function byTellingTag({ workload: { image }, rollout }: Arrival): boolean {
  const taken = rollout?.image ?? (image.kind === 'ref' ? image.ref : undefined);
  return taken !== undefined && tagNature(taken) === 'telling';
}

/** What a repository keeps, it keeps of all its images together. */
function byCount(removal: Removal): Found[] {
  const harm = tooFew(
    removal,
    removal.voyages.flatMap(({ voyage }) => usersOf(voyage, removal.patterns)),
  );
  return harm === undefined
    ? []
    : [
        {
          removal,
          certainty: removal.voyages.some(({ certainty }) => certainty === 'likely') ? 'likely' : 'certain',
          harm,
        },
      ];
}

/**
 * How many images run at once: of one workload one, whatever its alternatives, and a registry of another account has a
 * repository of its own.
 */
function inUse(users: readonly Arrival[]): number {
  const chosen = new Map<string, Arrival>();
  for (const one of users) {
    const { origin, when } = one.workload;
    if (!chosen.has(origin) && [...chosen.values()].every((other) => compatible(other.workload.when, when)))
      chosen.set(origin, one);
  }
  const byRegistry = groupBy(
    [...chosen.values()].flatMap(({ ref }) => oneOrNone(ref)),
    ({ registry }) => (registry === undefined ? '' : textKey(registry)),
  );
  return Math.max(0, ...[...byRegistry.values()].map((refs) => new Set(refs.map(refKey)).size));
}

/**
 * Several workloads' images in a repository that keeps fewer, or one that is gone as soon as the next is pushed, before
 * anything takes that.
 */
function tooFew({ keeps }: Removal, users: readonly Arrival[]): Harm | undefined {
  const images = inUse(users);
  if (keeps === undefined || users.length === 0 || (keeps > 1 && keeps >= images)) return undefined;
  const workloads = users.map((one) => one.workload);
  const lost =
    keeps === 1 && images <= 1
      ? 'the next push deletes the image they run, before anything takes the new one'
      : `${images} images are in use`;
  return {
    ...(images <= 1 ? { brief: true } : {}),
    why:
      `${nameWorkloads(workloads)} ${areOne(workloads) ? 'runs' : 'run'} images from it, and ${lost.replace('they run', areOne(workloads) ? 'it runs' : 'they run')}: ` +
      whatFails(workloads),
    related: workloads.map((one) => ({ message: USES, site: one.imageSite })),
  };
}

/** The script itself pushes a tag that may or may not change with every build. */
function doubtAbout(voyage: Voyage, { what, run }: Removal): Harm | undefined {
  const all = departures(voyage);
  const [first] = all;
  if (
    what !== 'untagged' ||
    first === undefined ||
    first.run !== run ||
    all.some((one) => tagNature(one.ref) !== 'unknown') ||
    first.ref.tag === undefined
  )
    return undefined;
  return {
    why: `nothing says that the tag ${code(show(first.ref.tag))} changes with every build: where it stays the same, the image that runs has none as soon as the next one is pushed`,
    related: [{ message: 'the tag that may move', site: first.site }],
  };
}

function toldApart(one: Departure, all: readonly Departure[]): boolean {
  return all.some((other) => isTelling(other) && compatible(other.when, one.when));
}

function attested(build: Voyage['builds'][number]): boolean {
  const found = verdict({ ...build, provenance: build.attestations.provenance, sbom: build.attestations.sbom });
  return found.kind === 'index' && found.sure === 'certain';
}

const DELETES: Record<Removal['what'], (removal: Removal) => string> = {
  untagged: () => 'deletes untagged images',
  'by age': () => 'deletes images by age',
  'by count': ({ keeps }) => `keeps ${keeps === 1 ? 'one image' : `${keeps} images`}`,
};

function reportOf(removal: Removal, certainty: Confidence, { why, related, brief }: Harm): Report {
  const { site, what, by, repository } = removal;
  return {
    site,
    message: `${by} ${DELETES[what](removal)} of ${code(repository)}, but ${why}`,
    confidence: certainty,
    ...(brief === true ? { severity: 'note' as const } : {}),
    help: 'Give every build a tag of its own and expire by count, far above what can still be running; keep what workloads reference.',
    related: relatedTo(site, related),
  };
}
