/** A simple command: assignments, expansion, and whatever its name means — a function, a builtin, a script of the project, a known tool. */
import { posix } from 'node:path';
import { ALWAYS, always, both, type Values, type When } from '../../model/guard.ts';
import type { Range, Site } from '../../model/site.ts';
import { hole, known, show, type Text } from '../../model/text.ts';
import { parseScript } from '../../parsers/shell/parse.ts';
import type { Assignment, Command, Script } from '../../parsers/shell/reading.ts';
import type { Arg, CommandResult, Fate, Frame, Invocation, ShellOptions } from '../world.ts';
import { BUILTINS } from './builtins.ts';
import { within, type Context } from './context.ts';
import { expandString, expandWords, type Field } from './expand.ts';
import { describe, firstLine, type Interpreter } from './interpreter.ts';
import { join, State, type Element, type ShellFunction, type Status, type Variable } from './state.ts';

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

export function dispatch(interpreter: Interpreter, statement: Command, state: State, context: Context): State | undefined {
  if (statement.words.length === 0) {
    // The assignment's status is that of a substitution in it; without one it succeeds, after `$?` has been read.
    const substitutes = statement.assignments.some((one) => one.value !== undefined && /\$\(|`/.test(one.value.raw));
    if (substitutes) state.status = 0;
    for (const one of statement.assignments) assign(interpreter, one, state, context, false);
    if (!substitutes) state.status = 0;
    return state;
  }
  const before = state.status;
  const { when } = state;
  const prefix = new Map<string, Values>();
  for (const one of statement.assignments) if (one.value !== undefined) prefix.set(one.name, expandString(one.value, interpreter.expander(state, context)));
  const lists = expandWords(statement.words, interpreter.expander(state, context));
  const ends: State[] = [];
  const one = lists.length === 1;
  for (const list of lists) {
    const [first, ...args] = list.fields;
    const inner = one ? state : state.fork(list.when);
    if (first === undefined) {
      ends.push(inner);
      continue;
    }
    const end = run({ interpreter, statement, name: known(first.text) ?? '', args, words: list.fields, state: inner, context, prefix, before });
    if (end !== undefined) ends.push(end);
  }
  return rejoined(ends, when, interpreter.scope(context));
}

/** After a command that was run once per way its words can turn out, no choice has been made. */
export function rejoined(ends: readonly State[], when: When, scope: string): State | undefined {
  const joined = join(ends, scope);
  if (joined !== undefined) joined.when = when;
  return joined;
}

function run(call: Call): State | undefined {
  const { interpreter, name, state, context } = call;
  if (name === '') {
    finish(call, {});
    return state;
  }
  const target = state.functions.get(name);
  if (target !== undefined) return runFunctionBody(interpreter, target, passed(call.args), withPrefix(call), context, call.statement);
  const builtin = BUILTINS.get(name);
  if (builtin !== undefined) return builtin(call);
  finish(call, execute(call, call.args));
  return state;
}

/** Variables of a prefix hold for a function's body as well; that they linger is of no consequence here. */
function withPrefix(call: Call): State {
  for (const [name, values] of call.prefix) call.state.assign(name, { kind: 'scalar', values, exported: true });
  return call.state;
}

/** `main "$@"` hands on whatever anybody may pass. */
function passed(args: readonly Field[]): readonly Element[] | undefined {
  const [only] = args;
  const part = args.length === 1 ? only?.text[0] : undefined;
  return part !== undefined && typeof part !== 'string' && only?.text.length === 1 && part.hole.startsWith('$@@') ? undefined : elements(args);
}

export function elements(args: readonly Field[]): Element[] {
  return args.map((one) => ({ values: always(one.text), site: one.site, when: ALWAYS }));
}

export function assign(interpreter: Interpreter, one: Assignment, state: State, context: Context, local: boolean): void {
  const expander = interpreter.expander(state, context);
  if (one.array !== undefined) {
    const before = state.lookup(one.name);
    const kept = one.append && before?.kind === 'array' ? before.elements : [];
    const keyed = one.array.some((element) => element.key !== undefined) || (before?.kind === 'array' && before.keyed);
    const added = one.array.flatMap((element): Element[] => {
      if (element.key !== undefined) return [{ key: textOf(expandString(element.key, expander)), values: expandString(element.value, expander), site: expander.site(element.value.range), when: ALWAYS }];
      const lists = expandWords([element.value], expander);
      const [first] = lists;
      if (first !== undefined && lists.every((list) => list.fields.length === 1)) {
        return [{ values: lists.map((list) => ({ value: list.fields[0]!.text, when: list.when })), site: first.fields[0]!.site, when: ALWAYS }];
      }
      return lists.flatMap((list) => list.fields.map((field) => ({ values: always(field.text), site: field.site, when: lists.length === 1 ? ALWAYS : list.when })));
    });
    state.assign(one.name, { kind: 'array', elements: [...kept, ...added], keyed, exported: before?.exported ?? false }, local);
    return;
  }
  const values = named(expandString(one.value, expander), one.name, interpreter.scope(context), one.range);
  if (one.index !== undefined) {
    setElement(one, values, interpreter, state, context);
    return;
  }
  const before = one.append ? state.lookup(one.name) : undefined;
  if (before?.kind === 'array') {
    const [first, ...rest] = before.elements;
    state.assign(one.name, { ...before, elements: first === undefined ? [{ values, site: expander.site(one.range), when: ALWAYS }] : [{ ...first, values: append(first.values, values) }, ...rest] }, local);
    return;
  }
  const base = one.append ? (before?.values ?? interpreter.read(one.name, state)) : undefined;
  const start = base === undefined ? undefined : 'variable' in base ? (base.variable.kind === 'scalar' ? base.variable.values : undefined) : base;
  state.set(one.name, start === undefined ? values : append(start, values), local);
}

function append(left: Values, right: Values): Values {
  return left.flatMap((a) => right.flatMap((b) => {
    const conditions = both(a.when, b.when);
    return conditions === undefined ? [] : [{ value: [...a.value, ...b.value], when: conditions }];
  })).map((one) => ({ value: normal(one.value), when: one.when }));
}

function normal(text: Text): Text {
  const parts: Text[number][] = [];
  for (const part of text) {
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  return parts;
}

function setElement(one: Assignment, values: Values, interpreter: Interpreter, state: State, context: Context): void {
  const expander = interpreter.expander(state, context);
  const key = textOf(expandString(one.index, expander));
  const before = state.lookup(one.name);
  const list = before?.kind === 'array' ? before.elements : [];
  const index = known(key);
  const element: Element = { key, values, site: expander.site(one.range), when: ALWAYS };
  const isIndexed = before?.kind === 'array' ? !before.keyed : index !== undefined && /^\d+$/.test(index);
  if (isIndexed && index !== undefined && /^\d+$/.test(index) && Number(index) <= list.length) {
    const copy = [...list];
    copy[Number(index)] = element;
    state.assign(one.name, { kind: 'array', elements: copy, keyed: false, exported: before?.exported ?? false });
    return;
  }
  const rest = index === undefined ? list : list.filter((other) => other.key === undefined || known(other.key) !== index);
  state.assign(one.name, { kind: 'array', elements: [...rest, element], keyed: true, exported: before?.exported ?? false });
}

export function textOf(values: Values): Text {
  return values.length === 1 ? values[0]!.value : hole(values.map((one) => show(one.value)).join('|'));
}

/** A variable set from something wholly unknown carries its own name from then on: messages read `${REPO_URI}`, not the command. */
function named(values: Values, name: string, scope: string, range: Range): Values {
  return values.map((one) => {
    const [part] = one.value;
    const rename = one.value.length === 1 && part !== undefined && typeof part !== 'string' && part.nature === 'unknown' && part.hole.startsWith('$(');
    return rename ? { value: hole(`${name}@${scope}:${range[0]}`), when: one.when } : one;
  });
}

export function runFunctionBody(interpreter: Interpreter, target: ShellFunction, args: readonly Element[] | undefined, state: State, context: Context, call: Command): State | undefined {
  const outer = state.positional;
  state.positional = args;
  state.scopes = [...state.scopes, new Map<string, Variable | undefined>()];
  const depth = state.scopes.length;
  const returns: State[] = [];
  const foreign = target.code.lines.file !== context.code.lines.file;
  const end = interpreter.list(target.definition.body, state, within(context, {
    code: target.code, returns, breaks: undefined, continues: undefined, depth: context.depth + 1,
    turn: `${context.turn}>${call.range[0]}`,
    caller: { context, statement: call },
    via: foreign ? [...context.via, interpreter.hop(context, `${target.definition.name}()`, call.range)] : context.via,
  }));
  const whole = join([...returns, ...(end === undefined ? [] : [end])], interpreter.scope(context));
  if (whole === undefined) return undefined;
  whole.scopes = whole.scopes.slice(0, depth - 1);
  whole.positional = outer;
  return whole;
}

// ── external commands ───────────────────────────────────────────────────────────────────────────

interface Change {
  readonly limit?: Fate['limit'];
  readonly env?: ReadonlyMap<string, Text>;
  readonly cwd?: string;
}

/** Runs what is not a function or builtin, and tells what it printed and how it ended. */
export function execute(call: Call, args: readonly Field[], change: Change = {}): CommandResult {
  const { interpreter, name, state, context } = call;
  const session = interpreter.session;
  if (session.world.fuel-- <= 0 || context.depth > 40) return {};
  const script = SHELLS.has(posix.basename(name)) ? undefined : name.includes('/') ? session.path([name], state) : undefined;
  if (script !== undefined && session.world.readings.get(script)?.kind === 'shell') return runScriptFile(call, script, args);
  if (SHELLS.has(posix.basename(name))) return runShellCommand(call, args);
  const handler = session.world.commands.get(posix.basename(name));
  if (handler === undefined) return {};
  const result = handler(invocation(call, args, change));
  if (result.long === undefined) return result;
  const status = met(call, result, change);
  return { ...result, long: undefined, ...(status === undefined ? {} : { status }) };
}

/** Prints what a command printed and sets the status it ended with. */
export function finish(call: Call, result: CommandResult): void {
  const { interpreter, state, context, statement } = call;
  const label = firstLine(describe(statement));
  state.print(result.stdout === undefined ? always(hole(`$(${label})@${interpreter.scope(context)}:${statement.range[0]}`)) : always(result.stdout), label);
  if (result.status === 'ok') state.status = 0;
  else if (result.status === 'fails') state.status = 1;
  // A rehearsal lets everything else succeed, so that only the one failure is followed.
  else state.status = interpreter.session.rehearsing && result.status === undefined ? 0 : 'unknown';
}

/** A long command: remembered for its rehearsal, and a fact about what surrounds it. */
function met(call: Call, result: CommandResult, change: Change): 'fails' | 'ok' | undefined {
  const { interpreter, statement, state, context } = call;
  const session = interpreter.session;
  const long = result.long;
  if (long === undefined) return undefined;
  const place = written(statement, context);
  const key = `${place.context.code.lines.file}:${place.statement.range[0]}-${place.statement.range[1]}`;
  if (session.rehearsing) {
    if (key !== session.failing) return result.status === undefined ? 'ok' : undefined;
    state.failed = true;
    return 'fails';
  }
  const command = siteOfCommand(call, place);
  const origin = `deploy ${key}${context.turn} ${context.via.map((hop) => `${hop.file}:${hop.span.start}`).join('>')} ${session.frame.run}`;
  const hidden = hiddenOutput(long.quiet === true, state, context);
  const limit = change.limit ?? context.limit;
  session.emit({
    kind: 'deploy', what: long.what, label: long.label, site: command, command, inCi: session.frame.inCi, origin,
    ...(hidden === undefined ? {} : { hidden }),
    ...(limit === undefined ? {} : { limit }),
    ...(long.unconfirmed === undefined ? {} : { unconfirmed: long.unconfirmed }),
  }, state, session.frame);
  const known = session.longs.get(key);
  if (known === undefined) session.longs.set(key, { what: long.what, origins: new Set([origin]), swallowers: context.swallowers });
  else known.origins.add(origin);
  return undefined;
}

/** Output that a variable captures is lost only where a failure ends the script before anything can print it. */
function hiddenOutput(quiet: boolean, state: State, context: Context): Context['hidden'] {
  const { hidden } = context;
  if (hidden === undefined || quiet) return undefined;
  return hidden.how === 'captured' && (!state.options.errexit || context.condition) ? undefined : hidden;
}

/** Where a command is written: for `awscli() { aws --profile x "$@"; }`, where the function is called. */
function written(statement: Command, context: Context): { statement: Command; context: Context } {
  let here = { statement, context };
  while (here.context.caller !== undefined && here.statement.words.some((word) => word.parts.some((part) => part.kind === 'parameter' && part.name === '@'))) {
    here = here.context.caller;
  }
  return here;
}

/** Where a person edits the command: the words of an array that is run (`"${BUILD[@]}"`) stand where the array was filled. */
function siteOfCommand(call: Call, place: { statement: Command; context: Context }): Site {
  const { interpreter, statement, words } = call;
  const whole = interpreter.site(place.context, place.statement.range);
  const [first, ...rest] = words;
  const fromArray = place.statement === statement && statement.words[0]?.parts.some((part) => part.kind === 'parameter' && part.index !== undefined) === true;
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
    fate: { ...(context.hidden === undefined ? {} : { hidden: context.hidden }), ...(limit === undefined ? {} : { limit }) },
    nested: { depth: context.depth + 1, failing, longs, turn: `${context.turn}>${statement.range[0]}`, condition: context.condition, swallowers: context.swallowers, reached: () => void (state.failed = true) },
  };
}

function exportedOf(state: State): [string, Values][] {
  const seen = new Map<string, Values>();
  for (const scope of state.scopes) {
    for (const [name, variable] of scope) {
      if (variable?.kind === 'scalar' && variable.exported) seen.set(name, variable.values);
      else seen.delete(name);
    }
  }
  return [...seen];
}

function invocation(call: Call, args: readonly Field[], change: Change): Invocation {
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
      if (text !== undefined) return text;
      const own = prefix.get(variable);
      if (own !== undefined) return under(own, state);
      const found = state.lookup(variable);
      return found?.kind === 'scalar' && found.exported ? under(found.values, state) : undefined;
    },
    stdin: context.stdin,
    file: (path) => session.file(session.filePath(path, state)),
    path: (text) => (change.cwd === undefined ? session.path(text, state) : session.path(text, inFolder(state, change.cwd))),
    emit: (fact) => session.emit(tolerated(fact, context), state, (frame ??= frameOf(call, change))),
    run(inner, more = {}) {
      const [first, ...rest] = inner;
      if (first === undefined) return {};
      const merged: Change = {
        ...change, ...more,
        ...(change.env === undefined && more.env === undefined ? {} : { env: new Map([...(change.env ?? []), ...(more.env ?? [])]) }),
      };
      const target = more.name ?? known(first.text) ?? '';
      const around = merged.limit === undefined ? context : within(context, { limit: merged.limit });
      const nested: Call = { ...call, name: target, args: rest, context: around, prefix: merged.env === undefined ? prefix : new Map([...prefix, ...[...merged.env].map(([key, text]): [string, Values] => [key, always(text)])]) };
      const body = state.functions.get(target);
      if (body !== undefined) return asResult(runFunctionBody(interpreter, body, elements(rest), state.fork(), around, statement));
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

/** A repository made only where it's missing, or whose failing creation is shrugged off, is no clash by itself. */
function tolerated<F extends { readonly kind: string }>(fact: F, context: Context): F {
  return fact.kind === 'repository' && context.tolerated ? { guarded: true, ...fact } : fact;
}

export function asResult(state: State | undefined): CommandResult {
  if (state === undefined) return { status: 'unknown' };
  const stdout = state.out?.length === 1 ? { stdout: state.out[0]!.value } : {};
  return { ...stdout, status: state.status === 'unknown' ? 'unknown' : state.status === 0 ? 'ok' : 'fails' };
}

// ── scripts ─────────────────────────────────────────────────────────────────────────────────────

const SHELLS = new Set(['bash', 'sh', 'dash', 'zsh', 'ksh', 'ash']);

/** `bash deploy.sh prod`, `sh -c '…'`, `bash -euo pipefail x.sh`, and a script on standard input. */
function runShellCommand(call: Call, args: readonly Field[]): CommandResult {
  const options: { errexit: boolean; pipefail: boolean; nounset: boolean } = { errexit: false, pipefail: false, nounset: false };
  let at = 0;
  let text = false;
  for (; at < args.length; at++) {
    const word = known(args[at]!.text);
    if (word === undefined || !/^[-+]/.test(word) || word === '-' || word === '--') break;
    if (word.startsWith('--')) continue;
    for (const letter of word.slice(1)) {
      if (letter === 'c') text = true;
      else if (letter === 'e') options.errexit = true;
      else if (letter === 'u') options.nounset = true;
      else if (letter === 'o' || letter === 'O') {
        if (known(args[at + 1]?.text) === 'pipefail') options.pipefail = true;
        if (known(args[at + 1]?.text) === 'errexit') options.errexit = true;
        at++;
      }
    }
  }
  const first = args[at];
  if (first === undefined) return call.context.stdin === undefined || call.args.length > 0 ? {} : runText(call, call.context.stdin, [], options);
  if (text) return runText(call, first.text, args.slice(at + 1), options, first);
  const path = call.interpreter.session.path(first.text, call.state);
  return path === undefined ? {} : runScriptFile(call, path, args.slice(at + 1), options);
}

function runScriptFile(call: Call, path: string, args: readonly Field[], more: Partial<ShellOptions> = {}): CommandResult {
  const { interpreter, state, context, statement, prefix } = call;
  const session = interpreter.session;
  const reading = session.world.readings.get(path);
  if (reading?.kind !== 'shell') return {};
  session.world.called.add(path);
  const inner = fresh(state, prefix);
  inner.positional = elements(args);
  inner.options = { ...optionsOf(reading.options), ...(more.errexit === true ? { errexit: true } : {}), ...(more.pipefail === true ? { pipefail: true } : {}) };
  return runNested(call, reading.script, inner, within(context, {
    code: { lines: reading.lines, name: path },
    via: [...context.via, interpreter.hop(context, firstLine(describe(statement)), statement.range)],
  }));
}

export function optionsOf(words: readonly string[]): State['options'] {
  const joined = words.join(' ');
  return { errexit: /(^|\s)-[a-z]*e/.test(joined), pipefail: /pipefail/.test(joined), nounset: /(^|\s)-[a-z]*u/.test(joined) };
}

/** A child process: exported variables only. */
function fresh(state: State, prefix: ReadonlyMap<string, Values>): State {
  const inner = new State();
  for (const [name, values] of exportedOf(state)) inner.assign(name, { kind: 'scalar', values, exported: true });
  for (const [name, values] of prefix) inner.assign(name, { kind: 'scalar', values, exported: true });
  inner.cwd = state.cwd;
  inner.when = state.when;
  inner.out = state.out === undefined ? undefined : always([]);
  inner.failed = state.failed;
  inner.adoptFunctions(state);
  return inner;
}

function runNested(call: Call, script: Script, inner: State, context: Context): CommandResult {
  const { interpreter, state, statement } = call;
  const exits: State[] = [];
  const end = interpreter.list(script.body, inner, within(context, {
    exits, returns: undefined, breaks: undefined, continues: undefined, depth: context.depth + 1, condition: false, turn: `${context.turn}>${statement.range[0]}`,
  }));
  const whole = join([...exits, ...(end === undefined ? [] : [end])], interpreter.scope(context));
  if (whole?.failed === true) state.failed = true;
  return asResult(whole);
}

/** Shell text known as a whole. Holes in it are bound to variables, so that they survive parsing. */
export function runText(call: Call, text: Text, args: readonly Field[], options: Partial<ShellOptions>, from?: Field): CommandResult {
  const { state, context, prefix } = call;
  const inner = fresh(state, prefix);
  inner.zero = args[0]?.text;
  inner.positional = elements(args.slice(1));
  inner.options = { errexit: options.errexit ?? false, pipefail: options.pipefail ?? false, nounset: options.nounset ?? false };
  const script = bindText(call, text, inner, from);
  return runNested(call, script, inner, context);
}

export function bindText(call: Call, text: Text, target: State, from?: Field): Script {
  let source = '';
  let count = 0;
  for (const part of text) {
    if (typeof part === 'string') {
      source += part;
      continue;
    }
    const name = `__hole_${count++}`;
    source += `\${${name}}`;
    target.assign(name, { kind: 'scalar', values: always([part]), exported: false });
  }
  const range = from?.range ?? call.statement.range;
  const exact = from !== undefined && count === 0 && from.site.file === call.context.code.lines.file;
  const width = range[1] - range[0];
  const quote = width === source.length + 2 ? 1 : width === source.length ? 0 : undefined;
  const map = exact && quote !== undefined ? (offset: number) => range[0] + quote + offset : () => range[0];
  return parseScript(source, map).script;
}
