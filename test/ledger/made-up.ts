/** A small ledger that no real repository has. */
import type { Entry, Finding } from '../../bench/ledger/ledger.mjs';

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

export function entry(given: Partial<Entry>): Entry {
  return {
    repo: 'some/where',
    commit: COMMIT,
    path: 'push.sh',
    line: 1,
    rule: 'latest-only',
    verdict: 'right',
    sure: 'high',
    why: 'only latest is pushed',
    ...given,
  };
}

export function finding(given: Partial<Finding>): Finding {
  return {
    rule: 'latest-only',
    severity: 'warning',
    confidence: 'certain',
    message: 'no tag but latest',
    file: 'push.sh',
    line: 1,
    ...given,
  };
}
