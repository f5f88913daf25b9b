/** For `check`: the facts of a comparison with an older version of the same files, held in memory. */
import { changesBetween } from '../../src/diff/changes.ts';
import { pairUp } from '../../src/diff/pair.ts';
import { sideOf } from '../../src/diff/side.ts';
import { memoryFiles, type CheckRequest } from '../../src/engine.ts';
import { readProject } from '../../src/engine/read-project.ts';

export function changesSince(before: Readonly<Record<string, string>>): NonNullable<CheckRequest['moreFacts']> {
  return async (local, readings) => {
    const old = sideOf((await readProject({ files: memoryFiles(before), bindings: new Map() })).readings, new Map());
    const young = sideOf(readings, new Map());
    return changesBetween({ before: old, after: young, pairs: pairUp(old.stacks, young.stacks), local }).changes;
  };
}
