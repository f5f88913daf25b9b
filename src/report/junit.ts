/** JUnit XML: a test case per finding, for build servers that show nothing else. */
import { place } from '../core/site.ts';
import { plainChanges } from './changes.ts';
import { forXml } from './escape.ts';
import type { ReportInput } from './report.ts';
import { oneOrNone } from '../core/optional.ts';

export function junit({ findings, summary, changes, notices = [] }: ReportInput): string {
  const failures = findings.filter(({ severity }) => severity !== 'note').length;
  const cases = findings.map(({ rule, severity, message, help, site, related }) => {
    const detail = [message, ...related.map((one) => `${place(one.site)}: ${one.message}`), ...oneOrNone(help)].join(
      '\n',
    );
    const head = `    <testcase classname="${forXml(rule)}" name="${forXml(`${place(site)}:${site.span.column}`)}" file="${forXml(site.file)}" line="${site.span.line}">`;
    const body =
      severity === 'note'
        ? `      <system-out>${forXml(detail)}</system-out>`
        : `      <failure type="${severity}" message="${forXml(message)}">${forXml(detail)}</failure>`;
    return `${head}\n${body}\n    </testcase>`;
  });
  if (findings.length === 0)
    cases.push(`    <testcase classname="plimsoll" name="no findings in ${summary.files} files"/>`);
  const said = [...(changes === undefined ? [] : plainChanges(changes)), ...notices.map(({ message }) => message)];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="plimsoll" tests="${cases.length}" failures="${failures}">`,
    `  <testsuite name="plimsoll" tests="${cases.length}" failures="${failures}" errors="0">`,
    ...cases,
    ...(said.length === 0 ? [] : [`    <system-out>${forXml(said.join('\n'))}</system-out>`]),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
