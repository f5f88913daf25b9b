import { WILL_NOT_START, type ServiceDescription } from './describe.ts';

export const SAGEMAKER = {
  noun: ['SageMaker model', 'SageMaker models'],
  wrongCpu: WILL_NOT_START,
} as const satisfies ServiceDescription;
