/** The stable, versioned JSON format. */
import type { Finding } from '../model/finding.ts';
import type { Site } from '../core/site.ts';
import { forJson } from './escape.ts';
import type { ChangesShown, ReportInput } from './report.ts';
import { defined } from '../core/optional.ts';

export function json({
  since,
  tool,
  findings,
  unreadable,
  summary,
  changes,
  coverage,
  notices = [],
}: ReportInput): string {
  const document = {
    version: 1,
    tool: { name: tool.name, version: tool.version },
    findings: findings.map(showFinding),
    unreadable: unreadable.map(({ file, line, reason }) => ({ file, line, reason })),
    ...(notices.length === 0 ? {} : { notices: notices.map(({ file, message }) => ({ file, message })) }),
    ...defined({ coverage }),
    ...(changes === undefined ? {} : { diff: showChanges(changes) }),
    ...(since === undefined
      ? {}
      : {
          since: {
            against: since.against,
            base: since.base,
            fixed: since.fixed.map(showFinding),
            takenOff: since.takenOff.map(({ kind, what }) => ({ kind, what })),
          },
        }),
    summary: {
      files: summary.files,
      voyages: summary.voyages,
      errors: summary.errors,
      warnings: summary.warnings,
      notes: summary.notes,
      suppressed: summary.suppressed,
    },
  };
  return `${forJson(document)}\n`;
}

function showChanges({ against, list, remarks }: ChangesShown) {
  const changes = list.map(({ stack, logicalId, resourceType, change, description, properties, site }) => ({
    stack,
    logicalId,
    resourceType,
    change,
    description,
    properties: properties.map(({ path, before = null, after = null }) => ({ path, before, after })),
    ...showSite(site),
  }));
  return { against, changes, remarks };
}

function showFinding(finding: Finding) {
  return {
    rule: finding.rule,
    severity: finding.severity,
    confidence: finding.confidence,
    message: finding.message,
    ...showSite(finding.site),
    related: finding.related.map((one) => ({ message: one.message, ...showSite(one.site) })),
    fixes: finding.fixes.map(({ title, safe, edits }) => ({
      title,
      safe,
      edits: edits.map(({ file, start, end, text }) => ({ file, start, end, text })),
    })),
    ...(finding.heldBack === undefined
      ? {}
      : { heldBack: finding.heldBack.map(({ by, site }) => ({ by, ...showSite(site) })) }),
    fingerprint: finding.fingerprint,
  };
}

/** A live resource that no file declares has no file, line or column. */
function showSite({ file, span, resource }: Site) {
  const place =
    file === ''
      ? { file: null, line: null, column: null, endLine: null, endColumn: null }
      : { file, line: span.line, column: span.column, endLine: span.endLine, endColumn: span.endColumn };
  return { ...place, resource: resource ?? null };
}
