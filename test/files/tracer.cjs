/**
 * Preloaded into a run (`node --require`): writes down which places of the file system it touches. What follows links is written down under the place
 * that it comes to, what doesn't under its own name in its real folder. One line of JSON per call, in the file that TRACE names.
 */
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const { basename, dirname, join, resolve } = require('node:path');
const { fileURLToPath } = require('node:url');

const original = { ...fs, realpath: fs.realpathSync.native };
const log = process.env.TRACE;
const NOFOLLOW = new Set(['lstat', 'lstatSync', 'readlink', 'readlinkSync', 'unlink', 'unlinkSync', 'rm', 'rmSync', 'rename', 'renameSync', 'symlink', 'symlinkSync', 'link', 'linkSync', 'lchown', 'lchownSync', 'lutimes', 'lutimesSync']);
const FOLLOW = new Set(['access', 'accessSync', 'appendFile', 'appendFileSync', 'chmod', 'chmodSync', 'chown', 'chownSync', 'copyFile', 'copyFileSync', 'cp', 'cpSync', 'createReadStream', 'createWriteStream', 'exists', 'existsSync', 'mkdir', 'mkdirSync', 'open', 'openSync', 'openAsBlob', 'opendir', 'opendirSync', 'readFile', 'readFileSync', 'readdir', 'readdirSync', 'realpath', 'realpathSync', 'rmdir', 'rmdirSync', 'stat', 'statSync', 'statfs', 'statfsSync', 'truncate', 'truncateSync', 'utimes', 'utimesSync', 'watch', 'watchFile', 'writeFile', 'writeFileSync']);
const TWO_PATHS = new Set(['rename', 'renameSync', 'link', 'linkSync', 'copyFile', 'copyFileSync', 'cp', 'cpSync']);

let busy = false;

function note(call, path, options) {
  if (busy || path === '' || !(typeof path === 'string' || path instanceof URL || Buffer.isBuffer(path))) return;
  busy = true;
  try {
    const named = path instanceof URL ? fileURLToPath(path) : resolve(String(path));
    const flags = typeof options === 'number' ? options : 0;
    const follows = !NOFOLLOW.has(call) && (flags & (original.constants.O_NOFOLLOW ?? 0)) === 0;
    original.appendFileSync(log, `${JSON.stringify({ call, named, real: placeOf(named, follows) })}\n`);
  } finally {
    busy = false;
  }
}

function placeOf(path, follows) {
  try {
    return follows ? original.realpath(path) : join(original.realpath(dirname(path)), basename(path));
  } catch {
    // What isn't there was asked for all the same: by the way that leads there, as far as it goes.
    if (follows && isLink(path)) return placeOf(resolve(dirname(path), original.readlinkSync(path)), true);
    return dirname(path) === path ? path : join(placeOf(dirname(path), true), basename(path));
  }
}

function isLink(path) {
  return original.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function wrap(target, name) {
  const call = target[name];
  if (typeof call !== 'function') return;
  const wrapped = function (...args) {
    note(name, args[0], args[1]);
    if (TWO_PATHS.has(name)) note(name, args[1]);
    return call.apply(this, args);
  };
  target[name] = Object.assign(wrapped, call);
}

if (log !== undefined) {
  for (const name of [...NOFOLLOW, ...FOLLOW]) {
    wrap(fs, name);
    if (fs.promises !== undefined) wrap(fs.promises, name);
  }
  syncBuiltinESMExports();
}
