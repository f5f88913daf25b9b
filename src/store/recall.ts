/** What a run finds remembered of the project by the one before, and leaves to the next. */
import type { Files } from '../discover/files.ts';
import { ALL_NEW, newProjectMemory, type Again, type ProjectMemory } from '../engine/project-memory.ts';
import { openDoor } from '../files/door.ts';
import { differences, type Looks } from '../files/looks.ts';
import type { Desk } from './answers.ts';
import { hashOf, opened, type Entry } from './entry.ts';
import { BEFORE, frozen, thawed } from './memory.ts';

interface Recalled {
  readonly looks: Looks;
  readonly files: Files;
  readonly again: Again;
}

/** What was remembered with an answer that stands no more, and what has changed since. */
export async function recalled(desk: Desk, before: Entry | undefined, now: number): Promise<Recalled> {
  const { project } = desk;
  const fresh = (): Recalled => {
    const looks: Looks = new Map();
    const files = { ...project.watched(looks), stamp: () => BEFORE };
    return { looks, files, again: { memory: newProjectMemory(), changes: ALL_NEW } };
  };
  const bytes = before && memoryOf(desk, before);
  if (before === undefined || bytes === undefined) return fresh();
  const { looks } = before;
  const { paths, structure } = differences(openDoor(project.root), looks, now);
  const changed = new Set(paths);
  const files: Files = { ...project.watched(looks), stamp: (path) => (changed.has(path) ? 'now' : BEFORE) };
  const found = await thawed(bytes, files);
  if (found === undefined) return fresh();
  const listed = notInBoth(found.paths, project.list());
  for (const path of listed) changed.add(path);
  return {
    looks,
    files,
    again: { memory: found.memory, changes: { paths: changed, structure: structure || listed.length > 0 } },
  };
}

function notInBoth(some: readonly string[], others: readonly string[]): string[] {
  const [a, b] = [new Set(some), new Set(others)];
  return [...some.filter((path) => !b.has(path)), ...others.filter((path) => !a.has(path))];
}

function placeOfMemory({ name }: Desk): string {
  return hashOf(`${name} memory`);
}

function memoryOf(desk: Desk, { version }: Entry): Buffer | undefined {
  const place = placeOfMemory(desk);
  const [of, bytes] = opened(place, desk.kept.read(place)) ?? [];
  return of?.toString() === version ? bytes : undefined;
}

export function remember(desk: Desk, { version }: Entry, memory: ProjectMemory): void {
  desk.write(placeOfMemory(desk), [version, frozen(memory, desk.project)]);
}
