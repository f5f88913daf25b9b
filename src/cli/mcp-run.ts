/** Carries messages between standard input and output and the server, until the client leaves. */
import type { Readable, Writable } from 'node:stream';
import { connection } from '../mcp/rpc.ts';
import { methodsOf } from '../mcp/server.ts';
import { TOOLS } from './mcp-tools.ts';
import { VERSION } from '../version.ts';

export async function serve(input: Readable, output: Writable): Promise<void> {
  const client = connection(methodsOf(TOOLS, VERSION), (message) => void output.write(message));
  input.setEncoding('utf8');
  for await (const chunk of input) client.take(String(chunk));
  await client.idle();
}
