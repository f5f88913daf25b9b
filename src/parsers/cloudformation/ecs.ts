/** `AWS::ECS::TaskDefinition` and Batch job definitions: containers, their images, and the CPU they run on. */
import { add } from '../../core/lists.ts';
import { cpuOfPlacement } from '../../core/platform.ts';
import { known, mayBeOne, type Text } from '../../core/text.ts';
import { indexLines } from '../../core/site.ts';
import { isList, isObject, parseJson, type Json } from '../../syntax/json.ts';
import { SERVICES } from '../../services/index.ts';
import { agreed, batchInstances, ecsInstances } from './instances.ts';
import { pullGrant } from './roles.ts';
import { plainList, plainText, property, resourcesOfType, saidWords, type Resource } from './resources.ts';
import { child, intrinsic, ownHole, type Node, type Scope } from './scope.ts';
import { listOf, texts, unfoldAt, type Unfolded } from './values.ts';
import { cpusFrom, emitWorkload, imagesFrom, type CpuChoice } from './workloads.ts';
import { startOf } from '../../services/start.ts';
import { defined } from '../../core/optional.ts';
import { memo } from '../../core/memo.ts';

const ON_FARGATE: CpuChoice = { ...SERVICES.ecs.unsaidCpuOnFargate, when: [] };
const ANYWHERE: CpuChoice = { when: [] };

export function evaluateTaskDefinition(resource: Resource): void {
  const fallback = windows(resource) ? ANYWHERE : onFargate(resource) ? ON_FARGATE : placed(resource);
  const cpus = cpusFrom(
    resource,
    unfoldAt(resource.scope, property(resource, 'RuntimePlatform'), 'CpuArchitecture'),
    fallback,
  );
  emitContainers(resource, property(resource, 'ContainerDefinitions'), cpus, {
    family: 'Family',
    grant: grantOf(resource, fallback),
    startedPerRun: startedPerRun(resource),
    heldBy: servicesOf(resource),
    balanced: balancedIn(resource),
  });
}

/**
 * On EC2, the instance's own role pulls when the task has none; on Fargate, nobody does. Templates on paper often leave
 * the role out.
 */
function grantOf(resource: Resource, fallback: CpuChoice): ReturnType<typeof pullGrant> {
  const role = property(resource, 'ExecutionRoleArn');
  return role === undefined && fallback === ON_FARGATE && resource.scope.call.assembly !== undefined
    ? 'no'
    : pullGrant(resource, role);
}

function emitContainers(
  resource: Resource,
  list: Node | undefined,
  cpus: readonly CpuChoice[],
  about: {
    family: string;
    service?: 'ecs' | 'batch';
    part?: string;
    grant?: 'yes' | 'no' | 'unknown';
    startedPerRun?: boolean;
    heldBy?: readonly Text[];
    balanced?: readonly Text[];
  },
): void {
  const { scope } = resource;
  const containers = listOf(scope, list).flatMap((alternative) =>
    (alternative.items ?? []).map((item) => ({ ...item, when: alternative.when })),
  );
  for (const [index, container] of containers.entries()) {
    for (const way of unfoldAt(scope, container)) {
      const images = imagesFrom(resource, unfoldAt(scope, way.node, 'Image'));
      if (images.length === 0) continue;
      const name = texts(scope, child(way.node, 'Name'))[0]?.value;
      const entry = saidWords(resource, child(way.node, 'EntryPoint'));
      const command = saidWords(resource, child(way.node, 'Command'));
      emitWorkload(resource, {
        service: about.service ?? 'ecs',
        name: plainText(resource, about.family),
        cpus,
        images,
        part: `${about.part ?? ''}/${index}`,
        more: {
          ...(about.service === undefined
            ? {
                healthCheck: unfoldAt(scope, way.node, 'HealthCheck').some(
                  ({ node }) => node !== undefined && (node.value !== null || node.text !== undefined),
                ),
              }
            : {}),
          ...defined({ containerName: name, pullGrant: about.grant }),
          ...(about.startedPerRun === true ? { startedPerRun: true } : {}),
          ...(isNamed(name, about.balanced) ? { balanced: true } : {}),
          ...(about.heldBy === undefined || about.heldBy.length === 0 ? {} : { heldBy: about.heldBy }),
          ...startOf(entry, command),
        },
      });
    }
  }
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
    for (const { items } of listOf(scope, property(service, 'LoadBalancers')))
      for (const item of items ?? [])
        for (const { value } of texts(scope, child(item, 'ContainerName'))) add(names, call.argument, value);
  }
  return names;
});

function isNamed(name: Text | undefined, listed: readonly Text[] = []): boolean {
  return name !== undefined && listed.some((one) => mayBeOne(one, name));
}

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
function placed(resource: Resource): CpuChoice {
  const constraints = plainList(resource, property(resource, 'PlacementConstraints')) ?? [];
  for (const constraint of constraints) {
    const expression = child(constraint, 'Expression');
    const cpu = cpuOfPlacement(known(texts(resource.scope, expression)[0]?.value) ?? '');
    if (cpu !== undefined && expression !== undefined)
      return { cpu, cpuBasis: 'stated', path: expression.path, when: [] };
  }
  return on(ecsInstances(resource.scope));
}

/** The instances that the template itself starts, where they are of one CPU. */
function on(instances: Parameters<typeof agreed>[0]): CpuChoice {
  const nodes = agreed(instances);
  return nodes === undefined ? ANYWHERE : { cpu: nodes.cpu, cpuBasis: 'stated', path: nodes.path, when: [] };
}

// ── Batch ───────────────────────────────────────────────────────────────────────────────────────

export function evaluateBatchJob(resource: Resource): void {
  const fallback =
    compatibilities(resource, 'PlatformCapabilities')?.includes('FARGATE') === true
      ? ON_FARGATE
      : on(batchInstances(resource.scope));
  const single = property(resource, 'ContainerProperties');
  if (single !== undefined) emitJob(resource, single, fallback, '');
  for (const [index, task] of itemsOf(resource, property(resource, 'EcsProperties', 'TaskProperties')).entries()) {
    const cpus = cpusFrom(
      resource,
      unfoldAt(resource.scope, child(task, 'RuntimePlatform'), 'CpuArchitecture'),
      fallback,
    );
    emitContainers(resource, child(task, 'Containers'), cpus, {
      family: 'JobDefinitionName',
      service: 'batch',
      part: `/task${index}`,
    });
  }
  for (const [index, range] of itemsOf(
    resource,
    property(resource, 'NodeProperties', 'NodeRangeProperties'),
  ).entries()) {
    const container = child(range, 'Container');
    if (container !== undefined) emitJob(resource, container, fallback, `/node${index}`);
  }
}

function itemsOf(resource: Resource, node: Node | undefined): readonly Node[] {
  return plainList(resource, node) ?? [];
}

function emitJob(resource: Resource, container: Node, fallback: CpuChoice, part: string): void {
  const ways = (...path: string[]): readonly Unfolded[] => unfoldAt(resource.scope, container, ...path);
  const images = imagesFrom(resource, ways('Image'));
  if (images.length === 0) return;
  emitWorkload(resource, {
    service: 'batch',
    name: plainText(resource, 'JobDefinitionName'),
    cpus: cpusFrom(resource, ways('RuntimePlatform', 'CpuArchitecture'), fallback),
    images,
    part,
    more: startOf(undefined, saidWords(resource, child(container, 'Command'))),
  });
}
