/** `plimsoll lsp`: the findings of `plimsoll check` while files are being edited, over the language server protocol. */
import { TextDocuments } from 'vscode-languageserver/node';
import type { Connection, InitializeParams, InitializeResult } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { isListed } from '../config/trust.ts';
import type { Asked } from './answers.ts';
import { newPlaces } from './places.ts';
import { uriOf } from './positions.ts';
import type { Current } from './project.ts';
import { newProjects, type Held } from './projects.ts';
import { newRefreshing } from './refreshing.ts';
import { capabilitiesFor } from './capabilities.ts';
import { followDocuments } from './documents.ts';
import { followFolders, type Editor } from './folders.ts';
import { newMessages } from './messages.ts';
import { answerQuestions } from './questions.ts';
import { newTelling } from './telling.ts';

export function serve(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const places = newPlaces();
  /** What the editor has asked for by itself, where it said beforehand that it would. */
  const pulls = { can: false, open: false, rest: false };
  const can = { lenses: false, reports: false };
  const editor: Editor = { watches: false, changesFolders: false, trusted: false };

  const asked = ({ place: { root } }: Held, current: Current, file: string): Asked => ({
    current,
    file,
    text: (name) => current.text(name),
    uri: (name) => places.uris(root, name)[0] ?? uriOf(root, name),
  });
  const telling = newTelling({ connection, documents, places, pulls, asked });
  const refreshing = newRefreshing({ connection, places, telling, can, asked });
  const messages = newMessages(connection);
  const projects = newProjects({
    async publish(held, current) {
      await telling.push(held, current);
      refreshing.soon(held, current);
      held.trouble = undefined;
      messages.notRun(held, current);
    },
    // A workspace that is trusted is its folders; what else is opened is not.
    trust: (root) => (editor.trusted && places.folders().includes(root)) || isListed(root),
    failed: messages.failed,
  });
  answerQuestions({ connection, places, projects, telling, refreshing, pulls, asked });
  const followed = followDocuments({ connection, documents, places, projects, telling, refreshing });

  connection.onInitialize(
    ({ workspaceFolders, rootUri, initializationOptions, capabilities }: InitializeParams): InitializeResult => {
      const { workspace, textDocument } = capabilities;
      for (const uri of workspaceFolders?.map((folder) => folder.uri) ?? (typeof rootUri === 'string' ? [rootUri] : []))
        places.add(uri);
      editor.trusted = isTrusted(initializationOptions);
      editor.watches = workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
      editor.changesFolders = workspace?.workspaceFolders === true;
      can.lenses = workspace?.codeLens?.refreshSupport === true;
      can.reports = workspace?.diagnostics?.refreshSupport === true;
      pulls.can = textDocument?.diagnostic !== undefined;
      return capabilitiesFor(capabilities, pulls.can);
    },
  );
  const folders = followFolders({ connection, documents, places, projects, followed, editor });

  connection.onShutdown(() => {
    folders.stop();
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
