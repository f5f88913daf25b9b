/** The CDK app. */
import { fromTheRoot, type Entries } from '../../project/entries.ts';
import { evaluateCdk } from './run.ts';

export const entries: Entries = {
  priority: 130,
  because: 'no other language calls it',
  run: fromTheRoot('cdk', evaluateCdk),
};
