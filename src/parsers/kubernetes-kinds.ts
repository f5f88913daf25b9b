/** Kinds of Kubernetes objects that run pods. */

/** Where each kind keeps the specification of its pods. */
import { table } from '../model/table.ts';
export const PODS: Readonly<Record<string, readonly string[]>> = table({
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  Deployment: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  Pod: ['spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  Rollout: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
});
