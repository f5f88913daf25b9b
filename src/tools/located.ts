/**
 * Where a program lies on the machine, as `which` and `command -v` answer: nobody knows, but that program is what is
 * run from there.
 */
import { judged } from '../core/sealed.ts';
import { hole, type Text } from '../core/text.ts';
import type { CommandResult, Invocation } from '../project/evaluation.ts';
import { derived } from './filters.ts';
import { either } from './probes.ts';

const PATH_OF = 'the path of ';

export function which(invocation: Invocation): CommandResult {
  const named = invocation.args
    .map((arg) => judged(arg.text))
    .filter((arg) => arg === undefined || !arg.startsWith('-'));
  const [only] = named;
  return either({
    stdout:
      named.length === 1 && only !== undefined && !only.includes('/') ? hole(`${PATH_OF}${only}`) : derived(invocation),
  });
}

/** The program of a command whose first word is such an answer. */
export function programAt(text: Text): string | undefined {
  const [part] = text;
  return text.length === 1 && typeof part === 'object' && 'hole' in part && part.hole.startsWith(PATH_OF)
    ? part.hole.slice(PATH_OF.length)
    : undefined;
}
