import { describe, expect, it } from 'vitest';
import { indexLines } from '../../src/core/site.ts';
import { parseSuppression, toSuppression } from '../../src/syntax/suppressions.ts';

describe('a suppression comment', () => {
  it.each([
    [
      '# plimsoll-ignore arch-mismatch -- built elsewhere',
      { rules: ['arch-mismatch'], scope: 'line', reason: 'built elsewhere' },
    ],
    [
      '// plimsoll-ignore a-b,c until=2027-03-31 -- soon -- really',
      { rules: ['a-b', 'c'], scope: 'line', reason: 'soon -- really', until: '2027-03-31' },
    ],
    ['/* plimsoll-ignore-file latest-only */', { rules: ['latest-only'], scope: 'file' }],
    ['<!-- plimsoll-ignore x, y -->', { rules: ['x', 'y'], scope: 'line' }],
    ['plimsoll-ignore x', { rules: ['x'], scope: 'line' }],
  ])('%s', (comment, expected) => {
    expect(parseSuppression(comment)).toEqual(expected);
  });

  it.each(['# plimsoll-ignore', '# plimsoll-ignored x', '# see plimsoll-ignore x', '# plimsoll-ignore -- why', '#'])(
    '%s is none',
    (comment) => {
      expect(parseSuppression(comment)).toBeUndefined();
    },
  );

  it('covers its own line, or the next line of code when it stands alone', () => {
    const text = '# plimsoll-ignore x\r\n\r\n# plimsoll-ignore y\r\ncode # plimsoll-ignore z\r\nmore\r\n';
    const lines = indexLines('f', text);
    const covers = (needle: string): readonly number[] => {
      const at = text.indexOf(needle);
      const parsed = parseSuppression(needle);
      if (parsed === undefined) throw new Error('no suppression');
      return toSuppression(parsed, [at, at + needle.length], lines, text).covers;
    };
    expect(covers('# plimsoll-ignore x')).toEqual([1, 4]);
    expect(covers('# plimsoll-ignore y')).toEqual([3, 4]);
    expect(covers('# plimsoll-ignore z')).toEqual([4]);
  });

  it('for a file covers no line of its own', () => {
    const text = '# plimsoll-ignore-file x -- all of it\ncode\n';
    const parsed = parseSuppression(text.slice(0, 37));
    expect(parsed && toSuppression(parsed, [0, 37], indexLines('f', text), text)).toEqual({
      rules: ['x'],
      scope: 'file',
      reason: 'all of it',
      range: [0, 37],
      covers: [],
    });
  });
});
