/** Each task definition that nothing registers. */
import { fromTheRoot, type Entries } from '../../project/entries.ts';
import { evaluateTaskDefinition } from './run.ts';

export const entries: Entries = {
  priority: 170,
  because: 'commands and actions register it with an image of their own',
  run: fromTheRoot('task-definition', evaluateTaskDefinition, { unlessCalled: true }),
};
