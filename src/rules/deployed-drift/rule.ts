import type { Workload } from '../../model/facts.ts';
import type { Confidence, Report } from '../../model/finding.ts';
import { showRef } from '../../core/image-ref.ts';
import { known } from '../../core/text.ts';
import type { Model } from '../../model/voyage.ts';
import { defineRule } from '../define.ts';
import { lookAt, manifestOf, shortDigest, whereToLook } from '../support/live.ts';
import { code, nameWorkloads, shortRef } from '../support/words.ts';

export const rule = defineRule({
  id: 'deployed-drift',
  summary: 'The tag a workload was deployed from now points to another image than the one that runs',
  severity: 'warning',
  services: ['lambda', 'ecs'],
  group: 'live',
  check(model, report) {
    const rolledOut = new Set<string>();
    for (const workload of model.workloads) {
      const found = drift(model, workload);
      if (found !== undefined) report(found);
      const halted = rollout(workload);
      // It's the service's, whichever of its containers one looks at.
      if (halted === undefined || rolledOut.has(workload.site.resource ?? '')) continue;
      rolledOut.add(workload.site.resource ?? '');
      report(halted);
    }
  },
});

const ROLLOUTS: ReadonlyMap<string | undefined, Confidence> = new Map([
  ['RolloutFailed', 'certain'],
  ['RolloutStuck', 'certain'],
  ['OlderTasks', 'likely'],
]);

/** A service whose tasks don't run what it was given. */
function rollout(workload: Workload): Report | undefined {
  const { live } = workload;
  const confidence = ROLLOUTS.get(live?.stateCode);
  if (workload.service !== 'ecs' || live?.stateReason === undefined || confidence === undefined) return undefined;
  return {
    site: workload.site,
    message: `The ECS service ${code(known(workload.name) ?? workload.label)} does not run what was deployed last: ${live.stateReason}`,
    confidence,
    help: `Its events and its stopped tasks say why the new ones do not stay up. ${whereToLook(workload)}`,
  };
}

function drift(model: Model, workload: Workload): Report | undefined {
  const { live, image } = workload;
  const now = live?.tagDigest;
  if (live === undefined || now === undefined || live.digests.length === 0 || image.kind !== 'ref') return undefined;
  // The registry must know the digest that is said to run, or to have run out of it: else somebody is mistaken.
  if (live.running === 'unverified') return undefined;
  // What runs may be the one image that was chosen out of the index the tag points to.
  const same = new Set([now, ...(manifestOf(model, now)?.children ?? [])]);
  const other = live.digests.filter((digest) => !same.has(digest));
  const [first] = other;
  if (first === undefined) return undefined;
  const some = other.length < live.digests.length;
  return {
    site: workload.imageSite,
    message:
      `${code(shortRef(image.ref))} now points to ${code(shortDigest(now))}, but ${some ? 'part of ' : ''}${nameWorkloads([workload])} still runs ${code(shortDigest(first))}: ` +
      `what runs is not what was pushed last, and ${workload.service === 'lambda' ? 'the next update of the function' : 'the next deployment'} brings the change along unasked`,
    confidence: some ? 'likely' : 'certain',
    help: `${rollOut(workload)} Or deploy by digest or a tag of its own for each build. ${whereToLook(workload)}`,
  };
}

function rollOut(workload: Workload): string {
  const resource = workload.site.resource ?? '';
  const region = resource.split(':')[3] ?? '';
  // Lambda refuses an address without its registry, and a label may name aliases besides.
  const image = workload.image.kind === 'ref' ? showRef(workload.image.ref) : '…';
  if (workload.service === 'lambda')
    return `To take it: ${code(`aws lambda update-function-code --function-name ${known(workload.name) ?? workload.label} --image-uri ${image} --region ${region}`)}.`;
  const service = /:service\/([^/]+)\/(.+)$/.exec(resource);
  return service === null
    ? `See ${lookAt(workload)}.`
    : `To take it: ${code(`aws ecs update-service --cluster ${service[1]} --service ${service[2]} --force-new-deployment --region ${region}`)}.`;
}
