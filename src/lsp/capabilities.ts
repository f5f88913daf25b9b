/** What the server says that it can do, to an editor that can do this much. */
import { CodeActionKind, PositionEncodingKind, TextDocumentSyncKind } from 'vscode-languageserver/node';
import type { InitializeParams, InitializeResult } from 'vscode-languageserver/node';
import { VERSION } from '../version.ts';

export function capabilitiesFor({ general }: InitializeParams['capabilities'], pulls: boolean): InitializeResult {
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
      ...(pulls
        ? {
            diagnosticProvider: { identifier: 'plimsoll', interFileDependencies: true, workspaceDiagnostics: true },
          }
        : {}),
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    },
  };
}
