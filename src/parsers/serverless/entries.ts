/** Each service that no command deploys. */
import { fromTheRoot, type Entries } from '../../project/entries.ts';
import { evaluateServerless } from './run.ts';

export const entries: Entries = {
  priority: 110,
  because: 'scripts deploy it with a stage',
  run: fromTheRoot('serverless', evaluateServerless, { unlessCalled: true }),
};
