/** Each Makefile that no other includes. */
import { byHand, outermostFirst, type Entries } from '../../project/entries.ts';
import { dirname } from '../../project/paths.ts';
import { includedMakefiles, runMakefile } from './run.ts';

export const entries: Entries = {
  priority: 30,
  because: 'people call it, and it calls scripts, rarely the other way round',
  run(world, take) {
    const all = world.readings.ofKind('makefile');
    const included = includedMakefiles(all);
    for (const reading of outermostFirst(all))
      if (!included.has(reading.file))
        take(reading, (own) => runMakefile(own, reading, byHand(reading.file, dirname(reading.file))));
  },
};
