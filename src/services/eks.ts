import type { ServiceDescription } from './describe.ts';

export const EKS = {
  noun: ['EKS workload', 'EKS workloads'],
  wrongCpu:
    'the pods will end in `CrashLoopBackOff` with `exec format error`, or find `no match for platform in manifest`',
  keeps: 'running pods keep the image they were started with',
  take: 'Call `kubectl rollout restart` after the push',
} as const satisfies ServiceDescription;
