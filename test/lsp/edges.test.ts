/**
 * What editors do to a server beside typing: odd texts and places, files that move, questions nobody waits for, and
 * going away.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  CodeActionRequest,
  CodeLensRefreshRequest,
  CodeLensRequest,
  DidChangeWorkspaceFoldersNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  HoverRequest,
  LSPErrorCodes,
  WorkspaceDiagnosticRequest,
  type CodeAction,
  type Diagnostic,
} from 'vscode-languageserver-protocol/node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { folder, put } from '../temporary.ts';
import { start, type Client } from './client.ts';

const MASKED = '#!/bin/bash\nset -euo pipefail\nnpx cdk deploy --all | tail -5\n';
const SCRIPT = `#!/bin/bash
set -euo pipefail
REPO=123456789012.dkr.ecr.eu-north-1.amazonaws.com/api
docker build --platform linux/amd64 --provenance=false -t "$REPO:v1" .
docker push "$REPO:v1"
`;
const TEMPLATE = `Resources:
  Api:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: api
      PackageType: Image
      Architectures: [arm64]
      Code:
        ImageUri: 123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:v1
`;

const clients: Client[] = [];
afterEach(async () => {
  for (const one of clients.splice(0)) expect(await one.stop()).toBe(0);
});
async function started(
  root: string,
  capabilities?: Parameters<typeof start>[1],
  initializationOptions?: object,
): Promise<Client> {
  const client = await start([root], capabilities, initializationOptions);
  clients.push(client);
  return client;
}

const rules = (found: readonly Diagnostic[]): string[] => found.map(({ code }) => String(code));
const hidden = (found: readonly Diagnostic[]): boolean => rules(found).includes('deploy-output-hidden');
const mismatch = (found: readonly Diagnostic[]): boolean => rules(found).includes('arch-mismatch');
const none = (found: readonly Diagnostic[]): boolean => found.length === 0;
const places = (found: readonly Diagnostic[]): string[] =>
  found.map(
    ({ code, range: { start: from, end: to } }) => `${code} ${from.line}:${from.character}-${to.line}:${to.character}`,
  );
const close = (client: Client, file: string): Promise<void> =>
  client.connection.sendNotification(DidCloseTextDocumentNotification.type, {
    textDocument: { uri: client.uri(file) },
  });

describe('texts', () => {
  it('with line ends of Windows have the same places', async () => {
    const client = await started(folder());
    await client.open('deploy.sh', MASKED.replaceAll('\n', '\r\n'));
    expect(places(await client.diagnostics('deploy.sh', hidden))).toEqual(['deploy-output-hidden 2:0-2:20']);
  });

  it('count as editors count: UTF-16 units, and no byte order mark', async () => {
    const odd = 'set -o pipefail; echo "🚢 é"; npx cdk deploy --all | tail -5\n';
    const root = folder({ 'closed.sh': `\uFEFF${odd}`, 'open.sh': '' });
    const client = await started(root, { general: { positionEncodings: ['utf-8', 'utf-16'] } });
    expect(client.initialized.capabilities.positionEncoding).toBe('utf-16');
    await client.open('open.sh', odd);
    const open = await client.diagnostics('open.sh', hidden);
    expect(places(open)).toEqual(['deploy-output-hidden 0:30-0:50']);
    expect(places(await client.diagnostics('closed.sh', hidden))).toEqual(places(open));
  });

  it('of half a megabyte are judged like others, larger ones said to be too large, and nobody is kept waiting', async () => {
    const client = await started(folder());
    const lines = (count: number): string => `echo "${'the same deploy, line after line, '.repeat(7)}"\n`.repeat(count);
    await client.open('deploy.sh', `${MASKED}${lines(2_000)}`);
    await client.diagnostics('deploy.sh', hidden);
    await client.change('deploy.sh', ' | tail -5', '');
    await client.diagnostics('deploy.sh', none);
    await client.open('large.sh', `${MASKED}${lines(21_000)}`);
    await client.diagnostics('large.sh', (found) => found.length === 1 && found[0]?.code === 'unreadable-file');
    await client.change('large.sh', lines(20_000), '');
    await client.diagnostics('large.sh', hidden);
  }, 60_000);

  it('that are none are left alone', async () => {
    const client = await started(folder({ 'deploy.sh': MASKED }));
    await client.diagnostics('deploy.sh', hidden);
    await client.open('image.sh', `\u0000\u0001${MASKED}`);
    await client.open('Dockerfile', '\uFFFD\uFFFD\u0000'.repeat(5000));
    await client.open('deploy.sh', MASKED.replace(' | tail -5', ''));
    await client.diagnostics('deploy.sh', none);
    expect(client.latest(client.uri('image.sh')) ?? []).toEqual([]);
    expect(client.errors()).toBe('');
  });
});

describe('documents', () => {
  it('that are no files belong nowhere', async () => {
    const client = await started(folder({ 'deploy.sh': MASKED }));
    const textDocument = { uri: 'untitled:Untitled-1', languageId: 'shellscript', version: 1, text: MASKED };
    await client.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
    expect(
      await client.connection.sendRequest(HoverRequest.type, { textDocument, position: { line: 2, character: 1 } }),
    ).toBeNull();
    await client.diagnostics('deploy.sh', hidden);
    expect(client.published()).not.toContain(textDocument.uri);
  });

  it('outside of every project are judged alone, without reading what lies around them', async () => {
    const around = folder({ 'alone.sh': MASKED, 'other.sh': MASKED, 'p/deploy.sh': MASKED });
    const client = await started(join(around, 'p'));
    await client.open('../alone.sh', MASKED);
    await client.diagnostics('../alone.sh', hidden);
    await client.change('../alone.sh', ' | tail -5', '');
    await client.diagnostics('../alone.sh', none);
    expect(client.published()).not.toContain(client.uri('../other.sh'));
  });

  it('outside of the workspace belong to the repository around them, until the last is closed', async () => {
    const around = folder({
      'p/deploy.sh': MASKED,
      'lib/.git/HEAD': 'ref: refs/heads/main\n',
      'lib/build.sh': MASKED,
      'lib/scripts/deploy.sh': MASKED,
    });
    const client = await started(join(around, 'p'));
    await client.open('../lib/build.sh', MASKED);
    await client.diagnostics('../lib/scripts/deploy.sh', hidden);
    await close(client, '../lib/build.sh');
    await client.diagnostics('../lib/scripts/deploy.sh', none);
    await client.diagnostics('../lib/build.sh', none);
  });

  it("that the project ignores are not judged, as `check` doesn't", async () => {
    const root = folder({ '.gitignore': 'out/\n', 'out/deploy.sh': MASKED, 'deploy.sh': MASKED });
    execFileSync('git', ['init', '-q'], { cwd: root });
    const client = await started(root);
    await client.open('out/deploy.sh', `${MASKED}# typed\n`);
    await client.open('new.sh', MASKED);
    await client.diagnostics('new.sh', hidden);
    expect(client.latest(client.uri('out/deploy.sh')) ?? []).toEqual([]);
  });

  it('opened through a link are the file it leads to', async () => {
    const root = folder({ 'scripts/deploy.sh': MASKED });
    symlinkSync('scripts', join(root, 'linked'));
    symlinkSync('scripts/deploy.sh', join(root, 'run.sh'));
    const client = await started(root);
    await client.open('linked/deploy.sh', MASKED);
    await client.diagnostics('linked/deploy.sh', hidden);
    await client.change('linked/deploy.sh', ' | tail -5', '');
    await client.diagnostics('linked/deploy.sh', none);
    await close(client, 'linked/deploy.sh');
    await client.diagnostics('scripts/deploy.sh', hidden);
  });

  it('new, never saved, and closed again leave nothing behind', async () => {
    const client = await started(folder({ 'a.sh': MASKED }));
    await client.open('fresh.sh', MASKED);
    await client.diagnostics('fresh.sh', hidden);
    await close(client, 'fresh.sh');
    await client.diagnostics('fresh.sh', none);
  });
});

describe('files', () => {
  it.each([
    ['watched by the editor', true],
    ['watched by nobody', false],
  ])('that are deleted, and folders that are renamed, are followed (%s)', async (_, watched) => {
    const root = folder({ 'scripts/deploy.sh': MASKED, 'gone.sh': MASKED });
    const client = await started(root, watched ? undefined : {});
    await client.diagnostics('scripts/deploy.sh', hidden);
    await client.diagnostics('gone.sh', hidden);
    rmSync(join(root, 'gone.sh'));
    renameSync(join(root, 'scripts'), join(root, 'tools'));
    if (watched) {
      await client.changedOnDisk('gone.sh', 3);
      // Of a folder only the folder itself is told.
      await client.changedOnDisk('scripts', 3);
      await client.changedOnDisk('tools', 1);
    }
    await client.diagnostics('tools/deploy.sh', hidden);
    await client.diagnostics('scripts/deploy.sh', none);
    await client.diagnostics('gone.sh', none);
  });

  it('that the configuration consists of are read again when they change, code too', async () => {
    const rule = (word: string): string =>
      `export const rules = [{ id: 'no-beta', summary: 'No beta', severity: 'error', check(model, report) { for (const { site } of model.deploys) report({ site, message: 'Not ${word}' }); } }];\n`;
    const config = (more: string): string => `export default { plugins: ['./rules/own.mjs']${more} };\n`;
    const root = folder({ 'deploy.sh': MASKED, 'plimsoll.config.mjs': config(''), 'rules/own.mjs': rule('here') });
    const client = await started(root, undefined, { trusted: true });
    const says =
      (text: string) =>
      (found: readonly Diagnostic[]): boolean =>
        found.some(({ message }) => message === text);
    await client.diagnostics('deploy.sh', says('Not here'));
    writeFileSync(join(root, 'rules/own.mjs'), rule('there'));
    await client.changedOnDisk('rules/own.mjs');
    await client.diagnostics('deploy.sh', says('Not there'));
    writeFileSync(join(root, 'plimsoll.config.mjs'), config(", rules: { 'no-beta': 'off' }"));
    await client.changedOnDisk('plimsoll.config.mjs');
    await client.diagnostics('deploy.sh', (found) => hidden(found) && !says('Not there')(found));
  });

  it.each([undefined, {}, { trusted: 'true' }, { trusted: 1 }])(
    'run nothing of a workspace that nobody trusts, and say so once: %j',
    async (options) => {
      const fires =
        "import { writeFileSync } from 'node:fs';\nwriteFileSync(new URL('./fired', import.meta.url), '');\n";
      const root = folder({
        'deploy.sh': MASKED,
        'plimsoll.config.mjs': `${fires}export default {};\n`,
        'package.json': '{"plimsoll": {"plugins": ["./own.mjs"]}}',
        'own.mjs': `${fires}export const rules = [];\n`,
      });
      const client = await started(root, undefined, options);
      await client.open('deploy.sh', MASKED);
      await client.diagnostics('deploy.sh', hidden);
      await client.change('deploy.sh', 'set', 'set ');
      await client.diagnostics('deploy.sh', hidden);
      await vi.waitFor(
        () =>
          expect(client.messages()).toEqual([
            expect.stringMatching(
              /^Plimsoll: plimsoll\.config\.mjs and the plug-ins of package\.json \(\.\/own\.mjs\) are code and were not run; if you trust this project, trust its folder in the editor, or list it in /,
            ),
          ]),
        20_000,
      );
      expect(existsSync(join(root, 'fired'))).toBe(false);
    },
  );

  it('that are opened from outside of a trusted workspace are not trusted with it', async () => {
    const fires =
      "import { writeFileSync } from 'node:fs';\nwriteFileSync(new URL('./fired', import.meta.url), '');\nexport default {};\n";
    const [root, other] = [
      folder({ 'deploy.sh': MASKED }),
      folder({ 'deploy.sh': MASKED, 'plimsoll.config.mjs': fires, '.git/HEAD': '' }),
    ];
    const client = await started(root, undefined, { trusted: true });
    const uri = pathToFileURL(join(other, 'deploy.sh')).href;
    await client.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: 'plaintext', version: 1, text: MASKED },
    });
    await vi.waitFor(() => expect(hidden(client.latest(uri) ?? [])).toBe(true), 20_000);
    expect(existsSync(join(other, 'fired'))).toBe(false);
  });

  it('with a mistake in the configuration are told of once, and judged again when it is mended', async () => {
    const root = folder({ 'deploy.sh': MASKED, 'plimsoll.config.json': '{"rules": {"deploy-output-hiden": "off"}}' });
    const client = await started(root);
    await client.open('deploy.sh', MASKED);
    await vi.waitFor(
      () =>
        expect(client.messages().join()).toMatch(
          /^Plimsoll: .*plimsoll\.config\.json: rules: there is no rule 'deploy-output-hiden'; did you mean 'deploy-output-hidden'\?$/,
        ),
      20_000,
    );
    expect(
      await client.connection.sendRequest(HoverRequest.type, {
        textDocument: { uri: client.uri('deploy.sh') },
        position: { line: 2, character: 1 },
      }),
    ).toBeNull();
    writeFileSync(join(root, 'plimsoll.config.json'), '{}');
    await client.changedOnDisk('plimsoll.config.json');
    await client.diagnostics('deploy.sh', hidden);
    expect(client.messages()).toHaveLength(1);
  });
});

const FOLDERS = { workspace: { workspaceFolders: true, didChangeWatchedFiles: { dynamicRegistration: true } } };

describe('workspace folders', () => {
  it('come and go', async () => {
    const [one, other] = [folder({ 'a.sh': MASKED }), folder({ 'b.sh': MASKED })];
    const client = await started(one, FOLDERS);
    await client.diagnostics('a.sh', hidden);
    const added = { uri: pathToFileURL(other).href, name: 'other' };
    const b = pathToFileURL(join(other, 'b.sh')).href;
    await client.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
      event: { added: [added], removed: [] },
    });
    await vi.waitFor(() => expect(rules(client.latest(b) ?? [])).toContain('deploy-output-hidden'), 20_000);
    await client.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
      event: { added: [], removed: [added] },
    });
    await vi.waitFor(() => expect(client.latest(b)).toEqual([]), 20_000);
    expect(rules(client.latest(client.uri('a.sh')) ?? [])).toContain('deploy-output-hidden');
  });

  it('may lie in one another: the inner one counts', async () => {
    const root = folder({ 'inner/a.sh': MASKED });
    const client = await started(root, FOLDERS);
    await client.open('inner/a.sh', MASKED);
    await client.diagnostics('inner/a.sh', hidden);
    await client.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
      event: { added: [{ uri: pathToFileURL(join(root, 'inner')).href, name: 'inner' }], removed: [] },
    });
    put(root, { 'inner/plimsoll.config.json': '{"rules": {"deploy-output-hidden": "off"}}' });
    await client.changedOnDisk('inner/plimsoll.config.json', 1);
    await client.diagnostics('inner/a.sh', (found) => !hidden(found));
  });
});

describe('questions', () => {
  it('nobody waits for any more are dropped, and the next is answered', async () => {
    const root = folder({
      'scripts/deploy.sh': SCRIPT,
      'template.yaml': TEMPLATE,
      Dockerfile: 'FROM public.ecr.aws/lambda/python:3.12\n',
    });
    const client = await started(root);
    const textDocument = { uri: client.uri('template.yaml') };
    const asked = Array.from({ length: 20 }, () => {
      const source = new CancellationTokenSource();
      const answer = client.connection.sendRequest(CodeLensRequest.type, { textDocument }, source.token).then(
        () => 'answered',
        (error: { code: number }) => error.code,
      );
      source.cancel();
      return answer;
    });
    expect(new Set(await Promise.all(asked))).toEqual(new Set([LSPErrorCodes.RequestCancelled]));
    expect((await client.connection.sendRequest(CodeLensRequest.type, { textDocument }))?.length).toBeGreaterThan(0);
  });

  it("about diagnostics are answered, per document and for all; what hasn't changed is not sent again", async () => {
    const root = folder({ 'a.sh': MASKED, 'b.sh': MASKED });
    const client = await started(root, {
      textDocument: { diagnostic: {} },
      workspace: { didChangeWatchedFiles: { dynamicRegistration: true } },
    });
    expect(client.initialized.capabilities.diagnosticProvider).toMatchObject({
      interFileDependencies: true,
      workspaceDiagnostics: true,
    });
    await client.open('a.sh', MASKED);
    await client.diagnostics('a.sh', hidden);
    const first = await client.connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri: client.uri('a.sh') },
    });
    expect(first.kind === 'full' ? rules(first.items) : []).toContain('deploy-output-hidden');
    const again = await client.connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri: client.uri('a.sh') },
      previousResultId: first.resultId!,
    });
    expect(again).toEqual({ kind: 'unchanged', resultId: first.resultId });
    const { items } = await client.connection.sendRequest(WorkspaceDiagnosticRequest.type, {
      previousResultIds: [{ uri: client.uri('a.sh'), value: first.resultId! }],
    });
    expect(items.map(({ uri, kind, version }) => [uri, kind, version])).toEqual([
      [client.uri('a.sh'), 'unchanged', 1],
      [client.uri('b.sh'), 'full', null],
    ]);
  });

  it('of an editor that asks for diagnostics are not answered twice: what it asked for is pushed no more', async () => {
    const root = folder({ 'a.sh': MASKED, 'b.sh': MASKED });
    const client = await started(root, { textDocument: { diagnostic: {} } });
    await client.open('a.sh', MASKED);
    await client.diagnostics('a.sh', hidden);
    await client.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri: client.uri('a.sh') } });
    await client.change('a.sh', 'tail -5', 'tail -6');
    await client.diagnostics('a.sh', none);
    await client.diagnostics('b.sh', hidden);
    await client.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [] });
    await client.change('a.sh', 'tail -6', 'tail -7');
    await client.diagnostics('b.sh', none);
  });

  it("about lenses are asked again only when another document's have changed", async () => {
    const root = folder({
      'scripts/deploy.sh': SCRIPT,
      'template.yaml': TEMPLATE,
      Dockerfile: 'FROM public.ecr.aws/lambda/python:3.12\n',
    });
    const client = await started(root, {
      workspace: { codeLens: { refreshSupport: true }, didChangeWatchedFiles: { dynamicRegistration: true } },
    });
    let refreshes = 0;
    client.connection.onRequest(CodeLensRefreshRequest.type, () => void refreshes++);
    await client.open('template.yaml', TEMPLATE);
    await client.open('scripts/deploy.sh', SCRIPT);
    await client.diagnostics('template.yaml', mismatch);
    await client.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri: client.uri('template.yaml') } });
    await client.change('scripts/deploy.sh', 'set -euo', 'set -eu -o');
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(refreshes).toBe(0);
    await client.change('scripts/deploy.sh', '\nREPO', '\n\nREPO');
    await vi.waitFor(() => expect(refreshes).toBe(1), 10_000);
  });

  it('about what to do are also answered with the comment that hides a finding, above the command', async () => {
    const text =
      '#!/bin/bash\r\nset -euo pipefail\r\nif true; then\r\n  npx cdk deploy \\\r\n    --all | tail -5\r\nfi\r\n';
    const client = await started(folder());
    await client.open('deploy.sh', text);
    const [found] = await client.diagnostics('deploy.sh', hidden);
    const actions = await client.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: client.uri('deploy.sh') },
      range: found!.range,
      context: { diagnostics: [found!] },
    });
    const comment = actions?.find((one): one is CodeAction => one.title === 'Ignore deploy-output-hidden here');
    expect(comment).toMatchObject({ kind: 'quickfix', isPreferred: false });
    const start = { line: 3, character: 0 };
    expect(comment?.edit?.changes?.[client.uri('deploy.sh')]).toEqual([
      { range: { start, end: start }, newText: '  # plimsoll-ignore deploy-output-hidden\r\n' },
    ]);
  });
});

it('ends when the editor is gone, without being told', async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../dist/bin.js', import.meta.url)), 'lsp'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<string>((resolve) => child.on('close', (code) => resolve(`ended with ${code}`)));
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { processId: null, rootUri: pathToFileURL(folder({ 'a.sh': MASKED })).href, capabilities: {} },
  });
  child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.stdin.end();
  expect(await ended).toBe('ended with 1');
});
