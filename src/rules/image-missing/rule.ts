import type { LiveImageState, LiveState, Repository, Workload } from '../../model/facts.ts';
import type { Confidence, Report } from '../../model/finding.ts';
import { effectiveTag, ecrRegistry, matchRepository, matchTag, type ImageRef } from '../../core/image-ref.ts';
import { judged } from '../../core/sealed.ts';
import { concat, known, literal, show } from '../../core/text.ts';
import type { Model } from '../../model/voyage.ts';
import { serviceOf } from '../../services/index.ts';
import { defineRule } from '../define.ts';
import { shortDigest, whereToLook } from '../support/live.ts';
import { relatedTo } from '../support/places.ts';
import { code, nameWorkloads, shortRef } from '../support/words.ts';

export const rule = defineRule({
  id: 'image-missing',
  summary: 'A workload runs an image, or a template names a tag, that the registry does not have',
  severity: 'error',
  services: ['any'],
  group: 'live',
  check(model, report) {
    for (const workload of model.workloads) {
      if (workload.image.kind !== 'ref') continue;
      const found =
        workload.live === undefined
          ? declared(model, workload, workload.image.ref)
          : running(workload, workload.live, workload.image.ref);
      if (found !== undefined) report(found);
    }
  },
});

const ABSENT: ReadonlySet<LiveImageState> = new Set(['missing', 'repository missing', 'archived']);

function running(workload: Workload, live: LiveState, ref: ImageRef): Report | undefined {
  const name = nameWorkloads([workload]);
  const lambda = workload.service === 'lambda';
  const told = live.stateCode === 'ImageDeleted';
  if (told || ABSENT.has(live.running)) {
    const digest = live.digests[0];
    const image = digest === undefined ? shortRef(ref) : `${shortRef(ref)} (${shortDigest(digest)})`;
    const consequence = lambda
      ? 'Lambda re-reads the image after a time without calls, and then every invocation fails (`ImageDeleted`)'
      : 'the next task to start will fail with `CannotPullContainerError`';
    return reportOf(
      workload,
      `${name} runs ${code(image)}, ${wording(told && !ABSENT.has(live.running) ? 'missing' : live.running)}: ${consequence}`,
      'certain',
    );
  }
  // A tag that is gone matters where it will be resolved again: not to a function, which keeps the digest it was given.
  if (!ABSENT.has(live.reference) || (lambda && live.digests.length > 0)) return undefined;
  return reportOf(
    workload,
    `${name} references ${code(shortRef(ref))}, ${wording(live.reference)}: ${serviceOf(workload.service).next ?? 'the next deployment'} will not find it`,
    live.digests.length === 0 ? 'certain' : 'likely',
  );
}

function wording(state: LiveImageState): string {
  switch (state) {
    case 'repository missing':
      return 'in a repository that does not exist any more';
    case 'archived':
      return 'which is archived in ECR and cannot be pulled until it is restored';
    default:
      return 'which the registry no longer has';
  }
}

function reportOf(workload: Workload, message: string, confidence: Confidence): Report {
  return {
    site: workload.imageSite,
    message,
    confidence,
    help: `Push the image again (or restore it, if archived) and update the workload; look at the repository's lifecycle policy for what removed it. ${whereToLook(workload)}`,
  };
}

/** A template names a tag that isn't there, and nothing in the project pushes it first. */
function declared(model: Model, workload: Workload, ref: ImageRef): Report | undefined {
  const tag = known(ref.digest) ?? known(effectiveTag(ref));
  if (tag === undefined || ref.registry === undefined) return undefined;
  const repository = model.repositories.find(
    (one) => one.role === 'live' && one.lacks?.some((lack) => lack.name === tag) === true && holds(one, ref),
  );
  const lack = repository?.lacks?.find((one) => one.name === tag);
  if (repository === undefined || lack === undefined || pushed(model, ref)) return undefined;
  return {
    site: workload.imageSite,
    message:
      `${nameWorkloads([workload])} is declared with ${code(shortRef(ref))}, but the repository ${code(show(repository.name ?? []))} has no ${code(tag)}${lack.archived ? ' that is not archived' : ''}: ` +
      `the deploy will fail with ${code('Source image … does not exist')}${workload.service === 'lambda' ? '' : ' or `CannotPullContainerError`'}`,
    confidence: judged(ref.registry) === undefined ? 'likely' : 'certain',
    help: `Push ${code(tag)} first, or name a tag that exists: ${code(`aws ecr describe-images --repository-name ${show(repository.name ?? [])} --region ${show(repository.region ?? [])}`)}.`,
    related: relatedTo(workload.imageSite, [{ message: 'the repository', site: repository.site }]),
  };
}

function holds(repository: Repository, ref: ImageRef): boolean {
  const { name, account, region } = repository;
  if (name === undefined || account === undefined || region === undefined) return false;
  const registry = concat(account, literal('.dkr.ecr.'), region, literal('.amazonaws.com'));
  const own = ecrRegistry(ref.registry);
  return (
    own !== undefined &&
    matchRepository({ registry, repository: name }, ref) !== 'not at all' &&
    judged(ref.repository) === judged(name)
  );
}

function pushed(model: Model, ref: ImageRef): boolean {
  const same = (other: ImageRef): boolean =>
    matchRepository(other, ref) !== 'not at all' && matchTag(other, ref) !== 'not at all';
  return (
    model.pushes.some((push) => same(push.ref)) ||
    model.builds.some((build) => build.output === 'registry' && build.names.some((one) => same(one.ref))) ||
    model.tags.some((one) => one.remote && same(one.target)) ||
    model.voyages.some((voyage) => voyage.aliases.some((alias) => alias.pushed && same(alias.ref)))
  );
}
