/** ECS: task definitions with their containers, and the patterns that make both. */
import { known } from '../../../core/text.ts';
import type { CdkObject } from '../reading.ts';
import { pullGrantOf } from './grants.ts';
import { argument, baseOf, dig, is, isGiven, kindOf, objectOf, prop, type Found, type Graph } from './graph.ts';
import { imageWays } from './images.ts';
import { settled } from './overrides.ts';
import { patternOf, type Pattern } from './patterns.ts';
import {
  CONTAINER_METHOD,
  ECS,
  PATTERNS,
  containersOf,
  isUnheld,
  runtimeOf,
  servicesOf,
  startedPerRun,
} from './tasks.ts';
import { cpuWays, textWays, type TextWay } from './texts.ts';
import { emitWorkload, namesOf, presence } from './workloads.ts';
import { saidWords } from './texts.ts';
import { isBalanced } from './balancing.ts';
import { startOf } from '../../../services/start.ts';
import { defined } from '../../../core/optional.ts';

export function evaluateEcs(graph: Graph, object: CdkObject): void {
  if (object.how === 'method' && CONTAINER_METHOD.test(object.name))
    container(graph, object, object.target === undefined ? undefined : taskOf(graph, object), argument(object, 1));
  else if (is(object, ECS, /^ContainerDefinition$/)) {
    const task = prop(object, 'taskDefinition')
      .map((one) => objectOf(graph, one.value))
      .find((one) => one !== undefined);
    container(graph, object, task, prop(object));
  } else if (is(object, ECS, /^CfnTaskDefinition$/)) resource(graph, object);
  else if (is(object, ECS, /^CfnExpressGatewayService$/)) express(graph, object);
  else if (is(object, PATTERNS, /./) && object.how === 'new') pattern(graph, object);
}

/** The task definition (or the pattern that holds one) that a container is added to. */
function taskOf(graph: Graph, call: CdkObject): CdkObject | undefined {
  const id = call.target === undefined ? undefined : baseOf(call.target);
  return id === undefined ? undefined : graph.reading.objects[id];
}

function container(graph: Graph, object: CdkObject, task: CdkObject | undefined, options: readonly Found[]): void {
  if (!isGiven(dig(options, ['image']))) return;
  // A construct of another library may have an `addContainer` too; what it does isn't known.
  if (
    object.how === 'method' &&
    task !== undefined &&
    kindOf(task).service !== ECS &&
    kindOf(task).service !== PATTERNS &&
    task.module !== ''
  )
    return;
  const given = dig(options, ['containerName']);
  const names = textWays(
    isGiven(given)
      ? given
      : object.how === 'method'
        ? argument(object, 0)
        : object.args[1] === undefined
          ? []
          : argument(object, 1),
  );
  emitContainer(graph, object, task, {
    options,
    names,
    healthCheck: dig(options, ['healthCheck']),
    entryPoint: dig(options, ['entryPoint']),
    command: dig(options, ['command']),
    family: task === undefined ? [] : familyOf(task),
  });
}

/** `family` of a task definition; a pattern hands it to the one it makes. */
function familyOf(task: CdkObject): readonly Found[] {
  return kindOf(task).service === PATTERNS ? (patternOf(task)?.family ?? []) : prop(task, 'family');
}

function emitContainer(
  graph: Graph,
  object: CdkObject,
  task: CdkObject | undefined,
  from: Pick<Pattern, 'options' | 'healthCheck' | 'entryPoint' | 'command' | 'family'> & { names: readonly TextWay[] },
): void {
  const name = from.names[0]?.text;
  const healthCheck = presence(from.healthCheck);
  const owner =
    task === undefined || task === object ? object : { ...object, path: task.path, ...defined({ scope: task.scope }) };
  const part =
    owner !== object && name !== undefined && name.every((one) => typeof one === 'string') ? name.join('') : undefined;
  const index = task === undefined ? -1 : containersOf(graph, task).indexOf(object);
  const image = dig(from.options, ['image']);
  emitWorkload(graph, {
    object: owner,
    service: 'ecs',
    ...runtimeOf(graph, task),
    images: imageWays(
      graph,
      task === undefined || index === -1 ? image : settled(graph, task, `ContainerDefinitions.${index}.Image`, image),
      { owner },
    ),
    names: textWays(from.family),
    pullGrant: (way) => pullGrantOf(graph, task, way.when),
    ...defined({ containerName: name, healthCheck }),
    ...startOf(saidWords(from.entryPoint), saidWords(from.command)),
    ...defined({ part }),
    ...(task !== undefined && startedPerRun(graph, task) ? { startedPerRun: true } : {}),
    ...(task !== undefined && isUnheld(graph, task) ? { unheld: true } : {}),
    ...(task === undefined
      ? {}
      : { heldBy: servicesOf(graph, task), balanced: isBalanced(graph, task, { name, isFirst: index === 0 }) }),
  });
}

function resource(graph: Graph, object: CdkObject): void {
  for (const one of prop(object, 'containerDefinitions')) {
    if (one.value.kind !== 'list') continue;
    for (const [index, item] of one.value.items.entries()) {
      const options = item.map((way) => ({
        value: way.value,
        when: [...one.when, ...way.when],
        ...defined({ source: way.source }),
      }));
      const name = textWays(dig(options, ['name']))[0]?.text;
      const healthCheck = presence(dig(options, ['healthCheck']));
      emitWorkload(graph, {
        object,
        service: 'ecs',
        ...runtimeOf(graph, object),
        names: namesOf(object, 'family'),
        pullGrant: (way) => pullGrantOf(graph, object, way.when),
        images: imageWays(
          graph,
          settled(graph, object, `ContainerDefinitions.${index}.Image`, dig(options, ['image'])),
          { owner: object },
        ),
        ...defined({ containerName: name, healthCheck }),
        ...startOf(saidWords(dig(options, ['entryPoint'])), saidWords(dig(options, ['command']))),
        ...(startedPerRun(graph, object) ? { startedPerRun: true } : {}),
        ...(isUnheld(graph, object) ? { unheld: true } : {}),
        heldBy: servicesOf(graph, object),
        balanced: isBalanced(graph, object, { name, isFirst: index === 0 }),
      });
    }
  }
}

/** ECS Express Mode: its request has no architecture, and ECS may choose. */
function express(graph: Graph, object: CdkObject): void {
  const image = prop(object, 'primaryContainer', 'image');
  if (!isGiven(image)) return;
  emitWorkload(graph, {
    object,
    service: 'ecs',
    cpus: cpuWays(graph, []),
    images: imageWays(graph, image, { owner: object }),
    names: namesOf(object, 'serviceName'),
    ...startOf(undefined, saidWords(prop(object, 'primaryContainer', 'command'))),
  });
}

function pattern(graph: Graph, object: CdkObject): void {
  const made = patternOf(object);
  if (made === undefined || !isGiven(dig(made.options, ['image']))) return;
  const given = dig(made.options, ['containerName']);
  const names = isGiven(given)
    ? textWays(given).filter((way) => known(way.text) !== '')
    : [{ text: [made.containerName], when: [] }];
  emitContainer(graph, object, object, { ...made, names });
}
