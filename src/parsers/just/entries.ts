/** Each justfile. */
import { byHand, outermostFirst, type Entries } from '../../project/entries.ts';
import { dirname } from '../../project/paths.ts';
import { runJustfile } from './run.ts';

export const entries: Entries = {
  priority: 40,
  because: 'people call it, and it calls scripts, rarely the other way round',
  run(world, take) {
    for (const reading of outermostFirst(world.readings.ofKind('justfile')))
      take(reading, (own) => runJustfile(own, reading, byHand(reading.file, dirname(reading.file))));
  },
};
