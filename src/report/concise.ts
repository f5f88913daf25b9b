/** One line for each finding, as compilers print them: for a first look at many, for editors that read such lines, for grep. */
import { createColors } from 'picocolors';
import type { Finding } from '../model/finding.ts';
import { byStack, headline } from './changes.ts';
import { forTerminal, withoutCommands } from './escape.ts';
import { inReadingOrder } from './order.ts';
import type { ReportInput, Style } from './report.ts';
import { statistics } from './statistics.ts';
import { showSummary, tintOf, type Colors } from './summary.ts';

export function concise(input: ReportInput, style: Style): string {
  const colors = createColors(style.color);
  const grouped = style.groupBy !== undefined && style.groupBy !== 'none';
  // By place, as compilers and editors have it, unless it is grouped.
  const lines =
    style.statistics === true
      ? statistics(input.findings, colors)
      : grouped
        ? inReadingOrder(input.findings, style.groupBy).flatMap(({ title, findings }) => [
            `${colors.bold(oneLine(title))} (${findings.length})`,
            ...findings.map((one) => `  ${lineOf(one, colors)}`),
          ])
        : input.findings.map((one) => lineOf(one, colors));
  if (style.quiet) return withoutCommands(lines.map((line) => `${line}\n`).join(''));
  const { changes } = input;
  const changed =
    changes === undefined
      ? []
      : [
          headline(changes),
          ...byStack(changes).flatMap(({ stack, lines: own, rest }) => [
            ...own.map(({ sign, text }) => `${stack}: ${sign} ${text}`),
            ...(rest === '' ? [] : [`${stack}: ${rest}`]),
          ]),
          ...changes.remarks,
        ].map((line) => oneLine(line));
  return withoutCommands([...changed, ...lines, showSummary(input, colors)].map((line) => `${line}\n`).join(''));
}

function lineOf({ site, severity, rule, confidence, message }: Finding, colors: Colors): string {
  const { file, span, resource } = site;
  const place = file === '' ? (resource ?? '') : `${file}:${span.line}:${span.column}`;
  const sure = confidence === 'certain' ? '' : ` (${confidence})`;
  const tag = tintOf(severity, colors)(`${severity}[${forTerminal(rule)}]`);
  return `${place === '' ? '' : `${colors.bold(forTerminal(place))}: `}${tag}${sure} ${oneLine(message)}`;
}

/** A name with a line break in it makes no second line. */
function oneLine(text: string): string {
  return forTerminal(text.replace(/\s*[\r\n]+\s*/g, ' '));
}
