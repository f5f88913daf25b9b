/** `plimsoll diff`: the project's templates and another side's → changes as facts, judged with the project's own. */
import { loadConfig } from '../config/load.ts';
import { configNotices } from '../config/near-miss.ts';
import { Problem } from '../config/problem.ts';
import { trustWhere } from '../config/trust.ts';
import { concernsImages } from '../diff/words.ts';
import { openFolder, tryRead } from '../discover/files.ts';
import { check, type CheckResult } from '../engine.ts';
import { projectsAt } from '../files/typed.ts';
import type { Finding } from '../model/finding.ts';
import type { Site } from '../core/site.ts';
import { RULES } from '../rules/registry.ts';
import { exitCode, knownRules, reportInput, withLevels, worstOf } from './check.ts';
import type { DiffOptions } from './diff.ts';
import { compare, type Compared } from './diff-compare.ts';
import { draws, emit, planOutputs } from './output.ts';
import { targetOf } from '../config/project.ts';

export async function diffCommand(paths: readonly string[], options: DiffOptions): Promise<number> {
  const plan = planOutputs(options.format, options.output ?? []);
  const { root, only } = targetOf(paths);
  const loaded = await loadConfig(root, RULES, { file: options.config, trust: trustWhere(options.trust === true) });
  const config = withLevels(loaded, options.rule ?? []);
  const bindings = new Map(Object.entries(config.variables));
  if (options.synth === true) {
    const { synthesize } = await import('./synth.ts');
    await synthesize(await openFolder(root), options.quiet === true);
  }
  const files = await openFolder(root);
  let compared: Compared | undefined;
  const result = await check({
    files,
    config,
    plugins: loaded.plugins,
    pedantic: options.pedantic ?? config.pedantic ?? false,
    picture: draws(plan),
    ...(options.only === undefined ? {} : { onlyRules: knownRules(options.only, loaded) }),
    moreFacts: async (local, readings) => {
      compared = await compare({ options, root, only, local, readings, bindings });
      return [...compared.changes, ...compared.live];
    },
  });
  if (compared === undefined) throw new Problem('nothing was compared');
  const own = ofTheDiff(result, compared);
  const input = {
    ...reportInput(own, {
      root,
      read: (path) => tryRead(files, path),
      known: undefined,
      loaded,
      notices: configNotices(loaded, root),
    }),
    changes: compared.shown,
  };
  await emit(plan, input, projectsAt(root), options);
  return exitCode(worstOf(input.findings), options.failOn ?? config.failOn ?? 'warning');
}

/** Of what the rules find, the part that this deploy brings about or runs into; the rest is `check`'s to report. */
const OF_THE_ACCOUNT: ReadonlySet<string> = new Set(['stack-stuck', 'not-verified']);
const OF_ADDED_REPOSITORIES: ReadonlySet<string> = new Set(['repository-exists', 'repository-name-fixed']);

function ofTheDiff(result: CheckResult, { changes, live, images }: Compared): CheckResult {
  const diffRules = new Set(RULES.filter((rule) => rule.group === 'diff').map((rule) => rule.id));
  const at = (chosen: readonly { readonly site: Site }[]): ((site: Site) => boolean) => {
    const keys = new Set(chosen.map((one) => keyOf(one.site)));
    return (site) => keys.has(keyOf(site));
  };
  const repositories = at(
    changes.filter(
      (one) =>
        one.resourceType === 'AWS::ECR::Repository' &&
        (one.change === 'add' || one.change === 'orphan' || one.change === 'replace'),
    ),
  );
  const workloads = at(
    changes.filter((one) => one.workload !== undefined || (one.change === 'add' && concernsImages(one))),
  );
  const broughtIn = at(images.map((site) => ({ site })));
  const stacks = new Set(
    live.flatMap((one) => (one.kind === 'stack-state' || one.kind === 'unverified' ? [one.site.resource] : [])),
  );
  const belongs = ({ rule, site, related }: Finding): boolean =>
    diffRules.has(rule) ||
    (OF_THE_ACCOUNT.has(rule) && site.file === '' && stacks.has(site.resource)) ||
    (rule === 'image-missing' && broughtIn(site)) ||
    (OF_ADDED_REPOSITORIES.has(rule) && repositories(site)) ||
    (rule === 'arch-mismatch' && [site, ...related.map((one) => one.site)].some(workloads));
  return {
    ...result,
    findings: result.findings.filter(belongs),
    suppressed: result.suppressed.filter(({ finding }) => belongs(finding)),
  };
}

function keyOf({ file, span }: Site): string {
  return `${file}:${span.start}-${span.end}`;
}
