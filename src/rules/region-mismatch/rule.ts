import type { Workload } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { ecrRegistry } from '../../model/image-ref.ts';
import { restsOnDefault } from '../../model/guard.ts';
import { known } from '../../model/text.ts';
import type { Model } from '../../model/voyage.ts';
import { defineRule } from '../define.ts';
import { bySite, relatedTo } from '../support/places.ts';
import { code, nameWorkloads, shortRef } from '../support/words.ts';

interface Abroad {
  readonly workload: Workload;
  readonly name: string;
  readonly image: string;
  readonly function: string;
}

export const rule = defineRule({
  id: 'region-mismatch',
  summary: "A Lambda function's image lies in an ECR repository of another region",
  severity: 'error',
  services: ['lambda'],
  group: 'repositories',
  check(model, report) {
    for (const group of bySite(abroad(model), ({ workload }) => workload.imageSite)) report(reportOf(group[0]!));
  },
});

function abroad(model: Model): Abroad[] {
  return model.workloads.flatMap((workload) => {
    if (workload.service !== 'lambda' || workload.image.kind !== 'ref') return [];
    const { ref } = workload.image;
    const image = known(ecrRegistry(ref.registry)?.region);
    const own = known(workload.region);
    return image === undefined || own === undefined || image === own ? [] : [{ workload, name: shortRef(ref), image, function: own }];
  });
}

function reportOf({ workload, name, image, function: own }: Abroad): Report {
  return {
    site: workload.imageSite,
    message: `${nameWorkloads([workload])} is in ${code(own)}, but its image ${code(name)} lies in ${code(image)}: Lambda takes images only from ECR in its own region, `
      + '`Source image … is not valid. Provide a valid source image.`',
    confidence: restsOnDefault(workload.when) ? 'likely' : 'certain',
    help: `Push the image to a repository in ${own}, or let ECR replicate it there.`,
    related: relatedTo(workload.imageSite, [{ message: `the function, in ${own}`, site: workload.site }]),
  };
}
