/** npm, npx, pnpm, yarn, bun: a package's program, or a script of package.json. */
import { jsonOf } from '../core/byte-order-mark.ts';
import { judged } from '../core/sealed.ts';
import { known } from '../core/text.ts';
import { runNpmScript } from '../parsers/npm/run.ts';
import type { Arg, CommandResult, Invocation } from '../project/evaluation.ts';
import { argLike, parseOptions, type Grammar, type Options } from './options.ts';
import { cut, head } from './texts.ts';
import { defined } from '../core/optional.ts';

const NOTHING: CommandResult = {};

/** The program a package installs, where its name differs. */
const PROGRAMS: ReadonlyMap<string, string> = new Map([
  ['aws-cdk', 'cdk'],
  ['@aws-amplify/cli', 'amplify'],
  ['serverless', 'serverless'],
  ['@aws/copilot', 'copilot'],
  ['osls', 'serverless'],
  ['@pulumi/cli', 'pulumi'],
]);

/** `aws-cdk@2.150.0` → `cdk`; the pinned version goes along in the environment of the call. */
function program(arg: Arg): { readonly arg: Arg; readonly version?: string } {
  const text = known(arg.text);
  if (text === undefined) {
    // `cdk@${CDK_VERSION}`
    const name = cut(arg.text, '@')?.[0];
    return name === undefined || judged(name) === undefined || judged(name) === ''
      ? { arg }
      : { arg: argLike(arg, PROGRAMS.get(judged(name) ?? '') ?? name) };
  }
  const found = /^(@[^/@]+\/[^@]+|[^@]+)(?:@(.+))?$/.exec(text);
  if (found === null) return { arg };
  const name = found[1]!;
  const version = found[2];
  return { arg: argLike(arg, PROGRAMS.get(name) ?? name), ...defined({ version }) };
}

/** Carries a version pinned by `npx tool@1.2.3` to the tool's own handler. */
export const PINNED_VERSION = 'npm_package_pinned_version';

function runProgram(invocation: Invocation, command: readonly Arg[], cwd?: string): CommandResult {
  const [first, ...rest] = command;
  if (first === undefined) return NOTHING;
  const { arg, version } = program(first);
  return invocation.run([arg, ...rest], {
    ...(version === undefined ? {} : { env: new Map([[PINNED_VERSION, [version]]]) }),
    ...defined({ cwd }),
  });
}

const FOLDER_FLAGS = ['--prefix', '-C', '--dir', '--cwd', '--directory'];

function folderOf(invocation: Invocation, ...levels: readonly Options[]): string {
  for (const options of levels) {
    for (const flag of FOLDER_FLAGS) {
      const value = options.value(flag);
      if (value !== undefined) return invocation.path(value) ?? '';
    }
  }
  return invocation.path(['.']) ?? '';
}

/** `--workspace=infra`, `--filter ./infra`: the folder, when it is one; the name of a workspace's package otherwise. */
function workspaceFolder(invocation: Invocation, folder: string, levels: readonly Options[]): string | undefined {
  for (const options of levels) {
    for (const flag of ['--workspace', '-w', '--filter', '-F']) {
      const value = judged(options.value(flag));
      if (value === undefined) continue;
      const path = value
        .replace(/^\.\//, '')
        .replace(/\.{3}$/, '')
        .replace(/[{}]/g, '');
      return workspaceByPath(invocation, folder, path) ?? workspaceByName(invocation, path);
    }
  }
  return undefined;
}

const join = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`);

function workspaceByPath(invocation: Invocation, folder: string, path: string): string | undefined {
  return invocation.world.readings.exists(`${join(folder, path)}/package.json`) ? join(folder, path) : undefined;
}

function workspaceByName(invocation: Invocation, name: string): string | undefined {
  for (const { file } of invocation.world.readings.ofKind('package-json')) {
    if (packageName(invocation.world.readings.text(file)) === name) return file.replace(/\/?package\.json$/, '');
  }
  return undefined;
}

function packageName(text: string | undefined): string | undefined {
  try {
    const value: unknown = text === undefined ? undefined : jsonOf(text);
    return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
      ? value.name
      : undefined;
  } catch {
    return undefined;
  }
}

// ── npx and its kin ─────────────────────────────────────────────────────────────────────────────

const NPX: Grammar = {
  values: [
    '-p',
    '--package',
    '-c',
    '--call',
    '--prefix',
    '-w',
    '--workspace',
    '--registry',
    '--userconfig',
    '--cache',
    '--node-arg',
    '-n',
    '-C',
    '--dir',
    '--cwd',
  ],
  stopAtPositional: true,
};

export function npx(invocation: Invocation): CommandResult {
  return execute(invocation, invocation.args);
}

function execute(invocation: Invocation, args: readonly Arg[], outer?: Options): CommandResult {
  const options = parseOptions(args, NPX);
  const call = options.value('-c') ?? options.value('--call');
  if (call !== undefined) return invocation.shell(call);
  const levels = outer === undefined ? [options] : [options, outer];
  const folder = folderOf(invocation, ...levels);
  const cwd = workspaceFolder(invocation, folder, levels) ?? folder;
  return runProgram(invocation, [...options.positionals, ...(options.afterDashes ?? [])], cwd);
}

// ── npm ─────────────────────────────────────────────────────────────────────────────────────────

const NPM: Grammar = {
  values: [
    '--prefix',
    '-C',
    '-w',
    '--workspace',
    '--registry',
    '--userconfig',
    '--loglevel',
    '--script-shell',
    '--cache',
    '--tag',
    '--otp',
    '--access',
    '--cwd',
    '--dir',
    '--filter',
    '-F',
    '--workspace-concurrency',
    '--reporter',
  ],
  stopAtPositional: true,
};

const INSTALLS = new Set([
  'install',
  'i',
  'ci',
  'add',
  'remove',
  'update',
  'audit',
  'outdated',
  'publish',
  'pack',
  'link',
  'dedupe',
  'prune',
  'init',
  'create',
  'config',
  'set',
  'cache',
  'why',
  'list',
  'ls',
  'version',
  'info',
  'view',
  'login',
  'logout',
  'import',
  'fetch',
  'rebuild',
  'store',
  'patch',
  'doctor',
  'plugin',
  'policies',
  'up',
  'upgrade',
  'clean-install',
  'root',
  'bin',
  'prepare',
  'env',
  'setup',
  'self-update',
  'deploy',
]);

function runScript(
  invocation: Invocation,
  args: readonly Arg[],
  outer: Options,
  optional = false,
): CommandResult | undefined {
  const options = parseOptions(args, NPM);
  const [name, ...rest] = options.positionals;
  const script = judged(name?.text);
  if (script === undefined) return optional ? undefined : NOTHING;
  const levels = [options, outer];
  const folder = folderOf(invocation, ...levels);
  // npm wants `--` before a script's own arguments and drops it; options before it are npm's.
  const dashes = rest.findIndex((arg) => judged(arg.text) === '--');
  const scriptArgs = [...(dashes === -1 ? rest : rest.slice(dashes + 1)), ...(options.afterDashes ?? [])];
  const flagged = parseOptions(dashes === -1 ? rest : rest.slice(0, dashes), { ...NPM, stopAtPositional: false });
  const place = workspaceFolder(invocation, folder, [...levels, flagged]) ?? folder;
  return runNpmScript(invocation, place, script, scriptArgs);
}

export function npm(invocation: Invocation): CommandResult {
  const outer = parseOptions(invocation.args, NPM);
  const [verb, ...rest] = outer.positionals;
  switch (judged(verb?.text)) {
    case 'run':
    case 'run-script':
    case 'rum':
    case 'urn':
      return runScript(invocation, rest, outer) ?? NOTHING;
    case 'start':
    case 'test':
    case 't':
    case 'stop':
    case 'restart':
      return (
        runScript(invocation, [argLike(verb!, judged(verb!.text) === 't' ? 'test' : verb!.text), ...rest], outer) ??
        NOTHING
      );
    case 'exec':
    case 'x':
      return execute(invocation, rest, outer);
    default:
      return NOTHING;
  }
}

// ── pnpm, yarn, bun ─────────────────────────────────────────────────────────────────────────────

/** A word that is no verb is a script of package.json, or else a program in node_modules. */
export function pnpm(invocation: Invocation): CommandResult {
  return scriptOrProgram(invocation, invocation.args, new Set(['exec', 'dlx', 'x']));
}

export function yarn(invocation: Invocation): CommandResult {
  const outer = parseOptions(invocation.args, NPM);
  const [verb, second, third, ...rest] = outer.positionals;
  // `yarn workspace NAME script`
  if (judged(verb?.text) === 'workspace' && second !== undefined && third !== undefined) {
    const name = judged(second.text);
    const cwd = name === undefined ? undefined : workspaceByName(invocation, name);
    if (cwd === undefined) return NOTHING;
    const words = judged(third.text) === 'run' ? rest : [third, ...rest];
    const [script, ...args] = words;
    const text = judged(script?.text);
    return (
      (text === undefined ? undefined : runNpmScript(invocation, cwd, text, args)) ?? runProgram(invocation, words, cwd)
    );
  }
  return scriptOrProgram(invocation, invocation.args, new Set(['exec', 'dlx']));
}

export function bun(invocation: Invocation): CommandResult {
  return scriptOrProgram(invocation, invocation.args, new Set(['x']));
}

function scriptOrProgram(invocation: Invocation, args: readonly Arg[], executes: ReadonlySet<string>): CommandResult {
  const outer = parseOptions(args, NPM);
  const [verb, ...rest] = outer.positionals;
  const word = judged(verb?.text);
  if (verb === undefined || word === undefined) return NOTHING;
  if (executes.has(word)) return execute(invocation, rest, outer);
  const explicit = word === 'run' || word === 'run-script';
  // `pnpm deploy` is pnpm's own command, `yarn deploy` the project's script.
  if (!explicit && INSTALLS.has(word) && !(word === 'deploy' && invocation.name !== 'pnpm')) return NOTHING;
  const command = explicit ? rest : [verb, ...rest];
  const ran = runScript(invocation, command, outer, true);
  if (ran !== undefined) return ran;
  const folder = folderOf(invocation, outer);
  const [first] = command;
  return first === undefined || head(first.text).startsWith('-')
    ? NOTHING
    : runProgram(invocation, command, workspaceFolder(invocation, folder, [outer]) ?? folder);
}

// ── several scripts at once ─────────────────────────────────────────────────────────────────────

/** `npm-run-all build deploy`, `run-s build deploy`, `run-p`. */
export function npmRunAll(invocation: Invocation): CommandResult {
  const folder = folderOf(invocation, parseOptions([], NPM));
  let result: CommandResult = NOTHING;
  for (const { text } of parseOptions(invocation.args, { values: ['--max-parallel', '--npm-path'] }).positionals) {
    const script = judged(text);
    if (script !== undefined) result = runNpmScript(invocation, folder, script, []) ?? result;
  }
  return result;
}

/** `concurrently "npm:watch" "cdk deploy"`: every word is a command line. */
export function concurrently(invocation: Invocation): CommandResult {
  const folder = folderOf(invocation, parseOptions([], NPM));
  for (const { text } of parseOptions(invocation.args, {
    values: ['-n', '--names', '-c', '--prefix-colors', '-m', '--max-processes', '-s', '--success', '-p', '--prefix'],
  }).positionals) {
    const script = /^npm:(\S+)/.exec(head(text))?.[1];
    if (script !== undefined) runNpmScript(invocation, folder, script, []);
    else invocation.shell(text);
  }
  return NOTHING;
}

/** `corepack pnpm …` */
export function corepack(invocation: Invocation): CommandResult {
  const [first] = invocation.args;
  return first === undefined ||
    ['enable', 'disable', 'prepare', 'use', 'up', 'install', 'pack'].includes(judged(first.text) ?? '')
    ? NOTHING
    : invocation.run([program(first).arg, ...invocation.args.slice(1)]);
}
