/** Methods of arrays, maps and sets. */
import type { ts } from '../compiler.ts';
import { runCallbacks } from './calls.ts';
import { unknownAt } from './expressions.ts';
import { callFunction } from './functions.ts';
import { concat, equality, sides } from './operators.ts';
import { excerpt, withWhen, type Run } from './run.ts';
import {
  NOTHING,
  knownText,
  one,
  primitive,
  unknown,
  type Alt,
  type FunctionValue,
  type ListValue,
  type ObjectValue,
  type Value,
} from './values.ts';
import { flatMap, join, restrict, view } from './alternatives.ts';

const MAX_ITEMS = 64;

function callbackOf(args: readonly Value[]): FunctionValue | undefined {
  const single = args[0]?.length === 1 ? args[0][0]!.value : undefined;
  return single?.kind === 'function' ? single : undefined;
}

export function listMethod(
  run: Run,
  base: ListValue,
  name: string,
  args: readonly Value[],
  node: ts.CallExpression,
): Value {
  const plain = plainMethod(base, name, args, node);
  if (plain !== undefined) return plain;
  const callback = callbackOf(args);
  return callback === undefined ? runCallbacks(run, args, node) : callbackMethod(run, base, name, args, callback, node);
}

/** Undefined: a method that calls back, or one that nobody here knows. */
function plainMethod(
  base: ListValue,
  name: string,
  args: readonly Value[],
  node: ts.CallExpression,
): Value | undefined {
  switch (name) {
    case 'push':
    case 'unshift': {
      const added = args.map((arg) => restrict(arg, []));
      if (base.items.length + added.length > 500) base.open = true;
      else if (name === 'push') base.items.push(...added);
      else base.items.unshift(...added);
      return primitive(base.items.length);
    }
    case 'pop':
      return base.items.pop() ?? NOTHING;
    case 'shift':
      return base.items.shift() ?? NOTHING;
    case 'concat':
      return one({ kind: 'list', ...flattened([one(base), ...args]) });
    case 'flat':
      return one({ kind: 'list', ...flattened(base.items), open: base.open });
    case 'join':
      return joined(base, args);
    case 'slice':
      return slice(base, args);
    case 'reverse':
      return one({ kind: 'list', items: [...base.items].reverse(), open: base.open });
    case 'at': {
      const index = args[0]?.[0]?.value;
      const found =
        index?.kind === 'literal' && typeof index.value === 'number' ? base.items.at(index.value) : undefined;
      return found ?? (base.open ? one(unknownAt(node)) : NOTHING);
    }
    case 'includes':
      return includes(base, args, node);
    case 'entries':
      return one({
        kind: 'list',
        items: base.items.map((item, index) => one({ kind: 'list', items: [primitive(index), item], open: false })),
        open: base.open,
      });
    case 'values':
    case 'sort':
    case 'toSorted':
      return one(base);
    default:
      return undefined;
  }
}

function callbackMethod(
  run: Run,
  base: ListValue,
  name: string,
  args: readonly Value[],
  callback: FunctionValue,
  node: ts.CallExpression,
): Value {
  switch (name) {
    case 'forEach':
    case 'map':
    case 'flatMap': {
      const results = mapped(run, base, callback, node);
      if (base.open && base.items.length === 0) runCallbacks(run, args, node);
      if (name === 'forEach') return NOTHING;
      return one({ kind: 'list', ...(name === 'flatMap' ? flattened(results) : { items: results }), open: base.open });
    }
    case 'filter':
      return one({ kind: 'list', items: filtered(run, base, callback, node), open: base.open });
    case 'find': {
      const kept = filtered(run, base, callback, node);
      if (base.open) return one(unknownAt(node));
      const sure = kept.findIndex(
        (item, index) => item === base.items[index] || item.every((alt) => alt.when.length === 0),
      );
      return kept.length === 0 ? NOTHING : join(kept.slice(0, sure === -1 ? undefined : sure + 1).flat(), 'found');
    }
    case 'some':
    case 'every': {
      const verdicts = mapped(run, base, callback, node).map((value) => sides(value));
      const all = verdicts.every((ways) => ways.every((way) => way.truth));
      const none = verdicts.every((ways) => ways.every((way) => !way.truth));
      if (base.open) return one(unknownAt(node));
      if (name === 'some' ? none : all) return primitive(name === 'every');
      return name === 'some'
        ? verdicts.some((ways) => ways.every((way) => way.truth))
          ? primitive(true)
          : one(unknownAt(node))
        : verdicts.some((ways) => ways.every((way) => !way.truth))
          ? primitive(false)
          : one(unknownAt(node));
    }
    case 'reduce': {
      let value = args[1] ?? base.items[0] ?? NOTHING;
      for (const [index, item] of base.items.slice(args[1] === undefined ? 1 : 0, MAX_ITEMS).entries())
        value = callFunction(run, callback, [value, item, primitive(index)], node);
      return base.open ? one(unknownAt(node)) : value;
    }
    default:
      return runCallbacks(run, args, node);
  }
}

function mapped(run: Run, base: ListValue, callback: FunctionValue, node: ts.Node): Value[] {
  return base.items.slice(0, MAX_ITEMS).map((item, index) => {
    const results: Alt[] = [];
    for (const alt of view(item, run.when)) {
      withWhen(run, alt.when, () => {
        results.push(
          ...restrict(
            callFunction(run, callback, [[{ ...alt, when: [] }], primitive(index), one(base)], node),
            alt.when,
          ),
        );
      });
    }
    return join(results, 'item');
  });
}

function filtered(run: Run, base: ListValue, callback: FunctionValue, node: ts.Node): Value[] {
  return base.items.slice(0, MAX_ITEMS).flatMap((item, index) => {
    const kept = sides(callFunction(run, callback, [item, primitive(index)], node)).filter((side) => side.truth);
    if (kept.length === 0) return [];
    const held = kept.flatMap((side) => restrict(item, side.when));
    return held.length === 0 ? [] : [kept.length === 1 && kept[0]!.when.length === 0 ? item : held];
  });
}

function flattened(values: readonly Value[]): { items: Value[]; open: boolean } {
  const items: Value[] = [];
  let open = false;
  for (const value of values) {
    for (const alt of value) {
      if (alt.value.kind === 'list') {
        items.push(
          ...alt.value.items.flatMap((item) => {
            const held = restrict(item, alt.when);
            return held.length === 0 ? [] : [held];
          }),
        );
        open ||= alt.value.open;
      } else if (alt.value.kind === 'unknown') open = true;
      else items.push([alt]);
    }
  }
  return { items: items.slice(0, 500), open };
}

function joined(base: ListValue, args: readonly Value[]): Value {
  if (base.open) return one(unknown('joined'));
  const separator = args[0] ?? primitive(',');
  const parts = base.items.slice(0, MAX_ITEMS).flatMap((item, index) => (index === 0 ? [item] : [separator, item]));
  return concat(
    parts.map((part) =>
      flatMap(part, 'part', (single) =>
        single.kind === 'literal' && (single.value ?? null) === null ? primitive('') : one(single),
      ),
    ),
    'joined',
  );
}

function slice(base: ListValue, args: readonly Value[]): Value {
  const [from, to] = args.map((arg) =>
    arg[0]!.value.kind === 'literal' && typeof arg[0]!.value.value === 'number' ? arg[0]!.value.value : undefined,
  );
  return one({ kind: 'list', items: base.items.slice(from, to), open: base.open });
}

function includes(base: ListValue, args: readonly Value[], node: ts.Node): Value {
  const wanted = args[0];
  if (wanted === undefined || base.open) return one(unknownAt(node));
  const tests = base.items.map((item) => equality(item, wanted, { negated: false, loose: false }));
  if (tests.some((test) => test.every((alt) => alt.value.kind === 'literal' && alt.value.value === true)))
    return primitive(true);
  if (tests.every((test) => test.every((alt) => alt.value.kind === 'literal' && alt.value.value === false)))
    return primitive(false);
  return one(unknown(`includes ${excerpt(node, 60)}`));
}

/** `new Map([[k, v]])` is an object of its entries. */
export function mapMethod(run: Run, base: ObjectValue, name: string, args: readonly Value[]): Value | undefined {
  const key = args[0]?.length === 1 ? knownText(args[0][0]!.value) : undefined;
  switch (name) {
    case 'get':
      return key === undefined
        ? undefined
        : (base.entries.get(key)?.value ?? (base.open === undefined ? NOTHING : one(unknown(key))));
    case 'has':
      return key === undefined || base.open !== undefined ? undefined : primitive(base.entries.has(key));
    case 'set': {
      if (key !== undefined && args[1] !== undefined) base.entries.set(key, { value: args[1] });
      else base.open ??= unknown('map');
      return one(base);
    }
    case 'hasOwnProperty':
      return key === undefined || base.open !== undefined ? undefined : primitive(base.entries.has(key));
    case 'forEach':
      for (const [name_, entry] of base.entries)
        for (const alt of args[0] ?? [])
          if (alt.value.kind === 'function')
            callFunction(run, alt.value, [entry.value, primitive(name_)], alt.value.node);
      return NOTHING;
    default:
      return undefined;
  }
}
