/** Which containers a load balancer's target group asks for their health. */
import { mayBeOne, type Text } from '../../../core/text.ts';
import { memo } from '../../../core/memo.ts';
import type { CdkObject } from '../reading.ts';
import { argument, baseOf, dig, found, isGiven, kindOf, prop, type Found, type Graph } from './graph.ts';
import { PATTERNS, holdersOf, mentions } from './tasks.ts';
import { textWays } from './texts.ts';

interface Container {
  readonly name: Text | undefined;
  readonly isFirst: boolean;
}

/** Is it the one that a target group of a service that runs the task reaches? */
export function isBalanced(graph: Graph, task: CdkObject, container: Container): boolean {
  return holdersOf(graph, task).some((service) => {
    if (kindOf(service).service === PATTERNS)
      return /LoadBalanced|MultipleTargetGroups/.test(kindOf(service).name) && container.isFirst;
    const listed = prop(service, 'loadBalancers');
    if (kindOf(service).name === 'CfnService' && isGiven(listed)) return namesIt(listed, container);
    return targetsOf(graph).some((target) => reaches(target, service, container));
  });
}

function namesIt(listed: readonly Found[], { name }: Container): boolean {
  return listed.some(
    ({ value }) =>
      value.kind !== 'list' ||
      value.items.some((item) => isCalled(textWays(dig(found(item), ['containerName']))[0]?.text, name)),
  );
}

function isCalled(stated: Text | undefined, name: Text | undefined): boolean {
  return stated === undefined || name === undefined || mayBeOne(stated, name);
}

const REGISTERS =
  /^(?:addTargets?|attachTo(?:Application|Network)TargetGroup|registerLoadBalancerTargets|loadBalancerTarget)$/;
const GROUP = /^(?:Application|Network)TargetGroup$/;

/** What makes targets of services. */
const targetsOf: (graph: Graph) => readonly CdkObject[] = memo((graph: Graph) =>
  graph.reading.objects.filter((object) =>
    object.how === 'method' ? REGISTERS.test(object.name) : object.how === 'new' && GROUP.test(kindOf(object).name),
  ),
);

/** A service that is a target as it stands is reached through its first container; others are named. */
function reaches(target: CdkObject, service: CdkObject, { name, isFirst }: Container): boolean {
  const own = target.target !== undefined && baseOf(target.target) === service.id;
  if (target.name === 'loadBalancerTarget')
    return own && isCalled(textWays(argument(target, 0, 'containerName'))[0]?.text, name);
  if (target.name === 'registerLoadBalancerTargets')
    return (
      own &&
      [...target.args.keys()].some((index) =>
        isCalled(textWays(argument(target, index, 'containerName'))[0]?.text, name),
      )
    );
  return isFirst && (own || target.args.some((arg) => mentions(arg, service.id, 0)));
}
