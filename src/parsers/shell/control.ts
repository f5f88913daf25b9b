/** Branches and loops: which way they go where that is known, every way and the meeting of them where it isn't. */
import {
  ALWAYS,
  always,
  both,
  byDefault,
  given,
  restsOnDefault,
  when as guard,
  type When,
} from '../../core/choices.ts';
import { leaves } from './leaves.ts';
import { memo } from '../../core/memo.ts';
import type { MaskReason } from '../../model/facts.ts';
import type { Range } from '../../core/site.ts';
import { judged, opened } from '../../core/sealed.ts';
import { hole, type Text } from '../../core/text.ts';
import type { ArithmeticFor, Case, For, If, Statement, While } from './reading.ts';
import { knownOf, openWords } from './arguments.ts';
import type { Judged } from './conditions.ts';
import { swallow, within, type Context } from './context.ts';
import { describesRepository, labelOf, mayFail, rangeOf } from './describe.ts';
import { expandString, patternOf } from './expand.ts';
import { expandWords, type Fields } from './fields.ts';
import type { Interpreter } from './interpreter.ts';
import { matches } from './pattern.ts';
import type { State } from './state.ts';
import { asOptions, join, settled } from './join.ts';
import { oneOrNone } from '../../core/optional.ts';
import { condition, split, type Branches } from './branches.ts';
import { arithmetic } from './arithmetic.ts';
import { numbersOf } from './expander.ts';

const MAX_TURNS = 64;

export function ifOf(interpreter: Interpreter, statement: If, start: State, context: Context): State | undefined {
  const ends: State[] = [];
  let rest: readonly State[] = [start];
  const scope = interpreter.scope(context);
  for (const [index, branch] of statement.branches.entries()) {
    const from = join(rest, scope);
    if (from === undefined) break;
    const tests = describesRepository(branch.condition);
    const retries = context.swallowers.some((one) => one.why === 'retry falls through');
    const silent =
      !retries && !mayFail(afterFailure(statement, branch))
        ? swallow(context, {
            why: 'no branch fails',
            by: 'if',
            site: interpreter.site(context, [statement.range[0], statement.range[0] + 2]),
          })
        : context;
    const { yes, no } = condition(interpreter, branch.condition, from, silent);
    // Where several ways lead into a branch, the branch itself is the choice that its assignments have in common.
    const several = yes.length > 0 && no.length > 0 && yes.length + no.length > 2;
    const name = `if ${labelOf(branch.condition.at(-1) ?? branch.condition[0], context.code)}@${scope}:${branch.condition[0].range[0]}`;
    const [whenYes, whenNo] = several ? sides(name, yes, no) : [ALWAYS, ALWAYS];
    const body = chosen(join(yes, scope), whenYes);
    const inside = tests ? within(context, { tolerated: true }) : context;
    const others = statement.branches.length - 1 - index + (statement.otherwise === undefined ? 0 : 1);
    const end =
      body === undefined
        ? undefined
        : interpreter.keeping(others, statement.range, context, () => interpreter.list(branch.body, body, inside));
    if (end !== undefined) ends.push(end);
    const other = several ? chosen(join(no, scope), whenNo) : undefined;
    rest = other === undefined ? no : [other];
    if (tests && rest.length > 0) context = within(context, { tolerated: true });
  }
  const remaining = join(rest, scope);
  if (remaining !== undefined) {
    remaining.status = 0;
    const end =
      statement.otherwise === undefined ? remaining : interpreter.list(statement.otherwise, remaining, context);
    if (end !== undefined) ends.push(end);
  }
  return join(settled(ends, start), scope);
}

/** What runs where the command that is asked has failed: `if ! push; then …` names it outright. */
function afterFailure({ otherwise = [] }: If, { condition, body }: If['branches'][number]): readonly Statement[] {
  const last = condition.at(-1);
  return last?.kind === 'pipeline' && last.negated ? body : otherwise;
}

/** The two sides of a choice; the one that is taken when nobody gives anything is a default of its own. */
function sides(name: string, yes: readonly State[], no: readonly State[]): [When, When] {
  const [onYes, onNo] = [yes, no].map((states) => states.some(({ when }) => restsOnDefault(when)));
  if (onYes === onNo) return [guard(name, 'yes'), guard(name, 'no')];
  return onYes === true ? [byDefault(name), given(name)] : [given(name), byDefault(name)];
}

function chosen(state: State | undefined, choice: When): State | undefined {
  if (state !== undefined) state.when = both(state.when, choice) ?? state.when;
  return state;
}

export function forOf(interpreter: Interpreter, statement: For, state: State, context: Context): State | undefined {
  const expander = interpreter.expander(state, context);
  const scope = interpreter.scope(context);
  const lists: readonly Fields[] =
    statement.words === undefined
      ? openList(interpreter, state, context, statement.range)
      : expandWords(statement.words, expander);
  if (lists.length === 0) return state;
  const ends: State[] = [];
  for (const list of lists) {
    const from = lists.length === 1 ? state : state.fork(list.when);
    const end = each(interpreter, statement, list, from, context);
    if (end !== undefined) ends.push(end);
  }
  return join(ends, scope);
}

/** A loop that success leaves tries again; any other goes on to the next thing whatever became of this one. */
const reasonOf = memo(
  (body: readonly Statement[]): MaskReason => (body.some(leaves) ? 'retry falls through' : 'next turn decides'),
);

function openList(interpreter: Interpreter, state: State, context: Context, range: Range): Fields[] {
  const site = interpreter.site(context, range);
  if (state.positional === undefined)
    return [{ fields: [{ text: hole(openWords(interpreter.scope(context))), site, range }], when: ALWAYS }];
  return [
    {
      fields: state.positional.map((one) => ({ text: one.values[0]?.value ?? [], site: one.site, range })),
      when: ALWAYS,
    },
  ];
}

function each(
  interpreter: Interpreter,
  statement: For,
  list: Fields,
  start: State,
  context: Context,
): State | undefined {
  const breaks: State[] = [];
  let state: State | undefined = start;
  const [only] = list.fields;
  const once = list.fields.length === 1 && only !== undefined && judged(only.text) !== undefined;
  const retry = once
    ? context
    : swallow(context, {
        why: reasonOf(statement.body),
        by: 'for',
        site: interpreter.site(context, [statement.range[0], statement.range[0] + 3]),
      });
  for (const [turn, word] of turnsOf(interpreter, statement, list, context).entries()) {
    if (state === undefined) break;
    state.set(statement.variable, always(word));
    const continues: State[] = [];
    const end: State | undefined = interpreter.list(
      statement.body,
      state,
      within(retry, {
        breaks,
        continues,
        turn: `${context.turn}/${isNext(word) ? NEXT : turn}`,
        depth: context.depth + 1,
      }),
    );
    state = join([...continues, ...oneOrNone(end)], interpreter.scope(context));
  }
  return join([...breaks, ...oneOrNone(state)], interpreter.scope(context));
}

/**
 * A word nobody knows may stand for any number of turns: one, with the variable's own name, shows them all. Only where
 * the first of them is to fail does it matter that there is another.
 */
function turnsOf(interpreter: Interpreter, statement: For, list: Fields, context: Context): Text[] {
  const words: Text[] = [];
  if (list.fields.length > MAX_TURNS) interpreter.unfollowed('turns of a loop', MAX_TURNS, statement.range, context);
  for (const { text } of list.fields.slice(0, MAX_TURNS)) {
    if (judged(text) !== undefined || text.length !== 1) {
      words.push(text);
      continue;
    }
    const [list] = text;
    // Of what an answer listed (`${untagged images@shop}`), each is one.
    const of = typeof list === 'object' ? ` of \${${list.hole}}` : '';
    const name = `${statement.variable}${OF_MANY}${interpreter.scope(context)}:${statement.range[0]}${of}`;
    words.push(hole(name));
    if (interpreter.session.failing?.but !== undefined) words.push(hole(`${name} ${NEXT}`));
  }
  return words;
}

const OF_MANY = '@each ';
const NEXT = 'next';

function isNext([part]: Text): boolean {
  return typeof part === 'object' && 'hole' in part && part.hole.endsWith(` ${NEXT}`) && part.hole.includes(OF_MANY);
}

/** Is it within the turn after the one that an unknown list is at? */
export function isNextTurn({ turn }: Context): boolean {
  return turn.includes(`/${NEXT}`);
}

/** Does it depend on what a loop over an unknown list is at? */
export function isTurnOfMany(text: Text): boolean {
  return text.some((part) => typeof part !== 'string' && part.hole.includes(OF_MANY));
}

export function arithmeticForOf(
  interpreter: Interpreter,
  statement: ArithmeticFor,
  start: State,
  context: Context,
): State | undefined {
  const expander = interpreter.expander(start, context);
  arithmetic(statement.init, numbersOf(expander));
  return loop(
    interpreter,
    statement.body,
    start,
    context,
    (turn) => {
      if (statement.test.trim() === '') return [{ truth: true, when: ALWAYS, cond: '', positive: true }];
      const numbers = numbersOf(interpreter.expander(turn, context));
      const value = arithmetic(statement.test, numbers);
      return [
        {
          truth: value === undefined ? 'unknown' : value !== 0,
          when: ALWAYS,
          cond: `((${statement.test}))`,
          positive: true,
        },
      ];
    },
    (turn) => void arithmetic(statement.update, numbersOf(interpreter.expander(turn, context))),
  );
}

export function whileOf(interpreter: Interpreter, statement: While, state: State, context: Context): State | undefined {
  const by = statement.until ? 'until' : 'while';
  const site = interpreter.site(context, [statement.range[0], statement.range[0] + 5]);
  const retry = swallow(context, { why: 'retry falls through', by, site });
  const inside = swallow(context, { why: reasonOf(statement.body), by, site });
  return loop(interpreter, statement.body, state, inside, undefined, undefined, (turn) => {
    const { yes, no } = condition(interpreter, statement.condition, turn, retry);
    return statement.until ? { yes: no, no: yes } : { yes, no };
  });
}

function loop(
  interpreter: Interpreter,
  body: readonly Statement[],
  start: State,
  context: Context,
  test: ((state: State) => Judged[]) | undefined,
  step: ((state: State) => void) | undefined,
  condition: (state: State) => Branches = (state) => split(test?.(state) ?? [], state),
): State | undefined {
  const scope = interpreter.scope(context);
  const breaks: State[] = [];
  const ends: State[] = [];
  const before = Number.isFinite(knownOf(start.positional)) ? start.fork() : undefined;
  let state: State | undefined = start;
  let undecided = 0;
  for (let turn = 0; turn < MAX_TURNS && state !== undefined; turn++) {
    if (!interpreter.session.world.budget.spend()) {
      ends.push(state);
      state = undefined;
      break;
    }
    const { yes, no } = condition(state);
    for (const one of no) {
      one.status = 0;
      ends.push(one);
    }
    const into = join(yes, scope);
    if (into === undefined) {
      state = undefined;
      break;
    }
    const choice = no.length > 0;
    const continues: State[] = [];
    const before = breaks.length;
    const end = interpreter.list(
      body,
      into,
      within(context, { breaks, continues, turn: `${context.turn}/${turn}`, depth: context.depth + 1 }),
    );
    state = join([...continues, ...oneOrNone(end)], scope);
    if (state !== undefined) step?.(state);
    // One more look at a loop that we can't decide tells nothing new.
    if (state !== undefined && (choice || breaks.length > before) && ++undecided >= (choice ? 1 : 3)) {
      ends.push(state);
      state = undefined;
    }
  }
  if (state !== undefined) interpreter.unfollowed('turns of a loop', MAX_TURNS, rangeOf(body), context);
  if (state !== undefined && ends.length === 0 && breaks.length === 0)
    return interpreter.session.rehearsing ? undefined : state;
  const end = join([...ends, ...breaks], scope);
  if (before !== undefined && end !== undefined && undecided > 0) asOptions(before, end, scope);
  return end;
}

export function caseOf(interpreter: Interpreter, statement: Case, state: State, context: Context): State | undefined {
  const expander = interpreter.expander(state, context);
  const scope = interpreter.scope(context);
  const subjects = expandString(statement.subject, expander);
  const [only] = statement.subject.parts;
  const variable =
    statement.subject.parts.length === 1 &&
    only?.kind === 'parameter' &&
    only.operator === undefined &&
    only.index === undefined &&
    !/^\d|^[#?@*]$/.test(only.name)
      ? only.name
      : undefined;
  const ends: State[] = [];
  for (const subject of subjects) {
    if (both(state.when, subject.when) === undefined) continue;
    let rest: State | undefined = subjects.length === 1 ? state : state.fork(subject.when);
    let fallThrough: State | undefined;
    const cond = `case ${subject.value.map((part) => (typeof part === 'string' ? part : `{${part.hole}}`)).join('')}`;
    for (const [index, arm] of statement.arms.entries()) {
      const verdicts = arm.patterns.map((one) => matches(opened(subject.value), patternOf(one, expander)));
      const truth = verdicts.includes(true) ? true : verdicts.includes('unknown') ? 'unknown' : false;
      const catchAll = arm.patterns.some((one) => one.raw === '*');
      let entered: State | undefined = fallThrough;
      fallThrough = undefined;
      if (rest !== undefined && truth !== false) {
        const label = arm.patterns.map((one) => one.raw).join('|');
        const taken: State =
          truth === true && !catchAll
            ? rest
            : rest.fork(judged(subject.value) === undefined ? guard(cond, label) : ALWAYS);
        const plainPattern = arm.patterns.length === 1 ? patternOf(arm.patterns[0], expander).plain : undefined;
        if (
          truth === 'unknown' &&
          variable !== undefined &&
          plainPattern !== undefined &&
          taken.lookup(variable) !== undefined
        )
          taken.set(variable, expandString(arm.patterns[0], expander));
        if (truth === true) rest = undefined;
        entered = join([taken, ...oneOrNone(entered)], scope);
      }
      if (entered === undefined) continue;
      entered.status = 0;
      const taken = entered;
      const end = interpreter.keeping(statement.arms.length - 1 - index, statement.range, context, () =>
        interpreter.list(arm.body, taken, context),
      );
      if (end === undefined) continue;
      if (arm.end === ';&') fallThrough = end;
      else ends.push(end);
    }
    if (fallThrough !== undefined) ends.push(fallThrough);
    if (rest !== undefined) {
      const none = judged(subject.value) === undefined ? rest.fork(guard(cond, 'none of the patterns')) : rest;
      none.status = 0;
      ends.push(none);
    }
  }
  return join(settled(ends, state), scope);
}
