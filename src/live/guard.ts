/**
 * Between AWS and its SDK: an answer that isn't AWS's is tried again, and never taken for one that has nothing in it.
 */
import type { Readable } from 'node:stream';
import type { ServiceOutputTypes } from '@aws-sdk/client-sts';
import { lacks } from './answers.ts';
import { paced, type StackOf } from './gate.ts';
import { peek } from './network.ts';

/**
 * A login page with HTTP 200, a proxy's own words, an answer without what AWS always sends. The SDK retries what says
 * that it may be.
 */
class ForeignAnswer extends Error {
  override readonly name = 'ForeignAnswer';
  readonly $retryable = {};
  readonly $metadata: { readonly httpStatusCode: number };
  /** `lacking`: what AWS would have sent, in words; without it, the answer is something else altogether. */
  constructor(
    httpStatusCode: number,
    readonly lacking?: string,
  ) {
    super('the answer is not what AWS sends');
    this.$metadata = { httpStatusCode };
  }
}

interface Answer {
  readonly statusCode: number;
  body?: unknown;
}

/** The SDK reads HTML as XML of other names: an empty list, where nothing is known. */
const HTML = /^\s*<(?:!doctype\s+html|html|head|body|meta|script)\b/i;
const XML = /^\s*</;
/** A server's page for what it doesn't have: nothing to try again. */
const ABSENT: ReadonlySet<number> = new Set([404, 405]);
/** Enough to tell by. */
const START = 256;

/** Looks at each answer before the SDK does, which takes a list that isn't there for one without items. */
export function guarded<T, Input extends object, Output extends ServiceOutputTypes>(
  client: T & { readonly middlewareStack: StackOf<Input, Output> },
  signal: AbortSignal,
  wire: 'json' | 'xml' = 'json',
): T {
  client.middlewareStack.add(
    (next, { clientName = '', commandName = '' }) =>
      async (step) => {
        const result = await next(step);
        const { response } = result;
        if (!isAnswer(response)) return result;
        const { statusCode, body } = response;
        if (statusCode < 300) {
          const text = isStream(body) ? await whole(body) : Buffer.alloc(0);
          const lacking = lacks(
            { operation: commandName.replace(/Command$/, ''), client: clientName, input: step.input },
            text.toString('utf8'),
          );
          if (lacking !== undefined) throw new ForeignAnswer(statusCode, lacking);
          response.body = text;
          // Of a server in trouble the SDK knows by its status what to do.
        } else if (
          statusCode < 500 &&
          !ABSENT.has(statusCode) &&
          isStream(body) &&
          (wire === 'json' ? XML : HTML).test((await peek(body, START)).toString('latin1'))
        ) {
          body.resume();
          throw new ForeignAnswer(statusCode);
        }
        return result;
      },
    { step: 'deserialize', priority: 'low', name: 'plimsollGuard' },
  );
  return paced(client, signal);
}

async function whole(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  return Buffer.concat(chunks);
}

function isAnswer(response: unknown): response is Answer {
  return (
    typeof response === 'object' &&
    response !== null &&
    'statusCode' in response &&
    typeof response.statusCode === 'number'
  );
}

function isStream(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && 'unshift' in body && 'read' in body;
}
