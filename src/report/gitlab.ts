/** GitLab's Code Quality report. */
import type { Severity } from '../model/finding.ts';
import { forJson } from './escape.ts';
import type { ReportInput } from './report.ts';

const SEVERITY: Record<Severity, string> = { error: 'critical', warning: 'major', note: 'info' };

export function gitlab({ findings }: ReportInput): string {
  const issues = findings.map(({ rule, severity, message, site, fingerprint }) => ({
    description: message,
    check_name: rule,
    fingerprint,
    severity: SEVERITY[severity],
    location: {
      path: site.file === '' ? (site.resource ?? '') : site.file,
      positions: { begin: { line: site.span.line, column: site.span.column }, end: { line: site.span.endLine, column: site.span.endColumn } },
    },
  }));
  return `${forJson(issues)}\n`;
}
