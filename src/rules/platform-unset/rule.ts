import type { Build, Workload } from '../../model/facts.ts';
import type { Fix, Report } from '../../model/finding.ts';
import type { Cpu } from '../../core/platform.ts';
import type { Model } from '../../model/voyage.ts';
import { defineRule } from '../define.ts';
import { imageCpu } from '../support/cpu.ts';
import { bySite, cpuSide, relatedTo, strongest } from '../support/places.ts';
import { judge, waysOf, type Judged } from '../support/ways.ts';
import { areOne, code, nameWorkloads, shortName } from '../support/words.ts';
import { isOfItsOwnCpu } from './own-cpu.ts';

export const rule = defineRule({
  id: 'platform-unset',
  summary: "The image of a known workload is built without saying for which CPU, so the builder's own decides",
  severity: 'warning',
  services: ['lambda', 'ecs', 'apprunner', 'batch', 'eks', 'agentcore', 'sagemaker'],
  group: 'run',
  reach: 'tied',
  check(model, report) {
    const judged = judge<Build>(waysOf(model), (way) => {
      const { build } = way;
      const image = imageCpu(build);
      if (image.kind === 'decided') return 'good';
      if (isOfItsOwnCpu(model, way)) return 'good';
      return (image.kind === 'open' || isHidden(build)) && build.platformDerived !== true && build.tool !== 'sam'
        ? { bad: build }
        : 'unknown';
    });
    for (const group of bySite(judged, ({ bad }) => bad.site)) report(reportOf(group));
    for (const build of published(model)) report(publishedReport(build));
  },
});

/** An asset that says no platform, whose Dockerfile is not in sight: that one may. */
function isHidden({ tool, unseen, platforms }: Build): boolean {
  return tool === 'cdk' && unseen === true && platforms.kind === 'host';
}

function reportOf(group: readonly Judged<Build>[]): Report {
  const { way, bad: build } = group[0]!;
  const workloads = bySite(
    group.map((one) => one.way.arrival.workload),
    (one) => one.imageSite,
    (one) => one.label,
  ).map((same) => same[0]!);
  const cpu = commonCpu(workloads);
  const runs =
    cpu === undefined ? 'whose CPU it has to match' : `which ${areOne(workloads) ? 'runs' : 'run'} on ${cpu}`;
  return {
    site: build.site,
    message:
      `${code(shortName(way.voyage.name))} is built for whatever CPU the builder has and goes to ${nameWorkloads(workloads)}, ${runs}: ` +
      `built on ${otherMachine(cpu, build)}, it fails with \`exec format error\``,
    confidence: isHidden(build) ? 'possible' : strongest(group.map((one) => one.confidence)),
    help: `Say it: ${remedy(build, cpu)}.`,
    related: relatedTo(
      build.site,
      workloads.map((one) => (one.cpu === undefined ? { message: 'used here', site: one.imageSite } : cpuSide(one))),
      way.arrival.steps,
    ),
    fixes: insertPlatform(build, cpu),
  };
}

/** On which the image comes out wrong, among those that this build may run on. */
function otherMachine(cpu: Cpu | undefined, { host }: Build): string {
  if (cpu === undefined) return 'a machine of the other kind';
  switch (host.kind) {
    case 'codebuild':
      return `an ${cpu === 'amd64' ? 'arm64' : 'amd64'} machine of CodeBuild (${code(cpu === 'amd64' ? 'ARM_CONTAINER' : 'LINUX_CONTAINER')})`;
    case 'github-hosted':
    case 'gitlab':
    case 'ci':
      return cpu === 'amd64' ? 'an arm64 runner' : 'an amd64 runner, as most are';
    default:
      return cpu === 'amd64'
        ? 'an arm64 machine (Apple silicon, Graviton)'
        : 'an amd64 machine (Intel, most CI runners)';
  }
}

function commonCpu(workloads: readonly Workload[]): Cpu | undefined {
  const cpus = new Set(workloads.map((workload) => workload.cpu));
  return cpus.size === 1 ? workloads[0]!.cpu : undefined;
}

function remedy(build: Build, cpu: Cpu | undefined): string {
  const platform = cpu === undefined ? 'linux/<the CPU of the workload>' : `linux/${cpu}`;
  switch (build.tool) {
    case 'cdk':
      return `set ${code(cpu === undefined ? 'platform' : `platform: Platform.LINUX_${cpu.toUpperCase()}`)} on the asset`;
    case 'build-push-action':
      return code(`platforms: ${platform}`);
    case 'compose':
      return `${code(`platform: ${platform}`)} in the service`;
    case 'bake':
    case 'bake-action':
      return `${code(`platforms = ["${platform}"]`)} in the target`;
    case 'serverless':
      return `${code(`platform: ${platform}`)} on the image under ${code('provider.ecr.images')}`;
    default:
      return code(`--platform ${platform}`);
  }
}

function insertPlatform(build: Build, cpu: Cpu | undefined): Fix[] {
  if (build.insertFlagAt === undefined || cpu === undefined) return [];
  const at = build.insertFlagAt;
  return [
    {
      title: `Add --platform linux/${cpu}`,
      safe: false,
      edits: [{ file: build.site.file, start: at, end: at, text: ` --platform linux/${cpu}` }],
    },
  ];
}

/** A `DockerImageAsset` exists to be published for AWS, even where the workload that takes it can't be seen. */
function published(model: Model): Build[] {
  const unlinked = model.voyages.filter((voyage) => voyage.arrivals.length === 0).flatMap((voyage) => voyage.builds);
  const open = unlinked.filter(
    (build) =>
      build.tool === 'cdk' &&
      build.label.includes('DockerImageAsset') &&
      build.platformDerived !== true &&
      imageCpu(build).kind === 'open',
  );
  return bySite(open, (build) => build.site).map((group) => group[0]!);
}

function publishedReport(build: Build): Report {
  return {
    site: build.site,
    message: `${code(build.label)} is built for whatever CPU the machine has that runs ${code('cdk deploy')}: where the workload has the other, it fails with ${code('exec format error')}`,
    confidence: 'likely',
    help: `Say it: ${remedy(build, undefined)}.`,
    related: relatedTo(build.site, []),
  };
}
