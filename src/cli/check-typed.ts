/** `plimsoll check --command LINE`: what is wrong with a command line, before it is run. */
import { readBaseline } from '../config/baseline.ts';
import { loadConfig } from '../config/load.ts';
import { Problem } from '../config/problem.ts';
import { trustWhere } from '../config/trust.ts';
import { memoryFiles, openFolder, tryRead, type Files } from '../discover/files.ts';
import type { CommandLine } from '../engine/command-line.ts';
import { NO_COVERAGE } from '../engine/coverage.ts';
import { projectsAt } from '../files/typed.ts';
import type { ReportInput } from '../report/report.ts';
import { RULES } from '../rules/registry.ts';
import { defined } from '../core/optional.ts';
import { baselineFile, exitCode, knownRules, reportInput, withLevels, worstOf, type CheckOptions } from './check.ts';
import { run, type Printed } from './check-run.ts';
import { emit, type OutputPlan } from './output.ts';
import { typedLine, type Typed } from './typed.ts';

interface Options extends CheckOptions {
  readonly command: string;
}

export async function checkTyped(paths: readonly string[], options: Options, plan: OutputPlan): Promise<number> {
  const text = await commandText(paths, options);
  const { input, root, failOn } = await judgeTyped(text, options);
  await emit(plan, input, projectsAt(root), { color: options.color, quiet: options.quiet === true });
  return exitCode(worstOf(input.findings), failOn);
}

async function commandText(paths: readonly string[], options: Options): Promise<string> {
  if (paths.length > 0) throw new Problem('--command judges one command line; leave out the paths');
  const other = (['stdin', 'fix', 'fixDryRun', 'updateBaseline', 'synth'] as const).find(
    (name) => options[name] === true,
  );
  if (other !== undefined)
    throw new Problem(`--command and --${other.replace(/[A-Z]/g, (one) => `-${one.toLowerCase()}`)} don't go together`);
  if (options.command !== '-') return options.command;
  const { readStdin } = await import('./stdin.ts');
  return (await readStdin()).replace(/\r?\n$/, '');
}

export interface JudgedLine {
  readonly typed: Typed;
  readonly input: ReportInput;
  readonly root: string;
  readonly failOn: string;
}

/** A line typed in a folder; the working directory, unless told. */
export async function judgeTyped(
  text: string,
  options: Omit<CheckOptions, 'command'>,
  cwd?: string,
): Promise<JudgedLine> {
  const typed = await typedLine(text, cwd);
  const { root, line } = typed;
  const folder = typed.idle || typed.alone ? undefined : openFolder(root);
  const loaded = await loadConfig(root, RULES, { file: options.config, trust: trustWhere(options.trust === true) });
  const config = withLevels(loaded, options.rule ?? []);
  const files: Files = (await folder) ?? memoryFiles({}, root);
  const judged = async (): Promise<Printed> => {
    if (typed.idle) return nothing(typed);
    const request = {
      config,
      plugins: loaded.plugins,
      pedantic: options.pedantic ?? config.pedantic ?? false,
      typed: line,
      ...defined({ onlyRules: options.only === undefined ? undefined : knownRules(options.only, loaded) }),
    };
    const open = await folder;
    if (open !== undefined)
      return (await run(options, async () => ({ ...request, folder: open, files: open }))).result();
    const { check } = await import('../engine.ts');
    return check({ ...request, files });
  };
  const baseline = baselineFile(options, loaded, projectsAt(root));
  const known = baseline === undefined ? undefined : readBaseline(baseline);
  const reported = reportInput(await judged(), {
    root,
    read: (file) => (file === line.file ? text : tryRead(files, file)),
    known,
    loaded,
  });
  const better = typed.idle ? undefined : await betterOf(line, reported.findings);
  const input: ReportInput = { ...reported, typed: { file: line.file, ...defined({ better }) } };
  return { typed, input, root, failOn: options.failOn ?? config.failOn ?? 'warning' };
}

async function betterOf(line: CommandLine, findings: ReportInput['findings']): Promise<string | undefined> {
  const { betterLine } = await import('../engine/better-line.ts');
  return betterLine(line, findings);
}

/** Of a line for which nothing was read: what it does is no image's business, or can't be told. */
function nothing({ line, unread }: Typed): Printed {
  const message = `the command line can't be read and was not judged: ${unread?.reason}`;
  return {
    findings: [],
    suppressed: [],
    unreadable: unread === undefined ? [] : [unread],
    files: 0,
    facts: 0,
    images: 0,
    named: 0,
    steps: 0,
    timings: {},
    coverage: NO_COVERAGE,
    ...(unread === undefined ? {} : { notices: [{ file: line.file, message }] }),
  };
}
