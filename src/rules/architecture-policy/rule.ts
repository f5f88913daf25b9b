import type { Service, Workload } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { cpuOf, runsOn, showPlatforms, type Cpu } from '../../core/platform.ts';
import type { Model } from '../../model/voyage.ts';
import { defineRule } from '../define.ts';
import { bySite, relatedTo } from '../support/places.ts';
import { waysOf, type Way } from '../support/ways.ts';
import { areOne, code, nameWorkloads, shortName } from '../support/words.ts';

/** `{ lambda: 'arm64', apprunner: 'amd64' }` */
export type ArchitecturePolicy = Readonly<Partial<Record<Service, string>>>;

export const rule = defineRule<ArchitecturePolicy>({
  id: 'architecture-policy',
  summary: 'A workload or build departs from the configured CPU of its service',
  severity: 'warning',
  services: ['lambda', 'ecs', 'apprunner', 'batch', 'eks', 'agentcore', 'sagemaker'],
  group: 'run',
  reach: 'tied',
  defaults: {},
  check(model, report, policy) {
    const wanted = (service: Service): Cpu | undefined => {
      const name = policy[service];
      return name === undefined ? undefined : cpuOf(name);
    };
    for (const found of workloads(model, wanted)) report(found);
    for (const found of builds(model, wanted)) report(found);
  },
});

type Wanted = (service: Service) => Cpu | undefined;

function workloads(model: Model, wanted: Wanted): Report[] {
  const placeOf = (workload: Workload): Workload['site'] => workload.cpuSite ?? workload.site;
  const other = model.workloads.filter(
    (one) => one.cpu !== undefined && wanted(one.service) !== undefined && wanted(one.service) !== one.cpu,
  );
  return bySite(other, placeOf).map((group): Report => {
    const { cpu, service, cpuSite } = group[0]!;
    const site = placeOf(group[0]!);
    return {
      site,
      message: `${nameWorkloads(group)} ${areOne(group) ? 'runs' : 'run'} on ${cpu}${cpuSite === undefined ? ' (nothing is set)' : ''}, but the policy says ${code(`${service}: ${wanted(service) ?? ''}`)}`,
      confidence: 'certain',
      help: `Set its architecture to ${wanted(service) ?? ''} and build its image for that.`,
      related: relatedTo(site, []),
    };
  });
}

/** Builds whose workload doesn't say: there only the image can follow the policy, or not. */
function builds(model: Model, wanted: Wanted): Report[] {
  const placeOf = ({ build }: Way): Way['build']['site'] => build.platformSite ?? build.site;
  const other = waysOf(model).filter(({ build, arrival: { workload } }) => {
    const cpu = wanted(workload.service);
    return cpu !== undefined && workload.cpu === undefined && runsOn(build.platforms, cpu) === 'no';
  });
  return bySite(other, placeOf).map((group): Report => {
    const { build, voyage, arrival } = group[0]!;
    const { service } = arrival.workload;
    const site = placeOf(group[0]!);
    return {
      site,
      message: `${code(shortName(voyage.name))} is built for ${code(showPlatforms(build.platforms))} and goes to ${nameWorkloads(group.map((one) => one.arrival.workload))}, but the policy says ${code(`${service}: ${wanted(service) ?? ''}`)}`,
      confidence: arrival.certainty,
      help: `Build it for ${code(`linux/${wanted(service) ?? ''}`)}.`,
      related: relatedTo(site, [{ message: 'used here', site: arrival.workload.imageSite }], arrival.steps),
    };
  });
}
