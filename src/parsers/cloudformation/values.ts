/**
 * Resolves a template's values: every string expression to a small set of Texts, each with the choices it holds under
 * and the place it was written.
 */
import { ALWAYS, MAX_ALTERNATIVES, always, both, whenKey, type Values, type When } from '../../core/choices.ts';
import { concat, known, literal, textKey, type Text } from '../../core/text.ts';
import { section } from './reading.ts';
import { isList, isObject, type JsonPath } from '../../syntax/json.ts';
import { namedCondition, choice, refine } from './conditions.ts';
import { attributeValues, refValues } from './references.ts';
import { importedValues } from './exports.ts';
import { dynamicReferences, splitText, toolsVariables } from './cutting.ts';
import { child, childValue, intrinsic, ownHole, plain, type Node, type Scope } from './scope.ts';

/** One alternative of a value. */
export interface Item {
  readonly value: Text;
  readonly when: When;
  /** Where it is written: the branch of an `Fn::If`, the scalar itself. */
  readonly path: JsonPath;
}

const MAX_DEPTH = 60;

/** The alternatives of a string; empty only for what isn't there (`AWS::NoValue`, null). */
export function texts(scope: Scope, node: Node | undefined): readonly Item[] {
  if (node === undefined) return [];
  if (scope.memo.depth > MAX_DEPTH || !scope.world.budget.spend()) return [unknownItem(scope, node)];
  scope.memo.depth++;
  const found = branches(scope, node).flatMap((branch) => plainTexts(scope, branch));
  scope.memo.depth--;
  return settleItems(scope, node, found);
}

/** As `texts`, as the values that other evaluators exchange. */
export function valuesOf(scope: Scope, node: Node | undefined): Values | undefined {
  const items = texts(scope, node);
  return items.length === 0 ? undefined : items.map(({ value, when }) => ({ value, when }));
}

function unknownItem(scope: Scope, node: Node): Item {
  return { value: ownHole(scope, node.path.join('.')), when: node.when, path: node.path };
}

function settleItems(scope: Scope, node: Node, items: readonly Item[]): readonly Item[] {
  const distinct = new Map(items.map((item) => [`${textKey(item.value)}\u0002${whenKey(item.when)}`, item]));
  return distinct.size > MAX_ALTERNATIVES ? [unknownItem(scope, node)] : [...distinct.values()];
}

/** One way a value can be; without a node where it isn't there. */
export interface Unfolded {
  readonly node?: Node;
  readonly when: When;
}

/** Takes `Fn::If`, `Fn::FindInMap` and `AWS::NoValue` off a value: the data it can be, and the ways it's absent. */
function unfold(scope: Scope, node: Node): readonly Unfolded[] {
  let open: readonly Node[] = [node];
  const done: Unfolded[] = [];
  for (let round = 0; open.length > 0; round++) {
    const next: Node[] = [];
    for (const one of open) {
      const call = one.text === undefined ? intrinsic(one.value) : undefined;
      if (one.value === null && one.text === undefined) done.push({ when: one.when });
      else if (call?.name === 'Ref' && call.argument === 'AWS::NoValue') done.push({ when: one.when });
      else if (call?.name === 'Fn::If') next.push(...ifBranches(scope, one));
      else if (call?.name === 'Fn::FindInMap')
        done.push(...mapped(scope, one).map((found) => ({ node: found, when: found.when })));
      else done.push({ node: one, when: one.when });
    }
    if (done.length + next.length > MAX_ALTERNATIVES || round > MAX_DEPTH)
      return [{ node: resolved(node, ownHole(scope, node.path.join('.'))), when: node.when }];
    open = next;
  }
  return done;
}

function branches(scope: Scope, node: Node): readonly Node[] {
  return unfold(scope, node).flatMap((one) => one.node ?? []);
}

/** The ways a property some steps down can be; any step may be an `Fn::If`. Never empty. */
export function unfoldAt(scope: Scope, node: Node | undefined, ...path: JsonPath): readonly Unfolded[] {
  let found: readonly Unfolded[] = node === undefined ? [{ when: ALWAYS }] : unfold(scope, node);
  for (const step of path) {
    found = found.flatMap((one) => {
      const inner = child(one.node, step);
      return inner === undefined ? [{ when: one.when }] : unfold(scope, inner);
    });
    if (found.length > MAX_ALTERNATIVES) return [{ when: ALWAYS }];
  }
  return found;
}

function resolved(node: Node, text: Text, conditions: When = node.when): Node {
  return { value: null, path: node.path, when: conditions, text };
}

function ifBranches(scope: Scope, node: Node): readonly Node[] {
  const argument = child(node, 'Fn::If');
  const name = childValue(argument?.value, 0);
  if (typeof name !== 'string') return [];
  const truth = namedCondition(scope, name);
  const side = (index: number, ways: readonly When[]): Node[] =>
    ways.flatMap((way) => {
      const conditions = both(node.when, way);
      const branch = child(argument, index);
      return conditions === undefined || branch === undefined ? [] : [{ ...branch, when: conditions }];
    });
  return [...side(1, truth.yes), ...side(2, truth.no)];
}

const MAX_COMBINATIONS = 256;

/** `Fn::FindInMap`: an unknown key may be any of the map's. */
function mapped(scope: Scope, node: Node): readonly Node[] {
  const argument = child(node, 'Fn::FindInMap');
  const unknown = [resolved(node, ownHole(scope, node.path.join('.')))];
  const maps = keysOf(scope, section(scope.reading, 'Mappings'), child(argument, 0), node.when);
  const found: Node[] = [];
  for (const map of maps ?? []) {
    for (const first of keysOf(scope, map.value, child(argument, 1), map.when) ?? []) {
      for (const second of keysOf(scope, first.value, child(argument, 2), first.when) ?? []) {
        found.push({ value: second.value, path: node.path, when: second.when });
        if (found.length > MAX_COMBINATIONS) return unknown;
      }
    }
  }
  if (found.length === 0) {
    const fallback = child(child(argument, 3), 'DefaultValue');
    return fallback === undefined ? unknown : [fallback];
  }
  // An unknown key that leads to one value everywhere decides nothing.
  const values = new Set(found.map((one) => JSON.stringify(one.value)));
  if (values.size === 1 && found[0] !== undefined) return [{ ...found[0], when: node.when }];
  return found.length > MAX_ALTERNATIVES ? unknown : found;
}

function keysOf(
  scope: Scope,
  map: Node['value'],
  key: Node | undefined,
  conditions: When,
): { value: Node['value']; when: When }[] | undefined {
  if (!isObject(map) || key === undefined) return undefined;
  const names = Object.keys(map);
  return texts(scope, key).flatMap((item) => {
    const whole = known(item.value);
    const ways =
      whole !== undefined
        ? [{ name: whole, is: [ALWAYS] as const }]
        : names.length > MAX_ALTERNATIVES && !allEqual(map)
          ? []
          : names.map((name) => ({ name, is: choice(scope, item.value, name).is }));
    return ways.flatMap(({ name, is }) =>
      is.flatMap((way) => {
        const inner = childValue(map, name);
        const joined = both(both(conditions, item.when) ?? conditions, way);
        return inner === undefined || joined === undefined || both(conditions, item.when) === undefined
          ? []
          : [{ value: inner, when: joined }];
      }),
    );
  });
}

function allEqual(map: { readonly [key: string]: Node['value'] }): boolean {
  return new Set(Object.values(map).map((one) => JSON.stringify(one))).size === 1;
}

// ── strings ─────────────────────────────────────────────────────────────────────────────────────

function plainTexts(scope: Scope, node: Node): readonly Item[] {
  const path = scalarPath(node);
  const item = (value: Text, conditions: When = node.when): Item => ({
    value: toolsVariables(dynamicReferences(refine(value, conditions))),
    when: conditions,
    path,
  });
  if (node.text !== undefined) return [item(node.text)];
  const { value } = node;
  if (typeof value === 'string' && scope.call.fill !== undefined) {
    return scope.call.fill(value).flatMap((one) => {
      const conditions = both(node.when, one.when);
      return conditions === undefined ? [] : [item(one.value, conditions)];
    });
  }
  if (typeof value !== 'object') return [item(literal(plain(value)))];
  const call = intrinsic(value);
  if (call === undefined) {
    const only = isList(value) && value.length === 1 ? child(node, 0) : undefined;
    return only === undefined ? [unknownItem(scope, node)] : texts(scope, only);
  }
  const argument = child(node, call.name);
  const from = (values: Values | undefined): readonly Item[] =>
    values === undefined
      ? [unknownItem(scope, node)]
      : values.flatMap((one) => {
          const conditions = both(node.when, one.when);
          return conditions === undefined ? [] : [item(one.value, conditions)];
        });
  switch (call.name) {
    case 'Ref':
      return from(typeof call.argument === 'string' ? refValues(scope, call.argument) : undefined);
    case 'Fn::GetAtt':
      return from(getAtt(scope, argument));
    case 'Fn::Sub':
      return substitute(scope, node, argument).map((one) => item(one.value, one.when));
    case 'Fn::Join':
      return join(scope, node, argument).map((one) => item(one.value, one.when));
    case 'Fn::Select':
      return select(scope, node, argument).map((one) => ({ ...one, path: node.path }));
    case 'Fn::ImportValue':
      return texts(scope, argument && { ...argument, when: node.when }).flatMap((name) =>
        from(importedValues(scope, name.value)),
      );
    default:
      return [unknownItem(scope, node)];
  }
}

/** What people edit of `{"Ref": "Image"}` is the name in it. */
function scalarPath(node: Node): JsonPath {
  const call = node.text === undefined ? intrinsic(node.value) : undefined;
  return call !== undefined && typeof call.argument === 'string' ? [...node.path, call.name] : node.path;
}

function getAtt(scope: Scope, argument: Node | undefined): Values | undefined {
  const value = argument?.value;
  const [id, ...attribute] =
    typeof value === 'string'
      ? value.split('.')
      : isList(value)
        ? value.map((one, index) => {
            const whole =
              index === 0 && typeof one === 'string' ? one : known(texts(scope, child(argument, index))[0]?.value);
            return whole ?? '';
          })
        : [];
  return id === undefined || id === '' || attribute.includes('')
    ? undefined
    : attributeValues(scope, id, attribute.join('.'));
}

/** Every combination of the parts' alternatives that can hold together. */
function product(
  scope: Scope,
  node: Node,
  parts: readonly (readonly Omit<Item, 'path'>[])[],
): readonly Omit<Item, 'path'>[] {
  let result: readonly Omit<Item, 'path'>[] = [{ value: [], when: node.when }];
  for (const part of parts) {
    result = result.flatMap((left) =>
      part.flatMap((right) => {
        const conditions = both(left.when, right.when);
        return conditions === undefined ? [] : [{ value: concat(left.value, right.value), when: conditions }];
      }),
    );
    if (result.length > MAX_ALTERNATIVES || result.some((one) => tooLong(one.value))) return [unknownItem(scope, node)];
  }
  return result.length === 0 ? [unknownItem(scope, node)] : result;
}

/** Longer than anything CloudFormation takes; a few lines of a template can double a string forty times. */
function tooLong(text: Text): boolean {
  return (
    text.length > 500 || text.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 1), 0) > 100_000
  );
}

const PLACEHOLDER = /\$\{(!?)([^{}]*)\}/g;

function substitute(scope: Scope, node: Node, argument: Node | undefined): readonly Omit<Item, 'path'>[] {
  const template = isList(argument?.value) ? child(argument, 0) : argument;
  const own = isList(argument?.value) ? child(argument, 1) : undefined;
  if (typeof template?.value !== 'string') return [unknownItem(scope, node)];
  const filled = scope.call.fill?.(template.value) ?? always(literal(template.value));
  return filled.flatMap(({ value, when }) => {
    const conditions = both(node.when, when);
    return conditions === undefined
      ? []
      : product(
          scope,
          { ...node, when: conditions },
          value.flatMap((part) =>
            typeof part === 'string' ? placeholders(scope, part, own) : [[{ value: [part], when: ALWAYS }]],
          ),
        );
  });
}

function placeholders(scope: Scope, text: string, own: Node | undefined): (readonly Omit<Item, 'path'>[])[] {
  const parts: (readonly Omit<Item, 'path'>[])[] = [];
  let at = 0;
  for (const found of text.matchAll(PLACEHOLDER)) {
    const name = (found[2] ?? '').trim();
    parts.push([{ value: literal(text.slice(at, found.index)), when: ALWAYS }]);
    parts.push(found[1] === '!' ? [{ value: literal(`\${${name}}`), when: ALWAYS }] : placeholder(scope, name, own));
    at = found.index + found[0].length;
  }
  parts.push([{ value: literal(text.slice(at)), when: ALWAYS }]);
  return parts;
}

function placeholder(scope: Scope, name: string, own: Node | undefined): readonly Omit<Item, 'path'>[] {
  const given = child(own, name);
  if (given !== undefined) return texts(scope, given);
  const dot = name.indexOf('.');
  const values = dot === -1 ? refValues(scope, name) : attributeValues(scope, name.slice(0, dot), name.slice(dot + 1));
  return values ?? [{ value: ownHole(scope, name), when: ALWAYS }];
}

function join(scope: Scope, node: Node, argument: Node | undefined): readonly Omit<Item, 'path'>[] {
  const delimiter = known(texts(scope, child(argument, 0))[0]?.value);
  const list = child(argument, 1);
  if (delimiter === undefined || list === undefined) return [unknownItem(scope, node)];
  return listOf(scope, { ...list, when: node.when }).flatMap((alternative) => {
    if (alternative.items === undefined) return [{ ...unknownItem(scope, node), when: alternative.when }];
    const parts: (readonly Omit<Item, 'path'>[])[] = [];
    for (const one of alternative.items) {
      const items = texts(scope, one);
      if (items.length === 0) continue;
      if (parts.length > 0) parts.push([{ value: literal(delimiter), when: ALWAYS }]);
      parts.push(items);
    }
    return product(scope, { ...node, when: alternative.when }, parts);
  });
}

function select(scope: Scope, node: Node, argument: Node | undefined): readonly Item[] {
  const index = Number(known(texts(scope, child(argument, 0))[0]?.value));
  const list = child(argument, 1);
  if (!Number.isInteger(index) || list === undefined) return [unknownItem(scope, node)];
  return listOf(scope, { ...list, when: node.when }).flatMap((alternative) => {
    const item = alternative.items?.[index];
    return item === undefined
      ? [{ ...unknownItem(scope, node), when: alternative.when }]
      : texts(scope, { ...item, when: alternative.when });
  });
}

// ── lists ───────────────────────────────────────────────────────────────────────────────────────

export interface ListAlternative {
  /** Undefined: a list of which nothing is known. Items may be `Fn::If` themselves. */
  readonly items: readonly Node[] | undefined;
  readonly when: When;
  readonly path: JsonPath;
}

/** The alternatives of a list; a single value counts as a list of one, as CloudFormation has it. */
export function listOf(scope: Scope, node: Node | undefined): readonly ListAlternative[] {
  if (node === undefined || scope.memo.depth > MAX_DEPTH) return [];
  scope.memo.depth++;
  const found = branches(scope, node).flatMap((branch): readonly ListAlternative[] => {
    const { value, path } = branch;
    const call = branch.text === undefined ? intrinsic(value) : undefined;
    if (branch.text !== undefined) return [{ items: undefined, when: branch.when, path }];
    if (isList(value))
      return [{ items: value.flatMap((_, index) => child(branch, index) ?? []), when: branch.when, path }];
    if (call?.name === 'Fn::Split') return split(scope, branch);
    if (call?.name === 'Ref') {
      return texts(scope, branch).map((item) => {
        const whole = known(item.value);
        const items = whole?.split(',').map((one) => resolved({ ...branch, when: item.when }, literal(one.trim())));
        return { items: items ?? [resolved({ ...branch, when: item.when }, item.value)], when: item.when, path };
      });
    }
    return [{ items: call === undefined ? [branch] : undefined, when: branch.when, path }];
  });
  scope.memo.depth--;
  return found;
}

function split(scope: Scope, node: Node): readonly ListAlternative[] {
  const argument = child(node, 'Fn::Split');
  const delimiter = known(texts(scope, child(argument, 0))[0]?.value);
  const source = child(argument, 1);
  if (delimiter === undefined || delimiter === '' || source === undefined)
    return [{ items: undefined, when: node.when, path: node.path }];
  return texts(scope, { ...source, when: node.when }).map((item) => ({
    items: splitText(item.value, delimiter).map((piece) =>
      resolved({ ...node, when: item.when }, piece ?? ownHole(scope, node.path.join('.'))),
    ),
    when: item.when,
    path: node.path,
  }));
}
