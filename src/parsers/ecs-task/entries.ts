/** Each task definition that nothing registers. */
import { byHand, type Entries } from '../../project/entries.ts';
import { evaluateTaskDefinition } from './run.ts';

export const entries: Entries = {
  priority: 170,
  because: 'commands and actions register it with an image of their own',
  run(world, take) {
    for (const reading of world.readings.ofKind('task-definition'))
      if (!world.called.has(reading.file))
        take(reading, (own) => evaluateTaskDefinition(own, reading, byHand(reading.file, '')));
  },
};
