/**
 * Evaluating again after a change. Each entry point has its turn; a turn is remembered with everything it looked at, and is only run
 * again when one of those things has changed. What it found otherwise stands: evaluation depends on nothing but what it looks at.
 */
import type { Fact } from '../model/facts.ts';
import type { Reading, Readings } from '../parsers/reading.ts';
import type { Take, World } from './world.ts';

export interface Memory {
  readonly turns: Map<string, Remembered>;
  /** What has changed since the last evaluation, as the functions below name it. */
  readonly changed: ReadonlySet<string>;
  /** Counts the evaluations. A turn that was not taken in the one before has missed changes. */
  readonly round: number;
}

export interface Remembered {
  round: number;
  readonly reading: Reading;
  readonly given: string | undefined;
  readonly needs: ReadonlySet<string>;
  readonly calls: ReadonlySet<string>;
  readonly facts: readonly Fact[];
  readonly fuel: number;
}

/** The reading of a path. */
export function readingAt(path: string): string {
  return `reading ${path}`;
}

/** The list of all readings of a kind. */
export function readingsOf(kind: string): string {
  return `kind ${kind}`;
}

/** Whether the project has a path. */
export function existenceOf(path: string): string {
  return `path ${path}`;
}

/** The text of a file that is no reading. */
export function textOf(path: string): string {
  return `text ${path}`;
}

const calling = (name: string): string => `called ${name}`;

interface TurnsRequest {
  readonly memory: Memory;
  /** Of the evaluation as a whole. */
  readonly world: World;
  readonly facts: Fact[];
  /** A world for one turn, whose facts go into the list given. */
  open(readings: Readings, facts: Fact[]): World;
}

export function turnsOf({ memory, world, facts, open }: TurnsRequest): Take {
  const changed = new Set(memory.changed);
  const taken = new Set<string>();
  return (reading, turn, given) => {
    const key = `${reading.kind} ${reading.file}`;
    // The same entry twice in one evaluation: it is not known which of the two is asked for next time.
    const again = taken.has(key);
    taken.add(key);
    const before = again ? undefined : memory.turns.get(key);
    if (before !== undefined && before.round === memory.round - 1 && before.reading === reading && before.given === given && disjoint(before.needs, changed)) {
      replay(before, world, facts, memory);
      return;
    }
    const record = perform({ reading, given }, turn, { memory, world, facts, open });
    for (const name of differing(before?.calls ?? NONE, record.calls)) changed.add(calling(name));
    if (again) memory.turns.delete(key);
    else memory.turns.set(key, record);
  };
}

function replay(before: Remembered, world: World, facts: Fact[], memory: Memory): void {
  before.round = memory.round;
  for (const fact of before.facts) facts.push(fact);
  for (const name of before.calls) world.called.add(name);
  world.fuel -= before.fuel;
}

function perform(about: Pick<Remembered, 'reading' | 'given'>, turn: (world: World) => void, { memory, world, facts, open }: TurnsRequest): Remembered {
  const needs = new Set<string>();
  const calls = new Set<string>();
  const base = facts.length;
  const own = { ...open(watched(world.readings, needs), facts), called: new Called(world.called, calls, needs), fuel: world.fuel };
  turn(own);
  const record = { round: memory.round, ...about, needs, calls, facts: facts.slice(base), fuel: world.fuel - own.fuel };
  world.fuel = own.fuel;
  return record;
}

function watched(readings: Readings, needs: Set<string>): Readings {
  const { dockerfile } = readings;
  return {
    get: (path) => {
      needs.add(readingAt(path));
      return readings.get(path);
    },
    ofKind: (kind) => {
      needs.add(readingsOf(kind));
      return readings.ofKind(kind);
    },
    exists: (path) => {
      needs.add(existenceOf(path));
      return readings.exists(path);
    },
    text: (path) => {
      needs.add(textOf(path));
      return readings.text(path);
    },
    ...(dockerfile === undefined ? {} : { dockerfile: (path, text) => {
      // Its fallback `dockerfile` may come, go or change as well.
      for (const one of [path, path.replace(/D(?=ockerfile$)/, 'd')]) for (const what of [readingAt(one), textOf(one), existenceOf(one)]) needs.add(what);
      return dockerfile(path, text);
    } }),
  };
}

/** Notes what a turn asks about and what it adds; both go through to the set of the whole evaluation. */
class Called extends Set<string> {
  constructor(private readonly all: Set<string>, private readonly calls: Set<string>, private readonly needs: Set<string>) {
    super();
  }

  override has(name: string): boolean {
    // What the turn added itself depends on nobody else.
    if (this.calls.has(name)) return true;
    this.needs.add(calling(name));
    return this.all.has(name);
  }

  override add(name: string): this {
    this.calls.add(name);
    this.all.add(name);
    return this;
  }
}

const NONE: ReadonlySet<string> = new Set();

function disjoint(needs: ReadonlySet<string>, changed: ReadonlySet<string>): boolean {
  const [few, many] = needs.size < changed.size ? [needs, changed] : [changed, needs];
  for (const one of few) if (many.has(one)) return false;
  return true;
}

function differing(a: ReadonlySet<string>, b: ReadonlySet<string>): string[] {
  return [...[...a].filter((one) => !b.has(one)), ...[...b].filter((one) => !a.has(one))];
}
