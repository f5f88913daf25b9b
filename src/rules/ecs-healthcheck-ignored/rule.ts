import type { Report } from '../../model/finding.ts';
import type { Site } from '../../core/site.ts';
import { defineRule } from '../define.ts';
import { bySite, relatedTo, strongest } from '../support/places.ts';
import { judge, waysOf, type Judged } from '../support/ways.ts';
import { areOne, nameWorkloads } from '../support/words.ts';

export const rule = defineRule({
  id: 'ecs-healthcheck-ignored',
  summary:
    "A Dockerfile declares `HEALTHCHECK`, and the ECS container that runs the image has none of its own: ECS ignores the Dockerfile's",
  severity: 'warning',
  services: ['ecs'],
  group: 'run',
  reach: 'tied',
  check(model, report) {
    const ways = waysOf(model).filter((way) => way.arrival.workload.service === 'ecs');
    const judged = judge<Site>(ways, ({ build, arrival }) => {
      const declared = build.base?.healthcheck;
      if (declared === undefined) return 'unknown';
      return arrival.workload.healthCheck === false ? { bad: declared } : 'good';
    });
    for (const group of bySite(judged, ({ bad }) => bad)) report(reportOf(group));
  },
});

function reportOf(group: readonly Judged<Site>[]): Report {
  const { bad: site, way } = group[0]!;
  const workloads = bySite(
    group.map((one) => one.way.arrival.workload),
    (one) => one.imageSite,
    (one) => one.label,
  ).map((same) => same[0]!);
  return {
    site,
    message:
      `This \`HEALTHCHECK\` never runs: ${nameWorkloads(workloads)} ${areOne(workloads) ? 'has' : 'have'} no health check in the container definition, and ECS does not look at the image's. ` +
      'A container that hangs stays in service',
    confidence: strongest(group.map((one) => one.confidence)),
    help: 'Repeat it in the container definition: `healthCheck: { command: ["CMD-SHELL", "…"] }`.',
    related: relatedTo(
      site,
      workloads.map((one) => ({ message: 'the container, without a health check', site: one.imageSite })),
      way.arrival.steps,
    ),
  };
}
