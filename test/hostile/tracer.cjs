// Preloaded into a run: writes down which files it opens and which programs it starts. Works on all that goes through Node's own functions, in every thread.
'use strict';
const fs = require('node:fs');
const child = require('node:child_process');
const path = require('node:path');
const { fileURLToPath } = require('node:url');
const { isMainThread } = require('node:worker_threads');
const { syncBuiltinESMExports } = require('node:module');

const real = fs.realpathSync.native;
const { lstatSync, statSync, writeSync } = fs;
const log = fs.openSync(process.env.PLIMSOLL_TRACE, 'a');
const NO_FOLLOW = fs.constants.O_NOFOLLOW ?? 0;

function note(kind, ...values) {
  writeSync(log, `${JSON.stringify([kind, ...values])}\n`);
}

function asText(name) {
  if (name instanceof URL) return fileURLToPath(name);
  return Buffer.isBuffer(name) ? name.toString('latin1') : name;
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
    // Not there (yet): where it would be made.
    try {
      note('make', path.join(real(path.dirname(text)), path.basename(text)), text);
    } catch {
      // Nor is its folder.
    }
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

if (isMainThread) {
  note('pid', process.pid);
  process.on('exit', () => note('end', process.resourceUsage().maxRSS * 1024));
}
