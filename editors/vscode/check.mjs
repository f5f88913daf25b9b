// Is the extension fit to be packaged? Every file named is there, the entry point loads against VS Code's API, and commands and settings match what is declared.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const manifest = JSON.parse(readFileSync(here('package.json'), 'utf8'));

for (const file of [manifest.main, ...manifest.files.filter((one) => !one.includes('*'))])
  assert(existsSync(here(file)), `${file} is missing`);
for (const field of ['name', 'displayName', 'description', 'version', 'publisher', 'license', 'engines'])
  assert(manifest[field] !== undefined, `package.json lacks ${field}`);

assert(manifest.files.includes('LICENSE'), 'the package has no LICENSE');
assert(
  typeof manifest.publisher === 'string' && /^\d+\.\d+\.\d+$/.test(manifest.version),
  'publisher and version are needed',
);
// The marketplace takes no links that lead out of the folder, and packaging fails on them.
const links = [...readFileSync(here('README.md'), 'utf8').matchAll(/\]\((?!https:)([^)]+)\)/g)].map(([, link]) => link);
assert.deepEqual(links, [], 'README.md links to places that are not in the package');
// Everything the entry point requires is Node's, the editor's, or a dependency that is packed with it.
const required = [...readFileSync(here(manifest.main), 'utf8').matchAll(/require\('([^']+)'\)/g)].map(
  ([, name]) => name,
);
for (const name of required) {
  const from = name.split('/')[0];
  assert(
    name.startsWith('node:') || name === 'vscode' || from in manifest.dependencies,
    `${name} is required but not a dependency`,
  );
}

// A list of files leaves out the dependencies unless it names them, and the extension would not start.
assert(
  manifest.files.some((one) => one.startsWith('node_modules/')),
  'the dependencies would not be packed',
);

const declared = new Set(manifest.contributes.commands.map(({ command }) => command));
const settings = manifest.contributes.configuration.properties;
const registered = new Set();
const messages = [];
const started = [];
let values = {};
let granted;
const vscode = {
  commands: { registerCommand: (name) => registered.add(name) && { dispose() {} } },
  window: { showInformationMessage: (text) => messages.push(text) },
  workspace: {
    workspaceFolders: [],
    isTrusted: true,
    onDidGrantWorkspaceTrust: (told) => {
      granted = told;
      return { dispose() {} };
    },
    onDidChangeConfiguration: () => ({ dispose() {} }),
    getConfiguration: (section) => ({
      get: (name, fallback) => {
        assert(`${section}.${name}` in settings, `${section}.${name} is read but not declared`);
        return values[name] ?? fallback;
      },
    }),
  },
};
class LanguageClient {
  constructor(id, name, server, client) {
    started.push({ id, name, server, client });
  }

  async start() {}

  async stop() {
    started.pop();
  }
}
const stubs = { vscode, 'vscode-languageclient/node': { LanguageClient, TransportKind: { stdio: 0 } } };
const load = Module._load;
Module._load = (request, ...rest) => stubs[request] ?? load(request, ...rest);
const { activate, deactivate } = createRequire(import.meta.url)(manifest.main);

await activate({ subscriptions: [] });
assert.deepEqual([...registered], [...declared]);
assert.match(messages.join(), /not installed/);
assert.equal(started.length, 0);

values = { path: '/somewhere/bin.js' };
await activate({ subscriptions: [] });
assert.deepEqual(
  started.map(({ server }) => [server.run.module, ...server.run.args]),
  [['/somewhere/bin.js', 'lsp']],
);
assert.deepEqual(started[0].client.initializationOptions, { trusted: true });
await deactivate();
assert.equal(started.length, 0);

// In a workspace that isn't trusted nothing of it is started, though it is installed there; once it is trusted, it is.
const { restrictedConfigurations, supported } = manifest.capabilities.untrustedWorkspaces;
assert.deepEqual([supported, restrictedConfigurations], ['limited', ['plimsoll.path']]);
const root = mkdtempSync(join(tmpdir(), 'plimsoll-'));
try {
  mkdirSync(join(root, 'node_modules/plimsoll/dist'), { recursive: true });
  writeFileSync(join(root, 'node_modules/plimsoll/dist/bin.js'), '');
  Object.assign(vscode.workspace, { isTrusted: false, workspaceFolders: [{ uri: { fsPath: root } }] });
  const said = messages.length;
  values = {};
  await activate({ subscriptions: [] });
  assert.deepEqual([started.length, messages.length], [0, said]);
  values = { path: '/somewhere/bin.js' };
  await activate({ subscriptions: [] });
  assert.deepEqual(
    started.map(({ client }) => client.initializationOptions),
    [{ trusted: false }],
  );
  values = {};
  vscode.workspace.isTrusted = true;
  await granted();
  assert.deepEqual(
    started.map(({ server, client }) => [server.run.module, client.initializationOptions]),
    [[join(root, 'node_modules/plimsoll/dist/bin.js'), { trusted: true }]],
  );
  await deactivate();
} finally {
  rmSync(root, { recursive: true });
}

console.log(`${manifest.name} ${manifest.version}: ready to be packaged`);
