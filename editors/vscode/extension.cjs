/** Starts `plimsoll lsp` from the workspace and connects the editor to it. */
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { commands, window, workspace } = require('vscode');
const { LanguageClient, TransportKind } = require('vscode-languageclient/node');

let client;

async function activate(context) {
  context.subscriptions.push(
    commands.registerCommand('plimsoll.restart', restart),
    workspace.onDidGrantWorkspaceTrust(restart),
    workspace.onDidChangeConfiguration((change) =>
      change.affectsConfiguration('plimsoll.enable') || change.affectsConfiguration('plimsoll.path')
        ? restart()
        : undefined,
    ),
  );
  await start();
}

async function start() {
  const settings = workspace.getConfiguration('plimsoll');
  if (!settings.get('enable', true)) return;
  // What the workspace has installed is its own code. A path from the user's settings is the user's; the workspace's own setting is left out by the editor.
  const module = settings.get('path', '') || (workspace.isTrusted ? installed() : undefined);
  if (module === undefined) {
    if (!workspace.isTrusted) return;
    window.showInformationMessage(
      'Plimsoll is not installed in this workspace: `npm install --save-dev plimsoll`, or set plimsoll.path.',
    );
    return;
  }
  const run = { module, args: ['lsp'], transport: TransportKind.stdio };
  client = new LanguageClient(
    'plimsoll',
    'Plimsoll',
    { run, debug: run },
    {
      documentSelector: [{ scheme: 'file' }],
      initializationOptions: { trusted: workspace.isTrusted },
      outputChannelName: 'Plimsoll',
    },
  );
  await client.start();
}

function installed() {
  return (workspace.workspaceFolders ?? [])
    .map(({ uri }) => join(uri.fsPath, 'node_modules', 'plimsoll', 'dist', 'bin.js'))
    .find((path) => existsSync(path));
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function restart() {
  await stop();
  await start();
}

module.exports = { activate, deactivate: stop };
