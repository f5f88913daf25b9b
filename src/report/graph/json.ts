/** The picture as it is, for programs: stable and versioned as the findings' JSON is. */
import type { Finding } from '../../model/finding.ts';
import type { DrawnVoyage, Place } from '../../picture/picture.ts';
import type { Site } from '../../core/site.ts';
import { forJson } from '../escape.ts';
import type { ReportInput } from '../report.ts';
import { placed, type Placed } from './placed.ts';

export function json({ tool, findings, picture = { voyages: [] } }: ReportInput): string {
  const found = placed(picture, findings);
  const document = {
    version: 1,
    tool: { name: tool.name, version: tool.version },
    voyages: picture.voyages.map((one) => showVoyage(one, found)),
    elsewhere: found.elsewhere.map(showFinding),
  };
  return `${forJson(document)}\n`;
}

function showVoyage({ id, name, services, ways, stops, legs }: DrawnVoyage, { on }: Placed) {
  return {
    id,
    name,
    services,
    ways,
    stops: stops.map((stop) => ({
      id: stop.id,
      stage: stop.stage,
      sight: stop.sight,
      title: stop.title,
      name: stop.name ?? null,
      service: stop.service ?? null,
      details: stop.details,
      alternatives: stop.alternatives,
      places: stop.places.map(showPlace),
      live: stop.live,
      findings: (on.get(stop.id) ?? []).map(showFinding),
    })),
    legs,
  };
}

function showPlace({ label, site }: Place) {
  return { label, ...showSite(site) };
}

/** What else is known of it, `check -f json` says of the same fingerprint. */
function showFinding({ rule, severity, confidence, message, fingerprint, site }: Finding) {
  return { rule, severity, confidence, message, ...showSite(site), fingerprint };
}

function showSite({ file, span, resource }: Site) {
  return {
    file: file === '' ? null : file,
    line: file === '' ? null : span.line,
    endLine: file === '' ? null : span.endLine,
    resource: resource ?? null,
  };
}
