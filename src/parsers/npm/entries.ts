/** Each package with scripts. */
import { fromItsFolder, type Entries } from '../../project/entries.ts';
import { runPackageScripts } from './run.ts';

export const entries: Entries = {
  priority: 60,
  because: 'people call it, and it calls scripts, rarely the other way round',
  run: fromItsFolder('package-json', runPackageScripts),
};
