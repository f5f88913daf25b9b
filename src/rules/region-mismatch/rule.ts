import type { Report } from '../../model/finding.ts';
import { restsOnDefault, type When } from '../../core/choices.ts';
import { ecrRegistry, type ImageRef } from '../../core/image-ref.ts';
import type { Site } from '../../core/site.ts';
import { judged } from '../../core/sealed.ts';
import { equalTexts, show, type Text } from '../../core/text.ts';
import type { Model } from '../../model/voyage.ts';
import { defineRule } from '../define.ts';
import { bySite, relatedTo } from '../support/places.ts';
import { code, nameWorkloads, shortRef } from '../support/words.ts';

/** A function and the image it is given, by what declares it or by a command that updates it. */
interface Given {
  readonly who: string;
  readonly ref: ImageRef;
  readonly region: Text | undefined;
  readonly when: When;
  readonly imageSite: Site;
  readonly site: Site;
}

interface Abroad extends Given {
  readonly image: string;
  readonly function: string;
}

export const rule = defineRule({
  id: 'region-mismatch',
  summary: "A Lambda function's image lies in an ECR repository of another region",
  severity: 'error',
  services: ['lambda'],
  group: 'repositories',
  reach: 'tied',
  check(model, report) {
    const abroad = given(model).flatMap(judge);
    for (const group of bySite(abroad, ({ imageSite }) => imageSite)) report(reportOf(group[0]!));
  },
});

function given(model: Model): Given[] {
  return [
    ...model.workloads.flatMap((workload): Given[] => {
      const { service, image, region, when, imageSite, site } = workload;
      return service === 'lambda' && image.kind === 'ref'
        ? [{ who: nameWorkloads([workload]), ref: image.ref, region, when, imageSite, site }]
        : [];
    }),
    ...model.rollouts.flatMap(({ service, label, name, image, region, when, imageSite, site }): Given[] => {
      if (service !== 'lambda' || image === undefined) return [];
      return [
        {
          who: name === undefined ? `What ${code(label)} updates` : `Lambda function ${code(show(name))}`,
          ref: image,
          region,
          when,
          imageSite: imageSite ?? site,
          site,
        },
      ];
    }),
  ];
}

function judge(one: Given): Abroad[] {
  const image = ecrRegistry(one.ref.registry)?.region;
  const own = one.region;
  if (
    image === undefined ||
    own === undefined ||
    judged(image) === undefined ||
    judged(own) === undefined ||
    equalTexts(image, own)
  )
    return [];
  return [{ ...one, image: show(image), function: show(own) }];
}

function reportOf({ who, ref, image, function: own, when, imageSite, site }: Abroad): Report {
  return {
    site: imageSite,
    message:
      `${who} is in ${code(own)}, but its image ${code(shortRef(ref))} lies in ${code(image)}: Lambda takes images only from ECR in its own region, ` +
      '`Source image … is not valid. Provide a valid source image.`',
    confidence: restsOnDefault(when) ? 'likely' : 'certain',
    help: `Push the image to a repository in ${own}, or let ECR replicate it there.`,
    related: relatedTo(imageSite, [{ message: `the function, in ${own}`, site }]),
  };
}
