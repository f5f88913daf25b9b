/**
 * Resources, data sources and module calls: `count` and `for_each` unrolled, with the choices under which each instance
 * exists.
 */
import { both, whenKey, type When } from '../../core/choices.ts';
import type { Site } from '../../core/site.ts';
import { evaluate, type Env, type Names } from './expressions.ts';
import { attributeOf, headOf, type Declared } from './module.ts';
import { once, type Scope } from './scope.ts';
import {
  judgedString,
  NULL,
  list,
  one,
  placed,
  stringOf,
  text,
  textOf,
  unknown,
  type Place,
  type Value,
  type Way,
} from './value.ts';
import type { HclBlock, HclBody } from '../../syntax/hcl/reading.ts';
import { defined } from '../../core/optional.ts';

export interface Resource {
  readonly scope: Scope;
  readonly mode: 'resource' | 'data';
  readonly type: string;
  readonly declared: Declared;
  /** `aws_ecr_repository.app`, without the module's path and the instance's key. */
  readonly local: string;
  /** `module.api.aws_ecr_repository.app["x"]`. */
  readonly address: string;
  readonly key?: string;
  readonly names: Names;
  readonly when: When;
  readonly site: Site;
}

export interface Instance {
  /** `["x"]`, `[0]`; empty for the only one. */
  readonly suffix: string;
  readonly key?: string;
  readonly names: Names;
  readonly when: When;
}

const MAX_INSTANCES = 64;

/** The instances of a block; one that stands for all where their number can't be told. */
export function instancesOf(scope: Scope, { block, lines }: Declared): Instance[] {
  const env: Env = { scope, lines, names: new Map() };
  const count = attributeOf(block, 'count');
  const each = attributeOf(block, 'for_each');
  if (count !== undefined) return evaluate(count, env).flatMap((way) => counted(way, scope));
  if (each !== undefined) return evaluate(each, env).flatMap((way) => eachOf(way, scope));
  return [{ suffix: '', names: new Map(), when: scope.when }];
}

function counted({ value, when, place }: Way, scope: Scope): Instance[] {
  const conditions = both(scope.when, when);
  if (conditions === undefined) return [];
  const number = Number(judgedString(value) ?? Number.NaN);
  const instance = (suffix: string, index: Value, key?: string): Instance => ({
    suffix,
    names: new Map([['count', one({ kind: 'object', entries: new Map([['index', index]]) }, place)]]),
    when: conditions,
    ...defined({ key }),
  });
  if (!Number.isInteger(number)) return [instance('', one(unknown(`count.index${scope.suffix}`), place))];
  if (number === 1) return [instance('', one(text('0'), place), '0')];
  return Array.from({ length: Math.max(0, Math.min(number, MAX_INSTANCES)) }, (_, index) =>
    instance(`[${index}]`, one(text(String(index)), place), String(index)),
  );
}

function eachOf({ value, when, place }: Way, scope: Scope): Instance[] {
  const conditions = both(scope.when, when);
  if (conditions === undefined) return [];
  const instance = (key: Value, item: Value, known: string | undefined, exists: When): Instance => ({
    suffix: known === undefined ? '' : `["${known}"]`,
    names: new Map([
      [
        'each',
        one(
          {
            kind: 'object',
            entries: new Map([
              ['key', key],
              ['value', item],
            ]),
          },
          place,
        ),
      ],
    ]),
    when: exists,
    ...defined({ key: known }),
  });
  if (value.kind === 'object')
    return [...value.entries]
      .slice(0, MAX_INSTANCES)
      .map(([key, item]) => instance(one(text(key), place), item, key, conditions));
  if (value.kind !== 'list')
    return [
      instance(
        one(unknown(`each.key${scope.suffix}#${place.range[0]}`), place),
        one(unknown(`each.value${scope.suffix}#${place.range[0]}`), place),
        undefined,
        conditions,
      ),
    ];
  return value.items.slice(0, MAX_INSTANCES).flatMap((item) =>
    item.flatMap((way) => {
      const exists = both(conditions, way.when);
      const single: Value = [{ ...way, when: [] }];
      return exists === undefined ? [] : [instance(single, single, stringOf(way.value), exists)];
    }),
  );
}

export function resourcesAt(scope: Scope, local: string): readonly Resource[] {
  const declared = scope.module.resources.get(local);
  const { resources } = scope.memo;
  const have = resources.get(local);
  if (have !== undefined || declared === undefined) return have ?? [];
  // What refers to itself while it is being counted has no instances yet.
  resources.set(local, []);
  const mode = local.startsWith('data.') ? ('data' as const) : ('resource' as const);
  const type = declared.block.labels[0]?.text ?? '';
  const site = placed({ lines: declared.lines, range: headOf(declared) }, scope.frame.via);
  const found = instancesOf(scope, declared).map(
    ({ suffix, ...instance }): Resource => ({
      scope,
      mode,
      type,
      declared,
      local,
      address: `${scope.path}${local}${suffix}`,
      site,
      ...instance,
    }),
  );
  resources.set(local, found);
  return found;
}

export function resourcesOfTypes(
  scope: Scope,
  wanted: (type: string) => boolean,
  mode: Resource['mode'] = 'resource',
): Resource[] {
  return [...scope.module.resources].flatMap(([local, { block }]) =>
    local.startsWith('data.') === (mode === 'data') && wanted(block.labels[0]?.text ?? '')
      ? resourcesAt(scope, local)
      : [],
  );
}

export function envOf(resource: Resource): Env {
  return { scope: resource.scope, lines: resource.declared.lines, names: resource.names };
}

/**
 * What a resource says under a name: an attribute, or its blocks of that name as a list of objects. Undefined where it
 * says nothing.
 */
export function said(resource: Resource, name: string): Value | undefined {
  const {
    scope,
    address,
    declared: {
      block: { body },
    },
  } = resource;
  if (!body.attributes.some((each) => each.name === name) && !body.blocks.some((block) => isCalled(block, name)))
    return undefined;
  return once(
    scope,
    `${address} ${whenKey(resource.when)} ${name}`,
    () => entryOf(body, name, envOf(resource)) ?? one(NULL, { lines: resource.declared.lines, range: [0, 0] }),
  );
}

function isCalled(block: HclBlock, name: string): boolean {
  return block.type === name || (block.type === 'dynamic' && block.labels[0]?.text === name);
}

/** An attribute or the blocks of one name in a body. */
export function entryOf(body: HclBody, name: string, env: Env): Value | undefined {
  const attribute = body.attributes.find((each) => each.name === name);
  if (attribute !== undefined) return evaluate(attribute.value, env);
  const items = body.blocks.flatMap((block): Value[] => {
    if (block.type === name) return [one(objectOf(block.body, env), { lines: env.lines, range: block.range })];
    return block.type === 'dynamic' && block.labels[0]?.text === name ? dynamic(block, env) : [];
  });
  const first = body.blocks.find((block) => isCalled(block, name));
  return first === undefined ? undefined : one(list(items), { lines: env.lines, range: first.range });
}

function objectOf(body: HclBody, env: Env): Way['value'] {
  const names = new Set([
    ...body.attributes.map((each) => each.name),
    ...body.blocks.map((block) => (block.type === 'dynamic' ? (block.labels[0]?.text ?? '') : block.type)),
  ]);
  return {
    kind: 'object',
    entries: new Map(
      [...names].map((name) => [name, entryOf(body, name, env) ?? one(NULL, { lines: env.lines, range: [0, 0] })]),
    ),
  };
}

/**
 * `dynamic "image_config" { for_each = … content { … } }`: as many blocks as there are items; none when there are none.
 */
function dynamic(block: HclBlock, env: Env): Value[] {
  const content = block.body.blocks.find((one) => one.type === 'content');
  const collection = attributeOf(block, 'for_each');
  if (content === undefined || collection === undefined) return [];
  const stated = attributeOf(block, 'iterator');
  const iterator = stated?.kind === 'reference' ? (stated.path[0] ?? '') : (block.labels[0]?.text ?? '');
  const place: Place = { lines: env.lines, range: block.range };
  const item = (key: Value, value: Value): Value =>
    one(
      objectOf(content.body, {
        ...env,
        names: new Map([
          ...env.names,
          [
            iterator,
            one(
              {
                kind: 'object',
                entries: new Map([
                  ['key', key],
                  ['value', value],
                ]),
              },
              place,
            ),
          ],
        ]),
      }),
      place,
    );
  const ways = evaluate(collection, env);
  const longest = ways
    .map(({ value }) =>
      value.kind === 'list'
        ? value.items
        : value.kind === 'object'
          ? [...value.entries.values()]
          : [one(unknown(`${iterator}.value${env.scope.suffix}`), place)],
    )
    .reduce((a, b) => (b.length > a.length ? b : a), []);
  return longest.slice(0, MAX_INSTANCES).map((value) => item(value, value));
}

/**
 * A place inside a value: `pick(value, 'runtime_platform', 'cpu_architecture')`. Of a list, which is what blocks are,
 * the first item counts.
 */
export function pick(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  if (value === undefined) return undefined;
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const ways = value.flatMap((way): Way[] => {
    const { value: single } = way;
    if (single.kind === 'null') return [way];
    if (single.kind === 'unknown' || single.kind === 'text')
      return [{ ...way, value: unknown(`${single.kind === 'unknown' ? single.name : textOf(single)}.${step}`) }];
    if (single.kind === 'list')
      return single.items[0] === undefined
        ? [{ ...way, value: NULL }]
        : within(pick(single.items[0], step) ?? [{ ...way, value: NULL }], way);
    if (single.kind === 'json') return within(pick(single.value, step) ?? [{ ...way, value: NULL }], way);
    if (single.kind === 'object') return within(single.entries.get(step) ?? [{ ...way, value: NULL }], way);
    return [{ ...way, value: unknown(step) }];
  });
  return pick(ways, ...rest);
}

function within(value: Value, { when }: Way): Way[] {
  return value.flatMap((way) => {
    const joined = both(way.when, when);
    return joined === undefined ? [] : [{ ...way, when: joined }];
  });
}

/**
 * A property of a resource, by path; undefined where nothing is said on any side. Ways that leave it out are `null`.
 */
export function property(resource: Resource, name: string, ...path: readonly string[]): Value | undefined {
  return pick(said(resource, name), ...path);
}

/**
 * `lifecycle { ignore_changes = [image_uri] }`: what is declared under one of these names is only there to begin with.
 */
export function ignoresChanges({ declared: { block } }: Resource, names: readonly string[]): boolean {
  return block.body.blocks
    .filter((one) => one.type === 'lifecycle')
    .some(({ body }) => {
      const ignored = body.attributes.find((one) => one.name === 'ignore_changes')?.value;
      if (ignored?.kind === 'reference') return ignored.path[0] === 'all';
      return (
        ignored?.kind === 'list' &&
        ignored.items.some((item) => item.kind === 'reference' && names.includes(String(item.path[0])))
      );
    });
}
