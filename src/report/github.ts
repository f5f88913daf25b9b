/** GitHub workflow commands: annotations on the lines of a pull request. */
import { byStack } from './changes.ts';
import { forAnnotation, forProperty } from './escape.ts';
import { sinceLines } from './since.ts';
import { notJudged, type ReportInput } from './report.ts';
import { oneOrNone } from '../core/optional.ts';

export function github(input: ReportInput): string {
  const { findings, unreadable, changes, notices = [] } = input;
  const missing = notJudged(input.coverage);
  const lines = findings.map(({ severity, rule, message, help, site, related }) => {
    const { file, span } = site;
    const others = related.map(
      (one) =>
        `${one.message} (${one.site.file === '' ? (one.site.resource ?? '') : `${one.site.file}:${one.site.span.line}`})`,
    );
    const text = [message, ...others, ...oneOrNone(help)].join('\n');
    const place =
      file === ''
        ? []
        : [
            `file=${forProperty(file)}`,
            `line=${span.line}`,
            `endLine=${span.endLine}`,
            ...(span.endLine === span.line ? [`col=${span.column}`, `endColumn=${span.endColumn}`] : []),
          ];
    return `::${severity === 'note' ? 'notice' : severity} ${[...place, `title=${forProperty(`plimsoll: ${rule}`)}`].join(',')}::${forAnnotation(text)}`;
  });
  const skipped = unreadable
    .filter(({ file }) => !findings.some((one) => one.rule === 'unreadable-file' && one.site.file === file))
    .map(
      ({ file, line, reason }) =>
        `::notice file=${forProperty(file)},line=${line},title=plimsoll%3A not read::${forAnnotation(reason)}`,
    );
  const diff =
    changes === undefined
      ? []
      : byStack(changes).map(
          ({ stack, lines: own, rest }) =>
            `::notice title=${forProperty(`plimsoll diff: ${stack}`)}::${forAnnotation([...own.map(({ sign, text }) => `${sign} ${text}`), ...(rest === '' ? [] : [rest])].join('\n'))}`,
        );
  const said = (changes?.remarks ?? []).map((remark) => `::notice title=plimsoll diff::${forAnnotation(remark)}`);
  const remarks = notices.map(
    ({ file, message }) => `::notice file=${forProperty(file)},title=plimsoll::${forAnnotation(message)}`,
  );
  const since =
    input.since === undefined
      ? []
      : [
          sinceLines(input.since, findings.length).headline,
          ...input.since.takenOff.map(
            ({ kind, what }) =>
              `takes off the ${kind === 'suppression' ? 'findings behind a new suppression' : kind}: ${what}`,
          ),
        ].map((line) => `::notice title=plimsoll --since::${forAnnotation(line)}`);
  const unjudged = missing === undefined ? [] : [`::notice title=plimsoll::${forAnnotation(missing)}`];
  return [...since, ...diff, ...said, ...lines, ...skipped, ...remarks, ...unjudged]
    .map((line) => `${line}\n`)
    .join('');
}
