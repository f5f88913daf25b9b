/** Where evaluation begins: what starts by itself, if nothing else calls it. */
import { ALWAYS } from '../core/choices.ts';
import type { Frame, Take, World } from './evaluation.ts';
import { machineOn } from './machines.ts';
import { dirname } from './paths.ts';
import type { Kind, Reading } from './readings.ts';

export interface Entries {
  /** Those of a lower number have their turn first: what they call is no entry any more. */
  readonly priority: number;
  /** Why it isn't earlier, or later. */
  readonly because: string;
  run(world: World, take: Take): void;
}

/** Somebody runs it on a machine of their own, in a terminal whose environment we don't know. */
export function byHand(run: string, cwd: string | undefined): Frame {
  return {
    run,
    via: [],
    env: new Map(),
    cwd,
    machine: machineOn({ kind: 'developer' }),
    inCi: false,
    when: ALWAYS,
    openEnvironment: true,
  };
}

/** A file at the root calls those below it, seldom the other way round. */
export function outermostFirst<R extends { readonly file: string }>(readings: readonly R[]): R[] {
  const depth = (one: R): number => one.file.split('/').length;
  return [...readings].sort((a, b) => depth(a) - depth(b) || (a.file < b.file ? -1 : 1));
}

/** Each file of a kind, run by hand from the project's root. `unlessCalled`: one that a caller has run is no entry. */
export function fromTheRoot<K extends Kind>(
  kind: K,
  run: (world: World, reading: Extract<Reading, { kind: K }>, frame: Frame) => void,
  { unlessCalled = false } = {},
): Entries['run'] {
  return (world, take) => {
    for (const reading of world.readings.ofKind(kind))
      if (!unlessCalled || !world.called.has(reading.file))
        take(reading, (own) => run(own, reading, byHand(reading.file, '')));
  };
}

/** Each file of a kind, run by hand in its own folder. */
export function fromItsFolder<K extends Kind>(
  kind: K,
  run: (world: World, reading: Extract<Reading, { kind: K }>, frame: Frame) => void,
): Entries['run'] {
  return (world, take) => {
    for (const reading of outermostFirst(world.readings.ofKind(kind)))
      take(reading, (own) => run(own, reading, byHand(reading.file, dirname(reading.file))));
  };
}
