import type { Cleanup, LifecycleRule, Repository } from '../../model/facts.ts';
import type { Confidence, Related, Report } from '../../model/finding.ts';
import { match, show, type Text } from '../../model/text.ts';
import { compatible } from '../../model/guard.ts';
import type { Site } from '../../model/site.ts';
import type { Certainty, Model, Voyage } from '../../model/voyage.ts';
import { defineRule } from '../define.ts';
import { departures, type Departure } from '../support/moving.ts';
import { bySite, relatedTo } from '../support/places.ts';
import { moves, tagNature } from '../support/tags.ts';
import { code, nameWorkloads, shortName } from '../support/words.ts';
import { verdict } from '../lambda-attestations/verdict.ts';

interface Removal {
  readonly site: Site;
  readonly what: 'untagged' | 'by age';
  readonly by: string;
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
    const found = removals(model).flatMap((removal) => removal.voyages.flatMap(({ voyage, certainty }): { removal: Removal; certainty: Confidence; harm: Harm }[] => {
      const harm = harmTo(voyage, removal.what);
      if (harm !== undefined) return [{ removal, certainty, harm }];
      const doubt = doubtAbout(voyage, removal);
      return doubt === undefined ? [] : [{ removal, certainty: 'possible', harm: doubt }];
    }));
    for (const group of bySite(found, ({ removal }) => removal.site)) {
      const { removal, certainty, harm } = group[0]!;
      report(reportOf(removal, certainty, harm));
    }
  },
});

function removals(model: Model): Removal[] {
  const byCommand = model.cleanups.flatMap((cleanup) => (removes(cleanup) === undefined ? [] : [{
    site: cleanup.site,
    what: removes(cleanup)!,
    by: cleanup.by === 'command' ? 'This clean-up' : 'This lifecycle policy',
    repository: show(cleanup.repository),
    run: cleanup.run,
    voyages: holding(model, cleanup.repository, cleanup.run),
  }]));
  const byPolicy = model.repositories.flatMap((repository) => (repository.lifecycle ?? []).flatMap((rule) => (expires(rule) === undefined ? [] : [{
    site: rule.site,
    what: expires(rule)!,
    by: 'This lifecycle rule',
    repository: repository.name === undefined ? repository.label : show(repository.name),
    voyages: held(model, repository),
  }])));
  return [...byCommand, ...byPolicy];
}

function removes({ removes: what }: Cleanup): Removal['what'] | undefined {
  return what === 'untagged' ? 'untagged' : what === 'tagged by age' ? 'by age' : undefined;
}

function expires({ action, tagStatus, countType }: LifecycleRule): Removal['what'] | undefined {
  if (action !== 'expire') return undefined;
  if (tagStatus === 'untagged') return 'untagged';
  return countType === 'age' && tagStatus !== 'unknown' ? 'by age' : undefined;
}

function holding(model: Model, name: Text, run?: string): Removal['voyages'] {
  return model.voyages.flatMap((voyage) => {
    // A script that pushes `$REPO_URI:$TAG` and cleans up `$ECR_REPO` builds the image under the name that both have in common.
    const own = voyage.builds.some((build) => build.run === run) && voyage.aliases.some((alias) => alias.pushed);
    const strengths = [
      ...voyage.aliases.filter((alias) => alias.pushed || (own && alias.ref.registry === undefined)).map((alias) => match(alias.ref.repository, name)),
      ...voyage.repositories.map(({ repository }) => (repository.name === undefined ? 'not at all' as const : match(repository.name, name))),
    ];
    const certainty: Certainty | undefined = strengths.includes('exactly') ? 'certain' : strengths.includes('by pattern') ? 'likely' : undefined;
    return certainty === undefined ? [] : [{ voyage, certainty }];
  });
}

function held(model: Model, repository: Repository): Removal['voyages'] {
  const linked = model.voyages.flatMap((voyage) => voyage.repositories.filter((one) => one.repository === repository).map(({ certainty }) => ({ voyage, certainty })));
  return linked.length > 0 || repository.name === undefined ? linked : holding(model, repository.name);
}

interface Harm {
  readonly why: string;
  readonly related: readonly Related[];
}

/** What the removal takes away: the image a workload runs once its only tag has moved on, or the parts of an index, which have no tags. */
function harmTo(voyage: Voyage, what: Removal['what']): Harm | undefined {
  const all = departures(voyage);
  const moving = all.find((one) => moves(one.ref) && !toldApart(one, all));
  const users = voyage.arrivals.filter((one) => one.ref === undefined || moves(one.ref));
  if (moving !== undefined && users.length > 0) {
    const workloads = users.map((one) => one.workload);
    const tag = moving.ref.tag === undefined ? 'latest' : show(moving.ref.tag);
    const lost = what === 'untagged' ? `after the next push of ${code(tag)} the image they run has no tag any more` : 'an image that has run for long enough is as old as the rule allows';
    return {
      why: `${nameWorkloads(workloads)} ${workloads.length === 1 ? 'takes' : 'take'} images from it by the tag ${code(tag)} alone, and ${lost}: `
        + 'Lambda goes to state `Failed` (`ImageDeleted`), ECS can start no task (`CannotPullContainerError`)',
      related: [{ message: 'the only tag, and it moves', site: moving.site }, ...workloads.map((one) => ({ message: 'runs images of this repository', site: one.imageSite }))],
    };
  }
  if (what !== 'untagged') return undefined;
  const index = voyage.builds.find((build) => build.platforms.kind === 'set' && build.platforms.list.length > 1 && build.output !== 'nowhere') ?? voyage.builds.find(attested);
  if (index === undefined || all.length === 0) return undefined;
  return {
    why: `${code(shortName(voyage.name))} is pushed to it as an image index, whose manifests have no tags of their own: what the tag points to loses its parts, or the deletion fails with \`ImageReferencedByManifestList\``,
    related: [{ message: 'pushes an image index', site: index.site }],
  };
}

/** The script itself pushes a tag that may or may not change with every build. */
function doubtAbout(voyage: Voyage, { what, run }: Removal): Harm | undefined {
  const all = departures(voyage);
  const [first] = all;
  if (what !== 'untagged' || first === undefined || first.run !== run || all.some((one) => tagNature(one.ref) !== 'unknown') || first.ref.tag === undefined) return undefined;
  return {
    why: `nothing says that the tag ${code(show(first.ref.tag))} changes with every build: where it stays the same, the image that runs has none as soon as the next one is pushed`,
    related: [{ message: 'the tag that may move', site: first.site }],
  };
}

function toldApart(one: Departure, all: readonly Departure[]): boolean {
  return all.some((other) => !['latest', 'fixed'].includes(tagNature(other.ref)) && compatible(other.when, one.when));
}

function attested(build: Voyage['builds'][number]): boolean {
  const found = verdict({ ...build, provenance: build.attestations.provenance, sbom: build.attestations.sbom });
  return found.kind === 'index' && found.sure === 'certain';
}

function reportOf({ site, what, by, repository }: Removal, certainty: Confidence, { why, related }: Harm): Report {
  return {
    site,
    message: `${by} deletes ${what === 'untagged' ? 'untagged images' : 'images by age'} of ${code(repository)}, but ${why}`,
    confidence: certainty,
    help: 'Give every build a tag of its own and expire by count, far above what can still be running; keep what workloads reference.',
    related: relatedTo(site, related),
  };
}
