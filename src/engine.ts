/** discover → read → evaluate → link → judge → filter: the library's one entry point. */
import type { Config } from './config/config.ts';
import { applySuppressions } from './config/suppress.ts';
import { tryRead, type Files } from './discover/files.ts';
import { judge, finding, fingerprinted, inOrder, levelOf, type Judging, type Unmarked } from './engine/judge.ts';
import { deadline } from './engine/deadline.ts';
import { readProject, type Project } from './engine/read-project.ts';
import { testData } from './engine/test-data.ts';
import { withoutSealed } from './engine/secrets.ts';
import { staleOutputs, type Notice } from './engine/stale.ts';
import { ignoranceOf } from './engine/absences.ts';
import { boundsMet } from './engine/bounds.ts';
import { coverageOf, type Coverage } from './engine/coverage.ts';
import { evaluated } from './engine/evaluate.ts';
import type { Fact } from './model/facts.ts';
import type { Finding, Report } from './model/finding.ts';
import type { Unreadable } from './syntax/source.ts';
import { link } from './model/link.ts';
import { shorten } from './core/shorten.ts';
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
  readonly pedantic?: boolean;
  /** `--only`: these rules and no others. */
  readonly onlyRules?: readonly string[];
  /** Rules from plug-ins, beside our own. */
  readonly plugins?: readonly Rule[];
  /** `2027-03-31`; today, unless told. */
  readonly today?: string;
  /**
   * Facts from another source than the project's files (the live account), given what the files say; they join one
   * model.
   */
  readonly moreFacts?: (local: readonly Fact[], readings: Readings) => Promise<readonly Fact[]>;
  /** The last net: true when the run has taken too long. A minute of CPU time, unless told. */
  readonly late?: () => boolean;
}

export interface CheckResult {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly { readonly finding: Finding; readonly reason?: string }[];
  readonly unreadable: readonly Unreadable[];
  readonly model: Model;
  /** Files that took part. */
  readonly files: number;
  /**
   * What has to be said of the run beside its findings: a synthesized output that is older than its source, a script
   * too long to be followed.
   */
  readonly notices?: readonly Notice[];
  /** What was read and followed, and what was not. */
  readonly coverage: Coverage;
  /** Steps that evaluation took, of those that the project's entries have. */
  readonly steps: number;
  readonly timings: Readonly<Record<string, number>>;
}

export async function check(request: CheckRequest): Promise<CheckResult> {
  const { files, config } = request;
  const clock = stopwatch();
  const bindings = new Map(Object.entries(config.variables));
  const late = request.late ?? deadline();
  const project = await readProject({ files, bindings, late, ...(await ignoring(config)) });
  clock.lap('read');
  const { facts: local, steps } = evaluated({ readings: project.readings, bindings, late });
  const facts =
    request.moreFacts === undefined ? local : [...local, ...(await request.moreFacts(local, project.readings))];
  clock.lap('evaluate');
  const model = link(facts);
  clock.lap('link');
  const result = resultOf(request, project, model);
  clock.lap('judge');
  return { ...result, steps, timings: clock.laps };
}

/** Model to result: judged by every rule that is on, suppressed where a comment says so, in order. */
function resultOf(request: CheckRequest, project: Project, model: Model): Omit<CheckResult, 'timings' | 'steps'> {
  const { files } = request;
  const { kept, suppressed, skipped } = found(request, project, model);
  const textAt = textsOf(files);
  const findings = fingerprinted(kept, textAt);
  const marked = fingerprinted(
    suppressed.map(({ finding: one }) => one),
    textAt,
  );
  return {
    findings,
    suppressed: marked.map((one, index) => ({ ...suppressed[index], finding: one })),
    unreadable:
      request.only === undefined
        ? project.unreadable
        : project.unreadable.filter((one) => under(one.file, request.only ?? [])),
    model,
    files: project.paths.length + namedDockerfiles(project, model).length,
    notices: [
      ...(files.notices ?? []).map((message) => ({ file: '.git', message })),
      ...staleOutputs(files, project.readings),
      ...boundsMet(model.facts),
      ...skipped,
    ].map(({ file, message }) => ({ file, message: shorten(message) })),
    coverage: coverageOf(model, project),
  };
}

export interface Found {
  readonly kept: readonly Unmarked[];
  readonly suppressed: readonly { readonly finding: Unmarked; readonly reason?: string }[];
  /** Rules that failed on this project. */
  readonly skipped: readonly Notice[];
}

/** What the rules find, without what identifies it across runs. */
export function found(request: Omit<CheckRequest, 'files'>, project: Project, model: Model, judging?: Judging): Found {
  const { config } = request;
  const rules: readonly Rule[] = [...RULES, ...(request.plugins ?? [])];
  const selection = { config, onlyRules: request.onlyRules };
  const textOf = (file: string): string | undefined => project.readings.text(file);
  const ignorance = ignoranceOf(model.facts, project);
  const skipped: Notice[] = [];
  const failed = (rule: Rule, reason: string): void =>
    void skipped.push({
      file: '.',
      message: `the rule \`${rule.id}\` failed on this project and was skipped: ${reason}`,
    });
  const reported = distinct(
    judge(model, rules, selection, { judging, failed, doubts: (report) => ignorance.against(report) }),
  ).map((one) => withoutSealed(one, textOf));
  const judged = withOwnRules(reported, project, request, rules, namedDockerfiles(project, model));
  const isTestData = config.tests === true ? () => false : testData(project.listed(), textOf);
  const isNamed = (path: string): boolean =>
    request.only?.some((one) => one !== '' && (path === one || path.startsWith(`${one}/`))) === true;
  const isJudged = ({ site: { file } }: Unmarked): boolean => isNamed(file) || !isTestData(file);
  const touches = (one: Unmarked): boolean => request.only === undefined || touching(one, request.only);
  const shown = (one: Unmarked): boolean =>
    (request.pedantic === true || one.confidence !== 'possible') && touches(one) && isJudged(one);
  const hidden = inOrder(judged.suppressed.map(({ finding: one }) => one).filter(shown));
  const reasons = new Map(judged.suppressed.map(({ finding: one, reason }) => [one, reason]));
  return {
    skipped,
    kept: inOrder(judged.kept.filter(shown)),
    suppressed: hidden.map((one) => {
      const reason = reasons.get(one);
      return { finding: one, ...defined({ reason }) };
    }),
  };
}

/** What the engine itself finds: suppressions that are of no use, and files that could not be read. */
function withOwnRules(
  reported: readonly Unmarked[],
  project: Project,
  request: Omit<CheckRequest, 'files'>,
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
  const outcome = applySuppressions({
    findings: [...reported, ...illegible],
    suppressions: [
      ...project.suppressions,
      ...named.flatMap((base) => base.suppressions.map((suppression) => ({ base, suppression }))),
    ],
    // A plug-in that wasn't run may have it.
    ruleId: (name) => ids.get(name)?.id ?? (config.rulesMissing === true ? name : undefined),
    ran: (id) => {
      const rule = ids.get(id);
      return rule !== undefined && levelOf(rule, { config, onlyRules }) !== undefined;
    },
    nearest: (name) => nearest(name, [...ids.keys()]),
    requireReasons: config.requireReasons ?? false,
    today: request.today ?? new Date().toISOString().slice(0, 10),
  });
  const kept = [
    ...outcome.kept,
    ...own('unused-suppression', outcome.unused),
    ...own('expired-suppression', outcome.expired),
  ];
  return { kept, suppressed: outcome.suppressed };
}

/** Dockerfiles that only a build's naming them makes Dockerfiles. */
function namedDockerfiles({ byFile, readings }: Project, model: Model): ReadingBase[] {
  const files = new Set(
    model.builds.flatMap(({ base }) => (base === undefined || byFile.has(base.file) ? [] : [base.file])),
  );
  return [...files].flatMap((file) => readings.dockerfile?.(file) ?? []);
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

function touching(one: Unmarked, only: readonly string[]): boolean {
  return under(one.site.file, only) || one.related.some(({ site }) => under(site.file, only));
}

function under(file: string, folders: readonly string[]): boolean {
  return folders.some((folder) => folder === '' || file === folder || file.startsWith(`${folder}/`));
}

export async function ignoring({
  ignores,
  docs,
}: Config): Promise<{ ignores?: (path: string) => boolean; docs?: (path: string) => boolean }> {
  const all = docs === true ? { docs: () => true } : {};
  if (ignores.length === 0 && !Array.isArray(docs)) return all;
  const { ignorer } = await import('./discover/ignore.ts');
  const among = (patterns: readonly string[]): ((path: string) => boolean) => {
    const matches = ignorer(patterns);
    return (path) => matches(path) === true;
  };
  return {
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
