/** `plimsoll check`: options → engine → reporters → exit code. */
import { dirname, relative, resolve } from 'node:path';
import { readBaseline, writeBaseline, type BaselineFile } from '../config/baseline.ts';
import type { Config, Level } from '../config/config.ts';
import { loadConfig, type LoadedConfig } from '../config/load.ts';
import { nearest } from '../config/nearest.ts';
import { Problem } from '../config/problem.ts';
import type { Target } from '../config/project.ts';
import { trustWhere } from '../config/trust.ts';
import { memoryFiles, openFolder, overlaid, type Files, type Folder } from '../discover/files.ts';
import { isDocument, isInstructions, neverTakesPart } from '../discover/kinds.ts';
import { below, boundaryOf, realOf } from '../files/boundary.ts';
import { projectsAt } from '../files/typed.ts';
import { NO_COVERAGE } from '../engine/coverage.ts';
import { SEVERITY_RANK, type Finding, type Severity } from '../model/finding.ts';
import type { Grouping } from '../report/order.ts';
import type { Notice, ReportInput } from '../report/report.ts';
import { RULES } from '../rules/registry.ts';
import { HOMEPAGE, VERSION, rulePage } from '../version.ts';
import type { JudgingOptions } from './judging-options.ts';
import { deliver, draws, planOutputs, render, styleOf, type OutputPlan, type Rendered } from './output.ts';
import { run, withoutStore, type Checked, type Printed } from './check-run.ts';
import { print } from './print.ts';
import { configNotices } from '../config/near-miss.ts';
import { whatToCheck } from './what-to-check.ts';
import { defined } from '../core/optional.ts';

export interface CheckOptions extends JudgingOptions {
  readonly baseline?: string;
  readonly updateBaseline?: true;
  readonly synth?: true;
  readonly fix?: true;
  readonly fixDryRun?: true;
  readonly stdin?: true;
  readonly stdinFilename?: string;
  /** A command line; `-`: standard input says which. */
  readonly command?: string;
  readonly stats?: true;
  /** Least severity that is shown, and counts. */
  readonly severity?: Severity;
  readonly groupBy?: Grouping;
  readonly statistics?: true;
  /** Only what is new against this revision. */
  readonly since?: string;
  /** The index's contents are judged, not the work tree's. */
  readonly staged?: true;
  /** False: answers of earlier runs are neither taken nor kept. */
  readonly cache?: boolean;
  readonly cacheDir?: string;
}

function isOn(docs: Config['docs']): boolean {
  return docs !== undefined && docs !== false;
}

function mayBeRead(path: string, docs: Config['docs']): boolean {
  return isInstructions(path) ? docs !== false : isOn(docs) && isDocument(path);
}

const LEVELS: readonly Level[] = ['off', 'note', 'warning', 'error'];

export async function checkCommand(paths: readonly string[], options: CheckOptions): Promise<number> {
  const plan = planOutputs(options.format, options.output ?? []);
  if (options.statistics === true && plan.stdout !== 'pretty' && plan.stdout !== 'concise')
    throw new Problem('--statistics goes with the formats pretty and concise');
  for (const [name, clash] of [
    ['--since', options.since !== undefined],
    ['--staged', options.staged === true],
  ] as const)
    if (clash && (options.fix === true || options.fixDryRun === true || options.updateBaseline === true))
      throw new Problem(`${name} only tells: leave out --fix, --fix-dry-run and --update-baseline`);
  if (options.command !== undefined) {
    const { checkTyped } = await import('./check-typed.ts');
    return checkTyped(paths, { ...options, command: options.command }, plan);
  }
  const { root, only, within, over, ...target } = await whatToCheck(paths, options);
  if (options.synth === true) {
    const { synthesize } = await import('./synth.ts');
    await synthesize(await openFolder(root), options.quiet === true);
  }
  const idle = only !== undefined && over === undefined && only.every(neverTakesPart);
  // Git lists the files while our own modules load.
  const opening = idle ? undefined : openFolder(root);
  const loaded = await loadConfig(root, RULES, { file: options.config, trust: trustWhere(options.trust === true) });
  const config = withLevels(loaded, options.rule ?? []);
  const onlyRules = options.only === undefined ? undefined : knownRules(options.only, loaded);
  const notices = [...configNotices(loaded, root), ...target.notices];
  if (options.since !== undefined) {
    const { tellSince } = await import('./since.ts');
    return tellSince({ options, plan, root, loaded, onlyRules, notices, asked: { only, within } });
  }
  const nothing = idle && !only.some((path) => mayBeRead(path, config.docs));
  const checked = nothing
    ? withoutStore(NOTHING, memoryFiles({}, root))
    : await run(options, async () => {
        const folder = await (opening ?? openFolder(root));
        return {
          folder,
          files: await filesFor(folder, over, options.staged),
          config,
          plugins: loaded.plugins,
          pedantic: options.pedantic ?? config.pedantic ?? false,
          picture: draws(plan),
          ...defined({ only, within, onlyRules }),
        };
      });
  const projects = projectsAt(root);
  const named = baselineFile(options, loaded, projects);
  const baseline =
    named ?? (options.updateBaseline === true ? { path: 'plimsoll.baseline.json', projects } : undefined);
  if (options.updateBaseline === true && baseline !== undefined) {
    if (only !== undefined || onlyRules !== undefined)
      throw new Problem('--update-baseline needs the whole project: leave out the paths and --only');
    if (within !== undefined) throw new Problem(`--update-baseline needs the whole project: run it in ${root}`);
    writeBaseline(baseline, checked.result().findings);
  }
  const known = baseline === undefined ? undefined : readBaseline(baseline);
  if (known === undefined && named !== undefined)
    throw new Problem(`the baseline ${named.path} does not exist; --update-baseline writes it`);

  const { rendered, worst } = await said(
    checked,
    { plan, root, known, loaded, shown: defined({ within, alone: target.alone }), notices },
    options,
  );
  if (checked.diff !== '' && (plan.stdout === 'pretty' || plan.stdout === 'agent')) print(`${checked.diff}\n`);
  deliver(plan, rendered, projects);
  if (options.stats === true) printStats(checked.result());
  return exitCode(worst, options.failOn ?? config.failOn ?? 'warning');
}

async function filesFor(folder: Folder, over: ReadonlyMap<string, string> | undefined, staged?: true): Promise<Files> {
  if (staged !== true) return over === undefined ? folder : overlaid(folder, over);
  const { RevisionError, stagedFiles } = await import('../diff/git.ts');
  try {
    return await stagedFiles(folder.root);
  } catch (error) {
    throw error instanceof RevisionError ? new Problem(`--staged: ${error.message}`) : error;
  }
}

/** All that a run says, so that one which finds everything as it was can say it again. */
interface Said {
  readonly rendered: Rendered;
  readonly worst?: Severity;
}

interface Saying {
  readonly plan: OutputPlan;
  readonly root: string;
  readonly known: ReadonlySet<string> | undefined;
  readonly loaded: LoadedConfig;
  readonly shown: Pick<Target, 'within' | 'alone'>;
  readonly notices: readonly Notice[];
}

async function said(
  checked: Checked,
  { plan, root, known, loaded, shown, notices }: Saying,
  options: CheckOptions,
): Promise<Said> {
  const style = styleOf(options, root);
  const formats = [plan.stdout ?? null, plan.files.map(({ format }) => format)];
  // All that a report is made of, beside the answer itself.
  const of = [checked.now, known === undefined ? null : [...known], notices, shown, process.cwd(), formats, style];
  let fresh: Said | undefined;
  const kept = await checked.made(of, async (read) => {
    const input = reportInput(checked.result(), {
      root,
      read,
      known,
      loaded,
      shown,
      notices,
      severity: options.severity,
    });
    fresh = { rendered: await render(plan, input, style), ...defined({ worst: worstOf(input.findings) }) };
    return fresh.rendered.failures.length === 0 ? JSON.stringify(fresh) : undefined;
  });
  if (fresh !== undefined) return fresh;
  const value: unknown = JSON.parse(kept ?? '');
  if (!isSaid(value)) throw new Error('what was kept of an earlier run is no report');
  return value;
}

/** This program wrote it, and nobody else could. */
function isSaid(value: unknown): value is Said {
  return typeof value === 'object' && value !== null && 'rendered' in value;
}

/** None of the files named can take part, so the project needn't be read (a commit of documentation, say). */
const NOTHING: Printed = {
  findings: [],
  suppressed: [],
  unreadable: [],
  files: 0,
  facts: 0,
  images: 0,
  named: 0,
  steps: 0,
  timings: {},
  coverage: NO_COVERAGE,
};

export function withLevels(loaded: LoadedConfig, settings: readonly string[]): Config {
  const { config } = loaded;
  const levels: Record<string, Level> = { ...config.rules };
  for (const setting of settings) {
    const at = setting.indexOf('=');
    const level = LEVELS.find((one) => one === setting.slice(at + 1));
    if (at < 1 || level === undefined)
      throw new Problem(`--rule ${setting}: write it as ID=off, ID=note, ID=warning or ID=error`);
    const [id = ''] = knownRules([setting.slice(0, at)], loaded);
    levels[id] = level;
  }
  return { ...config, rules: levels };
}

/** One that only a plug-in has is known once that may be run; until then it is nobody's. */
export function knownRules(names: readonly string[], { plugins, config }: LoadedConfig): string[] {
  const rules = [...RULES, ...plugins];
  return names.map((name) => {
    const rule = rules.find((one) => one.id === name || one.aliases?.includes(name) === true);
    if (rule !== undefined) return rule.id;
    if (config.rulesMissing === true) return name;
    const meant = nearest(
      name,
      rules.map(({ id }) => id),
    );
    throw new Problem(
      `there is no rule '${name}'${meant === undefined ? '; `plimsoll rules` lists them' : `; did you mean '${meant}'?`}`,
    );
  });
}

/**
 * One that the project's configuration names stays inside the project; the user's own, and what their own configuration
 * names, may lie anywhere.
 */
export function baselineFile(
  options: CheckOptions,
  { config, file }: LoadedConfig,
  projects: readonly string[],
): BaselineFile | undefined {
  if (options.baseline !== undefined) return { path: options.baseline, projects };
  if (config.baseline === undefined || file === undefined) return undefined;
  const inside = boundaryOf(realOf(dirname(file)));
  const isProjects = options.config === undefined || projects.includes(inside);
  return { path: resolve(file, '..', config.baseline), projects, ...(isProjects ? { inside } : {}) };
}

interface Reported {
  readonly root: string;
  read(file: string): string | undefined;
  readonly known: ReadonlySet<string> | undefined;
  readonly loaded: LoadedConfig;
  readonly shown?: Pick<Target, 'within' | 'alone'>;
  /** Of the run, beside what the result has to say. */
  readonly notices?: readonly Notice[];
  /** The least that is shown. */
  readonly severity?: Severity | undefined;
}

export function reportInput(
  result: Printed,
  { root, read, known, loaded: { plugins }, shown = {}, notices: ofRun = [], severity = 'note' }: Reported,
): ReportInput {
  const isOld = ({ fingerprint }: Finding): boolean => known?.has(fingerprint) === true;
  const fresh = result.findings.filter((one) => !isOld(one));
  const findings = fresh.filter((one) => SEVERITY_RANK[one.severity] >= SEVERITY_RANK[severity]);
  const count = (severity: Severity): number => findings.filter((one) => one.severity === severity).length;
  const suppressed = [
    ...result.suppressed.map((one) => ({ ...one, by: 'comment' as const })),
    ...result.findings.filter(isOld).map((finding) => ({ finding, by: 'baseline' as const })),
  ];
  const where = relative(process.cwd(), root);
  const notices = [...ofRun, ...(result.notices ?? [])];
  return {
    tool: { name: 'plimsoll', version: VERSION, ...defined({ homepage: HOMEPAGE }) },
    findings,
    suppressed,
    unreadable: result.unreadable,
    coverage: { ...result.coverage, read: { ...result.coverage.read } },
    ...(notices.length === 0 ? {} : { notices }),
    summary: {
      files: result.files,
      voyages: result.images,
      images: result.named,
      hidden: fresh.length - findings.length,
      errors: count('error'),
      warnings: count('warning'),
      notes: count('note'),
      suppressed: suppressed.length,
    },
    rules: [...RULES, ...plugins].map(({ id, summary, severity, group, services, experimental }) => ({
      id,
      summary,
      severity,
      group,
      services,
      ...defined({ experimental, page: plugins.some((one) => one.id === id) ? undefined : rulePage(id) }),
    })),
    workspace: [below(boundaryOf(realOf(root)), realOf(root)), shown.within]
      .filter(Boolean)
      .join('/')
      .replaceAll('\\', '/'),
    ...defined({ picture: result.picture }),
    ...(where === '' ? {} : { where: where.startsWith('..') ? root : where }),
    ...defined(shown),
    text: read,
  };
}

export function worstOf(findings: readonly Finding[]): Severity | undefined {
  return findings.map(({ severity }) => severity).sort((a, b) => SEVERITY_RANK[b] - SEVERITY_RANK[a])[0];
}

export function exitCode(worst: Severity | undefined, failOn: string): number {
  if (failOn === 'never' || worst === undefined) return 0;
  const least = SEVERITY_RANK[failOn === 'error' || failOn === 'note' ? failOn : 'warning'];
  return SEVERITY_RANK[worst] >= least ? 1 : 0;
}

function printStats({ timings, files, facts, images, steps: taken }: Printed): void {
  const steps = Object.entries(timings).map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`);
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stderr.write(
    `plimsoll: ${steps.join(', ')}; ${files} files, ${facts} facts, ${images} images, ${taken} steps; ${Math.round(performance.now())} ms in all, peak ${memory} MB\n`,
  );
}
