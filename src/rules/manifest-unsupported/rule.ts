import type { Workload } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { defineRule } from '../define.ts';
import { heldFor, shortDigest, whereToLook, type Held } from '../support/live.ts';
import { relatedTo } from '../support/places.ts';
import { code, nameWorkloads, shortRef } from '../support/words.ts';
import { objectionTo, type Objection } from './objection.ts';

export const rule = defineRule({
  id: 'manifest-unsupported',
  summary: 'The image a Lambda function references is an index, or of a media type that Lambda refuses',
  severity: 'error',
  services: ['lambda'],
  group: 'live',
  check(model, report) {
    for (const workload of model.workloads) {
      if (workload.service !== 'lambda') continue;
      const reports = heldFor(model, workload).flatMap((held) => {
        const objection = objectionTo(held.manifest);
        return objection === undefined ? [] : [reportOf(workload, held, objection)];
      });
      if (reports.length > 0) reports.forEach(report);
      else if (workload.live?.stateCode === 'InvalidImage') report(rejected(workload, workload.live.stateReason));
    }
  },
});

function reportOf(workload: Workload, { manifest, as }: Held, objection: Objection): Report {
  const reference = workload.image.kind === 'ref' ? shortRef(workload.image.ref) : workload.label;
  const consequence =
    workload.live === undefined
      ? 'the deploy'
      : as === 'running'
        ? 'the function cannot be created or updated from it'
        : 'the next update of the function';
  return {
    site: workload.imageSite,
    message:
      `${nameWorkloads([workload])} references ${code(reference)}, ${as === 'running' ? 'and runs from' : 'which is now'} ${code(shortDigest(manifest.digest))}, ${objection.what}: ` +
      `${as === 'running' ? consequence : `${consequence} will fail`} (${code('The image manifest, config or layer media type for the source image … is not supported')})`,
    confidence: objection.confidence,
    help: `${objection.remedy} ${workload.live === undefined ? '' : `${whereToLook(workload)}`}`.trim(),
    related: relatedTo(workload.imageSite, [
      { message: `the image, ${code(manifest.mediaType)}`, site: manifest.site },
    ]),
  };
}

/** Lambda said so itself, and the registry couldn't be asked why. */
function rejected(workload: Workload, reason: string | undefined): Report {
  return {
    site: workload.imageSite,
    message: `Lambda rejected the image of ${nameWorkloads([workload])} (${code('InvalidImage')}${reason === undefined ? '' : `: ${reason}`})`,
    help: `Push a single-platform image without attestations and update the function. ${whereToLook(workload)}`,
  };
}
