import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Edit, Finding, Fix } from '../../src/model/finding.ts';
import { unifiedDiff } from '../../src/fix/diff.ts';
import { applyEdits, applyFixes } from '../../src/fix/fix.ts';
import { HIDDEN } from '../report/sample.ts';

const edit = (start: number, end: number, text: string, file = 'a'): Edit => ({ file, start, end, text });
const withFix = (edits: readonly Edit[], safe = true): Finding => {
  const fix: Fix = { title: 't', safe, edits };
  return { ...HIDDEN, fixes: [fix] };
};
const read = (file: string): string | undefined => (file === 'gone' ? undefined : '0123456789');

describe('fixes', () => {
  it('apply several edits of a file at their own places', () => {
    expect(applyEdits('0123456789', [edit(2, 4, 'x'), edit(8, 8, 'yy'), edit(0, 1, '')])).toBe('1x4567yy89');
  });

  it('leave unsafe ones alone', () => {
    expect(applyFixes([withFix([edit(0, 1, 'x')], false)], read)).toEqual({ files: [], applied: 0 });
  });

  it('that overlap wait for the next round, whole', () => {
    expect(
      applyFixes(
        [withFix([edit(0, 4, 'A')]), withFix([edit(3, 5, 'B'), edit(8, 9, 'B')]), withFix([edit(4, 5, 'C')])],
        read,
      ),
    ).toEqual({
      files: [{ file: 'a', before: '0123456789', after: 'AC56789' }],
      applied: 2,
    });
  });

  it('that insert at one place do not both apply', () => {
    expect(applyFixes([withFix([edit(4, 4, 'x')]), withFix([edit(4, 4, 'x')])], read)).toMatchObject({
      applied: 1,
      files: [{ after: '0123x456789' }],
    });
  });

  it('may span files, and skip one that is gone', () => {
    expect(
      applyFixes([withFix([edit(0, 1, 'x', 'b'), edit(0, 1, 'y', 'a'), edit(0, 1, 'z', 'gone')])], read).files.map(
        ({ file, after }) => [file, after],
      ),
    ).toEqual([
      ['a', 'y123456789'],
      ['b', 'x123456789'],
    ]);
  });
});

describe('the diff', () => {
  it('shows what changes with three lines around', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
    expect(unifiedDiff('x.sh', before, before.replace('e', 'E\nE2'))).toBe(
      '--- a/x.sh\n+++ b/x.sh\n@@ -2,7 +2,8 @@\n b\n c\n d\n-e\n+E\n+E2\n f\n g\n h\n',
    );
  });

  it('parts changes that lie far apart', () => {
    const before = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');
    const diff = unifiedDiff('x', before, before.replace('line 3\n', 'three\n').replace('line 25', 'twenty-five'));
    expect(diff.match(/^@@.*@@$/gm)).toEqual(['@@ -1,7 +1,7 @@', '@@ -23,7 +23,7 @@']);
  });

  it('always leads from the one text to the other', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 });
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        if (a.join('\n') === b.join('\n')) return;
        expect(patched(a, unifiedDiff('x', a.join('\n'), b.join('\n')))).toEqual(b.length === 0 ? [''] : b);
      }),
    );
  });
});

/** Applies a unified diff, minding its line numbers. */
function patched(before: readonly string[], diff: string): string[] {
  const source = before.length === 0 ? [''] : before;
  const out: string[] = [];
  let at = 0;
  for (const line of diff.split('\n').slice(2, -1)) {
    const head = /^@@ -(\d+)/.exec(line);
    if (head !== null) {
      while (at < Number(head[1]) - 1) out.push(source[at++] ?? '');
    } else if (line.startsWith('+')) {
      out.push(line.slice(1));
    } else {
      expect(source[at]).toBe(line.slice(1));
      if (line.startsWith(' ')) out.push(line.slice(1));
      at++;
    }
  }
  return [...out, ...source.slice(at)];
}
