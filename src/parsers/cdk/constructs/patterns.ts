/** What `aws-ecs-patterns` makes of its props: not every pattern hands every one of them on. */
import type { CdkObject } from '../reading.ts';
import { dig, isGiven, kindOf, prop, type Found } from './graph.ts';

export interface Pattern {
  /** Where the image stands. */
  readonly options: readonly Found[];
  /** What the container is called when nobody says. */
  readonly containerName: string;
  readonly family: readonly Found[];
  readonly executionRole: readonly Found[];
  readonly healthCheck: readonly Found[];
  readonly entryPoint: readonly Found[];
  readonly command: readonly Found[];
}

const OPTIONS = ['taskImageOptions', 'scheduledFargateTaskImageOptions', 'scheduledEc2TaskImageOptions'];
const NONE: readonly Found[] = [{ value: { kind: 'undefined' }, when: [] }];

export function patternOf(object: CdkObject): Pattern | undefined {
  const { name } = kindOf(object);
  if (!/Service$|Task$/.test(name)) return undefined;
  const key = OPTIONS.find((one) => isGiven(prop(object, one)));
  // The queue-processing ones take the image beside their other props.
  const options = key === undefined ? prop(object) : prop(object, key);
  const queue = name.startsWith('QueueProcessing');
  const scheduled = name.startsWith('Scheduled');
  const balanced = name.startsWith('ApplicationLoadBalanced');
  const handsOnFamily = !scheduled && !/MultipleTargetGroupsEc2/.test(name);
  return {
    options,
    containerName: queue ? 'QueueProcessingContainer' : scheduled ? 'ScheduledContainer' : 'web',
    family: handsOnFamily ? dig(options, ['family']) : NONE,
    executionRole: queue || scheduled ? NONE : dig(options, ['executionRole']),
    healthCheck: (balanced || queue) && name.includes('Fargate') ? prop(object, 'healthCheck') : NONE,
    entryPoint: balanced ? dig(options, ['entryPoint']) : NONE,
    command: balanced || queue || scheduled ? dig(options, ['command']) : NONE,
  };
}
