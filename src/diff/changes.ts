/**
 * What deploying the new templates would change, as facts. The differ and its database of resource types load here, and
 * only here.
 */
import { createRequire } from 'node:module';
import { isNestedStack, nestedScope } from '../parsers/cloudformation/nested.ts';
import { nodeAt, openScope, type Scope } from '../parsers/cloudformation/scope.ts';
import { texts } from '../parsers/cloudformation/values.ts';
import type { Fact, StackChange, Workload } from '../model/facts.ts';
import { ALWAYS } from '../core/choices.ts';
import { valueWithoutSecrets } from '../core/secrets.ts';
import { siteOf, type Site } from '../core/site.ts';
import { known } from '../core/text.ts';
import { locate, section } from '../parsers/cloudformation/reading.ts';
import { isObject, type JsonPath } from '../syntax/json.ts';
import { comparable, isPlainObject, type Body } from './comparable.ts';
import { physicalName } from './names.ts';
import type { Pairs } from './pair.ts';
import { resourceKey, workloadsByResource, type Side, type SideStack } from './side.ts';
import { workloadChange } from './states.ts';
import { defined } from '../core/optional.ts';

type Differ = typeof import('@aws-cdk/cloudformation-diff');
type Difference = ReturnType<Differ['fullDiff']>['resources']['changes'][string];

export interface ChangesRequest {
  readonly before: Side;
  readonly after: Side;
  readonly pairs: Pairs;
  /** The project's facts: they know the place in the source that a synthesized resource comes from. */
  readonly local: readonly Fact[];
}

export interface Changes {
  readonly changes: readonly StackChange[];
  /** Nested stacks that the other side has, but not its templates. */
  readonly notCompared: readonly string[];
}

export function changesBetween({ before, after, pairs, local }: ChangesRequest): Changes {
  // CommonJS, and asked for only now: a quarter of a second and a hundred megabytes that other commands are spared.
  const differ: Differ = createRequire(import.meta.url)('@aws-cdk/cloudformation-diff');
  const places = placesOf(local);
  const found: StackChange[] = [];
  const notCompared: string[] = [];
  const stacks: readonly { before?: SideStack; after: SideStack }[] = [
    ...pairs.both,
    ...pairs.added.map((one) => ({ after: one })),
  ];
  for (const pair of stacks) {
    compare({
      differ,
      places,
      found,
      notCompared,
      stack: labelOf(
        pair.after,
        stacks.map((one) => one.after),
      ),
      place: placeOf(pair.after),
      before: pair.before === undefined ? undefined : openScope(before.world, pair.before.reading, pair.before.call),
      after: openScope(after.world, pair.after.reading, pair.after.call),
      workloadsBefore: pair.before === undefined ? new Map() : workloadsByResource(before.factsOf(pair.before)),
      workloadsAfter: workloadsByResource(after.factsOf(pair.after)),
    });
  }
  return { changes: found, notCompared };
}

interface Comparison {
  readonly differ: Differ;
  readonly places: ReadonlyMap<string, Places>;
  readonly found: StackChange[];
  readonly notCompared: string[];
  readonly stack: string;
  readonly place: Pick<StackChange, 'account' | 'region'>;
  readonly before: Scope | undefined;
  readonly after: Scope;
  readonly workloadsBefore: ReadonlyMap<string, readonly Workload[]>;
  readonly workloadsAfter: ReadonlyMap<string, readonly Workload[]>;
}

/** One name in two regions is two stacks. */
function labelOf({ name, region }: SideStack, all: readonly SideStack[]): string {
  return region !== undefined && all.filter((one) => one.name === name).length > 1 ? `${name} (${region})` : name;
}

function placeOf({ call }: SideStack): Comparison['place'] {
  const [account, region] = [known(call.account), known(call.region)];
  return { ...defined({ account, region }) };
}

function compare(one: Comparison): void {
  const { before, after } = one;
  const [old, young] = comparable(before, after);
  const seen = new Set<string>();
  for (const [was, is] of portions(old, young)) {
    one.differ.fullDiff(was, is).resources.forEachDifference((id, difference) => {
      const change = difference === undefined ? undefined : changeOf(one, id, difference);
      if (change === undefined) return;
      seen.add(id);
      one.found.push(change);
    });
  }
  // What follows from a parameter's default, a mapping or a condition changes no property's text.
  for (const [key, workloads] of one.workloadsAfter) {
    const id = workloads[0]?.resource?.logicalId;
    if (id === undefined || seen.has(id) || key !== resourceKey(after.reading.file, id)) continue;
    const workload = workloadOf(one, id);
    if (workload === undefined) continue;
    one.found.push({
      ...stamped(one, id),
      logicalId: id,
      resourceType: typeOf(after, id) ?? 'AWS::Lambda::Function',
      change: 'update',
      properties: [],
      workload,
      site: siteFor(one, id, workload !== undefined),
    });
  }
  for (const id of Object.keys(section(after.reading, 'Resources'))) {
    const inner = nestedScope(after, id);
    if (inner === undefined) continue;
    const there = before === undefined || !isNestedStack(typeOf(before, id)) ? 'none' : nestedScope(before, id);
    if (there === undefined) one.notCompared.push(`${one.stack}/${id}`);
    else compare({ ...one, before: there === 'none' ? undefined : there, after: inner });
  }
  for (const id of before === undefined ? [] : Object.keys(section(before.reading, 'Resources'))) {
    const inner = before === undefined || typeOf(after, id) !== undefined ? undefined : nestedScope(before, id);
    if (inner !== undefined) leave(one, inner);
  }
}

/** As many as CloudFormation takes in one stack. */
const RESOURCES = 500;

/**
 * The differ's time grows with the square of the resources. A template of more than a stack can hold is compared in
 * portions; what is lost is only that a replacement in one portion reaches what refers to it in another.
 */
function portions(old: Body, young: Body): [Body, Body][] {
  const [before, after] = [old['Resources'], young['Resources']];
  const [was, is] = [isPlainObject(before) ? before : {}, isPlainObject(after) ? after : {}];
  const ids = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  if (ids.length <= RESOURCES * 2) return [[old, young]];
  const part = (body: Body, all: Body, some: readonly string[]): Body => ({
    ...body,
    Resources: Object.fromEntries(some.flatMap((id) => (Object.hasOwn(all, id) ? [[id, all[id]]] : []))),
  });
  return Array.from({ length: Math.ceil(ids.length / RESOURCES) }, (_, index): [Body, Body] => {
    const some = ids.slice(index * RESOURCES, (index + 1) * RESOURCES);
    return [part(old, was, some), part(young, is, some)];
  });
}

/** A nested stack goes, and with it all that it holds, but for what it keeps. */
function leave(one: Comparison, inner: Scope): void {
  for (const id of Object.keys(section(inner.reading, 'Resources'))) {
    const type = typeOf(inner, id);
    if (type === undefined) continue;
    const name = physicalName(inner, id);
    const policy = nodeAt(inner, 'Resources', id, 'DeletionPolicy')?.value;
    one.found.push({
      ...stamped(one, id),
      logicalId: id,
      resourceType: type,
      change: policy === 'Retain' || policy === 'RetainExceptOnCreate' ? 'orphan' : 'remove',
      properties: [],
      ...defined({ physicalName: name }),
      site: sectionSite(one.after),
    });
    const deeper = nestedScope(inner, id);
    if (deeper !== undefined) leave(one, deeper);
  }
}

function changeOf(one: Comparison, id: string, difference: Difference): StackChange | undefined {
  const type = difference.newResourceType ?? difference.oldResourceType;
  if (type === undefined || type === 'AWS::CDK::Metadata') return undefined;
  const workload = difference.isAddition || difference.isRemoval ? undefined : workloadOf(one, id);
  const properties: StackChange['properties'][number][] = [];
  difference.forEachDifference((kind, name, value) => {
    // Metadata is for tools: nothing in the account changes with it.
    if (kind === 'Property')
      properties.push(
        ...leaves([name], value.oldValue, value.newValue)
          .filter((leaf) => !sameValue(one, id, leaf.at))
          .map((leaf) => shown(leaf, value.oldValue, value.newValue)),
      );
    else if (name !== 'Metadata')
      properties.push({
        path: name,
        before: valueWithoutSecrets(name, value.oldValue),
        after: valueWithoutSecrets(name, value.newValue),
      });
  });
  const kind = kindOf(difference);
  if (kind === undefined && workload === undefined) return undefined;
  const exists = kind?.change === 'update' || kind?.change === 'replace';
  if (exists && !difference.resourceTypeChanged && properties.length === 0 && workload === undefined) return undefined;
  const [nameBefore, nameAfter] = [
    one.before === undefined ? undefined : physicalName(one.before, id),
    physicalName(one.after, id),
  ];
  const gone = difference.isRemoval;
  const name = gone ? nameBefore : nameAfter;
  return {
    ...stamped(one, id),
    logicalId: id,
    resourceType: type,
    change: kind?.change ?? 'update',
    ...(kind?.replacement === undefined ? {} : { replacement: kind.replacement }),
    properties,
    ...defined({ physicalName: name }),
    ...(gone || difference.isAddition || nameBefore === undefined || difference.resourceTypeChanged
      ? {}
      : { physicalNameBefore: nameBefore }),
    ...defined({ workload }),
    site: gone ? sectionSite(one.after) : siteFor(one, id, workload !== undefined),
  };
}

function kindOf(
  difference: Difference,
): { change: StackChange['change']; replacement?: 'certain' | 'possible' } | undefined {
  switch (difference.changeImpact) {
    case 'WILL_CREATE':
    case 'WILL_IMPORT':
      return { change: 'add' };
    case 'WILL_DESTROY':
      return { change: 'remove' };
    case 'WILL_ORPHAN':
      return { change: 'orphan' };
    case 'WILL_REPLACE':
      return { change: 'replace', replacement: 'certain' };
    case 'MAY_REPLACE':
      return { change: 'replace', replacement: 'possible' };
    case 'WILL_UPDATE':
      return { change: 'update' };
    default:
      return undefined;
  }
}

function stamped(one: Comparison, id: string) {
  const where = one.after.reading.file;
  const constructPath = one.after.call.assembly?.constructPath(id) ?? one.before?.call.assembly?.constructPath(id);
  return {
    kind: 'stack-change' as const,
    stack: one.stack,
    ...one.place,
    ...defined({ constructPath }),
    when: ALWAYS,
    run: 'diff',
    seq: one.found.length,
    origin: `diff ${one.stack} ${where}#${id}`,
  };
}

function workloadOf(one: Comparison, id: string): StackChange['workload'] {
  const before =
    one.before === undefined ? undefined : one.workloadsBefore.get(resourceKey(one.before.reading.file, id));
  return workloadChange(before ?? [], one.workloadsAfter.get(resourceKey(one.after.reading.file, id)) ?? []);
}

function typeOf(scope: Scope, id: string): string | undefined {
  const resource = section(scope.reading, 'Resources')[id];
  const type = isObject(resource) ? resource['Type'] : undefined;
  return typeof type === 'string' ? type : undefined;
}

// ── places ──────────────────────────────────────────────────────────────────────────────────────

interface Places {
  readonly site: Site;
  readonly cpuSite?: Site;
}

function placesOf(local: readonly Fact[]): Map<string, Places> {
  const found = new Map<string, Places>();
  for (const fact of local) {
    if ((fact.kind !== 'workload' && fact.kind !== 'repository') || fact.resource === undefined) continue;
    const key = resourceKey(fact.resource.template, fact.resource.logicalId);
    if (fact.kind === 'workload') found.set(key, { site: fact.site, ...defined({ cpuSite: fact.cpuSite }) });
    else found.set(key, { site: fact.nameSite ?? fact.site });
  }
  return found;
}

function siteFor({ after, places }: Comparison, id: string, ofCpu: boolean): Site {
  const place = places.get(resourceKey(after.reading.file, id));
  const site = (ofCpu ? place?.cpuSite : undefined) ?? place?.site ?? after.call.assembly?.source(id);
  return site ?? templateSite(after, ['Resources', id]);
}

/** What is no longer in the template has no place of its own there. */
function sectionSite(scope: Scope): Site {
  return templateSite(scope, ['Resources']);
}

function templateSite({ reading }: Scope, path: JsonPath): Site {
  return siteOf(reading.lines, locate(reading, path, 'key') ?? [0, 0]);
}

// ── values ──────────────────────────────────────────────────────────────────────────────────────

const DEEPEST = 8;

interface Leaf {
  readonly at: JsonPath;
  readonly before: unknown;
  readonly after: unknown;
}

/** The smallest parts that differ: `RuntimePlatform.CpuArchitecture` and not all of `RuntimePlatform`. */
function leaves(at: JsonPath, a: unknown, b: unknown): Leaf[] {
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  if (at.length < DEEPEST && isPlainObject(a) && isPlainObject(b) && !isIntrinsic(a) && !isIntrinsic(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])]
      .sort()
      .flatMap((key) => leaves([...at, key], a[key], b[key]));
  }
  if (at.length < DEEPEST && Array.isArray(a) && Array.isArray(b) && a.length === b.length)
    return a.flatMap((one: unknown, index) => leaves([...at, index], one, b[index]));
  return [{ at, before: a, after: b }];
}

/** Whether a value is a secret is often said beside it: `{Name: DB_PASSWORD, Value: …}`. */
function shown({ at, before, after }: Leaf, old: unknown, young: unknown): StackChange['properties'][number] {
  const [name = '', ...path] = at;
  const open = (root: unknown): unknown =>
    path.reduce<unknown>(
      (value, step) =>
        typeof value === 'object' && value !== null
          ? Object.entries(value).find(([key]) => key === String(step))?.[1]
          : undefined,
      valueWithoutSecrets(String(name), root),
    );
  return {
    path: at.join('.'),
    ...(before === undefined ? {} : { before: open(old) }),
    ...(after === undefined ? {} : { after: open(young) }),
  };
}

/** Written otherwise, and the same string in the end: a parameter's value in place of the parameter. */
function sameValue({ before, after }: Comparison, id: string, at: JsonPath): boolean {
  const [old, young] = [before, after].map((scope) => {
    const items = scope === undefined ? [] : texts(scope, nodeAt(scope, 'Resources', id, 'Properties', ...at));
    return items.length === 1 ? known(items[0]?.value) : undefined;
  });
  return old !== undefined && old === young;
}

function isIntrinsic(value: Record<string, unknown>): boolean {
  const keys = Object.keys(value);
  return keys.length === 1 && /^(?:Ref|Condition|Fn::)/.test(keys[0] ?? '');
}
