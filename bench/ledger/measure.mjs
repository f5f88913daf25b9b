// Counts from the ledger: how often what was said was right, and how much of what should be said was.
import { isShown } from './compare.mjs';
import { isDefect, severityRank } from './ledger.mjs';

/**
 * @typedef {{ right: number, wrong: number }} Precision  of findings at warning and above
 * @typedef {{ rule: string, precision: Precision, byConfidence: Map<string, Precision>, defects: number, told: number, sureDefects: number, sureTold: number,
 *   debatable: number, missed: import('./ledger.mjs').Entry[] }} Measure
 */

/** @param {readonly import('./ledger.mjs').Entry[]} entries @returns {Measure[]} by rule */
export function measure(entries) {
  const rules = [...new Set(entries.map(({ rule }) => rule))].sort();
  return rules.map((rule) =>
    measureRule(
      rule,
      entries.filter((entry) => entry.rule === rule),
    ),
  );
}

/** @param {readonly import('./ledger.mjs').Entry[]} entries @returns {Map<string, Precision>} */
export function bySeverity(entries) {
  return tally(judgements(entries).filter(shownJudgement), ({ severity }) => severity);
}

/** @param {readonly import('./ledger.mjs').Entry[]} entries @returns {Map<string, Precision>} */
export function byConfidence(entries) {
  return tally(judgements(entries), ({ confidence }) => confidence);
}

function measureRule(rule, entries) {
  const defects = entries.filter(isDefect);
  const sure = defects.filter(({ sure: how }) => how === 'high');
  const told = ({ found = [] }) => found.some(isShown);
  const all = judgements(entries);
  return {
    rule,
    precision: count(all.filter(shownJudgement)),
    byConfidence: tally(all, ({ confidence }) => confidence),
    defects: defects.length,
    told: defects.filter(told).length,
    sureDefects: sure.length,
    sureTold: sure.filter(told).length,
    debatable: entries.filter(({ verdict }) => verdict === 'debatable').length,
    missed: defects.filter((entry) => !told(entry)),
  };
}

/** One for each finding at warning or above that is right or wrong; what is debatable counts for nothing. */
function judgements(entries) {
  return entries
    .filter(({ verdict }) => verdict !== 'debatable')
    .flatMap((entry) =>
      (entry.found ?? [])
        .filter(({ severity, shared }) => severity !== 'note' && shared !== true)
        .map(({ severity, confidence }) => ({
          severity,
          confidence,
          right: entry.verdict !== 'wrong' && severityRank(severity) <= severityRank(entry.most ?? 'error'),
        })),
    );
}

function shownJudgement({ confidence }) {
  return confidence !== 'possible';
}

function tally(all, keyOf) {
  const groups = new Map();
  for (const one of all) {
    const group = groups.get(keyOf(one)) ?? [];
    groups.set(keyOf(one), [...group, one]);
  }
  return new Map([...groups].map(([key, group]) => [key, count(group)]));
}

function count(group) {
  const right = group.filter((one) => one.right).length;
  return { right, wrong: group.length - right };
}
