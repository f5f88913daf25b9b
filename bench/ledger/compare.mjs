// What a run says now, against what the ledger recorded.
import { match } from './match.mjs';
import { isDefect, severityRank } from './ledger.mjs';

/**
 * @typedef {{ kind: 'unjudged' | 'new' | 'gone' | 'changed', entry?: import('./ledger.mjs').Entry, finding?: import('./ledger.mjs').Finding,
 *   before?: import('./ledger.mjs').Found, now?: import('./ledger.mjs').Found }} Difference
 *
 * @param {readonly import('./ledger.mjs').Entry[]} entries of one repository
 * @param {readonly import('./ledger.mjs').Finding[]} findings of one repository, the possible ones too
 * @returns {{ entries: import('./ledger.mjs').Entry[], differences: Difference[] }} entries: as they would be recorded now
 */
export function compare(entries, findings) {
  const { pairs, loose } = match(findings, entries);
  const byEntry = new Map(entries.map((entry) => [entry, []]));
  for (const { finding, entry, shared } of pairs)
    byEntry.get(entry).push({ finding, now: { ...foundOf(finding), ...(shared && { shared }) } });
  const results = [...byEntry].map(([entry, said]) => compareEntry(entry, said));
  const unjudged = loose
    .filter(isShown)
    .filter(({ severity }) => severity !== 'note')
    .map((finding) => ({ kind: 'unjudged', finding, now: foundOf(finding) }));
  return {
    entries: results.map(({ entry }) => entry),
    differences: [...unjudged, ...results.flatMap(({ differences }) => differences)],
  };
}

/** What a user sees without asking for more. */
export function isShown({ confidence }) {
  return confidence !== 'possible';
}

/** A defect of which nothing is shown is missed, whatever was recorded before. */
export function recorded(entry, found) {
  const { found: _, ...rest } = entry;
  return {
    ...rest,
    verdict: isDefect(entry) ? (found.some(isShown) ? 'right' : 'missed') : entry.verdict,
    ...(found.length > 0 && { found }),
  };
}

function compareEntry(entry, said) {
  const now = said
    .map((one) => one.now)
    .sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)) || severityRank(b.severity) - severityRank(a.severity));
  const rest = [...(entry.found ?? [])];
  const differences = [];
  for (const one of now) {
    const index = rest.findIndex(({ at }) => at === one.at);
    const [before] = index === -1 ? [] : rest.splice(index, 1);
    if (before === undefined) differences.push({ kind: 'new', entry, now: one });
    else if (before.severity !== one.severity || before.confidence !== one.confidence)
      differences.push({ kind: 'changed', entry, before, now: one });
  }
  differences.push(...rest.map((before) => ({ kind: 'gone', entry, before })));
  return { entry: recorded(entry, now), differences };
}

function foundOf({ file, line, severity, confidence }) {
  return { at: `${file}:${line}`, severity, confidence };
}
