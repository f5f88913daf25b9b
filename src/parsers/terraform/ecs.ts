/** ECS task definitions: the CPU their containers run on, and what holds or starts them. */
import { SERVICES } from '../../services/index.ts';
import { refersTo } from './attributes.ts';
import { calledFolders, outputOf } from './calls.ts';
import { attributeOf, modulesOf, type Module } from './module.ts';
import { ignoresChanges, pick, property, resourcesOfTypes, said, type Resource } from './resources.ts';
import { itemsOf, listed } from './documents.ts';
import { knownString, placed, textOf, type Value } from './value.ts';
import type { Text } from '../../core/text.ts';
import type { HclExpression } from '../../syntax/hcl/reading.ts';
import type { Task } from '../../services/ecs.ts';
import { cpusOf, type Unstated, type View } from '../../services/view.ts';
import { judged } from '../../core/sealed.ts';
import { cpuOfPlacement } from '../../core/platform.ts';

/** What a task definition says of all its containers. */
export function taskOf(resource: Resource, view: View): Task {
  const system = view.get('RuntimePlatform', 'OperatingSystemFamily');
  const windows = system.some(({ text }) => judged(text)?.startsWith('WINDOWS') === true);
  const unstated: Unstated = windows ? {} : onFargate(resource) ? SERVICES.ecs.unsaidCpuOnFargate : placedOn(resource);
  const heldBy = servicesOf(resource).flatMap((service) =>
    (said(service, 'name') ?? []).flatMap(({ value }) => (value.kind === 'null' ? [] : [textOf(value)])),
  );
  return {
    cpus: cpusOf(view.get('RuntimePlatform', 'CpuArchitecture'), unstated),
    balanced: servicesOf(resource).flatMap((service) => balancedNames(said(service, 'load_balancer'))),
    more: {
      ...(isStartedPerRun(resource) ? { startedPerRun: true } : {}),
      ...(isUnheld(resource) ? { unheld: true } : {}),
      ...(heldBy.length === 0 ? {} : { heldBy }),
    },
  };
}

/** A task definition of which the services that run it, or it itself, leave later revisions to somebody else. */
export function isPlaceholder(resource: Resource): boolean {
  if (resource.type !== 'aws_ecs_task_definition') return false;
  const services = servicesOf(resource);
  return (
    ignoresChanges(resource, ['container_definitions']) ||
    (services.length > 0 && services.every((service) => ignoresChanges(service, ['task_definition'])))
  );
}

/** Blocks, or a map of them as modules take it, each with the name of the container that a target group reaches. */
export function balancedNames(balancers: Value | undefined): Text[] {
  const each = (balancers ?? []).flatMap(({ value }): readonly Value[] =>
    value.kind === 'list' ? value.items : value.kind === 'object' ? [...value.entries.values()] : [],
  );
  return each
    .flatMap((one) => pick(one, 'container_name') ?? [])
    .flatMap(({ value }) => (value.kind === 'null' ? [] : [textOf(value)]));
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
function placedOn(resource: Resource): Unstated {
  for (const constraint of itemsOf(said(resource, 'placement_constraints'))) {
    const expression = pick(constraint, 'expression');
    const cpu = cpuOfPlacement(knownString(expression) ?? '');
    if (cpu !== undefined && expression?.[0] !== undefined)
      return { cpu, cpuBasis: 'stated', site: placed(expression[0].place, resource.scope.frame.via) };
  }
  return {};
}

/** Only a schedule, an event or somebody's `run-task` starts it, so that its tag is resolved each time. */
function isStartedPerRun(resource: Resource): boolean {
  return servicesOf(resource).length === 0 && (!mayBeServed(resource) || isStarted(resource));
}

/** Nothing here keeps it running, or starts it. */
function isUnheld(resource: Resource): boolean {
  return servicesOf(resource).length === 0 && !mayBeServed(resource) && !isStarted(resource);
}

function isStarted(resource: Resource): boolean {
  const { scope } = resource;
  const starts = (type: string, ...path: readonly [string, ...string[]]): boolean =>
    resourcesOfTypes(scope, (one) => one === type).some((starter) => refersTo(property(starter, ...path), resource));
  return (
    starts('aws_cloudwatch_event_target', 'ecs_target', 'task_definition_arn') ||
    starts('aws_scheduler_schedule', 'target', 'ecs_parameters', 'task_definition_arn') ||
    starts('aws_pipes_pipe', 'target_parameters', 'ecs_task_parameters', 'task_definition_arn')
  );
}
