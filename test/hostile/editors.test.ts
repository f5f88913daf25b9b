/**
 * Opening a stranger's project in an editor, or linting it there, runs nothing of it, reads nothing outside of it and
 * keeps nobody waiting.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createProtocolConnection,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type Diagnostic,
} from 'vscode-languageserver-protocol/node';
import { eslint, configure, CONFIG } from '../../eslint-plugin/test/eslint.ts';
import { INNOCENT } from './harness.ts';
import { BIN } from './launch.ts';
import { commit, git, newPlace, type Built, type Tree } from './place.ts';

interface Editing {
  readonly place: Built;
  /** What is published about a file, once it is; undefined when it takes longer than it may. */
  open(file: string): Promise<readonly Diagnostic[] | undefined>;
  /** Does it still answer? */
  alive(): Promise<boolean>;
  said(): string;
}

async function made(
  files: Tree | ((place: Built) => Tree),
  outside: (place: Built) => Tree = () => ({}),
): Promise<Built> {
  const place = newPlace();
  onTestFinished(() => place.remove());
  await place.put(place.outside, outside(place));
  await place.put(place.root, { 'aa-innocent.sh': INNOCENT, ...(typeof files === 'function' ? files(place) : files) });
  return place;
}

async function edit(place: Built, roots: readonly string[] = [place.root]): Promise<Editing> {
  const child = spawn(process.execPath, [BIN, 'lsp', '--stdio'], {
    cwd: place.home,
    env: { PATH: process.env['PATH'] ?? '', HOME: place.home },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const published = new Map<string, readonly Diagnostic[]>();
  connection.onNotification(
    PublishDiagnosticsNotification.type,
    ({ uri, diagnostics }) => void published.set(uri, diagnostics),
  );
  connection.onRequest(RegistrationRequest.type, () => undefined);
  connection.listen();
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: roots.map((root) => ({ uri: pathToFileURL(root).href, name: 'a' })),
    capabilities: {},
  });
  await connection.sendNotification(InitializedNotification.type, {});
  onTestFinished(async () => {
    await Promise.race([connection.sendRequest(ShutdownRequest.type).catch(() => undefined), wait(1000)]);
    await connection.sendNotification(ExitNotification.type).catch(() => undefined);
  });
  return {
    place,
    said: () => said.join(''),
    alive: () =>
      Promise.race([
        connection.sendRequest(ShutdownRequest.type).then(
          () => true,
          () => false,
        ),
        wait(15_000).then(() => false),
      ]),
    async open(file) {
      const uri = pathToFileURL(join(place.root, file)).href;
      await connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri, languageId: 'plaintext', version: 1, text: readFileSync(join(place.root, file), 'utf8') },
      });
      for (let turn = 0; turn < 300; turn++) {
        if (published.has(uri)) return published.get(uri);
        await wait(50);
      }
      return undefined;
    },
  };
}

function fired(place: Built): string {
  return existsSync(place.sentinel) ? readFileSync(place.sentinel, 'utf8') : '';
}

const CODE = (place: Built): Tree => ({
  'plimsoll.config.mjs': `import { appendFileSync } from 'node:fs';\nappendFileSync(${JSON.stringify(place.sentinel)}, 'ran');\nexport default {};\n`,
});
const PLUGIN = (place: Built): Tree => ({
  'package.json': '{"plimsoll": {"plugins": ["./own.cjs"]}}',
  'own.cjs': `${place.scriptLine}\nmodule.exports = { rules: [] };\n`,
});

describe('the language server', () => {
  it.each([
    ['a configuration that is code', CODE],
    ['a plug-in of package.json', PLUGIN],
  ] as const)('does not run %s, and judges all the same', async (_, files) => {
    const { place, open } = await edit(await made(files));
    expect((await open('aa-innocent.sh'))?.map(({ code }) => code)).toContain('deploy-output-hidden');
    expect(fired(place)).toBe('');
  });

  it('does not run code that lies around a file opened alone', async () => {
    const { place, open } = await edit(await made(CODE), []);
    expect(await open('aa-innocent.sh')).toBeDefined();
    expect(fired(place)).toBe('');
  });

  it("does not run what git's configuration names", async () => {
    const place = await made({});
    commit(place);
    git(place, 'config', 'core.fsmonitor', place.program);
    const { open } = await edit(place);
    expect((await open('aa-innocent.sh'))?.map(({ code }) => code)).toContain('deploy-output-hidden');
    expect(fired(place)).toBe('');
  });

  it('is kept waiting by no FIFO', async () => {
    const { open } = await edit(
      await made({
        'deploy.sh': { fifo: true },
        'template.yaml': { fifo: true },
        'package.json': { fifo: true },
        '.env': { fifo: true },
        'lib/a.ts': { fifo: true },
      }),
    );
    expect((await open('aa-innocent.sh'))?.map(({ code }) => code)).toContain('deploy-output-hidden');
  });

  it('follows no link out of the project, and tells nothing that is read', async () => {
    const place = await made(
      (here) => ({
        'template.yaml': { link: '../outside/t.yaml' },
        creds: here.canary(),
        'deploy.sh': 'docker push "registry.example.com/$(cat creds):latest" | tail -1\n',
      }),
      (here) => ({
        't.yaml': `Resources:\n  A:\n    Type: AWS::ECR::Repository\n    Properties: {RepositoryName: ${here.canary()}}\n`,
      }),
    );
    const { open, said } = await edit(place);
    expect(await open('deploy.sh')).toBeDefined();
    expect(place.canaries.filter((canary) => said().includes(canary.slice(6, 16)))).toEqual([]);
  });

  it('survives a script that never ends', async () => {
    const { open } = await edit(
      await made({
        'b.sh': 'while :; do for a in {1..1000}; do for b in {1..1000}; do docker push "a$a$b"; done; done; done\n',
      }),
    );
    expect((await open('aa-innocent.sh'))?.map(({ code }) => code)).toContain('deploy-output-hidden');
  });

  it('survives a configuration nested without end', async () => {
    const { alive } = await edit(await made({ 'plimsoll.config.json': '['.repeat(100_000) }));
    expect(await alive()).toBe(true);
  });
});

describe('the ESLint plug-in', () => {
  it.each([
    ['a configuration that is code', CODE],
    ['a plug-in of package.json', PLUGIN],
  ] as const)('does not run %s, and judges all the same', async (_, files) => {
    const place = await made(files);
    configure(place.root, CONFIG('recommended'));
    const { results } = eslint('eslint', place.root, ['aa-innocent.sh']);
    expect(results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId))).toContain(
      'plimsoll/deploy-output-hidden',
    );
    expect(fired(place)).toBe('');
  });

  it("does not run what git's configuration names", async () => {
    const place = await made({});
    commit(place);
    git(place, 'config', 'core.fsmonitor', place.program);
    configure(place.root, CONFIG('recommended'));
    eslint('eslint', place.root, ['aa-innocent.sh']);
    expect(fired(place)).toBe('');
  });

  it('follows no link out of the project', async () => {
    const place = await made({ 'b.sh': 'source lib/x.sh\n' }, (here) => ({
      'x.sh': `docker push ${here.canary()} | tail -1\n`,
    }));
    symlinkSync('../outside', join(place.root, 'lib'));
    writeFileSync(join(place.root, 'README.md'), '');
    configure(place.root, CONFIG('strict'));
    const { results } = eslint('eslint', place.root, ['b.sh', 'aa-innocent.sh']);
    expect(place.canaries.filter((canary) => JSON.stringify(results).includes(canary.slice(6, 16)))).toEqual([]);
  });
});
