/**
 * Scripts within scripts: a file, `sh -c`, text on standard input — each a child process that sees exported variables
 * only.
 */
import { posix } from 'node:path';
import { always, type Values } from '../../core/choices.ts';
import { judged } from '../../core/sealed.ts';
import type { Text } from '../../core/text.ts';
import type { Script } from './reading.ts';
import type { CommandResult, ShellOptions } from '../../project/evaluation.ts';
import { passed } from './arguments.ts';
import { shellWithin, within, type Context } from './context.ts';
import { labelOf } from './describe.ts';
import type { Call } from './dispatch.ts';
import type { Field } from './fields.ts';
import { isInert } from './inert.ts';
import { bindText } from './pasted.ts';
import { State } from './state.ts';
import { atEnd } from './traps.ts';
import { defined, oneOrNone } from '../../core/optional.ts';

const SHELLS = new Set(['bash', 'sh', 'dash', 'zsh', 'ksh', 'ash']);

export function isShell(name: string): boolean {
  return SHELLS.has(posix.basename(name));
}

/** `bash deploy.sh prod`, `sh -c '…'`, `bash -euo pipefail x.sh`, and a script on standard input. */
export function runShellCommand(call: Call, args: readonly Field[]): CommandResult {
  const options: { errexit: boolean; pipefail: boolean; nounset: boolean } = {
    errexit: false,
    pipefail: false,
    nounset: false,
  };
  let at = 0;
  let text = false;
  for (; at < args.length; at++) {
    const word = judged(args[at]!.text);
    if (word === undefined || !/^[-+]/.test(word) || word === '-' || word === '--') break;
    if (word.startsWith('--')) continue;
    for (const letter of word.slice(1)) {
      if (letter === 'c') text = true;
      else if (letter === 'e') options.errexit = true;
      else if (letter === 'u') options.nounset = true;
      else if (letter === 'o' || letter === 'O') {
        if (judged(args[at + 1]?.text) === 'pipefail') options.pipefail = true;
        if (judged(args[at + 1]?.text) === 'errexit') options.errexit = true;
        at++;
      }
    }
  }
  const first = args[at];
  if (first === undefined)
    return call.context.stdin === undefined || call.args.length > 0
      ? {}
      : runText(call, call.context.stdin, [], options);
  if (text) return runText(call, first.text, args.slice(at + 1), options, first);
  const path = call.interpreter.session.path(first.text, call.state);
  return path === undefined ? {} : runScriptFile(call, path, args.slice(at + 1), options);
}

/**
 * `given`: what a shell that is named (`bash file`) is told. It reads the file's first line as a comment, options and
 * all.
 */
export function runScriptFile(
  call: Call,
  path: string,
  args: readonly Field[],
  given?: State['options'],
): CommandResult {
  const { interpreter, state, context, statement, prefix } = call;
  const session = interpreter.session;
  const reading = session.world.readings.get(path);
  if (reading?.kind !== 'shell') return {};
  session.world.called.add(path);
  if (state.out === undefined && isInert(reading, session.world.commands)) return {};
  const inner = fresh(state, prefix);
  inner.positional = passed(args);
  inner.options = given ?? optionsOf(reading.options);
  return runNested(
    call,
    reading.script,
    inner,
    within(context, {
      code: { lines: reading.lines, name: path },
      via: [...context.via, interpreter.hop(context, labelOf(statement, context.code), statement.range)],
    }),
  );
}

export function optionsOf(words: readonly string[]): State['options'] {
  const joined = words.join(' ');
  return {
    errexit: /(^|\s)-[a-z]*e/.test(joined),
    pipefail: /pipefail/.test(joined),
    nounset: /(^|\s)-[a-z]*u/.test(joined),
  };
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
  const around = shellWithin(context, exits, {
    depth: context.depth + 1,
    condition: false,
    turn: `${context.turn}>${statement.range[0]}`,
  });
  const end = interpreter.list(script.body, inner, around);
  const ends = [...exits, ...oneOrNone(end)].flatMap((one) => atEnd(interpreter, one, around));
  const whole = interpreter.ended(ends, undefined, context);
  if (whole?.failed === true) state.failed = true;
  return asResult(whole);
}

/** Shell text known as a whole. */
export function runText(
  call: Call,
  text: Text,
  args: readonly Field[],
  options: Partial<ShellOptions>,
  from?: Field,
): CommandResult {
  const { state, context, prefix } = call;
  const inner = fresh(state, prefix);
  inner.zero = args[0]?.text;
  inner.positional = passed(args.slice(1));
  inner.options = {
    errexit: options.errexit ?? false,
    pipefail: options.pipefail ?? false,
    nounset: options.nounset ?? false,
  };
  const script = bindText(call, text, inner, from);
  return runNested(call, script, inner, context);
}

export function exportedOf(state: State): [string, Values][] {
  const seen = new Map<string, Values>();
  for (const scope of state.scopes) {
    for (const [name, variable] of scope) {
      if (variable?.kind === 'scalar' && variable.exported) seen.set(name, variable.values);
      else seen.delete(name);
    }
  }
  return [...seen];
}

export function asResult(state: State | undefined): CommandResult {
  if (state === undefined) return { status: 'unknown' };
  const stdout = state.out?.length === 1 ? { stdout: state.out[0]!.value } : {};
  return {
    ...stdout,
    status: state.status === 'unknown' ? 'unknown' : state.status === 0 ? 'ok' : 'fails',
    ...defined({ failures: state.failures }),
  };
}
