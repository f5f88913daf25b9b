/** Each package with scripts. */
import { byHand, outermostFirst, type Entries } from '../../project/entries.ts';
import { dirname } from '../../project/paths.ts';
import { runPackageScripts } from './run.ts';

export const entries: Entries = {
  priority: 60,
  because: 'people call it, and it calls scripts, rarely the other way round',
  run(world, take) {
    for (const reading of outermostFirst(world.readings.ofKind('package-json')))
      take(reading, (own) => runPackageScripts(own, reading, byHand(reading.file, dirname(reading.file))));
  },
};
