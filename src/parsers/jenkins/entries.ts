/** Each Jenkinsfile. */
import type { Entries } from '../../project/entries.ts';
import { runJenkins } from './run.ts';

export const entries: Entries = {
  priority: 25,
  because: 'like other CI, it calls everything else',
  run: (world, take) => {
    for (const reading of world.readings.ofKind('jenkins')) take(reading, (own) => runJenkins(own, reading));
  },
};
