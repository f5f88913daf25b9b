/** discover → read → evaluate → link → judge → filter: the library's one entry point. */
import type { Config } from './config/config.ts';
import { withCommandLine, type CommandLine } from './engine/command-line.ts';
import { concernOf } from './engine/concern.ts';
import { namedFiles } from './engine/named-files.ts';
import { applySuppressions, suppressionKey } from './config/suppress.ts';
import { tryRead, type Files } from './discover/files.ts';
import { isInstructions } from './discover/kinds.ts';
import {
  isAsked,
  shown,
  today,
  type Answer,
  type Asked,
  type Gist,
  type Held,
  type Shown,
  type Suppressed,
} from './engine/answer.ts';
import { judge, finding, inOrder, levelOf, type Judging, type Unmarked } from './engine/judge.ts';
import { deadline } from './engine/deadline.ts';
import { ALL_NEW, evaluateAgain, newProjectMemory, readAgain, type Again } from './engine/project-memory.ts';
import type { Project } from './engine/read-project.ts';
import { testData } from './engine/test-data.ts';
import { sealedHider, withoutSealed } from './engine/secrets.ts';
import { outputsIn, type Notice } from './engine/stale.ts';
import { ignoranceOf } from './engine/absences.ts';
import { boundsMet } from './engine/bounds.ts';
import { imagesIn, voyageNames } from './engine/voyage-names.ts';
import { coverageOf } from './engine/coverage.ts';
import type { Fact } from './model/facts.ts';
import type { HeldBack, Report } from './model/finding.ts';
import type { Unreadable } from './syntax/source.ts';
import { link } from './model/link.ts';
import type { Picture } from './picture/picture.ts';
import type { Site } from './core/site.ts';
import { readingOf, sliceWithoutSecrets } from './core/secrets.ts';
import type { Model } from './model/voyage.ts';
import type { ReadingBase } from './syntax/source.ts';
import type { Readings } from './project/readings.ts';
import type { Rule } from './rules/define.ts';
import { nearest } from './config/nearest.ts';
import { RULES } from './rules/registry.ts';
import { defined } from './core/optional.ts';

export { memoryFiles, type Files } from './discover/files.ts';

export interface CheckRequest {
  readonly files: Files;
  readonly config: Config;
  /** Report only findings that touch these project-relative files or folders; everything is still read for links. */
  readonly only?: readonly string[];
  /** As `only`, for a folder that nobody named: test data in it stays out. */
  readonly within?: string;
  readonly pedantic?: boolean;
  /** `--only`: these rules and no others. */
  readonly onlyRules?: readonly string[];
  /** Rules from plug-ins, beside our own. */
  readonly plugins?: readonly Rule[];
  /** Typed at a prompt in the project: only what it has to do with is told. */
  readonly typed?: CommandLine;
  /** `2027-03-31`; today, unless told. */
  readonly today?: string;
  /**
   * Facts from another source than the project's files (the live account), given what the files say; they join one
   * model.
   */
  readonly moreFacts?: (local: readonly Fact[], readings: Readings) => Promise<readonly Fact[]>;
  /** The last net: true when the run has taken too long. A minute of CPU time, unless told. */
  readonly late?: () => boolean;
  /** What is remembered of an earlier look at the project, which is added to. */
  readonly again?: Again;
  /** Also draw the voyages. */
  readonly picture?: boolean;
}

export interface CheckResult extends Shown {
  readonly model: Model;
  readonly timings: Readonly<Record<string, number>>;
}

export async function check(request: CheckRequest): Promise<CheckResult> {
  const { answer, model, timings } = await answerTo(request);
  return { ...shown(answer, request), model, timings };
}

/** All that `check` shows a part of, and the model behind it. */
export async function answerTo(
  request: Omit<CheckRequest, 'only' | 'within' | 'pedantic'>,
): Promise<Pick<CheckResult, 'model' | 'timings'> & { readonly answer: Answer }> {
  const { config, typed } = request;
  const files = typed === undefined ? request.files : withCommandLine(request.files, typed);
  const clock = stopwatch();
  const bindings = new Map(Object.entries(config.variables));
  const late = request.late ?? deadline();
  const again = request.again ?? { memory: newProjectMemory(), changes: ALL_NEW };
  const project = await readAgain(again, { files, bindings, late, ...defined({ typed }), ...(await ignoring(config)) });
  clock.lap('read');
  const { facts: local, steps } = evaluateAgain(again, project, { bindings, late });
  const facts =
    request.moreFacts === undefined ? local : [...local, ...(await request.moreFacts(local, project.readings))];
  clock.lap('evaluate');
  const model = link(facts);
  clock.lap('link');
  const whole = answerOf({ ...request, files }, project, model, steps);
  const judged = typed === undefined ? whole : concerning(typed, whole, request, project, model);
  clock.lap('judge');
  const answer = request.picture === true ? { ...judged, picture: await picturing(model, project) } : judged;
  return { answer, model, timings: clock.laps };
}

/** Of an answer, what a command line has to do with. */
function concerning(
  { file: command }: CommandLine,
  answer: Answer,
  { plugins = [] }: Judged,
  { readings }: Project,
  model: Model,
): Answer {
  const rules = new Map([...RULES, ...plugins].map((rule) => [rule.id, rule]));
  const concern = concernOf(model, readings, command);
  const has = ({ finding: one }: Held): boolean => concern.has(one, rules.get(one.rule));
  return {
    ...answer,
    // The line itself is no file.
    gist: { ...answer.gist, outputs: [], files: answer.gist.files - 1 },
    kept: answer.kept.filter(has),
    suppressed: answer.suppressed.filter(has),
    unreadable: answer.unreadable.filter(({ file }) => concern.reaches(file)),
    notices: answer.notices.filter(({ file }) => concern.reaches(file)),
  };
}

/** Few runs ask for one. */
async function picturing(model: Model, project: Project): Promise<Picture> {
  const { pictureOf } = await import('./engine/picture.ts');
  return pictureOf(model, project);
}

/** Model to answer: judged by every rule that is on, suppressed where a comment says so, in order. */
function answerOf(
  request: Judged & Pick<CheckRequest, 'files'>,
  project: Project,
  model: Model,
  steps: number,
): Answer {
  const { day, kept, suppressed, suppressions, skipped, untils } = judged(request, project, model);
  const textAt = textsOf(request.files);
  const named = namedFiles(project, model);
  return {
    gist: {
      day,
      untils,
      outputs: outputsIn(project.readings),
      files: project.paths.length + named.length,
      facts: model.facts.length,
      images: model.voyages.length,
      named: imagesIn(model),
      steps,
    },
    kept: kept.map((one) => ({ ...one, text: textAt(one.finding.site) })),
    suppressed: suppressed.map((one) => ({ ...one, text: textAt(one.finding.site) })),
    suppressions,
    unreadable: project.unreadable,
    notices: [...boundsMet(model.facts), ...skipped],
    coverage: coverageOf(model, project),
  };
}

export interface Found {
  readonly kept: readonly Unmarked[];
  readonly suppressed: readonly { readonly finding: Unmarked; readonly reason?: string }[];
}

/** What the rules find and is asked for, without what identifies it across runs. */
export function found(request: Judged & Asked, project: Project, model: Model, judging?: Judging): Found {
  const { kept, suppressed } = judged(request, project, model, judging);
  return {
    kept: kept.filter(isAsked(request)).map(({ finding: one }) => one),
    suppressed: suppressed
      .filter(isAsked(request))
      .map(({ finding: one, reason }) => ({ finding: one, ...defined({ reason }) })),
  };
}

type Judged = Pick<CheckRequest, 'config' | 'onlyRules' | 'plugins' | 'today' | 'typed'>;

interface Judgement extends Pick<Gist, 'day' | 'untils'> {
  readonly kept: readonly Held[];
  readonly suppressed: readonly (Held & Suppressed)[];
  readonly suppressions: readonly string[];
  /** Rules that failed on this project. */
  readonly skipped: readonly Notice[];
}

function judged(request: Judged, project: Project, model: Model, judging?: Judging): Judgement {
  const { config } = request;
  const rules: readonly Rule[] = [...RULES, ...(request.plugins ?? [])];
  const selection = { config, onlyRules: request.onlyRules };
  const textOf = (file: string): string | undefined => project.readings.text(file);
  const ignorance = ignoranceOf(model.facts, project);
  const doubts = (report: Report): readonly HeldBack[] => [
    ...typedBeside(request.typed, report),
    ...chosenAmong(project, report),
    ...ignorance.against(report),
  ];
  const skipped: Notice[] = [];
  const failed = (rule: Rule, reason: string): void =>
    void skipped.push({
      file: '.',
      message: `the rule \`${rule.id}\` failed on this project and was skipped: ${reason}`,
    });
  const reported = distinct(judge(model, rules, selection, { judging, failed, doubts })).map((one) =>
    withoutSealed(one, textOf),
  );
  const { kept, suppressed, suppressions, day, untils } = withOwnRules(
    reported,
    project,
    request,
    rules,
    namedFiles(project, model),
  );
  const isTestData = config.tests === true ? () => false : testData(project.listed(), textOf);
  const named = voyageNames(model);
  const voyageOf = (one: Unmarked): string | undefined => {
    const name = named(one);
    return name === undefined ? undefined : (sealedHider(one, textOf)?.(name) ?? name);
  };
  const held = (one: Unmarked): Held => ({
    finding: { ...one, ...defined({ voyage: voyageOf(one) }) },
    ...(isTestData(one.site.file) ? { testData: true } : {}),
  });
  const why = new Map(suppressed.map(({ finding: one, ...more }) => [one, more]));
  return {
    day,
    untils,
    skipped,
    kept: inOrder(kept).map(held),
    suppressed: inOrder([...why.keys()]).map((one) => ({ ...held(one), ...(why.get(one) ?? { comment: '' }) })),
    suppressions,
  };
}

/** What a command line doesn't do, whoever types it may have done before, or may do next. */
function typedBeside(typed: CommandLine | undefined, { site, absences = [] }: Report): HeldBack[] {
  return typed !== undefined && site.file === typed.file && absences.length > 0
    ? [{ by: 'what else is typed at this prompt', site }]
    : [];
}

/** What stands in a coding agent's instructions is a choice of commands: others are run before and after each. */
function chosenAmong({ readings }: Project, { site, absences = [] }: Report): HeldBack[] {
  if (absences.length === 0 || !isInstructions(site.file)) return [];
  const reading = readings.get(site.file);
  return reading?.kind === 'markdown' && reading.commands === true
    ? [{ by: 'what else an agent is told to run', site }]
    : [];
}

/** What the engine itself finds: suppressions that are of no use, and files that could not be read. */
function withOwnRules(
  reported: readonly Unmarked[],
  project: Project,
  request: Judged,
  rules: readonly Rule[],
  named: readonly ReadingBase[],
) {
  const { config, onlyRules } = request;
  const ids = new Map(rules.flatMap((rule) => [rule.id, ...(rule.aliases ?? [])].map((name) => [name, rule] as const)));
  const own = (id: string, reports: readonly Report[]): Unmarked[] => {
    const rule = ids.get(id);
    return rule === undefined || levelOf(rule, { config, onlyRules }) === undefined
      ? []
      : reports.map((report) => finding(rule, report, config));
  };
  const illegible = own(
    'unreadable-file',
    firstPerFile(project.unreadable).map(({ spot: { file, line, column, reason }, more }) => ({
      site: pointAt(file, line, column),
      message: `Not read from here on, so not judged: ${reason}${more === 0 ? '' : `; ${more} more ${more === 1 ? 'place' : 'places'} in this file`}.`,
    })),
  );
  const suppressions = [
    ...project.suppressions,
    ...named.flatMap((base) => base.suppressions.map((suppression) => ({ base, suppression }))),
  ];
  const day = request.today ?? today();
  const outcome = applySuppressions({
    findings: [...reported, ...illegible],
    suppressions,
    // A plug-in that wasn't run may have it.
    ruleId: (name) => ids.get(name)?.id ?? (config.rulesMissing === true ? name : undefined),
    ran: (id) => {
      const rule = ids.get(id);
      return rule !== undefined && levelOf(rule, { config, onlyRules }) !== undefined;
    },
    nearest: (name) => nearest(name, [...ids.keys()]),
    requireReasons: config.requireReasons ?? false,
    today: day,
  });
  const kept = [
    ...outcome.kept,
    ...own('unused-suppression', outcome.unused),
    ...own('expired-suppression', outcome.expired),
  ];
  const untils = [...new Set(suppressions.flatMap(({ suppression: { until } }) => until ?? []))];
  return { kept, suppressed: outcome.suppressed, suppressions: suppressions.map(suppressionKey).sort(), day, untils };
}

/** A file that is no YAML at all goes wrong in every line: the first says it. */
function firstPerFile(spots: readonly Unreadable[]): { spot: Unreadable; more: number }[] {
  const files = new Map<string, { spot: Unreadable; more: number }>();
  for (const spot of spots) {
    const seen = files.get(spot.file);
    if (seen === undefined) files.set(spot.file, { spot, more: 0 });
    else seen.more++;
  }
  return [...files.values()];
}

function pointAt(file: string, line: number, column: number): Site {
  return { file, span: { start: 0, end: 0, line, column, endLine: line, endColumn: column } };
}

/** A rule that says the same twice (for two callers of one script, say) is heard once. */
function distinct(findings: readonly Unmarked[]): Unmarked[] {
  const seen = new Set<string>();
  return findings.filter((one) => {
    const key = JSON.stringify([
      one.rule,
      one.site.file,
      one.site.resource,
      one.site.span.start,
      one.site.span.end,
      one.message,
    ]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export async function ignoring({ ignores, docs }: Config): Promise<{
  ignores?: (path: string) => boolean;
  docs?: (path: string) => boolean;
  instructions: boolean;
}> {
  const instructions = docs !== false;
  const all = { instructions, ...(docs === true ? { docs: () => true } : {}) };
  if (ignores.length === 0 && !Array.isArray(docs)) return all;
  const { ignorer } = await import('./discover/ignore.ts');
  const among = (patterns: readonly string[]): ((path: string) => boolean) => {
    const matches = ignorer(patterns);
    return (path) => matches(path) === true;
  };
  return {
    instructions,
    ...(ignores.length === 0 ? {} : { ignores: among(ignores) }),
    ...(Array.isArray(docs) ? { docs: among(docs) } : all),
  };
}

/** The text a site points at; files with findings are read again, and they are few. */
function textsOf(files: Files): (site: Site) => string {
  const texts = new Map<string, string>();
  return ({ file, span }) => {
    if (file === '') return '';
    if (!texts.has(file)) texts.set(file, tryRead(files, file) ?? '');
    // A short password could be found again from its hash.
    return sliceWithoutSecrets(texts.get(file) ?? '', [span.start, span.end], readingOf(file)).replace(/\s+/g, ' ');
  };
}

function stopwatch(): { lap(name: string): void; readonly laps: Record<string, number> } {
  const laps: Record<string, number> = {};
  let last = performance.now();
  return {
    laps,
    lap: (name) => {
      const now = performance.now();
      laps[name] = now - last;
      last = now;
    },
  };
}
