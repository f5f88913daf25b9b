/** From what an account says alone: the images that run and that a repository's own policy will delete. */
import type { LifecycleRule, Manifest, Repository, Workload } from '../../model/facts.ts';
import type { Confidence, Report } from '../../model/finding.ts';
import { known, literal } from '../../core/text.ts';
import type { Model } from '../../model/voyage.ts';
import { groupBy } from '../support/groups.ts';
import { addressOf, heldFor, shortDigest } from '../support/live.ts';
import { relatedTo, siteKey, strongest } from '../support/places.ts';
import { covers, moves } from '../support/tags.ts';
import { areOne, code, listed, nameWorkloads } from '../support/words.ts';

/** Days that a deployment may be expected in. */
const SOON = 30;

interface Doomed {
  readonly workload: Workload;
  readonly manifest: Manifest;
  readonly repository: string;
  readonly rule?: LifecycleRule;
  readonly when: string;
  readonly confidence: Confidence;
}

/**
 * One finding for each rule of a policy. An image without a tag that no policy is after waits only for somebody to
 * clean up.
 */
export function doomedImages(model: Model, whatFails: (workloads: readonly Workload[]) => string): Report[] {
  const children = new Set(model.manifests.flatMap((one) => (one.tags.length === 0 ? [] : (one.children ?? []))));
  const live = model.repositories.filter((one) => one.role === 'live');
  const found = model.workloads
    .filter((one) => one.live !== undefined)
    .flatMap((workload) => {
      const address = workload.image.kind === 'ref' ? addressOf(workload.image.ref) : undefined;
      const repository = address === undefined ? undefined : live.find((one) => holds(one, address));
      if (address === undefined || repository === undefined) return [];
      // What nobody tells a digest of (a job, a build, App Runner) runs what its tag points to.
      const held = heldFor(model, workload).filter(({ as }) => as === 'running' || workload.live?.digests.length === 0);
      return held.flatMap(({ manifest }): Doomed[] => {
        // ECR deletes no part of an index before the index.
        if (manifest.listed !== true || manifest.archived === true || children.has(manifest.digest)) return [];
        const fate = fateOf(manifest, repository);
        return fate === undefined ? [] : [{ workload, manifest, repository: address.repository, ...fate }];
      });
    });
  return [
    ...groupBy(found, (one) =>
      one.rule === undefined ? siteKey(one.workload.imageSite) : `${siteKey(one.rule.site)} ${one.rule.order ?? 0}`,
    ).values(),
  ].map((group) => reportOf(group, whatFails));
}

function holds(
  { name, account, region }: Repository,
  { registry, repository }: { readonly registry: string; readonly repository: string },
): boolean {
  return known(name) === repository && registry.startsWith(`${known(account) ?? ''}.dkr.ecr.${known(region) ?? ''}.`);
}

function fateOf(manifest: Manifest, repository: Repository): Pick<Doomed, 'rule' | 'when' | 'confidence'> | undefined {
  const rules = repository.lifecycle ?? [];
  const rule = claiming(rules, manifest.tags);
  if (rule === 'unknown') return undefined;
  if (manifest.tags.length === 0) {
    if (rule === undefined)
      return {
        when: 'has no tag any more, so that any clean-up of untagged images deletes it',
        confidence: 'possible',
      };
    if (rule.action !== 'expire') return undefined;
    if (rule.countType === 'age') return { rule, ...due(rule, manifest, 'likely') };
    return rule.countType === 'images'
      ? { rule, when: `is deleted as soon as ${rule.count ?? 'enough'} newer ones are there`, confidence: 'likely' }
      : undefined;
  }
  if (rule?.action === 'expire' && rule.countType === 'age') return { rule, ...due(rule, manifest, 'possible') };
  // Whatever claims it now claims it no more when its tags have moved on.
  const next = claiming(rules, []);
  if (
    rule !== undefined ||
    next === undefined ||
    next === 'unknown' ||
    next.action !== 'expire' ||
    repository.mutability !== 'mutable'
  )
    return undefined;
  if (!manifest.tags.every((tag) => moves({ repository: literal('x'), tag: literal(tag) }))) return undefined;
  return {
    rule: next,
    when: `has no tag any more after the next push of ${listed(manifest.tags.map(code), 3)}`,
    confidence: 'likely',
  };
}

/** By priority, an image belongs to the first rule that selects its tags, and no rule below that one touches it. */
function claiming(rules: readonly LifecycleRule[], tags: readonly string[]): LifecycleRule | 'unknown' | undefined {
  const first = rules.find(
    ({ tagStatus, tagPatterns }) =>
      tagStatus === 'any' ||
      tagStatus === 'unknown' ||
      (tagStatus === 'untagged'
        ? tags.length === 0
        : tags.length > 0 && tagPatterns.every((pattern) => tags.some((tag) => covers(pattern, literal(tag))))),
  );
  return first?.tagStatus === 'unknown' || first?.countType === 'unknown' ? 'unknown' : first;
}

/** `later`: how sure it is that an image still runs when its time is up, where that is a long way off. */
function due({ count }: LifecycleRule, { age }: Manifest, later: Confidence): Pick<Doomed, 'when' | 'confidence'> {
  if (age === undefined || count === undefined) return { when: 'is deleted when it is old enough', confidence: later };
  const left = Math.ceil(count - age);
  if (left <= 0)
    return {
      when: `was pushed ${Math.floor(age)} days ago and is deleted when the rule runs next`,
      confidence: 'likely',
    };
  return { when: `is deleted in ${left} ${left === 1 ? 'day' : 'days'}`, confidence: left <= SOON ? 'likely' : later };
}

function reportOf(group: readonly Doomed[], whatFails: (workloads: readonly Workload[]) => string): Report {
  const [first] = [...group].sort((a, b) => RANK[a.confidence] - RANK[b.confidence]);
  const { manifest, repository, rule, when } = first ?? group[0]!;
  const workloads = [...new Set(group.map((one) => one.workload))];
  const image = `${code(`${repository}@${shortDigest(manifest.digest)}`)}${manifest.tags.length === 0 ? ', which has no tag,' : ` (${listed(manifest.tags.map(code), 3)})`}`;
  const runs = `${nameWorkloads(workloads)} ${areOne(workloads) ? 'runs' : 'run'}`;
  const site = rule?.site ?? workloads[0]!.imageSite;
  return {
    site,
    message:
      rule === undefined
        ? `${runs} ${code(`${repository}@${shortDigest(manifest.digest)}`)}, which ${when}: ${whatFails(workloads)}`
        : `This lifecycle rule ${WHAT[rule.tagStatus === 'untagged' ? 'untagged' : rule.countType === 'age' ? 'age' : 'count']} of ${code(repository)}, but ${runs} ${image} and it ${when}: ${whatFails(workloads)}`,
    confidence: strongest(group.map((one) => one.confidence)),
    ...(rule === undefined ? { severity: 'note' as const } : {}),
    help: 'Give the image a tag of its own that no rule expires, or deploy a newer one; expire by count, far above what can still be running.',
    related: relatedTo(
      site,
      workloads.map((one) => ({ message: 'runs images of this repository', site: one.imageSite })),
    ),
  };
}

const WHAT = { untagged: 'deletes untagged images', age: 'deletes images by age', count: 'deletes images by count' };
const RANK: Readonly<Record<Confidence, number>> = { certain: 0, likely: 1, possible: 2 };
