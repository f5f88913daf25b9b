/** GitLab's Code Quality report. */
import { createHash } from 'node:crypto';
import type { Severity } from '../model/finding.ts';
import { forJson } from './escape.ts';
import type { ReportInput } from './report.ts';

const SEVERITY: Record<Severity, string> = { error: 'critical', warning: 'major', note: 'info' };

export function gitlab({ findings, notices = [] }: ReportInput): string {
  const issues = findings.map(({ rule, severity, message, site, fingerprint }) => ({
    description: message,
    check_name: rule,
    fingerprint,
    severity: SEVERITY[severity],
    location: {
      path: site.file === '' ? (site.resource ?? '') : site.file,
      positions: {
        begin: { line: site.span.line, column: site.span.column },
        end: { line: site.span.endLine, column: site.span.endColumn },
      },
    },
  }));
  // The format has no other place for what isn't about a line.
  const remarks = notices.map(({ file, message }) => ({
    description: message,
    check_name: 'plimsoll',
    fingerprint: createHash('sha256').update(`${file}\0${message}`).digest('hex'),
    severity: SEVERITY.note,
    location: { path: file, positions: { begin: { line: 1, column: 1 }, end: { line: 1, column: 1 } } },
  }));
  return `${forJson([...issues, ...remarks])}\n`;
}
