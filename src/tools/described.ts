/**
 * `aws ecs describe-task-definition`: most deploys fetch a family's newest revision, put another image into it, and
 * register that. Of what was fetched the family is known; what it says else is declared elsewhere, if anywhere.
 */
import { always } from '../core/choices.ts';
import { known, textKey, type Text } from '../core/text.ts';
import type { Invocation, Machine } from '../project/evaluation.ts';
import type { AwsCall, AwsHandler } from './aws.ts';
import { answer, line } from './environment.ts';
import { cut, split } from './texts.ts';

const DESCRIBED = 'described: task definition ';

export const describeTaskDefinition: AwsHandler = (invocation, call) => {
  const document = answer(invocation, 'task definition');
  const family = isWhole(call) ? call.value('--task-definition')?.text : undefined;
  if (family !== undefined) remember(invocation, document, familyOf(family));
  return { stdout: line(document) };
};

/** A query for a part of it gives no task definition. */
function isWhole(call: AwsCall): boolean {
  const query = call.value('--query')?.text;
  return query === undefined || known(query) === 'taskDefinition';
}

function remember({ frame }: Invocation, document: Text, family: Text): void {
  frame.machine.files.set(DESCRIBED + textKey(document), always(family));
}

/** `web`, of `web:3` or an ARN. */
export function familyOf(text: Text): Text {
  const name = split(text, '/').at(-1) ?? text;
  return cut(name, ':')?.[0] ?? name;
}

/** The family whose newest revision this document is, if it was fetched so. */
export function familyDescribed({ files }: Machine, document: Text | undefined): Text | undefined {
  const parts = (document ?? []).filter((part) => typeof part !== 'string' || part.trim() !== '');
  const [only] = parts;
  if (parts.length !== 1 || typeof only !== 'object') return undefined;
  return files.get(DESCRIBED + textKey([only]))?.[0]?.value;
}
