/** The messages themselves: what is answered how, whatever a client sends. */
import { describe, expect, it } from 'vitest';
import { connection, INVALID_PARAMS, RpcError, type Method } from '../../src/mcp/rpc.ts';
import { methodsOf } from '../../src/mcp/server.ts';

const METHODS = new Map<string, Method>([
  ['echo', (params) => params],
  ['fail', () => Promise.reject(new Error('broken\n  at x'))],
  ['refuse', () => Promise.reject(new RpcError(INVALID_PARAMS, 'not so'))],
  ['slow', () => new Promise((resolve) => setTimeout(() => resolve('done'), 30))],
]);

async function answers(input: string | readonly string[], methods: ReadonlyMap<string, Method> = METHODS) {
  const sent: string[] = [];
  const client = connection(methods, (message) => sent.push(message));
  for (const chunk of typeof input === 'string' ? [input] : input) client.take(chunk);
  await client.idle();
  expect(sent.every((one) => one.endsWith('\n') && one.indexOf('\n') === one.length - 1)).toBe(true);
  return sent.map((one): unknown => JSON.parse(one));
}

const request = (id: unknown, method: unknown, params?: unknown): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;

describe('a message', () => {
  it('is answered by its id, in pieces or together', async () => {
    const two = request(1, 'echo', { a: 'é\n' }) + request('b', 'echo');
    const expected = [
      { jsonrpc: '2.0', id: 1, result: { a: 'é\n' } },
      { jsonrpc: '2.0', id: 'b', result: {} },
    ];
    expect(await answers(two)).toEqual(expected);
    expect(await answers([...two])).toEqual(expected);
    expect(await answers(two.replaceAll('\n', '\r\n'))).toEqual(expected);
  });

  it.each([
    ['no JSON', '{\n', null, -32700],
    ['a batch', `[${request(1, 'echo').trim()}]\n`, null, -32600],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"echo"}\n', null, -32600],
    ['no method', '{"jsonrpc":"2.0","id":1}\n', 1, -32600],
    ['params that are a list', request(1, 'echo', []), 1, -32600],
    ['an id of null', '{"jsonrpc":"2.0","id":null,"method":"echo"}\n', null, -32600],
    ['a method that is not there', request(1, 'nothing'), 1, -32601],
    ['a method that fails', request(1, 'fail'), 1, -32603],
    ['a method that refuses', request(1, 'refuse'), 1, -32602],
    ['one without end', 'x'.repeat(5 * 1024 * 1024), null, -32700],
  ])('%s is refused', async (_, text, id, code) => {
    expect(await answers(text)).toEqual([{ jsonrpc: '2.0', id, error: { code, message: expect.any(String) } }]);
  });

  it('is not answered where nobody waits', async () => {
    const silent = [
      '\n',
      '{"jsonrpc":"2.0","method":"notifications/initialized"}\n',
      '{"jsonrpc":"2.0","method":"nothing"}\n',
      '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}\n',
      '{"jsonrpc":"2.0","id":1,"result":{}}\n',
    ];
    expect(await answers(silent)).toEqual([]);
  });

  it('that is cancelled has no answer, and others have theirs', async () => {
    const cancel = '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"x"}}\n';
    expect(await answers([request(1, 'slow'), request(2, 'slow'), cancel])).toEqual([
      { jsonrpc: '2.0', id: 2, result: 'done' },
    ]);
  });

  it('does not wait for one before it', async () => {
    const ids = (await answers([request(1, 'slow'), request(2, 'echo')])) as { id: number }[];
    expect(ids.map(({ id }) => id)).toEqual([2, 1]);
  });
});

it.each([
  ['2025-11-25', '2025-11-25'],
  ['2024-11-05', '2024-11-05'],
  ['1999-01-01', '2025-11-25'],
  [undefined, '2025-11-25'],
])('of the version %s the server speaks %s', async (asked, spoken) => {
  const [answer] = await answers(request(1, 'initialize', { protocolVersion: asked }), methodsOf([], '1.2.3'));
  expect(answer).toMatchObject({ result: { protocolVersion: spoken, serverInfo: { version: '1.2.3' } } });
});
