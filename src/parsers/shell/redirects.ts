/** Redirects: input that a command may read, files it writes, output thrown away. */
import { always, both, type Values } from '../../core/choices.ts';
import { judged } from '../../core/sealed.ts';
import { hole, type Text } from '../../core/text.ts';
import type { Redirect } from './reading.ts';
import { within, type Context } from './context.ts';
import { discards, leavesErrors, takesOutput } from './describe.ts';
import { expandString } from './expand.ts';
import type { State } from './state.ts';
import { rejoined } from './join.ts';
import type { Interpreter } from './interpreter.ts';
import { MAX_LISTS } from './expander.ts';

/** Where a command's standard output goes: where the script's own goes, into a file, or where nothing reads it. */
type Target = { readonly path: string; readonly append: boolean } | 'out of sight' | undefined;

/** Applies redirects around something: input it may read, files it writes, output thrown away. */
export function redirected(
  interpreter: Interpreter,
  redirects: readonly Redirect[],
  state: State,
  context: Context,
  run: (state: State, context: Context) => State | undefined,
): State | undefined {
  if (redirects.length === 0) return run(state, context);
  const expander = interpreter.expander(state, context);
  let around = context;
  let input: Values | undefined;
  let target: Target;
  const discarded = discards(redirects);
  for (const redirect of redirects) {
    if (redirect.body !== undefined) input = expandString(redirect.body, expander);
    else if (redirect.operator === '<<<') input = expandString(redirect.target, expander);
    else if (redirect.operator === '<') {
      const text = singleText(expandString(redirect.target, expander));
      const path = text === undefined ? undefined : interpreter.session.path(text, state);
      around = within(around, { stdin: path === undefined ? undefined : interpreter.session.file(path, state.when) });
    } else if (takesOutput(redirect)) {
      target = targetOf(interpreter, redirect, judged(singleText(expandString(redirect.target, expander))), state);
    }
  }
  if (discarded === undefined) around = within(around, hiddenBy(interpreter, redirects, context));
  else {
    const hidden = { by: '> /dev/null', how: 'discarded', site: interpreter.site(context, discarded.range) } as const;
    around = within(around, { hidden, hiddenErrors: hidden });
  }
  // What it reads of its own input, it does not read of what there was before.
  const { input: before } = state;
  const readsAnew = input !== undefined || around.stdin !== context.stdin;
  if (readsAnew) state.input = undefined;
  const end =
    input !== undefined && input.length > 1 && !interpreter.session.rehearsing
      ? // Each thing it may read is a world of its own.
        rejoined(
          input.slice(0, MAX_LISTS).flatMap((one) => {
            if (both(state.when, one.when) === undefined) return [];
            return runInto(interpreter, target, state.fork(one.when), within(around, { stdin: one.value }), run) ?? [];
          }),
          state.when,
          interpreter.scope(context),
        )
      : runInto(
          interpreter,
          target,
          state,
          input === undefined ? around : within(around, { stdin: singleText(input) }),
          run,
        );
  if (readsAnew && end !== undefined) end.input = before;
  if (leavesErrors(redirects))
    end?.print(always(hole(`errors@${interpreter.scope(context)}:${redirects[0]?.range[0] ?? 0}`)), 'errors');
  return end;
}

/** One after the other, as the shell does it. What goes into a file reaches no pipe and no `$(…)` around it. */
function hiddenBy(
  interpreter: Interpreter,
  redirects: readonly Redirect[],
  context: Context,
): Pick<Context, 'hidden' | 'hiddenErrors'> {
  let { hidden, hiddenErrors } = context;
  for (const redirect of redirects) {
    const { operator, fd, target } = redirect;
    const copies = operator === '>&' ? target?.raw : undefined;
    if (takesOutput(redirect)) hidden = copies === '2' ? hiddenErrors : undefined;
    if (operator.startsWith('&>') || (copies !== undefined && fd === undefined && !/^[\d-]/.test(copies)))
      hiddenErrors = undefined;
    else if (fd === 2 && !operator.startsWith('<')) {
      const by = throwsAway(redirect);
      if (by !== undefined) hiddenErrors = { by, how: 'discarded', site: interpreter.site(context, redirect.range) };
      else if (copies === '1' || OUTPUT.test(target?.raw ?? '')) hiddenErrors = hidden;
      else if (copies !== '2' && !ERRORS.test(target?.raw ?? '')) hiddenErrors = undefined;
    }
  }
  return { hidden, hiddenErrors };
}

const OUTPUT = /^\/dev\/(?:stdout|fd\/1)$/;
const ERRORS = /^\/dev\/(?:stderr|fd\/2)$/;

/** What throws standard error away, in the words that a message has for it. */
function throwsAway({ operator, target }: Redirect): string | undefined {
  if (operator === '>&' && target?.raw === '-') return '2>&-';
  return operator !== '>&' && target?.raw === '/dev/null' ? '2> /dev/null' : undefined;
}

/** Where standard output goes instead. */
function targetOf(interpreter: Interpreter, { operator }: Redirect, path: string | undefined, state: State): Target {
  if (operator === '>&' && path !== undefined && /^\d+$/.test(path)) return path === '1' ? undefined : 'out of sight';
  if (path === undefined || path === '-') return 'out of sight';
  if (path.startsWith('/dev/')) return path === '/dev/stdout' || path === '/dev/fd/1' ? undefined : 'out of sight';
  return { path: interpreter.session.filePath(path, state), append: operator === '>>' || operator === '&>>' };
}

function runInto(
  interpreter: Interpreter,
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
    interpreter.session.write(target.path, end.out ?? always([]), { append: target.append, when: state.when });
  end.out = outer;
  return end;
}

function singleText(values: Values): Text | undefined {
  return values.length === 1 ? values[0]!.value : undefined;
}
