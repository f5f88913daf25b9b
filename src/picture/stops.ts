/** What is drawn of each fact on a voyage: its stop, in people's words. */
import type { Build, Cleanup, Manifest, Repository, Rollout, Tag, Workload } from '../model/facts.ts';
import type { Alias, Voyage } from '../model/voyage.ts';
import { ecrRegistry, inEcr, showRef, type EcrRegistry, type ImageRef } from '../core/image-ref.ts';
import { showPlatforms } from '../core/platform.ts';
import { known, match, show, textKey } from '../core/text.ts';
import { serviceNoun, shortRef, workloadName } from '../rules/support/words.ts';
import { addPlace, addText, siteKey, type Sketch, type StopSketch } from './sketch.ts';

/** Alternatives of one command are one stop. */
export function buildStop(sketch: Sketch, build: Build): StopSketch {
  const stop = sketch.stop(`build ${build.label} ${siteKey(build.site)}`, {
    stage: 'build',
    sight: 'seen',
    title: build.label,
    ...named(build.constructPath ?? build.called ?? build.dockerfile ?? build.context),
  });
  addText(stop.alternatives, platformsOf(build));
  if (build.dockerfile !== undefined && build.dockerfile !== stop.name)
    addText(stop.details, `from ${build.dockerfile}`);
  if (build.host.label !== undefined) addText(stop.details, `on ${build.host.label}`);
  addPlace(stop, `built by ${build.label}`, build.site);
  addPlace(stop, 'the platform is set here', build.platformSite);
  const base = build.base;
  if (base !== undefined) {
    addText(stop.files, base.file);
    addPlace(stop, 'the stage that becomes the image', base.stages[base.final ?? -1]?.site);
  } else if (build.dockerfile !== undefined) addText(stop.files, build.dockerfile);
  return stop;
}

function platformsOf({ platforms, host }: Build): string {
  if (platforms.kind !== 'host') return showPlatforms(platforms);
  return host.cpu === undefined ? "for the builder's own CPU" : `for the builder's own CPU, ${host.cpu}`;
}

export function tagStop(sketch: Sketch, tag: Tag): StopSketch {
  const stop = sketch.stop(`tag ${siteKey(tag.site)} ${shortRef(tag.target)}`, {
    stage: 'tag',
    sight: 'seen',
    title: tag.remote ? `copied by ${tag.tool}` : `${tag.tool} tag`,
    name: shortRef(tag.target),
  });
  addPlace(stop, `tagged as ${shortRef(tag.target)}`, tag.site);
  addPlace(stop, `tagged as ${shortRef(tag.target)}`, tag.targetSite);
  return stop;
}

/** By a push command, by the builder itself, or by the command that copied it within the registry. */
export function pushStop(sketch: Sketch, { ref, push, pushSite, site, tags }: Alias, { builds }: Voyage): StopSketch {
  const at = push?.site ?? pushSite ?? site;
  const remote = tags.findLast((tag) => tag.remote);
  const title = push !== undefined ? `${push.tool} push` : (remote?.tool ?? builds[0]?.label ?? 'its builder');
  const stop = sketch.stop(`push ${siteKey(at)} ${shortRef(ref)}`, {
    stage: 'push',
    sight: 'seen',
    title,
    name: shortRef(ref),
  });
  if (push === undefined && remote === undefined) addText(stop.details, 'the builder pushes it itself');
  addPlace(stop, `pushed as ${shortRef(ref)}`, at);
  addPlace(stop, `pushed as ${shortRef(ref)}`, pushSite);
  return stop;
}

export function repositoryStop(
  sketch: Sketch,
  ref: ImageRef,
  { repositories, manifests }: Voyage,
  cleanups: readonly Cleanup[],
): StopSketch {
  const ecr = inEcr(ref);
  const stop = sketch.stop(`repository ${textKey(ref.repository)}`, {
    stage: 'repository',
    sight: 'seen',
    title: ecr === 'yes' || repositories.length > 0 ? 'ECR repository' : 'Repository',
    name: shortRef({ repository: ref.repository, ...(ecr === 'no' && ref.registry ? { registry: ref.registry } : {}) }),
  });
  const registry = ecrRegistry(ref.registry);
  if (registry !== undefined) addText(stop.details, whereabouts(registry));
  const owners = repositories.filter(
    ({ repository: { name, id } }) =>
      (name === undefined && ref.repository.some((part) => typeof part !== 'string' && part.hole === id)) ||
      (name !== undefined && match(name, ref.repository) !== 'not at all'),
  );
  for (const { repository, certainty } of owners) describeRepository(stop, repository, certainty === 'likely');
  if (owners.length === 0) addText(stop.details, 'nothing that was read creates it');
  for (const { repository, site } of cleanups)
    if (match(repository, ref.repository) !== 'not at all') addPlace(stop, 'deletes images of it', site);
  for (const manifest of manifests)
    if (match(manifest.ref.repository, ref.repository) !== 'not at all') addHeld(stop, manifest);
  return stop;
}

/** What of it is known; that it has an account and a region says nothing. */
function whereabouts({ account, region }: EcrRegistry): string {
  const [where, whose] = [known(region), known(account)];
  if (where === undefined) return whose === undefined ? '' : `in account ${whose}`;
  return whose === undefined ? `in ${where}` : `in ${where}, account ${whose}`;
}

function describeRepository(stop: StopSketch, repository: Repository, isLikely: boolean): void {
  const { role, by, label, mutability, site, nameSite, mutabilitySite, lifecycle = [], lacks = [] } = repository;
  const what = role === 'created' ? 'created' : role === 'live' ? 'found in the account' : 'named';
  const whom = by === 'registry' ? '' : ` by ${label}`;
  addPlace(stop, `${isLikely ? 'likely ' : ''}${what}${whom}`, site);
  addPlace(stop, 'its name', nameSite);
  addPlace(stop, 'whether its tags may move', mutabilitySite);
  for (const rule of lifecycle) addPlace(stop, 'what deletes its images', rule.site);
  if (mutability !== undefined && mutability !== 'unknown') addText(stop.details, `${mutability} tags`);
  for (const { name, archived } of lacks)
    stop.live.push({ text: archived ? `${name} is archived` : `${name} is not there`, state: 'bad' });
}

function addHeld(stop: StopSketch, { digest, tags, platforms, index, site }: Manifest): void {
  const name = tags.length === 0 ? 'untagged' : tags.slice(0, MOST_TAGS).join(', ');
  const text = `${name}: ${showPlatforms(platforms)}${index ? ', an image index' : ''} (${shortDigest(digest)})`;
  if (!stop.live.some((one) => one.text === text)) stop.live.push({ text, state: 'good' });
  addPlace(stop, `holds ${name}`, site);
}

const MOST_TAGS = 3;

export function rolloutStop(sketch: Sketch, rollout: Rollout): StopSketch {
  const stop = sketch.stop(`roll-out ${siteKey(rollout.site)}`, {
    stage: 'roll-out',
    sight: 'seen',
    title: rollout.label,
    ...named(rollout.name === undefined ? undefined : show(rollout.name)),
  });
  if (rollout.effect === 'forced') addText(stop.details, 'takes the new image');
  if (rollout.effect === 'on change') addText(stop.details, 'only if the reference changes');
  addPlace(stop, `rolled out by ${rollout.label}`, rollout.site);
  addPlace(stop, 'the image it names', rollout.imageSite);
  return stop;
}

/** What is declared and what runs of it are one stop; so are the ways in which it may be declared. */
export function workloadStop(sketch: Sketch, workload: Workload): StopSketch {
  const { service, name, imageSite, cpu, cpuSite, cpuBasis, region, site, live } = workload;
  const at =
    imageSite.file === '' ? (imageSite.resource ?? '') : siteKey({ file: imageSite.file, span: imageSite.span });
  const own = known(name);
  const stop = sketch.stop(
    `workload ${service} ${at}`,
    { stage: 'workload', sight: 'seen', title: serviceNoun(service), name: workloadName(workload), service },
    ...(own === undefined ? [] : [`workload ${service} called ${own}`]),
  );
  if (cpu !== undefined)
    addText(
      stop.alternatives,
      cpuBasis === 'default' ? `${cpu} by default` : cpuBasis === 'service' ? `always ${cpu}` : cpu,
    );
  const where = known(region);
  if (where !== undefined) addText(stop.details, `in ${where}`);
  addPlace(stop, 'names its image', imageSite);
  addPlace(stop, `needs ${cpu ?? 'its CPU'}`, cpuSite);
  addPlace(stop, 'declared here', site);
  if (live !== undefined) {
    for (const digest of live.digests)
      stop.live.push({ text: `runs ${shortDigest(digest)}`, state: liveState(live.running) });
    if (live.reference !== 'present')
      stop.live.push({ text: `its reference: ${live.reference}`, state: liveState(live.reference) });
    if (live.state !== undefined)
      stop.live.push({
        text: [live.state, live.stateCode, live.stateReason].filter((one) => one !== undefined).join(': '),
        state: /^(?:active|running)$/i.test(live.state) ? 'good' : /fail/i.test(live.state) ? 'bad' : 'unknown',
      });
  }
  return stop;
}

function liveState(state: NonNullable<Workload['live']>['running']): 'good' | 'bad' | 'unknown' {
  return state === 'present' ? 'good' : state === 'unverified' ? 'unknown' : 'bad';
}

/** `sha256:0123456789ab` */
function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}

function named(name: string | undefined): { name?: string } {
  return name === undefined || name === '' ? {} : { name };
}

/** Is it the name by which a CDK app knows an image of its own, and no registry's? */
export function isAsset(ref: ImageRef): boolean {
  return /^\$\{asset .*\}$/s.test(showRef(ref));
}
