/** Model to findings: every rule that is on, its level, and what identifies a finding across runs. */
import { createHash } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { contain } from '../core/contain.ts';
import type { Confidence, Finding, HeldBack, Report, Severity } from '../model/finding.ts';
import { shorten } from '../core/shorten.ts';
import { compareSites, type Site } from '../core/site.ts';
import type { Model } from '../model/voyage.ts';
import type { Rule } from '../rules/define.ts';
import { withoutSecrets } from './secrets.ts';

export type Unmarked = Omit<Finding, 'fingerprint'>;

export interface Selection {
  readonly config: Config;
  /** `--only`: these rules and no others, also the experimental ones. */
  readonly onlyRules?: readonly string[] | undefined;
}

/** The level a rule runs at; undefined: it doesn't run. */
export function levelOf(rule: Rule, { config, onlyRules }: Selection): Severity | undefined {
  const names = [rule.id, ...(rule.aliases ?? [])];
  const said = names.map((name) => config.rules[name]).find((level) => level !== undefined);
  if (onlyRules !== undefined) {
    if (!names.some((name) => onlyRules.includes(name))) return undefined;
    return said === undefined || said === 'off' ? rule.severity : said;
  }
  if (said === 'off') return undefined;
  return said ?? (rule.experimental === true ? undefined : rule.severity);
}

/** What a rule reports, on a model as a whole or put together from its parts. */
export type Judging = (rule: Rule, options: unknown) => readonly Report[];

export function judgingOf(model: Model): Judging {
  return (rule, options) => {
    const found: Report[] = [];
    rule.check(model, (report) => found.push(report), options);
    return found;
  };
}

/** What may refute a report that says something isn't there. */
type Doubts = (report: Report) => readonly HeldBack[];

export interface JudgeOptions {
  readonly judging?: Judging | undefined;
  /** A rule that fails costs what it would have found; who asks is told. */
  readonly failed?: (rule: Rule, reason: string) => void;
  readonly doubts?: Doubts;
}

export function judge(
  model: Model,
  rules: readonly Rule[],
  selection: Selection,
  { judging = judgingOf(model), failed, doubts = () => [] }: JudgeOptions = {},
): Unmarked[] {
  return rules.flatMap((rule) => {
    if (levelOf(rule, selection) === undefined) return [];
    const options = rule.id in selection.config.options ? selection.config.options[rule.id] : rule.defaults;
    return contain(
      () => judging(rule, options).map((report) => finding(rule, report, selection.config, doubts(report))),
      (reason) => {
        failed?.(rule, reason);
        return [];
      },
    );
  });
}

/** A level from the configuration holds for all of a rule's findings; without one, the rule may grade them. */
export function finding(rule: Rule, reported: Report, config: Config, heldBack: readonly HeldBack[] = []): Unmarked {
  const report = withoutSecrets(reported);
  const said = [rule.id, ...(rule.aliases ?? [])]
    .map((name) => config.rules[name])
    .find((level): level is Severity => level !== undefined && level !== 'off');
  const severity = said ?? report.severity ?? rule.severity;
  return {
    rule: rule.id,
    severity,
    confidence:
      heldBack.length > 0 || report.site.unmade === true || report.related?.[0]?.site.unmade === true
        ? 'possible'
        : (report.confidence ?? ('certain' satisfies Confidence)),
    message: shorten(report.message),
    ...(report.help === undefined ? {} : { help: shorten(report.help) }),
    site: legible(report.site),
    related: report.related?.map(({ message, site }) => ({ message: shorten(message), site: legible(site) })) ?? [],
    fixes: report.fixes?.map((fix) => ({ ...fix, title: shorten(fix.title) })) ?? [],
    ...(heldBack.length === 0
      ? {}
      : { heldBack: heldBack.map(({ by, site }) => ({ by: shorten(by), site: legible(site) })) }),
  };
}

/** Most sites are known by many, and stay the same. */
function legible(site: Site): Site {
  const via = site.via?.map((hop) => ({ ...hop, label: shorten(hop.label) }));
  return via === undefined || via.every(({ label }, index) => label === site.via?.[index]?.label)
    ? site
    : { ...site, via };
}

/** Findings without a file (live resources) come last. */
export function inOrder(findings: readonly Unmarked[]): Unmarked[] {
  return [...findings].sort(
    (a, b) =>
      Number(a.site.file === '') - Number(b.site.file === '') ||
      compareSites(a.site, b.site) ||
      compare(a.site.resource ?? '', b.site.resource ?? '') ||
      compare(a.rule, b.rule) ||
      compare(a.message, b.message),
  );
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * What a finding is known by in baselines and code scanning: its rule, its file and the text it points at — not the
 * line's number, so that edits above don't change it. Equal ones are counted.
 */
export function fingerprinted(findings: readonly { readonly finding: Unmarked; readonly text: string }[]): Finding[] {
  const seen = new Map<string, number>();
  return findings.map(({ finding: one, text }) => {
    const other = one.related[0]?.site;
    const key = [one.rule, one.site.file, one.site.resource ?? '', text, other?.file ?? ''].join('\u0000');
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return { ...one, fingerprint: createHash('sha256').update(`${key}\u0000${count}`).digest('hex').slice(0, 32) };
  });
}
