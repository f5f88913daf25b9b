/** Statements with more than one way through them: `switch`, loops, `try`. */
import { SUCCEEDS, type When } from '../../core/choices.ts';
import { catchesSteps, isSilent } from './catches.ts';
import { equal, open } from './conditions.ts';
import type { Here } from './here.ts';
import type { Interpreter } from './interpreter.ts';
import { differences, kept, type Kept } from './memory.ts';
import type { Statement } from './reading.ts';
import { calledBy, Scope, type Value } from './values.ts';

/** Turns of a loop whose list is known; a longer list is followed so far. */
export const MOST_TURNS = 20;

/** A body that doesn't leave runs on into the next. */
export function cases(interpreter: Interpreter, statement: Extract<Statement, { kind: 'switch' }>, here: Here): When {
  const value = interpreter.evaluate(statement.of, here);
  const into = (index: number, inner: Here): void => {
    for (const one of statement.cases.slice(index)) {
      interpreter.block(one.body, inner);
      if (interpreter.left !== undefined) break;
    }
    if (interpreter.left === 'break') interpreter.left = undefined;
  };
  const from = (index: number, inner: Here): void => {
    const one = statement.cases[index];
    if (one === undefined) return;
    if (one.value === undefined) into(index, inner);
    else
      interpreter.choose(
        equal(value, interpreter.evaluate(one.value, inner), interpreter, inner),
        inner,
        (way) => into(index, way),
        (way) => from(index + 1, way),
      );
  };
  from(0, here);
  return here.when;
}

/** Over a list that is known, turn by turn; else one turn, if there is any. */
export function loop(interpreter: Interpreter, statement: Extract<Statement, { kind: 'loop' }>, here: Here): void {
  const { over, body } = statement;
  const list = over === undefined ? undefined : interpreter.evaluate(over.list, here);
  const turn = (item: Value | undefined, inner: Here): boolean => {
    const scope = new Scope(inner.scope);
    if (over !== undefined && item !== undefined) scope.variables.set(over.name, item);
    interpreter.run(body, { ...inner, scope });
    const { left } = interpreter;
    if (left === 'break' || left === 'continue') interpreter.left = undefined;
    return left === undefined || left === 'continue';
  };
  if (list?.kind === 'list') {
    for (const item of list.items.slice(0, MOST_TURNS)) if (!turn(item, here)) return;
    return;
  }
  const item = over === undefined ? undefined : calledBy(over.name, interpreter.open(over.list, here));
  interpreter.choose(
    open(`turns ${interpreter.written(statement, here)}`),
    here,
    (inner) => void turn(item, inner),
    () => {},
  );
}

export function attempt(interpreter: Interpreter, statement: Extract<Statement, { kind: 'try' }>, here: Here): void {
  const { body, catches, after } = statement;
  const before = kept(interpreter.environment, here);
  interpreter.block(body, { ...here, fate: fateIn(interpreter, statement, here) });
  const came = interpreter.left;
  interpreter.left = undefined;
  const [first] = catches;
  if (first !== undefined) {
    const way = (inner: Here): void => {
      perhapsUndone(interpreter, before, inner);
      for (const one of catches) if (interpreter.left === undefined) interpreter.block(one.body, inner);
    };
    if (came === 'error') way(here);
    else interpreter.choose(open(`${SUCCEEDS}${interpreter.written(first, here)}`), here, () => {}, way);
  }
  const left = came === 'error' && first !== undefined ? interpreter.left : (came ?? interpreter.left);
  interpreter.left = undefined;
  interpreter.block(after, here);
  interpreter.left ??= left;
}

/** Of what the body changed, nobody knows how far it came. */
function perhapsUndone(interpreter: Interpreter, before: Kept, here: Here): void {
  for (const { name, forget } of differences(before, interpreter.environment, here))
    forget(calledBy(name, interpreter.open({ range: [0, 0] }, here)));
}

/** What catches a failing step without a word to the build hides it; what tells of it ends what hides it further out. */
function fateIn(interpreter: Interpreter, { catches }: Extract<Statement, { kind: 'try' }>, here: Here): Here['fate'] {
  const catching = catches.find(catchesSteps);
  if (catching === undefined) return here.fate;
  const { masked: _, ...fate } = here.fate;
  if (!isSilent(catching.body)) return fate;
  return { ...fate, masked: { by: 'catch', why: 'caught', site: interpreter.siteOf(catching.range, here) } };
}
