import { WILL_NOT_START, type ServiceDescription } from './describe.ts';

export const SAGEMAKER = {
  noun: ['SageMaker model', 'SageMaker models'],
  wrongCpu: WILL_NOT_START,
  keeps: 'an endpoint keeps the digest that it was deployed with',
  take: 'Make a new endpoint configuration and call `aws sagemaker update-endpoint` after the push',
} as const satisfies ServiceDescription;
