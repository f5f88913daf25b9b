/**
 * Tells the editor what was found: pushed, or as it asks for it; never both for one document, or everything would show
 * twice.
 */
import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { DocumentDiagnosticReportKind } from 'vscode-languageserver/node';
import type {
  Connection,
  Diagnostic,
  DocumentDiagnosticReport,
  PreviousResultId,
  TextDocuments,
  WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { diagnosticsOf, type Asked } from './answers.ts';
import type { Place, Places } from './places.ts';
import type { Current } from './project.ts';
import type { Held } from './projects.ts';
import { defined } from '../core/optional.ts';

/** After so many documents others get a turn. */
const SLICE = 50;

export interface Telling {
  /** What is new since the last time; open documents first, as somebody looks at them. */
  push(held: Held, current: Current): Promise<void>;
  /** Nothing is known about these documents any more. */
  clear(held: Held): void;
  report(asked: Asked, previous: string | undefined): DocumentDiagnosticReport;
  reportAll(held: Held, current: Current, previous: readonly PreviousResultId[]): WorkspaceDocumentDiagnosticReport[];
}

export interface TellingRequest {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly places: Places;
  /** The documents the editor asks about by itself. */
  readonly pulls: { readonly open: boolean; readonly rest: boolean };
  asked(held: Held, current: Current, file: string): Asked;
}

export function newTelling({ connection, documents, places, pulls, asked }: TellingRequest): Telling {
  const tell = (held: Held, uri: string, diagnostics: Diagnostic[]): void => {
    const version = documents.get(uri)?.version;
    // An open document hears of each of its versions, also that nothing has changed.
    const now = JSON.stringify([version, diagnostics]);
    if (held.told.get(uri) === now || (diagnostics.length === 0 && version === undefined && !held.told.has(uri)))
      return;
    if (diagnostics.length === 0 && version === undefined) held.told.delete(uri);
    else held.told.set(uri, now);
    // An editor that is gone needs to be told no more.
    connection.sendDiagnostics({ uri, diagnostics, ...defined({ version }) }).catch(() => undefined);
  };
  const silence = (held: Held, uri: string): void => {
    if (held.told.delete(uri)) connection.sendDiagnostics({ uri, diagnostics: [] }).catch(() => undefined);
  };
  const isPulled = (uri: string): boolean => (documents.get(uri) === undefined ? pulls.rest : pulls.open);

  return {
    async push(held, current) {
      const { root } = held.place;
      const open = places
        .opened()
        .filter((place) => belongs(place, held))
        .map(({ file }) => file);
      const files = [...new Set([...open, ...current.marks().keys()])];
      const left = new Set(held.told.keys());
      for (const [index, file] of files.entries()) {
        const uris = places.uris(root, file);
        for (const uri of uris) left.delete(uri);
        const pushed = uris.filter((uri) => !isPulled(uri));
        if (pushed.length > 0) {
          const diagnostics = diagnosticsOf(asked(held, current, file));
          for (const uri of pushed) tell(held, uri, diagnostics);
        }
        for (const uri of uris) if (isPulled(uri)) silence(held, uri);
        if (index % SLICE !== SLICE - 1) continue;
        await turn();
        if (held.isStale() || held.isClosed()) return;
      }
      for (const uri of left) silence(held, uri);
    },
    clear(held) {
      for (const uri of [...held.told.keys()]) silence(held, uri);
    },
    report(about, previous) {
      const items = diagnosticsOf(about);
      const resultId = idOf(items);
      return resultId === previous
        ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
        : { kind: DocumentDiagnosticReportKind.Full, resultId, items };
    },
    reportAll(held, current, previous) {
      const before = new Map(previous.map(({ uri, value }) => [uri, value]));
      const gone = previous
        .flatMap(({ uri }) => places.of(uri) ?? [])
        .filter((place) => belongs(place, held))
        .map(({ file }) => file);
      const open = places
        .opened()
        .filter((place) => belongs(place, held))
        .map(({ file }) => file);
      return [...new Set([...current.marks().keys(), ...open, ...gone])].sort().flatMap((file) =>
        places.uris(held.place.root, file).map((uri): WorkspaceDocumentDiagnosticReport => {
          const items = diagnosticsOf(asked(held, current, file));
          const resultId = idOf(items);
          const version = documents.get(uri)?.version ?? null;
          return resultId === before.get(uri)
            ? { kind: DocumentDiagnosticReportKind.Unchanged, uri, version, resultId }
            : { kind: DocumentDiagnosticReportKind.Full, uri, version, resultId, items };
        }),
      );
    },
  };
}

function belongs(place: Place, { place: { root, file, lone } }: Held): boolean {
  return place.root === root && place.lone === lone && (!lone || place.file === file);
}

function idOf(items: readonly Diagnostic[]): string {
  return createHash('sha1').update(JSON.stringify(items)).digest('hex');
}
