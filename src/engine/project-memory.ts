/**
 * What is remembered of a project between two looks at it: its readings, and what each entry found. Only changed files
 * are read again, and only entries that looked at one of them are evaluated again. An editor keeps it while it is open,
 * a store between runs.
 */
import type { Changes } from '../discover/snapshot.ts';
import {
  YAML_READERS,
  calling,
  existenceOf,
  forgetGone,
  readingAt,
  readingsOf,
  textOf,
  type Memory,
  type Remembered,
} from '../project/memory.ts';
import type { Reading } from '../project/readings.ts';
import { evaluated, type Evaluated, type EvaluateRequest } from './evaluate.ts';
import { newReadMemory, type ReadMemory } from './read-memory.ts';
import { readProject, type Project, type ReadRequest } from './read-project.ts';

export interface ProjectMemory {
  readonly read: ReadMemory;
  readonly turns: Map<string, Remembered>;
  round: number;
  byFile: ReadonlyMap<string, Reading>;
  /** Had it readers of the YAML that evaluation comes upon? */
  yaml: boolean;
  /** What entries had called that are not remembered. */
  readonly lost: Set<string>;
}

export function newProjectMemory(): ProjectMemory {
  return { read: newReadMemory(), turns: new Map(), round: 0, byFile: new Map(), yaml: false, lost: new Set() };
}

export interface Again {
  readonly memory: ProjectMemory;
  /** Since the last look. */
  readonly changes: Changes;
}

/** A first look has nothing to compare with. */
export const ALL_NEW: Changes = { paths: new Set(), structure: true };

/** Reads what has changed: files with another stamp. */
export function readAgain({ memory, changes }: Again, request: Omit<ReadRequest, 'again'>): Promise<Project> {
  return readProject({ ...request, again: { memory: memory.read, ...changes } });
}

/** Each further time undoes what entries had called that are none any more; and that may make others none. */
export function evaluateAgain(
  { memory, changes }: Again,
  project: Project,
  request: Omit<EvaluateRequest, 'memory' | 'readings'>,
): Evaluated {
  const again = { ...request, readings: project.readings };
  let found = evaluated({ ...again, memory: turnMemory(memory, project, changes) });
  for (let more = 0; more < MOST_TIMES; more++) {
    const changed = forgetGone(memory);
    if (changed.size === 0) break;
    memory.round++;
    found = evaluated({ ...again, memory: { turns: memory.turns, changed, round: memory.round } });
  }
  return found;
}

const MOST_TIMES = 8;

/** What has changed since the last evaluation, in the words of those who looked at it. */
function turnMemory(memory: ProjectMemory, project: Project, { paths, structure }: Changes): Memory {
  const changed = new Set<string>();
  const before = memory.byFile;
  const compare = (path: string): void => {
    const [old, now] = [before.get(path), project.byFile.get(path)];
    if (old === now) return;
    changed.add(readingAt(path));
    for (const reading of [old, now]) if (reading !== undefined) changed.add(readingsOf(reading.kind));
  };
  for (const path of before.keys()) compare(path);
  for (const path of project.byFile.keys()) compare(path);
  for (const path of paths) {
    changed.add(textOf(path));
    if (structure) for (const folder of foldersOf(path)) changed.add(existenceOf(folder));
  }
  for (const name of memory.lost) changed.add(calling(name));
  memory.lost.clear();
  const yaml = project.readings.yaml !== undefined;
  if (yaml !== memory.yaml) changed.add(YAML_READERS);
  memory.yaml = yaml;
  memory.byFile = project.byFile;
  memory.round++;
  return { turns: memory.turns, changed, round: memory.round };
}

/** A file that comes or goes may bring or take its folders with it. */
function foldersOf(path: string): string[] {
  const steps = path.split('/');
  return steps.map((_, index) => steps.slice(0, index + 1).join('/'));
}
