/** The editor's folders: opened when it is ready, kept up with as they come and go, swept where it watches no files. */
import { DidChangeWatchedFilesNotification } from 'vscode-languageserver/node';
import type { Connection, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Followed } from './documents.ts';
import type { Places } from './places.ts';
import type { Projects } from './projects.ts';

/** How often the disk is looked at where the editor doesn't watch it for us. */
const SWEEP_MS = 2000;

/** What the editor said of itself. */
export interface Editor {
  watches: boolean;
  changesFolders: boolean;
  /** Its user trusts the workspace: its code may be run. */
  trusted: boolean;
}

export interface FoldersRequest {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly places: Places;
  readonly projects: Projects;
  readonly followed: Followed;
  readonly editor: Editor;
}

export function followFolders(request: FoldersRequest): { stop(): void } {
  const { connection, documents, places, projects, followed, editor } = request;
  let sweeping: NodeJS.Timeout | undefined;

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

  connection.onInitialized(() => {
    if (editor.watches)
      connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*' }] })
        .catch(sweepAll);
    else sweepAll();
    openFolders(places.folders());
    if (!editor.changesFolders) return;
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
        followed.lay(uri);
      }
      followed.letGo();
      openFolders(fresh);
    });
  });

  return { stop: () => clearTimeout(sweeping) };
}
