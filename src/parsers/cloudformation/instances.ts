/**
 * What EC2 instances a template starts for containers, as far as it tells their CPU: EKS node groups, ECS container
 * instances, Batch environments.
 */
import type { Cpu } from '../../core/platform.ts';
import { cpuOfInstanceType } from '../../core/platform.ts';
import type { Site } from '../../core/site.ts';
import { table } from '../../core/table.ts';
import { known, type Text } from '../../core/text.ts';
import { isObject, type JsonPath } from '../../syntax/json.ts';
import { placeOf, property, resourcesOfType, type Resource } from './resources.ts';
import { child, type Node, type Scope } from './scope.ts';
import { listOf, texts } from './values.ts';

export interface Nodes {
  readonly cpu: Cpu;
  readonly site: Site;
  /** Where it is said, in the template. */
  readonly path: JsonPath;
}

/** Undefined for one whose CPU can't be told. */
type Found = Nodes | undefined;

/** The one CPU that all have; undefined where there are none, they differ, or one of them can't be told. */
export function agreed(all: readonly Found[]): Nodes | undefined {
  const [first] = all;
  return first !== undefined && all.every((one) => one?.cpu === first.cpu) ? first : undefined;
}

// ── EKS ─────────────────────────────────────────────────────────────────────────────────────────

/** Of all node groups of a template; a Fargate profile is nodes that nobody tells the CPU of. */
export function eksNodes(scope: Scope): Found[] {
  return [
    ...resourcesOfType(scope, 'AWS::EKS::Nodegroup').map(nodeGroup),
    ...resourcesOfType(scope, 'AWS::EKS::FargateProfile').map(() => undefined),
  ];
}

/** `AL2023_ARM_64_STANDARD`, `BOTTLEROCKET_x86_64`; without an AMI type, what its instances are. */
function nodeGroup(resource: Resource): Found {
  const ami = property(resource, 'AmiType');
  const type = one(resource, ami);
  if (ami !== undefined && type !== undefined && type !== 'CUSTOM') {
    const cpu: Cpu | undefined = /ARM_64/i.test(type) ? 'arm64' : /x86_64|WINDOWS/i.test(type) ? 'amd64' : undefined;
    return cpu === undefined ? undefined : { cpu, site: placeOf(resource, ami.path), path: ami.path };
  }
  const listed = property(resource, 'InstanceTypes');
  if (listed !== undefined) return ofTypes(resource, listed);
  const template =
    child(property(resource, 'LaunchTemplate'), 'Id') ?? child(property(resource, 'LaunchTemplate'), 'Name');
  if (template === undefined)
    return ami === undefined ? { cpu: 'amd64', site: resource.site, path: resource.node.path } : undefined;
  const target = isObject(template.value) ? template.value['Ref'] : undefined;
  const found = resourcesOfType(resource.scope, 'AWS::EC2::LaunchTemplate').find((one) => one.id === target);
  return found === undefined ? undefined : ofTypes(found, property(found, 'LaunchTemplateData', 'InstanceType'));
}

// ── ECS and Batch ───────────────────────────────────────────────────────────────────────────────

/** Of what starts from an image made for ECS, or joins a cluster as it starts. */
export function ecsInstances(scope: Scope): Found[] {
  const templates = resourcesOfType(scope, 'AWS::EC2::LaunchTemplate').map((resource) => ({
    resource,
    data: property(resource, 'LaunchTemplateData'),
  }));
  const configurations = resourcesOfType(scope, 'AWS::AutoScaling::LaunchConfiguration').map((resource) => ({
    resource,
    data: property(resource),
  }));
  return [...templates, ...configurations].flatMap(({ resource, data }) =>
    joins(resource, data) ? [ofTypes(resource, child(data, 'InstanceType'))] : [],
  );
}

function joins(resource: Resource, data: Node | undefined): boolean {
  const image = texts(resource.scope, child(data, 'ImageId')).some((item) => holds(item.value, /\/ecs\//));
  return image || /ECS_CLUSTER\b/.test(JSON.stringify(child(data, 'UserData')?.value ?? ''));
}

/** In what is known of it, or in what it looks up. */
function holds(text: Text, sign: RegExp): boolean {
  return text.some((part) => sign.test(typeof part === 'string' ? part : part.hole));
}

/** Words that Batch has for whole families. */
const BATCH_FAMILIES: Readonly<Record<string, Cpu>> = table({
  optimal: 'amd64',
  default_x86_64: 'amd64',
  default_arm64: 'arm64',
});

/** Of the managed EC2 environments of a template; a Fargate one starts no instances. */
export function batchInstances(scope: Scope): Found[] {
  return resourcesOfType(scope, 'AWS::Batch::ComputeEnvironment').flatMap((resource) => {
    const type = one(resource, property(resource, 'ComputeResources', 'Type'));
    if (type?.startsWith('FARGATE') === true) return [];
    return [ofTypes(resource, property(resource, 'ComputeResources', 'InstanceTypes'))];
  });
}

// ── instance types ──────────────────────────────────────────────────────────────────────────────

function ofTypes(resource: Resource, node: Node | undefined): Found {
  if (node === undefined) return undefined;
  const types = listOf(resource.scope, node)
    .flatMap(({ items }) => items ?? [])
    .flatMap((item) => texts(resource.scope, item));
  const cpus = new Set(
    types.map((item) => {
      const whole = known(item.value);
      return whole === undefined ? undefined : (BATCH_FAMILIES[whole] ?? cpuOfInstanceType(whole));
    }),
  );
  const [cpu] = cpus;
  return types.length === 0 || cpus.size !== 1 || cpu === undefined
    ? undefined
    : { cpu, site: placeOf(resource, node.path), path: node.path };
}

function one(resource: Resource, node: Node | undefined): string | undefined {
  const items = texts(resource.scope, node);
  return items.length === 1 ? known(items[0]?.value) : undefined;
}
