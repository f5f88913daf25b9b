/** The last lines of what people read: how much was found in what, and what was not judged. */
import type { createColors } from 'picocolors';
import type { Severity } from '../model/finding.ts';
import { forTerminal } from './escape.ts';
import { notJudged, plural, type ReportInput } from './report.ts';

export type Colors = ReturnType<typeof createColors>;

export function showSummary(input: ReportInput, colors: Colors): string {
  const missing = notJudged(input.coverage);
  return [counted(input, colors), ...(missing === undefined ? [] : [forTerminal(`${missing}.`)])].join('\n');
}

function counted(input: ReportInput, colors: Colors): string {
  const { summary, findings, where, unreadable, audited, typed, notices = [] } = input;
  const { errors, warnings, notes, files, voyages, suppressed } = summary;
  if (typed !== undefined && files === 0 && errors + warnings + notes === 0)
    return unreadable.length > 0
      ? 'The command line could not be read, so it was not judged.'
      : 'Nothing to judge: this command line has to do with no container image.';
  const place = where === undefined ? '' : ` of ${forTerminal(where)}`;
  if (files === 0 && unreadable.length === 0 && audited === undefined)
    return `Nothing to check: no file${place} takes part in a container image's way.`;
  const scope =
    audited === undefined
      ? `${plural(files, 'file')}${place}, ${plural(voyages, 'image')} followed`
      : forTerminal(audited);
  const extra = `${suppressed === 0 ? '' : `, ${suppressed} suppressed`}${notices.length === 0 ? '' : `, ${plural(notices.length, 'notice')} on standard error`}`;
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
  if (first !== undefined)
    lines.push(colors.dim(`\`plimsoll explain ${forTerminal(first.rule)}\` says more about a rule.`));
  return lines.join('\n');
}

export function tintOf(severity: Severity, colors: Colors): (text: string) => string {
  return severity === 'error' ? colors.red : severity === 'warning' ? colors.yellow : colors.cyan;
}
