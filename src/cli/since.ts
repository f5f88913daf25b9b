/** `check --since`: what is new, what is fixed, and what a change takes off, in every format. */
import type { LoadedConfig } from '../config/load.ts';
import type { Config } from '../config/config.ts';
import { Problem } from '../config/problem.ts';
import type { Asked } from '../engine/answer.ts';
import { tryRead } from '../discover/files.ts';
import { projectsAt } from '../files/typed.ts';
import type { Notice } from '../report/report.ts';
import { exitCode, reportInput, withLevels, worstOf, type CheckOptions } from './check.ts';
import { deliver, render, styleOf, type OutputPlan } from './output.ts';
import { sinceRun } from './since-run.ts';
import { defined } from '../core/optional.ts';

interface Telling {
  readonly options: CheckOptions;
  readonly plan: OutputPlan;
  readonly root: string;
  readonly loaded: LoadedConfig;
  readonly onlyRules: readonly string[] | undefined;
  readonly notices: readonly Notice[];
  readonly asked: Asked;
}

export async function tellSince(telling: Telling): Promise<number> {
  const { options, plan, root, loaded, onlyRules, notices, asked } = telling;
  const { since: revision = '', severity, baseline, cacheDir } = options;
  if (options.stdin === true) throw new Problem("--since and --stdin don't go together");
  const leveled = (config: Config): Config => withLevels({ ...loaded, config }, options.rule ?? []);
  const { result, files, shown, failOn } = await sinceRun({
    root,
    revision,
    staged: options.staged === true,
    loaded,
    withLevels: leveled,
    configNamed: options.config !== undefined,
    baseline,
    onlyRules,
    asked: { ...asked, ...defined({ pedantic: options.pedantic }) },
    cache: { use: options.cache !== false && process.env['PLIMSOLL_DEBUG'] !== '1', folder: cacheDir },
  });
  const input = {
    ...reportInput(result, {
      root,
      read: (path) => tryRead(files, path),
      known: undefined,
      loaded,
      notices,
      severity,
      shown: defined({ within: asked.within }),
    }),
    since: shown,
  };
  deliver(plan, await render(plan, input, styleOf(options, root)), projectsAt(root));
  return exitCode(worstOf(input.findings), options.failOn ?? failOn ?? 'warning');
}
