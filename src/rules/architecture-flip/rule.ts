import type { StackChange, WorkloadChange } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import type { Cpu } from '../../core/platform.ts';
import { known, show } from '../../core/text.ts';
import { serviceOf } from '../../services/index.ts';
import { defineRule } from '../define.ts';
import { strongest } from '../support/places.ts';
import { code, serviceNoun, shortName } from '../support/words.ts';

type Flip = WorkloadChange & { readonly from: Cpu; readonly to: Cpu };

export const rule = defineRule({
  id: 'architecture-flip',
  summary: 'A deploy turns a workload from arm64 to x86-64, or changes its CPU under an image that stays the same',
  severity: 'warning',
  services: ['lambda', 'ecs', 'batch', 'eks', 'sagemaker'],
  group: 'diff',
  check(model, report) {
    for (const change of model.stackChanges) {
      const flips = flipsOf(change);
      // A public image may well have every CPU; one of our own that stays is built for the old one.
      const stale = flips.filter(
        (one) => one.after.own && one.before.imageKey !== undefined && one.before.imageKey === one.after.imageKey,
      );
      const backwards = flips.filter((one) => one.from === 'arm64' && one.to === 'amd64');
      if (stale.length > 0) report(sameImage(change, stale));
      else if (backwards.length > 0) report(wrongRepair(change, backwards));
    }
  },
});

function flipsOf({ workload }: StackChange): Flip[] {
  return (workload?.ways ?? []).flatMap((way) => {
    const [from, to] = [way.before.cpu, way.after.cpu];
    return from === undefined || to === undefined || from === to ? [] : [{ ...way, from, to }];
  });
}

function subject({ workload, logicalId, constructPath }: StackChange): string {
  const name = workload?.name;
  return `${serviceNoun(workload?.service ?? 'lambda')} ${code(name === undefined || known(name) === '' ? (constructPath ?? logicalId) : show(name))}`;
}

function sameImage(change: StackChange, flips: readonly Flip[]): Report {
  const [flip] = flips;
  const { from, to, after } = flip!;
  // On ECS, Batch and EKS the image may be an index that has both.
  const sure = change.workload?.service === 'lambda' && flips.some((one) => one.certain);
  return {
    site: change.site,
    message: `The deploy turns ${subject(change)} from ${from} to ${to}, but its image stays ${code(shortName(after.image ?? ''))}, which is built for ${from}: ${serviceOf(change.workload?.service ?? 'lambda').wrongCpu}`,
    confidence: sure ? 'certain' : 'likely',
    help: `Build the image for ${to} (platform ${code(`linux/${to}`)}) under a new tag and deploy both changes together, or leave the architecture at ${from}.`,
  };
}

function wrongRepair(change: StackChange, flips: readonly Flip[]): Report {
  const unsaid = flips.some((one) => one.after.cpuBasis === 'default');
  return {
    site: change.site,
    message:
      `The deploy turns ${subject(change)} from arm64 to x86-64${unsaid ? ' (no architecture is stated any more, and x86-64 is the default)' : ''}: ` +
      'that hides an image built for the wrong CPU until the next build, and costs more than Graviton',
    confidence: strongest(flips.map((one) => (one.certain ? 'certain' : 'likely'))),
    help: `Leave it on arm64 and build the image for it: platform ${code('linux/arm64')}.`,
  };
}
