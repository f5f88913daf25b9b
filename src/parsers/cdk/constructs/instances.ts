/**
 * The EC2 instances that an app starts for containers, as far as it tells their CPU: ECS container instances, Batch
 * environments, EKS node groups.
 */
import { cpuOfInstanceType, type Cpu } from '../../../core/platform.ts';
import { table } from '../../../core/table.ts';
import { known } from '../../../core/text.ts';
import type { CdkObject, CdkSource } from '../reading.ts';
import { roleOf } from '../interpreter/naming.ts';
import { argument, baseOf, dig, found, is, isGiven, kindOf, objectOf, prop, type Found, type Graph } from './graph.ts';
import { textWays } from './texts.ts';
import { memo } from '../../../core/memo.ts';

export interface Instances {
  readonly cpu: Cpu;
  readonly object: CdkObject;
  /** Where it is said. */
  readonly source: CdkSource;
}

/** Undefined for those whose CPU can't be told. */
interface Started {
  readonly by: CdkObject;
  readonly found: Instances | undefined;
  readonly cluster?: number;
}

/** The one CPU that all have; undefined where there are none, they differ, or one of them can't be told. */
function agreed(all: readonly Started[]): Instances | undefined {
  const first = all[0]?.found;
  return first !== undefined && all.every((one) => one.found?.cpu === first.cpu) ? first : undefined;
}

// ── ECS ─────────────────────────────────────────────────────────────────────────────────────────

const containerInstances: (graph: Graph) => readonly Started[] = memo(ecsInstances);

/** Those of the clusters that a task's services are in, wherever they are; else those that its own stack starts. */
export function instancesFor(graph: Graph, task: CdkObject, clusters: readonly number[]): Instances | undefined {
  const all = containerInstances(graph);
  const own = all.filter((one) => one.cluster !== undefined && clusters.includes(one.cluster));
  return own.length > 0 ? agreed(own) : ofStack(graph, all, task);
}

function ofStack(graph: Graph, all: readonly Started[], object: CdkObject): Instances | undefined {
  const stack = stackAround(graph, object);
  return agreed(all.filter((one) => stackAround(graph, one.by) === stack));
}

function stackAround(graph: Graph, object: CdkObject): number | undefined {
  const base = object.target === undefined ? undefined : baseOf(object.target);
  let at: CdkObject | undefined = base === undefined ? object : graph.reading.objects[base];
  for (let depth = 0; at !== undefined && depth < 64; depth++) {
    if (roleOf(at) === 'stack' || roleOf(at) === 'nested') return at.id;
    at = at.scope === undefined ? undefined : graph.reading.objects[at.scope];
  }
  return undefined;
}

function ecsInstances(graph: Graph): Started[] {
  return graph.reading.objects.flatMap((object): Started[] => {
    const cluster = object.how === 'method' ? clusterOf(graph, object) : undefined;
    if (cluster !== undefined) return addedTo(graph, object).map((one) => ({ ...one, cluster }));
    if (is(object, 'aws-ecs', /^AsgCapacityProvider$/)) return named(graph, prop(object, 'autoScalingGroup'));
    if (object.how !== 'new' || !/^(?:AutoScalingGroup|LaunchTemplate)$/.test(kindOf(object).name)) return [];
    const madeForEcs = prop(object, 'machineImage').some((one) =>
      /(?:^|\.)EcsOptimized(?:Image|Ami)(?:\.|$)/.test(objectOf(graph, one.value)?.name ?? ''),
    );
    return madeForEcs ? [{ by: object, found: ofGroup(graph, object) }] : [];
  });
}

/** What a method of a cluster adds to it. */
function addedTo(graph: Graph, call: CdkObject): Started[] {
  switch (call.name) {
    case 'addCapacity':
      return [{ by: call, found: typed(graph, call, argument(call, 1, 'instanceType')) }];
    case 'addAutoScalingGroup':
      return named(graph, argument(call, 0));
    case 'addAsgCapacityProvider':
      return argument(call, 0).flatMap((one) => {
        const provider = objectOf(graph, one.value);
        return provider === undefined ? [] : named(graph, prop(provider, 'autoScalingGroup'));
      });
    default:
      return [];
  }
}

function clusterOf(graph: Graph, call: CdkObject): number | undefined {
  const id = call.target === undefined ? undefined : baseOf(call.target);
  const target = id === undefined ? undefined : graph.reading.objects[id];
  return target !== undefined && is(target, 'aws-ecs', /^Cluster$/) ? id : undefined;
}

function named(graph: Graph, groups: readonly Found[]): Started[] {
  return groups.flatMap((one) => {
    const group = objectOf(graph, one.value);
    return group === undefined ? [] : [{ by: group, found: ofGroup(graph, group) }];
  });
}

/** Of an auto-scaling group: its own type, or its launch template's. */
function ofGroup(graph: Graph, group: CdkObject): Instances | undefined {
  const own = prop(group, 'instanceType');
  if (isGiven(own)) return typed(graph, group, own);
  const [template, ...more] = prop(group, 'launchTemplate').flatMap((one) => objectOf(graph, one.value) ?? []);
  return template === undefined || more.length > 0 ? undefined : typed(graph, template, prop(template, 'instanceType'));
}

// ── Batch ───────────────────────────────────────────────────────────────────────────────────────

const environments = memo((graph: Graph): readonly Started[] =>
  graph.reading.objects.flatMap((object) => environment(graph, object)),
);

export function batchInstancesFor(graph: Graph, job: CdkObject): Instances | undefined {
  return ofStack(graph, environments(graph), job);
}

function environment(graph: Graph, object: CdkObject): Started[] {
  if (is(object, 'aws-batch', /^ManagedEc2EcsComputeEnvironment$/)) {
    const classes = itemsOf(prop(object, 'instanceClasses'));
    const families = itemsOf(prop(object, 'defaultInstanceClasses'));
    const optimal = prop(object, 'useOptimalInstanceClasses');
    const offOptimal =
      families.length > 0 || optimal.every((one) => one.value.kind === 'literal' && one.value.value === false);
    const all = [...itemsOf(prop(object, 'instanceTypes')), ...classes, ...families];
    const cpus = [...all.map((item) => cpuOf(graph, item)), ...(offOptimal ? [] : ['amd64' as const])];
    return [{ by: object, found: oneOf(object, cpus, all[0]?.[0]) }];
  }
  if (!is(object, 'aws-batch', /^CfnComputeEnvironment$/)) return [];
  const type = known(textWays(prop(object, 'computeResources', 'type'))[0]?.text);
  const listed = prop(object, 'computeResources', 'instanceTypes');
  return type?.startsWith('FARGATE') === true ? [] : [{ by: object, found: typed(graph, object, listed) }];
}

// ── EKS ─────────────────────────────────────────────────────────────────────────────────────────

/** Of all an app's clusters together, each undefined whose CPU can't be told. */
export function eksInstances(graph: Graph): (Instances | undefined)[] {
  return graph.reading.objects.flatMap((object): (Instances | undefined)[] => {
    if (is(object, /^aws-eks/, /^(?:Nodegroup|CfnNodegroup)$/)) return [nodeGroup(graph, object, prop(object))];
    if (
      is(object, /^aws-eks/, /^(?:FargateProfile|CfnFargateProfile|FargateCluster)$/) ||
      /karpenter/i.test(object.name)
    )
      return [undefined];
    if (is(object, 'aws-eks', /^Cluster$/) && object.how === 'new') return ofDefaultCapacity(graph, object);
    if (object.how !== 'method') return [];
    switch (object.name) {
      case 'addNodegroupCapacity':
        return [nodeGroup(graph, object, argument(object, 1))];
      case 'addAutoScalingGroupCapacity':
        return [typed(graph, object, argument(object, 1, 'instanceType'))];
      case 'addFargateProfile':
        return [undefined];
      default:
        return [];
    }
  });
}

/** Two instances of `m5.large`, unless nobody wants them. */
function ofDefaultCapacity(graph: Graph, cluster: CdkObject): (Instances | undefined)[] {
  const count = prop(cluster, 'defaultCapacity');
  if (count.length === 1 && count[0]!.value.kind === 'literal' && count[0]!.value.value === 0) return [];
  if (isGiven(count) && count.some((one) => one.value.kind !== 'literal')) return [undefined];
  const type = prop(cluster, 'defaultCapacityInstance');
  return [isGiven(type) ? typed(graph, cluster, type) : { cpu: 'amd64', object: cluster, source: cluster.source }];
}

function nodeGroup(graph: Graph, object: CdkObject, options: readonly Found[]): Instances | undefined {
  const ami = dig(options, ['amiType']);
  if (isGiven(ami)) {
    const [way, ...more] = ami;
    const word =
      way?.value.kind === 'symbol'
        ? way.value.path.at(-1)
        : way?.value.kind === 'text'
          ? known(way.value.text)
          : undefined;
    const cpu: Cpu | undefined =
      word === undefined || more.length > 0
        ? undefined
        : /ARM_64/i.test(word)
          ? 'arm64'
          : /x86_64|WINDOWS/i.test(word)
            ? 'amd64'
            : undefined;
    return cpu === undefined ? undefined : { cpu, object, source: way?.source ?? object.source };
  }
  const types = dig(options, ['instanceTypes']);
  const single = dig(options, ['instanceType']);
  if (isGiven(types) || isGiven(single)) return typed(graph, object, isGiven(types) ? types : single);
  return isGiven(dig(options, ['launchTemplateSpec'])) || isGiven(dig(options, ['launchTemplate']))
    ? undefined
    : { cpu: 'amd64', object, source: object.source };
}

// ── instance types ──────────────────────────────────────────────────────────────────────────────

function itemsOf(ways: readonly Found[]): (readonly Found[])[] {
  return ways.flatMap((one) =>
    one.value.kind === 'list'
      ? [...one.value.items.map(found), ...(one.value.open ? [[]] : [])]
      : one.value.kind === 'undefined'
        ? []
        : [[one]],
  );
}

function typed(graph: Graph, object: CdkObject, ways: readonly Found[]): Instances | undefined {
  const all = itemsOf(ways);
  return oneOf(
    object,
    all.map((item) => cpuOf(graph, item)),
    all[0]?.[0],
  );
}

function oneOf(object: CdkObject, cpus: readonly (Cpu | undefined)[], at: Found | undefined): Instances | undefined {
  const [cpu] = cpus;
  return cpu === undefined || cpus.some((one) => one !== cpu)
    ? undefined
    : { cpu, object, source: at?.source ?? object.source };
}

/** Words that Batch has for whole families. */
const FAMILIES: Readonly<Record<string, Cpu>> = table({
  optimal: 'amd64',
  default_x86_64: 'amd64',
  default_arm64: 'arm64',
});

/**
 * `'t4g.small'`, `new ec2.InstanceType('t4g.small')`, `ec2.InstanceType.of(ec2.InstanceClass.T4G, …)`,
 * `ec2.InstanceClass.T4G`.
 */
function cpuOf(graph: Graph, ways: readonly Found[]): Cpu | undefined {
  const [way, ...more] = ways;
  if (way === undefined || more.length > 0) return undefined;
  const { value } = way;
  if (value.kind === 'symbol') return cpuOfInstanceClass(value.path.at(-1) ?? '');
  if (value.kind === 'text') {
    const whole = known(value.text);
    return whole === undefined ? undefined : (FAMILIES[whole] ?? cpuOfInstanceType(whole));
  }
  const object = objectOf(graph, value);
  return object !== undefined && /(?:^|\.)InstanceType(?:\.of)?$/.test(object.name)
    ? cpuOf(graph, argument(object, 0))
    : undefined;
}

/** A member of the library's `InstanceClass`: `T4G`, `STANDARD7_GRAVITON`, `MEMORY5`. */
export function cpuOfInstanceClass(name: string): Cpu | undefined {
  if (/GRAVITON|^ARM1$|^ARM64$/.test(name)) return 'arm64';
  if (/^(?:MAC|U_|U\d|HIGH_MEMORY)/.test(name)) return undefined;
  return /^[A-Z]+\d+[A-Z]*$/.test(name) && /^[A-Z]{1,3}\d/.test(name)
    ? cpuOfInstanceType(name.toLowerCase())
    : /^[A-Z][A-Z_]*\d|^X86_64$/.test(name)
      ? 'amd64'
      : undefined;
}
