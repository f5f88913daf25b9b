/** Each justfile. */
import { fromItsFolder, type Entries } from '../../project/entries.ts';
import { runJustfile } from './run.ts';

export const entries: Entries = {
  priority: 40,
  because: 'people call it, and it calls scripts, rarely the other way round',
  run: fromItsFolder('justfile', runJustfile),
};
