/** Runs Make targets: prerequisites first, each recipe line in a shell of its own, with make's variables put in. */
import { always } from '../../core/choices.ts';
import { indexLines, type Hop } from '../../core/site.ts';
import { read } from './read.ts';
import type { MakefileReading } from './reading.ts';
import type { CommandResult, Frame, Invocation, World } from '../../project/evaluation.ts';
import { inTurn } from '../../project/in-turn.ts';
import { MakeRun, targetKey, type MakeRequest } from './run-target.ts';
import { dirname, joinPath } from '../../project/paths.ts';

const DEFAULT_NAMES = ['GNUmakefile', 'makefile', 'Makefile'];
const MAX_CALLS = 25;

export function runMake(invocation: Invocation, request: MakeRequest): CommandResult {
  const { world, frame } = invocation;
  const reading = makefileIn(world, request);
  if (reading === undefined || frame.via.length > MAX_CALLS) return { status: 'unknown' };
  const label = `make${request.targets.length === 0 ? '' : ` ${request.targets.join(' ')}`}`;
  const call: Hop = { label, file: invocation.site.file, span: invocation.site.span };
  const run = new MakeRun(world, { ...frame, cwd: request.folder, via: [...frame.via, call] }, request, (name) => {
    const value = invocation.env(name);
    return value === undefined ? undefined : (frame.env.get(name) ?? always(value));
  });
  run.load(reading);
  return { status: run.make(request.targets) };
}

/** The targets that no other target and no caller leads to, each as a run of its own. */
export function runMakefile(world: World, reading: MakefileReading, frame: Frame): void {
  if (world.called.has(reading.file)) return;
  const folder = dirname(reading.file);
  const request = (target: string): MakeRequest => ({
    folder,
    file: reading.file,
    targets: [target],
    variables: new Map(),
  });
  const start = (target: string, own: Frame): MakeRun => {
    const run = new MakeRun(world, { ...own, cwd: folder }, request(target), (name) => own.env.get(name));
    run.load(reading);
    return run;
  };
  const first = start('', silent(frame));
  inTurn(
    world,
    first.entryTargets(),
    (target) => first.siteOf(target),
    (target) => {
      if (world.called.has(targetKey(reading.file, target))) return;
      const own: Frame = {
        ...frame,
        run: `${frame.run}#${target}`,
        machine: { ...frame.machine, builders: new Map(frame.machine.builders), files: new Map(frame.machine.files) },
      };
      start(target, own).make([target]);
    },
  );
}

/** Those that another one includes by name: their targets run with that one's variables. */
export function includedMakefiles(readings: readonly MakefileReading[]): ReadonlySet<string> {
  return new Set(
    readings.flatMap(({ file, items }) =>
      items.flatMap((item) =>
        item.kind === 'include'
          ? item.files.text
              .split(/\s+/)
              .map((path) => joinPath(dirname(file), path))
              .filter((path): path is string => path !== undefined && path !== file)
          : [],
      ),
    ),
  );
}

/** Reading variables to find the targets must not leave anything behind. */
function silent(frame: Frame): Frame {
  return { ...frame, machine: { ...frame.machine, builders: new Map(), files: new Map() } };
}

function makefileIn(world: World, { folder, file }: MakeRequest): MakefileReading | undefined {
  const names = file === undefined ? DEFAULT_NAMES.map((name) => (folder === '' ? name : `${folder}/${name}`)) : [file];
  for (const name of names) {
    const reading = world.readings.get(name);
    if (reading?.kind === 'makefile') return reading;
    const text = file === undefined ? undefined : world.readings.text(name);
    if (text !== undefined) return read({ file: name, text, lines: indexLines(name, text) });
  }
  return undefined;
}
