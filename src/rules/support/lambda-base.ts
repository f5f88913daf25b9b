/**
 * Images made for Lambda by the base they stand on, where the function that takes them is declared out of sight (a
 * console, a state of Terraform, another repository).
 */
import type { Build } from '../../model/facts.ts';
import { compatible } from '../../core/choices.ts';
import { inEcr } from '../../core/image-ref.ts';
import type { Site } from '../../core/site.ts';
import { show } from '../../core/text.ts';
import type { Model, Voyage } from '../../model/voyage.ts';
import { isOnlyBase } from './bases.ts';
import { rootStage } from './cpu.ts';
import { departures } from './moving.ts';

export interface MadeForLambda {
  readonly voyage: Voyage;
  readonly build: Build;
  /** `public.ecr.aws/lambda/python:3.12` */
  readonly base: string;
  readonly baseSite: Site;
}

/** Only what is pushed whole to a registry that Lambda can pull from, and goes to no workload in sight. */
export function madeForLambda(model: Model): MadeForLambda[] {
  return model.voyages
    .filter((voyage) => voyage.arrivals.length === 0 && !isOnlyBase(model, voyage))
    .flatMap((voyage) => {
      const leaving = departures(voyage).filter(
        (one) => one.push?.onePlatform !== true && inEcr(one.ref) !== 'no' && one.alias.elsewhere !== true,
      );
      return voyage.builds.flatMap((build): MadeForLambda[] => {
        const base = lambdaBase(build);
        return base === undefined || !leaving.some((one) => compatible(one.when, build.when))
          ? []
          : [{ voyage, build, ...base }];
      });
    });
}

/** AWS's own Lambda base images, on ECR Public and on Docker Hub. */
const BASES = ['public.ecr.aws/lambda/', 'amazon/aws-lambda-', 'docker.io/amazon/aws-lambda-'];

function lambdaBase({ base }: Build): Pick<MadeForLambda, 'base' | 'baseSite'> | undefined {
  const root = base === undefined ? undefined : rootStage(base);
  if (root === undefined || !('image' in root.from)) return undefined;
  const [first] = root.from.image;
  if (typeof first !== 'string' || !BASES.some((one) => first.startsWith(one))) return undefined;
  return { base: show(root.from.image), baseSite: root.site };
}
