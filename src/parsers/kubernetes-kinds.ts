/** Kinds of Kubernetes objects that run pods. */

import { table } from '../model/table.ts';

/** Where each kind keeps the specification of its pods. */
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

/** Their pods run once: whoever needs another run makes new ones, which look the tag up. */
export const RUN_ONCE: ReadonlySet<string> = new Set(['CronJob', 'Job']);
