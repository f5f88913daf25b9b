/** The last lines of what people read: how much was found in what, and what was not judged. */
import type { createColors } from 'picocolors';
import type { Finding, Severity } from '../model/finding.ts';
import { forTerminal } from './escape.ts';
import { notJudged, plural, type ReportInput } from './report.ts';
import { TAKEN_OFF, sinceLines } from './since.ts';

/** More than anybody reads one after another. */
const MANY = 30;

export type Colors = ReturnType<typeof createColors>;

export function showSummary(input: ReportInput, colors: Colors): string {
  const missing = notJudged(input.coverage);
  return [
    ...compared(input, colors),
    counted(input, colors),
    ...(missing === undefined ? [] : [forTerminal(`${missing}.`)]),
  ].join('\n');
}

function compared({ since, findings }: ReportInput, colors: Colors): string[] {
  if (since === undefined) return [];
  const { headline, fixed, takenOff } = sinceLines(since, findings.length);
  const list = (title: string, lines: readonly string[], tint: (text: string) => string): string[] =>
    lines.length === 0 ? [] : [tint(`${title}:`), ...lines.map((line) => `  ${forTerminal(line)}`), ''];
  return [
    ...list('Fixed', fixed, colors.green),
    ...list(TAKEN_OFF, takenOff, colors.yellow),
    `${forTerminal(headline)}.`,
  ];
}

function counted(input: ReportInput, colors: Colors): string {
  const { summary, findings, where, unreadable, audited, typed, notices = [] } = input;
  const { errors, warnings, notes, files, voyages, suppressed } = summary;
  const broken = new Set(unreadable.map(({ file }) => file)).size;
  if (typed !== undefined && files === 0 && errors + warnings + notes === 0)
    return unreadable.length > 0
      ? 'The command line could not be read, so it was not judged.'
      : 'Nothing to judge: this command line has to do with no container image.';
  const place = where === undefined ? '' : ` of ${forTerminal(where)}`;
  if (files === 0 && broken === 0 && audited === undefined)
    return `Nothing to check: no file${place} takes part in a container image's way.`;
  if (audited === undefined && broken >= files && voyages === 0 && findings.every(isOfReading))
    return colors.yellow(`0 files${place} could be read, ${broken} could not.`);
  const scope = audited === undefined ? scopeOf(input) : forTerminal(audited);
  const { hidden = 0 } = summary;
  const extra = `${hidden === 0 ? '' : `, ${hidden} less severe not shown`}${suppressed === 0 ? '' : `, ${suppressed} suppressed`}${notices.length === 0 ? '' : `, ${plural(notices.length, 'notice')} on standard error`}`;
  if (errors + warnings + notes === 0) return `${colors.green('No findings')} in ${scope}${extra}.`;
  const counts = [
    ...(errors > 0 ? [colors.red(plural(errors, 'error'))] : []),
    ...(warnings > 0 ? [colors.yellow(plural(warnings, 'warning'))] : []),
    ...(notes > 0 ? [colors.cyan(plural(notes, 'note'))] : []),
  ];
  const fixable = findings.filter((one) => one.fixes.some((fix) => fix.safe)).length;
  const lines = [`${counts.join(', ')} in ${scope}${extra}.`];
  if (fixable > 0 && typed === undefined) lines.push(`${fixable} can be mended with --fix.`);
  const first = (['error', 'warning', 'note'] as const)
    .map((severity) => findings.find((one) => one.severity === severity))
    .find((one) => one !== undefined);
  if (typed?.better !== undefined) lines.push(`Better: ${forTerminal(typed.better.replace(/\s*[\r\n]+\s*/g, ' '))}`);
  if (findings.length >= MANY)
    lines.push(colors.dim('Too many to read? `--statistics`, `--severity error`, `--group-by rule`, `-f concise`.'));
  else if (first !== undefined)
    lines.push(colors.dim(`\`plimsoll explain ${forTerminal(first.rule)}\` says more about a rule.`));
  return lines.join('\n');
}

function isOfReading({ rule }: Finding): boolean {
  return rule === 'unreadable-file';
}

/** What was read, and which part of it is shown. */
function scopeOf({
  summary: { files, voyages, images = voyages },
  unreadable,
  where,
  within,
  alone,
}: ReportInput): string {
  const broken = new Set(unreadable.map(({ file }) => file)).size;
  const read = `${plural(files, 'file')}${broken === 0 ? '' : ` (${broken} not fully read)`}`;
  const followed = `${plural(images, 'image')} followed`;
  if (within !== undefined)
    return `${forTerminal(within)}, judged with all of ${forTerminal(where ?? 'the project')}: ${read}, ${followed}`;
  const place = where === undefined ? '' : ` of ${forTerminal(where)}`;
  return `${read}${place}, ${followed}${alone === true ? '; what lies around that folder was not read' : ''}`;
}

export function tintOf(severity: Severity, colors: Colors): (text: string) => string {
  return severity === 'error' ? colors.red : severity === 'warning' ? colors.yellow : colors.cyan;
}
