/** Each manifest. */
import { byHand, type Entries } from '../../project/entries.ts';
import { evaluateKubernetes } from './run.ts';

export const entries: Entries = {
  priority: 160,
  because: 'the nodes that stacks declare are known by then',
  run(world, take) {
    for (const reading of world.readings.ofKind('kubernetes'))
      take(reading, (own) => evaluateKubernetes(own, reading, byHand(reading.file, '')));
  },
};
