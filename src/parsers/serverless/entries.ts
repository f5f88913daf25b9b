/** Each service that no command deploys. */
import { byHand, type Entries } from '../../project/entries.ts';
import { evaluateServerless } from './run.ts';

export const entries: Entries = {
  priority: 110,
  because: 'scripts deploy it with a stage',
  run(world, take) {
    for (const reading of world.readings.ofKind('serverless'))
      if (!world.called.has(reading.file))
        take(reading, (own) => evaluateServerless(own, reading, byHand(reading.file, '')));
  },
};
