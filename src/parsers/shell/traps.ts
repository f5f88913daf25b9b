/**
 * What a rehearsal must not overlook: traps, which see a failure that nothing else looks at, and commands that set a
 * variable nobody here can name.
 */
import { judged } from '../../core/sealed.ts';
import { within, type Context } from './context.ts';
import type { Call } from './dispatch.ts';
import type { Interpreter } from './interpreter.ts';
import { bindText } from './pasted.ts';
import type { State, Trap } from './state.ts';

/** Any variable may have been set: that one is not set no longer means that nobody gave it. */
export function anyName({ interpreter }: Call): void {
  const { failing } = interpreter.session;
  if (failing !== undefined) failing.sourced = true;
}

/** The same, where only what comes after the failure can tell of it. */
export function anyNameSince(call: Call): void {
  if (call.interpreter.session.failing?.when !== undefined) anyName(call);
}

export function trap(call: Call): State {
  const { interpreter, state, context } = call;
  state.status = 0;
  const [text, ...signals] = call.args.filter((one, index) => index > 0 || judged(one.text) !== '--');
  if (!interpreter.session.rehearsing || text === undefined) return state;
  const raw = judged(text.text);
  if (raw === '-p' || raw === '-l') return state;
  const taken = raw === '-' || raw === '' || signals.length === 0;
  const traps = new Map(state.traps);
  for (const one of signals.length === 0 ? [text] : signals) {
    const signal = SIGNALS.get(judged(one.text)?.toUpperCase().replace(/^SIG/, '') ?? '');
    if (signal === undefined) continue;
    if (taken) traps.delete(signal);
    else if (signal === 'DEBUG') anyName(call);
    else
      traps.set(
        signal,
        raw === undefined ? 'unread' : { body: bindText(call, text.text, state, text).body, code: context.code },
      );
  }
  state.traps = traps;
  return state;
}

/** Those that run without anybody sending them. */
const SIGNALS: ReadonlyMap<string, string> = new Map([
  ['ERR', 'ERR'],
  ['EXIT', 'EXIT'],
  ['0', 'EXIT'],
  ['DEBUG', 'DEBUG'],
  ['RETURN', 'DEBUG'],
]);

/**
 * After a command whose status nobody looks at. That a function does not have the trap without `set -E` is left out: who
 * may be told of a failure is told.
 */
export function onFailure(interpreter: Interpreter, state: State, context: Context): State | undefined {
  const found = state.traps.get('ERR');
  if (found === undefined || state.status === 0) return state;
  if (found !== 'unread' && state.status !== 'unknown') return trapped(interpreter, found, 'ERR', state, context);
  const { failing } = interpreter.session;
  if (!state.failed || failing === undefined) return state;
  // It may have run, and may have done anything.
  failing.sourced = true;
  const end = state.fork();
  end.status = 'unknown';
  context.exits.push(end);
  return state;
}

/** The ways in which a script ends that ends like this. */
export function atEnd(interpreter: Interpreter, state: State, context: Context): readonly State[] {
  const found = state.traps.get('EXIT');
  if (found === undefined) return [state];
  if (found === 'unread') {
    state.status = 'unknown';
    return [state];
  }
  const exits: State[] = [];
  const end = trapped(interpreter, found, 'EXIT', state, within(context, { exits }));
  return end === undefined ? exits : [...exits, end];
}

/** Unless it ends the script, all is as before but for what it has set. */
function trapped(
  interpreter: Interpreter,
  { body, code }: Exclude<Trap, 'unread'>,
  signal: string,
  state: State,
  context: Context,
): State | undefined {
  const { status, failures, pipeStatus, traps } = state;
  state.traps = new Map([...traps].filter(([name]) => name !== signal && name !== 'ERR'));
  const end = interpreter.list(
    body,
    state,
    within(context, { code, depth: context.depth + 1, turn: `${context.turn}>${signal}` }),
  );
  if (end === undefined) return undefined;
  end.status = status;
  end.failures = failures;
  end.pipeStatus = pipeStatus;
  end.traps = traps;
  return end;
}
