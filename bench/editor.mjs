// How long an editor waits after a keystroke: in ESLint's rules, and for the language server's diagnostics, on a large
// project.
//   npm run build:all && node bench/editor.mjs --project DIR [--file PATH] [--keystrokes 20]
// DIR is a project with CDK source; a file of about 200 lines is typed in unless --file names one. All figures beside
// typescript-eslint's parse of that file, which is timed between them, so that other load on the machine falls on both.
// bench/whole-lint.mjs is about linting all of a project.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import * as protocol from 'vscode-languageserver-protocol/node';
import plimsoll from 'eslint-plugin-plimsoll';

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const { values } = parseArgs({
  options: { project: { type: 'string' }, file: { type: 'string' }, keystrokes: { type: 'string', default: '20' } },
});
if (values.project === undefined) throw new Error('--project DIR is needed');
const root = realpathSync(resolve(values.project));
const file = resolve(root, values.file ?? pick(root));
const text = readFileSync(file, 'utf8');
const keystrokes = Number(values.keystrokes);
/** A comment grows letter by letter at the file's end. */
const typed = (count) => `${text}\n// ${'x'.repeat(count)}`;

const parses = [];
/** Milliseconds of processor time; unlike the clock's, they say the same on a busy machine. */
const used = { parse: [], eslint: [], server: 0 };
const parseOnce = (count) =>
  parses.push(
    ...times(
      1,
      () => tseslint.parser.parseForESLint(typed(count), { filePath: file, range: true, loc: true }),
      used.parse,
    ),
  );
for (let count = 0; count < keystrokes; count++) parseOnce(count);
const rows = [];

const rules = Object.fromEntries(Object.keys(plimsoll.rules).map((id) => [`plimsoll/${id}`, 'warn']));
const linter = new Linter({ cwd: root });
const config = { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser }, plugins: { plimsoll }, rules };
const bare = { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } };
const [first] = times(1, () => linter.verify(text, config, file));
row('ESLint: first model, waited for', [first]);
const waits = [];
for (let count = 0; count < keystrokes; count++) {
  const [ours, theirs] = [[], []];
  const [whole] = times(1, () => linter.verify(typed(count + 100), config, file), ours);
  const [without] = times(1, () => linter.verify(typed(count + 100), bare, file), theirs);
  used.eslint.push(ours[0] - theirs[0]);
  parseOnce(count + 200);
  waits.push(whole - without);
}
row('ESLint: our rules after a keystroke', waits.slice(2));

const server = await languageServer();

const parse = median(parses);
console.log(
  `${relative(root, file)}: ${text.split('\n').length} lines; typescript-eslint parses it in ${parse.toFixed(1)} ms\n`,
);
console.log('| what | ms (median) | worst | x parse |\n|---|---|---|---|');
for (const { name, middle, worst } of rows)
  console.log(`| ${name} | ${middle.toFixed(1)} | ${worst.toFixed(1)} | ${(middle / parse).toFixed(1)} |`);
const parsing = median(used.parse);
const share = (ms) => `${ms.toFixed(1)} ms, ${(ms / parsing).toFixed(1)} x the parser's ${parsing.toFixed(1)}`;
console.log(
  `\nprocessor time per keystroke: ESLint's rules ${share(median(used.eslint))}; language server ${share(used.server)}`,
);
console.log(`\nmemory of the language server: ${mb(server)}`);
console.log(`memory of this process with ESLint and the plug-in's worker: ${mb(process.memoryUsage().rss)}`);
process.exit(0);

async function languageServer() {
  const child = spawn(process.execPath, [BIN, 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = protocol.createProtocolConnection(
    new protocol.StreamMessageReader(child.stdout),
    new protocol.StreamMessageWriter(child.stdin),
  );
  const uri = pathToFileURL(file).href;
  let answered;
  connection.onNotification(
    protocol.PublishDiagnosticsNotification.type,
    (params) => params.uri === uri && answered?.(params),
  );
  connection.onRequest(protocol.RegistrationRequest.type, () => undefined);
  connection.listen();
  const published = (until) =>
    new Promise((done) => {
      answered = (params) => until(params) && done();
    });
  const begun = performance.now();
  await connection.sendRequest(protocol.InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: [{ uri: pathToFileURL(root).href, name: 'bench' }],
    capabilities: { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } },
  });
  await connection.sendNotification(protocol.InitializedNotification.type, {});
  await connection.sendNotification(protocol.DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: 'typescript', version: 0, text },
  });
  // A line added at the top moves every finding of the file, so that its diagnostics come anew.
  const moved = `// moved\n${text}`;
  await waitForModel(connection, uri);
  row('language server: first model, in the background', [performance.now() - begun]);
  const waits = [];
  const before = ticksOf(child.pid);
  for (let count = 1; count <= keystrokes; count++) {
    const next = published(({ version }) => version === count);
    const start = performance.now();
    await connection.sendNotification(protocol.DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: count },
      contentChanges: [{ text: count % 2 === 0 ? text : moved }],
    });
    await Promise.race([
      next,
      new Promise((_, fail) =>
        setTimeout(fail, 60_000, new Error('no diagnostics came: choose a --file with findings')),
      ).catch((error) => {
        throw error;
      }),
    ]);
    waits.push(performance.now() - start);
    parseOnce(count + 300);
  }
  row('language server: diagnostics after a keystroke', waits.slice(2));
  used.server = (ticksOf(child.pid) - before) / keystrokes;
  const memory = spawnSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' }).stdout.trim();
  child.kill();
  return Number(memory) * 1024;
}

async function waitForModel(connection, uri) {
  await connection.sendRequest(protocol.CodeLensRequest.type, { textDocument: { uri } });
}

function row(name, found) {
  rows.push({ name, middle: median(found), worst: Math.max(...found) });
}

function times(count, action, processor = []) {
  return Array.from({ length: count }, (_, index) => {
    const [start, before] = [performance.now(), process.cpuUsage()];
    action(index);
    const { user, system } = process.cpuUsage(before);
    processor.push((user + system) / 1000);
    return performance.now() - start;
  });
}

/** What a process has used so far, in milliseconds; the kernel counts in hundredths of a second. */
function ticksOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function median(found) {
  const sorted = [...found].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

function mb(bytes) {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}

/** The CDK file nearest to 200 lines among those that `check` finds something in. */
function pick(folder) {
  const { stdout } = spawnSync(
    process.execPath,
    [BIN, 'check', '--no-cache', '-q', '-f', 'json', '--fail-on', 'never'],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1e9,
    },
  );
  const files = new Set(
    JSON.parse(stdout)
      .findings.map((one) => one.file)
      .filter((one) => one?.endsWith('.ts')),
  );
  const lines = [...files].map((one) => ({
    one,
    far: Math.abs(readFileSync(join(folder, one), 'utf8').split('\n').length - 200),
  }));
  const best = lines.sort((a, b) => a.far - b.far)[0];
  if (best === undefined) throw new Error('no CDK file with findings; name one with --file');
  return best.one;
}
