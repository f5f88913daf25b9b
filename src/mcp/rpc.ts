/**
 * JSON-RPC 2.0 as the Model Context Protocol speaks it on standard input and output: a message a line, requests answered
 * in whatever order they are done, notifications never.
 */
import { reasonFor } from '../core/contain.ts';
import { shorten } from '../core/shorten.ts';

type Id = string | number;
type Params = Readonly<Record<string, unknown>>;

/** Throws an RpcError for a request that can't be met. */
export type Method = (params: Params) => Promise<unknown> | unknown;

export class RpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export const INVALID_PARAMS = -32602;
const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;
const INTERNAL_ERROR = -32603;

/** Of one message; a client that sends more sends something else. */
const LONGEST = 4 * 1024 * 1024;

export interface Connection {
  /** What came in, however it is cut. */
  take(chunk: string): void;
  /** Resolves when all that was asked is answered. */
  idle(): Promise<void>;
}

export function connection(methods: ReadonlyMap<string, Method>, send: (message: string) => void): Connection {
  const running = new Map<Id, { cancelled: boolean }>();
  const pending = new Set<Promise<void>>();
  let rest = '';

  const reply = (id: Id | null, body: object): void => send(`${JSON.stringify({ jsonrpc: '2.0', id, ...body })}\n`);
  const refuse = (id: Id | null, code: number, message: string): void => reply(id, { error: { code, message } });

  const run = async (id: Id, method: Method, params: Params): Promise<void> => {
    const state = { cancelled: false };
    running.set(id, state);
    try {
      const result = await method(params);
      if (!state.cancelled) reply(id, { result });
    } catch (error) {
      if (state.cancelled) return;
      if (error instanceof RpcError) refuse(id, error.code, error.message);
      else refuse(id, INTERNAL_ERROR, shorten(reasonFor(error)));
    } finally {
      running.delete(id);
    }
  };

  const notified = (method: string, params: Params): void => {
    const id = params['requestId'];
    if (method !== 'notifications/cancelled' || (typeof id !== 'string' && typeof id !== 'number')) return;
    const state = running.get(id);
    // Whoever cancels wants no answer; what is under way comes to its end.
    if (state !== undefined) state.cancelled = true;
  };

  const handle = (line: string): void => {
    if (line.trim() === '') return;
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      return refuse(null, PARSE_ERROR, 'the message is no JSON');
    }
    if (!isObject(message) || message['jsonrpc'] !== '2.0') return refuse(null, INVALID_REQUEST, 'no JSON-RPC 2.0');
    const { id, method, params } = message;
    const isAnswer = method === undefined && ('result' in message || 'error' in message);
    // Nothing is ever asked of the client.
    if (isAnswer) return;
    if (typeof method !== 'string' || (params !== undefined && !isObject(params)))
      return refuse(isId(id) ? id : null, INVALID_REQUEST, 'no request');
    if (id === undefined) return notified(method, params ?? {});
    if (!isId(id)) return refuse(null, INVALID_REQUEST, 'the id is neither text nor a number');
    const known = methods.get(method);
    if (known === undefined) return refuse(id, METHOD_NOT_FOUND, `there is no method '${shorten(method)}'`);
    if (running.has(id)) return refuse(id, INVALID_REQUEST, 'a request of this id is under way');
    const done: Promise<void> = run(id, known, params ?? {}).finally(() => pending.delete(done));
    pending.add(done);
  };

  return {
    take(chunk) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) handle(line);
      if (rest.length <= LONGEST) return;
      rest = '';
      refuse(null, PARSE_ERROR, 'the message is too long');
    },
    async idle() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}

function isId(value: unknown): value is Id {
  return typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value));
}

function isObject(value: unknown): value is Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
