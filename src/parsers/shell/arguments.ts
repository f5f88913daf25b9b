/**
 * Positional parameters. `"$@"` of a script that anybody may call stands for any number of words, also where another
 * script or function is given it.
 */
import { ALWAYS, always } from '../../core/choices.ts';
import type { Text } from '../../core/text.ts';
import type { Field } from './fields.ts';
import type { Element } from './state.ts';

/** What a script or function was given; undefined when that may be anything. */
export type Positional = readonly Element[] | undefined;

/** How `"$@"` is called where nobody knows it. */
export const openWords = (scope: string): string => `$@@${scope}`;

function isOpen(text: Text | undefined): boolean {
  const [part, ...rest] = text ?? [];
  return typeof part === 'object' && rest.length === 0 && part.hole.startsWith('$@@');
}

/** `main "$@"` and `./push.sh "$@"` hand on whatever anybody may pass. */
export function passed(args: readonly Field[]): Positional {
  return args.length === 1 && isOpen(args[0]?.text)
    ? undefined
    : args.map(({ text, site }) => ({ values: always(text), site, when: ALWAYS }));
}

/**
 * How many of them are known to be there, each in its place; what comes after may be anything. Infinite when all of
 * them are known.
 */
export function knownOf(positional: Positional): number {
  if (positional === undefined) return 0;
  const at = positional.findIndex(({ values }) => values.length === 1 && isOpen(values[0]?.value));
  return at === -1 ? Number.POSITIVE_INFINITY : at;
}

/** `shift`: what may be any number of words stays. */
export function shifted(positional: Positional, count: number): Positional {
  return positional?.slice(Math.min(count, knownOf(positional)));
}
