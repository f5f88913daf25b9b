import { byDefault, type ServiceDescription } from './describe.ts';

export const BATCH = {
  noun: ['Batch job', 'Batch jobs'],
  unsaidCpuOnFargate: byDefault('amd64'),
  wrongCpu: 'the jobs will end with `exec format error`',
  next: 'the next job',
} as const satisfies ServiceDescription;
