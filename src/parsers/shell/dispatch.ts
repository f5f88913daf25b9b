/**
 * A simple command: assignments, expansion, and whatever its name means — a function, a builtin, a script of the
 * project, a known tool.
 */
import { posix } from 'node:path';
import { always, both, when as guard, type Values } from '../../core/choices.ts';
import { judged } from '../../core/sealed.ts';
import { hole } from '../../core/text.ts';
import type { Command } from './reading.ts';
import type { CommandResult } from '../../project/evaluation.ts';
import { evaluateForeignStack } from '../../tools/foreign-stack.ts';
import { programAt } from '../../tools/located.ts';
import { passed, type Positional } from './arguments.ts';
import { assign } from './assign.ts';
import { BUILTINS } from './builtins.ts';
import { within, type Context } from './context.ts';
import { describesRepository, isTalk, labelOf } from './describe.ts';
import { expandString } from './expand.ts';
import { expandWords, type Field } from './fields.ts';
import { programName } from './names.ts';
import type { Interpreter } from './interpreter.ts';
import { invocation, met, started, written, type Change } from './invocation.ts';
import { isShell, runScriptFile, runShellCommand } from './scripts.ts';
import type { ShellFunction, State, Status, Variable } from './state.ts';
import { rejoined } from './join.ts';
import { defined, oneOrNone } from '../../core/optional.ts';
import { unknownCommand } from './unknown-command.ts';

/** A command under one set of choices, with its words expanded. */
export interface Call {
  readonly interpreter: Interpreter;
  readonly statement: Command;
  readonly name: string;
  readonly args: readonly Field[];
  readonly state: State;
  readonly context: Context;
  /** `X=1 cmd`: variables for this command alone. */
  readonly prefix: ReadonlyMap<string, Values>;
  /** All words, the name included, with where each was written. */
  readonly words: readonly Field[];
  /** The status before this command, which `exit` and `return` without a number pass on. */
  readonly before: Status;
}

export function dispatch(
  interpreter: Interpreter,
  statement: Command,
  state: State,
  context: Context,
): State | undefined {
  if (statement.words.length === 0) {
    // The assignment's status is that of a substitution in it; without one it succeeds, after `$?` has been read.
    const substitutes = statement.assignments.some((one) => one.value !== undefined && /\$\(|`/.test(one.value.raw));
    if (substitutes) state.status = 0;
    for (const one of statement.assignments) assign(interpreter, one, state, context, false);
    if (!substitutes) state.status = 0;
    return state;
  }
  if (state.out === undefined && isTalk(statement) && !state.functions.has(statement.words[0]?.raw ?? '')) {
    state.status = 0;
    return state;
  }
  const before = state.status;
  const { when } = state;
  const prefix = new Map<string, Values>();
  for (const one of statement.assignments)
    if (one.value !== undefined) prefix.set(one.name, expandString(one.value, interpreter.expander(state, context)));
  const lists = expandWords(statement.words, interpreter.expander(state, context));
  const ends: State[] = [];
  for (const list of lists) {
    const [first, ...args] = list.fields;
    // A single list may be what is left of many ways: then it holds where its choices do, and not always.
    const inner = both(when, list.when) === when ? state : state.fork(list.when);
    if (first === undefined) {
      ends.push(inner);
      continue;
    }
    const end = run({
      interpreter,
      statement,
      name: judged(first.text) ?? programAt(first.text) ?? '',
      args,
      words: list.fields,
      state: inner,
      context,
      prefix,
      before,
    });
    if (end !== undefined) ends.push(end);
  }
  return rejoined(ends, when, interpreter.scope(context));
}

function run(call: Call): State | undefined {
  const { interpreter, name, state, context } = call;
  if (name === '') {
    const entries = entriesOf(call);
    if (entries.length > 0) return runEntries(call, entries);
    // `"$DEPLOY_TOOL" web`: anything may be called here.
    unknownCommand(call, call.args, 'call');
    finish(call, {});
    return state;
  }
  const target = state.functions.get(name);
  if (target !== undefined)
    return runFunctionBody(interpreter, target, passed(call.args), withPrefix(call), context, call.statement);
  const builtin = BUILTINS.get(name);
  if (builtin !== undefined) return builtin(call);
  finish(call, execute(call, call.args));
  return state;
}

/** More functions than this are a library. */
const MOST_ENTRIES = 12;

/** `"$@"`, or `$1 "$2"`: whoever calls the script names one of its functions. */
function entriesOf({ interpreter, words, state, context }: Call): [string, ShellFunction][] {
  const [first] = words;
  const part = first?.text.length === 1 ? first.text[0] : undefined;
  if (
    part === undefined ||
    typeof part === 'string' ||
    !/^\$(?:@|1)@/.test(part.hole) ||
    interpreter.session.rehearsing
  )
    return [];
  const own = [...state.functions].filter(([, target]) => target.code.lines.file === context.code.lines.file);
  return own.length > MOST_ENTRIES ? [] : own;
}

function runEntries(call: Call, entries: readonly [string, ShellFunction][]): State | undefined {
  const { interpreter, statement, state, context, args } = call;
  const { when } = state;
  const scope = interpreter.scope(context);
  const ends = entries.flatMap(([name, target]) => {
    const end = runFunctionBody(
      interpreter,
      target,
      call.words.length === 1 ? undefined : passed(args),
      state.fork(guard(`entry@${scope}:${statement.range[0]}`, name)),
      context,
      statement,
    );
    return oneOrNone(end);
  });
  return rejoined(ends, when, scope);
}

/** Variables of a prefix hold for a function's body as well; that they linger is of no consequence here. */
function withPrefix(call: Call): State {
  for (const [name, values] of call.prefix) call.state.assign(name, { kind: 'scalar', values, exported: true });
  return call.state;
}

export function runFunctionBody(
  interpreter: Interpreter,
  target: ShellFunction,
  args: Positional,
  state: State,
  context: Context,
  call: Command,
): State | undefined {
  const { positional: outer, otherNames } = state;
  state.positional = args;
  state.scopes = [...state.scopes, new Map<string, Variable | undefined>()];
  const depth = state.scopes.length;
  const returns: State[] = [];
  const foreign = target.code.lines.file !== context.code.lines.file;
  const end = interpreter.list(
    target.definition.body,
    state,
    within(context, {
      code: target.code,
      returns,
      breaks: undefined,
      continues: undefined,
      depth: context.depth + 1,
      turn: `${context.turn}>${call.range[0]}`,
      caller: { context, statement: call },
      via: foreign
        ? [...context.via, interpreter.hop(context, `${target.definition.name}()`, call.range)]
        : context.via,
    }),
  );
  const whole = interpreter.ended(returns, end, context);
  if (whole === undefined) return undefined;
  whole.scopes = whole.scopes.slice(0, depth - 1);
  whole.positional = outer;
  whole.otherNames = otherNames;
  return whole;
}

const MAX_RUNS = 150;

/**
 * Of a command of ours, in rehearsals of a script that takes more steps than there are: it is worked out as in the run
 * itself, where what it tells is paid for.
 */
const STEPS_TO_REHEARSE = 2;

/** Runs what is not a function or builtin, and tells what it printed and how it ended. */
export function execute(called: Call, args: readonly Field[], change: Change = {}): CommandResult {
  const name = programName(called.name);
  const call: Call = name === called.name ? called : { ...called, name };
  const { interpreter, state, context } = call;
  const session = interpreter.session;
  // A wrapper (`awscli() { aws … "$@"; }`) runs something else for each of its callers.
  const place = written(call.statement, context);
  const runs = session.runsOf(place.statement);
  if (runs === MAX_RUNS + 1)
    interpreter.unfollowed('runs of a command', MAX_RUNS, place.statement.range, place.context);
  if (!session.world.budget.spend() || context.depth > 40 || runs > MAX_RUNS) return {};
  const script = isShell(name) || !name.includes('/') ? undefined : session.path([name], state);
  if (script !== undefined && session.world.readings.get(script)?.kind === 'shell')
    return runScriptFile(call, script, args);
  if (isShell(name)) return runShellCommand(call, args);
  const handler = session.world.commands.get(posix.basename(name));
  if (handler === undefined) {
    unknownCommand(call, args, 'command');
    evaluateForeignStack(invocation(call, args, change), posix.basename(name));
    return {};
  }
  if (session.failing?.endless === true && !session.world.budget.spend(STEPS_TO_REHEARSE)) return {};
  const result = handler(invocation(call, args, change));
  if (result.notUnderstood === true) unknownCommand(call, args, 'command');
  if (result.starts !== undefined) return { ...result, ...defined({ status: started(call, result.starts) }) };
  if (result.long === undefined)
    return session.failing?.images?.allow(result) === false ? { ...result, status: 'fails' } : result;
  const status = met(call, result, change);
  return { ...result, long: undefined, ...defined({ status }) };
}

/** Prints what a command printed and sets the status it ended with. */
export function finish(call: Call, result: CommandResult): void {
  const { interpreter, state, context, statement } = call;
  if (state.out !== undefined) {
    const label = labelOf(statement, context.code);
    state.print(
      result.stdout === undefined
        ? always(hole(`$(${label})@${interpreter.scope(context)}:${statement.range[0]}`))
        : always(result.stdout),
      label,
    );
  }
  if (result.status === 'ok') state.status = 0;
  else if (result.status === 'fails') state.status = 1;
  // A rehearsal lets everything else succeed, so that only the one failure is followed.
  else {
    state.status = interpreter.session.rehearsing && result.status === undefined ? 0 : 'unknown';
    state.failures = result.failures;
    state.tellsOfRepository = describesRepository([statement]);
  }
}
