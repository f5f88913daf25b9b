/**
 * Scripts that build, push and deploy nothing, and call nothing that might: most of a project's are, and following them
 * finds nothing.
 */
import { posix } from 'node:path';
import type { Command, Redirect, Script, ShellReading, Statement } from './reading.ts';
import { functionsOf, walk } from './walk.ts';
import type { CommandHandler } from '../../project/evaluation.ts';
import { isShell } from './scripts.ts';
import { programName } from './names.ts';

/** Commands we know that only answer, change text, or keep house. */
const HARMLESS = new Set([
  'true',
  ':',
  'false',
  'echo',
  'printf',
  'cat',
  'seq',
  'sleep',
  'mkdir',
  'cp',
  'mv',
  'rm',
  'touch',
  'chmod',
  'chown',
  'ln',
  'tput',
  'clear',
  'sync',
  'which',
  'pgrep',
  'pkill',
  'diff',
  'cmp',
  'tr',
  'cut',
  'sed',
  'gsed',
  'head',
  'tail',
  'sort',
  'uniq',
  'awk',
  'gawk',
  'wc',
  'rev',
  'tac',
  'column',
  'fold',
  'paste',
  'xxd',
  'base64',
  'yq',
  'jq',
  'bc',
  'expr',
  'grep',
  'egrep',
  'fgrep',
  'basename',
  'dirname',
  'pwd',
  'realpath',
  'readlink',
  'uname',
  'arch',
  'date',
  'mktemp',
  'sha256sum',
  'md5sum',
  'openssl',
  'git',
  'whoami',
  'hostname',
  'nproc',
  'id',
  'tty',
  'export',
  'readonly',
  'local',
  'declare',
  'typeset',
  'cd',
  'pushd',
  'popd',
  'set',
  'shift',
  'unset',
  'exit',
  'return',
  'break',
  'continue',
  'wait',
  'read',
  'mapfile',
  'readarray',
  'getopts',
  'let',
  'shopt',
  'umask',
  'ulimit',
  '[',
  'test',
  'type',
]);

/** These run what their words say. */
const RUNS_OTHERS = new Set([
  '.',
  'source',
  'eval',
  'exec',
  'trap',
  'alias',
  'enable',
  'coproc',
  'nohup',
  'setsid',
  'nice',
  'time',
  'find',
  'parallel',
  'ssh',
  'su',
  'builtin',
  'command',
  'doas',
  'chroot',
  'watch',
]);

/** Options with which these send something. */
const SENDS = /^(?:-[a-zA-Z]*[dFTX]|--(?:data|form|upload|request|post|method|body|json)(?:[-=].*)?$)/;
/** Where a service says whether it works, or is tried out on the spot. */
const HEALTH = /\/(?:[\w-]*health\w*|ready\w*|live(?:z|ness)?|ping|status|version)\b|\blocalhost\b|\b127\.0\.0\.1\b/i;

/** A script that waits for a server to answer is among the most frequent ones. */
function asksHealth(name: string, { words }: Command): boolean {
  if (name !== 'curl' && name !== 'wget') return false;
  const literals = words
    .slice(1)
    .map(({ parts }) => parts.map((part) => (part.kind === 'literal' ? part.value : '')).join(''));
  return !literals.some((word) => SENDS.test(word)) && literals.some((word) => HEALTH.test(word));
}

const known = new WeakMap<Script, boolean>();

export function isInert({ script }: ShellReading, commands: ReadonlyMap<string, CommandHandler>): boolean {
  let inert = known.get(script);
  if (inert === undefined) {
    inert = judge(script, commands);
    known.set(script, inert);
  }
  return inert;
}

function judge(script: Script, commands: ReadonlyMap<string, CommandHandler>): boolean {
  const functions = functionsOf(script);
  let inert = true;
  walk(script, {
    statement: (one) => {
      inert &&= harmless(one, functions, commands);
    },
    redirect: (one) => {
      inert &&= !writes(one);
    },
  });
  return inert;
}

function harmless(
  statement: Statement,
  functions: ReadonlySet<string>,
  commands: ReadonlyMap<string, CommandHandler>,
): boolean {
  if (statement.kind !== 'command') return true;
  const [first] = statement.words;
  if (first === undefined) return true;
  const [part] = first.parts;
  if (first.parts.length !== 1 || part?.kind !== 'literal') return false;
  const name = programName(part.value);
  if (functions.has(name)) return true;
  if (name.includes('/') || isShell(name) || RUNS_OTHERS.has(name)) return false;
  return HARMLESS.has(name) || !commands.has(posix.basename(name)) || asksHealth(name, statement);
}

/** What is left in a file may be read by whoever comes after. */
function writes({ operator, target }: Redirect): boolean {
  if (!operator.includes('>') || target === undefined) return false;
  return !target.raw.startsWith('/dev/') && !/^(?:\d+|-)$/.test(target.raw);
}
