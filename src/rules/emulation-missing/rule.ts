import type { Build, Stage } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { parsePlatform, type Cpu, type Platform } from '../../core/platform.ts';
import { judged } from '../../core/sealed.ts';
import type { Voyage } from '../../model/voyage.ts';
import { defineRule } from '../define.ts';
import { contributing } from '../support/cpu.ts';
import { groupBy } from '../support/groups.ts';
import { bySite, relatedTo } from '../support/places.ts';
import { code, shortName } from '../support/words.ts';
import { defined } from '../../core/optional.ts';

interface Foreign {
  readonly voyage: Voyage;
  readonly build: Build;
  readonly cpu: string;
  /** Unknown where it is built for both CPUs, and one of them is foreign anyway. */
  readonly host?: Cpu;
  /** The first stage that runs something there; undefined when the Dockerfile isn't known. */
  readonly stage?: Stage;
}

/** Machines that start empty: whatever isn't set up in the job isn't there. */
const FRESH: ReadonlySet<Build['host']['kind']> = new Set(['github-hosted', 'codebuild', 'gitlab', 'ci']);

export const rule = defineRule({
  id: 'emulation-missing',
  summary: 'A CI job builds for a CPU that its runner does not have, without emulation or a native builder',
  severity: 'warning',
  services: ['any'],
  group: 'run',
  reach: 'tied',
  check(model, report) {
    const both = runsForBoth(model.builds);
    const found = model.voyages.flatMap((voyage) => voyage.builds.flatMap((build) => foreign(voyage, build, both)));
    for (const group of bySite(found, ({ build }) => build.platformSite ?? build.site)) report(reportOf(group[0]!));
  },
});

/** Runs that build for amd64 and for arm64: one machine has one CPU, and whichever that is, it lacks the other. */
function runsForBoth(builds: readonly Build[]): ReadonlySet<string> {
  const archs = groupBy(
    builds.flatMap(({ run, platforms }) =>
      platforms.kind === 'set' ? platforms.list.map(({ arch }) => ({ run, arch })) : [],
    ),
    ({ run }) => run,
  );
  return new Set(
    [...archs].flatMap(([run, found]) =>
      ['amd64', 'arm64'].every((arch) => found.some((one) => one.arch === arch)) ? [run] : [],
    ),
  );
}

function foreign(voyage: Voyage, build: Build, both: ReadonlySet<string>): Foreign[] {
  const { host, platforms, emulation, driver, tool } = build;
  if (host.kind === 'codebuild' && driver !== 'docker') return [];
  const own = host.cpu ?? (both.has(build.run) ? 'amd64' : undefined);
  if (
    !FRESH.has(host.kind) ||
    own === undefined ||
    platforms.kind === 'unknown' ||
    emulation !== 'not set up' ||
    build.unseen === true
  )
    return [];
  if (driver === 'remote' || driver === 'kubernetes' || driver === 'cloud' || tool === 'depot' || tool === 'codebuild')
    return [];
  const { base } = build;
  const stages = base === undefined || base.final === undefined ? undefined : contributing(base);
  if (platforms.kind === 'host') {
    // Whatever the builder is, a stage may be pinned to another CPU.
    const target: Platform = { os: 'linux', arch: own };
    const stage = host.cpu === undefined ? undefined : stages?.find((one) => one.runs && runsForeign(one, target, own));
    const cpu = stage === undefined ? undefined : pinned(stage)?.arch;
    return stage === undefined || cpu === undefined || host.cpu === undefined
      ? []
      : [{ voyage, build, cpu, host: host.cpu, stage }];
  }
  for (const platform of platforms.list) {
    if (platform.arch === own || (own === 'amd64' && platform.arch === '386')) continue;
    const stage = stages?.find((one) => one.runs && runsForeign(one, platform, own));
    if (stages === undefined || stage !== undefined)
      return [
        {
          voyage,
          build,
          cpu: platform.arch,
          ...defined({ host: host.cpu, stage }),
        },
      ];
  }
  return [];
}

/**
 * Does this stage execute on the target's CPU? `$BUILDPLATFORM` stages don't, nor do those pinned to the builder's own.
 */
function runsForeign({ platform }: Stage, target: Platform, host: Cpu): boolean {
  if (platform === undefined || platform.nature === 'target') return target.arch !== host;
  const own = pinned({ platform });
  return own !== undefined && own.arch !== host && !(host === 'amd64' && own.arch === '386');
}

function pinned({ platform }: Pick<Stage, 'platform'>): Platform | undefined {
  const text = platform?.nature === 'constant' ? judged(platform.text) : undefined;
  return text === undefined ? undefined : parsePlatform(text);
}

function runnerOf({ host: { label } }: Build, host: Cpu | undefined): string {
  if (host === undefined) return label === undefined ? 'one machine' : `one machine (${code(label)})`;
  return `${label === undefined ? 'a runner' : code(label)} (${host})`;
}

/**
 * A builder in a container brings emulators of its own: BuildKit's image holds `buildkit-qemu-*` and falls back to
 * them; the engine itself has none.
 */
function consequence({ driver }: Build): string {
  const fails = 'the first `RUN` fails with `exec /bin/sh: exec format error`';
  if (driver === 'docker') return fails;
  return driver === 'unknown'
    ? `unless the builder brings emulators of its own, ${fails}`
    : "only the emulators in the builder's own image run its commands, slowly, and not where binaries of both CPUs are mixed";
}

function reportOf({ voyage, build, cpu, host, stage }: Foreign): Report {
  const site = build.platformSite ?? build.site;
  const github = build.host.kind === 'github-hosted';
  return {
    site,
    ...(build.driver === 'docker' ? {} : { severity: 'note' as const }),
    message: `${code(shortName(voyage.name))} is built for ${host === undefined ? 'amd64 and arm64' : cpu} on ${runnerOf(build, host)}, and nothing sets up emulation: ${consequence(build)}`,
    // What CodeBuild's machines come with is nowhere documented.
    confidence: stage === undefined || build.host.kind === 'codebuild' ? 'likely' : 'certain',
    help: github
      ? `Add ${code('docker/setup-qemu-action')} before it, or run the job on ${cpu === 'arm64' ? code('ubuntu-24.04-arm') : code('ubuntu-24.04')}, which builds natively.`
      : `Run ${code('docker run --privileged --rm tonistiigi/binfmt --install all')} before it, or build ${host === undefined ? 'each on a machine of its own' : `on ${cpu}`}.`,
    related: relatedTo(site, [
      { message: `built by ${build.label}`, site: build.site },
      ...(stage === undefined ? [] : [{ message: `this stage runs commands on ${cpu}`, site: stage.site }]),
    ]),
  };
}
