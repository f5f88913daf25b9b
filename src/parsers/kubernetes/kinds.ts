/** Kinds of Kubernetes objects that run pods. */

import { table } from '../../core/table.ts';

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

const RUN_ONCE: ReadonlySet<string> = new Set(['CronJob', 'Job']);

/**
 * Pods that run once: whoever needs another run makes new ones. Do these look the tag up? Without a policy they do for
 * `latest` only; for any other tag a node keeps what it has pulled once.
 */
export function looksUpEachRun(kind: string, isLatest: boolean, pullPolicy: string | undefined): boolean {
  return RUN_ONCE.has(kind) && (pullPolicy === undefined ? isLatest : pullPolicy === 'Always');
}
