import { describe, expect, it } from 'vitest';
import { showShare, wilson } from '../../bench/ledger/interval.mjs';
import type { Entry } from '../../bench/ledger/ledger.mjs';
import { bySeverity, measure } from '../../bench/ledger/measure.mjs';
import { judgeConfidence, trustPage } from '../../bench/ledger/trust.mjs';
import { COMMIT, entry } from './made-up.ts';

const at = (severity: string, confidence: string) => [{ at: 'push.sh:1', severity, confidence }];
const many = (times: number, given: Partial<Entry>): Entry[] => Array.from({ length: times }, () => entry(given));

describe('an interval', () => {
  it.each([
    [10, 10, 1, 0.722, 1],
    [0, 10, 0, 0, 0.278],
    [91, 100, 0.91, 0.838, 0.952],
  ])('of %i in %i is the published one', (part, whole, share, low, high) => {
    const interval = wilson(part, whole);
    expect(interval?.share).toBeCloseTo(share, 3);
    expect(interval?.low).toBeCloseTo(low, 3);
    expect(interval?.high).toBeCloseTo(high, 3);
  });

  it('of nothing is none', () => {
    expect(wilson(0, 0)).toBeUndefined();
    expect(showShare(0, 0)).toBe('–');
  });

  it('is never rounded up to all', () => {
    expect(showShare(399, 400)).toBe('99.7 % (99 – 99.9)');
    expect(showShare(400, 400)).toBe('100 % (99 – 100)');
    expect(showShare(20, 20)).toBe('100 % (84 – 100)');
    expect(showShare(0, 20)).toBe('0 % (0 – 16)');
  });
});

describe('measuring', () => {
  it('counts findings for precision and defects for recall', () => {
    const [one] = measure([
      entry({ found: at('warning', 'certain') }),
      entry({ found: [...at('warning', 'certain'), ...at('error', 'likely')] }),
      entry({ verdict: 'wrong', found: at('warning', 'likely') }),
      entry({ verdict: 'missed' }),
    ]);
    expect(one).toMatchObject({ precision: { right: 3, wrong: 1 }, defects: 3, told: 2 });
    expect(one?.byConfidence.get('certain')).toEqual({ right: 2, wrong: 0 });
    expect(one?.byConfidence.get('likely')).toEqual({ right: 1, wrong: 1 });
  });

  it('takes a warning for a false alarm where only a note is right, though the defect is told', () => {
    expect(measure([entry({ most: 'note', found: at('warning', 'certain') })])[0]).toMatchObject({
      precision: { right: 0, wrong: 1 },
      defects: 1,
      told: 1,
    });
  });

  it('leaves notes, shared findings and what is debatable out of precision', () => {
    const entries = [
      entry({ found: at('note', 'certain') }),
      entry({ found: [{ at: 'push.sh:1', severity: 'warning', confidence: 'certain', shared: true }] }),
      entry({ verdict: 'debatable', found: at('warning', 'certain') }),
    ];
    expect(measure(entries)[0]).toMatchObject({ precision: { right: 0, wrong: 0 }, defects: 2, told: 2, debatable: 1 });
  });

  it('takes what only is possible for untold, and keeps it apart', () => {
    const entries = [entry({ found: at('warning', 'possible') })];
    expect(measure(entries)[0]).toMatchObject({ precision: { right: 0, wrong: 0 }, defects: 1, told: 0 });
    expect(measure(entries)[0]?.byConfidence.get('possible')).toEqual({ right: 1, wrong: 0 });
    expect(bySeverity(entries).size).toBe(0);
  });
});

describe('a confidence', () => {
  it('is judged from twenty findings on', () => {
    expect(judgeConfidence('certain', { right: 0, wrong: 19 })).toBe('too few to tell');
    expect(judgeConfidence('certain', { right: 20, wrong: 0 })).toBe('holds');
  });

  it('falls when the interval does not reach its target', () => {
    expect(judgeConfidence('certain', { right: 115, wrong: 5 })).toBe('lower to `likely`');
    expect(judgeConfidence('likely', { right: 115, wrong: 5 })).toBe('holds');
    expect(judgeConfidence('likely', { right: 15, wrong: 10 })).toBe('lower to `possible`');
  });
});

it('the page says what was read, what falls, and what is missed, those of one cause together', () => {
  const page = trustPage({
    repositories: [{ repo: 'some/where', commit: COMMIT, read: '2026-01-01', how: 'expectations first' }],
    entries: [
      ...many(15, { found: at('warning', 'certain') }),
      ...many(10, { verdict: 'wrong', found: at('warning', 'certain') }),
      ...many(2, { verdict: 'missed', cause: 'the name comes only from outside' }),
      entry({ verdict: 'missed', why: 'pushed by a script of another kind' }),
    ],
  });
  expect(page).toContain('1 public repositories were read');
  expect(page).toContain('| warning | 25 | 15 | 60 % (41 – 77) |');
  expect(page).toContain('| `latest-only` | 25 | 15 | 60 % (41 – 77) | 18 | 15 | 83 % (61 – 94) |');
  expect(page).toContain('| `latest-only` | certain | 25 | 15 | 60 % (41 – 77) | lower to `likely` |');
  expect(page).toContain(
    '### latest-only\n\n- the name comes only from outside (2 times)\n- pushed by a script of another kind\n',
  );
});
