/**
 * What a command line has to do with: what it does itself, by the scripts and targets that it calls as well, and what
 * lies on the voyages of the images that it builds, pushes or deploys. Whatever else is wrong with the project is not
 * said to whoever types it.
 */
import { match } from '../core/text.ts';
import { sameImage, type ImageRef } from '../core/image-ref.ts';
import { compatible } from '../core/choices.ts';
import type { Site } from '../core/site.ts';
import type { Fact, Rollout, Workload } from '../model/facts.ts';
import type { Model, Voyage } from '../model/voyage.ts';
import { publishedBy } from '../parsers/assembly/publishers.ts';
import type { Readings } from '../project/readings.ts';
import type { Rule } from '../rules/define.ts';
import type { Unmarked } from './judge.ts';

export interface Concern {
  /** `rule`: the one that found it. */
  has(finding: Unmarked, rule: Rule | undefined): boolean;
  /** Is it the command line, or a file that it leads to? */
  reaches(file: string): boolean;
}

export function concernOf(model: Model, readings: Readings, command: string): Concern {
  const own = model.facts.filter(({ run }) => run === command);
  const isDeployed = deployedBy(own, model, readings);
  const moved = new Set(own);
  const sends = own.flatMap((fact) => (fact.kind === 'push' ? [fact.ref] : fact.kind === 'tag' ? [fact.source] : []));
  const voyages = model.voyages.filter((voyage) => isOn(voyage, moved, isDeployed) || isSent(voyage, sends));
  const places = new Set(
    [...voyages.flatMap(sitesOf), ...model.facts.flatMap((fact) => (isDeployed(fact) ? sitesOfFact(fact) : []))].map(
      keyOf,
    ),
  );
  // What a Dockerfile does happens in the build.
  const dockerfiles = new Set(voyages.flatMap(({ builds }) => builds.flatMap(({ base }) => base?.file ?? [])));
  const reached = new Set([
    command,
    ...own.flatMap(({ site }) => [site.file, ...(site.via ?? []).map(({ file }) => file)]),
  ]);
  const startedAt = new Set(own.flatMap(sitesOfFact).map(keyOf));
  const isReached = (site: Site): boolean =>
    site.file === command || (site.via ?? []).some(({ file }) => file === command);
  // A place that another run reaches by a way of its own (a workflow, on its runner) is that one's.
  const isOthers = (site: Site): boolean => (site.via ?? []).length > 0 && startedAt.has(keyOf(site));
  return {
    reaches: (file) => reached.has(file),
    has({ site, related, severity }, rule) {
      if (isReached(site) || related.some((one) => one.site.file === command)) return true;
      if (isOthers(site)) return false;
      if (startedAt.has(keyOf(site))) return true;
      // A practice that is worth changing is the project's, and how another run deploys is that one's.
      if (severity === 'note' || rule === undefined || rule.group === 'deploy' || rule.group === 'plimsoll')
        return false;
      return places.has(keyOf(site)) || dockerfiles.has(site.file);
    },
  };
}

function keyOf({ file, span, resource }: Site): string {
  return `${file}:${span.start}-${span.end}:${resource ?? ''}`;
}

/** The image is built, tagged, pushed or rolled out by the command, or runs on what the command deploys. */
function isOn(
  { builds, aliases, arrivals }: Voyage,
  moved: ReadonlySet<Fact>,
  isDeployed: (fact: Fact) => boolean,
): boolean {
  return (
    builds.some((build) => moved.has(build) || isDeployed(build)) ||
    aliases.some(({ push, tags }) => (push !== undefined && moved.has(push)) || tags.some((tag) => moved.has(tag))) ||
    arrivals.some(
      ({ workload, rollout }) =>
        moved.has(workload) || isDeployed(workload) || (rollout !== undefined && moved.has(rollout)),
    )
  );
}

/** What another run leaves on the machine under a name that the command sends off. */
function isSent({ aliases, builds }: Voyage, sends: readonly ImageRef[]): boolean {
  return builds.length > 0 && aliases.some(({ ref }) => sends.some((one) => sameImage(one, ref) === 'exactly'));
}

/** What the command's deploys make anew: the stacks that they name, and the workloads that they roll out. */
function deployedBy(own: readonly Fact[], { facts }: Model, readings: Readings): (fact: Fact) => boolean {
  const rollouts = own.filter((fact): fact is Rollout => fact.kind === 'rollout');
  const published = rollouts.flatMap(({ publishes }) =>
    publishes === undefined ? [] : [publishedBy(publishes, facts, readings)],
  );
  const templates = new Set(own.flatMap((fact) => (fact.kind === 'stack-deploy' ? (fact.template ?? []) : [])));
  return (fact) =>
    published.some((is) => is(fact)) ||
    templates.has(fact.run) ||
    (fact.kind === 'workload' && rollouts.some((rollout) => isMeant(fact, rollout)));
}

function isMeant({ service, name, when }: Workload, rollout: Rollout): boolean {
  return (
    rollout.service === service &&
    rollout.name !== undefined &&
    name !== undefined &&
    match(name, rollout.name) !== 'not at all' &&
    compatible(when, rollout.when)
  );
}

/** Where a voyage's hops stand. */
function sitesOf({ builds, aliases, arrivals, repositories }: Voyage): Site[] {
  return [
    ...builds.flatMap(sitesOfFact),
    ...aliases.flatMap(({ site, push, tags }) => [
      site,
      ...(push === undefined ? [] : sitesOfFact(push)),
      ...tags.flatMap(sitesOfFact),
    ]),
    ...arrivals.flatMap(({ workload, rollout, steps }) => [
      ...sitesOfFact(workload),
      ...(rollout === undefined ? [] : sitesOfFact(rollout)),
      ...steps.map(({ site }) => site),
    ]),
    ...repositories.flatMap(({ repository }) => sitesOfFact(repository)),
  ];
}

/** All places that a fact names: of plain data, whatever has a file and a span. */
function sitesOfFact(fact: Fact): Site[] {
  const found: Site[] = [];
  const pending: unknown[] = [fact];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    if (isSite(next)) found.push(next);
    else pending.push(...Object.values(next));
  }
  return found;
}

function isSite(value: object): value is Site {
  return 'file' in value && typeof value.file === 'string' && 'span' in value && typeof value.span === 'object';
}
