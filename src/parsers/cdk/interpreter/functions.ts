/** The project's own functions and classes: calling, constructing, inheriting. */
import { ts } from '../compiler.ts';
import { evaluate } from './expressions.ts';
import { record, type MadeHere } from '../library.ts';
import { bindParameters } from './patterns.ts';
import { MAX_CALLS, MAX_RECURSION, goesOn, hopOf, sourceOf, type Run } from './run.ts';
import { childScope, sinceEntry, type Activation, type Scope } from './scope.ts';
import { executeBlock, hoist } from './statements.ts';
import { NOTHING, one, unknown, type ClassValue, type FunctionValue, type ObjectValue, type Value } from './values.ts';
import { join } from './alternatives.ts';
import { propertyName } from './literals.ts';
import { written } from './scope.ts';
import { defined } from '../../../core/optional.ts';

export function makeFunction(
  scope: Scope,
  node: ts.FunctionLikeDeclaration,
  name: string,
  self?: Value,
  home?: ClassValue,
): FunctionValue {
  const arrow = ts.isArrowFunction(node);
  const bound = arrow ? scope.activation.self : self;
  const owner = arrow ? scope.activation.home : home;
  return {
    kind: 'function',
    node,
    scope,
    name,
    ...defined({ self: bound, home: owner }),
  };
}

/** Binding, scopes and what is returned. */
const STEPS_PER_CALL = 3;

export interface CallOptions {
  readonly self?: Value;
  readonly instance?: ObjectValue;
  /** Named in the way in: a call somebody wrote, not a callback. */
  readonly label?: string;
}

export function callFunction(
  run: Run,
  fn: FunctionValue,
  args: readonly Value[],
  site: ts.Node,
  options: CallOptions = {},
): Value {
  const { node } = fn;
  const running = run.active.get(node) ?? 0;
  if (
    node.body === undefined ||
    running >= MAX_RECURSION ||
    run.calls >= MAX_CALLS ||
    !goesOn(run, site, STEPS_PER_CALL)
  )
    return one(unknown(fn.name === '' ? 'result' : `${fn.name}()`, `${site.getSourceFile().fileName}:${site.pos}`));
  run.executed.add(node);
  run.active.set(node, running + 1);
  run.calls++;
  const via = run.via;
  if (options.label !== undefined) run.via = [...via, hopOf(run, options.label, sourceOf(site))];
  const self = fn.self ?? options.self;
  const instance = ts.isArrowFunction(node) ? fn.scope.activation.instance : (options.instance ?? instanceOf(self));
  const activation: Activation = {
    module: fn.scope.activation.module,
    entered: run.when.length,
    returns: [],
    ...defined({ self, instance, home: fn.home }),
  };
  const scope = childScope(fn.scope, activation);
  const before = run.when;
  bindParameters(run, scope, node.parameters, args);
  const result = runBody(run, scope, node.body);
  run.when = before;
  run.via = via;
  run.calls--;
  run.active.set(node, running);
  return result;
}

function instanceOf(self: Value | undefined): ObjectValue | undefined {
  const single = self?.length === 1 ? self[0]!.value : undefined;
  return single?.kind === 'object' ? single : undefined;
}

function runBody(run: Run, scope: Scope, body: ts.ConciseBody): Value {
  if (!ts.isBlock(body)) return evaluate(run, scope, body);
  hoist(run, scope, body.statements);
  const { returns, entered } = scope.activation;
  const completion = executeBlock(run, scope, body.statements);
  if (completion === 'normal' && returns.length > 0 && returns.every((alt) => alt.when.length > 0)) {
    // Falling off the end gives undefined; only a value that somebody uses matters, and that one was returned.
    return join(returns, 'result');
  }
  return returns.length === 0 ? NOTHING : join([...sinceEntry(returns, run.when.slice(0, entered), entered)], 'result');
}

// ── classes ────────────────────────────────────────────────────────────────────────────────────

export function makeClass(run: Run, scope: Scope, node: ts.ClassLikeDeclaration): Value {
  const heritage = node.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0]
    ?.expression;
  const base = heritage === undefined ? undefined : evaluate(run, scope, heritage);
  const statics: ObjectValue = { kind: 'object', entries: new Map(), born: run.when };
  const cls: ClassValue = {
    kind: 'class',
    node,
    scope,
    name: node.name?.text ?? 'class',
    statics,
    ...defined({ base }),
  };
  const inner = childScope(scope, { ...scope.activation, self: one(cls), home: cls });
  for (const item of node.members) {
    if (!isStatic(item)) continue;
    if (ts.isPropertyDeclaration(item) && item.initializer !== undefined) {
      const name = propertyName(run, scope, item.name);
      if (name !== undefined) statics.entries.set(name, { value: evaluate(run, inner, item.initializer) });
    } else if (ts.isClassStaticBlockDeclaration(item)) executeBlock(run, inner, item.body.statements);
  }
  return one(cls);
}

function isStatic(node: ts.ClassElement): boolean {
  return (
    ts.isClassStaticBlockDeclaration(node) ||
    (ts.canHaveModifiers(node) &&
      (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword))
  );
}

type Method = ts.MethodDeclaration | ts.GetAccessorDeclaration;

/** A method or getter, in the class or what it extends of the project. */
export function memberOfClass(
  run: Run,
  cls: ClassValue,
  name: string,
  statics: boolean,
): { node: Method; cls: ClassValue } | undefined {
  let at: ClassValue | undefined = cls;
  for (let depth = 0; at !== undefined && depth < 32; depth++) {
    for (const item of at.node.members) {
      if (
        (ts.isMethodDeclaration(item) || ts.isGetAccessorDeclaration(item)) &&
        item.body !== undefined &&
        isStatic(item) === statics &&
        propertyName(run, at.scope, item.name) === name
      )
        return { node: item, cls: at };
    }
    at = baseClass(at);
  }
  return undefined;
}

export function baseClass(cls: ClassValue): ClassValue | undefined {
  const base = cls.base?.[0]?.value;
  return base?.kind === 'class' ? base : undefined;
}

/** `new ApiStack(app, 'Api', props)` of the project's own class. */
export function construct(run: Run, cls: ClassValue, args: readonly Value[], site: ts.Node, here: MadeHere): Value {
  const object: ObjectValue = { kind: 'object', entries: new Map(), born: run.when, cls };
  const running = run.active.get(cls.node) ?? 0;
  if (running >= MAX_RECURSION || run.calls >= MAX_CALLS || !goesOn(run, site, STEPS_PER_CALL))
    return one(unknown(cls.name, `${site.getSourceFile().fileName}:${site.pos}`));
  if (!run.instances.has(cls.node)) run.instances.set(cls.node, object);
  run.active.set(cls.node, running + 1);
  run.calls++;
  const via = run.via;
  if (here.label !== '') run.via = [...via, hopOf(run, here.label, here.source)];
  initialise(run, cls, object, args, { ...here, className: cls.name });
  run.via = via;
  run.calls--;
  run.active.set(cls.node, running);
  return one(object);
}

function initialise(run: Run, cls: ClassValue, object: ObjectValue, args: readonly Value[], here: MadeHere): void {
  run.executed.add(cls.node);
  const declared = cls.node.members.find(
    (item): item is ts.ConstructorDeclaration => ts.isConstructorDeclaration(item) && item.body !== undefined,
  );
  const self = one(object);
  const activation: Activation = {
    module: cls.scope.activation.module,
    self,
    instance: object,
    home: cls,
    entered: run.when.length,
    returns: [],
  };
  const scope = childScope(cls.scope, activation);
  const before = run.when;
  if (declared?.body === undefined) {
    constructBase(run, cls, object, args, here);
    initialiseFields(run, cls, object, scope);
    return;
  }
  if (cls.base === undefined) initialiseFields(run, cls, object, scope);
  bindParameters(run, scope, declared.parameters, args);
  for (const parameter of declared.parameters) {
    if (ts.isIdentifier(parameter.name) && (ts.getModifiers(parameter) ?? []).length > 0) {
      object.entries.set(parameter.name.text, { value: scope.cells.get(parameter.name.text)?.value ?? NOTHING });
    }
  }
  hoist(run, scope, declared.body.statements);
  executeBlock(run, scope, declared.body.statements);
  run.when = before;
}

/** `super(…)`: the library's base makes the construct; a project's base runs its own constructor. */
export function constructBase(
  run: Run,
  cls: ClassValue,
  object: ObjectValue,
  args: readonly Value[],
  here: MadeHere,
): void {
  for (const alt of cls.base ?? []) {
    const base = alt.value;
    if (base.kind === 'class') initialise(run, base, object, args, here);
    else if (base.kind === 'symbol') {
      object.library = record(run, {
        how: 'new',
        module: base.module,
        name: base.path.join('.'),
        args,
        source: here.source,
        whole: here.whole,
        ...defined({ written: here.written }),
        className: here.className ?? cls.name,
      });
    } else if (base.kind === 'unknown') {
      object.library = record(run, {
        how: 'new',
        module: '',
        name: base.name,
        args,
        source: here.source,
        whole: here.whole,
        className: here.className ?? cls.name,
      });
    }
    return;
  }
}

export function initialiseFields(run: Run, cls: ClassValue, object: ObjectValue, scope: Scope): void {
  for (const item of cls.node.members) {
    if (!ts.isPropertyDeclaration(item) || isStatic(item) || item.initializer === undefined) continue;
    const name = propertyName(run, scope, item.name);
    if (name !== undefined)
      object.entries.set(name, {
        value: written(undefined, evaluate(run, scope, item.initializer), run.when, object.born, name),
      });
  }
}
