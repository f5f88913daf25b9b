/** Each manifest. */
import { fromTheRoot, type Entries } from '../../project/entries.ts';
import { evaluateKubernetes } from './run.ts';

export const entries: Entries = {
  priority: 160,
  because: 'the nodes that stacks declare are known by then',
  run: fromTheRoot('kubernetes', evaluateKubernetes),
};
