/** `pipeline { }`: its sections, and the stages in their order. */
import { always, ALWAYS, both, type Values } from '../../core/choices.ts';
import { siteOf } from '../../core/site.ts';
import { literal } from '../../core/text.ts';
import { inTurn } from '../../project/in-turn.ts';
import { variableHole } from '../shell/names.ts';
import { decide, equal, open, together, turned, type Condition } from './conditions.ts';
import { withVariables, type Here } from './here.ts';
import type { Interpreter } from './interpreter.ts';
import { machineFor } from './machine.ts';
import type { Body, Call, Closure, Statement } from './reading.ts';
import { body, limitOf, withHop } from './steps.ts';
import { calledBy, NOTHING, stringOf, valuesOf, type Value } from './values.ts';
import { parallel } from './ways.ts';

/** Of `post { }`, those that run when nothing failed. */
const RUNS = /^(?:always|success|changed|fixed|cleanup|regression)$/;
const MOST_CELLS = 20;

export function pipeline(interpreter: Interpreter, of: Call, here: Here): Value {
  const [closure] = closuresOf(of);
  if (closure !== undefined) sections(interpreter, closure, here);
  return NOTHING;
}

/** What a pipeline and a stage say of themselves, then their stages or steps, then what comes after them. */
function sections(interpreter: Interpreter, { body: statements }: Closure, here: Here): void {
  const calls = callsIn(statements);
  let inner = here;
  for (const one of calls) inner = prepared(interpreter, one, inner);
  for (const one of calls) {
    const [closure] = closuresOf(one);
    if (one.name === 'stages' && closure !== undefined) stages(interpreter, closure, inner);
    else if (one.name === 'steps') body(interpreter, one, inner, true);
    else if (one.name === 'parallel' && closure !== undefined) stagesAtOnce(interpreter, closure, inner);
    else if (one.name === 'matrix' && closure !== undefined) matrix(interpreter, closure, inner);
  }
  const left = interpreter.left;
  interpreter.left = undefined;
  for (const one of calls.filter(({ name }) => name === 'post'))
    for (const closure of closuresOf(one))
      for (const condition of callsIn(closure.body))
        if (RUNS.test(condition.name)) body(interpreter, condition, inner, true);
  interpreter.left = left;
}

function prepared(interpreter: Interpreter, of: Call, here: Here): Here {
  const [closure] = closuresOf(of);
  switch (of.name) {
    case 'agent':
      return agent(interpreter, of, here);
    case 'environment':
      return closure === undefined ? here : environment(interpreter, closure.body, here);
    case 'parameters':
      body(interpreter, of, here, true);
      return here;
    case 'options': {
      const timeout = callsIn(closure?.body ?? []).find(({ name }) => name === 'timeout');
      return timeout === undefined ? here : limitOf(interpreter, timeout, here);
    }
    default:
      return here;
  }
}

/** `agent { label 'arm64' }`; a container runs on whatever machine its label names. */
function agent(interpreter: Interpreter, of: Call, here: Here): Here {
  const labels = (closure: Closure): string[] =>
    callsIn(closure.body).flatMap((one) => {
      const [first] = one.args;
      if (one.name === 'label' && first !== undefined) return stringOf(interpreter.evaluate(first, here)) ?? [];
      return closuresOf(one).flatMap(labels);
    });
  const [first] = of.args;
  if (first?.kind === 'name' && first.name === 'none') return here;
  const [label] = closuresOf(of).flatMap(labels);
  // A container beside what the pipeline has checked out, on its very machine.
  if (label === undefined && closuresOf(of).some(reusesNode)) return here;
  return { ...here, ...machineFor(interpreter, label) };
}

function reusesNode({ body: statements }: Closure): boolean {
  return callsIn(statements).some(
    (one) =>
      (one.name === 'reuseNode' && one.args.some((arg) => arg.kind === 'constant' && arg.value === 'true')) ||
      closuresOf(one).some(reusesNode),
  );
}

function environment(interpreter: Interpreter, statements: Body, here: Here): Here {
  let inner = here;
  for (const statement of statements) {
    if (statement.kind !== 'expression' || statement.value.kind !== 'assignment') continue;
    const { to, value } = statement.value;
    if (to.kind !== 'name') continue;
    const secret = value.kind === 'call' && value.of === undefined && value.name === 'credentials';
    const names = secret ? [to.name, `${to.name}_USR`, `${to.name}_PSW`] : [];
    inner = withVariables(
      inner,
      secret
        ? names.map((name): [string, Values] => [name, always(variableHole(name))])
        : [[to.name, valuesOf(calledBy(to.name, interpreter.evaluate(value, inner)), to.name)]],
    );
  }
  return inner;
}

/** Stages that run at one time. */
function stagesAtOnce(interpreter: Interpreter, { body: statements }: Closure, here: Here): void {
  const branches = callsIn(statements).filter(({ name }) => name === 'stage');
  parallel(
    interpreter,
    branches.map((of) => (inner) => stage(interpreter, of, inner)),
    here,
  );
}

function stages(interpreter: Interpreter, { body: statements }: Closure, here: Here): void {
  inTurn(
    interpreter.world,
    callsIn(statements).filter(({ name }) => name === 'stage'),
    (of) => siteOf(interpreter.reading.lines, of.nameRange),
    (of) => stage(interpreter, of, here),
  );
}

function stage(interpreter: Interpreter, of: Call, here: Here): void {
  const [closure] = closuresOf(of);
  if (closure === undefined || interpreter.left !== undefined) return;
  interpreter.choose(
    whenOf(interpreter, closure.body, here),
    here,
    (inner) => sections(interpreter, closure, withHop(interpreter, of, inner)),
    () => {},
  );
}

/** A stage's `when { }`: all of what stands in it. */
function whenOf(interpreter: Interpreter, statements: Body, here: Here): Condition {
  const conditions = callsIn(statements)
    .filter(({ name }) => name === 'when')
    .flatMap((one) => closuresOf(one).flatMap((closure) => callsIn(closure.body)));
  return allOf(interpreter, conditions, here);
}

function allOf(interpreter: Interpreter, conditions: readonly Call[], here: Here): Condition {
  return conditions.reduce<Condition>((found, one) => together(found, holds(interpreter, one, here)), {
    truth: true,
    yes: ALWAYS,
    no: ALWAYS,
  });
}

function holds(interpreter: Interpreter, of: Call, here: Here): Condition {
  const inside = closuresOf(of).flatMap(({ body: inner }) => inner);
  const unsure = (): Condition => open(interpreter.written(of, here));
  switch (of.name) {
    case 'allOf':
      return allOf(interpreter, callsIn(inside), here);
    case 'not':
      return turned(allOf(interpreter, callsIn(inside), here));
    case 'anyOf': {
      const [only, ...more] = callsIn(inside);
      return only !== undefined && more.length === 0 ? holds(interpreter, only, here) : unsure();
    }
    case 'branch': {
      const [first] = of.args;
      const name = first === undefined ? undefined : interpreter.evaluate(first, here);
      return name === undefined || /[*?]/.test(stringOf(name) ?? '*')
        ? unsure()
        : equal(interpreter.variable('BRANCH_NAME', here), name, interpreter, here);
    }
    case 'environment': {
      const [name, value] = ['name', 'value'].map((key) => of.named.find((one) => one.name === key)?.value);
      const variable = name === undefined ? undefined : stringOf(interpreter.evaluate(name, here));
      if (variable === undefined || value === undefined) return unsure();
      return equal(
        { kind: 'text', values: interpreter.environment.of(variable, here) },
        interpreter.evaluate(value, here),
        interpreter,
        here,
      );
    }
    case 'expression': {
      const [only, ...more] = inside;
      const value = only?.kind === 'expression' || only?.kind === 'return' ? only.value : undefined;
      return value === undefined || more.length > 0 ? unsure() : decide(interpreter, value, here);
    }
    // They say when it is asked, not whether.
    case 'beforeAgent':
    case 'beforeInput':
    case 'beforeOptions':
      return { truth: true, yes: ALWAYS, no: ALWAYS };
    default:
      return unsure();
  }
}

/** Each cell of a matrix is a run of its own. */
function matrix(interpreter: Interpreter, closure: Closure, here: Here): void {
  const calls = callsIn(closure.body);
  const axes = calls
    .filter(({ name }) => name === 'axes')
    .flatMap((one) => closuresOf(one).flatMap(({ body: inner }) => callsIn(inner)))
    .flatMap((axis) => {
      const inner = closuresOf(axis).flatMap(({ body: statements }) => callsIn(statements));
      const said = (name: string): string[] =>
        inner
          .filter((one) => one.name === name)
          .flatMap((one) => one.args.flatMap((arg) => stringOf(interpreter.evaluate(arg, here)) ?? []));
      const [name] = said('name');
      return name === undefined ? [] : [{ name, values: said('values') }];
    });
  let cells: (readonly [string, string])[][] = [[]];
  for (const { name, values } of axes)
    cells = cells.flatMap((cell) => values.map((value) => [...cell, [name, value] as const])).slice(0, MOST_CELLS);
  for (const cell of cells) {
    const inner = withVariables(
      { ...here, run: `${here.run}#${cell.map(([, value]) => value).join(' ')}` },
      cell.map(([name, value]): [string, Values] => [name, always(literal(value))]),
    );
    if (both(here.when, ALWAYS) !== undefined) sections(interpreter, closure, inner);
  }
}

function callsIn(statements: readonly Statement[]): Call[] {
  return statements.flatMap((one) => {
    if (one.kind !== 'expression') return [];
    const { value } = one;
    if (value.kind === 'call') return [value];
    // A name alone, such as `buildingTag`.
    return value.kind === 'name'
      ? [{ kind: 'call', name: value.name, nameRange: value.range, args: [], named: [], range: value.range } as const]
      : [];
  });
}

function closuresOf(of: Call): Closure[] {
  return of.args.filter((one) => one.kind === 'closure');
}
