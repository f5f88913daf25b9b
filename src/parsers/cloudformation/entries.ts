/** Each template that nothing deploys. */
import { byHand, type Entries } from '../../project/entries.ts';
import { evaluateTemplates } from './run.ts';

export const entries: Entries = {
  priority: 120,
  because: 'scripts and other templates deploy it with parameters',
  run: (world, take) => evaluateTemplates(world, (reading) => byHand(reading.file, ''), take),
};
