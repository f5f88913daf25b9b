/** Curl: a request to something that isn't known from the text, most often to the thing just deployed. */
import { judged } from '../core/sealed.ts';
import type { CommandResult, Invocation } from '../project/evaluation.ts';
import { answer } from './environment.ts';

export function curl(invocation: Invocation): CommandResult {
  const looks = invocation.args.some(({ text }) =>
    judged(text) === undefined
      ? typeof text[0] !== 'string' || text[0].startsWith('http')
      : /^https?:\/\/.*health/.test(judged(text) ?? ''),
  );
  if (looks) invocation.emit({ kind: 'confirmation', site: invocation.site, what: 'any', label: invocation.name });
  return { stdout: answer(invocation, invocation.name) };
}
