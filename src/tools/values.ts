/** Commands that scripts call for what they print: the commit, the date, a path, the CPU, the content of a file. */
import { always } from '../core/choices.ts';
import { defined } from '../core/optional.ts';
import { judged, respelled, spelled } from '../core/sealed.ts';
import { EMPTY, concat, hole, known, literal, type Text } from '../core/text.ts';
import type { CommandResult, Invocation } from '../project/evaluation.ts';
import { answer, clock, line, tells } from './environment.ts';
import { derived } from './filters.ts';
import { parseOptions } from './options.ts';
import { holeNames, join } from './texts.ts';
import { either } from './probes.ts';

const PROJECT = '/project';

// ── git ─────────────────────────────────────────────────────────────────────────────────────────

export function git(invocation: Invocation): CommandResult {
  const globals = parseOptions(invocation.args, {
    values: ['-C', '-c', '--git-dir', '--work-tree', '--namespace', '--exec-path'],
    stopAtPositional: true,
  });
  const [word, ...rest] = globals.positionals;
  const options = parseOptions(rest, {
    values: ['-n', '--format', '--pretty', '--abbrev', '--match', '--exclude'],
    singleDashLong: false,
  });
  // The project is a repository with a commit: `|| echo local` is for machines without git. Another revision may not be there.
  const ofHead =
    globals.list.length === 0 &&
    options.positionals.every(({ text }) => /^(?:HEAD|@)(?:\^\{\w*\})?$/.test(known(text) ?? ''));
  const status = defined({ status: ofHead ? ('ok' as const) : undefined });
  switch (known(word?.text)) {
    case 'rev-parse':
      if (options.has('--show-toplevel')) return { stdout: line(literal(PROJECT)) };
      if (options.has('--abbrev-ref')) return { stdout: line(hole('git branch')) };
      if (options.has('--is-inside-work-tree')) return { stdout: line(literal('true')) };
      return {
        stdout: line(hole(options.has('--short') ? 'git commit (short)' : 'git commit', 'unique')),
        ...status,
      };
    case 'describe':
      return { stdout: line(hole('git describe', 'unique')), ...(options.has('--always') ? status : {}) };
    case 'log':
    case 'rev-list':
    case 'show':
      return { stdout: line(hole(`git ${known(word?.text) ?? ''}`, 'unique')), ...status };
    case 'branch':
    case 'symbolic-ref':
    case 'name-rev':
      return { stdout: line(hole('git branch')) };
    case 'tag':
      return { stdout: line(hole('git tag')) };
    default:
      return either({ stdout: answer(invocation, 'git') });
  }
}

/** Differs on every run. */
export function fresh(invocation: Invocation): CommandResult {
  return { stdout: line(answer(invocation, invocation.name, 'unique')) };
}

/** `date`: of the day, or to the second, so that asking twice gives two answers. */
export function date(invocation: Invocation): CommandResult {
  const words = invocation.args.map(({ text }) => judged(text));
  const formats = words.filter((word) => word?.startsWith('+') === true);
  // Any other word may name a day, or a time that was given: `-d`, `-r`, `--reference`, `-I`.
  const plain = words.every((word) => word !== undefined && (word.startsWith('+') || UTC.test(word)));
  const exact = plain && (formats.length === 0 || formats.some((word) => TO_THE_SECOND.test(word ?? '')));
  return { stdout: line(exact ? clock(invocation) : answer(invocation, invocation.name, 'unique')) };
}

const UTC = /^(?:-u|--utc|--universal)$/;
const TO_THE_SECOND = /%[-_0^#]*(?:[sSNTcXr+]|EX|OS)/;

export function openssl(invocation: Invocation): CommandResult {
  const random = known(invocation.args[0]?.text) === 'rand';
  return { stdout: line(answer(invocation, 'openssl', random ? 'unique' : 'unknown')) };
}

// ── paths ───────────────────────────────────────────────────────────────────────────────────────

export function basename(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, { values: ['-s', '--suffix'] });
  const [path, suffixArg] = options.positionals;
  const suffix = judged(options.value('-s') ?? options.value('--suffix') ?? suffixArg?.text) ?? '';
  const last = lastPart(path?.text ?? EMPTY);
  const end = last.at(-1);
  const value = spelled(end);
  if (suffix !== '' && end !== undefined && value?.endsWith(suffix) === true && (last.length > 1 || value !== suffix)) {
    return { stdout: line(concat(last.slice(0, -1), respelled(end, value.slice(0, -suffix.length)))) };
  }
  return { stdout: line(last) };
}

export function dirname(invocation: Invocation): CommandResult {
  const [path] = parseOptions(invocation.args, { values: [] }).positionals;
  return { stdout: line(path === undefined ? hole('dirname') : folderOf(path.text)) };
}

/** A path whose last component can't be parted from the rest is a hole named by what is asked. */
function lastPart(path: Text): Text {
  const trimmed = trimSlash(path);
  for (let index = trimmed.length - 1; index >= 0; index--) {
    const part = trimmed[index]!;
    const value = spelled(part) ?? '';
    const slash = value.lastIndexOf('/');
    if (slash !== -1) return concat(respelled(part, value.slice(slash + 1)), trimmed.slice(index + 1));
  }
  const [first] = trimmed;
  return first === undefined || typeof first === 'string' || spelled(first) !== undefined
    ? trimmed
    : hole(`basename ${first.hole}`);
}

function folderOf(path: Text): Text {
  const trimmed = trimSlash(path);
  for (let index = trimmed.length - 1; index >= 0; index--) {
    const part = trimmed[index]!;
    const value = spelled(part) ?? '';
    const slash = value.lastIndexOf('/');
    if (slash === -1) continue;
    const folder = concat(trimmed.slice(0, index), respelled(part, value.slice(0, slash)));
    return folder.length === 0 ? literal('/') : folder;
  }
  const [first] = trimmed;
  return first === undefined || spelled(first) !== undefined || typeof first === 'string'
    ? literal('.')
    : hole(`dirname ${first.hole}`);
}

function trimSlash(path: Text): Text {
  const end = path.at(-1);
  const value = spelled(end) ?? '';
  return end !== undefined && value.length > 1
    ? concat(path.slice(0, -1), respelled(end, value.replace(/\/+$/, '')))
    : path;
}

export function pwd(invocation: Invocation): CommandResult {
  return { stdout: line(absolute(invocation, literal('.')) ?? hole('PWD')) };
}

export function realpath(invocation: Invocation): CommandResult {
  const [path] = parseOptions(invocation.args, { values: ['--relative-to', '--relative-base'] }).positionals;
  return { stdout: line(path === undefined ? hole('realpath') : (absolute(invocation, path.text) ?? path.text)) };
}

function absolute(invocation: Invocation, path: Text): Text | undefined {
  const inside = invocation.path(path);
  return inside === undefined ? undefined : literal(inside === '' || inside === '.' ? PROJECT : `${PROJECT}/${inside}`);
}

// ── the machine ─────────────────────────────────────────────────────────────────────────────────

export function uname(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, { values: [] });
  const asks = (short: string, long: string): boolean => options.has(short) || options.has(long);
  if (asks('-m', '--machine') || asks('-p', '--processor')) return { stdout: line(machineName(invocation)) };
  if (invocation.args.length === 0 || asks('-s', '--kernel-name')) {
    return {
      stdout: line(
        invocation.frame.machine.host.kind === 'developer' || invocation.frame.machine.host.kind === 'unknown'
          ? hole('uname -s')
          : literal('Linux'),
      ),
    };
  }
  return { stdout: line(hole('uname')) };
}

/** Holes of one name, wherever they are asked: `uname -m` feeding both a build and a stack stays one value. */
function machineName(invocation: Invocation): Text {
  const { cpu } = invocation.frame.machine.host;
  return cpu === undefined ? hole('uname -m') : literal(cpu === 'arm64' ? 'aarch64' : 'x86_64');
}

export function arch(invocation: Invocation): CommandResult {
  return { stdout: line(machineName(invocation)) };
}

export function dpkg(invocation: Invocation): CommandResult {
  if (!invocation.args.some((arg) => known(arg.text) === '--print-architecture')) return {};
  const { cpu } = invocation.frame.machine.host;
  return { stdout: line(cpu === undefined ? hole('dpkg --print-architecture') : literal(cpu)) };
}

/** Emulators as packages: `apt-get install qemu-user-static`. */
export function installPackages(invocation: Invocation): CommandResult {
  const names = invocation.args.map((arg) => known(arg.text) ?? '');
  if (
    names.includes('install') &&
    names.some((name) => /^(?:qemu-user-static|qemu-user-binfmt|binfmt-support)/.test(name))
  )
    invocation.frame.machine.emulation = 'set up';
  return {};
}

// ── printing and files ──────────────────────────────────────────────────────────────────────────

/** An answer nobody can know, the same wherever it's asked: `whoami`, `hostname`. */
export function constantAnswer(invocation: Invocation): CommandResult {
  return { stdout: line(hole(invocation.name)) };
}

export function cat(invocation: Invocation): CommandResult {
  const { positionals, list } = parseOptions(invocation.args, { values: [] });
  const read = (path: Text): Text | undefined => {
    const name = judged(path);
    return name === '-' ? invocation.stdin : name === undefined ? undefined : invocation.file(name);
  };
  const pieces = positionals.length === 0 ? [invocation.stdin] : positionals.map((arg) => read(arg.text));
  if (list.length > 0 || pieces.some((piece) => piece === undefined)) return { stdout: answer(invocation, 'cat') };
  return { stdout: join(pieces.map((piece) => piece ?? EMPTY)) };
}

/** Passes its input on, and leaves it in files that later commands may read. */
export function tee(invocation: Invocation): CommandResult {
  const { positionals } = parseOptions(invocation.args, { values: [] });
  const { stdin } = invocation;
  if (stdin === undefined) return {};
  for (const { text } of positionals) {
    const path = invocation.path(text) ?? judged(text);
    if (path !== undefined) invocation.frame.machine.files.set(path, always(stdin));
  }
  return { stdout: stdin };
}

export function seq(invocation: Invocation): CommandResult {
  const numbers = parseOptions(invocation.args, { values: ['-s', '-f'] }).positionals.map((arg) =>
    Number(known(arg.text) ?? Number.NaN),
  );
  if (numbers.length === 0 || numbers.length > 3 || numbers.some((one) => !Number.isInteger(one)))
    return { stdout: answer(invocation, 'seq') };
  const [first, step, last] =
    numbers.length === 1
      ? [1, 1, numbers[0]!]
      : numbers.length === 2
        ? [numbers[0]!, 1, numbers[1]!]
        : [numbers[0]!, numbers[1]!, numbers[2]!];
  const printed: number[] = [];
  for (let at = first; step > 0 ? at <= last : step < 0 && at >= last; at += step) {
    printed.push(at);
    if (printed.length > MOST_NUMBERS) return { stdout: answer(invocation, 'seq') };
  }
  return { stdout: literal(printed.map((one) => `${one}\n`).join('')) };
}

const MOST_NUMBERS = 1000;

export function truth(): CommandResult {
  return { stdout: EMPTY, status: 'ok' };
}

export function falsehood(): CommandResult {
  return { stdout: EMPTY, status: 'fails' };
}

/** `sleep`, `mkdir`, `cp`: prints nothing and changes nothing that matters here. */
export function silent(): CommandResult {
  return { stdout: EMPTY };
}

/** `grep -q`, `which`, `diff`: the status is the answer. */
export function probe(invocation: Invocation): CommandResult {
  return either({ stdout: derived(invocation) });
}

/** `grep`. A list of local images that has the line anyway excuses no build that failed. */
export function grep(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, {
    values: ['-e', '--regexp', '-f', '--file', '-m', '--max-count', '-A', '-B', '-C'],
    aliases: { '--regexp': '-e' },
  });
  const result = probe(invocation);
  const pattern = options.value('-e') ?? options.positionals[0]?.text;
  const images = invocation.frame.nested?.failing?.images;
  const listsImages = holeNames(invocation.stdin ?? EMPTY).some((name) => tells(name, 'local images'));
  const inverted = options.has('-v') || options.has('--invert-match');
  return pattern !== undefined && listsImages && !inverted && images?.lists(pattern) === true
    ? { ...result, status: 'ok' }
    : result;
}
