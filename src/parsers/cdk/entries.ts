/** The CDK app. */
import { byHand, type Entries } from '../../project/entries.ts';
import { evaluateCdk } from './run.ts';

export const entries: Entries = {
  priority: 130,
  because: 'no other language calls it',
  run(world, take) {
    for (const reading of world.readings.ofKind('cdk'))
      take(reading, (own) => evaluateCdk(own, reading, byHand(reading.file, '')));
  },
};
