import type { Build, Workload } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { runsOn, showPlatforms, type Cpu } from '../../core/platform.ts';
import type { Site } from '../../core/site.ts';
import { judged } from '../../core/sealed.ts';
import { show } from '../../core/text.ts';
import type { Model } from '../../model/voyage.ts';
import { serviceOf } from '../../services/index.ts';
import { defineRule } from '../define.ts';
import { imageCpu, type ImageCpu } from '../support/cpu.ts';
import { heldFor, shortDigest, whereToLook, type Held } from '../support/live.ts';
import { bySite, cpuSide, relatedTo, strongest } from '../support/places.ts';
import { judge, waysOf, type Judged } from '../support/ways.ts';
import { code, nameWorkloads, shortName, workloadName } from '../support/words.ts';

type Decided = Extract<ImageCpu, { kind: 'decided' }>;
interface Mismatch {
  readonly image: Decided;
  readonly needs: Cpu;
}

export const rule = defineRule({
  id: 'arch-mismatch',
  summary: 'An image is built for a CPU that the workload it goes to does not have',
  severity: 'error',
  services: ['lambda', 'ecs', 'apprunner', 'batch', 'eks', 'agentcore', 'sagemaker'],
  group: 'run',
  reach: 'tied',
  check(model, report) {
    const judged = judge<Mismatch>(waysOf(model), ({ build, arrival }) => {
      const needs = arrival.workload.cpu;
      const image = imageCpu(build);
      if (needs === undefined || image.kind !== 'decided') return 'unknown';
      return runsOn(image.platforms, needs) === 'no' ? { bad: { image, needs } } : 'good';
    });
    for (const group of bySite(judged, placeOf, ({ bad }) => `${showPlatforms(bad.image.platforms)} ${bad.needs}`))
      report(built(group));
    for (const found of pulled(model)) report(found);
    for (const found of stored(model)) report(found);
  },
});

/**
 * Where the image's CPU is decided. In the synthesized list of assets nobody would know it again: there it is the
 * workload, which has its construct's path.
 */
function placeOf({ way: { build, arrival }, bad: { image } }: Judged<Mismatch>): Site {
  return build.listed === true && image.by !== 'pin' ? cpuSide(arrival.workload).site : image.site;
}

function built(group: readonly Judged<Mismatch>[]): Report {
  const {
    way,
    bad: { image, needs },
  } = group[0]!;
  const site = placeOf(group[0]!);
  const workloads = distinct(group.map((one) => one.way.arrival.workload));
  const { build, arrival } = way;
  const others = workloads.map(cpuSide);
  const decided = { message: `built for ${showPlatforms(image.platforms)} here`, site: image.site };
  return {
    site,
    message:
      `${code(shortName(way.voyage.name))} is built for ${code(showPlatforms(image.platforms))}${because(image, build)}, but ${nameWorkloads(workloads)} ` +
      `${new Set(workloads.map((one) => `${one.service} ${workloadName(one)}`)).size === 1 ? 'runs' : 'run'} on ${needs}: ${serviceOf(arrival.workload.service).wrongCpu}`,
    confidence: strongest(group.map((one) => one.confidence)),
    help: `Rebuild the image for ${needs} (${remedy(image, needs)}) and leave the workload on ${needs}.`,
    related: relatedTo(site, [decided, ...others, ...buildSide(image, build)], arrival.steps),
  };
}

function because(image: Decided, build: Build): string {
  switch (image.by) {
    case 'stated':
      return '';
    case 'pin':
      return ` (${code(image.how)} decides it, no platform is given to the build)`;
    case 'host':
      return ` (no platform is given, and ${build.host.label === undefined ? 'the builder' : code(build.host.label)} is ${build.host.cpu})`;
  }
}

function remedy(image: Decided, needs: Cpu): string {
  return image.by === 'pin' ? `drop the pin, or pin ${code(`linux/${needs}`)}` : `platform ${code(`linux/${needs}`)}`;
}

/** Where the platform stands apart from the command that builds, the command is worth showing too. */
function buildSide(image: Decided, build: Build): { message: string; site: Site }[] {
  return image.by === 'host' ? [] : [{ message: `built by ${build.label}`, site: build.site }];
}

/** Images nobody here builds, from Docker Hub's one-CPU namespaces (`arm64v8/nginx`). */
function pulled(model: Model): Report[] {
  const reports: Report[] = [];
  for (const workload of model.workloads) {
    if (workload.image.kind !== 'ref' || workload.cpu === undefined || workload.image.ref.registry !== undefined)
      continue;
    const { repository } = workload.image.ref;
    const cpu = /^(amd64|arm64v8)\//.exec(judged(repository) ?? '')?.[1];
    if (cpu === undefined || cpu.startsWith(workload.cpu)) continue;
    reports.push({
      site: workload.imageSite,
      message: `${code(show(repository))} has only ${cpu} images, but ${nameWorkloads([workload])} runs on ${workload.cpu}: ${serviceOf(workload.service).wrongCpu}`,
      confidence: 'likely',
      help: `Use the image without the ${code(`${cpu}/`)} prefix, or its ${workload.cpu} sister.`,
      related: relatedTo(workload.imageSite, [cpuSide(workload)]),
    });
  }
  return bySite(reports, (one) => one.site).map((group) => group[0]!);
}

/** What already lies in the registry, as the live account tells: what runs, and what the next deploy would take. */
function stored(model: Model): Report[] {
  const reports: Report[] = [];
  for (const workload of model.workloads) {
    const { cpu } = workload;
    if (cpu === undefined) continue;
    for (const held of heldFor(model, workload))
      if (runsOn(held.manifest.platforms, cpu) === 'no') reports.push(storedReport(workload, held, cpu));
  }
  return bySite(
    reports,
    (one) => one.site,
    (one) => one.message,
  ).map((group) => group[0]!);
}

function storedReport(workload: Workload, { manifest, as }: Held, needs: Cpu): Report {
  const platforms = code(showPlatforms(manifest.platforms));
  const digest = code(shortDigest(manifest.digest));
  const what =
    as === 'running'
      ? `but the image it runs (${digest}) is for ${platforms}`
      : workload.live === undefined
        ? `but its image (${digest}) is for ${platforms}`
        : `but the registry now has an image for ${platforms} under its tag (${digest})`;
  return {
    site: workload.imageSite,
    message: `${nameWorkloads([workload])} is ${needs}, ${what}: ${as === 'running' || workload.live === undefined ? '' : 'after the next deploy '}${serviceOf(workload.service).wrongCpu}`,
    confidence: 'certain',
    help: `Rebuild the image for ${needs} and push it again; leave the workload on ${needs}.${workload.live === undefined ? '' : ` ${whereToLook(workload)}`}`,
    related: relatedTo(workload.imageSite, [{ message: 'the image', site: manifest.site }, cpuSide(workload)]),
  };
}

function distinct(workloads: readonly Workload[]): Workload[] {
  return bySite(
    workloads,
    (workload) => workload.imageSite,
    (workload) => workload.label,
  ).map((group) => group[0]!);
}
