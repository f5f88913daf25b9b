/** Each Taskfile. */
import { byHand, outermostFirst, type Entries } from '../../project/entries.ts';
import { dirname } from '../../project/paths.ts';
import { runTaskfile } from './run.ts';

export const entries: Entries = {
  priority: 50,
  because: 'people call it, and it calls scripts, rarely the other way round',
  run(world, take) {
    for (const reading of outermostFirst(world.readings.ofKind('taskfile')))
      take(reading, (own) => runTaskfile(own, reading, byHand(reading.file, dirname(reading.file))));
  },
};
