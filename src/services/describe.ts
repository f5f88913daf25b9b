/** What is said of each AWS service that runs images, once: a file for each, and `index.ts` lists them. */
import type { Workload } from '../model/facts.ts';

/** The CPU of a workload of which none is stated. */
export type UnsaidCpu = Pick<Workload, 'cpu' | 'cpuBasis'>;

export interface ServiceDescription {
  /** One of its workloads, and several. */
  readonly noun: readonly [one: string, many: string];
  /** Absent: what is around it decides, or nothing does. */
  readonly unsaidCpu?: UnsaidCpu;
  /** On Fargate, of the services that run there and elsewhere. */
  readonly unsaidCpuOnFargate?: UnsaidCpu;
  /** What people see, and search for, when it starts an image for another CPU. */
  readonly wrongCpu: string;
  /** Why a push under the same tag doesn't reach what runs, and what does. */
  readonly keeps?: string;
  readonly take?: string;
  /** What will ask for the image next, where that isn't a deployment. */
  readonly next?: string;
}

/** It has no other. */
export function always(cpu: NonNullable<UnsaidCpu['cpu']>): UnsaidCpu {
  return { cpu, cpuBasis: 'service' };
}

export function byDefault(cpu: NonNullable<UnsaidCpu['cpu']>): UnsaidCpu {
  return { cpu, cpuBasis: 'default' };
}

export const WILL_NOT_START = 'it will not start: `exec format error`';
