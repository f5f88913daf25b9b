/** A real client of the language server, over standard input and output. */
import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import {
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShowMessageNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
} from 'vscode-languageserver-protocol/node';
import { ENVIRONMENT, checkSilent } from '../canaries.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

export interface Client {
  readonly connection: ProtocolConnection;
  readonly initialized: InitializeResult;
  readonly registered: readonly string[];
  uri(file: string): string;
  open(file: string, text: string): Promise<void>;
  change(file: string, from: string, to: string): Promise<void>;
  changedOnDisk(file: string, type?: 1 | 2 | 3): Promise<void>;
  /** Waits until what is published about a file satisfies the condition, and gives it. */
  diagnostics(file: string, until: (found: readonly Diagnostic[]) => boolean): Promise<readonly Diagnostic[]>;
  published(): readonly string[];
  latest(uri: string): readonly Diagnostic[] | undefined;
  /** Everything said on standard error. */
  errors(): string;
  /** Shown to the user. */
  messages(): readonly string[];
  stop(): Promise<number | null>;
}

export async function start(
  roots: readonly string[],
  capabilities: ClientCapabilities = { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } },
  initializationOptions?: object,
): Promise<Client> {
  const child = spawn(process.execPath, [BIN, 'lsp', '--stdio'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...ENVIRONMENT },
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const latest = new Map<string, readonly Diagnostic[]>();
  const texts = new Map<string, { text: string; version: number }>();
  const registered: string[] = [];
  const messages: string[] = [];
  connection.onNotification(
    PublishDiagnosticsNotification.type,
    ({ uri, diagnostics }) => void latest.set(uri, diagnostics),
  );
  connection.onRequest(
    RegistrationRequest.type,
    ({ registrations }) => void registered.push(...registrations.map(({ method }) => method)),
  );
  connection.onNotification(ShowMessageNotification.type, ({ message }) => void messages.push(message));
  connection.listen();
  const folders = roots.map((root) => ({ uri: pathToFileURL(root).href, name: root }));
  const initialized = await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: folders,
    capabilities,
    ...(initializationOptions === undefined ? {} : { initializationOptions }),
  });
  await connection.sendNotification(InitializedNotification.type, {});
  const uri = (file: string): string => pathToFileURL(join(roots[0] ?? '', file)).href;
  return {
    connection,
    initialized,
    registered,
    uri,
    async open(file, text) {
      texts.set(file, { text, version: 1 });
      await connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri: uri(file), languageId: 'plaintext', version: 1, text },
      });
    },
    async change(file, from, to) {
      const { text, version } = texts.get(file) ?? { text: '', version: 0 };
      const at = text.indexOf(from);
      if (at === -1) throw new Error(`${file} has no ${from}`);
      const position = (offset: number) => {
        const before = text.slice(0, offset).split('\n');
        return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
      };
      texts.set(file, { text: text.slice(0, at) + to + text.slice(at + from.length), version: version + 1 });
      await connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri: uri(file), version: version + 1 },
        contentChanges: [{ range: { start: position(at), end: position(at + from.length) }, text: to }],
      });
    },
    changedOnDisk: (file, type = 2) =>
      connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [{ uri: uri(file), type }] }),
    async diagnostics(file, until) {
      for (const deadline = Date.now() + 30_000; Date.now() < deadline; await wait(10)) {
        const found = latest.get(uri(file));
        if (found !== undefined && until(found)) return found;
      }
      throw new Error(`no such diagnostics for ${file}: ${JSON.stringify(latest.get(uri(file)))} ${errors.join('')}`);
    },
    published: () => [...latest.keys()],
    latest: (at) => latest.get(at),
    errors: () => errors.join(''),
    messages: () => messages,
    async stop() {
      await connection.sendRequest(ShutdownRequest.type);
      await connection.sendNotification(ExitNotification.type);
      const code = await ended;
      connection.dispose();
      checkSilent('the language server', said + errors.join(''));
      return code;
    },
  };
}
