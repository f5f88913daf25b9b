/** Steps and jobs from elsewhere that nobody here can see: what they are given is kept, so that nobody speaks for them. */
import { ALWAYS, type Values } from '../../core/choices.ts';
import { siteOf, type Range } from '../../core/site.ts';
import type { Frame, World } from '../../project/evaluation.ts';
import { machineOn } from '../../project/machines.ts';
import { MAY_DO_ALL } from '../github/actions/foreign.ts';
import type { PipelineReading, Variable } from './reading.ts';
import type { Assembled, Project } from './run-gitlab.ts';
import { filledIn, valueOf } from './values.ts';

/** What it was given, with the system's pieces and the shell's parameters left open. */
const OPEN_PIECES = /<<\s*([\w.-]+)\s*>>|\$(?:\{(\w+)[^}]*\}|(\w+))/g;

export interface Unseen {
  readonly what: 'action' | 'workflow';
  readonly label: string;
  readonly range: Range;
  readonly given: readonly Variable[];
}

export function emitForeign(
  world: World,
  frame: Frame,
  { what, label, range, given }: Unseen,
  { lines }: PipelineReading,
): void {
  world.emit(
    {
      kind: 'blind-spot',
      what,
      label,
      may: MAY_DO_ALL,
      given: given.flatMap(({ name, value }) =>
        filledIn(value, name, frame.env, OPEN_PIECES).map(({ value: text }) => ({ role: name, text })),
      ),
      site: siteOf(lines, range, frame.via),
    },
    frame,
  );
}

/** What a GitLab project includes from elsewhere may make jobs of its own, of the variables that all have. */
export function emitIncludes(world: World, project: Project, globals: readonly Variable[]): void {
  const env = new Map<string, Values>();
  for (const variable of globals) env.set(variable.name, valueOf(variable, env, 'gitlab'));
  for (const reading of project.files) {
    for (const { label, range, given } of reading.foreign ?? [])
      emitForeign(
        world,
        frameOf(`${reading.file}#include#${range[0]}`, env),
        { what: 'workflow', label, range, given: [...given, ...globals] },
        reading,
      );
  }
}

/** A job takes from one that stands nowhere in the project. */
export function emitMissing(
  world: World,
  run: string,
  { job: { of: job, reading }, variables }: Assembled,
  name: string,
  env: ReadonlyMap<string, Values>,
): void {
  emitForeign(
    world,
    frameOf(run, env),
    { what: 'workflow', label: `${name}, from an include`, range: job.key, given: variables.map(({ of }) => of) },
    reading,
  );
}

function frameOf(run: string, env: ReadonlyMap<string, Values>): Frame {
  return {
    run,
    via: [],
    env,
    cwd: '',
    machine: machineOn({ kind: 'gitlab' }),
    inCi: true,
    when: ALWAYS,
    openEnvironment: true,
  };
}
