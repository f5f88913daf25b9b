/** The server, asked by the protocol's own client. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ENVIRONMENT } from '../canaries.ts';
import { folder } from '../temporary.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const REPOSITORY = '123456789012.dkr.ecr.eu-north-1.amazonaws.com/orders';

const PROJECT = {
  'build.sh': `#!/bin/bash\nset -eu\ndocker build --platform linux/amd64 --provenance=false -t ${REPOSITORY}:1 .\ndocker push ${REPOSITORY}:1\n`,
  'other.sh': '#!/bin/bash\nset -euo pipefail\nnpx cdk deploy Api | tail -5\n',
  'template.yml': `Resources:\n  Fn:\n    Type: AWS::Lambda::Function\n    Properties:\n      FunctionName: orders\n      PackageType: Image\n      Architectures: [arm64]\n      Code: {ImageUri: '${REPOSITORY}:1'}\n`,
  Dockerfile: 'FROM public.ecr.aws/lambda/nodejs:22\nCMD ["index.handler"]\n',
};

async function connect(files: Readonly<Record<string, string>> = PROJECT) {
  const cwd = folder(files);
  const client = new Client({ name: 'test', version: '1' });
  const env = Object.fromEntries(
    Object.entries({ ...process.env, ...ENVIRONMENT }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
  const transport = new StdioClientTransport({ command: process.execPath, args: [BIN, 'mcp'], cwd, env });
  await client.connect(transport);
  onTestFinished(() => client.close());
  const call = async (
    name: string,
    args: Record<string, unknown> = {},
  ): Promise<{ text: string; isError: boolean }> => {
    const { content, isError } = await client.callTool({ name, arguments: args });
    const [first] = content as { type: string; text: string }[];
    return { text: first?.text ?? '', isError: isError === true };
  };
  return { client, cwd, call };
}

describe('plimsoll mcp', () => {
  it('says who it is and which tools there are', async () => {
    const { client } = await connect();
    expect(client.getServerVersion()).toMatchObject({ name: 'plimsoll' });
    expect(client.getServerCapabilities()).toEqual({ tools: {} });
    const { tools } = await client.listTools();
    expect(tools.map(({ name, inputSchema }) => [name, inputSchema.required ?? []])).toEqual([
      ['check', []],
      ['explain', ['rule']],
      ['voyage', ['image']],
    ]);
    await expect(client.ping()).resolves.toEqual({});
  });

  it('checks a project, or a part of it', async () => {
    const { call, cwd } = await connect();
    const whole = await call('check');
    expect(whole.text).toMatch(
      /^build\.sh:3 error arch-mismatch: .*\nother\.sh:3 warning deploy-output-hidden: .*\nplimsoll: 1 error/m,
    );
    const part = await call('check', { paths: ['other.sh'] });
    expect(part.text).not.toContain('arch-mismatch');
    expect(part.text).toContain('other.sh:3 warning deploy-output-hidden');
    expect((await call('check', { folder: join(cwd, '.'), paths: ['.'] })).text).toBe(whole.text);
  });

  it('checks a command before it is run', async () => {
    const { call } = await connect();
    expect((await call('check', { command: './build.sh' })).text).toMatch(/^build\.sh:3 error arch-mismatch: /);
    expect((await call('check', { command: 'npx cdk deploy Api 2>&1 | tail -100' })).text).toContain(
      '=> npx cdk deploy Api 2>&1\n',
    );
    expect((await call('check', { command: 'git status' })).text).toBe('plimsoll: 0 errors, 0 warnings, 0 notes.\n');
    expect((await call('check', { command: 'echo "unterminated' })).text).toContain("can't be read and was not judged");
  });

  it('explains a rule', async () => {
    const { call } = await connect();
    expect((await call('explain', { rule: 'arch-mismatch' })).text).toMatch(/^# [^]*## Bad/);
  });

  it("follows an image's voyage", async () => {
    const { call } = await connect();
    expect((await call('voyage', { image: 'orders' })).text).toBe(
      [
        `${REPOSITORY}:1`,
        '  built by docker build (build.sh:3)',
        `  pushed as ${REPOSITORY}:1 (build.sh:4)`,
        '  runs on Lambda as Fn (template.yml:8)',
        '  Fn runs on arm64 (template.yml:7)',
        '',
      ].join('\n'),
    );
    expect((await call('voyage', { image: 'nothing-of-the-kind' })).text).toBe(
      `No image of the project goes by 'nothing-of-the-kind'. There are: ${REPOSITORY}:1\n`,
    );
  });

  it.each([
    ['explain', { rule: 'arch-mismach' }, "there is no rule 'arch-mismach'; did you mean 'arch-mismatch'?"],
    ['check', { paths: ['nowhere'] }, 'nowhere does not exist'],
    ['check', { paths: ['build.sh'], command: 'ls' }, 'a command is judged by itself: leave out the paths'],
  ])('tells the model what a tool could not do: %s %j', async (name, args, text) => {
    const { call } = await connect();
    expect(await call(name, args)).toEqual({ isError: true, text });
  });

  it.each([
    ['deploy', {}, "there is no tool 'deploy'"],
    ['explain', {}, "'explain' needs rule"],
    ['check', { paths: 'build.sh' }, "'check' takes no such argument: paths"],
    ['check', { trust: 'yes' }, "'check' takes no such argument: trust"],
    ['explain', { rule: 1 }, "'explain' takes no such argument: rule"],
  ])('refuses what is no call: %s %j', async (name, args, text) => {
    const { client } = await connect();
    await expect(client.callTool({ name, arguments: args })).rejects.toThrow(text);
  });

  it('goes on after a call that was given up', async () => {
    const { client, call } = await connect();
    const abort = new AbortController();
    const given = client.callTool({ name: 'check', arguments: {} }, undefined, { signal: abort.signal });
    abort.abort('no longer wanted');
    await expect(given).rejects.toThrow('no longer wanted');
    expect((await call('check', { command: 'ls' })).isError).toBe(false);
  });

  it('lets no name of a project act in a terminal', async () => {
    const { call } = await connect({ 'a\u001b[31m.sh': PROJECT['other.sh'] });
    const { text } = await call('check');
    expect(text).toContain('deploy-output-hidden');
    expect(text).not.toContain('\u001b');
  });
});
