import { describe, expect, it } from 'vitest';
import { compare } from '../../bench/ledger/compare.mjs';
import { entry, finding } from './made-up.ts';

const kinds = (...given: Parameters<typeof compare>): string[] =>
  compare(...given).differences.map(({ kind, now, before }) => `${kind} ${(now ?? before)?.at ?? ''}`);
const warning = { at: 'push.sh:10', severity: 'warning', confidence: 'certain' };

describe('a run against the ledger', () => {
  it('is the same when the recorded findings are there', () => {
    expect(kinds([entry({ line: 10, found: [warning] })], [finding({ line: 10 })])).toEqual([]);
  });

  it('has an unjudged finding where no entry speaks', () => {
    expect(kinds([], [finding({ line: 10 })])).toEqual(['unjudged push.sh:10']);
  });

  it('leaves notes and possible findings alone where no entry speaks', () => {
    expect(kinds([], [finding({ line: 10, severity: 'note' }), finding({ line: 20, confidence: 'possible' })])).toEqual(
      [],
    );
  });

  it('has a new, a gone and a changed one at a judged place', () => {
    expect(kinds([entry({ line: 10 })], [finding({ line: 10 })])).toEqual(['new push.sh:10']);
    expect(kinds([entry({ line: 10, found: [warning] })], [])).toEqual(['gone push.sh:10']);
    expect(kinds([entry({ line: 10, found: [warning] })], [finding({ line: 10, confidence: 'possible' })])).toEqual([
      'changed push.sh:10',
    ]);
    expect(kinds([entry({ line: 10, found: [warning] })], [finding({ line: 10, severity: 'error' })])).toEqual([
      'changed push.sh:10',
    ]);
  });

  it('tells two findings on one line apart from one', () => {
    expect(kinds([entry({ line: 10, found: [warning, warning] })], [finding({ line: 10 })])).toEqual([
      'gone push.sh:10',
    ]);
  });
});

describe('what is recorded', () => {
  const verdict = (...given: Parameters<typeof compare>): (string | undefined)[] =>
    compare(...given).entries.map((one) => one.verdict);

  it('is a miss where nothing is shown of a defect, and right where something is', () => {
    expect(verdict([entry({ line: 10, found: [warning] })], [])).toEqual(['missed']);
    expect(verdict([entry({ line: 10, verdict: 'missed' })], [finding({ line: 10 })])).toEqual(['right']);
    expect(verdict([entry({ line: 10, verdict: 'missed' })], [finding({ line: 10, severity: 'note' })])).toEqual([
      'right',
    ]);
    expect(verdict([entry({ line: 10 })], [finding({ line: 10, confidence: 'possible' })])).toEqual(['missed']);
  });

  it('never turns a judgement', () => {
    expect(verdict([entry({ line: 10, verdict: 'wrong' })], [finding({ line: 10 })])).toEqual(['wrong']);
    expect(verdict([entry({ line: 10, verdict: 'debatable' })], [])).toEqual(['debatable']);
  });

  it('names the findings in order, and those that belong to another entry first', () => {
    const [first, second] = compare(
      [entry({ line: 10 }), entry({ path: 'main.tf', line: 7 })],
      [finding({ line: 12 }), finding({ line: 10, related: [{ file: 'main.tf', line: 7 }] })],
    ).entries;
    expect(first?.found).toEqual([
      { at: 'push.sh:10', severity: 'warning', confidence: 'certain' },
      { at: 'push.sh:12', severity: 'warning', confidence: 'certain' },
    ]);
    expect(second?.found).toEqual([{ at: 'push.sh:10', severity: 'warning', confidence: 'certain', shared: true }]);
  });
});
