/**
 * The abstract interpreter: walks a script with what is known, forks where a condition is not, joins after it. Commands
 * with a meaning of their own are handled in src/tools; what happens to the output and status of long ones is found
 * out here.
 */
import { ALWAYS, always, type Values, type When } from '../../core/choices.ts';
import type { Unfollowed } from '../../model/facts.ts';
import { siteOf, type Hop, type Range, type Site } from '../../core/site.ts';
import { hole } from '../../core/text.ts';
import type { Command, Script, Statement } from './reading.ts';
import { swallow, shellWithin, within, type Context } from './context.ts';
import { caseOf, forOf, ifOf, whileOf, arithmeticForOf } from './control.ts';
import { handsOn, isNoop, rangeOf, trimEnd, labelOf } from './describe.ts';
import type { Expander } from './expander.ts';
import type { Session } from './session.ts';
import { statusText, withStatus, type State } from './state.ts';
import { join } from './join.ts';
import { oneOrNone } from '../../core/optional.ts';
import { dispatch } from './dispatch.ts';
import { andOr, branches } from './branches.ts';
import { pipeline } from './pipelines.ts';
import { redirected } from './redirects.ts';
import { onFailure } from './traps.ts';
import { readVariable, specialParameter } from './variables.ts';
import { MAX_LISTS } from './expander.ts';

const MAX_DEPTH = 40;

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
      const met = context.condition || next.exempt ? next.state : onFailure(this, next.state, context);
      if (met === undefined) return undefined;
      state = met;
      const fails = typeof state.status === 'number' && state.status !== 0;
      const ends = state.options.errexit && !context.condition && !next.exempt;
      if (ends && this.session.rehearsing)
        for (const way of state.failures ?? []) context.exits.push(failed(state, way));
      if (ends && fails) {
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

  statement(statement: Statement, state: State, context: Context): { state: State; exempt: boolean } | undefined {
    if (context.depth > MAX_DEPTH) return { state, exempt: true };
    switch (statement.kind) {
      case 'command':
        return plain(this.command(statement, state, context));
      case 'pipeline':
        return pipeline(this, statement, state, context);
      case 'and-or':
        return andOr(this, statement, state, context);
      case 'if':
        return plain(redirected(this, statement.redirects, state, context, (s, c) => ifOf(this, statement, s, c)));
      case 'for':
        return plain(redirected(this, statement.redirects, state, context, (s, c) => forOf(this, statement, s, c)));
      case 'arithmetic-for':
        return plain(
          redirected(this, statement.redirects, state, context, (s, c) => arithmeticForOf(this, statement, s, c)),
        );
      case 'while':
        return plain(redirected(this, statement.redirects, state, context, (s, c) => whileOf(this, statement, s, c)));
      case 'case':
        return plain(redirected(this, statement.redirects, state, context, (s, c) => caseOf(this, statement, s, c)));
      case 'group':
        return plain(redirected(this, statement.redirects, state, context, (s, c) => this.list(statement.body, s, c)));
      case 'subshell':
        return plain(
          redirected(this, statement.redirects, state, context, (s, c) => this.subshell(statement.body, s, c)),
        );
      case 'function':
        state.define(statement.name, { definition: statement, code: context.code });
        state.status = 0;
        return { state, exempt: true };
      case 'test':
      case 'arithmetic': {
        const { yes, no } = branches(this, statement, state, context, true);
        return plain(join([...withStatus(yes, 0), ...withStatus(no, 1)], this.scope(context)));
      }
      case 'background':
        return plain(this.background(statement.command, state, context));
    }
  }

  // ── conditions ────────────────────────────────────────────────────────────────────────────────

  // ── pipelines ─────────────────────────────────────────────────────────────────────────────────

  private subshell(body: readonly Statement[], state: State, context: Context): State {
    const inner = state.fork();
    const exits: State[] = [];
    const end = this.list(body, inner, shellWithin(context, exits));
    const whole = this.ended(exits, end, context);
    state.status = whole?.status ?? 'unknown';
    state.failures = whole?.failures;
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
    return redirected(this, statement.redirects, state, context, (inner, around) =>
      dispatch(this, statement, inner, around),
    );
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
      read: (name) => readVariable(this.session, name, state),
      special: (name) => specialParameter(this, name, state, context),
      specialElement: (name, index) => {
        if (name === 'PIPESTATUS')
          return always(statusText((index === undefined ? undefined : state.pipeStatus.at(index)) ?? 'unknown', scope));
        return name === 'BASH_SOURCE' ? specialParameter(this, name, state, context) : undefined;
      },
      home: () => hole('HOME'),
      // Which of several values a word has is of no interest to a rehearsal.
      maxLists: this.session.rehearsing ? 1 : MAX_LISTS,
      rehearsing: this.session.rehearsing,
    };
  }

  substitute(script: Script, name: string, state: State, context: Context): Values {
    const inner = state.fork();
    inner.out = always([]);
    const exits: State[] = [];
    const end = this.list(
      script.body,
      inner,
      shellWithin(context, exits, {
        depth: context.depth + 1,
        hidden: context.hidden ?? { by: '$(…)', how: 'captured', site: this.site(context, rangeOf(script.body)) },
      }),
    );
    const whole = this.ended(exits, end, context);
    state.status = whole?.status ?? 'unknown';
    state.tellsOfRepository = whole?.tellsOfRepository ?? false;
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

/** Where a script that was called ended with an error on this way, errexit ends the caller on it. */
function failed(state: State, way: When): State {
  const end = state.fork();
  end.when = way;
  end.status = 1;
  return end;
}

function plain(state: State | undefined): { state: State; exempt: boolean } | undefined {
  return state === undefined ? undefined : { state, exempt: false };
}
