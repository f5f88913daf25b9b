/** Each workflow starts by itself, but for those that others call. */
import type { Entries } from '../../project/entries.ts';
import { runWorkflows } from './run.ts';

export const entries: Entries = {
  priority: 10,
  because: 'CI calls everything else',
  run: runWorkflows,
};
