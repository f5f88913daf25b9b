/** Runs package.json scripts, with the `pre` and `post` scripts around them, in the package's folder. */
import { always, type Values } from '../../core/choices.ts';
import { contentOf, seal } from '../../core/sealed.ts';
import { literal } from '../../core/text.ts';
import { siteOf, type Hop } from '../../core/site.ts';
import { mappedBuilder, sourceOffset, type MappedText } from '../../syntax/mapped.ts';
import type { PackageJsonReading, PackageScript } from './read.ts';
import { parseScript } from '../shell/parse.ts';
import type { Script, Statement } from '../shell/reading.ts';
import { inTurn } from '../../project/in-turn.ts';
import { runScript } from '../shell/run.ts';
import type { Arg, CommandResult, Frame, Invocation, World } from '../../project/evaluation.ts';
import { dirname } from '../../project/paths.ts';

const MAX_CALLS = 25;
const RUNNERS = new Set([
  'npm',
  'pnpm',
  'yarn',
  'bun',
  'run-s',
  'run-p',
  'npm-run-all',
  'npx',
  'pnpx',
  'bunx',
  'turbo',
  'concurrently',
]);

/** Undefined when the folder's package.json has no such script. */
export function runNpmScript(
  invocation: Invocation,
  folder: string,
  script: string,
  args: readonly Arg[],
): CommandResult | undefined {
  const { world, frame } = invocation;
  const reading = world.readings.get(folder === '' ? 'package.json' : `${folder}/package.json`);
  if (reading?.kind !== 'package-json' || frame.via.length > MAX_CALLS) return undefined;
  if (!reading.scripts.some((one) => one.name === script)) return undefined;
  const call: Hop = { label: `npm run ${script}`, file: invocation.site.file, span: invocation.site.span };
  return { status: runWithHooks(world, reading, script, { ...frame, cwd: folder, via: [...frame.via, call] }, args) };
}

/** The scripts that no other script and no caller leads to, each as a run of its own. */
export function runPackageScripts(world: World, reading: PackageJsonReading, frame: Frame): void {
  const folder = dirname(reading.file);
  const names = new Set(reading.scripts.map((one) => one.name));
  const referenced = new Set(
    reading.scripts.flatMap((one) =>
      referencesIn(one.script.body)
        .flatMap((word) => namesFor(word, names))
        .filter((name) => name !== one.name),
    ),
  );
  inTurn(
    world,
    reading.scripts,
    ({ range }) => siteOf(reading.lines, range),
    ({ name }) => {
      const hookOf = /^(?:pre|post)(.+)$/.exec(name)?.[1];
      if (
        referenced.has(name) ||
        (hookOf !== undefined && names.has(hookOf)) ||
        world.called.has(scriptKey(reading, name))
      )
        return;
      const own: Frame = {
        ...frame,
        run: `${frame.run}#${name}`,
        cwd: folder,
        machine: { ...frame.machine, builders: new Map(frame.machine.builders), files: new Map(frame.machine.files) },
      };
      runWithHooks(world, reading, name, own, []);
    },
  );
}

function scriptKey(reading: PackageJsonReading, script: string): string {
  return `${reading.file}#${script}`;
}

function runWithHooks(
  world: World,
  reading: PackageJsonReading,
  name: string,
  frame: Frame,
  args: readonly Arg[],
): 'ok' | 'fails' | 'unknown' {
  let status: 'ok' | 'fails' | 'unknown' = 'ok';
  for (const step of [`pre${name}`, name, `post${name}`]) {
    const script = reading.scripts.find((one) => one.name === step);
    if (script === undefined || !world.budget.spend()) continue;
    world.called.add(scriptKey(reading, step));
    const result = runOne(world, reading, script, frame, step === name ? args : []);
    if (result === 'fails') return 'fails';
    if (result === 'unknown') status = 'unknown';
  }
  return status;
}

function runOne(
  world: World,
  reading: PackageJsonReading,
  script: PackageScript,
  frame: Frame,
  args: readonly Arg[],
): 'ok' | 'fails' | 'unknown' {
  const env = new Map<string, Values>(frame.env);
  env.set('npm_lifecycle_event', always(literal(script.name)));
  if (reading.name !== undefined) env.set('npm_package_name', always(literal(reading.name)));
  if (reading.version !== undefined)
    env.set('npm_package_version', always(seal(reading.version, contentOf(reading.file))));
  for (const [index, arg] of args.entries()) env.set(argument(index), always(arg.text));
  const text = withArguments(script.text, args.length);
  const parsed: Script =
    args.length === 0 ? script.script : parseScript(text.text, (offset) => sourceOffset(text, offset)).script;
  const inner: Frame = {
    ...frame,
    env,
    ...(frame.nested === undefined ? {} : { nested: { ...frame.nested, depth: frame.nested.depth + 1 } }),
  };
  return runScript(world, inner, {
    script: parsed,
    name: scriptKey(reading, script.name),
    lines: reading.lines,
    options: { interpreter: 'sh', errexit: false, pipefail: false, nounset: false },
    capture: false,
  }).status;
}

/**
 * npm appends the arguments, quoted, to the script's text; variables stand for them, so that unknown ones stay whole.
 */
function withArguments(text: MappedText, count: number): MappedText {
  if (count === 0) return text;
  const builder = mappedBuilder();
  builder.slice(text, 0, text.text.length);
  const end = sourceOffset(text, text.text.length);
  for (let index = 0; index < count; index++) builder.insert(` "\${${argument(index)}}"`, end, end);
  return builder.done();
}

function argument(index: number): string {
  return `__npm_argument_${index}`;
}

/** Words of commands that may run other scripts. */
function referencesIn(statements: readonly Statement[]): string[] {
  return statements.flatMap((one): string[] => {
    switch (one.kind) {
      case 'command': {
        const words = one.words.map((word) =>
          word.parts.map((part) => (part.kind === 'literal' ? part.value : '')).join(''),
        );
        // `concurrently "npm:build" "npm run x"` holds whole commands in its words.
        return RUNNERS.has(words[0] ?? '') ? words.slice(1).flatMap((word) => word.split(/\s+|npm:/)) : [];
      }
      case 'pipeline':
        return referencesIn(one.stages);
      case 'and-or':
        return referencesIn(one.commands);
      case 'group':
      case 'subshell':
      case 'for':
      case 'arithmetic-for':
      case 'while':
        return referencesIn(one.body);
      case 'if':
        return referencesIn([
          ...one.branches.flatMap((branch) => [...branch.condition, ...branch.body]),
          ...(one.otherwise ?? []),
        ]);
      case 'background':
        return referencesIn([one.command]);
      case 'case':
        return one.arms.flatMap((arm) => referencesIn(arm.body));
      case 'function':
      case 'test':
      case 'arithmetic':
        return [];
    }
  });
}

function namesFor(word: string, names: ReadonlySet<string>): string[] {
  if (names.has(word)) return [word];
  return word.endsWith(':*') ? [...names].filter((name) => name.startsWith(word.slice(0, -1))) : [];
}
