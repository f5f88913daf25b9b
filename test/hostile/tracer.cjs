// Stands before a run (`node tracer.cjs PROGRAM …`) and writes down which files it opens and which programs it starts. Not a `--require`: for that, Node itself
// would read the working folder's package.json.
'use strict';
const fs = require('node:fs');
const child = require('node:child_process');
const path = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');
const { syncBuiltinESMExports } = require('node:module');

const { lstatSync, statSync, writeSync } = fs;
const log = fs.openSync(process.env.PLIMSOLL_TRACE, 'a');
const NO_FOLLOW = fs.constants.O_NOFOLLOW ?? 0;

function note(kind, ...values) {
  try {
    writeSync(log, `${JSON.stringify([kind, ...values])}\n`);
  } catch {
    // The disk is full, as some runs want it.
  }
}

function asText(name) {
  if (name instanceof URL) return fileURLToPath(name);
  return Buffer.isBuffer(name) ? name.toString('latin1') : name;
}

/** Folders seen before are not walked again: to ask the system anew for each file would take longer than the run itself, where folders are deep. */
const folders = new Map([['/', '/']]);
const realpath = fs.realpathSync.native;
function real(name) {
  const folder = path.dirname(name);
  let within = folders.get(folder);
  if (within === undefined) {
    within = real(folder);
    folders.set(folder, within);
  }
  const end = path.join(within, path.basename(name));
  return lstatSync(end).isSymbolicLink() ? realpath(name) : end;
}

/** What opening this really opens: links followed, as the system would follow them. */
function opened(name, flags) {
  if (typeof name === 'number' || (typeof name === 'object' && name !== null && 'fd' in name)) return;
  const text = path.resolve(asText(name));
  const follows = typeof flags !== 'number' || (flags & NO_FOLLOW) === 0;
  try {
    const end = follows ? real(text) : path.join(real(path.dirname(text)), path.basename(text));
    const stat = follows ? statSync(text) : lstatSync(text);
    const sort = stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'link' : 'special';
    if (sort !== 'link') note('open', end, sort, text);
  } catch {
    // There is nothing to open.
  }
}

function wrap(owner, names, before) {
  for (const name of names) {
    const original = owner[name];
    if (typeof original !== 'function') continue;
    owner[name] = Object.assign(function (...args) {
      before(...args);
      return Reflect.apply(original, this, args);
    }, original);
  }
}

const flagsOf = (options) => (typeof options === 'object' && options !== null ? (options.flags ?? options.flag) : undefined);
for (const owner of [fs, fs.promises]) {
  wrap(owner, ['open', 'openSync'], (name, flags) => opened(name, flags));
  wrap(owner, ['readFile', 'readFileSync', 'writeFile', 'writeFileSync', 'appendFile', 'appendFileSync', 'createReadStream', 'createWriteStream', 'readdir', 'readdirSync', 'opendir', 'opendirSync', 'openAsBlob'],
    (name, ...rest) => opened(name, flagsOf(rest.find((one) => typeof one === 'object'))));
  wrap(owner, ['truncate', 'truncateSync', 'watch', 'watchFile'], (name) => opened(name));
  wrap(owner, ['copyFile', 'copyFileSync', 'cp', 'cpSync', 'rename', 'renameSync', 'link', 'linkSync'], (from, to) => {
    opened(from);
    opened(to);
  });
}
wrap(child, ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'], (program, args) => note('start', String(program), Array.isArray(args) ? args.map(String) : []));
syncBuiltinESMExports();

note('pid', process.pid);
process.on('exit', () => note('end', process.resourceUsage().maxRSS * 1024));
process.argv.splice(1, 1);
import(pathToFileURL(process.argv[1]).href);
