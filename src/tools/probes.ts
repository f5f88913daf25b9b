/**
 * Commands whose status answers a question (`describe-repositories`, `docker inspect`): both answers are ordinary, so
 * scripts branch on them. Every other command is expected to succeed; what happens when it doesn't is judged from
 * outside.
 */
import type { CommandResult, Invocation } from '../project/evaluation.ts';

export function either(result: CommandResult): CommandResult {
  return { ...result, status: 'unknown' };
}

/**
 * A wait for what an update or a creation began. Where the creation failed there is nothing to wait for, unless it was
 * there before: both are followed.
 */
export function wait({ frame }: Invocation, result: CommandResult): CommandResult {
  return frame.nested?.failing?.creates === true ? either(result) : result;
}

/**
 * A look at what an update changes (a service, a function, a stack): after one that failed it is there as well, so that
 * asking for it excuses nothing; what should have been made is not. Where a script branches on the answer, both are
 * followed.
 */
export function look({ frame }: Invocation, result: CommandResult): CommandResult {
  const { failing, condition } = frame.nested ?? {};
  return failing !== undefined && failing.creates !== true && condition === false
    ? { ...result, status: 'ok' }
    : either(result);
}
