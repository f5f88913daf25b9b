import type { Build } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { showPlatforms, type Cpu, type Platform } from '../../core/platform.ts';
import type { Site } from '../../core/site.ts';
import { defineRule } from '../define.ts';
import { madeForLambda, type MadeForLambda } from '../support/lambda-base.ts';
import { bySite, cpuSide, relatedTo, siteKey, strongest } from '../support/places.ts';
import { judge, waysOf, type Judged } from '../support/ways.ts';
import { pushedWhole } from '../support/pushes.ts';
import { code, nameWorkloads, shortName } from '../support/words.ts';

export const rule = defineRule({
  id: 'lambda-multi-platform',
  summary: 'An image for Lambda is built for two platforms or more',
  severity: 'error',
  services: ['lambda'],
  group: 'run',
  reach: 'tied',
  check(model, report) {
    const ways = waysOf(model).filter((way) => way.arrival.workload.service === 'lambda');
    const judged = judge<readonly Platform[]>(ways, (way) => {
      if (way.build.platforms.kind === 'unknown') return 'unknown';
      const several = severalOf(way.build);
      return several !== undefined && pushedWhole(way) ? { bad: several } : 'good';
    });
    for (const group of bySite(judged, ({ way }) => siteFor(way.build))) report(reportOf(group));
    const linked = new Set(ways.map(({ build }) => siteKey(build.site)));
    const unlinked = madeForLambda(model).filter(
      ({ build }) => severalOf(build) !== undefined && !linked.has(siteKey(build.site)),
    );
    for (const group of bySite(unlinked, ({ build }) => siteFor(build))) report(reportOnBase(group[0]!));
  },
});

const REFUSAL =
  'Lambda takes no image index, `The image manifest, config or layer media type for the source image … is not supported`';

function severalOf({ platforms }: Build): readonly Platform[] | undefined {
  return platforms.kind === 'set' && platforms.list.length > 1 ? platforms.list : undefined;
}

function siteFor(build: Build): Site {
  return build.platformSite ?? build.site;
}

function reportOf(group: readonly Judged<readonly Platform[]>[]): Report {
  const {
    way: { build, voyage, arrival },
    bad,
  } = group[0]!;
  const site = siteFor(build);
  const workloads = bySite(
    group.map((one) => one.way.arrival.workload),
    (one) => one.imageSite,
    (one) => one.label,
  ).map((same) => same[0]!);
  const cpu = arrival.workload.cpu;
  return {
    site,
    message: `${code(shortName(voyage.name))} is built for ${bad.length} platforms (${code(showPlatforms({ kind: 'set', list: bad }))}) and goes to ${nameWorkloads(workloads)}: ${REFUSAL}`,
    confidence: strongest(group.map((one) => one.confidence)),
    help: helpFor(cpu),
    related: relatedTo(
      site,
      workloads.map((one) => (one.cpu === undefined ? { message: 'used here', site: one.imageSite } : cpuSide(one))),
      arrival.steps,
    ),
  };
}

function reportOnBase({ voyage, build, base, baseSite }: MadeForLambda): Report {
  const list = severalOf(build) ?? [];
  const site = siteFor(build);
  return {
    site,
    message: `${code(shortName(voyage.name))} is made for Lambda (${code(`FROM ${base}`)}) and built for ${list.length} platforms (${code(showPlatforms({ kind: 'set', list }))}): ${REFUSAL}`,
    confidence: 'likely',
    help: helpFor(undefined),
    related: relatedTo(site, [{ message: 'a base image for Lambda', site: baseSite }]),
  };
}

function helpFor(cpu: Cpu | undefined): string {
  return `Build for one platform, ${code(`linux/${cpu ?? '<the CPU of the function>'}`)}; push images for several CPUs under a tag of their own.`;
}
