/**
 * The abstract interpreter: walks a script with what is known, forks where a condition is not, joins after it. Commands with a meaning
 * of their own are handled in ../commands; what happens to the output and status of long ones is found out here.
 */
import { ALWAYS, always, both, when as guard, type Values, type When } from '../../model/guard.ts';
import { siteOf, type Hop, type Range, type Site } from '../../model/site.ts';
import { concat, hole, known, literal, type Text } from '../../model/text.ts';
import type { AndOr, Case, Command, For, If, Pipeline, Redirect, Script, Statement, While } from '../../parsers/shell/reading.ts';
import { arithmetic } from './arithmetic.ts';
import { guardOf, judge, judgeArguments, type Judged } from './conditions.ts';
import { swallow, within, type Context } from './context.ts';
import { dispatch, rejoined, textOf } from './dispatch.ts';
import { expandString, expandWords, numbersOf, patternOf, type Expander, type Fields } from './expand.ts';
import { variableHole, suppliedByMachine } from './names.ts';
import { hidingOf } from './output.ts';
import { matches } from './pattern.ts';
import type { Session } from './session.ts';
import { asOptions, join, statusText, State, type Status, type Variable } from './state.ts';

const MAX_TURNS = 64;
const MAX_LISTS = 20;
const MAX_DEPTH = 40;

export interface Branches {
  readonly yes: readonly State[];
  readonly no: readonly State[];
}

export class Interpreter {
  constructor(readonly session: Session) {}

  // ── lists ─────────────────────────────────────────────────────────────────────────────────────

  list(statements: readonly Statement[], start: State, context: Context): State | undefined {
    let state: State = start;
    for (const [index, statement] of statements.entries()) {
      if (this.session.world.fuel-- <= 0) return undefined;
      const next = this.statement(statement, state, this.inList(context, statements, index, state));
      if (next === undefined) return undefined;
      state = next.state;
      const fails = typeof state.status === 'number' && state.status !== 0;
      if (fails && state.options.errexit && !context.condition && !next.exempt) {
        context.exits.push(state);
        return undefined;
      }
    }
    return state;
  }

  /** In a list, what follows decides the status: `cmd; true`, or simply the next command where errexit is off. */
  private inList(context: Context, statements: readonly Statement[], index: number, state: State): Context {
    const next = statements[index + 1];
    if (next === undefined || state.options.errexit) return context;
    const trivial = next.kind === 'command' && (isNoop(next) || (next.words[0]?.raw === 'exit' && next.words[1]?.raw === '0'));
    const site = this.site(context, next.range);
    return { ...context, swallowers: [...context.swallowers, { why: trivial ? 'status overwritten' : 'last command decides', by: firstLine(this.raw(next)), site }] };
  }

  private statement(statement: Statement, state: State, context: Context): { state: State; exempt: boolean } | undefined {
    if (context.depth > MAX_DEPTH) return { state, exempt: true };
    switch (statement.kind) {
      case 'command':
        return plain(this.command(statement, state, context));
      case 'pipeline':
        return this.pipeline(statement, state, context);
      case 'and-or':
        return this.andOr(statement, state, context);
      case 'if':
        return plain(this.redirected(statement.redirects, state, context, (s, c) => this.ifOf(statement, s, c)));
      case 'for':
        return plain(this.redirected(statement.redirects, state, context, (s, c) => this.forOf(statement, s, c)));
      case 'arithmetic-for':
        return plain(this.redirected(statement.redirects, state, context, (s, c) => {
          const expander = this.expander(s, c);
          arithmetic(statement.init, numbersOf(expander));
          return this.loop(statement.body, s, c, (turn) => {
            if (statement.test.trim() === '') return [{ truth: true, when: ALWAYS, cond: '', positive: true }];
            const numbers = numbersOf(this.expander(turn, c));
            const value = arithmetic(statement.test, numbers);
            return [{ truth: value === undefined ? 'unknown' : value !== 0, when: ALWAYS, cond: `((${statement.test}))`, positive: true }];
          }, (turn) => void arithmetic(statement.update, numbersOf(this.expander(turn, c))));
        }));
      case 'while':
        return plain(this.redirected(statement.redirects, state, context, (s, c) => this.whileOf(statement, s, c)));
      case 'case':
        return plain(this.redirected(statement.redirects, state, context, (s, c) => this.caseOf(statement, s, c)));
      case 'group':
        return plain(this.redirected(statement.redirects, state, context, (s, c) => this.list(statement.body, s, c)));
      case 'subshell':
        return plain(this.redirected(statement.redirects, state, context, (s, c) => this.subshell(statement.body, s, c)));
      case 'function':
        state.define(statement.name, { definition: statement, code: context.code });
        state.status = 0;
        return { state, exempt: true };
      case 'test':
      case 'arithmetic': {
        const { yes, no } = this.branches(statement, state, context, true);
        return plain(join([...withStatus(yes, 0), ...withStatus(no, 1)], this.scope(context)));
      }
      case 'background':
        return plain(this.background(statement.command, state, context));
    }
  }

  // ── conditions ────────────────────────────────────────────────────────────────────────────────

  /** Runs a condition and tells its outcomes apart. A command's success is the normal way on; only its failure is a choice, unless asked. */
  branches(statement: Statement, state: State, context: Context, guardSuccess: boolean): Branches {
    const inner = within(context, { condition: true });
    switch (statement.kind) {
      case 'test':
        return this.split(judge(statement.expression, this.expander(state, context)), state);
      case 'arithmetic': {
        const value = arithmetic(statement.text, numbersOf(this.expander(state, context)));
        return this.split([{ truth: value === undefined ? 'unknown' : value !== 0, when: ALWAYS, cond: `((${statement.text.trim()}))@${this.scope(context)}`, positive: true }], state);
      }
      case 'and-or': {
        let result = this.branches(statement.commands[0]!, state, inner, guardSuccess);
        for (const [index, operator] of statement.operators.entries()) {
          const carry = operator === '&&' ? result.yes : result.no;
          const from = join(carry, this.scope(context));
          if (from === undefined) continue;
          const right = this.branches(statement.commands[index + 1]!, from, inner, guardSuccess);
          result = operator === '&&' ? { yes: right.yes, no: [...result.no, ...right.no] } : { yes: [...result.yes, ...right.yes], no: right.no };
        }
        return result;
      }
      case 'pipeline':
        if (statement.stages.length === 1) {
          const result = this.branches(statement.stages[0]!, state, inner, guardSuccess);
          return statement.negated ? { yes: result.no, no: result.yes } : result;
        }
        break;
      case 'command': {
        const name = statement.words[0]?.raw;
        if ((name === '[' || name === 'test') && statement.assignments.length === 0) return this.split(this.testCommand(statement, state, context), state);
        break;
      }
    }
    const after = this.statement(statement, state, inner)?.state;
    if (after === undefined) return { yes: [], no: [] };
    if (after.status === 0) return { yes: [after], no: [] };
    if (after.status !== 'unknown') return { yes: [], no: [after] };
    const cond = `ok ${firstLine(this.raw(statement))}@${this.scope(context)}:${statement.range[0]}`;
    const no = after.fork(guard(cond, 'no'));
    no.status = 1;
    const yes = guardSuccess ? after.fork(guard(cond, 'yes')) : after;
    yes.status = 0;
    return { yes: [yes], no: [no] };
  }

  private testCommand(statement: Command, state: State, context: Context): Judged[] {
    const expander = this.expander(state, context);
    const closing = statement.words[0]?.raw === '[' && statement.words.at(-1)?.raw === ']' ? -1 : undefined;
    const words = statement.words.slice(1, closing);
    return expandWords(words, expander).slice(0, 8).map((list) => {
      const raw = list.fields.length === words.length ? words : list.fields.map(() => undefined);
      return judgeArguments(list.fields.map((one) => one.text), raw, list.when, expander);
    });
  }

  private split(outcomes: readonly Judged[], state: State): Branches {
    const yes: State[] = [];
    const no: State[] = [];
    for (const one of outcomes) {
      const conditions = both(state.when, one.when);
      if (conditions === undefined) continue;
      const certain = outcomes.length === 1 ? ALWAYS : one.when;
      for (const outcome of [true, false]) {
        if (one.truth !== 'unknown' && one.truth !== outcome) continue;
        const extra = one.truth === 'unknown' ? both(certain, guardOf(one, outcome)) : certain;
        if (extra === undefined || both(state.when, extra) === undefined) continue;
        const branch = one.truth === 'unknown' || outcomes.length > 1 ? state.fork(extra) : state;
        branch.status = outcome ? 0 : 1;
        if (branch !== state) branch.narrow();
        if (outcome && one.truth === 'unknown' && one.refine !== undefined && branch.lookup(one.refine.variable) !== undefined) branch.set(one.refine.variable, always(one.refine.value));
        (outcome ? yes : no).push(branch);
      }
    }
    return { yes, no };
  }

  private condition(statements: readonly Statement[], state: State, context: Context): Branches {
    const last = statements.at(-1);
    if (last === undefined) return { yes: [state], no: [] };
    const before = this.list(statements.slice(0, -1), state, within(context, { condition: true }));
    return before === undefined ? { yes: [], no: [] } : this.branches(last, before, context, true);
  }

  private ifOf(statement: If, start: State, context: Context): State | undefined {
    const ends: State[] = [];
    let rest: readonly State[] = [start];
    const scope = this.scope(context);
    for (const branch of statement.branches) {
      const from = join(rest, scope);
      if (from === undefined) break;
      const tests = describesRepository(branch.condition);
      const retries = context.swallowers.some((one) => one.why === 'retry falls through');
      const silent = !retries && (statement.otherwise === undefined || !mayFail(statement.otherwise))
        ? swallow(context, { why: 'status overwritten', by: 'if', site: this.site(context, [statement.range[0], statement.range[0] + 2]) })
        : context;
      const { yes, no } = this.condition(branch.condition, from, silent);
      // Where several ways lead into a branch, the branch itself is the choice that its assignments have in common.
      const several = yes.length > 0 && no.length > 0 && yes.length + no.length > 2;
      const choice = `if ${firstLine(this.raw(branch.condition.at(-1)!))}@${scope}:${branch.condition[0]!.range[0]}`;
      const body = this.chosen(join(yes, scope), several ? guard(choice, 'yes') : ALWAYS);
      const end = body === undefined ? undefined : this.list(branch.body, body, tests ? within(context, { tolerated: true }) : context);
      if (end !== undefined) ends.push(end);
      const other = several ? this.chosen(join(no, scope), guard(choice, 'no')) : undefined;
      rest = other === undefined ? no : [other];
      if (tests && rest.length > 0) context = within(context, { tolerated: true });
    }
    const remaining = join(rest, scope);
    if (remaining !== undefined) {
      remaining.status = 0;
      const end = statement.otherwise === undefined ? remaining : this.list(statement.otherwise, remaining, context);
      if (end !== undefined) ends.push(end);
    }
    return join(this.settled(ends, start), scope);
  }

  private chosen(state: State | undefined, choice: When): State | undefined {
    if (state !== undefined) state.when = both(state.when, choice) ?? state.when;
    return state;
  }

  /** When only one path goes on (the others exit), its choice is no longer a choice. */
  private settled(ends: State[], start: State): State[] {
    const [only] = ends;
    if (ends.length === 1 && only !== undefined) only.when = start.when;
    return ends;
  }

  private andOr(statement: AndOr, start: State, context: Context): { state: State; exempt: boolean } | undefined {
    const scope = this.scope(context);
    const ends: State[] = [];
    let current: State | undefined = start;
    let exempt = false;
    let skipped: State[] = [];
    for (const [index, command] of statement.commands.entries()) {
      const last = index === statement.commands.length - 1;
      if (current === undefined) break;
      const operator = statement.operators[index];
      if (last) {
        const end = this.statement(command, current, context)?.state;
        if (end !== undefined) ends.push(end);
        break;
      }
      const right = statement.commands[index + 1]!;
      const here = operator === '||' ? this.beforeOr(command, right, context) : context;
      const { yes, no } = this.branches(command, current, here, false);
      const [taken, passed] = operator === '&&' ? [yes, no] : [no, yes];
      skipped = [...passed];
      // What this command did not let through may still meet a later operator of the other kind: `a && b || c`.
      const other = statement.operators.findIndex((one, at) => at > index && one !== operator);
      if (other !== -1 && skipped.length > 0) {
        const rest: AndOr = { ...statement, commands: statement.commands.slice(other + 1), operators: statement.operators.slice(other + 1) };
        const from = join(skipped, scope)!;
        const end = rest.operators.length > 0 ? this.andOr(rest, from, context)?.state : this.statement(rest.commands[0]!, from, context)?.state;
        if (end !== undefined) ends.push(end);
      } else {
        if (skipped.some((one) => one.status !== 0)) exempt = true;
        ends.push(...skipped);
      }
      current = join(taken, scope);
      if (operator === '||') context = within(context, { tolerated: context.tolerated || describesRepository([command]) });
    }
    const joined = join(this.settled(ends, start), scope);
    return joined === undefined ? undefined : { state: joined, exempt };
  }

  private beforeOr(command: Statement, right: Statement, context: Context): Context {
    if (mayFail([right])) return context;
    return swallow(within(context, { tolerated: true }), {
      why: 'or true', by: `|| ${firstLine(this.raw(right))}`, site: this.site(context, [command.range[1], right.range[1]]),
    });
  }

  // ── pipelines ─────────────────────────────────────────────────────────────────────────────────

  private pipeline(statement: Pipeline, state: State, context: Context): { state: State; exempt: boolean } | undefined {
    if (statement.stages.length === 1) {
      const { yes, no } = this.branches(statement, state, context, true);
      const joined = join([...withStatus(yes, 0), ...withStatus(no, 1)], this.scope(context));
      return joined === undefined ? undefined : { state: joined, exempt: statement.negated };
    }
    const statuses: Status[] = [];
    let stdin = context.stdin;
    let last: State | undefined;
    for (const [index, stage] of statement.stages.entries()) {
      const final = index === statement.stages.length - 1;
      const inner = state.fork();
      if (!final) inner.out = always([]);
      const exits: State[] = [];
      const around = final ? context : this.pipedInto(statement, index, state, context);
      const end = this.statement(stage, inner, within(around, { stdin, exits, returns: undefined, breaks: undefined, continues: undefined }))?.state;
      const whole = join([...exits, ...(end === undefined ? [] : [end])], this.scope(context));
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
    return { state, exempt: statement.negated };
  }

  private pipedInto(statement: Pipeline, index: number, state: State, context: Context): Context {
    const rest = statement.stages.slice(index + 1);
    const tail = rest.map((one) => firstLine(this.raw(one))).join(' | ');
    const site = this.site(context, [rest[0]!.range[0], statement.stages.at(-1)!.range[1]]);
    let hidden = context.hidden;
    for (const stage of rest) {
      const words = stage.kind === 'command' ? stage.words.map((one) => this.raw(one)) : [];
      const how = hidingOf(words);
      if (how === undefined) continue;
      hidden = { by: words.join(' '), how, site: this.site(context, stage.range) };
      break;
    }
    const changed = within(context, { hidden });
    return state.options.pipefail ? changed : swallow(changed, { why: 'pipe without pipefail', by: `| ${tail}`, site });
  }

  private subshell(body: readonly Statement[], state: State, context: Context): State {
    const inner = state.fork();
    const exits: State[] = [];
    const end = this.list(body, inner, within(context, { exits, returns: undefined, breaks: undefined, continues: undefined }));
    const whole = join([...exits, ...(end === undefined ? [] : [end])], this.scope(context));
    state.status = whole?.status ?? 'unknown';
    state.failed ||= whole?.failed ?? false;
    if (state.out !== undefined && whole?.out !== undefined) state.out = whole.out;
    return state;
  }

  private background(command: Statement, state: State, context: Context): State {
    const swallower = { why: 'background without wait' as const, by: '&', site: this.site(context, command.range) };
    const whole = this.subshell([command], state.fork(), swallow(within(context, { stdin: undefined }), swallower));
    const job = `job@${this.scope(context)}:${command.range[0]}${context.turn}`;
    state.jobs.set(job, whole.status);
    state.lastJob = job;
    state.failed ||= whole.failed;
    state.status = 0;
    return state;
  }

  // ── loops and case ────────────────────────────────────────────────────────────────────────────

  private forOf(statement: For, state: State, context: Context): State | undefined {
    const expander = this.expander(state, context);
    const scope = this.scope(context);
    const lists: readonly Fields[] = statement.words === undefined
      ? this.openList(state, context, statement.range)
      : expandWords(statement.words, expander);
    const ends: State[] = [];
    for (const list of lists) {
      const from = lists.length === 1 ? state : state.fork(list.when);
      const end = this.each(statement, list, from, context);
      if (end !== undefined) ends.push(end);
    }
    return join(ends, scope);
  }

  private openList(state: State, context: Context, range: Range): Fields[] {
    const site = this.site(context, range);
    if (state.positional === undefined) return [{ fields: [{ text: hole(`$@@${this.scope(context)}`), site, range }], when: ALWAYS }];
    return [{ fields: state.positional.map((one) => ({ text: one.values[0]?.value ?? [], site: one.site, range })), when: ALWAYS }];
  }

  private each(statement: For, list: Fields, start: State, context: Context): State | undefined {
    const breaks: State[] = [];
    let state: State | undefined = start;
    const retry = swallow(context, { why: 'retry falls through', by: 'for', site: this.site(context, [statement.range[0], statement.range[0] + 3]) });
    for (const [turn, field] of list.fields.slice(0, MAX_TURNS).entries()) {
      if (state === undefined) break;
      const unknown = known(field.text) === undefined;
      // A word nobody knows may stand for any number of turns: one, with the variable's own name, shows them all.
      state.set(statement.variable, always(unknown && field.text.length === 1 ? hole(`${statement.variable}@${this.scope(context)}:${statement.range[0]}`) : field.text));
      const continues: State[] = [];
      const end: State | undefined = this.list(statement.body, state, within(retry, { breaks, continues, turn: `${context.turn}/${turn}`, depth: context.depth + 1 }));
      state = join([...continues, ...(end === undefined ? [] : [end])], this.scope(context));
    }
    return join([...breaks, ...(state === undefined ? [] : [state])], this.scope(context));
  }

  private whileOf(statement: While, state: State, context: Context): State | undefined {
    const retry = swallow(context, { why: 'retry falls through', by: statement.until ? 'until' : 'while', site: this.site(context, [statement.range[0], statement.range[0] + 5]) });
    return this.loop(statement.body, state, retry, undefined, undefined, (turn) => {
      const { yes, no } = this.condition(statement.condition, turn, retry);
      return statement.until ? { yes: no, no: yes } : { yes, no };
    });
  }

  private loop(
    body: readonly Statement[], start: State, context: Context,
    test: ((state: State) => Judged[]) | undefined,
    step: ((state: State) => void) | undefined,
    condition: (state: State) => Branches = (state) => this.split(test?.(state) ?? [], state),
  ): State | undefined {
    const scope = this.scope(context);
    const breaks: State[] = [];
    const ends: State[] = [];
    const before = start.positional === undefined ? start.fork() : undefined;
    let state: State | undefined = start;
    let undecided = 0;
    for (let turn = 0; turn < MAX_TURNS && state !== undefined; turn++) {
      if (this.session.world.fuel-- <= 0) return undefined;
      const { yes, no } = condition(state);
      for (const one of no) {
        one.status = 0;
        ends.push(one);
      }
      const into = join(yes, scope);
      if (into === undefined) break;
      const choice = no.length > 0;
      const continues: State[] = [];
      const before = breaks.length;
      const end = this.list(body, into, within(context, { breaks, continues, turn: `${context.turn}/${turn}`, depth: context.depth + 1 }));
      state = join([...continues, ...(end === undefined ? [] : [end])], scope);
      if (state !== undefined) step?.(state);
      // One more look at a loop that we can't decide tells nothing new.
      if (state !== undefined && (choice || breaks.length > before) && ++undecided >= (choice ? 1 : 3)) {
        ends.push(state);
        state = undefined;
      }
    }
    if (state !== undefined && ends.length === 0 && breaks.length === 0) return this.session.rehearsing ? undefined : state;
    const end = join([...ends, ...breaks], scope);
    if (before !== undefined && end !== undefined && undecided > 0) asOptions(before, end, scope);
    return end;
  }

  private caseOf(statement: Case, state: State, context: Context): State | undefined {
    const expander = this.expander(state, context);
    const scope = this.scope(context);
    const subjects = expandString(statement.subject, expander);
    const [only] = statement.subject.parts;
    const variable = statement.subject.parts.length === 1 && only?.kind === 'parameter' && only.operator === undefined && only.index === undefined && !/^\d|^[#?@*]$/.test(only.name) ? only.name : undefined;
    const ends: State[] = [];
    for (const subject of subjects) {
      if (both(state.when, subject.when) === undefined) continue;
      let rest: State | undefined = subjects.length === 1 ? state : state.fork(subject.when);
      let fallThrough: State | undefined;
      const cond = `case ${subject.value.map((part) => (typeof part === 'string' ? part : `{${part.hole}}`)).join('')}`;
      for (const arm of statement.arms) {
        const verdicts = arm.patterns.map((one) => matches(subject.value, patternOf(one, expander)));
        const truth = verdicts.includes(true) ? true : verdicts.includes('unknown') ? 'unknown' : false;
        const catchAll = arm.patterns.some((one) => one.raw === '*');
        let entered: State | undefined = fallThrough;
        fallThrough = undefined;
        if (rest !== undefined && truth !== false) {
          const label = arm.patterns.map((one) => one.raw).join('|');
          const taken: State = truth === true && !catchAll ? rest : rest.fork(known(subject.value) === undefined ? guard(cond, label) : ALWAYS);
          const plainPattern = arm.patterns.length === 1 ? patternOf(arm.patterns[0], expander).plain : undefined;
          if (truth === 'unknown' && variable !== undefined && plainPattern !== undefined && taken.lookup(variable) !== undefined) taken.set(variable, always(literal(plainPattern)));
          if (truth === true) rest = undefined;
          entered = join([taken, ...(entered === undefined ? [] : [entered])], scope);
        }
        if (entered === undefined) continue;
        entered.status = 0;
        const end = this.list(arm.body, entered, context);
        if (end === undefined) continue;
        if (arm.end === ';&') fallThrough = end;
        else ends.push(end);
      }
      if (fallThrough !== undefined) ends.push(fallThrough);
      if (rest !== undefined) {
        const none = known(subject.value) === undefined ? rest.fork(guard(cond, 'none of the patterns')) : rest;
        none.status = 0;
        ends.push(none);
      }
    }
    return join(this.settled(ends, state), scope);
  }

  // ── commands ──────────────────────────────────────────────────────────────────────────────────

  private command(statement: Command, state: State, context: Context): State | undefined {
    return this.redirected(statement.redirects, state, context, (inner, around) => dispatch(this, statement, inner, around));
  }

  /** Applies redirects around something: input it may read, files it writes, output thrown away. */
  private redirected(redirects: readonly Redirect[], state: State, context: Context, run: (state: State, context: Context) => State | undefined): State | undefined {
    if (redirects.length === 0) return run(state, context);
    const expander = this.expander(state, context);
    let around = context;
    let input: Values | undefined;
    let file: { path: string; append: boolean } | undefined;
    const discarded = discards(redirects);
    for (const redirect of redirects) {
      if (redirect.body !== undefined) input = expandString(redirect.body, expander);
      else if (redirect.operator === '<<<') input = expandString(redirect.target, expander);
      else if (redirect.operator === '<') {
        const text = singleText(expandString(redirect.target, expander));
        const path = text === undefined ? undefined : this.session.path(text, state);
        around = within(around, { stdin: path === undefined ? undefined : this.session.file(path) });
      } else if ((redirect.operator === '>' || redirect.operator === '>>' || redirect.operator === '>|') && (redirect.fd === undefined || redirect.fd === 1)) {
        const text = singleText(expandString(redirect.target, expander));
        const path = text === undefined ? undefined : (known(text) ?? undefined);
        if (path !== undefined && !path.startsWith('/dev/')) file = { path: this.session.filePath(path, state), append: redirect.operator === '>>' };
      }
    }
    if (discarded !== undefined) around = within(around, { hidden: { by: '> /dev/null', how: 'discarded', site: this.site(context, discarded.range) } });
    if (input !== undefined && input.length > 1 && !this.session.rehearsing) {
      // Each thing it may read is a world of its own.
      const ends = input.slice(0, MAX_LISTS).flatMap((one) => {
        if (both(state.when, one.when) === undefined) return [];
        const end = this.written(file, state.fork(one.when), within(around, { stdin: one.value }), run);
        return end === undefined ? [] : [end];
      });
      return rejoined(ends, state.when, this.scope(context));
    }
    return this.written(file, state, input === undefined ? around : within(around, { stdin: singleText(input) }), run);
  }

  private written(
    file: { readonly path: string; readonly append: boolean } | undefined, state: State, around: Context, run: (state: State, context: Context) => State | undefined,
  ): State | undefined {
    if (file === undefined) return run(state, around);
    const outer = state.out;
    state.out = always([]);
    const end = run(state, around);
    if (end === undefined) return undefined;
    this.session.write(file.path, end.out ?? always([]), file.append);
    end.out = outer;
    return end;
  }

  // ── expansion ─────────────────────────────────────────────────────────────────────────────────

  expander(state: State, context: Context): Expander {
    const scope = this.scope(context);
    return {
      state,
      scope,
      site: (range) => this.site(context, range),
      substitute: (script, name) => this.substitute(script, name, state, context),
      read: (name) => this.read(name, state),
      special: (name) => this.special(name, state, context),
      home: () => hole('HOME'),
      // Which of several values a word has is of no interest to a rehearsal.
      maxLists: this.session.rehearsing ? 1 : MAX_LISTS,
    };
  }

  read(name: string, state: State): { variable: Variable; maybe: boolean } | undefined {
    const variable = state.lookup(name);
    if (variable !== undefined) return { variable, maybe: false };
    if (state.isUnset(name)) return undefined;
    if (name === 'BASH_SOURCE' || name === 'PWD') return undefined;
    if (!this.session.frame.openEnvironment && !suppliedByMachine(name)) return undefined;
    const bound = this.session.binding(name);
    return { variable: { kind: 'scalar', values: bound ?? always(variableHole(name)), exported: true }, maybe: bound === undefined };
  }

  private special(name: string, state: State, context: Context): Values | undefined {
    const scope = this.scope(context);
    switch (name) {
      case '?': return always(statusText(state.status, `${scope}:${context.turn}`));
      case '#': return always(state.positional === undefined ? hole(`#args@${scope}`) : literal(String(state.positional.length)));
      case '$': return always(hole('$$', 'unique'));
      case '!': return always(state.lastJob === undefined ? [] : literal(state.lastJob));
      case '-': return always(hole('$-'));
      case '0': return always(state.zero ?? literal(`/project/${context.code.lines.file}`));
      case 'BASH_SOURCE': return always(literal(`/project/${context.code.lines.file}`));
      case 'PWD': return always(state.cwd === undefined ? hole('PWD') : literal(`/project${state.cwd === '' ? '' : '/'}${state.cwd}`));
      case 'PIPESTATUS': return always(statusText(state.pipeStatus[0] ?? 'unknown', scope));
    }
    if (!/^[1-9]\d*$/.test(name)) return undefined;
    if (state.positional === undefined) return always(hole(`$${name}@${scope}`));
    return state.positional[Number(name) - 1]?.values ?? always([]);
  }

  substitute(script: Script, name: string, state: State, context: Context): Values {
    const inner = state.fork();
    inner.out = always([]);
    const exits: State[] = [];
    const end = this.list(script.body, inner, within(context, {
      exits, returns: undefined, breaks: undefined, continues: undefined, depth: context.depth + 1,
      hidden: context.hidden ?? { by: '$(…)', how: 'captured', site: this.site(context, rangeOf(script)) },
    }));
    const whole = join([...exits, ...(end === undefined ? [] : [end])], this.scope(context));
    state.status = whole?.status ?? 'unknown';
    state.failed ||= whole?.failed ?? false;
    const out = whole?.out ?? always(hole(name));
    return out.map((one) => ({ value: trimEnd(one.value), when: one.when }));
  }

  // ── small things ──────────────────────────────────────────────────────────────────────────────

  scope(context: Context): string {
    return `${context.code.name}${context.turn}`;
  }

  site(context: Context, range: Range): Site {
    return siteOf(context.code.lines, range, context.via);
  }

  hop(context: Context, label: string, range: Range): Hop {
    const { file, span } = siteOf(context.code.lines, range);
    return { label, file, span };
  }

  raw(node: Statement | { readonly raw: string }): string {
    return 'raw' in node ? node.raw : describe(node);
  }
}

function rangeOf(script: Script): Range {
  const first = script.body[0];
  return first === undefined ? [0, 0] : [first.range[0], script.body.at(-1)!.range[1]];
}

function plain(state: State | undefined): { state: State; exempt: boolean } | undefined {
  return state === undefined ? undefined : { state, exempt: false };
}

function withStatus(states: readonly State[], status: number): State[] {
  for (const state of states) state.status = status;
  return [...states];
}

function singleText(values: Values): Text | undefined {
  return values.length === 1 ? values[0]!.value : undefined;
}

export function trimEnd(text: Text): Text {
  const last = text.at(-1);
  return typeof last === 'string' ? concat(text.slice(0, -1), literal(last.replace(/\n+$/, ''))) : text;
}

export function firstLine(text: string): string {
  const line = text.split('\n', 1)[0]!.trim();
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}

/** A statement's words, for names and messages. */
export function describe(statement: Statement): string {
  switch (statement.kind) {
    case 'command': return [...statement.words, ...statement.declarations.map((one) => ({ raw: one.name }))].map((one) => one.raw).join(' ');
    case 'pipeline': return statement.stages.map(describe).join(' | ');
    case 'and-or': return statement.commands.map(describe).join(' … ');
    case 'background': return `${describe(statement.command)} &`;
    case 'group': return `{ ${statement.body.map(describe).join('; ')}; }`;
    case 'subshell': return `( ${statement.body.map(describe).join('; ')} )`;
    case 'test': return '[[ … ]]';
    default: return statement.kind;
  }
}

function isNoop(statement: Command): boolean {
  const name = statement.words[0]?.raw;
  return (name === 'true' || name === ':') && statement.words.length === 1;
}

const SAYS_ONLY = new Set(['true', ':', 'echo', 'printf', 'warn', 'log', 'info', 'sleep']);

/** Could this, run after a failure, still make the script fail? Printing and `true` can't; an assignment remembers it. */
function mayFail(statements: readonly Statement[]): boolean {
  return statements.some((one) => {
    if (one.kind === 'group' || one.kind === 'subshell') return mayFail(one.body);
    if (one.kind !== 'command') return true;
    const name = one.words[0]?.raw;
    return name === undefined || !SAYS_ONLY.has(name);
  });
}

function describesRepository(statements: readonly Statement[]): boolean {
  return statements.some((one) => /\becr(-public)?\b.*\bdescribe-repositories\b/.test(describe(one)));
}

/** Both outputs thrown away: `> /dev/null 2>&1`, `&> /dev/null`. Stdout alone leaves the progress that tools print to stderr. */
function discards(redirects: readonly Redirect[]): Redirect | undefined {
  const isNull = (one: Redirect): boolean => one.target?.raw === '/dev/null';
  const whole = redirects.find((one) => (one.operator === '&>' || one.operator === '&>>' || (one.operator === '>&' && one.fd === undefined)) && isNull(one));
  if (whole !== undefined) return whole;
  const out = redirects.findIndex((one) => (one.operator === '>' || one.operator === '>>') && (one.fd === undefined || one.fd === 1) && isNull(one));
  const error = redirects.findIndex((one) => one.fd === 2 && ((one.operator === '>&' && one.target?.raw === '1') || isNull(one)));
  return out !== -1 && error !== -1 && (isNull(redirects[error]!) || error > out) ? redirects[out] : undefined;
}
