/** `AWS::ECS::TaskDefinition`: the CPU its containers run on, and what holds or starts them. */
import { add } from '../../core/lists.ts';
import { cpuOfPlacement } from '../../core/platform.ts';
import { known, type Text } from '../../core/text.ts';
import { indexLines } from '../../core/site.ts';
import { isList, isObject, parseJson, type Json } from '../../syntax/json.ts';
import { SERVICES } from '../../services/index.ts';
import { agreed, ecsInstances } from './instances.ts';
import { pullGrant } from './roles.ts';
import { plainList, placeOf, plainText, property, resourcesOfType, type Resource } from './resources.ts';
import { child, intrinsic, ownHole, type Node, type Scope } from './scope.ts';
import { texts, unfoldAt } from './values.ts';
import { viewOf } from './view.ts';
import type { Task } from '../../services/ecs.ts';
import { cpusOf, type Unstated, type View } from '../../services/view.ts';
import { defined } from '../../core/optional.ts';
import { memo } from '../../core/memo.ts';

/** What a task definition says of all its containers. */
export function taskOf(resource: Resource, view: View): Task {
  const fargate = !windows(resource) && onFargate(resource);
  const unstated: Unstated = windows(resource) ? {} : fargate ? SERVICES.ecs.unsaidCpuOnFargate : placed(resource);
  const heldBy = servicesOf(resource);
  return {
    cpus: cpusOf(view.get('RuntimePlatform', 'CpuArchitecture'), unstated),
    balanced: balancedIn(resource),
    more: {
      ...defined({ pullGrant: grantOf(resource, fargate) }),
      ...(startedPerRun(resource) ? { startedPerRun: true } : {}),
      ...(heldBy.length === 0 ? {} : { heldBy }),
    },
  };
}

/**
 * On EC2, the instance's own role pulls when the task has none; on Fargate, nobody does. Templates on paper often leave
 * the role out.
 */
function grantOf(resource: Resource, fargate: boolean): ReturnType<typeof pullGrant> {
  const role = property(resource, 'ExecutionRoleArn');
  return role === undefined && fargate && resource.scope.call.assembly !== undefined ? 'no' : pullGrant(resource, role);
}

function windows(resource: Resource): boolean {
  return unfoldAt(resource.scope, property(resource, 'RuntimePlatform'), 'OperatingSystemFamily').some((way) =>
    texts(resource.scope, way.node).some((item) => known(item.value)?.startsWith('WINDOWS') === true),
  );
}

function onFargate(resource: Resource): boolean {
  const listed = compatibilities(resource, 'RequiresCompatibilities');
  if (listed !== undefined) return listed.includes('FARGATE') && (listed.length === 1 || servedOnFargate(resource));
  return servedOnFargate(resource);
}

function compatibilities(resource: Resource, name: string): readonly string[] | undefined {
  const items = plainList(resource, property(resource, name));
  const found = items?.flatMap((item) => known(texts(resource.scope, item)[0]?.value) ?? []);
  return found === undefined || found.length === 0 ? undefined : found;
}

const tasksOnFargate = memo(
  (scope: Scope) =>
    new Set(
      resourcesOfType(scope, 'AWS::ECS::Service').flatMap((service) => {
        const call = intrinsic(property(service, 'TaskDefinition')?.value ?? null);
        return call?.name === 'Ref' && typeof call.argument === 'string' && launchesOnFargate(service)
          ? [call.argument]
          : [];
      }),
    ),
);

/** Does a service of the same template run this task definition on Fargate? */
function servedOnFargate({ scope, id }: Resource): boolean {
  return tasksOnFargate(scope).has(id);
}

/** The names of the template's services that run it. */
function servicesOf({ scope, id }: Resource): readonly Text[] {
  return serviceNames(scope).get(id) ?? [];
}

/** By the logical id of the task definition. */
const serviceNames = memo((scope: Scope) => {
  const names = new Map<string, Text[]>();
  for (const service of resourcesOfType(scope, 'AWS::ECS::Service')) {
    const call = intrinsic(property(service, 'TaskDefinition')?.value ?? null);
    const name = plainText(service, 'ServiceName');
    if (call?.name === 'Ref' && typeof call.argument === 'string' && name !== undefined)
      add(names, call.argument, name);
  }
  return names;
});

/** The containers that target groups of the template's services ask for their health. */
function balancedIn({ scope, id }: Resource): readonly Text[] {
  return balancedNames(scope).get(id) ?? [];
}

/** By the logical id of the task definition. */
const balancedNames = memo((scope: Scope) => {
  const names = new Map<string, Text[]>();
  for (const service of resourcesOfType(scope, 'AWS::ECS::Service')) {
    const call = intrinsic(property(service, 'TaskDefinition')?.value ?? null);
    if (call?.name !== 'Ref' || typeof call.argument !== 'string') continue;
    for (const balancer of viewOf(service).items('LoadBalancers'))
      for (const { text } of balancer.get('ContainerName')) if (text !== undefined) add(names, call.argument, text);
  }
  return names;
});

const starters: (scope: Scope) => ReadonlySet<string> = memo(startedTasks);

/** Started by rules, schedules or state machines, and held by no service: each start resolves the tag. */
function startedPerRun({ scope, id }: Resource): boolean {
  return starters(scope).has(id);
}

function startedTasks(scope: Scope): ReadonlySet<string> {
  const named = (nodes: readonly (Node | undefined)[]): string[] =>
    nodes.flatMap((node) => {
      const call = intrinsic(node?.value ?? null);
      const id = isList(call?.argument) ? call.argument[0] : call?.argument;
      return (call?.name === 'Ref' || call?.name === 'Fn::GetAtt') && typeof id === 'string' ? [id] : [];
    });
  const task = (target: Node | undefined): Node | undefined =>
    child(child(target, 'EcsParameters'), 'TaskDefinitionArn');
  const machines = ['AWS::StepFunctions::StateMachine', 'AWS::Serverless::StateMachine'].flatMap((type) =>
    resourcesOfType(scope, type),
  );
  const started = new Set(
    named([
      ...resourcesOfType(scope, 'AWS::Scheduler::Schedule').map((schedule) => task(property(schedule, 'Target'))),
      ...resourcesOfType(scope, 'AWS::Events::Rule').flatMap((rule) =>
        (plainList(rule, property(rule, 'Targets')) ?? []).map(task),
      ),
      ...machines.flatMap((machine) => {
        const list = property(machine, 'DefinitionSubstitutions');
        return isObject(list?.value) ? Object.keys(list.value).map((key) => child(list, key)) : [];
      }),
    ]),
  );
  for (const id of tasksInDefinitions(scope, machines)) started.add(id);
  for (const id of named(
    resourcesOfType(scope, 'AWS::ECS::Service').map((service) => property(service, 'TaskDefinition')),
  ))
    started.delete(id);
  return started;
}

/**
 * A state machine's definition is JSON in a string, put together from text and references; it names tasks by family or
 * reference.
 */
function tasksInDefinitions(scope: Scope, machines: readonly Resource[]): string[] {
  const tasks = resourcesOfType(scope, 'AWS::ECS::TaskDefinition');
  if (tasks.length === 0) return [];
  return machines.flatMap((machine) => {
    const [definition, ...more] = texts(scope, property(machine, 'DefinitionString'));
    if (definition === undefined || more.length > 0) return [];
    const text = definition.value
      .map((part) => (typeof part === 'string' ? part : JSON.stringify(part.hole).slice(1, -1)))
      .join('');
    const names = new Set(
      namesOfTasks(parseJson({ file: scope.reading.file, text, lines: indexLines('', text) }).value),
    );
    const isNamed = (task: Resource): boolean =>
      [
        known(plainText(task, 'Family')),
        ...ownHole(scope, task.id).map((part) => (typeof part === 'string' ? part : part.hole)),
      ].some((name) => name !== undefined && names.has(name));
    return names.size === 0 ? [] : tasks.filter(isNamed).map((task) => task.id);
  });
}

function namesOfTasks(value: Json | undefined): string[] {
  if (isList(value)) return value.flatMap(namesOfTasks);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'TaskDefinition' && typeof inner === 'string' ? [inner] : namesOfTasks(inner),
  );
}

function launchesOnFargate(service: Resource): boolean {
  if (known(plainText(service, 'LaunchType')) === 'FARGATE') return true;
  const strategy = property(service, 'CapacityProviderStrategy');
  return (
    isList(strategy?.value) &&
    strategy.value.length > 0 &&
    strategy.value.every(
      (_, index) =>
        known(texts(service.scope, child(child(strategy, index), 'CapacityProvider'))[0]?.value)?.startsWith(
          'FARGATE',
        ) === true,
    )
  );
}

/** `memberOf(attribute:ecs.cpu-architecture == arm64)` places tasks on EC2 instances of one CPU. */
function placed(resource: Resource): Unstated {
  const constraints = plainList(resource, property(resource, 'PlacementConstraints')) ?? [];
  for (const constraint of constraints) {
    const expression = child(constraint, 'Expression');
    const cpu = cpuOfPlacement(known(texts(resource.scope, expression)[0]?.value) ?? '');
    if (cpu !== undefined && expression !== undefined)
      return { cpu, cpuBasis: 'stated', site: placeOf(resource, expression.path) };
  }
  return on(resource, ecsInstances(resource.scope));
}

/** The instances that the template itself starts, where they are of one CPU. */
export function on(resource: Resource, instances: Parameters<typeof agreed>[0]): Unstated {
  const nodes = agreed(instances);
  return nodes === undefined ? {} : { cpu: nodes.cpu, cpuBasis: 'stated', site: placeOf(resource, nodes.path) };
}
