import type { Report } from '../../model/finding.ts';
import { showPlatforms, type Platform } from '../../model/platform.ts';
import { defineRule } from '../define.ts';
import { bySite, cpuSide, relatedTo, strongest } from '../support/places.ts';
import { judge, waysOf, type Judged } from '../support/ways.ts';
import { pushedWhole } from '../support/pushes.ts';
import { code, nameWorkloads, shortName } from '../support/words.ts';

export const rule = defineRule({
  id: 'lambda-multi-platform',
  summary: 'An image for Lambda is built for two platforms or more',
  severity: 'error',
  services: ['lambda'],
  group: 'run',
  check(model, report) {
    const ways = waysOf(model).filter((way) => way.arrival.workload.service === 'lambda');
    const judged = judge<readonly Platform[]>(ways, (way) => {
      const { platforms } = way.build;
      if (platforms.kind === 'unknown') return 'unknown';
      return platforms.kind === 'set' && platforms.list.length > 1 && pushedWhole(way) ? { bad: platforms.list } : 'good';
    });
    for (const group of bySite(judged, ({ way }) => way.build.platformSite ?? way.build.site)) report(reportOf(group));
  },
});

function reportOf(group: readonly Judged<readonly Platform[]>[]): Report {
  const { way: { build, voyage, arrival }, bad } = group[0]!;
  const site = build.platformSite ?? build.site;
  const workloads = bySite(group.map((one) => one.way.arrival.workload), (one) => one.imageSite, (one) => one.label).map((same) => same[0]!);
  const cpu = arrival.workload.cpu;
  return {
    site,
    message: `${code(shortName(voyage.name))} is built for ${bad.length} platforms (${code(showPlatforms({ kind: 'set', list: bad }))}) and goes to ${nameWorkloads(workloads)}: `
      + 'Lambda takes no image index, `The image manifest, config or layer media type for the source image … is not supported`',
    confidence: strongest(group.map((one) => one.confidence)),
    help: `Build for one platform, ${code(`linux/${cpu ?? '<the CPU of the function>'}`)}; push images for several CPUs under a tag of their own.`,
    related: relatedTo(site, workloads.map((one) => (one.cpu === undefined ? { message: 'used here', site: one.imageSite } : cpuSide(one))), arrival.steps),
  };
}
