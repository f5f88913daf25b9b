/**
 * The last net under a run. Steps end what takes no end, at the same place every time; this ends what steps have
 * missed, wherever it then is.
 */
import { getHeapStatistics } from 'node:v8';

/** Seconds of CPU time: a machine that is busy with other things is no reason to judge less. */
const MOST_SECONDS = 60;
/** Of the memory that Node.js takes at most: beyond it the process would end without a word. */
const MOST_MEMORY = 0.8;

const BETWEEN_LOOKS = 200;

/** True once the run has taken too long, or too much. */
export function deadline(seconds = MOST_SECONDS): () => boolean {
  const { user, system } = process.cpuUsage();
  const end = user + system + seconds * 1_000_000;
  let late = false;
  let looked = performance.now();
  return () => {
    // Asking takes its time as well.
    if (late || performance.now() - looked < BETWEEN_LOOKS) return late;
    looked = performance.now();
    const now = process.cpuUsage();
    const { used_heap_size: used, heap_size_limit: most } = getHeapStatistics();
    late = now.user + now.system > end || used > most * MOST_MEMORY;
    return late;
  };
}
