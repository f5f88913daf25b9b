/** What a workload has its image start, in whatever language it is written. */
import type { Workload } from '../model/facts.ts';

/** Undefined: nothing is said, so that the image's own word holds. `unknown`: it is said, and not known in full. */
export type Said = readonly string[] | 'unknown' | undefined;

/** An entry point takes the place of the image's, and of its command too; a command only that of its command. */
export function startOf(entryPoint: Said, command: Said): Pick<Workload, 'startsWith'> {
  if (entryPoint === 'unknown') return { startsWith: [] };
  const words = [...(entryPoint ?? []), ...(command === 'unknown' ? [] : (command ?? []))];
  return words.length === 0 && command !== 'unknown' ? {} : { startsWith: words };
}

/** App Runner's start command, which is one line. */
export function startLine(line: string | undefined): Pick<Workload, 'startsWith'> {
  const words = (line ?? '').split(/\s+/).filter((word) => word !== '');
  return words.length === 0 ? {} : { startsWith: words };
}

/** A job, or a task that is started for one run: whoever starts it next has its tag looked up again. */
export function startsAnew({ service, startedPerRun }: Pick<Workload, 'service' | 'startedPerRun'>): boolean {
  return service === 'batch' || startedPerRun === true;
}
