/** The Model Context Protocol: what a client may ask, and how the tools' answers are given. */
import { Problem } from '../config/problem.ts';
import { reasonFor } from '../core/contain.ts';
import { shorten } from '../core/shorten.ts';
import { linesForTerminal } from '../report/escape.ts';
import { INVALID_PARAMS, RpcError, type Method } from './rpc.ts';

export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: {
    readonly type: 'object';
    readonly properties: Readonly<
      Record<string, { readonly type: 'string' | 'array'; readonly description: string; readonly items?: object }>
    >;
    readonly required?: readonly string[];
    readonly additionalProperties: false;
  };
  run(input: Readonly<Record<string, unknown>>): Promise<string>;
}

/** The newest first, which is offered to whoever asks for one that isn't here. */
const VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const;

/** An agent reads all of it. */
const MOST_TEXT = 60_000;

export function methodsOf(tools: readonly Tool[], version: string): ReadonlyMap<string, Method> {
  return new Map<string, Method>([
    [
      'initialize',
      ({ protocolVersion }) => ({
        protocolVersion: VERSIONS.find((one) => one === protocolVersion) ?? VERSIONS[0],
        capabilities: { tools: {} },
        serverInfo: { name: 'plimsoll', title: 'Plimsoll', version },
        instructions:
          'Judges whether container images will run where they go on AWS. Ask `check` with a command before you run a deploy, a build or a push.',
      }),
    ],
    ['ping', () => ({})],
    [
      'tools/list',
      () => ({
        tools: tools.map(({ name, title, description, inputSchema }) => ({
          name,
          title,
          description,
          inputSchema,
          annotations: { readOnlyHint: true, openWorldHint: false },
        })),
      }),
    ],
    ['tools/call', (params) => call(tools, params)],
  ]);
}

async function call(tools: readonly Tool[], { name, arguments: given = {} }: Readonly<Record<string, unknown>>) {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) throw new RpcError(INVALID_PARAMS, `there is no tool '${shorten(String(name))}'`);
  const input = checked(tool, given);
  try {
    return { content: [{ type: 'text', text: cutText(await tool.run(input)) }] };
  } catch (error) {
    // A tool that could not do its job says so to the model, which may ask otherwise.
    const reason = error instanceof Problem ? error.message : `unexpected: ${reasonFor(error)}`;
    return { content: [{ type: 'text', text: linesForTerminal(shorten(reason)) }], isError: true };
  }
}

function checked({ name, inputSchema }: Tool, given: unknown): Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new RpcError(INVALID_PARAMS, `the arguments of '${name}' are no object`);
  const input: Record<string, unknown> = { ...given };
  for (const [key, value] of Object.entries(input)) {
    const schema = Object.hasOwn(inputSchema.properties, key) ? inputSchema.properties[key] : undefined;
    const fits =
      schema?.type === 'string'
        ? typeof value === 'string'
        : Array.isArray(value) && value.every((one) => typeof one === 'string');
    if (schema === undefined || !fits)
      throw new RpcError(INVALID_PARAMS, `'${name}' takes no such argument: ${shorten(key)}`);
  }
  for (const key of inputSchema.required ?? [])
    if (input[key] === undefined) throw new RpcError(INVALID_PARAMS, `'${name}' needs ${key}`);
  return input;
}

function cutText(text: string): string {
  if (text.length <= MOST_TEXT) return text;
  return `${text.slice(0, text.lastIndexOf('\n', MOST_TEXT))}\n… and more; ask for less, such as some paths\n`;
}
