/** Commands that run another command: what they add is a limit, an environment, a folder — or nothing at all. */
import { judged } from '../core/sealed.ts';
import { table } from '../core/table.ts';
import { EMPTY, hole, show, type Text } from '../core/text.ts';
import type { Arg, CommandResult, Invocation } from '../project/evaluation.ts';
import { which } from './located.ts';
import { argLike, parseOptions, type Grammar } from './options.ts';
import { cut, join, split, words } from './texts.ts';
import { defined } from '../core/optional.ts';

const NOTHING: CommandResult = {};

function inner(invocation: Invocation, grammar: Omit<Grammar, 'stopAtPositional'>, skip = 0): CommandResult {
  const options = parseOptions(invocation.args, { ...grammar, stopAtPositional: true });
  const command = [...options.positionals, ...(options.afterDashes ?? [])].slice(skip);
  return command.length === 0 ? NOTHING : invocation.run(command);
}

/** What takes flags only: `nice -n 10 cmd`. */
const PLAIN: Readonly<Record<string, readonly string[]>> = table({
  nice: ['-n', '--adjustment'],
  nohup: [],
  setsid: [],
  ionice: ['-c', '-n', '-p', '--class', '--classdata'],
  stdbuf: ['-i', '-o', '-e', '--input', '--output', '--error'],
  chronic: [],
  caffeinate: ['-t', '-w'],
  time: ['-f', '-o', '--format', '--output'],
  command: [],
  builtin: [],
  exec: ['-a'],
  unbuffer: [],
  doas: ['-u', '-C'],
  dotenv: ['-e', '-f', '-v', '-p'],
  dotenvx: ['-f', '-e', '--env-file', '--env'],
  winpty: [],
  'env-cmd': ['-f', '-e', '-r', '--file', '--environments'],
});

export function plain(invocation: Invocation): CommandResult {
  // `command -v docker` only looks.
  if (invocation.name === 'command' && invocation.args.some((arg) => /^-[vV]$/.test(judged(arg.text) ?? '')))
    return which(invocation);
  return inner(invocation, { values: PLAIN[invocation.name] ?? [] });
}

export const PLAIN_WRAPPERS: readonly string[] = Object.keys(PLAIN);

/** `NAME=value` words before the command. */
function takeAssignments(args: readonly Arg[]): { readonly env: Map<string, Text>; readonly command: readonly Arg[] } {
  const env = new Map<string, Text>();
  let at = 0;
  for (; at < args.length; at++) {
    const assigned = cut(args[at]!.text, '=');
    const name = judged(assigned?.[0]);
    if (assigned === undefined || name === undefined || !/^[A-Za-z_]\w*$/.test(name)) break;
    env.set(name, assigned[1]);
  }
  return { env, command: args.slice(at) };
}

export function env(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, {
    values: ['-u', '--unset', '-C', '--chdir', '-S', '--split-string'],
    stopAtPositional: true,
  });
  const given = takeAssignments([...options.positionals, ...(options.afterDashes ?? [])]);
  const changes = new Map(given.env);
  for (const { value } of [...options.all('-u'), ...options.all('--unset')]) {
    const name = judged(value);
    if (name !== undefined && !changes.has(name)) changes.set(name, EMPTY);
  }
  const folder = options.value('-C') ?? options.value('--chdir');
  const cwd = folder === undefined ? undefined : invocation.path(folder);
  const whole = options.last('-S') ?? options.last('--split-string');
  const command =
    whole?.value === undefined
      ? given.command
      : [...words(whole.value).map((word) => argLike(whole.valueArg, word)), ...given.command];
  return command.length === 0 ? NOTHING : invocation.run(command, { env: changes, ...defined({ cwd }) });
}

/** `cross-env NAME=value cmd`, as npm scripts do it; `cross-env-shell` too. */
export function crossEnv(invocation: Invocation): CommandResult {
  const { env: changes, command } = takeAssignments(invocation.args);
  return command.length === 0 ? NOTHING : invocation.run(command, { env: changes });
}

export function sudo(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, {
    values: [
      '-u',
      '--user',
      '-g',
      '--group',
      '-h',
      '--host',
      '-p',
      '--prompt',
      '-C',
      '-D',
      '--chdir',
      '-R',
      '-T',
      '-r',
      '-t',
      '-U',
    ],
    stopAtPositional: true,
  });
  const { env: changes, command } = takeAssignments([...options.positionals, ...(options.afterDashes ?? [])]);
  return command.length === 0 ? NOTHING : invocation.run(command, changes.size === 0 ? {} : { env: changes });
}

// ── limits ──────────────────────────────────────────────────────────────────────────────────────

const UNITS: Readonly<Record<string, number>> = table({ s: 1, m: 60, h: 3600, d: 86_400 });

function seconds(duration: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(duration);
  return found === null ? undefined : Number(found[1]) * (UNITS[found[2] === '' ? 's' : found[2]!] ?? 1);
}

export function timeout(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, {
    values: ['-k', '--kill-after', '-s', '--signal'],
    stopAtPositional: true,
  });
  const all = [...options.positionals, ...(options.afterDashes ?? [])];
  const [duration, ...command] = all;
  if (duration === undefined || command.length === 0) return NOTHING;
  const limit = seconds(judged(duration.text) ?? '');
  // `timeout 0` means none.
  return invocation.run(
    command,
    limit === undefined || limit === 0
      ? {}
      : { limit: { seconds: limit, by: `${invocation.name} ${show(duration.text)}`, site: duration.site } },
  );
}

/** `retry -t 3 -- cmd`, `retry 5 cmd`: whatever it's called, numbers before the command are its own. */
export function retry(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, {
    values: [
      '-t',
      '--times',
      '--tries',
      '-d',
      '--delay',
      '-m',
      '--max',
      '-s',
      '--sleep',
      '-n',
      '-r',
      '--retries',
      '-i',
      '--interval',
      '--min',
      '--max-delay',
      '-u',
      '--until',
      '-w',
      '--while',
    ],
    stopAtPositional: true,
  });
  const command = [...options.positionals, ...(options.afterDashes ?? [])];
  while (command.length > 0 && /^\d+[smh]?$/.test(judged(command[0]!.text) ?? '')) command.shift();
  return command.length === 0 ? NOTHING : invocation.run(command);
}

/** `watch`, `flock FILE cmd`, `chamber exec SERVICE -- cmd`: the command follows `--`, or some words. */
export function flock(invocation: Invocation): CommandResult {
  return inner(invocation, { values: ['-w', '--timeout', '-E'] }, 1);
}

const EXECUTORS: Readonly<
  Record<string, { readonly verbs: readonly string[]; readonly values: readonly string[]; readonly skip?: number }>
> = table({
  'aws-vault': {
    verbs: ['exec'],
    values: ['-d', '--duration', '-m', '--mfa-token', '--region', '--backend', '--prompt'],
    skip: 1,
  },
  chamber: { verbs: ['exec'], values: ['-b', '--backend', '-r', '--retries'], skip: 1 },
  doppler: { verbs: ['run'], values: ['-p', '--project', '-c', '--config', '-t', '--token', '--command'] },
  op: { verbs: ['run'], values: ['--env-file', '--account'] },
  infisical: { verbs: ['run'], values: ['--env', '--path', '--projectId', '--token', '--domain'] },
  direnv: { verbs: ['exec'], values: [], skip: 1 },
  poetry: { verbs: ['run'], values: ['-C', '--directory', '-P', '--project'] },
  pipenv: { verbs: ['run'], values: [] },
  uv: {
    verbs: ['run'],
    values: ['--with', '--python', '-p', '--directory', '--project', '--group', '--extra', '--package', '--env-file'],
  },
  bundle: { verbs: ['exec'], values: [] },
  mise: { verbs: ['exec', 'x'], values: ['-C', '--cd', '-j', '--jobs'] },
  asdf: { verbs: ['exec'], values: [] },
  devbox: { verbs: ['run'], values: ['-c', '--config', '-e', '--env'] },
  volta: { verbs: ['run'], values: ['--node', '--npm', '--yarn', '--env'] },
  rtx: { verbs: ['exec', 'x'], values: [] },
  granted: { verbs: ['exec'], values: [] },
  saml2aws: { verbs: ['exec'], values: ['-a', '--idp-account', '-p', '--profile', '--exec-profile', '--role'] },
});

export const EXECUTOR_NAMES: readonly string[] = Object.keys(EXECUTORS);

export function executor(invocation: Invocation): CommandResult {
  const tool = EXECUTORS[invocation.name];
  const globals = parseOptions(invocation.args, { values: tool?.values ?? [], stopAtPositional: true });
  const [verb, ...rest] = globals.positionals;
  if (tool === undefined || !tool.verbs.includes(judged(verb?.text) ?? '')) return NOTHING;
  const dashes = rest.findIndex((arg) => judged(arg.text) === '--');
  const options = parseOptions(dashes === -1 ? rest : rest.slice(0, dashes), {
    values: tool.values,
    stopAtPositional: true,
  });
  const command = dashes === -1 ? options.positionals.slice(tool.skip ?? 0) : rest.slice(dashes + 1);
  return command.length === 0 ? NOTHING : invocation.run(command);
}

// ── xargs ───────────────────────────────────────────────────────────────────────────────────────

const MOST_RUNS = 16;

/** Appends the words of its input to the command; `-I{}` puts each line in a place; `-n1` runs it once for each. */
export function xargs(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, {
    values: [
      '-I',
      '-i',
      '-n',
      '--max-args',
      '-P',
      '--max-procs',
      '-L',
      '-l',
      '-s',
      '--max-chars',
      '-a',
      '--arg-file',
      '-d',
      '--delimiter',
      '-E',
      '--replace',
    ],
    aliases: { '--max-args': '-n', '--replace': '-I', '-L': '-n' },
    stopAtPositional: true,
  });
  const command = [...options.positionals, ...(options.afterDashes ?? [])];
  const place = invocation.args[0] ?? { text: EMPTY, site: invocation.nameSite, range: [0, 0] as const };
  if (command.length === 0) return NOTHING;
  const items = (
    invocation.stdin === undefined
      ? [hole(`xargs@${invocation.site.file}#${invocation.site.span.start}`)]
      : words(invocation.stdin)
  ).map((text) => argLike(place, text));
  const marker = judged(options.value('-I'));
  if (marker !== undefined)
    return each(items, (item) =>
      invocation.run(command.map((arg) => ({ ...arg, text: replace(arg.text, marker, item.text) }))),
    );
  const size = Number(judged(options.value('-n')) ?? Number.NaN);
  if (!(size >= 1)) return invocation.run([...command, ...items]);
  const groups = Array.from({ length: Math.ceil(items.length / size) }, (_none, index) =>
    items.slice(index * size, (index + 1) * size),
  );
  return each(groups, (group) => invocation.run([...command, ...group]));
}

function each<T>(list: readonly T[], run: (item: T) => CommandResult): CommandResult {
  let result: CommandResult = NOTHING;
  for (const item of list.slice(0, MOST_RUNS)) result = run(item);
  return result;
}

function replace(text: Text, marker: string, value: Text): Text {
  if (marker === '') return text;
  return join(split(text, marker).flatMap((piece, index) => (index === 0 ? [piece] : [value, piece])));
}

/** `script -q -c "cmd" log` */
export function script(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, { values: ['-c', '--command', '-E', '-O', '-I', '-B', '-T'] });
  const text = options.value('-c') ?? options.value('--command');
  return text === undefined ? NOTHING : invocation.shell(text);
}
