/** Markdown for a job summary or a comment on a pull request. */
import { place, type Site } from '../core/site.ts';
import { byStack, headline } from './changes.ts';
import { codeForMarkdown, forMarkdown } from './escape-markdown.ts';
import { notJudged, plural, type ReportInput } from './report.ts';
import { TAKEN_OFF, sinceLines } from './since.ts';

const CELL = { cell: true } as const;
const SIGN = { error: '❌', warning: '⚠️', note: 'ℹ️' } as const;

export function markdown(input: ReportInput): string {
  const { findings, unreadable, summary, changes, notices = [] } = input;
  const missing = notJudged(input.coverage);
  const { errors, warnings, notes, files, voyages } = summary;
  const counts = [
    ...(errors > 0 ? [plural(errors, 'error')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
    ...(notes > 0 ? [plural(notes, 'note')] : []),
  ];
  const parts = [
    `## Plimsoll: ${counts.length === 0 ? 'no findings' : counts.join(', ')}`,
    `${plural(files, 'file')}, ${plural(voyages, 'image')} followed.`,
  ];
  if (changes !== undefined) {
    const stacks = byStack(changes).flatMap(({ stack, lines, rest }) => [
      `- **${forMarkdown(stack)}**`,
      ...lines.map(({ sign, text }) => `  - \`${sign}\` ${forMarkdown(text)}`),
      ...(rest === '' ? [] : [`  - ${forMarkdown(rest)}`]),
    ]);
    parts.push(
      [
        forMarkdown(headline(changes)),
        ...(stacks.length === 0 ? [] : ['', ...stacks]),
        ...changes.remarks.flatMap((remark) => ['', forMarkdown(remark)]),
      ].join('\n'),
    );
  }
  const compared = input.since === undefined ? undefined : sinceLines(input.since, findings.length);
  const list = (title: string, lines: readonly string[]): void => {
    if (lines.length > 0) parts.push([`### ${title}`, '', ...lines.map((line) => `- ${forMarkdown(line)}`)].join('\n'));
  };
  if (compared !== undefined) parts.push(`${forMarkdown(compared.headline)}.`);
  if (notices.length > 0) parts.push(notices.map(({ message }) => `> ${forMarkdown(message)}`).join('\n>\n'));
  if (findings.length > 0) {
    const rows = findings.map(({ severity, rule, message, help, site, related }) => {
      const others = related.map((one) => `${cell(one.message)}: ${code(one.site)}`);
      return `| ${SIGN[severity]} ${severity} | ${code(site)} | ${codeForMarkdown(rule, CELL)} | ${[cell(message), ...others, ...(help === undefined ? [] : [cell(help)])].join('<br>')} |`;
    });
    parts.push(['| | where | rule | what |', '|---|---|---|---|', ...rows].join('\n'));
  }
  list('Fixed', compared?.fixed ?? []);
  list(TAKEN_OFF, compared?.takenOff ?? []);
  if (unreadable.length > 0) {
    parts.push(
      [
        'Not read, so not judged:',
        '',
        ...unreadable.map(
          ({ file, line, reason }) => `- ${codeForMarkdown(`${file}:${line}`)}: ${forMarkdown(reason)}`,
        ),
      ].join('\n'),
    );
  }
  if (missing !== undefined) parts.push(forMarkdown(`${missing}.`));
  return `${parts.join('\n\n')}\n`;
}

function code(site: Site): string {
  return codeForMarkdown(place(site), CELL);
}

function cell(text: string): string {
  return forMarkdown(text, CELL);
}
