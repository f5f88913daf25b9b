/** What a command's handler is given, and what a long command leaves behind. */
import { posix } from 'node:path';
import { always, both, type Values } from '../../core/choices.ts';
import type { Site } from '../../core/site.ts';
import { judged } from '../../core/sealed.ts';
import { byName } from '../../core/secrets.ts';
import { textKey, type Text } from '../../core/text.ts';
import type { Command } from './reading.ts';
import type {
  Arg,
  CommandResult,
  Failing,
  Fate,
  Frame,
  Invocation,
  LongCommand,
  MetLong,
} from '../../project/evaluation.ts';
import { passed } from './arguments.ts';
import { textOf } from './assign.ts';
import { within, type Context } from './context.ts';
import { isNextTurn, isTurnOfMany } from './control.ts';
import { execute, runFunctionBody, type Call } from './dispatch.ts';
import type { Field } from './fields.ts';
import { asResult, exportedOf, runText } from './scripts.ts';
import { restsOnRepository, type State } from './state.ts';
import { defined } from '../../core/optional.ts';

export interface Change {
  readonly limit?: Fate['limit'];
  readonly env?: ReadonlyMap<string, Text>;
  readonly cwd?: string;
}

/** A long command: remembered for its rehearsal, and a fact about what surrounds it. */
export function met(call: Call, result: CommandResult, change: Change): 'fails' | 'ok' | undefined {
  const { interpreter, statement, state, context } = call;
  const session = interpreter.session;
  const long = result.long;
  if (long === undefined) return undefined;
  const place = written(statement, context);
  const key = keyOf(place);
  if (session.rehearsing) {
    const { failing } = session;
    if (key !== failing?.key || isAnotherThing(call, failing)) {
      if (failing?.images?.allow(result) === false) return 'fails';
      return result.status === undefined ? 'ok' : undefined;
    }
    state.failed = true;
    failing.images?.fail(result);
    failing.when ??= state.when;
    failing.refused ??= session.world.budget.refused;
    failing.creates = / create-/.test(long.label);
    return long.ignores === undefined ? 'fails' : 'ok';
  }
  const command = siteOfCommand(call, place);
  const origin = `deploy ${key}${context.turn} ${context.via.map((hop) => `${hop.file}:${hop.span.start}`).join('>')} ${session.frame.run}`;
  const hidden = hiddenOutput(long, state, context);
  const limit = change.limit ?? context.limit;
  session.emit(
    {
      kind: 'deploy',
      when: state.when,
      what: long.what,
      label: long.label,
      site: command,
      command,
      inCi: session.frame.inCi,
      origin,
      ...defined({ hidden, limit, unconfirmed: long.unconfirmed, unlocked: long.unlocked }),
    },
    session.frame,
  );
  const { ignores } = long;
  remember(session.longs, key, origin, call, ignores === undefined ? [] : [{ why: 'or true', ...ignores }]);
  return undefined;
}

/** A command that starts something: in its rehearsal it works, and what it started has come to nothing. */
export function started(call: Call, origin: string): 'ok' | undefined {
  const { interpreter, statement, state, context } = call;
  const { failing, longs, rehearsing } = interpreter.session;
  const key = `starts ${keyOf(written(statement, context))}`;
  if (!rehearsing) {
    remember(longs, key, origin, call, []);
    longs.set(key, { ...longs.get(key)!, starts: true });
    return undefined;
  }
  if (key === failing?.key) {
    state.failed = true;
    failing.when ??= state.when;
    failing.stopped = true;
  }
  return 'ok';
}

function keyOf({ statement: { range }, context }: ReturnType<typeof written>): string {
  return `${context.code.lines.file}:${range[0]}-${range[1]}`;
}

/** The first of several things is to fail: is this another? */
function isAnotherThing({ context }: Call, { but }: Failing): boolean {
  return but !== undefined && (but.has(context.turn) || isNextTurn(context));
}

function remember(
  longs: Map<string, MetLong>,
  key: string,
  origin: string,
  call: Call,
  own: MetLong['swallowers'],
): void {
  const { context, words: fields } = call;
  const before = longs.get(key);
  const words = wordsOf(call);
  const origins = (before?.origins ?? new Set<string>()).add(origin);
  // A word of a loop's list that nobody knows is one turn to us, and several to the shell.
  const varied =
    before === undefined ? fields.some(({ text }) => isTurnOfMany(text)) : before.varied || before.words !== words;
  const same = before?.same ?? new Set<string>();
  const others = before?.others ?? new Set<string>();
  if (before === undefined || before.words === words) {
    same.add(context.turn);
    others.delete(context.turn);
  } else if (!same.has(context.turn)) others.add(context.turn);
  longs.set(key, {
    origins,
    words: before?.words ?? words,
    same,
    others,
    varied,
    swallowers:
      before === undefined || before.swallowers.length === 0 ? [...own, ...context.swallowers] : before.swallowers,
  });
}

function wordsOf({ words }: Call): string {
  return words.map((one) => textKey(one.text)).join('\u0000');
}

/** Output that a variable captures is lost only where a failure ends the script before anything can print it. */
function hiddenOutput({ quiet, onErrors }: LongCommand, state: State, context: Context): Context['hidden'] {
  const hidden = onErrors === true ? context.hiddenErrors : context.hidden;
  if (hidden === undefined || quiet === true) return undefined;
  return hidden.how === 'captured' && (!state.options.errexit || context.condition) ? undefined : hidden;
}

/** Where a command is written: for `awscli() { aws --profile x "$@"; }`, where the function is called. */
export function written(statement: Command, context: Context): { statement: Command; context: Context } {
  let here = { statement, context };
  while (
    here.context.caller !== undefined &&
    here.statement.words.some((word) => word.parts.some((part) => part.kind === 'parameter' && part.name === '@'))
  ) {
    here = here.context.caller;
  }
  return here;
}

/**
 * Where a person edits the command: the words of an array that is run (`"${BUILD[@]}"`) stand where the array was
 * filled.
 */
function siteOfCommand(call: Call, place: { statement: Command; context: Context }): Site {
  const { interpreter, statement, words } = call;
  const whole = interpreter.site(place.context, place.statement.range);
  const [first, ...rest] = words;
  const fromArray =
    place.statement === statement &&
    statement.words[0]?.parts.some((part) => part.kind === 'parameter' && part.index !== undefined) === true;
  if (!fromArray || first === undefined) return whole;
  let { span } = first.site;
  for (const { site } of rest) {
    if (site.file !== first.site.file || site.span.start < span.end || site.span.line > span.endLine + 1) break;
    span = { ...span, end: site.span.end, endLine: site.span.endLine, endColumn: site.span.endColumn };
  }
  return { ...first.site, span };
}

function frameOf(call: Call, change: Change = {}): Frame {
  const { interpreter, state, context, prefix, statement } = call;
  const { frame, failing, longs, machine } = interpreter.session;
  const env = new Map<string, Values>(exportedOf(state));
  for (const [name, values] of prefix) env.set(name, values);
  for (const [name, text] of change.env ?? []) env.set(name, always(text));
  const limit = change.limit ?? context.limit;
  return {
    ...frame,
    machine,
    env,
    via: context.via,
    cwd: change.cwd ?? state.cwd,
    when: state.when,
    fate: {
      ...defined({ hidden: context.hidden, hiddenErrors: context.hiddenErrors, limit }),
    },
    nested: {
      depth: context.depth + 1,
      failing,
      longs,
      turn: `${context.turn}>${statement.range[0]}`,
      condition: context.condition,
      swallowers: context.swallowers,
      reached: () => void (state.failed = true),
    },
  };
}

export function invocation(call: Call, args: readonly Field[], change: Change): Invocation {
  const { interpreter, name, state, context, statement, prefix } = call;
  const session = interpreter.session;
  const place = written(statement, context);
  const site = siteOfCommand(call, place);
  let frame: Frame | undefined;
  const fields: readonly Arg[] = args;
  return {
    name: posix.basename(name),
    args: fields,
    site,
    nameSite: interpreter.site(place.context, place.statement.words[0]?.range ?? place.statement.range),
    world: session.world,
    get frame() {
      return (frame ??= frameOf(call, change));
    },
    env(variable) {
      const text = change.env?.get(variable);
      if (text !== undefined) return byName(variable, text);
      const own = prefix.get(variable);
      if (own !== undefined) return byName(variable, under(own, state));
      const found = state.lookup(variable);
      return found?.kind === 'scalar' && found.exported ? byName(variable, under(found.values, state)) : undefined;
    },
    stdin: context.stdin,
    file: (path) => session.file(session.filePath(path, state), state.when),
    path: (text) =>
      change.cwd === undefined ? session.path(text, state) : session.path(text, inFolder(state, change.cwd)),
    emit: (fact) =>
      session.emit({ when: state.when, ...tolerated(fact, context, state) }, (frame ??= frameOf(call, change))),
    run(inner, more = {}) {
      const [first, ...rest] = inner;
      if (first === undefined) return {};
      const merged: Change = {
        ...change,
        ...more,
        ...(change.env === undefined && more.env === undefined
          ? {}
          : { env: new Map([...(change.env ?? []), ...(more.env ?? [])]) }),
      };
      const target = more.name ?? judged(first.text) ?? '';
      const around = merged.limit === undefined ? context : within(context, { limit: merged.limit });
      const nested: Call = {
        ...call,
        name: target,
        args: rest,
        context: around,
        prefix:
          merged.env === undefined
            ? prefix
            : new Map([...prefix, ...[...merged.env].map(([key, text]): [string, Values] => [key, always(text)])]),
      };
      const body = state.functions.get(target);
      if (body !== undefined)
        return asResult(runFunctionBody(interpreter, body, passed(rest), state.fork(), around, statement));
      return execute(nested, rest, merged);
    },
    shell: (text, options) => runText(call, text, options?.args ?? [], options ?? {}),
  };
}

function under(values: Values, state: State): Text {
  const fitting = values.filter((one) => both(one.when, state.when) !== undefined);
  return textOf(fitting.length > 0 ? fitting : values);
}

function inFolder(state: State, cwd: string): State {
  const copy = state.fork();
  copy.cwd = cwd;
  return copy;
}

/**
 * A repository made only where it's missing, or whose failing creation is shrugged off, is no clash by itself; a tag
 * that may be missing as well is no more than a copy.
 */
function tolerated<F extends { readonly kind: string }>(fact: F, context: Context, { when }: State): F {
  if (fact.kind === 'repository' && restsOnRepository(when)) return { guarded: true, ...fact };
  return (fact.kind === 'repository' || fact.kind === 'tag') && context.tolerated ? { guarded: true, ...fact } : fact;
}
