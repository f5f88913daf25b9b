// What a run prints: differences repository by repository, then the counts.
import { showShare } from './interval.mjs';
import { measure } from './measure.mjs';

const SIGNS = { unjudged: '?', new: '+', gone: '-', changed: '~' };

/** @param {{ repo: string, commit: string, differences: object[] }[]} results */
export function printDifferences(results) {
  for (const { repo, commit, differences } of results.filter((one) => one.differences.length > 0)) {
    console.log(`${repo} @ ${commit.slice(0, 10)}`);
    for (const one of differences) console.log(`  ${SIGNS[one.kind]} ${sentence(one)}`);
  }
  const unjudged = results.flatMap(({ repo, commit, differences }) =>
    differences.filter(({ kind }) => kind === 'unjudged').map(({ finding }) => stub(repo, commit, finding)),
  );
  if (unjudged.length > 0)
    console.log(
      `\nTo judge (read each in its source, fill in the verdict and why, and add it to ledger.jsonl):\n${unjudged.join('\n')}`,
    );
}

/** @param {readonly import('./ledger.mjs').Entry[]} entries */
export function printMeasures(entries) {
  console.log('\nrule                         read  right  share right            defects  told  share told');
  for (const {
    rule,
    precision: { right, wrong },
    defects,
    told,
  } of measure(entries)) {
    console.log(
      `${rule.padEnd(28)} ${String(right + wrong).padStart(4)}  ${String(right).padStart(5)}  ${showShare(right, right + wrong).padEnd(22)} ${String(defects).padStart(7)}  ${String(told).padStart(4)}  ${showShare(told, defects)}`,
    );
  }
}

function sentence({ kind, entry, finding, before, now }) {
  const place = (now ?? before).at;
  const rule = (entry ?? finding).rule;
  const level = kind === 'changed' ? `${show(before)} → ${show(now)}` : show(now ?? before);
  const verdict =
    entry === undefined
      ? 'unjudged'
      : `judged ${entry.verdict === 'missed' ? 'right' : entry.verdict}${entry.most === undefined ? '' : ` as a ${entry.most}`}: ${entry.why}`;
  return `${rule} [${level}] ${place}  ${verdict}${kind === 'unjudged' ? `: ${finding.message}` : ''}`;
}

function show({ severity, confidence }) {
  return `${severity}/${confidence}`;
}

function stub(repo, commit, { file, line, rule }) {
  return JSON.stringify({ repo, commit, path: file, line, rule, verdict: '', sure: 'high', why: '' });
}
