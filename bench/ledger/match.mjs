// Which entry of the ledger a finding speaks about. Entries hold one place of an image's voyage, findings may stand at
// another: the finding's own place decides first, then its related places, each with the lines around it.
import { isDefect, placesOf } from './ledger.mjs';

/** How many lines a place may be off: a rule may point at the command, its option or the line above. */
const NEAR = 5;
/** A site longer than this is a whole file or block, and only its start counts. */
const LONGEST = 40;

/**
 * @param {readonly import('./ledger.mjs').Finding[]} findings of one repository
 * @param {readonly import('./ledger.mjs').Entry[]} entries of the same repository
 * @returns {{ pairs: { finding: import('./ledger.mjs').Finding, entry: import('./ledger.mjs').Entry, shared: boolean }[], loose: import('./ledger.mjs').Finding[] }}
 *   shared: the finding speaks about another entry first, and this one's place lies on its way too; loose: findings about which the ledger says nothing
 */
export function match(findings, entries) {
  const pairs = [];
  const loose = [];
  for (const finding of findings) {
    const entry = entryOf(
      finding,
      entries.filter(({ rule }) => rule === finding.rule),
    );
    if (entry === undefined) loose.push(finding);
    else pairs.push({ finding, entry, shared: false });
  }
  const spoken = new Set(pairs.map(({ entry }) => entry));
  const silent = entries.filter((entry) => isDefect(entry) && !spoken.has(entry));
  return { pairs: [...pairs, ...silent.flatMap((entry) => onTheWay(pairs, entry))], loose };
}

/**
 * One finding may tell of several defects on one image's way, but only where it names the very place: a neighbor's
 * finding is no finding.
 */
function onTheWay(pairs, entry) {
  const pair = pairs.find(
    ({ finding, entry: first }) =>
      first.rule === entry.rule && first.verdict !== 'wrong' && nearest(sitesOf(finding), [entry], 0) !== undefined,
  );
  return pair === undefined ? [] : [{ finding: pair.finding, entry, shared: true }];
}

function entryOf(finding, entries) {
  const [own, ...related] = sitesOf(finding);
  if (own === undefined) return undefined;
  return nearest([own], entries) ?? nearest(related, entries);
}

function sitesOf(finding) {
  return [finding, ...(finding.related ?? [])].filter(({ file }) => typeof file === 'string');
}

/** Of entries equally far away, a defect comes before a trap: two findings may stand on one line. */
function nearest(sites, entries, reach = NEAR) {
  const candidates = sites
    .flatMap((site) =>
      entries.map((entry) => ({ entry, away: Math.min(...placesOf(entry).map((place) => distance(site, place))) })),
    )
    .filter(({ away }) => away <= reach)
    .sort((a, b) => a.away - b.away || Number(a.entry.verdict === 'wrong') - Number(b.entry.verdict === 'wrong'));
  return candidates[0]?.entry;
}

/** In lines; 0 inside the site. */
function distance(site, { path, line }) {
  if (site.file !== path) return Infinity;
  if (line === 0) return 0;
  const end = site.endLine ?? site.line;
  if (end - site.line <= LONGEST && site.line <= line && line <= end) return 0;
  return Math.abs(site.line - line);
}
