/** Each Taskfile. */
import { fromItsFolder, type Entries } from '../../project/entries.ts';
import { runTaskfile } from './run.ts';

export const entries: Entries = {
  priority: 50,
  because: 'people call it, and it calls scripts, rarely the other way round',
  run: fromItsFolder('taskfile', runTaskfile),
};
