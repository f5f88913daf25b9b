/** Calls and `new`: of the project's functions and classes, of methods on any kind of value, and of the library. */
import { ts } from '../compiler.ts';
import { contextValue, noteOther, noteParsed, noteProperty } from '../context.ts';
import { evaluate, unknownAt } from './expressions.ts';
import { elements } from './literals.ts';
import {
  baseClass,
  callFunction,
  construct,
  constructBase,
  initialiseFields,
  makeFunction,
  memberOfClass,
  type CallOptions,
} from './functions.ts';
import { callGlobal, newGlobal } from './globals.ts';
import { callHelper, defineProperty, helperOf } from './interop.ts';
import { intrinsic } from './intrinsics.ts';
import { record, type MadeHere } from '../library.ts';
import { listMethod, mapMethod } from './lists.ts';
import { classMember, ofNothing } from './members.ts';
import { VISITED } from '../reading.ts';
import { each, excerpt, sourceBetween, sourceOf, withWhen, type Run } from './run.ts';
import type { Scope } from './scope.ts';
import { textMethod } from './strings.ts';
import {
  NOTHING,
  isNullish,
  one,
  primitive,
  textOf,
  textValue,
  unknown,
  type ObjectValue,
  type Single,
  type Value,
} from './values.ts';
import { view, withSource } from './alternatives.ts';

export function evaluateCall(run: Run, scope: Scope, node: ts.CallExpression): Value {
  const callee = unwrap(node.expression);
  const args = elements(run, scope, node.arguments).items;
  if (callee.kind === ts.SyntaxKind.SuperKeyword) return superCall(run, scope, node, args);
  if (callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require'))
    return moduleOf(run, scope, node);
  const helper = helperOf(callee);
  if (helper !== undefined) return callHelper(helper, args);
  if (ts.isPropertyAccessExpression(callee)) {
    if (callee.expression.kind === ts.SyntaxKind.SuperKeyword)
      return superMethod(run, scope, node, callee.name.text, args);
    const receiver = evaluate(run, scope, callee.expression);
    return withSource(
      each(run, receiver, 'result', (alt) => callMethod(run, alt.value, callee.name.text, args, node)),
      sourceOf(node),
    );
  }
  if (ts.isElementAccessExpression(callee)) {
    const receiver = evaluate(run, scope, callee.expression);
    const key = evaluate(run, scope, callee.argumentExpression);
    const name = key.length === 1 && key[0]!.value.kind === 'text' ? key[0]!.value.text.join('') : undefined;
    if (name === undefined) return runCallbacks(run, args, node);
    return each(run, receiver, 'result', (alt) => callMethod(run, alt.value, name, args, node));
  }
  return withSource(
    each(run, evaluate(run, scope, callee), 'result', (alt) => callValue(run, alt.value, args, node)),
    sourceOf(node),
  );
}

function unwrap(node: ts.Expression): ts.Expression {
  let at = node;
  for (;;) {
    if (ts.isParenthesizedExpression(at) || ts.isNonNullExpression(at) || ts.isAsExpression(at)) at = at.expression;
    // `(0, path_1.join)(…)`: a compiler's way of calling without a `this`.
    else if (
      ts.isBinaryExpression(at) &&
      at.operatorToken.kind === ts.SyntaxKind.CommaToken &&
      ts.isNumericLiteral(at.left)
    )
      at = at.right;
    else return at;
  }
}

function moduleOf(run: Run, scope: Scope, node: ts.CallExpression): Value {
  const [first] = node.arguments;
  if (first === undefined || !ts.isStringLiteralLike(first)) return one(unknownAt(node));
  return run.modules.namespace(run, first.text, scope.activation.module);
}

/** What `new` or a call makes here: the callee is what a finding underlines. */
function madeHere(node: ts.NewExpression | ts.CallExpression): MadeHere {
  const source = ts.isNewExpression(node) ? sourceBetween(node, node.expression) : sourceOf(node.expression);
  const [scope, id] = node.arguments ?? [];
  const label = `${ts.isNewExpression(node) ? 'new ' : ''}${excerpt(node.expression, 80)}`;
  return {
    label,
    source,
    whole: sourceOf(node),
    ...(scope === undefined || id === undefined ? {} : { written: { scope: scope.getText(), id: id.getText() } }),
  };
}

function superCall(run: Run, scope: Scope, node: ts.CallExpression, args: readonly Value[]): Value {
  const { home, instance } = scope.activation;
  if (home === undefined || instance === undefined) return NOTHING;
  constructBase(run, home, instance, args, {
    ...madeHere(node),
    ...(instance.cls === undefined ? {} : { className: instance.cls.name }),
  });
  initialiseFields(run, home, instance, scope);
  return NOTHING;
}

function superMethod(run: Run, scope: Scope, node: ts.CallExpression, name: string, args: readonly Value[]): Value {
  const { home, self, instance } = scope.activation;
  const base = home === undefined ? undefined : baseClass(home);
  const found = base === undefined ? undefined : memberOfClass(run, base, name, false);
  if (found !== undefined)
    return callFunction(run, makeFunction(found.cls.scope, found.node, name, self, found.cls), args, node);
  if (instance?.library !== undefined) return libraryCall(run, instance.library, name, args, node);
  return one(unknownAt(node));
}

export function evaluateNew(run: Run, scope: Scope, node: ts.NewExpression): Value {
  const args = elements(run, scope, node.arguments ?? []).items;
  const callee = evaluate(run, scope, node.expression);
  return each(run, callee, 'instance', (alt): Value => {
    const cls = alt.value;
    if (cls.kind === 'class') return withSource(construct(run, cls, args, node, madeHere(node)), sourceOf(node));
    if (cls.kind === 'symbol' && cls.module === 'global')
      return newGlobal(run, cls.path.join('.'), args) ?? one(unknownAt(node), sourceOf(node));
    if (cls.kind === 'symbol') {
      noteArguments(args, node);
      const made = record(run, { how: 'new', module: cls.module, name: cls.path.join('.'), args, ...madeHere(node) });
      runCallbacks(run, args, node);
      return one(made, sourceOf(node));
    }
    runCallbacks(run, args, node);
    return one(unknownAt(node), sourceOf(node));
  });
}

function callValue(run: Run, callee: Single, args: readonly Value[], node: ts.CallExpression): Value {
  switch (callee.kind) {
    case 'function':
      return callFunction(run, callee, args, node, label(node));
    case 'symbol':
      return callSymbol(run, callee, args, node);
    case 'literal':
      return NOTHING;
    default:
      return runCallbacks(run, args, node);
  }
}

function label(node: ts.CallExpression): CallOptions {
  return { label: `${excerpt(node.expression, 60)}()` };
}

function callSymbol(
  run: Run,
  callee: Extract<Single, { kind: 'symbol' }>,
  args: readonly Value[],
  node: ts.CallExpression,
): Value {
  if (callee.module === 'global' && callee.path.join('.') === 'Object.defineProperty') {
    defineProperty(run, args, (getter) => callValue(run, getter, [], node));
    return args[0] ?? NOTHING;
  }
  const known = callGlobal(run, callee, args, node) ?? intrinsic(run, callee, args, node);
  if (known !== undefined) return known;
  if (callee.module === 'global') return runCallbacks(run, args, node);
  noteArguments(args, node);
  const made = record(run, {
    how: 'call',
    module: callee.module,
    name: callee.path.join('.'),
    args,
    ...madeHere(node),
  });
  runCallbacks(run, args, node);
  return one(made, sourceOf(node));
}

function callMethod(run: Run, base: Single, name: string, args: readonly Value[], node: ts.CallExpression): Value {
  if ((name === 'tryGetContext' || name === 'getContext') && args.length === 1)
    return contextValue(run, args[0]!, node);
  switch (base.kind) {
    case 'text':
      return textMethod(run, base, name, args, node);
    case 'list':
      return listMethod(run, base, name, args, node);
    case 'object':
      return objectMethod(run, base, name, args, node);
    case 'class':
      return each(run, classMember(run, base, name), 'result', (alt) => callValue(run, alt.value, args, node));
    case 'symbol':
      return callSymbol(run, { ...base, path: [...base.path, name] }, args, node);
    case 'library':
    case 'member':
      return libraryCall(run, base, name, args, node);
    case 'function': {
      if (name === 'call')
        return callFunction(run, base, args.slice(1), node, {
          ...label(node),
          ...(args[0] === undefined ? {} : { self: args[0] }),
        });
      return name === 'bind' ? one(base) : one(unknownAt(node));
    }
    case 'literal': {
      if (isNullish(base) === true) return ofNothing(name, node);
      return name === 'toString' || name === 'toFixed' ? primitive(String(base.value)) : one(unknownAt(node));
    }
    case 'unknown':
      return unknownMethod(run, base, name, args, node);
    case 'regex': {
      for (const arg of args) noteParsed(arg, node);
      return one(unknownAt(node));
    }
  }
}

function objectMethod(
  run: Run,
  base: ObjectValue,
  name: string,
  args: readonly Value[],
  node: ts.CallExpression,
): Value {
  const entry = base.entries.get(name);
  if (entry !== undefined) return each(run, entry.value, 'result', (alt) => callValue(run, alt.value, args, node));
  if (base.cls !== undefined) {
    const found = memberOfClass(run, base.cls, name, false);
    if (found !== undefined)
      return callFunction(run, makeFunction(found.cls.scope, found.node, name, one(base), found.cls), args, node, {
        ...label(node),
        instance: base,
      });
  }
  if (base.library !== undefined) return libraryCall(run, base.library, name, args, node);
  return mapMethod(run, base, name, args) ?? runCallbacks(run, args, node);
}

function libraryCall(
  run: Run,
  base: Extract<Single, { kind: 'library' | 'member' }>,
  name: string,
  args: readonly Value[],
  node: ts.CallExpression,
): Value {
  if (name === 'toString' || name === 'trim' || name === 'toISOString') return one(textValue(textOf(base)));
  if (isSchema(base)) for (const arg of args) noteDeep(arg, node, 0);
  noteArguments(args, node);
  const callee = node.expression;
  // A chain over several lines is underlined at the method's name.
  const source = ts.isPropertyAccessExpression(callee) ? sourceOf(callee.name) : sourceOf(callee);
  const made = record(run, { how: 'method', module: '', name, target: base, args, source, whole: sourceOf(node) });
  if (name === 'add' && base.kind === 'library' && base.name.endsWith('Aspects.of'))
    visit(run, base.args.slice(0, 1), args[0] ?? [], node);
  runCallbacks(run, args, node);
  return one(made, sourceOf(node));
}

const SCHEMAS = /^(?:zod(?:\/|$)|yup$|joi$|@hapi\/joi$|valibot$|superstruct$|envalid$|arktype$|@sinclair\/typebox)/;

/** Something that refuses or converts what it's given. */
function isSchema(base: Single): boolean {
  if (base.kind === 'member') return isSchema(base.of);
  return base.kind === 'library' && (SCHEMAS.test(base.module) || (base.target !== undefined && isSchema(base.target)));
}

function noteDeep(value: Value, node: ts.Node, depth: number): void {
  noteParsed(value, node);
  for (const alt of value)
    if (alt.value.kind === 'object' && depth < MAX_NESTED)
      for (const entry of alt.value.entries.values()) noteDeep(entry.value, node, depth + 1);
}

/** An aspect's `visit` is read once, with an object that stands for every construct below the scope. */
function visit(run: Run, scope: readonly Value[], aspect: Value, node: ts.CallExpression): void {
  for (const alt of view(aspect, run.when)) {
    if (alt.value.kind !== 'object') continue;
    const { value } = alt;
    const visited = record(run, {
      how: 'call',
      module: VISITED,
      name: 'visited',
      args: scope,
      source: sourceOf(node),
      whole: sourceOf(node),
    });
    withWhen(run, alt.when, () => callMethod(run, value, 'visit', [one(visited)], node));
  }
}

function unknownMethod(
  run: Run,
  base: Extract<Single, { kind: 'unknown' }>,
  name: string,
  args: readonly Value[],
  node: ts.CallExpression,
): Value {
  noteParsed(one(base), node);
  for (const arg of args) noteOther(arg, node);
  if (name === 'toString' || name === 'trim' || name === 'valueOf') return one(base);
  const called = runCallbacks(run, args, node);
  if (/^(?:map|flatMap|filter|concat|slice|split|entries|keys|values)$/.test(name))
    return one({ kind: 'list', items: [], open: true });
  return args.every((arg) => arg.every((alt) => alt.value.kind === 'text' || alt.value.kind === 'literal'))
    ? one(unknown(`${base.name}.${name}()`, base.scope, base.nature))
    : called;
}

/** A function handed to something unknown may be called with anything: its body is read once. */
export function runCallbacks(run: Run, args: readonly Value[], node: ts.Node): Value {
  for (const arg of args) {
    for (const alt of view(arg, run.when)) {
      if (alt.value.kind === 'function') callOpen(run, alt.value, node);
    }
  }
  return one(unknownAt(node));
}

function callOpen(run: Run, fn: Extract<Single, { kind: 'function' }>, node: ts.Node): void {
  const owner = `${fn.node.getSourceFile().fileName}:${fn.node.pos}`;
  callFunction(
    run,
    fn,
    fn.node.parameters.map((parameter) =>
      one({ ...unknown(ts.isIdentifier(parameter.name) ? parameter.name.text : 'value', owner), root: true }),
    ),
    node,
  );
}

const BOOLEAN_PROP =
  /^(?:is|has|use|enable|disable|allow|should|auto|assign|include|with|deletion|termination|multi|publicly|no|skip)[A-Z]|(?:Enabled|Disabled|Protection|Encrypted|MultiAz|Accessible)$/;

/** A context value given to the library: to a switch by its name, or to something that takes a string. */
function noteArguments(args: readonly Value[], node: ts.CallExpression | ts.NewExpression): void {
  args.forEach((arg, index) => {
    noteOther(arg, node);
    const written = node.arguments?.[index];
    noteEntries(arg, written, node, 0);
  });
}

const MAX_NESTED = 4;

function noteEntries(value: Value, written: ts.Expression | undefined, node: ts.Node, depth: number): void {
  for (const alt of value) {
    if (depth > MAX_NESTED) continue;
    if (alt.value.kind === 'list') {
      // What stands in a list is taken for what it is: no list of the library holds switches.
      for (const item of alt.value.items) {
        noteOther(item, node);
        noteEntries(item, undefined, node, depth + 1);
      }
    }
    if (alt.value.kind !== 'object' || alt.value.cls !== undefined) continue;
    for (const [key, entry] of alt.value.entries) {
      const expression = expressionOf(written, key);
      if (BOOLEAN_PROP.test(key)) noteProperty(entry.value, key, expression ?? node);
      else {
        noteOther(entry.value, node);
        noteEntries(entry.value, expression, node, depth + 1);
      }
    }
  }
}

/** What stands after `key:` when the argument is written in place. */
function expressionOf(argument: ts.Expression | undefined, key: string): ts.Expression | undefined {
  if (argument === undefined || !ts.isObjectLiteralExpression(argument)) return undefined;
  const property = argument.properties.find(
    (one): one is ts.PropertyAssignment => ts.isPropertyAssignment(one) && one.name.getText() === key,
  );
  return property?.initializer;
}
