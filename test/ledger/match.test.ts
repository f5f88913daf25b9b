import { describe, expect, it } from 'vitest';
import { match } from '../../bench/ledger/match.mjs';
import { entry, finding } from './made-up.ts';

const places = (findings: ReturnType<typeof finding>[], entries: ReturnType<typeof entry>[]): string[] =>
  match(findings, entries).pairs.map(
    ({ finding: { file, line }, entry: { path, line: at }, shared }) =>
      `${file}:${line} → ${path}:${at}${shared ? ' (shared)' : ''}`,
  );

describe('a finding belongs to the entry of its rule', () => {
  it('at its own line', () => {
    expect(places([finding({ line: 10 })], [entry({ line: 12 }), entry({ line: 10 })])).toEqual([
      'push.sh:10 → push.sh:10',
    ]);
  });

  it('within five lines, and not beyond', () => {
    expect(places([finding({ line: 15 })], [entry({ line: 10 })])).toEqual(['push.sh:15 → push.sh:10']);
    expect(match([finding({ line: 16 })], [entry({ line: 10 })]).loose).toHaveLength(1);
  });

  it('inside its range, when that is no whole file', () => {
    expect(places([finding({ line: 1, endLine: 30 })], [entry({ line: 28 })])).toEqual(['push.sh:1 → push.sh:28']);
    expect(match([finding({ line: 1, endLine: 300 })], [entry({ line: 28 })]).loose).toHaveLength(1);
  });

  it('at another place that the entry names', () => {
    expect(places([finding({ file: 'main.tf', line: 40 })], [entry({ line: 10, also: ['main.tf:40'] })])).toEqual([
      'main.tf:40 → push.sh:10',
    ]);
  });

  it('anywhere in the file, when the entry speaks of all of it', () => {
    expect(places([finding({ line: 400 })], [entry({ line: 0 })])).toEqual(['push.sh:400 → push.sh:0']);
  });

  it('at a related place on the same way, where its own place says nothing', () => {
    const elsewhere = finding({ file: 'main.tf', line: 7, related: [{ file: 'push.sh', line: 10 }] });
    expect(places([elsewhere], [entry({ line: 10 })])).toEqual(['main.tf:7 → push.sh:10']);
    expect(places([elsewhere], [entry({ line: 10 }), entry({ path: 'main.tf', line: 7 })])[0]).toBe(
      'main.tf:7 → main.tf:7',
    );
  });

  it('and to none of another rule or file', () => {
    expect(
      match([finding({ line: 10 })], [entry({ line: 10, rule: 'retag-lost' }), entry({ path: 'other.sh', line: 10 })])
        .loose,
    ).toHaveLength(1);
  });

  it('and rather to a defect than to a trap on the same line', () => {
    const { pairs } = match(
      [finding({ line: 10 })],
      [entry({ line: 10, verdict: 'wrong' }), entry({ line: 10, verdict: 'right' })],
    );
    expect(pairs.map((pair) => pair.entry.verdict)).toEqual(['right']);
  });

  it('without a file to nothing', () => {
    expect(match([finding({ file: null })], [entry({ line: 0 })]).loose).toHaveLength(1);
  });
});

describe('one finding tells of several defects on its way', () => {
  const finding10 = finding({ line: 10, related: [{ file: 'main.tf', line: 7 }] });

  it('and shares the others', () => {
    expect(places([finding10], [entry({ line: 10 }), entry({ path: 'main.tf', line: 7 })])).toEqual([
      'push.sh:10 → push.sh:10',
      'push.sh:10 → main.tf:7 (shared)',
    ]);
  });

  it('but a false alarm tells of none, and a trap is not shared', () => {
    expect(places([finding10], [entry({ line: 10, verdict: 'wrong' }), entry({ path: 'main.tf', line: 7 })])).toEqual([
      'push.sh:10 → push.sh:10',
    ]);
    expect(places([finding10], [entry({ line: 10 }), entry({ path: 'main.tf', line: 7, verdict: 'wrong' })])).toEqual([
      'push.sh:10 → push.sh:10',
    ]);
  });
});
