/** Each pipeline starts by itself. */
import type { Entries } from '../../project/entries.ts';
import { runBuildspecs, runPipelines } from './run.ts';

export const entries: Entries = {
  priority: 20,
  because: 'CI calls everything else',
  run: runPipelines,
};

export const buildspecs: Entries = {
  priority: 140,
  because: 'a CodeBuild project in a template, a module or an app may run one, on a machine that it describes',
  run: runBuildspecs,
};
