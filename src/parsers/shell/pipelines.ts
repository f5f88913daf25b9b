/** Pipelines: each stage in a shell of its own, and what the later ones hide of the earlier ones. */
import { always } from '../../core/choices.ts';
import type { Range } from '../../core/site.ts';
import type { Pipeline } from './reading.ts';
import { swallow, shellWithin, within, type Context } from './context.ts';
import { textOf } from './assign.ts';
import { describesRepository, labelOf } from './describe.ts';
import { hidingOf } from './output.ts';
import { withStatus, type State, type Status } from './state.ts';
import { join } from './join.ts';
import type { Interpreter } from './interpreter.ts';
import { branches } from './branches.ts';

/** Of a stage: all that reads what it prints, and the first of those that shows less of it. */
interface Beyond {
  readonly tail: string;
  readonly hidden: Context['hidden'];
  readonly range: Range;
}

export function pipeline(
  interpreter: Interpreter,
  statement: Pipeline,
  state: State,
  context: Context,
): { state: State; exempt: boolean } | undefined {
  if (statement.stages.length === 1) {
    const { yes, no } = branches(interpreter, statement, state, context, true);
    const joined = join([...withStatus(yes, 0), ...withStatus(no, 1)], interpreter.scope(context));
    return joined === undefined ? undefined : { state: joined, exempt: statement.negated };
  }
  const beyond = pipedInto(interpreter, statement, context);
  const statuses: Status[] = [];
  let stdin = context.stdin;
  let last: State | undefined;
  for (const [index, stage] of statement.stages.entries()) {
    const final = index === statement.stages.length - 1;
    const inner = state.fork();
    if (!final) inner.out = always([]);
    if (index > 0) inner.input = undefined;
    const exits: State[] = [];
    const both = statement.withStderr[index] === true;
    const around = final ? context : hiddenBehind(interpreter, { ...beyond[index]!, both }, state, context);
    const end = interpreter.statement(stage, inner, shellWithin(around, exits, { stdin }))?.state;
    const whole = interpreter.ended(exits, end, context);
    statuses.push(whole?.status ?? 'unknown');
    state.failed ||= whole?.failed ?? false;
    stdin = whole?.out === undefined ? undefined : textOf(whole.out);
    last = whole;
  }
  if (state.out !== undefined && last?.out !== undefined) state.out = last.out;
  state.pipeStatus = statuses;
  const failing = statuses.findLast((one) => one !== 0);
  const status = state.options.pipefail ? (failing ?? 0) : (statuses.at(-1) ?? 0);
  state.status = statement.negated ? (status === 'unknown' ? 'unknown' : Number(status === 0)) : status;
  state.tellsOfRepository = state.status === 'unknown' && describesRepository([statement]);
  return { state, exempt: statement.negated };
}

/**
 * What each stage but the last is piped into. From the end, so that a pipeline costs its length and not the square of
 * it.
 */
function pipedInto(interpreter: Interpreter, statement: Pipeline, context: Context): Beyond[] {
  const end = statement.stages.at(-1)?.range[1] ?? 0;
  const beyond: Beyond[] = [];
  let [tail, hidden] = ['', context.hidden];
  for (const stage of statement.stages.slice(1).reverse()) {
    tail = tail === '' ? labelOf(stage, context.code) : `${labelOf(stage, context.code)} | ${tail}`;
    const words = stage.kind === 'command' ? stage.words.map((one) => one.raw) : [];
    const how = hidingOf(words);
    if (how !== undefined)
      hidden = { by: context.code.sealed ?? words.join(' '), how, site: interpreter.site(context, stage.range) };
    beyond.push({ tail, hidden, range: [stage.range[0], end] });
  }
  return beyond.reverse();
}

function hiddenBehind(
  interpreter: Interpreter,
  { tail, hidden, range, both }: Beyond & { readonly both: boolean },
  state: State,
  context: Context,
): Context {
  const changed = within(context, both ? { hidden, hiddenErrors: hidden } : { hidden });
  return state.options.pipefail
    ? changed
    : swallow(changed, { why: 'pipe without pipefail', by: `| ${tail}`, site: interpreter.site(context, range) });
}
