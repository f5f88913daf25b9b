/** ECS: task definitions with their containers, and the patterns that make both. */
import type { Cpu } from '../../model/platform.ts';
import type { CdkObject } from '../../parsers/cdk/reading.ts';
import { pullGrantOf } from './grants.ts';
import { argument, baseOf, dig, is, isGiven, kindOf, objectOf, prop, type Found, type Graph } from './graph.ts';
import { imageWays } from './images.ts';
import { overrides } from './repositories.ts';
import { cpuWays, textWays, type CpuWay } from './texts.ts';
import { emitWorkload, presence, wordsOf } from './workloads.ts';

const ECS = 'aws-ecs';
const PATTERNS = 'aws-ecs-patterns';
const TASK = /^(?:FargateTaskDefinition|Ec2TaskDefinition|ExternalTaskDefinition|TaskDefinition|CfnTaskDefinition)$/;

export function evaluateEcs(graph: Graph, object: CdkObject): void {
  if (object.how === 'method' && object.name === 'addContainer') container(graph, object, object.target === undefined ? undefined : taskOf(graph, object), argument(object, 1));
  else if (is(object, ECS, /^ContainerDefinition$/)) {
    const task = prop(object, 'taskDefinition').map((one) => objectOf(graph, one.value)).find((one) => one !== undefined);
    container(graph, object, task, prop(object));
  } else if (is(object, ECS, /^CfnTaskDefinition$/)) resource(graph, object);
  else if (is(object, PATTERNS, /./) && object.how === 'new') pattern(graph, object);
}

/** The task definition (or the pattern that holds one) that a container is added to. */
function taskOf(graph: Graph, call: CdkObject): CdkObject | undefined {
  const id = call.target === undefined ? undefined : baseOf(call.target);
  return id === undefined ? undefined : graph.reading.objects[id];
}

interface Runtime {
  readonly cpus: readonly CpuWay[];
  /** What an unstated CPU means: Fargate's default; on EC2 it depends on the instances. */
  readonly unstated?: Cpu;
}

function runtimeOf(graph: Graph, task: CdkObject | undefined): Runtime {
  if (task === undefined) return { cpus: [{ stated: true, when: [] }] };
  const kind = kindOf(task);
  const isTask = kind.service === ECS && TASK.test(kind.name);
  if (!isTask && kind.service !== PATTERNS) return { cpus: [{ stated: true, when: [] }] };
  const forced = [...overrides(graph, task, 'RuntimePlatform.CpuArchitecture')].at(-1);
  // The scheduled pattern has the property and doesn't pass it on.
  const ignored = /^Scheduled/.test(kind.name) && task.how === 'new' && kind.service === PATTERNS;
  const stated = ignored ? [] : prop(task, 'runtimePlatform', 'cpuArchitecture');
  const cpus = cpuWays(graph, forced === undefined ? stated : [forced]);
  return isFargate(task, kind.name) ? { cpus, unstated: 'amd64' } : { cpus };
}

function isFargate(task: CdkObject, name: string): boolean {
  if (name === 'TaskDefinition') return prop(task, 'compatibility').every((one) => one.value.kind === 'symbol' && one.value.path.at(-1) === 'FARGATE');
  if (name === 'CfnTaskDefinition') return prop(task, 'requiresCompatibilities').some((one) => one.value.kind === 'list' && one.value.items.some((item) => item[0]!.value.kind === 'text' && item[0]!.value.text.join('') === 'FARGATE'));
  return name.includes('Fargate');
}

function container(graph: Graph, object: CdkObject, task: CdkObject | undefined, options: readonly Found[]): void {
  if (!isGiven(dig(options, ['image']))) return;
  // A construct of another library may have an `addContainer` too; what it does isn't known.
  if (object.how === 'method' && task !== undefined && kindOf(task).service !== ECS && kindOf(task).service !== PATTERNS && task.module !== '') return;
  emitContainer(graph, object, task, options);
}

function emitContainer(graph: Graph, object: CdkObject, task: CdkObject | undefined, options: readonly Found[]): void {
  const name = textWays(isGiven(dig(options, ['containerName'])) ? dig(options, ['containerName']) : object.how === 'method' ? argument(object, 0) : [])[0]?.text;
  const healthCheck = presence(dig(options, ['healthCheck']));
  const words = wordsOf(dig(options, ['entryPoint'])) ?? wordsOf(dig(options, ['command']));
  const owner = object.how === 'method' && task !== undefined ? { ...object, path: task.path, ...(task.scope === undefined ? {} : { scope: task.scope }) } : object;
  const part = object.how === 'method' && name !== undefined && name.every((one) => typeof one === 'string') ? name.join('') : undefined;
  emitWorkload(graph, {
    object: owner, service: 'ecs', ...runtimeOf(graph, task),
    images: imageWays(graph, dig(options, ['image']), { owner }),
    names: task === undefined ? [] : textWays(prop(task, 'family')),
    pullGrant: (image) => (image.address === true ? pullGrantOf(graph, task) : undefined),
    ...(name === undefined ? {} : { containerName: name }),
    ...(healthCheck === undefined ? {} : { healthCheck }),
    ...(words === undefined ? {} : { startsWith: words }),
    ...(part === undefined ? {} : { part }),
    ...(task !== undefined && startedPerRun(graph, task) ? { startedPerRun: true } : {}),
  });
}

const SERVICE = /^(?:Fargate|Ec2|External|Base|Cfn)?Service$/;
const STARTER = /^(?:EcsTask|EcsRunTask|RunEcsFargateTask|RunEcsEc2Task|EcsRunFargateTask|EcsRunEc2Task)$/;

const starters = new WeakMap<Graph, ReadonlySet<number>>();

/** Started anew by a schedule, an event or a state machine, and held by no service: each start resolves the tag. */
function startedPerRun(graph: Graph, task: CdkObject): boolean {
  const kind = kindOf(task);
  if (kind.service === PATTERNS) return kind.name.startsWith('Scheduled');
  const have = starters.get(graph) ?? startedTasks(graph);
  starters.set(graph, have);
  return have.has(task.id);
}

function startedTasks(graph: Graph): ReadonlySet<number> {
  const started = new Set<number>();
  const held = new Set<number>();
  for (const object of graph.reading.objects) {
    if (object.how !== 'new') continue;
    const starts = STARTER.test(kindOf(object).name) || is(object, PATTERNS, /^Scheduled/);
    if (!starts && !is(object, ECS, SERVICE) && !is(object, PATTERNS, /./)) continue;
    for (const index of object.args.keys()) {
      for (const one of [...argument(object, index, 'taskDefinition'), ...argument(object, index, 'scheduledFargateTaskDefinitionOptions', 'taskDefinition')]) {
        const id = baseOf(one.value);
        if (id !== undefined) (starts ? started : held).add(id);
      }
    }
  }
  return new Set([...started].filter((id) => !held.has(id)));
}

function resource(graph: Graph, object: CdkObject): void {
  for (const one of prop(object, 'containerDefinitions')) {
    if (one.value.kind !== 'list') continue;
    for (const item of one.value.items) {
      const options = item.map((way) => ({ value: way.value, when: [...one.when, ...way.when], ...(way.source === undefined ? {} : { source: way.source }) }));
      const name = textWays(dig(options, ['name']))[0]?.text;
      const healthCheck = presence(dig(options, ['healthCheck']));
      emitWorkload(graph, {
        object, service: 'ecs', ...runtimeOf(graph, object), images: imageWays(graph, dig(options, ['image']), { owner: object }), names: textWays(prop(object, 'family')),
        ...(name === undefined ? {} : { containerName: name }), ...(healthCheck === undefined ? {} : { healthCheck }),
      });
    }
  }
}

const OPTIONS = ['taskImageOptions', 'scheduledFargateTaskImageOptions', 'scheduledEc2TaskImageOptions'];

function pattern(graph: Graph, object: CdkObject): void {
  if (!/Service$|Task$/.test(kindOf(object).name)) return;
  const key = OPTIONS.find((one) => isGiven(prop(object, one)));
  // The queue-processing ones take the image beside their other props.
  const options = key === undefined ? prop(object) : prop(object, key);
  if (isGiven(dig(options, ['image']))) emitContainer(graph, object, object, options);
}
