import { WILL_NOT_START, type ServiceDescription } from './describe.ts';
import { only, type Running, type View } from './view.ts';

export const SAGEMAKER = {
  noun: ['SageMaker model', 'SageMaker models'],
  wrongCpu: WILL_NOT_START,
  keeps: 'an endpoint keeps the digest that it was deployed with',
  take: 'Make a new endpoint configuration and call `aws sagemaker update-endpoint` after the push',
} as const satisfies ServiceDescription;

/** A model has one container, or a row of them. Its endpoint's instances decide the CPU. */
export function readModel(view: View): readonly Running[] {
  const names = view.get('ModelName');
  const row = view.items('Containers').map((container) => container.images('Image'));
  return [view.images('PrimaryContainer', 'Image'), ...row].flatMap((images, index): Running[] =>
    images.length === 0
      ? []
      : [
          {
            service: 'sagemaker',
            names,
            images,
            cpus: only({}),
            ...(index === 0 ? {} : { part: `/container${index}` }),
          },
        ],
  );
}
