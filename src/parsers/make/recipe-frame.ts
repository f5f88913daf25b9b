/** What surrounds the lines of a recipe: the variables that make hands on, and who ignores their failure. */
import type { Values, When } from '../../core/choices.ts';
import type { Hop } from '../../core/site.ts';
import type { Environment, Frame } from '../../project/evaluation.ts';
import { ignoring, type Masked } from '../../project/ignoring.ts';
import type { MakeVariables } from './variables.ts';

export function recipeFrame(
  frame: Frame,
  when: When,
  variables: MakeVariables,
  via: readonly Hop[],
  ignored: Masked | undefined,
): Frame {
  const env = new Map<string, Values>(frame.env);
  const exported = variables.exportsAll
    ? variables.names.filter((name) => /^[A-Za-z_]\w*$/.test(name))
    : [...variables.exported];
  for (const name of new Set([...exported, ...variables.names.filter((one) => frame.env.has(one) && one !== 'SHELL')]))
    env.set(name, variables.value(name));
  const environment: Environment = env;
  const { nested } = frame;
  const inner: Frame = {
    ...frame,
    when,
    via,
    env: environment,
    ...(nested === undefined ? {} : { nested: { ...nested, depth: nested.depth + 1 } }),
  };
  return ignoring(inner, ignored);
}
