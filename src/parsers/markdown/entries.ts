/** Each runbook. */
import { byHand, type Entries } from '../../project/entries.ts';
import { evaluateMarkdown } from './run.ts';

export const entries: Entries = {
  priority: 150,
  because: 'a runbook calls what the project has',
  run(world, take) {
    for (const reading of world.readings.ofKind('markdown'))
      take(reading, (own) => evaluateMarkdown(own, reading, byHand(reading.file, '')));
  },
};
