/** `plimsoll lsp`: the findings of `plimsoll check` while files are being edited, over the language server protocol. */
import { setImmediate as turn } from 'node:timers/promises';
import {
  CodeActionKind,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  LSPErrorCodes,
  MessageType,
  PositionEncodingKind,
  ResponseError,
  ShowMessageNotification,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import type { CancellationToken, Connection, InitializeParams, InitializeResult } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Problem } from '../config/problem.ts';
import { isListed } from '../config/trust.ts';
import { LARGEST } from '../files/text.ts';
import { forNotification, linesForTerminal } from '../report/escape.ts';
import { VERSION } from '../version.ts';
import { actionsOf, endsOf, hoverOf, lensesOf, type Asked } from './answers.ts';
import { newPlaces } from './places.ts';
import { uriOf } from './positions.ts';
import type { Current } from './project.ts';
import { newProjects, unneeded, type Held } from './projects.ts';
import { newRefreshing } from './refreshing.ts';
import { newTelling } from './telling.ts';

/** How often the disk is looked at where the editor doesn't watch it for us. */
const SWEEP_MS = 2000;

export function serve(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const places = newPlaces();
  /** What the editor has asked for by itself, where it said beforehand that it would. */
  const pulls = { can: false, open: false, rest: false };
  const can = { lenses: false, reports: false };
  let watches = false;
  let changesFolders = false;
  let sweeping: NodeJS.Timeout | undefined;
  /** The editor's user trusts the workspace: its code may be run. */
  let trusted = false;

  const asked = ({ place: { root } }: Held, current: Current, file: string): Asked => ({
    current,
    file,
    text: (name) => current.text(name),
    uri: (name) => places.uris(root, name)[0] ?? uriOf(root, name),
  });
  const telling = newTelling({ connection, documents, places, pulls, asked });
  const refreshing = newRefreshing({ connection, places, telling, can, asked });
  const tellOfCode = (held: Held, { notRun }: Current): void => {
    if (held.notRun === notRun) return;
    held.notRun = notRun;
    if (notRun === undefined) return;
    connection.console.warn(`plimsoll: ${held.place.root}: ${notRun}`);
    connection
      .sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message: `Plimsoll: ${notRun}` })
      .catch(() => undefined);
  };
  const projects = newProjects({
    async publish(held, current) {
      await telling.push(held, current);
      refreshing.soon(held, current);
      held.trouble = undefined;
      tellOfCode(held, current);
    },
    // A workspace that is trusted is its folders; what else is opened is not.
    trust: (root) => (trusted && places.folders().includes(root)) || isListed(root),
    failed(held, error) {
      const message =
        error instanceof Problem
          ? error.message
          : error instanceof Error
            ? (error.stack ?? error.message)
            : String(error);
      // Once for each trouble, not for each keystroke.
      if (held.trouble === message) return;
      held.trouble = message;
      connection.console.error(linesForTerminal(`plimsoll: ${held.place.root}: ${message}`));
      connection
        .sendNotification(ShowMessageNotification.type, {
          type: MessageType.Error,
          message: forNotification(`Plimsoll: ${message.split('\n')[0] ?? ''}`),
        })
        .catch(() => undefined);
    },
  });

  // ── questions ─────────────────────────────────────────────────────────────────────────────────

  /** Undefined when the project can't be judged; that is said once, not with each question. */
  const known = (held: Held): Promise<Current | undefined> =>
    projects.current(held).catch((error: unknown) => {
      projects.failed(held, error);
      return undefined;
    });

  /** Answers what is asked about a document, with the project as it is now; nothing where it belongs to none. */
  const answering = async <T>(
    uri: string,
    token: CancellationToken,
    nothing: T,
    answer: (about: Asked) => T | Promise<T>,
  ): Promise<T> => {
    const place = places.of(uri);
    if (place === undefined) return nothing;
    const held = projects.at(place);
    // Newer text, or word that nobody waits for the answer any more, may be right behind the question.
    await turn();
    stopIf(token);
    const current = await known(held);
    stopIf(token);
    return current === undefined ? nothing : answer(asked(held, current, place.file));
  };

  connection.onCodeAction(({ textDocument, range, context: { only } }, token) =>
    answering(textDocument.uri, token, [], (about) =>
      only !== undefined && !only.some((kind) => kind === '' || kind === CodeActionKind.QuickFix)
        ? []
        : actionsOf(about, range),
    ),
  );
  connection.onHover(({ textDocument, position }, token) =>
    answering(textDocument.uri, token, null, (about) => hoverOf(about, position) ?? null),
  );
  connection.onDefinition(({ textDocument, position }, token) =>
    answering(textDocument.uri, token, [], (about) => endsOf(about, position)),
  );
  connection.onCodeLens(({ textDocument: { uri } }, token) =>
    answering(uri, token, [], (about) => {
      const lenses = lensesOf(about);
      refreshing.gaveLenses(uri, lenses);
      return lenses;
    }),
  );
  connection.languages.diagnostics.on(async ({ textDocument: { uri }, previousResultId }, token) => {
    pulls.open ||= pulls.can;
    const report = await answering(uri, token, undefined, (about) => telling.report(about, previousResultId));
    if (report === undefined) return { kind: 'full', items: [] };
    if (report.resultId !== undefined) refreshing.gaveReport(uri, report.resultId);
    return report;
  });
  connection.languages.diagnostics.onWorkspace(async ({ previousResultIds }, token) => {
    pulls.rest ||= pulls.can;
    await turn();
    const items = [];
    for (const held of projects.all()) {
      stopIf(token);
      const current = await known(held);
      const reports = current === undefined ? [] : telling.reportAll(held, current, previousResultIds);
      for (const { uri, resultId } of reports) if (resultId !== undefined) refreshing.gaveReport(uri, resultId);
      items.push(...reports);
    }
    return { items };
  });

  // ── documents and files ───────────────────────────────────────────────────────────────────────

  const lay = (uri: string): void => {
    const place = places.of(uri);
    if (place === undefined) return;
    const held = projects.at(place);
    // Opened twice, under different spellings: what is still open counts.
    const [text] = places.uris(place.root, place.file).flatMap((one) => documents.get(one)?.getText() ?? []);
    const unsaved = documents.get(uri)?.getText() ?? text;
    held.project
      .then((project) => {
        project.lay(place.file, unsaved !== undefined && isLegible(unsaved) ? unsaved : undefined);
        projects.schedule(held);
      })
      .catch((error: unknown) => projects.failed(held, error));
  };
  const letGo = (): void => {
    for (const held of unneeded(projects, places)) {
      telling.clear(held);
      projects.close(held);
    }
  };

  documents.onDidOpen(({ document }) => void places.open(document.uri));
  documents.onDidChangeContent(({ document }) => lay(document.uri));
  documents.onDidClose(({ document: { uri } }) => {
    refreshing.forget(uri);
    places.close(uri);
    lay(uri);
    letGo();
  });

  connection.onDidChangeWatchedFiles(({ changes }) => {
    const touched = new Map<Held, { paths: string[]; listed: boolean }>();
    for (const { uri, type } of changes) {
      const place = places.of(uri);
      if (
        place === undefined ||
        place.lone ||
        place.file.split('/').some((folder) => folder === '.git' || folder === 'node_modules')
      )
        continue;
      const held = projects.at(place);
      const one = touched.get(held) ?? { paths: [], listed: true };
      one.paths.push(place.file);
      one.listed &&= type === FileChangeType.Changed;
      touched.set(held, one);
    }
    for (const [held, { paths, listed }] of touched) {
      if (!listed) projects.sweepSoon(held);
      held.project
        .then((project) => {
          project.touch(paths);
          projects.schedule(held);
        })
        .catch((error: unknown) => projects.failed(held, error));
    }
    letGo();
  });

  const openFolders = (folders: readonly string[]): void => {
    for (const root of folders) projects.schedule(projects.at({ root, file: '', lone: false }), 0);
  };
  const sweepAll = (): void => {
    sweeping = setTimeout(() => {
      for (const held of projects.all()) projects.sweepSoon(held);
      sweepAll();
    }, SWEEP_MS);
    sweeping.unref();
  };

  // ── coming and going ──────────────────────────────────────────────────────────────────────────

  connection.onInitialize(
    ({
      workspaceFolders,
      rootUri,
      initializationOptions,
      capabilities: { workspace, textDocument, general },
    }: InitializeParams): InitializeResult => {
      for (const uri of workspaceFolders?.map((folder) => folder.uri) ?? (typeof rootUri === 'string' ? [rootUri] : []))
        places.add(uri);
      trusted = isTrusted(initializationOptions);
      watches = workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
      changesFolders = workspace?.workspaceFolders === true;
      can.lenses = workspace?.codeLens?.refreshSupport === true;
      can.reports = workspace?.diagnostics?.refreshSupport === true;
      pulls.can = textDocument?.diagnostic !== undefined;
      return {
        serverInfo: { name: 'plimsoll', version: VERSION },
        capabilities: {
          // The one encoding that every editor has to know.
          ...(general?.positionEncodings === undefined ? {} : { positionEncoding: PositionEncodingKind.UTF16 }),
          textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
          codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
          hoverProvider: true,
          codeLensProvider: {},
          definitionProvider: true,
          ...(pulls.can
            ? {
                diagnosticProvider: { identifier: 'plimsoll', interFileDependencies: true, workspaceDiagnostics: true },
              }
            : {}),
          workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
        },
      };
    },
  );

  connection.onInitialized(() => {
    if (watches)
      connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*' }] })
        .catch(sweepAll);
    else sweepAll();
    openFolders(places.folders());
    if (!changesFolders) return;
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      const before = new Map(documents.all().map(({ uri }) => [uri, places.of(uri)]));
      for (const { uri } of removed) places.remove(uri);
      const fresh = added.flatMap(({ uri }) => places.add(uri) ?? []);
      // What is open may belong elsewhere now.
      for (const [uri, was] of before) {
        const is = places.of(uri);
        if (was === undefined || is === undefined || (was.root === is.root && was.lone === is.lone)) continue;
        projects
          .at(was)
          .project.then((project) => project.lay(was.file, undefined))
          .catch(() => undefined);
        projects.schedule(projects.at(was));
        lay(uri);
      }
      letGo();
      openFolders(fresh);
    });
  });

  connection.onShutdown(() => {
    clearTimeout(sweeping);
    projects.stop();
    refreshing.stop();
  });

  documents.listen(connection);
  connection.listen();
}

/** `{"trusted": true}`, and nothing that only looks like it. */
function isTrusted(options: unknown): boolean {
  return typeof options === 'object' && options !== null && 'trusted' in options && options.trusted === true;
}

function stopIf({ isCancellationRequested }: CancellationToken): void {
  if (isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
}

/** As on disk: what is too large, or is no text, is not read. */
function isLegible(text: string): boolean {
  return text.length <= LARGEST && !text.slice(0, 8192).includes('\0');
}
