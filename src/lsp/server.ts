/** `plimsoll lsp`: the findings of `plimsoll check` while files are being edited, over the language server protocol. */
import { realpathSync } from 'node:fs';
import { CodeActionKind, CodeLensRefreshRequest, DidChangeWatchedFilesNotification, FileChangeType, LSPErrorCodes, ResponseError, TextDocumentSyncKind, TextDocuments } from 'vscode-languageserver/node';
import type { CancellationToken, Connection, InitializeParams, InitializeResult } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { rootOf } from '../config/project.ts';
import { Problem } from '../config/problem.ts';
import { VERSION } from '../version.ts';
import { actionsOf, diagnosticsOf, endsOf, hoverOf, lensesOf, type Asked } from './answers.ts';
import { openProject, type OpenProject } from './project.ts';
import { pathOf, uriOf, within } from './positions.ts';

/** Keystrokes that follow each other this closely are judged together. */
const PAUSE_MS = 20;
/** How long a swarm of changes on disk is waited for. */
const SETTLE_MS = 100;
/** How often the disk is looked at where the editor doesn't watch it for us. */
const SWEEP_MS = 2000;

export function serve(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const projects = new Map<string, Promise<OpenProject>>();
  /** By project and file, what the editor was told last. */
  const published = new Map<string, string>();
  const timers = new Map<string, NodeJS.Timeout>();
  const sweeps = new Map<string, NodeJS.Timeout>();
  const told = new Set<string>();
  let roots: string[] = [];
  let watches = false;
  let refreshesLenses = false;
  let sweeping: NodeJS.Timeout | undefined;

  // ── projects ──────────────────────────────────────────────────────────────────────────────────

  const rootFor = (path: string): string => roots.filter((root) => within(root, path) !== undefined).sort((a, b) => b.length - a.length)[0] ?? rootOf(path).root;
  const projectAt = (root: string): Promise<OpenProject> => {
    let project = projects.get(root);
    if (project === undefined) {
      project = openProject(root);
      projects.set(root, project);
      // A folder that can't be opened now may be later.
      project.catch(() => projects.delete(root));
    }
    return project;
  };
  const uriIn = (root: string) => (file: string): string => openUris.get(`${root}\0${file}`) ?? uriOf(root, file);
  /** Editors spell URIs their own way; what they opened goes by their spelling. */
  const openUris = new Map<string, string>();

  const locate = (uri: string): { root: string; file: string } | undefined => {
    const path = pathOf(uri);
    if (path === undefined) return undefined;
    const real = realPath(path);
    const root = rootFor(real);
    const file = within(root, real);
    return file === undefined ? undefined : { root, file };
  };

  const asked = async (uri: string, token?: CancellationToken): Promise<Asked | undefined> => {
    const at = locate(uri);
    if (at === undefined) return undefined;
    const project = await projectAt(at.root);
    const current = await project.current();
    if (token?.isCancellationRequested === true) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
    return { current, file: at.file, uri: uriIn(at.root), text: (file) => project.workspace.text(file) };
  };

  // ── diagnostics ───────────────────────────────────────────────────────────────────────────────

  const schedule = (root: string, pause = PAUSE_MS): void => {
    clearTimeout(timers.get(root));
    timers.set(root, setTimeout(() => {
      timers.delete(root);
      void publish(root).catch((error: unknown) => failed(root, error));
    }, pause));
  };

  const publish = async (root: string): Promise<void> => {
    const project = await projectAt(root);
    const current = await project.current();
    // Newer keystrokes are waiting: their result replaces this one.
    if (timers.has(root)) return;
    const prefix = `${root}\0`;
    const before = [...published.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
    const open = documents.all().flatMap(({ uri }) => locate(uri) ?? []).filter((one) => one.root === root).map(({ file }) => file);
    for (const file of new Set([...open, ...before, ...current.files()])) {
      const uri = uriIn(root)(file);
      const diagnostics = diagnosticsOf({ current, file, uri: uriIn(root), text: () => undefined });
      const version = documents.get(uri)?.version;
      const key = JSON.stringify([uri, diagnostics]);
      if (published.get(prefix + file) === key || (diagnostics.length === 0 && !published.has(prefix + file) && version === undefined)) continue;
      if (diagnostics.length === 0) published.delete(prefix + file);
      else published.set(prefix + file, key);
      void connection.sendDiagnostics({ uri, diagnostics, ...(version === undefined ? {} : { version }) });
    }
    if (refreshesLenses) void connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
    told.delete(root);
  };

  const failed = (root: string, error: unknown): void => {
    const message = error instanceof Problem ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
    connection.console.error(`plimsoll: ${root}: ${message}`);
    // Once for each trouble, not for each keystroke.
    if (!told.has(root)) connection.window.showErrorMessage(`Plimsoll: ${message.split('\n')[0] ?? ''}`);
    told.add(root);
  };

  const sweep = async (root: string): Promise<void> => {
    const project = await projectAt(root);
    await project.workspace.sweep();
    schedule(root, 0);
  };

  /** Files come and go in swarms (a checkout, a build): one sweep for all of them. */
  const sweepSoon = (root: string): void => {
    clearTimeout(sweeps.get(root));
    sweeps.set(root, setTimeout(() => {
      sweeps.delete(root);
      void sweep(root).catch((error: unknown) => failed(root, error));
    }, SETTLE_MS));
  };

  const sweepAll = (): void => {
    sweeping = setTimeout(() => {
      void Promise.all([...projects.keys()].map((root) => sweep(root).catch((error: unknown) => failed(root, error)))).then(sweepAll);
    }, SWEEP_MS);
    sweeping.unref();
  };

  // ── the protocol ──────────────────────────────────────────────────────────────────────────────

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    const folders = params.workspaceFolders?.map(({ uri }) => uri) ?? (typeof params.rootUri === 'string' ? [params.rootUri] : []);
    roots = folders.flatMap((uri) => pathOf(uri) ?? []).map(realPath);
    watches = params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    refreshesLenses = params.capabilities.workspace?.codeLens?.refreshSupport === true;
    return {
      serverInfo: { name: 'plimsoll', version: VERSION },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
        hoverProvider: true,
        codeLensProvider: {},
        definitionProvider: true,
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });

  connection.onInitialized(async () => {
    for (const root of roots) schedule(root, 0);
    if (watches) await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*' }] });
    else sweepAll();
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      for (const { uri } of removed) close(pathOf(uri));
      const fresh = added.flatMap(({ uri }) => pathOf(uri) ?? []).map(realPath);
      roots = [...new Set([...roots, ...fresh])];
      for (const root of fresh) schedule(root, 0);
    });
  });

  const close = (path: string | undefined): void => {
    if (path === undefined) return;
    const root = realPath(path);
    roots = roots.filter((one) => one !== root);
    projects.delete(root);
    clearTimeout(timers.get(root));
    timers.delete(root);
    for (const key of [...published.keys()]) {
      if (!key.startsWith(`${root}\0`)) continue;
      published.delete(key);
      void connection.sendDiagnostics({ uri: uriIn(root)(key.slice(root.length + 1)), diagnostics: [] });
    }
  };

  const lay = (uri: string, text: string | undefined): void => {
    const at = locate(uri);
    if (at === undefined) return;
    if (text === undefined) openUris.delete(`${at.root}\0${at.file}`);
    else openUris.set(`${at.root}\0${at.file}`, uri);
    void projectAt(at.root).then(({ workspace }) => {
      workspace.lay(at.file, text);
      schedule(at.root);
    }).catch((error: unknown) => failed(at.root, error));
  };
  documents.onDidChangeContent(({ document }) => lay(document.uri, document.getText()));
  documents.onDidClose(({ document }) => lay(document.uri, undefined));

  connection.onDidChangeWatchedFiles(({ changes }) => {
    const touched = new Map<string, { paths: string[]; listed: boolean }>();
    for (const { uri, type } of changes) {
      const at = locate(uri);
      if (at === undefined || at.file.split('/').some((folder) => folder === '.git' || folder === 'node_modules')) continue;
      const one = touched.get(at.root) ?? { paths: [], listed: true };
      one.paths.push(at.file);
      one.listed &&= type === FileChangeType.Changed;
      touched.set(at.root, one);
    }
    for (const [root, { paths, listed }] of touched) {
      if (!listed) sweepSoon(root);
      void projectAt(root).then(({ workspace }) => {
        workspace.touch(paths);
        schedule(root);
      }).catch((error: unknown) => failed(root, error));
    }
  });

  connection.onCodeAction(async ({ textDocument, range, context }, token) => {
    if (context.only !== undefined && !context.only.some((kind) => CodeActionKind.QuickFix.startsWith(kind))) return [];
    const about = await asked(textDocument.uri, token);
    return about === undefined ? [] : actionsOf(about, range);
  });
  connection.onHover(async ({ textDocument, position }, token) => {
    const about = await asked(textDocument.uri, token);
    return about === undefined ? null : (hoverOf(about, position) ?? null);
  });
  connection.onCodeLens(async ({ textDocument }, token) => {
    const about = await asked(textDocument.uri, token);
    return about === undefined ? [] : lensesOf(about);
  });
  connection.onDefinition(async ({ textDocument, position }, token) => {
    const about = await asked(textDocument.uri, token);
    return about === undefined ? [] : endsOf(about, position);
  });
  connection.onShutdown(() => {
    clearTimeout(sweeping);
    for (const timer of [...timers.values(), ...sweeps.values()]) clearTimeout(timer);
    timers.clear();
    sweeps.clear();
  });

  documents.listen(connection);
  connection.listen();
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
