/** Conditions: what they lead to where they hold and where they do not, and lists of `&&` and `||`. */
import { leaves } from './leaves.ts';
import { ALWAYS, SUCCEEDS, always, both, when as guard } from '../../core/choices.ts';
import type { AndOr, Command, Statement } from './reading.ts';
import { arithmetic } from './arithmetic.ts';
import { guardOf, judge, judgeArguments, type Judged } from './conditions.ts';
import { swallow, within, type Context } from './context.ts';
import { describesRepository, isAnotherWay, mayFail, labelOf } from './describe.ts';
import { expandWords } from './fields.ts';
import { numbersOf } from './expander.ts';
import { programName } from './names.ts';
import type { State } from './state.ts';
import { join, settled } from './join.ts';
import type { Interpreter } from './interpreter.ts';

export interface Branches {
  readonly yes: readonly State[];
  readonly no: readonly State[];
}

/**
 * Runs a condition and tells its outcomes apart. A command's success is the normal way on; only its failure is a
 * choice, unless asked.
 */
export function branches(
  interpreter: Interpreter,
  statement: Statement,
  state: State,
  context: Context,
  guardSuccess: boolean,
): Branches {
  const inner = within(context, { condition: true });
  switch (statement.kind) {
    case 'test':
      return split(judge(statement.expression, interpreter.expander(state, context)), state);
    case 'arithmetic': {
      const value = arithmetic(statement.text, numbersOf(interpreter.expander(state, context)));
      return split(
        [
          {
            truth: value === undefined ? 'unknown' : value !== 0,
            when: ALWAYS,
            cond: `((${statement.text.trim()}))@${interpreter.scope(context)}`,
            positive: true,
          },
        ],
        state,
      );
    }
    case 'and-or': {
      let result = branches(interpreter, statement.commands[0]!, state, inner, guardSuccess);
      for (const [index, operator] of statement.operators.entries()) {
        const carry = operator === '&&' ? result.yes : result.no;
        const from = join(carry, interpreter.scope(context));
        if (from === undefined) continue;
        const right = branches(interpreter, statement.commands[index + 1]!, from, inner, guardSuccess);
        result =
          operator === '&&'
            ? { yes: right.yes, no: [...result.no, ...right.no] }
            : { yes: [...result.yes, ...right.yes], no: right.no };
      }
      return result;
    }
    case 'pipeline':
      if (statement.stages.length === 1) {
        const result = branches(interpreter, statement.stages[0]!, state, inner, guardSuccess);
        return statement.negated ? { yes: result.no, no: result.yes } : result;
      }
      break;
    case 'command': {
      const name = statement.words[0]?.raw;
      if ((name === '[' || name === 'test') && statement.assignments.length === 0)
        return split(testCommand(interpreter, statement, state, context), state);
      break;
    }
  }
  const before = state.out;
  const after = interpreter.statement(statement, state, inner)?.state;
  if (after === undefined) return { yes: [], no: [] };
  if (after.status === 0) return { yes: [after], no: [] };
  if (after.status !== 'unknown') return { yes: [], no: [after] };
  const cond = `${SUCCEEDS}${labelOf(statement, context.code)}@${interpreter.scope(context)}:${statement.range[0]}`;
  const no = after.fork(guard(cond, 'no'));
  no.status = 1;
  // What was asked for is printed by whoever finds it.
  if (statement.kind === 'command') no.out = before;
  const yes = guardSuccess ? after.fork(guard(cond, 'yes')) : after;
  yes.status = 0;
  return { yes: [yes], no: [no] };
}

function testCommand(interpreter: Interpreter, statement: Command, state: State, context: Context): Judged[] {
  const expander = interpreter.expander(state, context);
  const closing = statement.words[0]?.raw === '[' && statement.words.at(-1)?.raw === ']' ? -1 : undefined;
  const words = statement.words.slice(1, closing);
  return expandWords(words, expander)
    .slice(0, 8)
    .map((list) => {
      const raw = list.fields.length === words.length ? words : list.fields.map(() => undefined);
      return judgeArguments(
        list.fields.map((one) => one.text),
        raw,
        list.when,
        expander,
      );
    });
}

export function split(outcomes: readonly Judged[], state: State): Branches {
  const yes: State[] = [];
  const no: State[] = [];
  for (const one of outcomes) {
    const conditions = both(state.when, one.when);
    if (conditions === undefined) continue;
    const certain = conditions === state.when ? ALWAYS : one.when;
    for (const outcome of [true, false]) {
      if (one.truth !== 'unknown' && one.truth !== outcome) continue;
      const extra = one.truth === 'unknown' ? both(certain, guardOf(one, outcome)) : certain;
      if (extra === undefined || both(state.when, extra) === undefined) continue;
      const branch = one.truth === 'unknown' || outcomes.length > 1 || extra.length > 0 ? state.fork(extra) : state;
      branch.status = outcome ? 0 : 1;
      if (branch !== state) branch.narrow();
      if (
        outcome &&
        one.truth === 'unknown' &&
        one.refine !== undefined &&
        branch.lookup(one.refine.variable) !== undefined
      )
        branch.set(one.refine.variable, always(one.refine.value));
      (outcome ? yes : no).push(branch);
    }
  }
  return { yes, no };
}

export function condition(
  interpreter: Interpreter,
  statements: readonly Statement[],
  state: State,
  context: Context,
): Branches {
  const last = statements.at(-1);
  if (last === undefined) return { yes: [state], no: [] };
  const before = interpreter.list(statements.slice(0, -1), state, within(context, { condition: true }));
  return before === undefined ? { yes: [], no: [] } : branches(interpreter, last, before, context, true);
}

export function andOr(
  interpreter: Interpreter,
  statement: AndOr,
  start: State,
  context: Context,
): { state: State; exempt: boolean } | undefined {
  const scope = interpreter.scope(context);
  const ends: State[] = [];
  let current: State | undefined = start;
  let exempt = false;
  let skipped: State[] = [];
  for (const [index, command] of statement.commands.entries()) {
    const last = index === statement.commands.length - 1;
    if (current === undefined) break;
    const operator = statement.operators[index];
    if (last) {
      const end = interpreter.statement(command, current, context)?.state;
      if (end !== undefined) ends.push(end);
      break;
    }
    const right = statement.commands[index + 1]!;
    const or = swallowing(statement, index);
    const here =
      or === -1 ? context : beforeOr(interpreter, statement.commands[or]!, statement.commands[or + 1]!, context);
    const before = current.failed;
    const { yes, no } = branches(interpreter, command, current, here, false);
    // A failure that leads to the same being done another way has been noticed.
    if (
      operator === '||' &&
      !before &&
      isAnotherWay(command, right, (name) => interpreter.session.world.commands.has(programName(name)))
    )
      for (const one of no) one.failed = false;
    const [taken, passed] = operator === '&&' ? [yes, no] : [no, yes];
    skipped = [...passed];
    // What interpreter command did not let through may still meet a later operator of the other kind: `a && b || c`.
    const other = statement.operators.findIndex((one, at) => at > index && one !== operator);
    if (other !== -1 && skipped.length > 0) {
      const rest: AndOr = {
        ...statement,
        commands: statement.commands.slice(other + 1),
        operators: statement.operators.slice(other + 1),
      };
      const from = join(skipped, scope)!;
      const end =
        rest.operators.length > 0
          ? andOr(interpreter, rest, from, context)?.state
          : interpreter.statement(rest.commands[0]!, from, context)?.state;
      if (end !== undefined) ends.push(end);
    } else {
      if (skipped.some((one) => one.status !== 0)) exempt = true;
      ends.push(...skipped);
    }
    current = join(taken, scope);
    if (operator === '||')
      context = within(context, { tolerated: context.tolerated || describesRepository([command]) });
  }
  const joined = join(settled(ends, start), scope);
  return joined === undefined ? undefined : { state: joined, exempt };
}

/**
 * The `||` that a failure of this command leads to; -1 where none does. In `push && break || sleep 5` what follows is
 * the next attempt, and the loop decides.
 */
function swallowing({ commands, operators }: AndOr, index: number): number {
  const or = operators.indexOf('||', index);
  return or > index && commands.slice(index + 1, or + 1).some(leaves) ? -1 : or;
}

function beforeOr(interpreter: Interpreter, command: Statement, right: Statement, context: Context): Context {
  if (mayFail([right])) return context;
  return swallow(within(context, { tolerated: true }), {
    why: 'or true',
    by: `|| ${labelOf(right, context.code)}`,
    site: interpreter.site(context, [command.range[1], right.range[1]]),
  });
}
