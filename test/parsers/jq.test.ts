import { describe, expect, it } from 'vitest';
import { parseJq } from '../../src/syntax/jq.ts';

describe("jq's language", () => {
  it('binds as jq does: a pipe least, then a comma, then an assignment', () => {
    expect(parseJq('.a = 1 | .b = 2')).toEqual(parseJq('(.a = 1) | (.b = 2)'));
    expect(parseJq('.a = $x + ":" + $y')).toEqual(parseJq('.a = (($x + ":") + $y)'));
    expect(parseJq('.a == 1 and .b != 2 or .c')).toEqual(parseJq('((.a == 1) and (.b != 2)) or .c'));
    expect(parseJq('.a | .b | .c')).toEqual(parseJq('.a | (.b | .c)'));
    expect(parseJq('.a, .b | .c')).toEqual(parseJq('(.a, .b) | .c'));
  });

  it('reads paths in all their spellings', () => {
    expect(parseJq('.a[0]."b c"["d"][]?')).toEqual({
      kind: 'path',
      steps: [{ field: 'a' }, { index: 0 }, { field: 'b c' }, { field: 'd' }, 'every'],
    });
    expect(parseJq('.[-1].a')).toEqual({ kind: 'path', steps: [{ index: -1 }, { field: 'a' }] });
    expect(parseJq('$ENV.IMAGE')).toEqual({
      kind: 'path',
      from: { kind: 'variable', name: 'ENV' },
      steps: [{ field: 'IMAGE' }],
    });
  });

  it('reads strings with what is put into them', () => {
    expect(parseJq(String.raw`"a\"\u0041\(.b)c"`)).toEqual({
      kind: 'string',
      parts: ['a"A', { kind: 'path', steps: [{ field: 'b' }] }, 'c'],
    });
  });

  it.each([
    '',
    '.a |',
    '.a = .b = .c',
    '. as $x | $x',
    'def f: .; f',
    'reduce .[] as $x (0; . + $x)',
    '.[1:2]',
    '..',
    '.a b',
    '@base64',
    '"open',
    String.raw`"\q"`,
    'if .a then .b',
    '{(.a): 1}',
    `${'('.repeat(500)}.${')'.repeat(500)}`,
    `${'['.repeat(500)}`,
    `${'.a|'.repeat(500)}.`,
  ])('leaves %j unread', (source) => {
    expect(parseJq(source)).toBeUndefined();
  });
});
