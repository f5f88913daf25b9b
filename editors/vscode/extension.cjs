/** Starts `plimsoll lsp` from the workspace and connects the editor to it. */
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { commands, window, workspace } = require('vscode');
const { LanguageClient, TransportKind } = require('vscode-languageclient/node');

let client;

async function activate(context) {
  context.subscriptions.push(
    commands.registerCommand('plimsoll.restart', restart),
    workspace.onDidChangeConfiguration((change) => (change.affectsConfiguration('plimsoll.enable') || change.affectsConfiguration('plimsoll.path') ? restart() : undefined)),
  );
  await start();
}

async function start() {
  const settings = workspace.getConfiguration('plimsoll');
  if (!settings.get('enable', true)) return;
  const module = settings.get('path', '') || installed();
  if (module === undefined) {
    window.showInformationMessage('Plimsoll is not installed in this workspace: `npm install --save-dev plimsoll`, or set plimsoll.path.');
    return;
  }
  const run = { module, args: ['lsp'], transport: TransportKind.stdio };
  client = new LanguageClient('plimsoll', 'Plimsoll', { run, debug: run }, {
    documentSelector: [{ scheme: 'file' }],
    outputChannelName: 'Plimsoll',
  });
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
