/** What a variable of a script holds, and what `$?`, `$1`, `$PWD` and the other special parameters do. */
import { always, type Values } from '../../core/choices.ts';
import { sealText } from '../../core/sealed.ts';
import { isCredential } from '../../core/secrets.ts';
import { hole, literal } from '../../core/text.ts';
import { knownOf } from './arguments.ts';
import type { Context } from './context.ts';
import { variableHole, suppliedByMachine } from './names.ts';
import type { Session } from './session.ts';
import { lastStatus, statusText, type State, type Variable } from './state.ts';
import type { Interpreter } from './interpreter.ts';

export function readVariable(
  session: Session,
  called: string,
  state: State,
): { variable: Variable; maybe: boolean } | undefined {
  const name = state.named(called);
  const variable = state.lookup(name);
  if (variable !== undefined)
    return { variable: isCredential(name) ? sealedVariable(name, variable) : variable, maybe: false };
  if (state.isUnset(name)) return undefined;
  if (name === 'BASH_SOURCE' || name === 'PWD') return undefined;
  if (!session.frame.openEnvironment && !suppliedByMachine(name)) return undefined;
  const bound = session.binding(name);
  return {
    variable: { kind: 'scalar', values: bound ?? always(variableHole(name)), exported: true },
    maybe: bound === undefined,
  };
}

export function specialParameter(
  interpreter: Interpreter,
  name: string,
  state: State,
  context: Context,
): Values | undefined {
  const scope = interpreter.scope(context);
  switch (name) {
    case '?':
      return always(lastStatus(state, `${scope}:${context.turn}`));
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

function sealedVariable(name: string, variable: Variable): Variable {
  const sealed = (values: Values): Values => values.map(({ value, when }) => ({ value: sealText(value, name), when }));
  return variable.kind === 'scalar'
    ? { ...variable, values: sealed(variable.values) }
    : { ...variable, elements: variable.elements.map((one) => ({ ...one, values: sealed(one.values) })) };
}
