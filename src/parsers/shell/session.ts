/**
 * One run of a script text: the world it acts on, and whether this is the real run or a rehearsal in which one command
 * fails.
 */
import { posix } from 'node:path';
import { always, beyond, both, compatible, settle, turned, under, type Values, type When } from '../../core/choices.ts';
import { isSealed, judged } from '../../core/sealed.ts';
import { concat, literal, type Text } from '../../core/text.ts';
import type { Command } from './reading.ts';
import type { Failing, Frame, Machine, MetLong, NewFact, World } from '../../project/evaluation.ts';
import { contentsOf } from '../../project/contents.ts';
import type { State } from './state.ts';

/**
 * Where the project lies, as scripts see it: `$PWD`, `$(dirname "$0")`, `git rev-parse --show-toplevel` start with it.
 */
export const PROJECT = '/project';

/** Of one rehearsal; what it doesn't get to, it doesn't tell. */
const REHEARSAL_STEPS = 20_000;

/** Every fact is linked with others and judged, which has its cost. */
const STEPS_PER_FACT = 5;

/** A rehearsal only follows calls; everything else a reading could tell has been told by the real run. */
const FOLLOWED = new Set(['shell', 'makefile', 'justfile', 'taskfile', 'package-json']);

export class Session {
  readonly world: World;
  readonly machine: Machine;

  constructor(
    world: World,
    readonly frame: Frame,
    readonly longs: Map<string, MetLong>,
    /** The command that fails in this rehearsal. */
    readonly failing: Failing | undefined,
  ) {
    // A script that a rehearsal runs is in it already.
    this.world = failing === undefined || frame.nested?.failing !== undefined ? world : rehearsal(world);
    this.machine =
      failing === undefined
        ? frame.machine
        : { ...frame.machine, builders: new Map(frame.machine.builders), files: new Map(frame.machine.files) };
  }

  private readonly runs = new Map<Command, number>();

  /** Counts a command's runs: in nested loops it has said what it has to say after so many. */
  runsOf(command: Command): number {
    const runs = (this.runs.get(command) ?? 0) + 1;
    this.runs.set(command, runs);
    return runs;
  }

  get rehearsing(): boolean {
    return this.failing !== undefined;
  }

  binding(name: string): Values | undefined {
    const values = this.world.bindings.get(name) ?? this.world.bindings.get(name.toLowerCase());
    return values === undefined
      ? undefined
      : settle(
          values.map((value) => ({ value: literal(value), when: [{ cond: `binding:${name}`, is: value }] })),
          name,
        );
  }

  /** Project-relative, or undefined when it can't be told or lies outside. */
  path(text: Text, state: State): string | undefined {
    const value = judged(text);
    if (value === undefined || value === '') return undefined;
    const path = this.filePath(value, state);
    if (path.startsWith('/') || path.startsWith('?')) return undefined;
    // A path is shown; what a file says is one only where the project has it.
    return isSealed(text) && !this.world.readings.exists(path) ? undefined : path;
  }

  /**
   * The key under which a file is known: project-relative inside the project, absolute elsewhere, `?…` where the folder
   * is unknown.
   */
  filePath(value: string, state: State): string {
    if (value.startsWith('/')) {
      const plain = posix.normalize(value);
      if (plain === PROJECT) return '';
      return plain.startsWith(`${PROJECT}/`) ? plain.slice(PROJECT.length + 1).replace(/\/$/, '') : plain;
    }
    if (state.cwd === undefined) return `?/${value}`;
    const joined = posix.normalize(posix.join(state.cwd === '' ? '.' : state.cwd, value)).replace(/\/$/, '');
    return joined === '.' ? '' : joined.startsWith('..') ? `?/${joined}` : joined;
  }

  file(path: string, when: When): Text | undefined {
    const written = this.machine.files.get(path)?.filter((one) => compatible(one.when, when));
    if (written !== undefined) return written.length === 1 ? written[0]!.value : undefined;
    return path.startsWith('/') || path.startsWith('?') ? undefined : contentsOf(this.world.readings, path);
  }

  /** What a branch writes is there on its way, and what was there before stays on the others. */
  write(path: string, values: Values, { append, when }: { readonly append: boolean; readonly when: When }): void {
    const here = beyond(when, this.frame.when);
    const before =
      append || here.length > 0 ? (this.machine.files.get(path) ?? (append ? always([]) : undefined)) : undefined;
    const written =
      before === undefined
        ? under(values, here)
        : before.flatMap((a) => {
            const taken = both(a.when, here);
            if (taken === undefined) return [a];
            const added = append ? values.map((b) => ({ value: concat(a.value, b.value), when: b.when })) : values;
            return [...under(added, taken), ...elsewhere(here, a.when).map((others) => ({ ...a, when: others }))];
          });
    this.machine.files.set(path, settle(written, path));
  }

  emit(fact: NewFact, frame: Frame): void {
    if (this.world.budget.spend(STEPS_PER_FACT) && !this.rehearsing) this.world.emit(fact, frame);
  }
}

/** The ways on which a conjunction doesn't hold, seen from where another does. */
function elsewhere(conditions: When, from: When): When[] {
  const result: When[] = [];
  let way: When = from;
  for (const guard of beyond(conditions, from)) {
    const other = turned(guard);
    // One way of many: the others can't be told from it, so that what was there stays possible.
    result.push(other === undefined ? way : [...way, other]);
    way = [...way, guard];
  }
  return result;
}

function rehearsal(world: World): World {
  const { readings } = world;
  return {
    ...world,
    budget: world.budget.part(REHEARSAL_STEPS),
    called: new Set(),
    emit: () => undefined,
    revise: () => undefined,
    stopped: () => undefined,
    readings: {
      all: readings,
      get: (file) => {
        const found = readings.get(file);
        return found !== undefined && FOLLOWED.has(found.kind) ? found : undefined;
      },
      ofKind: (kind) => (FOLLOWED.has(kind) ? readings.ofKind(kind) : []),
      exists: (path) => readings.exists(path),
      text: (file) => readings.text(file),
    },
  };
}
