/** Commands that change the shell itself. */
import { always, type Values } from '../../core/choices.ts';
import { contentOf, judged, likewise, sliced } from '../../core/sealed.ts';
import { concat, concatAll, hole, known, literal } from '../../core/text.ts';
import { parseScript } from './parse.ts';
import type { Assignment } from './reading.ts';
import { within } from './context.ts';
import { arithmetic } from './arithmetic.ts';
import { knownOf, passed, shifted } from './arguments.ts';
import { assign } from './assign.ts';
import { execute, finish, type Call } from './dispatch.ts';
import { expandString } from './expand.ts';
import { bindText } from './pasted.ts';
import { numbersOf } from './expander.ts';
import { mapfile, read } from './input.ts';
import type { State, Status } from './state.ts';
import { anyName, anyNameSince, trap } from './traps.ts';
import { readVariable } from './variables.ts';

type Builtin = (call: Call) => State | undefined;

const ok = (call: Call): State => {
  call.state.status = 0;
  return call.state;
};

const word = (call: Call, index: number): string | undefined =>
  call.args[index] === undefined ? undefined : judged(call.args[index].text);

export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['true', ok],
  [':', ok],
  ['trap', trap],
  ['printf', printf],
  ['shopt', ok],
  ['umask', ok],
  ['ulimit', ok],
  ['alias', ok],
  ['hash', ok],
  ['enable', ok],
  ['disown', ok],
  ['false', (call) => ended(call, 1)],
  ['export', (call) => declare(call, true, false)],
  ['readonly', (call) => declare(call, false, false)],
  ['local', (call) => declare(call, false, true)],
  ['declare', (call) => declare(call, false, call.context.returns !== undefined)],
  ['typeset', (call) => declare(call, false, call.context.returns !== undefined)],
  ['cd', changeFolder],
  [
    'pushd',
    (call) => {
      call.state.folders = [...call.state.folders, call.state.cwd];
      return changeFolder(call);
    },
  ],
  [
    'popd',
    (call) => {
      call.state.cwd = call.state.folders.at(-1);
      call.state.folders = call.state.folders.slice(0, -1);
      return ok(call);
    },
  ],
  ['set', setOptions],
  ['shift', shift],
  [
    'unset',
    (call) => {
      for (const [index] of call.args.entries()) {
        const name = word(call, index);
        if (name !== undefined && !name.startsWith('-')) call.state.unset(name);
      }
      return ok(call);
    },
  ],
  ['source', source],
  ['.', source],
  ['eval', evaluateText],
  [
    'exec',
    (call) => {
      if (call.args.length === 0) return ok(call);
      finish(call, execute({ ...call, name: word(call, 0) ?? '' }, call.args.slice(1)));
      call.context.exits.push(call.state);
      return undefined;
    },
  ],
  ['exit', (call) => leave(call, call.context.exits)],
  ['return', (call) => leave(call, call.context.returns ?? call.context.exits)],
  ['break', (call) => leave(call, call.context.breaks, true)],
  ['continue', (call) => leave(call, call.context.continues, true)],
  ['wait', wait],
  ['read', read],
  ['mapfile', mapfile],
  ['readarray', mapfile],
  ['getopts', getopts],
  [
    'let',
    (call) => {
      const expander = call.interpreter.expander(call.state, call.context);
      let last: number | undefined;
      for (const [index] of call.args.entries())
        last = arithmetic(known(call.args[index]?.text) ?? '?', numbersOf(expander));
      return ended(call, last === undefined ? 'unknown' : Number(last === 0));
    },
  ],
]);

function ended(call: Call, status: Status): State {
  call.state.status = status;
  return call.state;
}

function declare(call: Call, exported: boolean, inFunction: boolean): State {
  const { state, context, interpreter, statement } = call;
  const flags = call.args
    .map((_, index) => word(call, index) ?? '')
    .filter((one) => /^[-+]/.test(one))
    .join('');
  const exports = exported || flags.includes('x');
  const local = inFunction && !flags.includes('g');
  const around = within(context, {
    swallowers: [
      {
        why: 'substitution in declaration',
        by: statement.words[0]?.raw ?? 'local',
        site: interpreter.site(context, statement.range),
      },
      ...context.swallowers,
    ],
  });
  const refers = flags.includes('n') && !exported;
  for (const one of statement.declarations) {
    if (refers) {
      refer(call, one);
      continue;
    }
    if (local) state.forgetName(one.name);
    assign(interpreter, one, state, around, local);
    if (exports) state.export(one.name, always([]));
  }
  for (const [index] of call.args.entries()) {
    const name = word(call, index);
    if (name === undefined || /^[-+]/.test(name)) continue;
    if (refers) {
      anyName(call);
      continue;
    }
    const [plain = name] = name.split('=', 1);
    if (local) state.forgetName(plain);
    if (flags.includes('A') || flags.includes('a'))
      state.assign(plain, { kind: 'array', elements: [], keyed: flags.includes('A'), exported: false }, local);
    else if (name.includes('='))
      state.set(plain, always(concat(sliced(call.args[index]!.text, plain.length + 1))), local);
    else if (local && state.lookup(plain) === undefined)
      state.assign(plain, { kind: 'scalar', values: always([]), exported: false }, true);
    if (exports && !flags.includes('f')) {
      const found = readVariable(interpreter.session, plain, state);
      state.export(plain, found?.variable.kind === 'scalar' ? found.variable.values : always([]));
    }
  }
  // The declaration's own status hides that of a substitution in it.
  return ok(call);
}

/** `local -n list=$1`: another name for a variable. */
function refer(call: Call, { name, value }: Assignment): void {
  const { interpreter, state, context } = call;
  const [target, ...others] = value === undefined ? [] : expandString(value, interpreter.expander(state, context));
  const meant = others.length === 0 ? judged(target?.value) : undefined;
  if (meant === undefined || !/^[A-Za-z_]\w*$/.test(meant)) anyName(call);
  else if (meant !== name) state.otherNames = new Map(state.otherNames).set(name, state.named(meant));
}

/** A variable that has something from here on; any that a name nobody knows stands for. */
function setAnything(call: Call, name: string | undefined, values?: Values): void {
  const { state, interpreter, context, statement } = call;
  if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) anyName(call);
  else state.set(name, values ?? always(hole(`${name}@${interpreter.scope(context)}:${statement.range[0]}`)));
}

/** `printf -v NAME …` prints into a variable. */
function printf(call: Call): State {
  const { state, args } = call;
  const first = word(call, 0);
  if (first?.startsWith('-v') !== true) {
    finish(call, execute(call, args));
    return state;
  }
  const name = first === '-v' ? word(call, 1) : first.slice(2);
  const rest = args.slice(first === '-v' ? 2 : 1);
  const { stdout } = execute({ ...call, args: rest }, rest);
  setAnything(call, name, stdout === undefined ? undefined : always(stdout));
  return ok(call);
}

function changeFolder(call: Call): State {
  const { state, interpreter } = call;
  const target = call.args.find((one) => !/^(-[LPe@]*|--)$/.test(judged(one.text) ?? '') || judged(one.text) === '-');
  state.cwd =
    target === undefined || judged(target.text) === '-' ? undefined : interpreter.session.path(target.text, state);
  state.print(always([]), 'cd');
  return ok(call);
}

function setOptions(call: Call): State {
  const { state } = call;
  for (let index = 0; index < call.args.length; index++) {
    const option = word(call, index);
    if (option === '--') {
      state.positional = passed(call.args.slice(index + 1));
      break;
    }
    if (option === undefined || !/^[-+]/.test(option)) {
      state.positional = passed(call.args.slice(index));
      break;
    }
    const on = option.startsWith('-');
    for (const letter of option.slice(1)) {
      if (letter === 'e') state.options.errexit = on;
      else if (letter === 'u') state.options.nounset = on;
      else if (letter === 'o') {
        const name = word(call, ++index);
        if (name === 'pipefail') state.options.pipefail = on;
        else if (name === 'errexit') state.options.errexit = on;
        else if (name === 'nounset') state.options.nounset = on;
      }
    }
  }
  return ok(call);
}

function shift(call: Call): State {
  const count = Number(word(call, 0) ?? '1');
  call.state.positional = shifted(call.state.positional, Number.isNaN(count) ? 1 : count);
  return ok(call);
}

function source(call: Call): State | undefined {
  const { interpreter, state, context, statement } = call;
  const first = call.args[0];
  const path = first === undefined ? undefined : interpreter.session.path(first.text, state);
  if (path === undefined) return unread(call, 'unknown');
  const { readings, called } = interpreter.session.world;
  const reading = readings.get(path);
  const returns: State[] = [];
  if (reading?.kind === 'shell') called.add(path);
  const lines = reading?.kind === 'shell' ? reading.lines : undefined;
  const text = lines === undefined ? readings.text(path) : undefined;
  const script =
    reading?.kind === 'shell'
      ? reading.script
      : text === undefined || text.length > 100_000
        ? undefined
        : parseScript(text, () => statement.range[0]).script;
  if (script === undefined) return unread(call, interpreter.session.rehearsing ? 0 : 'unknown');
  const outer = state.positional;
  if (call.args.length > 1) state.positional = passed(call.args.slice(1));
  // A file that is no source of ours (an `.env`) is judged, and not shown.
  const code = lines === undefined ? { ...context.code, sealed: contentOf(path) } : { lines, name: path };
  const end = interpreter.list(
    script.body,
    state,
    within(context, { code, returns, depth: context.depth + 1, turn: `${context.turn}>${statement.range[0]}` }),
  );
  const [whole] = end === undefined ? returns : [end];
  if (whole === undefined) return undefined;
  whole.positional = outer;
  whole.status = whole.status === 'unknown' ? 0 : whole.status;
  return whole;
}

/** A text that may set any variable, and that nobody here can read. */
function unread(call: Call, status: Status): State {
  anyNameSince(call);
  return ended(call, status);
}

function evaluateText(call: Call): State | undefined {
  const { interpreter, state, context } = call;
  if (call.args.some((one) => judged(one.text) === undefined)) anyNameSince(call);
  const joined = concatAll(call.args.flatMap((one, index) => (index === 0 ? [one.text] : [literal(' '), one.text])));
  const script = bindText(call, joined, state, call.args.length === 1 ? call.args[0] : undefined);
  return interpreter.list(
    script.body,
    state,
    within(context, { depth: context.depth + 1, turn: `${context.turn}>${call.statement.range[0]}` }),
  );
}

function leave(call: Call, to: State[] | undefined, loop = false): State | undefined {
  const { state } = call;
  if (to === undefined) return ok(call);
  const first = call.args[0];
  if (!loop && first !== undefined) {
    const value = known(first.text);
    state.status = value !== undefined && /^\d+$/.test(value) ? Number(value) : 'unknown';
  } else if (loop) state.status = 0;
  else state.status = call.before;
  to.push(state);
  return undefined;
}

function wait(call: Call): State {
  const { state } = call;
  const into = call.args.findIndex((_, index) => word(call, index) === '-p');
  // `-p NAME`: which of them it was.
  if (into !== -1) setAnything(call, word(call, into + 1));
  const waited = call.args.filter((_, index) => into === -1 || index !== into + 1);
  const named = waited.flatMap((one) => (known(one.text) === undefined ? [] : [known(one.text)!]));
  // Without a job it waits for all of them and succeeds, whatever became of them; `wait -n` has the status of the first
  // that ends.
  if (call.args.length === 0) return ended(call, 0);
  const jobs =
    named.length === 0 || named.every((name) => name.startsWith('-'))
      ? [...state.jobs.values()]
      : named.map((name) => state.jobs.get(name) ?? 'unknown');
  if (jobs.some((one) => typeof one === 'number' && one !== 0)) return ended(call, 1);
  return ended(call, jobs.includes('unknown') ? 'unknown' : 0);
}

function getopts(call: Call): State {
  const { state, interpreter, context } = call;
  const spec = word(call, 0);
  const name = word(call, 1);
  if (spec === undefined || name === undefined) return unread(call, 'unknown');
  const scope = `${interpreter.scope(context)}:${call.statement.range[0]}`;
  const index = numberIn(state, 'OPTIND') ?? 1;
  if (state.positional === undefined || index > knownOf(state.positional)) {
    state.set(name, always(hole(`${name}@${scope}`)));
    state.set('OPTARG', always(hole(`OPTARG@${scope}`)));
    return ended(call, 'unknown');
  }
  const option = state.positional[index - 1];
  const letterText = option?.values.length === 1 ? judged(option.values[0]!.value) : undefined;
  const [, letter, glued] = /^-([A-Za-z0-9])(.*)$/.exec(letterText ?? '') ?? [];
  if (letter === undefined) return ended(call, option !== undefined && letterText === undefined ? 'unknown' : 1);
  const takes = spec.includes(`${letter}:`);
  const value: Values =
    glued !== undefined && glued !== ''
      ? always(likewise(glued, option?.values[0]?.value))
      : (state.positional[index]?.values ?? always([]));
  state.set(name, always(literal(spec.includes(letter) ? letter : '?')));
  if (takes) state.set('OPTARG', value);
  state.set('OPTIND', always(literal(String(index + (takes && (glued === undefined || glued === '') ? 2 : 1)))));
  return ended(call, 0);
}

function numberIn(state: State, name: string): number | undefined {
  const variable = state.lookup(name);
  const value =
    variable?.kind === 'scalar' && variable.values.length === 1 ? judged(variable.values[0]!.value) : undefined;
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}
