/** Task definitions: the CPU they run on, the containers they hold, and what starts them. */
import { cpuOfPlacement } from '../../../core/platform.ts';
import { add } from '../../../core/lists.ts';
import { known, type Text } from '../../../core/text.ts';
import type { CdkObject, CdkSingle, CdkValue } from '../reading.ts';
import type { UnsaidCpu } from '../../../services/describe.ts';
import { SERVICES } from '../../../services/index.ts';
import { argument, baseOf, dig, is, isGiven, kindOf, objectOf, prop, type Found, type Graph } from './graph.ts';
import { instancesFor } from './instances.ts';
import { settled } from './overrides.ts';
import { cpuWays, textWays, type CpuWay } from './texts.ts';
import { defined } from '../../../core/optional.ts';
import { memo } from '../../../core/memo.ts';

export const ECS = 'aws-ecs';
export const PATTERNS = 'aws-ecs-patterns';
/** `addFirelensLogRouter` adds a container like any other. */
export const CONTAINER_METHOD = /^(?:addContainer|addFirelensLogRouter)$/;
const TASK = /^(?:FargateTaskDefinition|Ec2TaskDefinition|ExternalTaskDefinition|TaskDefinition|CfnTaskDefinition)$/;

export interface Runtime {
  readonly cpus: readonly CpuWay[];
  /** What an unstated CPU means: Fargate's default; on EC2 it depends on the instances. */
  readonly unsaidCpu?: UnsaidCpu;
}

export function runtimeOf(graph: Graph, task: CdkObject | undefined): Runtime {
  if (task === undefined) return { cpus: [{ stated: true, when: [] }] };
  const kind = kindOf(task);
  const isTask = kind.service === ECS && TASK.test(kind.name);
  if (!isTask && kind.service !== PATTERNS) return { cpus: [{ stated: true, when: [] }] };
  // The scheduled pattern has the property and doesn't pass it on.
  const ignored = /^Scheduled/.test(kind.name) && task.how === 'new' && kind.service === PATTERNS;
  const cpus = cpuWays(
    graph,
    settled(
      graph,
      task,
      'RuntimePlatform.CpuArchitecture',
      ignored ? NONE : prop(task, 'runtimePlatform', 'cpuArchitecture'),
    ),
  );
  if (
    !ignored &&
    isWindows(
      settled(
        graph,
        task,
        'RuntimePlatform.OperatingSystemFamily',
        prop(task, 'runtimePlatform', 'operatingSystemFamily'),
      ),
    )
  )
    return { cpus };
  if (onFargate(graph, task)) return { cpus, unsaidCpu: SERVICES.ecs.unsaidCpuOnFargate };
  return {
    cpus: cpus.every((one) => !one.stated) ? (placement(graph, task) ?? onInstances(graph, task) ?? cpus) : cpus,
  };
}

const NONE: readonly Found[] = [{ value: { kind: 'undefined' }, when: [] }];

function isWindows(ways: readonly Found[]): boolean {
  return ways.some(({ value }) => wordOf(value)?.startsWith('WINDOWS') === true);
}

function wordOf(value: CdkSingle): string | undefined {
  return value.kind === 'symbol' ? value.path.at(-1) : value.kind === 'text' ? known(value.text) : undefined;
}

/** On Fargate and nowhere else, as far as the app says. */
export function onFargate(graph: Graph, task: CdkObject): boolean {
  const { name } = kindOf(task);
  if (name === 'TaskDefinition')
    return isOneOf(
      prop(task, 'compatibility'),
      (words) => words === 'FARGATE' || (words.includes('FARGATE') && servedOnFargate(graph, task)),
    );
  if (name !== 'CfnTaskDefinition') return name.includes('Fargate');
  const lists = prop(task, 'requiresCompatibilities');
  const words =
    lists.length === 1 && lists[0]!.value.kind === 'list'
      ? lists[0]!.value.items.flatMap((item) => item.flatMap((one) => wordOf(one.value) ?? []))
      : [];
  return words.length > 0
    ? words.includes('FARGATE') && (words.length === 1 || servedOnFargate(graph, task))
    : servedOnFargate(graph, task);
}

function isOneOf(ways: readonly Found[], holds: (word: string) => boolean): boolean {
  return ways.every(({ value }) => {
    const word = wordOf(value);
    return word !== undefined && holds(word);
  });
}

/** Does a Fargate service run it? */
function servedOnFargate(graph: Graph, task: CdkObject): boolean {
  return relationsOf(graph).onFargate.has(task.id);
}

/** `memberOf(attribute:ecs.cpu-architecture == arm64)` places tasks on EC2 instances of one CPU. */
function placement(graph: Graph, task: CdkObject): CpuWay[] | undefined {
  const added = (graph.methods.get(task.id) ?? [])
    .filter((call) => call.name === 'addPlacementConstraint')
    .flatMap((call) => call.args[0] ?? []);
  const listed = prop(task, 'placementConstraints').flatMap((one) =>
    one.value.kind === 'list' ? one.value.items.flat() : [],
  );
  for (const one of [...listed, ...added]) {
    for (const way of expressionsOf(graph, one)) {
      const expression = known(textWays([way])[0]?.text);
      const cpu = expression === undefined ? undefined : cpuOfPlacement(expression);
      if (cpu !== undefined) return [{ stated: true, cpu, when: [], ...defined({ source: way.source }) }];
    }
  }
  return undefined;
}

/**
 * The instances that the app itself starts, where they are of one CPU. A task on external machines runs on none of
 * them.
 */
function onInstances(graph: Graph, task: CdkObject): CpuWay[] | undefined {
  const instances =
    kindOf(task).name === 'ExternalTaskDefinition'
      ? undefined
      : instancesFor(graph, task, relationsOf(graph).clusters.get(task.id) ?? []);
  return instances === undefined
    ? undefined
    : [{ stated: true, cpu: instances.cpu, when: [], source: instances.source }];
}

/** Of `PlacementConstraint.memberOf(…)`, or of a constraint as the resource has it. */
function expressionsOf(graph: Graph, constraint: Found): readonly Found[] {
  const call = objectOf(graph, constraint.value);
  if (call === undefined) return dig([constraint], ['expression']);
  return call.name.endsWith('PlacementConstraint.memberOf')
    ? [...call.args.keys()].flatMap((index) => argument(call, index))
    : [];
}

// ── what belongs to a task ─────────────────────────────────────────────────────────────────────

/** In the order in which the template lists them; a pattern adds its own first. */
export function containersOf(graph: Graph, task: CdkObject): readonly CdkObject[] {
  const added = (graph.methods.get(task.id) ?? []).filter(
    (call) => call.how === 'method' && CONTAINER_METHOD.test(call.name),
  );
  const made = relationsOf(graph).containers.get(task.id) ?? [];
  const all = [...added, ...made].sort((a, b) => a.id - b.id);
  return kindOf(task).service === PATTERNS ? [task, ...all] : all;
}

/** Started anew by a schedule, an event or a state machine, and held by no service: each start resolves the tag. */
export function startedPerRun(graph: Graph, task: CdkObject): boolean {
  const kind = kindOf(task);
  if (kind.service === PATTERNS) return kind.name.startsWith('Scheduled');
  const { started, held } = relationsOf(graph);
  return started.has(task.id) && !held.has(task.id);
}

/**
 * Does the app make nothing that can keep it running? A service may hold one that can't be told, and so may what
 * another library makes of it.
 */
export function isUnheld(graph: Graph, task: CdkObject): boolean {
  if (task.how !== 'new' || !is(task, ECS, TASK)) return false;
  const { held, anyHeld } = relationsOf(graph);
  return (
    !anyHeld &&
    !held.has(task.id) &&
    !graph.reading.objects.some((object) => isForeign(object) && object.args.some((arg) => mentions(arg, task.id, 0)))
  );
}

/** Of another library than AWS's; classes of the project's own are followed. */
function isForeign(object: CdkObject): boolean {
  return object.module !== '' && kindOf(object).service === object.module;
}

const DEEPEST = 6;

export function mentions(value: CdkValue, id: number, depth: number): boolean {
  return value.some(({ value: one }) => {
    if (baseOf(one) === id) return true;
    if (depth >= DEEPEST) return one.kind === 'object' || one.kind === 'list';
    if (one.kind === 'object') return one.entries.some((entry) => mentions(entry.value, id, depth + 1));
    return one.kind === 'list' && one.items.some((item) => mentions(item, id, depth + 1));
  });
}

/** The services that run it; a pattern is one. */
export function holdersOf(graph: Graph, task: CdkObject): readonly CdkObject[] {
  return kindOf(task).service === PATTERNS ? [task] : (relationsOf(graph).holders.get(task.id) ?? []);
}

/** The names of the services that run it. */
export function servicesOf(graph: Graph, task: CdkObject): Text[] {
  return holdersOf(graph, task).flatMap((service) =>
    textWays(prop(service, 'serviceName')).flatMap(({ text }) => (text.length === 0 ? [] : [text])),
  );
}

interface Relations {
  readonly started: ReadonlySet<number>;
  readonly held: ReadonlySet<number>;
  /** A service holds one that can't be told. */
  readonly anyHeld: boolean;
  readonly holders: ReadonlyMap<number, readonly CdkObject[]>;
  readonly onFargate: ReadonlySet<number>;
  /** Of the services that hold it. */
  readonly clusters: ReadonlyMap<number, readonly number[]>;
  /** `new ContainerDefinition(…)` by the task definition it names. */
  readonly containers: ReadonlyMap<number, readonly CdkObject[]>;
}

const SERVICE = /^(?:(?:Fargate|Ec2|External|Base|Cfn)?Service|Cfn(?:Primary)?TaskSet)$/;
const STARTER = /^(?:EcsTask|EcsRunTask|RunEcsFargateTask|RunEcsEc2Task|EcsRunFargateTask|EcsRunEc2Task)$/;

const relationsOf: (graph: Graph) => Relations = memo(allRelations);

function allRelations(graph: Graph): Relations {
  const started = new Set<number>();
  const held = new Set<number>();
  const holders = new Map<number, CdkObject[]>();
  const fargate = new Set<number>();
  const containers = new Map<number, CdkObject[]>();
  const clusters = new Map<number, number[]>();
  let anyHeld = false;
  for (const object of graph.reading.objects) {
    if (object.how !== 'new') continue;
    const { name } = kindOf(object);
    const pattern = is(object, PATTERNS, /./);
    const starts = STARTER.test(name) || (pattern && name.startsWith('Scheduled'));
    const definition = is(object, ECS, /^ContainerDefinition$/);
    if (!starts && !pattern && !definition && !is(object, ECS, SERVICE)) continue;
    const cluster = prop(object, 'cluster').flatMap((one) => baseOf(one.value) ?? []);
    if (pattern) clusters.set(object.id, cluster);
    if (!starts && !definition)
      anyHeld ||= prop(object, 'taskDefinition').some(
        ({ value }) => value.kind !== 'undefined' && baseOf(value) === undefined,
      );
    for (const id of tasksNamed(object)) {
      clusters.set(id, [...(clusters.get(id) ?? []), ...cluster]);
      if (definition) containers.set(id, [...(containers.get(id) ?? []), object]);
      else (starts ? started : held).add(id);
      if (!starts && !definition) add(holders, id, object);
      if (!starts && !definition && (name.includes('Fargate') || launchesOnFargate(object))) fargate.add(id);
    }
  }
  return { started, held, anyHeld, holders, onFargate: fargate, clusters, containers };
}

function launchesOnFargate(service: CdkObject): boolean {
  const type = prop(service, 'launchType');
  return isGiven(type) && isOneOf(type, (word) => word === 'FARGATE');
}

function tasksNamed(object: CdkObject): number[] {
  return [...object.args.keys()]
    .flatMap((index) => [
      ...argument(object, index, 'taskDefinition'),
      ...argument(object, index, 'scheduledFargateTaskDefinitionOptions', 'taskDefinition'),
    ])
    .flatMap((one) => baseOf(one.value) ?? []);
}
