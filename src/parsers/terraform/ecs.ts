/** ECS task definitions: containers, their images, and the CPU they run on. */
import type { Workload } from '../../model/facts.ts';
import { SERVICES } from '../../services/index.ts';
import { refersTo } from './attributes.ts';
import { calledFolders, outputOf } from './calls.ts';
import { attributeOf, modulesOf, type Module } from './module.ts';
import { ignoresChanges, pick, property, resourcesOfTypes, said, type Resource } from './resources.ts';
import type { Scope } from './scope.ts';
import { mayBeOne, type Text } from '../../core/text.ts';
import { documentOf, isSaid, itemsOf, listed, withoutNulls } from './services.ts';
import { judgedString, knownString, textOf, type Value } from './value.ts';
import { cpusFrom, emitWorkload, saidWords, type CpuChoice } from './workloads.ts';
import type { HclExpression } from '../../syntax/hcl/reading.ts';
import { startOf } from '../../services/start.ts';
import { defined } from '../../core/optional.ts';

const ON_FARGATE: Omit<CpuChoice, 'when'> = SERVICES.ecs.unsaidCpuOnFargate;
const ANYWHERE: Omit<CpuChoice, 'when'> = {};

export function evaluateEcs(scope: Scope): void {
  for (const resource of resourcesOfTypes(scope, (type) => type === 'aws_ecs_task_definition'))
    evaluateTaskDefinition(resource);
}

function evaluateTaskDefinition(resource: Resource): void {
  const { scope } = resource;
  const platform = said(resource, 'runtime_platform');
  const windows = (pick(platform, 'operating_system_family') ?? []).some(
    (way) => judgedString(way.value)?.startsWith('WINDOWS') === true,
  );
  const fallback = windows ? ANYWHERE : onFargate(resource) ? ON_FARGATE : placedOn(resource);
  const cpus = cpusFrom(pick(platform, 'cpu_architecture'), fallback);
  const startedPerRun = isStartedPerRun(resource);
  const heldBy = servicesOf(resource).flatMap((service) =>
    (said(service, 'name') ?? []).flatMap(({ value }) => (value.kind === 'null' ? [] : [textOf(value)])),
  );
  for (const [index, container] of itemsOf(documentOf(said(resource, 'container_definitions'))).entries()) {
    emitContainer(scope, container, {
      address: resource.address,
      site: resource.site,
      when: resource.when,
      name: said(resource, 'family'),
      cpus,
      part: `/${index}`,
      ...(startedPerRun ? { startedPerRun } : {}),
      ...(heldBy.length === 0 ? {} : { heldBy }),
      balancers: servicesOf(resource).map((service) => said(service, 'load_balancer')),
      ...(isPlaceholder(resource) ? { placeholder: true } : {}),
    });
  }
}

interface Task {
  readonly address: string;
  readonly site: Workload['site'];
  readonly when: Workload['when'];
  readonly name: Value | undefined;
  readonly cpus: readonly CpuChoice[];
  readonly part: string;
  readonly startedPerRun?: boolean;
  readonly heldBy?: Workload['heldBy'];
  readonly placeholder?: true;
  /** What its services say of their target groups. */
  readonly balancers?: readonly (Value | undefined)[];
  /** As inputs of a module may be written: `health_check`. */
  readonly snakeCase?: true;
}

/** The services that run it, or it itself, leave later revisions to somebody else. */
function isPlaceholder(resource: Resource): boolean {
  const services = servicesOf(resource);
  return (
    ignoresChanges(resource, ['container_definitions']) ||
    (services.length > 0 && services.every((service) => ignoresChanges(service, ['task_definition'])))
  );
}

export function emitContainer(
  scope: Scope,
  container: Value,
  { startedPerRun, heldBy, placeholder, balancers = [], snakeCase, ...task }: Task,
): void {
  /** Its properties are `healthCheck` and `entryPoint`. */
  const property = (first: string, second: string): Value | undefined => {
    const whole = pick(container, `${first}${second}`);
    return isSaid(whole) || snakeCase !== true ? whole : pick(container, `${first}_${second.toLowerCase()}`);
  };
  const images = pick(container, 'image');
  if (!isSaid(images)) return;
  const name = pick(container, 'name')?.[0]?.value;
  const health = property('health', 'Check');
  emitWorkload(scope, {
    ...task,
    service: 'ecs',
    images: withoutNulls(images),
    more: {
      healthCheck:
        health?.some(
          (way) => way.value.kind !== 'null' && !(way.value.kind === 'object' && way.value.entries.size === 0),
        ) === true,
      ...(name === undefined || name.kind === 'null' ? {} : { containerName: textOf(name) }),
      ...(startedPerRun === true ? { startedPerRun } : {}),
      ...(name !== undefined && balancers.some((one) => reaches(one, textOf(name))) ? { balanced: true } : {}),
      ...defined({ heldBy, placeholder }),
      ...startOf(saidWords(property('entry', 'Point')), saidWords(pick(container, 'command'))),
    },
  });
}

/** Blocks, or a map of them as modules take it, each with the name of the container that a target group reaches. */
function reaches(balancers: Value | undefined, container: Text): boolean {
  const each = (balancers ?? []).flatMap(({ value }): readonly Value[] =>
    value.kind === 'list' ? value.items : value.kind === 'object' ? [...value.entries.values()] : [],
  );
  return each
    .flatMap((one) => pick(one, 'container_name') ?? [])
    .some(({ value }) => value.kind !== 'null' && mayBeOne(textOf(value), container));
}

function onFargate(resource: Resource): boolean {
  const compatibilities = listed(said(resource, 'requires_compatibilities'));
  if (compatibilities.length > 0)
    return compatibilities.includes('FARGATE') && (compatibilities.length === 1 || servedOnFargate(resource));
  return servedOnFargate(resource);
}

function servicesOf(resource: Resource): Resource[] {
  return resourcesOfTypes(resource.scope, (type) => type === 'aws_ecs_service').filter((service) =>
    refersTo(said(service, 'task_definition'), resource),
  );
}

/**
 * Does anything make a service that may be given this task definition on ways that can't be followed? Within what is
 * applied together, any; beyond it only where an output hands the task definition on.
 */
function mayBeServed(resource: Resource): boolean {
  const { scope } = resource;
  const all = modulesOf(scope.world.readings);
  const handedOn = [...scope.module.outputs.keys()].some((name) => refersTo(outputOf(scope, name), resource));
  return (handedOn ? [...all.values()] : appliedWith(scope.rootFolder, all)).some((module) =>
    [...module.resources].some(
      ([local, { block }]) =>
        local.startsWith('aws_ecs_service.') &&
        !namesAnother(attributeOf(block, 'task_definition'), module === scope.module ? resource.local : undefined),
    ),
  );
}

/** `aws_ecs_task_definition.web.arn`, in the service's own words: it takes that one, which isn't ours. */
function namesAnother(stated: HclExpression | undefined, ours: string | undefined): boolean {
  if (stated?.kind === 'template')
    return stated.parts.some((part) => typeof part !== 'string' && namesAnother(part, ours));
  if (stated?.kind !== 'reference') return false;
  const [type, name] = stated.path;
  return type === 'aws_ecs_task_definition' && `${type}.${name}` !== ours;
}

/** A root module and all that it calls, as far as the project has them. */
function appliedWith(root: string, all: ReadonlyMap<string, Module>): Module[] {
  const folders = new Set([root]);
  const found: Module[] = [];
  for (const folder of folders) {
    const module = all.get(folder);
    if (module === undefined) continue;
    found.push(module);
    for (const called of calledFolders(module)) folders.add(called);
  }
  return found;
}

function servedOnFargate(resource: Resource): boolean {
  return servicesOf(resource).some((service) => {
    if (knownString(said(service, 'launch_type')) === 'FARGATE') return true;
    const strategies = itemsOf(said(service, 'capacity_provider_strategy'));
    return (
      strategies.length > 0 &&
      strategies.every((each) => knownString(pick(each, 'capacity_provider'))?.startsWith('FARGATE') === true)
    );
  });
}

/** `memberOf(attribute:ecs.cpu-architecture == arm64)` places tasks on EC2 instances of one CPU. */
function placedOn(resource: Resource): Omit<CpuChoice, 'when'> {
  for (const constraint of itemsOf(said(resource, 'placement_constraints'))) {
    const expression = pick(constraint, 'expression');
    const found = /^attribute:ecs\.cpu-architecture\s*==\s*(arm64|x86_64)$/.exec(knownString(expression)?.trim() ?? '');
    if (found !== null && expression?.[0] !== undefined)
      return { cpu: found[1] === 'arm64' ? 'arm64' : 'amd64', cpuBasis: 'stated', place: expression[0].place };
  }
  return ANYWHERE;
}

/** Only a schedule, an event or somebody's `run-task` starts it, so that its tag is resolved each time. */
function isStartedPerRun(resource: Resource): boolean {
  if (servicesOf(resource).length > 0) return false;
  if (!mayBeServed(resource)) return true;
  const { scope } = resource;
  const starts = (type: string, ...path: readonly [string, ...string[]]): boolean =>
    resourcesOfTypes(scope, (one) => one === type).some((starter) => refersTo(property(starter, ...path), resource));
  return (
    starts('aws_cloudwatch_event_target', 'ecs_target', 'task_definition_arn') ||
    starts('aws_scheduler_schedule', 'target', 'ecs_parameters', 'task_definition_arn') ||
    starts('aws_pipes_pipe', 'target_parameters', 'ecs_task_parameters', 'task_definition_arn')
  );
}
