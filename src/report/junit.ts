/** JUnit XML: a test case per finding, for build servers that show nothing else. */
import { place } from '../model/site.ts';
import { plainChanges } from './changes.ts';
import type { ReportInput } from './report.ts';

export function junit({ findings, summary, changes, notices = [] }: ReportInput): string {
  const failures = findings.filter(({ severity }) => severity !== 'note').length;
  const cases = findings.map(({ rule, severity, message, help, site, related }) => {
    const detail = [message, ...related.map((one) => `${place(one.site)}: ${one.message}`), ...(help === undefined ? [] : [help])].join('\n');
    const head = `    <testcase classname="${xml(rule)}" name="${xml(`${place(site)}:${site.span.column}`)}" file="${xml(site.file)}" line="${site.span.line}">`;
    const body = severity === 'note'
      ? `      <system-out>${xml(detail)}</system-out>`
      : `      <failure type="${severity}" message="${xml(message)}">${xml(detail)}</failure>`;
    return `${head}\n${body}\n    </testcase>`;
  });
  if (findings.length === 0) cases.push(`    <testcase classname="plimsoll" name="no findings in ${summary.files} files"/>`);
  const said = [...(changes === undefined ? [] : plainChanges(changes)), ...notices.map(({ message }) => message)];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="plimsoll" tests="${cases.length}" failures="${failures}">`,
    `  <testsuite name="plimsoll" tests="${cases.length}" failures="${failures}" errors="0">`,
    ...cases,
    ...(said.length === 0 ? [] : [`    <system-out>${xml(said.join('\n'))}</system-out>`]),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** Control characters have no place in XML 1.0, escaped or not. */
function xml(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll('\n', '&#10;');
}
