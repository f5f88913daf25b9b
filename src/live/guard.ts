/** Between AWS and its SDK: an answer that isn't AWS's is tried again, and never taken for one that has nothing in it. */
import type { Readable } from 'node:stream';
import { peek } from './network.ts';

/** A login page with HTTP 200, a proxy's own words. The SDK retries what says that it may be. */
export class ForeignAnswer extends Error {
  override readonly name = 'ForeignAnswer';
  readonly $retryable = {};
  readonly $metadata: { readonly httpStatusCode: number };
  constructor(httpStatusCode: number) {
    super('the answer is not what AWS sends');
    this.$metadata = { httpStatusCode };
  }
}

interface Answer {
  readonly statusCode: number;
  readonly body?: unknown;
}

interface Handler {
  handle(request: never, options?: never): Promise<{ readonly response: Answer }>;
}

/** The SDK reads HTML as XML of other names: an empty list, where nothing is known. */
const HTML = /^\s*<(?:!doctype\s+html|html|head|body|meta|script)\b/i;
const XML = /^\s*</;
/** A server's page for what it doesn't have: nothing to try again. */
const ABSENT: ReadonlySet<number> = new Set([404, 405]);
/** Enough to tell by. */
const START = 256;

export function guarded<T extends { readonly config: { readonly requestHandler: Handler } }>(client: T, wire: 'json' | 'xml' = 'json'): T {
  const handler = client.config.requestHandler;
  const send = handler.handle.bind(handler);
  handler.handle = async (request, options) => {
    const answer = await send(request, options);
    const { statusCode, body } = answer.response;
    // Of a server in trouble the SDK knows by its status what to do.
    if (statusCode < 500 && !ABSENT.has(statusCode) && isStream(body) && (wire === 'json' ? XML : HTML).test((await peek(body, START)).toString('latin1'))) {
      body.resume();
      throw new ForeignAnswer(statusCode);
    }
    return answer;
  };
  return client;
}

function isStream(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && 'unshift' in body && 'read' in body;
}
