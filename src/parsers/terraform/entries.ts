/** Each root module. */
import { byHand, type Entries } from '../../project/entries.ts';
import { evaluateTerraform } from './run.ts';

export const entries: Entries = {
  priority: 80,
  because: 'scripts apply modules, with variables that tell more than a module by itself',
  run: (world, take) => evaluateTerraform(world, byHand, take),
};
