/** What `var.x`, `local.x`, `aws_ecr_repository.app.repository_url`, `module.api.url` … stand for. */
import { both } from '../../core/choices.ts';
import { isCredential } from '../../core/secrets.ts';
import { concat, literal } from '../../core/text.ts';
import type { HclExpression } from '../../syntax/hcl/reading.ts';
import { attributeOfResource } from './attributes.ts';
import { evaluate, type Env } from './expressions.ts';
import { childrenOf, outputOf } from './calls.ts';
import { resourcesAt, type Resource } from './resources.ts';
import { modulePath, once, type Scope } from './scope.ts';
import {
  judgedString,
  NULL,
  combine,
  list,
  one,
  settle,
  text,
  textOf,
  under,
  unknown,
  type Place,
  type Single,
  type Value,
  type Way,
  sealed,
} from './value.ts';
import { variableValue } from './variables.ts';

type Reference = Extract<HclExpression, { kind: 'reference' }>;

export function referenceValue(
  { path, keys }: Reference,
  env: Env,
  place: Place,
  inner: (each: HclExpression) => Value,
): Value | undefined {
  const found = rootOf(path, env, place);
  if (found === undefined) return undefined;
  let { value } = found;
  for (let index = found.used; index < path.length; index++) {
    const key = keys?.get(index);
    value =
      key === undefined
        ? access(value, path[index]!, place)
        : combine([inner(key), value], path.join('.'), place, ([step = NULL, single = NULL]) =>
            indexed(single, step, place),
          );
  }
  return value;
}

/** The value that the first steps of a path name, and how many steps those are. */
function rootOf(path: readonly string[], env: Env, place: Place): { value: Value; used: number } | undefined {
  const [root = '', name = ''] = path;
  const { scope, names } = env;
  const bound = names.get(root);
  if (bound !== undefined) return { value: bound, used: 1 };
  switch (root) {
    case 'var': {
      const value = variableValue(scope, name, place);
      return value === undefined ? undefined : { value, used: 2 };
    }
    case 'local': {
      const local = scope.module.locals.get(name);
      const value =
        local === undefined
          ? undefined
          : once(scope, `local ${name}`, () => evaluate(local.value, { scope, lines: local.lines, names: new Map() }));
      return value === undefined
        ? undefined
        : { value: isCredential(name) ? sealed(value, `local.${name}`) : value, used: 2 };
    }
    case 'path':
      return { value: one(text(name === 'module' ? modulePath(scope) : '.'), place), used: 2 };
    case 'terraform':
      return { value: one(unknown(`terraform.${name}@${scope.rootFolder}`), place), used: 2 };
    case 'each':
    case 'count':
    case 'self':
      return undefined;
    case 'module':
      return { value: modulesAt(scope, name, place), used: 2 };
    case 'data':
      return {
        value: instances(
          resourcesAt(scope, path.slice(0, 3).join('.')),
          `${path.slice(0, 3).join('.')}${scope.suffix}`,
          place,
        ),
        used: 3,
      };
    default:
      return path.length < 2
        ? undefined
        : { value: instances(resourcesAt(scope, `${root}.${name}`), `${scope.path}${root}.${name}`, place), used: 2 };
  }
}

/** A resource; where it has keys, the object or list of its instances. */
function instances(resources: readonly Resource[], name: string, place: Place): Value {
  const way = (resource: Resource): Way => ({ value: { kind: 'resource', resource }, when: [], place });
  const [first] = resources;
  if (first === undefined) return one(unknown(name), place);
  if (first.key === undefined) return [way(first)];
  const counted =
    resources.every((each) => each.key !== undefined && /^\d+$/.test(each.key)) &&
    resources.every((each) => each.names.has('count'));
  if (counted) return one(list(resources.map((each) => [way(each)])), place);
  return one({ kind: 'object', entries: new Map(resources.map((each) => [each.key ?? '', [way(each)]])) }, place);
}

function modulesAt(scope: Scope, name: string, place: Place): Value {
  const children = childrenOf(scope, name);
  const [first] = children;
  if (first === undefined) return one(unknown(`module.${name}${scope.suffix}`), place);
  const value = (child: Scope): Value => one({ kind: 'module', scope: child }, place);
  if (first.key === undefined) return value(first);
  if (/^\d+$/.test(first.key)) return one(list(children.map(value)), place);
  return one({ kind: 'object', entries: new Map(children.map((child) => [child.key ?? '', value(child)])) }, place);
}

/** One step further, on every way. */
export function access(value: Value, step: string, place: Place): Value {
  return settle(
    value.flatMap((way) => under(step === '*' ? splat(way.value, place) : stepped(way.value, step, place), way.when)),
    step,
    place,
  );
}

function stepped(value: Single, step: string, place: Place): Value {
  switch (value.kind) {
    case 'object':
      return value.entries.get(step) ?? one(absent(step), place);
    case 'list': {
      if (/^\d+$/.test(step)) return value.items[Number(step)] ?? one(absent(step), place);
      // After `[*]`, a step goes into every item.
      return one(list(value.items.map((item) => access(item, step, place))), place);
    }
    case 'resource':
      return /^\d+$/.test(step) ? one(value, place) : attributeOfResource(value.resource, step, place);
    case 'module':
      return (
        outputOf(value.scope, step) ?? one(unknown(`${value.scope.label}.${step}@${value.scope.rootFolder}`), place)
      );
    case 'json':
      return stepped(value.value[0]?.value ?? NULL, step, place);
    case 'unknown':
      return one({ ...value, name: extended(value.name, step) }, place);
    case 'text':
      return one(
        unknown(
          extended(
            textOf(value)
              .map((part) => (typeof part === 'string' ? part : part.hole))
              .join(''),
            step,
          ),
        ),
        place,
      );
    case 'null':
      return one(absent(step), place);
  }
}

/** The scope that keeps holes apart stays at the end: `var.x.tag@infra`. */
function extended(name: string, step: string): string {
  const at = name.indexOf('@');
  return at === -1 ? `${name}.${step}` : `${name.slice(0, at)}.${step}${name.slice(at)}`;
}

function absent(step: string): Single {
  return { kind: 'unknown', name: step, absent: true };
}

function splat(value: Single, place: Place): Value {
  if (value.kind === 'list') return one(value, place);
  if (value.kind === 'object') return one(list([...value.entries.values()]), place);
  if (value.kind === 'null') return one(list([]), place);
  return value.kind === 'unknown' ? one(value, place) : one(list([one(value, place)]), place);
}

/** `x[key]` */
export function indexed(value: Single, key: Single, place: Place): Value {
  const step = judgedString(key);
  if (step !== undefined) return stepped(value, step, place);
  if (value.kind === 'resource') return attributeOfResource(value.resource, 'id', place);
  const name = value.kind === 'unknown' ? value.name : '…';
  // One of the entries, and nobody knows which: alternatives of one unknown choice.
  if (value.kind === 'object' && value.entries.size > 0 && value.entries.size <= 8) {
    const cond = textOf(key)
      .map((part) => (typeof part === 'string' ? part : part.hole))
      .join('');
    const ways = [...value.entries].flatMap(([is, entry]) =>
      entry.flatMap((way): Way[] => {
        const when = both(way.when, [{ cond, is }]);
        return when === undefined ? [] : [{ ...way, when }];
      }),
    );
    return settle(ways, name, place);
  }
  return one({ kind: 'text', text: concat(literal(''), textOf(unknown(extended(name, '*')))) }, place);
}
