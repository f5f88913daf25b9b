/**
 * The abstract interpreter: walks a script with what is known, forks where a condition is not, joins after it. Commands
 * with a meaning of their own are handled in ../commands; what happens to the output and status of long ones is found
 * out here.
 */
import { ALWAYS, SUCCEEDS, always, both, when as guard, type Values } from '../../core/choices.ts';
import type { Unfollowed } from '../../model/facts.ts';
import { siteOf, type Hop, type Range, type Site } from '../../core/site.ts';
import { judged, sealText } from '../../core/sealed.ts';
import { isCredential } from '../../core/secrets.ts';
import { hole, literal, type Text } from '../../core/text.ts';
import type { AndOr, Command, Pipeline, Redirect, Script, Statement } from './reading.ts';
import { knownOf } from './arguments.ts';
import { arithmetic } from './arithmetic.ts';
import { guardOf, judge, judgeArguments, type Judged } from './conditions.ts';
import { swallow, within, type Context } from './context.ts';
import { textOf } from './assign.ts';
import { caseOf, forOf, ifOf, loop, settled, whileOf } from './control.ts';
import {
  describesRepository,
  discards,
  handsOn,
  isAnotherWay,
  isNoop,
  leavesErrors,
  mayFail,
  rangeOf,
  takesOutput,
  trimEnd,
  labelOf,
} from './describe.ts';
import { dispatch, rejoined } from './dispatch.ts';
import { expandString, expandWords, numbersOf, type Expander } from './expand.ts';
import { programName, variableHole, suppliedByMachine } from './names.ts';
import { hidingOf } from './output.ts';
import type { Session } from './session.ts';
import { join, statusText, type State, type Status, type Variable } from './state.ts';
import { oneOrNone } from '../../core/optional.ts';

const MAX_LISTS = 20;
const MAX_DEPTH = 40;

/** Where a command's standard output goes: where the script's own goes, into a file, or where nothing reads it. */
type Target = { readonly path: string; readonly append: boolean } | 'out of sight' | undefined;

export interface Branches {
  readonly yes: readonly State[];
  readonly no: readonly State[];
}

/** Of a stage: all that reads what it prints, and the first of those that shows less of it. */
interface Beyond {
  readonly tail: string;
  readonly hidden: Context['hidden'];
  readonly range: Range;
}

export class Interpreter {
  constructor(readonly session: Session) {}

  // ── lists ─────────────────────────────────────────────────────────────────────────────────────

  list(statements: readonly Statement[], start: State, context: Context): State | undefined {
    let state: State = start;
    const { budget } = this.session.world;
    for (const [index, statement] of statements.entries()) {
      if (!budget.spend(weightOf(statement, state))) {
        // What surrounds this list goes on with what is known here, as far as it has steps of its own.
        state.status = this.session.rehearsing ? 0 : 'unknown';
        return state;
      }
      const following = statements.length - 1 - index;
      const inner = this.inList(context, statements, index, state);
      const next =
        following === 0
          ? this.statement(statement, state, inner)
          : this.keeping(following, statement.range, context, () => this.statement(statement, state, inner));
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

  /**
   * In a list, what follows decides the status: `cmd; true`, or simply the next command where errexit is off, or does
   * not hold: `build && push`.
   */
  private inList(context: Context, statements: readonly Statement[], index: number, state: State): Context {
    const next = statements[index + 1];
    const holds = state.options.errexit && !context.condition;
    if (next === undefined || (holds && !goesOn(statements[index]!)) || handsOn(next)) return context;
    const trivial =
      next.kind === 'command' && (isNoop(next) || (next.words[0]?.raw === 'exit' && next.words[1]?.raw === '0'));
    const site = this.site(context, next.range);
    const by = labelOf(next, context.code);
    if (state.options.errexit && !holds) return swallow(context, { why: 'errexit suspended', by, site });
    const why = holds ? 'not the last of &&' : trivial ? 'status overwritten' : 'last command decides';
    return { ...context, swallowers: [...context.swallowers, { why, by, site }] };
  }

  private statement(
    statement: Statement,
    state: State,
    context: Context,
  ): { state: State; exempt: boolean } | undefined {
    if (context.depth > MAX_DEPTH) return { state, exempt: true };
    switch (statement.kind) {
      case 'command':
        return plain(this.command(statement, state, context));
      case 'pipeline':
        return this.pipeline(statement, state, context);
      case 'and-or':
        return this.andOr(statement, state, context);
      case 'if':
        return plain(this.redirected(statement.redirects, state, context, (s, c) => ifOf(this, statement, s, c)));
      case 'for':
        return plain(this.redirected(statement.redirects, state, context, (s, c) => forOf(this, statement, s, c)));
      case 'arithmetic-for':
        return plain(
          this.redirected(statement.redirects, state, context, (s, c) => {
            const expander = this.expander(s, c);
            arithmetic(statement.init, numbersOf(expander));
            return loop(
              this,
              statement.body,
              s,
              c,
              (turn) => {
                if (statement.test.trim() === '') return [{ truth: true, when: ALWAYS, cond: '', positive: true }];
                const numbers = numbersOf(this.expander(turn, c));
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
              (turn) => void arithmetic(statement.update, numbersOf(this.expander(turn, c))),
            );
          }),
        );
      case 'while':
        return plain(this.redirected(statement.redirects, state, context, (s, c) => whileOf(this, statement, s, c)));
      case 'case':
        return plain(this.redirected(statement.redirects, state, context, (s, c) => caseOf(this, statement, s, c)));
      case 'group':
        return plain(this.redirected(statement.redirects, state, context, (s, c) => this.list(statement.body, s, c)));
      case 'subshell':
        return plain(
          this.redirected(statement.redirects, state, context, (s, c) => this.subshell(statement.body, s, c)),
        );
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

  /**
   * Runs a condition and tells its outcomes apart. A command's success is the normal way on; only its failure is a
   * choice, unless asked.
   */
  branches(statement: Statement, state: State, context: Context, guardSuccess: boolean): Branches {
    const inner = within(context, { condition: true });
    switch (statement.kind) {
      case 'test':
        return this.split(judge(statement.expression, this.expander(state, context)), state);
      case 'arithmetic': {
        const value = arithmetic(statement.text, numbersOf(this.expander(state, context)));
        return this.split(
          [
            {
              truth: value === undefined ? 'unknown' : value !== 0,
              when: ALWAYS,
              cond: `((${statement.text.trim()}))@${this.scope(context)}`,
              positive: true,
            },
          ],
          state,
        );
      }
      case 'and-or': {
        let result = this.branches(statement.commands[0]!, state, inner, guardSuccess);
        for (const [index, operator] of statement.operators.entries()) {
          const carry = operator === '&&' ? result.yes : result.no;
          const from = join(carry, this.scope(context));
          if (from === undefined) continue;
          const right = this.branches(statement.commands[index + 1]!, from, inner, guardSuccess);
          result =
            operator === '&&'
              ? { yes: right.yes, no: [...result.no, ...right.no] }
              : { yes: [...result.yes, ...right.yes], no: right.no };
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
        if ((name === '[' || name === 'test') && statement.assignments.length === 0)
          return this.split(this.testCommand(statement, state, context), state);
        break;
      }
    }
    const before = state.out;
    const after = this.statement(statement, state, inner)?.state;
    if (after === undefined) return { yes: [], no: [] };
    if (after.status === 0) return { yes: [after], no: [] };
    if (after.status !== 'unknown') return { yes: [], no: [after] };
    const cond = `${SUCCEEDS}${labelOf(statement, context.code)}@${this.scope(context)}:${statement.range[0]}`;
    const no = after.fork(guard(cond, 'no'));
    no.status = 1;
    // What was asked for is printed by whoever finds it.
    if (statement.kind === 'command') no.out = before;
    const yes = guardSuccess ? after.fork(guard(cond, 'yes')) : after;
    yes.status = 0;
    return { yes: [yes], no: [no] };
  }

  private testCommand(statement: Command, state: State, context: Context): Judged[] {
    const expander = this.expander(state, context);
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

  split(outcomes: readonly Judged[], state: State): Branches {
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

  condition(statements: readonly Statement[], state: State, context: Context): Branches {
    const last = statements.at(-1);
    if (last === undefined) return { yes: [state], no: [] };
    const before = this.list(statements.slice(0, -1), state, within(context, { condition: true }));
    return before === undefined ? { yes: [], no: [] } : this.branches(last, before, context, true);
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
      const or = statement.operators.indexOf('||', index);
      const here = or === -1 ? context : this.beforeOr(statement.commands[or]!, statement.commands[or + 1]!, context);
      const before = current.failed;
      const { yes, no } = this.branches(command, current, here, false);
      // A failure that leads to the same being done another way has been noticed.
      if (
        operator === '||' &&
        !before &&
        isAnotherWay(command, right, (name) => this.session.world.commands.has(programName(name)))
      )
        for (const one of no) one.failed = false;
      const [taken, passed] = operator === '&&' ? [yes, no] : [no, yes];
      skipped = [...passed];
      // What this command did not let through may still meet a later operator of the other kind: `a && b || c`.
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
            ? this.andOr(rest, from, context)?.state
            : this.statement(rest.commands[0]!, from, context)?.state;
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

  private beforeOr(command: Statement, right: Statement, context: Context): Context {
    if (mayFail([right])) return context;
    return swallow(within(context, { tolerated: true }), {
      why: 'or true',
      by: `|| ${labelOf(right, context.code)}`,
      site: this.site(context, [command.range[1], right.range[1]]),
    });
  }

  // ── pipelines ─────────────────────────────────────────────────────────────────────────────────

  private pipeline(statement: Pipeline, state: State, context: Context): { state: State; exempt: boolean } | undefined {
    if (statement.stages.length === 1) {
      const { yes, no } = this.branches(statement, state, context, true);
      const joined = join([...withStatus(yes, 0), ...withStatus(no, 1)], this.scope(context));
      return joined === undefined ? undefined : { state: joined, exempt: statement.negated };
    }
    const beyond = this.pipedInto(statement, context);
    const statuses: Status[] = [];
    let stdin = context.stdin;
    let last: State | undefined;
    for (const [index, stage] of statement.stages.entries()) {
      const final = index === statement.stages.length - 1;
      const inner = state.fork();
      if (!final) inner.out = always([]);
      if (index > 0) inner.input = undefined;
      const exits: State[] = [];
      const around = final ? context : this.hiddenBehind(beyond[index]!, state, context);
      const end = this.statement(
        stage,
        inner,
        within(around, { stdin, exits, returns: undefined, breaks: undefined, continues: undefined }),
      )?.state;
      const whole = this.ended(exits, end, context);
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

  /**
   * What each stage but the last is piped into. From the end, so that a pipeline costs its length and not the square of
   * it.
   */
  private pipedInto(statement: Pipeline, context: Context): Beyond[] {
    const end = statement.stages.at(-1)?.range[1] ?? 0;
    const beyond: Beyond[] = [];
    let [tail, hidden] = ['', context.hidden];
    for (const stage of statement.stages.slice(1).reverse()) {
      tail = tail === '' ? labelOf(stage, context.code) : `${labelOf(stage, context.code)} | ${tail}`;
      const words = stage.kind === 'command' ? stage.words.map((one) => one.raw) : [];
      const how = hidingOf(words);
      if (how !== undefined)
        hidden = { by: context.code.sealed ?? words.join(' '), how, site: this.site(context, stage.range) };
      beyond.push({ tail, hidden, range: [stage.range[0], end] });
    }
    return beyond.reverse();
  }

  private hiddenBehind({ tail, hidden, range }: Beyond, state: State, context: Context): Context {
    const changed = within(context, { hidden });
    return state.options.pipefail
      ? changed
      : swallow(changed, { why: 'pipe without pipefail', by: `| ${tail}`, site: this.site(context, range) });
  }

  private subshell(body: readonly Statement[], state: State, context: Context): State {
    const inner = state.fork();
    const exits: State[] = [];
    const end = this.list(
      body,
      inner,
      within(context, { exits, returns: undefined, breaks: undefined, continues: undefined }),
    );
    const whole = this.ended(exits, end, context);
    state.status = whole?.status ?? 'unknown';
    state.failed ||= whole?.failed ?? false;
    if (state.out !== undefined && whole?.out !== undefined) state.out = whole.out;
    return state;
  }

  private background(command: Statement, state: State, context: Context): State {
    const swallower = { why: 'background without wait' as const, by: '&', site: this.site(context, command.range) };
    const whole = this.subshell([command], state.fork(), swallow(within(context, { stdin: undefined }), swallower));
    const job = `job@${this.scope(context)}:${command.range[0]}${context.turn}`;
    state.startJob(job, whole.status);
    state.lastJob = job;
    state.failed ||= whole.failed;
    state.status = 0;
    return state;
  }

  // ── commands ──────────────────────────────────────────────────────────────────────────────────

  private command(statement: Command, state: State, context: Context): State | undefined {
    return this.redirected(statement.redirects, state, context, (inner, around) =>
      dispatch(this, statement, inner, around),
    );
  }

  /** Applies redirects around something: input it may read, files it writes, output thrown away. */
  private redirected(
    redirects: readonly Redirect[],
    state: State,
    context: Context,
    run: (state: State, context: Context) => State | undefined,
  ): State | undefined {
    if (redirects.length === 0) return run(state, context);
    const expander = this.expander(state, context);
    let around = context;
    let input: Values | undefined;
    let target: Target;
    const discarded = discards(redirects);
    for (const redirect of redirects) {
      if (redirect.body !== undefined) input = expandString(redirect.body, expander);
      else if (redirect.operator === '<<<') input = expandString(redirect.target, expander);
      else if (redirect.operator === '<') {
        const text = singleText(expandString(redirect.target, expander));
        const path = text === undefined ? undefined : this.session.path(text, state);
        around = within(around, { stdin: path === undefined ? undefined : this.session.file(path, state.when) });
      } else if (takesOutput(redirect)) {
        target = this.target(redirect, judged(singleText(expandString(redirect.target, expander))), state);
      }
    }
    // What goes into a file reaches no pipe and no `$(…)` around it.
    if (discarded === undefined && redirects.some(takesOutput)) around = within(around, { hidden: undefined });
    if (discarded !== undefined)
      around = within(around, {
        hidden: { by: '> /dev/null', how: 'discarded', site: this.site(context, discarded.range) },
      });
    // What it reads of its own input, it does not read of what there was before.
    const { input: before } = state;
    const readsAnew = input !== undefined || around.stdin !== context.stdin;
    if (readsAnew) state.input = undefined;
    const end =
      input !== undefined && input.length > 1 && !this.session.rehearsing
        ? // Each thing it may read is a world of its own.
          rejoined(
            input.slice(0, MAX_LISTS).flatMap((one) => {
              if (both(state.when, one.when) === undefined) return [];
              return this.written(target, state.fork(one.when), within(around, { stdin: one.value }), run) ?? [];
            }),
            state.when,
            this.scope(context),
          )
        : this.written(target, state, input === undefined ? around : within(around, { stdin: singleText(input) }), run);
    if (readsAnew && end !== undefined) end.input = before;
    if (leavesErrors(redirects))
      end?.print(always(hole(`errors@${this.scope(context)}:${redirects[0]?.range[0] ?? 0}`)), 'errors');
    return end;
  }

  /** Where standard output goes instead. */
  private target({ operator }: Redirect, path: string | undefined, state: State): Target {
    if (operator === '>&' && path !== undefined && /^\d+$/.test(path)) return path === '1' ? undefined : 'out of sight';
    if (path === undefined || path === '-') return 'out of sight';
    if (path.startsWith('/dev/')) return path === '/dev/stdout' || path === '/dev/fd/1' ? undefined : 'out of sight';
    return { path: this.session.filePath(path, state), append: operator === '>>' || operator === '&>>' };
  }

  private written(
    target: Target,
    state: State,
    around: Context,
    run: (state: State, context: Context) => State | undefined,
  ): State | undefined {
    if (target === undefined) return run(state, around);
    const outer = state.out;
    state.out = target === 'out of sight' ? undefined : always([]);
    const end = run(state, around);
    if (end === undefined) return undefined;
    if (target !== 'out of sight')
      this.session.write(target.path, end.out ?? always([]), { append: target.append, when: state.when });
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
      sealed: context.code.sealed,
      read: (name) => this.read(name, state),
      special: (name) => this.special(name, state, context),
      specialElement: (name, index) => {
        if (name === 'PIPESTATUS')
          return always(statusText((index === undefined ? undefined : state.pipeStatus.at(index)) ?? 'unknown', scope));
        return name === 'BASH_SOURCE' ? this.special(name, state, context) : undefined;
      },
      home: () => hole('HOME'),
      // Which of several values a word has is of no interest to a rehearsal.
      maxLists: this.session.rehearsing ? 1 : MAX_LISTS,
      rehearsing: this.session.rehearsing,
    };
  }

  read(name: string, state: State): { variable: Variable; maybe: boolean } | undefined {
    const variable = state.lookup(name);
    if (variable !== undefined)
      return { variable: isCredential(name) ? sealedVariable(name, variable) : variable, maybe: false };
    if (state.isUnset(name)) return undefined;
    if (name === 'BASH_SOURCE' || name === 'PWD') return undefined;
    if (!this.session.frame.openEnvironment && !suppliedByMachine(name)) return undefined;
    const bound = this.session.binding(name);
    return {
      variable: { kind: 'scalar', values: bound ?? always(variableHole(name)), exported: true },
      maybe: bound === undefined,
    };
  }

  private special(name: string, state: State, context: Context): Values | undefined {
    const scope = this.scope(context);
    switch (name) {
      case '?':
        return always(statusText(state.status, `${scope}:${context.turn}`));
      case '#':
        return always(
          state.positional === undefined || Number.isFinite(knownOf(state.positional))
            ? hole(`#args@${scope}`)
            : literal(String(state.positional.length)),
        );
      case '$':
        return always(hole('$$', 'unique'));
      case '!':
        return always(state.lastJob === undefined ? [] : literal(state.lastJob));
      case '-':
        return always(hole('$-'));
      case '0':
        return always(state.zero ?? literal(`/project/${context.code.lines.file}`));
      case 'BASH_SOURCE':
        return always(literal(`/project/${context.code.lines.file}`));
      case 'PWD':
        return always(
          state.cwd === undefined ? hole('PWD') : literal(`/project${state.cwd === '' ? '' : '/'}${state.cwd}`),
        );
      case 'PIPESTATUS':
        return always(statusText(state.pipeStatus[0] ?? 'unknown', scope));
    }
    if (!/^[1-9]\d*$/.test(name)) return undefined;
    return Number(name) > knownOf(state.positional)
      ? always(hole(`$${name}@${scope}`))
      : (state.positional?.[Number(name) - 1]?.values ?? always([]));
  }

  substitute(script: Script, name: string, state: State, context: Context): Values {
    const inner = state.fork();
    inner.out = always([]);
    const exits: State[] = [];
    const end = this.list(
      script.body,
      inner,
      within(context, {
        exits,
        returns: undefined,
        breaks: undefined,
        continues: undefined,
        depth: context.depth + 1,
        hidden: context.hidden ?? { by: '$(…)', how: 'captured', site: this.site(context, rangeOf(script.body)) },
      }),
    );
    const whole = this.ended(exits, end, context);
    state.status = whole?.status ?? 'unknown';
    state.failed ||= whole?.failed ?? false;
    const out =
      this.printedWell([...exits, ...oneOrNone(end)], state, context)?.out ?? whole?.out ?? always(hole(name));
    return out.map((one) => ({ value: trimEnd(one.value), when: one.when }));
  }

  /** Where a failure ends the script, what is printed before it is a complaint, and nothing goes on with that. */
  private printedWell(ends: readonly State[], { options }: State, context: Context): State | undefined {
    const goesOn =
      !options.errexit ||
      context.condition ||
      context.swallowers.some(({ why }) => why === 'substitution in declaration');
    if (goesOn || this.session.rehearsing) return undefined;
    const well = ends.filter(({ status }) => status === 0 || status === 'unknown');
    return well.length === ends.length ? undefined : join(well, this.scope(context));
  }

  /**
   * Where something with a status of its own has ended, one way or the other. A rehearsal asks what becomes of one
   * failure: ends that it did not lead to (`cd app || exit 1` before it) have nothing to say of that.
   */
  ended(exits: readonly State[], end: State | undefined, context: Context): State | undefined {
    const ends = end === undefined ? exits : [...exits, end];
    const reached = this.session.rehearsing ? ends.filter((one) => one.failed) : [];
    return join(reached.length > 0 ? reached : ends, this.scope(context));
  }

  // ── small things ──────────────────────────────────────────────────────────────────────────────

  scope(context: Context): string {
    return `${context.code.name}${context.turn}`;
  }

  site(context: Context, range: Range): Site {
    return siteOf(context.code.lines, range, context.via);
  }

  /** Says that a bound was met here. */
  unfollowed(what: Unfollowed['what'], most: number, range: Range, context: Context): void {
    this.session.emit(
      { kind: 'unfollowed', what, most, site: this.site(context, range), when: ALWAYS },
      this.session.frame,
    );
  }

  /** Does something and leaves steps for what follows; where they were too few for it, that is said. */
  keeping<T>(following: number, range: Range, context: Context, action: () => T): T {
    const { budget, stopped } = this.session.world;
    const { refused } = budget;
    const before = budget.keep(following);
    const result = action();
    budget.release(before);
    if (budget.hasToSay(refused)) stopped?.(this.site(context, range), budget.most);
    return result;
  }

  hop(context: Context, label: string, range: Range): Hop {
    const { file, span } = siteOf(context.code.lines, range);
    return { label, file, span };
  }
}

/**
 * What a statement takes before anything in it runs: long commands and states of thousands of variables are slow to go
 * through.
 */
function weightOf(statement: Statement, state: State): number {
  const words = statement.kind === 'command' ? statement.words.length >> 5 : 0;
  return 1 + words + ((state.scopes[0]?.size ?? 0) >> 8);
}

/** Of what `&&` joins, only the last command's failure ends a script under errexit. */
function goesOn(statement: Statement): boolean {
  return statement.kind === 'and-or' && statement.operators.includes('&&');
}

function plain(state: State | undefined): { state: State; exempt: boolean } | undefined {
  return state === undefined ? undefined : { state, exempt: false };
}

function withStatus(states: readonly State[], status: number): State[] {
  for (const state of states) state.status = status;
  return [...states];
}

function sealedVariable(name: string, variable: Variable): Variable {
  const sealed = (values: Values): Values => values.map(({ value, when }) => ({ value: sealText(value, name), when }));
  return variable.kind === 'scalar'
    ? { ...variable, values: sealed(variable.values) }
    : { ...variable, elements: variable.elements.map((one) => ({ ...one, values: sealed(one.values) })) };
}

function singleText(values: Values): Text | undefined {
  return values.length === 1 ? values[0]!.value : undefined;
}
