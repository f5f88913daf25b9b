/** Documents that are opened, typed in and closed, and files that change on disk. */
import { FileChangeType } from 'vscode-languageserver/node';
import type { Connection, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { LARGEST } from '../files/text.ts';
import type { Places } from './places.ts';
import { unneeded, type Held, type Projects } from './projects.ts';
import type { Refreshing } from './refreshing.ts';
import type { Telling } from './telling.ts';

export interface DocumentsRequest {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly places: Places;
  readonly projects: Projects;
  readonly telling: Telling;
  readonly refreshing: Refreshing;
}

export interface Followed {
  /** Lays a document's text over the disk's, or takes it away when nobody has it open any more. */
  lay(uri: string): void;
  /** Closes the projects that nobody needs any more. */
  letGo(): void;
}

export function followDocuments(request: DocumentsRequest): Followed {
  const { connection, documents, places, projects, telling, refreshing } = request;
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

  return { lay, letGo };
}

/** As on disk: what is too large, or is no text, is not read. */
function isLegible(text: string): boolean {
  return text.length <= LARGEST && !text.slice(0, 8192).includes('\0');
}
