/** Each runbook. */
import { fromTheRoot, type Entries } from '../../project/entries.ts';
import { evaluateMarkdown } from './run.ts';

export const entries: Entries = {
  priority: 150,
  because: 'a runbook calls what the project has',
  run: fromTheRoot('markdown', evaluateMarkdown),
};
