/** The project's patterns: the answers V8 gives, in time that V8 can't promise. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fuel, compile, find } from '../../src/core/linear/machine.ts';
import { matcher, wildcards } from '../../src/core/linear/matcher.ts';
import { readExpression } from '../../src/core/linear/read.ts';

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '[a-c]', '\\w', '\\d', '\\W', '^', '$', '\\b', '-', '\\.', ''),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => a + b),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(?:${a}|${b})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('*', '+', '?', '{2}', '{0,2}', '{1,}', '*?', '+?', '??'))
      .map(([a, times]) => `(?:${a})${times}`),
    tie('expression').map((inner) => `(${inner})`),
  ),
}));
const subject = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', '1', '-', '.', '\n'), maxLength: 8 });

describe('an expression', () => {
  it('finds, replaces and splits as V8 does', () => {
    fc.assert(
      fc.property(expression, subject, fc.constantFrom('', 'i', 'm', 's'), (source, text, flags) => {
        const [ours, theirs] = [matcher(source, 'js', flags), new RegExp(source, flags)];
        expect(ours, source).toBeDefined();
        const found = theirs.exec(text);
        expect(ours?.test(text)).toBe(found !== null);
        expect(ours?.covers(text)).toBe(new RegExp(`(?<![^])(?:${source})(?![^])`, flags).test(text));
        if (ours?.find(text) === undefined) return;
        expect(ours.find(text), `/${source}/${flags}`).toEqual(
          found === null ? null : { start: found.index, end: found.index + found[0].length },
        );
        expect(ours.replace(text, true, (all) => `<${all}>`)).toBe(
          text.replace(new RegExp(source, `${flags}g`), (all) => `<${all}>`),
        );
        if (!source.includes('(') || !/\((?!\?)/.test(source)) expect(ours.split(text)).toEqual(text.split(theirs));
      }),
      { numRuns: 4000, seed: 20261129 },
    );
  });

  it.each([
    ['(a)\\1', 'js'],
    ['(?=a)', 'js'],
    ['(?<!a)b', 'js'],
    ['\\p{L}', 'js'],
    ['a**', 'js'],
    ['(', 'js'],
    ['[', 'js'],
    ['a)', 'js'],
    ['[b-a]', 'js'],
    ['\\', 'js'],
    ['*a', 'posix'],
    ['(?:a)', 'posix'],
    ['[[=a=]]', 'posix'],
    ['(?i)a', 'go'],
    ['\\pL', 'go'],
    ['\\k<x>', 'js'],
    ['('.repeat(100_000), 'js'],
    [`${'('.repeat(60)}a${')'.repeat(60)}`, 'js'],
    ['a{9999}', 'js'],
  ] as const)('is not run when it is %j of %s', (source, dialect) => {
    expect(matcher(source, dialect)?.test('a')).toBeUndefined();
  });

  it.each([
    ['^v[0-9]+\\.[0-9]+$', 'v1.20', true],
    ['^[[:alpha:]_]+$', 'a_b', true],
    ['^[^[:space:]]+$', 'a b', false],
    ['[]a]x', ']x', true],
    ['[^]a]x', ']x', false],
    ['[\\d]', 'd', true],
    ['a.b', 'a\nb', true],
    ['^(main|release/.*)$', 'release/1', true],
    ['a{2}', 'xaax', true],
  ])('of POSIX means what bash takes it for: %s in %j', (source, text, is) => {
    expect(matcher(source, 'posix')?.test(text)).toBe(is);
  });

  it('costs pattern times subject, whatever it is', () => {
    const cost = (source: string, text: string): number => {
      const fuel = new Fuel();
      const program = compile(readExpression(source, 'js')!.node);
      expect(find(program!, text, 0, fuel)).not.toBeUndefined();
      return 1_000_000 - fuel.left;
    };
    for (const source of [
      '(a+)+$',
      '(a|a)*$',
      '(a|aa)+$',
      '(.*a){12}$',
      '^(([a-z])+.)+[A-Z]([a-z])+$',
      'a*a*a*a*a*a*a*a*b',
      '(?:a?){25}a{25}',
    ]) {
      expect(cost(source, `${'a'.repeat(800)}!`) / cost(source, `${'a'.repeat(400)}!`), source).toBeLessThan(2.2);
    }
  });

  it('gives no answer where that would cost too much', () => {
    expect(matcher('a*b|a', 'js')?.replace('a'.repeat(20_000), true, () => '') === undefined).toBe(true);
    expect(matcher('(?:(?:a{100}){100}){100}', 'js')?.test('a')).toBeUndefined();
  });
});

describe('wildcards', () => {
  it.each([
    ['release-*', {}, 'release-1', true],
    ['release-*', {}, 'prerelease-1', false],
    ['a?', {}, 'ab', false],
    ['a?', {}, 'a?', true],
    ['a?', { one: true }, 'ab', true],
    ['a.b', {}, 'axb', false],
    ['*/ci.yml', { paths: true }, 'a/b/ci.yml', false],
    ['**/ci.yml', { paths: true }, 'a/b/ci.yml', true],
    ['*/ci.yml', { paths: true }, 'a/ci.yml', true],
  ])('%s %j against %s', (pattern, means, text, is) => {
    expect(wildcards(pattern, means).covers(text)).toBe(is);
  });

  it('are many, and still no trouble', () => {
    expect(wildcards(`${'*a'.repeat(60)}b`).covers('a'.repeat(2000))).toBe(false);
  });
});
