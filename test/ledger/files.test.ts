import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readLedger, writeEntries } from '../../bench/ledger/ledger.mjs';
import { COMMIT, entry } from './made-up.ts';

const repository = { repo: 'some/where', commit: COMMIT, read: '2026-01-01', how: 'whole' };

function folder(entries: readonly object[], repositories: readonly object[] = [repository]): string {
  const made = mkdtempSync(join(tmpdir(), 'ledger-test-'));
  writeFileSync(join(made, 'ledger.jsonl'), entries.map((one) => `${JSON.stringify(one)}\n`).join(''));
  writeFileSync(join(made, 'repositories.jsonl'), repositories.map((one) => `${JSON.stringify(one)}\n`).join(''));
  return made;
}

it('is written by place, with its fields in one order, and reads back the same', () => {
  const made = folder([]);
  const entries = [
    entry({
      path: 'z.sh',
      found: [{ at: 'z.sh:1', severity: 'warning', confidence: 'likely', shared: true }],
      also: ['a.tf:2'],
      most: 'note',
      cause: 'an idiom',
    }),
    entry({ path: 'a.sh', line: 12 }),
    entry({ path: 'a.sh', line: 2 }),
  ];
  writeEntries(made, entries);
  expect(readLedger(made).entries.map(({ path, line }) => `${path}:${line}`)).toEqual(['a.sh:2', 'a.sh:12', 'z.sh:1']);
  expect(readLedger(made).entries[2]).toEqual(entries[0]);
  const first = readFileSync(join(made, 'ledger.jsonl'), 'utf8');
  writeEntries(made, [...readLedger(made).entries].reverse());
  expect(readFileSync(join(made, 'ledger.jsonl'), 'utf8')).toBe(first);
});

it.each([
  [{ verdict: 'fine' }, 'verdict is one of right, wrong, debatable, missed'],
  [{ why: '' }, 'why says why, in a few words'],
  [{ line: -1 }, 'line is a line number, 0 for the whole file'],
  [{ sure: 'low' }, 'sure is one of high, medium'],
  [{ also: ['nowhere'] }, 'also is a list of path:line'],
  [{ most: 'hint' }, 'most is one of note, warning, error'],
  [{ found: [{ at: 'a.sh:1', severity: 'warning' }] }, 'found has at, severity and confidence'],
  [{ commit: 'main' }, 'commit is a whole commit hash'],
  [{ note: 'x' }, 'unknown field note'],
])('a line with %j is refused by its number', (given, reason) => {
  expect(() => readLedger(folder([entry({}), { ...entry({}), ...given }]))).toThrow(`ledger.jsonl:2: ${reason}`);
});

it('an entry of another commit than the repository was read at is refused', () => {
  expect(() => readLedger(folder([entry({ commit: 'f'.repeat(40) })]))).toThrow(
    `push.sh:1 was judged at ${'f'.repeat(40)}, but repositories.jsonl has ${COMMIT}`,
  );
  expect(() => readLedger(folder([entry({})], []))).toThrow('no such repository');
});
