/**
 * Statements. Where a condition isn't decided both sides run, each under its choice; after `if (x) return …` the rest
 * runs under the other.
 */
import { both, when } from '../../../core/choices.ts';
import { ts } from '../compiler.ts';
import { noteCondition } from '../context.ts';
import { cannotThrow } from './certain.ts';
import { evaluate, unknownAt } from './expressions.ts';
import { propertyName } from './literals.ts';
import { makeClass, makeFunction } from './functions.ts';
import { conditionOf, equality, sides, type Side } from './operators.ts';
import { bind, declare } from './patterns.ts';
import { goesOn, withWhen, type Run } from './run.ts';
import { childScope, type Scope } from './scope.ts';
import {
  NOTHING,
  memberOf,
  one,
  primitive,
  unknown,
  type Entry,
  type ListValue,
  type ObjectValue,
  type Single,
  type Value,
} from './values.ts';
import { restrict, view } from './alternatives.ts';
import { noteType } from './expressions.ts';

export type Completion = 'normal' | 'break' | 'continue' | 'return';

const MAX_ITERATIONS = 48;

/** Functions, classes and enums are there before the first statement runs. */
export function hoist(run: Run, scope: Scope, statements: readonly ts.Statement[]): void {
  for (const statement of statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name !== undefined && statement.body !== undefined) {
      declare(run, scope, statement.name.text, one(makeFunction(scope, statement, statement.name.text)));
    } else if (ts.isClassDeclaration(statement) && statement.name !== undefined) {
      scope.cells.set(statement.name.text, {
        value: undefined,
        born: run.when,
        lazy: () => makeClass(run, scope, statement),
      });
    } else if (ts.isEnumDeclaration(statement)) {
      scope.cells.set(statement.name.text, {
        value: undefined,
        born: run.when,
        lazy: () => enumeration(run, scope, statement),
      });
    } else if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name)) {
      scope.cells.set(statement.name.text, {
        value: undefined,
        born: run.when,
        lazy: () => namespace(run, scope, statement),
      });
    }
  }
}

function enumeration(run: Run, scope: Scope, node: ts.EnumDeclaration): Value {
  const object: ObjectValue = { kind: 'object', entries: new Map(), born: run.when };
  let next = 0;
  for (const item of node.members) {
    const name = propertyName(run, scope, item.name);
    const value = item.initializer === undefined ? primitive(next) : evaluate(run, scope, item.initializer);
    const single = value[0]!.value;
    if (single.kind === 'literal' && typeof single.value === 'number') next = single.value + 1;
    if (name !== undefined) object.entries.set(name, { value });
  }
  return one(object);
}

function namespace(run: Run, scope: Scope, node: ts.ModuleDeclaration): Value {
  const object: ObjectValue = { kind: 'object', entries: new Map<string, Entry>(), born: run.when };
  if (node.body === undefined || !ts.isModuleBlock(node.body)) return one(object);
  const inner = childScope(scope);
  hoist(run, inner, node.body.statements);
  executeBlock(run, inner, node.body.statements);
  for (const [name, cell] of inner.cells) object.entries.set(name, { value: cell.value ?? cell.lazy?.() ?? NOTHING });
  return one(object);
}

export function executeBlock(run: Run, scope: Scope, statements: readonly ts.Statement[]): Completion {
  const before = run.when;
  let completion: Completion = 'normal';
  for (const statement of statements) {
    if (!goesOn(run, statement)) break;
    completion = execute(run, scope, statement);
    if (completion !== 'normal') break;
  }
  run.when = before;
  return completion;
}

function block(run: Run, scope: Scope, statement: ts.Statement): Completion {
  if (!ts.isBlock(statement)) return executeBlock(run, scope, [statement]);
  const inner = childScope(scope);
  hoist(run, inner, statement.statements);
  return executeBlock(run, inner, statement.statements);
}

function execute(run: Run, scope: Scope, node: ts.Statement): Completion {
  if (ts.isExpressionStatement(node)) evaluate(run, scope, node.expression);
  else if (ts.isVariableStatement(node)) variables(run, scope, node.declarationList);
  else if (ts.isReturnStatement(node)) {
    const { activation } = scope;
    const value = node.expression === undefined ? NOTHING : evaluate(run, scope, node.expression);
    activation.returns.push(...restrict(value, run.when.slice(activation.entered)));
    return 'return';
  } else if (ts.isIfStatement(node)) return conditional(run, scope, node);
  else if (ts.isBlock(node)) return block(run, scope, node);
  else if (ts.isForOfStatement(node) || ts.isForInStatement(node)) return forEach(run, scope, node);
  else if (ts.isForStatement(node)) return forLoop(run, scope, node);
  else if (ts.isWhileStatement(node) || ts.isDoStatement(node))
    return loop(run, scope, node.expression, node.statement, ts.isDoStatement(node));
  else if (ts.isSwitchStatement(node)) return choose(run, scope, node);
  else if (ts.isTryStatement(node)) return attempt(run, scope, node);
  else if (ts.isThrowStatement(node)) {
    evaluate(run, scope, node.expression);
    return 'return';
  } else if (ts.isBreakStatement(node)) return 'break';
  else if (ts.isContinueStatement(node)) return 'continue';
  else if (ts.isLabeledStatement(node)) return execute(run, scope, node.statement);
  else if (ts.isExportAssignment(node)) evaluate(run, scope, node.expression);
  else if (ts.isClassDeclaration(node) || ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node))
    settleDeclaration(scope, node);
  return 'normal';
}

/** Static fields run where the class stands, unless something used it before. */
function settleDeclaration(scope: Scope, node: ts.ClassDeclaration | ts.EnumDeclaration | ts.ModuleDeclaration): void {
  const cell = node.name === undefined || !ts.isIdentifier(node.name) ? undefined : scope.cells.get(node.name.text);
  if (cell?.lazy === undefined) return;
  const { lazy } = cell;
  delete cell.lazy;
  cell.value = lazy();
}

function variables(run: Run, scope: Scope, list: ts.VariableDeclarationList): void {
  for (const declaration of list.declarations) {
    const value = declaration.initializer === undefined ? NOTHING : evaluate(run, scope, declaration.initializer);
    if (declaration.type !== undefined) noteType(value, declaration.type, declaration);
    if (ts.isIdentifier(declaration.name))
      declare(run, scope, declaration.name.text, named(value, declaration.name.text));
    else bind(run, scope, declaration.name, value);
  }
}

/** An arrow function takes the name of the constant it's kept in. */
function named(value: Value, name: string): Value {
  const single = value.length === 1 ? value[0]!.value : undefined;
  return single?.kind === 'function' && single.name === '' ? [{ ...value[0]!, value: { ...single, name } }] : value;
}

const MAX_SIDES = 4;

function grouped(all: readonly Side[], name: string): Side[] {
  const unique = new Map(all.map((side) => [`${side.truth} ${JSON.stringify(side.when)}`, side]));
  if (unique.size <= MAX_SIDES) return [...unique.values()];
  return [true, false].flatMap((is) => {
    const found = all.find((side) => side.truth === is);
    return found === undefined ? [] : [{ ...found, when: when(name, is ? 'true' : 'false') }];
  });
}

function conditional(run: Run, scope: Scope, node: ts.IfStatement): Completion {
  const condition = evaluate(run, scope, node.expression);
  noteCondition(condition, node.expression, 'if');
  const ways = grouped(
    sides(view(condition, run.when)),
    `${node.expression.getText().replaceAll('@', '')}@${node.getSourceFile().fileName}:${node.pos}`,
  );
  return ways.length === 0
    ? 'normal'
    : branches(
        run,
        ways.map((side) => ({
          when: side.when,
          run: () =>
            side.truth
              ? block(run, scope, node.thenStatement)
              : node.elseStatement === undefined
                ? 'normal'
                : block(run, scope, node.elseStatement),
        })),
      );
}

/** Runs each way under its choices. When only one goes on, whatever follows holds under its choices. */
function branches(
  run: Run,
  ways: readonly { readonly when: Parameters<typeof withWhen>[1]; readonly run: () => Completion }[],
): Completion {
  const done: { completion: Completion; when: Parameters<typeof withWhen>[1] }[] = [];
  for (const way of ways) {
    withWhen(run, way.when, () => {
      done.push({ completion: way.run(), when: way.when });
    });
  }
  const first = done[0];
  if (first === undefined) return 'normal';
  const onward = done.filter((one) => one.completion === 'normal');
  if (onward.length === 0) return first.completion;
  if (onward.length === 1 && done.length > 1) run.when = both(run.when, onward[0]!.when) ?? run.when;
  return 'normal';
}

function forEach(run: Run, scope: Scope, node: ts.ForOfStatement | ts.ForInStatement): Completion {
  const over = evaluate(run, scope, node.expression);
  let left: Completion = 'normal';
  for (const alt of view(over, run.when)) {
    const items = ts.isForInStatement(node) ? keysOf(alt.value) : itemsOf(alt.value);
    const list = items ?? [one(elementOf(alt.value, node))];
    for (const item of list.slice(0, MAX_ITERATIONS)) {
      for (const element of item) {
        if (!goesOn(run, node)) return left;
        withWhen(run, [...alt.when, ...element.when], () => {
          const inner = childScope(scope);
          if (ts.isVariableDeclarationList(node.initializer))
            bind(run, inner, node.initializer.declarations[0]!.name, [{ ...element, when: [] }]);
          const completion = block(run, inner, node.statement);
          if (completion === 'return' && items !== undefined && list.length === 1) left = completion;
        });
      }
    }
  }
  return left;
}

function elementOf(value: Single, node: ts.Node): Single {
  return value.kind === 'unknown'
    ? { ...memberOf(value, '[]'), root: true }
    : { ...unknown('element', `${node.getSourceFile().fileName}:${node.pos}`), root: true };
}

/** The elements of what is iterated; undefined when they can't be told. */
export function itemsOf(value: Single): readonly Value[] | undefined {
  if (value.kind === 'list' && (!value.open || value.items.length > 0)) return value.items;
  if (value.kind === 'object' && value.entries.size > 0 && value.open === undefined && value.cls === undefined) {
    return [...value.entries].map(([key, entry]) =>
      one({ kind: 'list', items: [primitive(key), entry.value], open: false } satisfies ListValue),
    );
  }
  return undefined;
}

function keysOf(value: Single): readonly Value[] | undefined {
  return value.kind === 'object' && value.open === undefined
    ? [...value.entries.keys()].map((key) => primitive(key))
    : undefined;
}

function forLoop(run: Run, scope: Scope, node: ts.ForStatement): Completion {
  const inner = childScope(scope);
  if (node.initializer !== undefined) {
    if (ts.isVariableDeclarationList(node.initializer)) variables(run, inner, node.initializer);
    else evaluate(run, inner, node.initializer);
  }
  return iterate(run, inner, node.condition, node.statement, node.incrementor, false);
}

function loop(run: Run, scope: Scope, condition: ts.Expression, body: ts.Statement, first: boolean): Completion {
  return iterate(run, childScope(scope), condition, body, undefined, first);
}

function iterate(
  run: Run,
  scope: Scope,
  condition: ts.Expression | undefined,
  body: ts.Statement,
  after: ts.Expression | undefined,
  first: boolean,
): Completion {
  for (let turn = 0; turn < MAX_ITERATIONS && goesOn(run, body); turn++) {
    const value = condition === undefined || (first && turn === 0) ? primitive(true) : evaluate(run, scope, condition);
    const ways = sides(view(value, run.when));
    if (ways.every((side) => !side.truth)) return 'normal';
    const decided = ways.every((side) => side.truth);
    let completion: Completion = 'normal';
    withWhen(run, decided ? [] : ways.find((side) => side.truth)!.when, () => {
      completion = block(run, scope, body);
    });
    if (after !== undefined) evaluate(run, scope, after);
    // An undecided loop runs once: enough to see what its body makes.
    if (!decided || isBreak(completion)) return 'normal';
    if (isReturn(completion)) return 'return';
  }
  return 'normal';
}

const isBreak = (completion: Completion): boolean => completion === 'break';
const isReturn = (completion: Completion): boolean => completion === 'return';

function choose(run: Run, scope: Scope, node: ts.SwitchStatement): Completion {
  const subject = evaluate(run, scope, node.expression);
  const inner = childScope(scope);
  const clauses = node.caseBlock.clauses;
  for (const clause of clauses) hoist(run, inner, clause.statements);
  const ways: { when: Side['when']; run: () => Completion }[] = [];
  const body = (from: number): Completion => {
    for (let at = from; at < clauses.length; at++) {
      const completion = executeBlock(run, inner, clauses[at]!.statements);
      if (completion === 'break') return 'normal';
      if (completion !== 'normal') return completion;
    }
    return 'normal';
  };
  for (const alt of view(subject, run.when)) {
    let rest: Side['when'] | undefined = alt.when;
    for (const [index, clause] of clauses.entries()) {
      if (rest === undefined || !ts.isCaseClause(clause)) continue;
      const test = equality([{ ...alt, when: [] }], evaluate(run, inner, clause.expression), {
        negated: false,
        loose: false,
      })[0]!.value;
      if (test.kind === 'literal') {
        if (test.value !== true) continue;
        ways.push({ when: rest, run: () => body(index) });
        rest = undefined;
      } else {
        const chosen = both(rest, conditionOf(test, true));
        if (chosen !== undefined) ways.push({ when: chosen, run: () => body(index) });
        rest = both(rest, conditionOf(test, false));
      }
    }
    if (rest === undefined) continue;
    const fallback = clauses.findIndex((clause) => ts.isDefaultClause(clause));
    ways.push({ when: rest, run: fallback === -1 ? () => 'normal' : () => body(fallback) });
  }
  return branches(run, ways);
}

function attempt(run: Run, scope: Scope, node: ts.TryStatement): Completion {
  const tried = block(run, scope, node.tryBlock);
  if (node.catchClause !== undefined && !cannotThrow(node.tryBlock)) {
    const { variableDeclaration, block: body } = node.catchClause;
    withWhen(run, when(`throws ${node.getSourceFile().fileName}:${node.pos}`, 'true'), () => {
      const inner = childScope(scope);
      if (variableDeclaration !== undefined)
        bind(run, inner, variableDeclaration.name, one(unknownAt(variableDeclaration)));
      block(run, inner, body);
    });
  }
  if (node.finallyBlock !== undefined) block(run, scope, node.finallyBlock);
  return tried;
}
