/** AWS operations that scripts call for what they print. */
import { hole, known, show, nameKey, type Text } from '../core/text.ts';
import type { Invocation } from '../project/evaluation.ts';
import type { AwsCall, AwsHandler, AwsHandlers } from './aws.ts';
import { ACCOUNT, REGION, answer, line } from './environment.ts';
import { oneOrNone } from '../core/optional.ts';

/** Named by what is asked: asked twice, the answer is the same. */
function named(invocation: Invocation, call: AwsCall, about: readonly string[]): Text {
  const parts = about.map((flag) => call.value(flag)?.text).filter((text) => text !== undefined);
  const query = call.value('--query')?.text;
  if (parts.length === 0) return answer(invocation, `aws ${call.service} ${call.operation}`);
  const key = [...parts, ...oneOrNone(query)].map(nameKey).join(' ');
  return hole(
    `${parts.map(show).join(' ')}${query === undefined ? '' : ` ${show(query)}`}@aws ${call.service} ${call.operation} ${key}`,
  );
}

const asked =
  (...about: string[]): AwsHandler =>
  (invocation, call) => ({ stdout: line(named(invocation, call, about)) });

const callerIdentity: AwsHandler = (_invocation, call) => {
  const query = known(call.value('--query')?.text);
  if (query === 'Account') return { stdout: line(ACCOUNT) };
  return { stdout: line(hole(`caller identity${query === undefined ? '' : ` ${query}`}`)) };
};

const configure: AwsHandler = (invocation, call) => {
  const key = known(call.positionals[0]?.text) ?? '';
  if (/(?:^|\.)region$/.test(key)) return { stdout: line(call.region ?? REGION) };
  return { stdout: line(answer(invocation, `aws configure get ${key}`)) };
};

export const ANSWERS: AwsHandlers = new Map<string, AwsHandler>([
  ['sts get-caller-identity', callerIdentity],
  ['configure get', configure],
  ['ssm get-parameter', asked('--name')],
  ['ssm get-parameters', asked('--names')],
  ['secretsmanager get-secret-value', asked('--secret-id')],
  ['codeartifact get-authorization-token', asked('--domain')],
]);
