/** A template's resources, `Fn::ForEach` loops unrolled, with the choices under which each exists. */
import { ALWAYS, type When } from '../../core/choices.ts';
import type { Site } from '../../core/site.ts';
import { known, type Text } from '../../core/text.ts';
import { section } from './reading.ts';
import { isObject, type JsonPath } from '../../syntax/json.ts';
import type { Said } from '../../services/start.ts';
import { namedCondition } from './conditions.ts';
import { child, nodeAt, siteAt, type Node, type Scope } from './scope.ts';
import { listOf, texts, type Item } from './values.ts';
import { defined } from '../../core/optional.ts';

export interface Resource {
  /** Of this iteration, in a loop. */
  readonly id: string;
  readonly type: string;
  readonly node: Node;
  readonly scope: Scope;
  /** Where it is declared: its logical id, or the construct's place in the project's source. */
  readonly site: Site;
  readonly constructPath?: string;
  /** The ways it comes to exist; more than one only when its condition can't be put as one conjunction. */
  readonly ways: readonly When[];
}

const MAX_ITERATIONS = 64;
/** CloudFormation takes 500 resources in a template; loops inside loops that make many more are followed no further. */
const MAX_LOOPED = 1000;

/** What the loops of a template have made so far. */
interface Looped {
  count: number;
}

export function resourcesOf(scope: Scope, wanted: (type: string) => boolean): Resource[] {
  const looped: Looped = { count: 0 };
  return Object.keys(section(scope.reading, 'Resources')).flatMap((id) =>
    resourceAt(scope, id, ['Resources', id], wanted, 0, looped),
  );
}

const lookups = new WeakMap<Scope, Map<string, readonly Resource[]>>();

/** For looking up what others refer to: worked out once for each type. */
export function resourcesOfType(scope: Scope, type: string): readonly Resource[] {
  const byType = lookups.get(scope) ?? new Map<string, readonly Resource[]>();
  lookups.set(scope, byType);
  const have = byType.get(type) ?? resourcesOf(scope, (one) => one === type);
  byType.set(type, have);
  return have;
}

export function resourceById(scope: Scope, type: string, id: string): Resource | undefined {
  return resourceAt(scope, id, ['Resources', id], (one) => one === type, 0, { count: 0 })[0];
}

function resourceAt(
  scope: Scope,
  id: string,
  path: JsonPath,
  wanted: (type: string) => boolean,
  depth: number,
  looped: Looped,
): Resource[] {
  const node = nodeAt(scope, ...path);
  if (node === undefined) return [];
  if (id.startsWith('Fn::ForEach::')) return depth > 3 ? [] : loop(scope, node, wanted, depth, looped);
  const type = child(node, 'Type')?.value;
  if (typeof type !== 'string' || !wanted(type)) return [];
  const condition = child(node, 'Condition')?.value;
  const ways = typeof condition === 'string' ? namedCondition(scope, condition).yes : [ALWAYS];
  const constructPath = scope.call.assembly?.constructPath(id);
  let site: Site | undefined;
  const resource: Resource = {
    id,
    type,
    node,
    scope,
    // Most resources are only looked at, and finding a place in a long template takes its time.
    get site() {
      return (site ??= scope.call.assembly?.source(id) ?? siteAt(scope, path, 'key'));
    },
    ways,
    ...defined({ constructPath }),
  };
  return ways.length === 0 ? [] : [resource];
}

/** `Fn::ForEach::Name: [Variable, [a, b], {"Resource${Variable}": {…}}]` */
function loop(scope: Scope, node: Node, wanted: (type: string) => boolean, depth: number, looped: Looped): Resource[] {
  const variable = child(node, 0)?.value;
  const body = child(node, 2);
  if (typeof variable !== 'string' || !isObject(body?.value)) return [];
  const values = listOf(scope, child(node, 1))
    .flatMap((alternative) => alternative.items ?? [])
    .flatMap((item) => known(texts(scope, item)[0]?.value) ?? []);
  const found: Resource[] = [];
  for (const value of values.slice(0, MAX_ITERATIONS)) {
    const inner: Scope = { ...scope, variables: new Map([...scope.variables, [variable, value]]) };
    for (const key of Object.keys(body.value)) {
      if (looped.count++ >= MAX_LOOPED) return found;
      const id = key
        .replaceAll(`\${${variable}}`, value)
        .replaceAll(`&{${variable}}`, value.replace(/[^A-Za-z0-9]/g, ''));
      found.push(...resourceAt(inner, id, [...node.path, 2, key], wanted, depth + 1, looped));
    }
  }
  return found;
}

export function property(resource: Resource, ...path: JsonPath): Node | undefined {
  let at = child(resource.node, 'Properties');
  for (const step of path) at = child(at, step);
  return at;
}

/** A place inside a resource; of a synthesized template, the construct's place in the source stands in for it. */
export function placeOf(resource: Resource, path: JsonPath | undefined): Site {
  if (path === undefined || resource.scope.call.assembly?.source(resource.id) !== undefined) return resource.site;
  return siteAt(resource.scope, path);
}

/** The text of a property that has just one, whatever the choices. */
export function plainText(resource: Resource, ...path: JsonPath): Text | undefined {
  const items = texts(resource.scope, property(resource, ...path));
  return items.length === 1 ? items[0]?.value : undefined;
}

export function plainList(resource: Resource, node: Node | undefined): readonly Node[] | undefined {
  const lists = listOf(resource.scope, node);
  return lists.length === 1 ? lists[0]?.items : undefined;
}

/** The words of a list (`EntryPoint`, `Command`). */
export function saidWords(resource: Resource, node: Node | undefined): Said {
  if (node === undefined || node.value === null) return undefined;
  const items = plainList(resource, node);
  if (items === undefined) return 'unknown';
  if (items.length === 0) return undefined;
  const found = items.map((item) => {
    const each: readonly Item[] = texts(resource.scope, item);
    return each.length === 1 ? known(each[0]?.value) : undefined;
  });
  return found.every((one) => one !== undefined) ? found : 'unknown';
}
