/** Patterns with many holes: the answers that trying every way gives, without trying every way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, hole, literal, match, type Part, type Text } from '../../src/core/text.ts';
import { fills, isWordChar, sharedLiteral } from '../../src/core/unify.ts';

/** Every way, one after the other: slow, and right. */
function slowFills(pattern: Text, value: string): Map<string, string> | undefined {
  const found = new Map<string, string>();
  const admits = (nature: string, fill: string): boolean =>
    (nature === 'account' ? /^\d{12}$/ : nature === 'region' ? /^[a-z]{2}(-[a-z]+)+-\d$/ : /^[^]+$/).test(fill);
  const step = (index: number, offset: number): boolean => {
    const part = pattern[index];
    if (part === undefined) return offset === value.length;
    if (typeof part === 'string') return value.startsWith(part, offset) && step(index + 1, offset + part.length);
    const bound = found.get(part.hole);
    if (bound !== undefined) return value.startsWith(bound, offset) && step(index + 1, offset + bound.length);
    for (let end = offset + 1; end <= value.length; end++) {
      if (!admits(part.nature, value.slice(offset, end))) continue;
      found.set(part.hole, value.slice(offset, end));
      if (step(index + 1, end)) return true;
      found.delete(part.hole);
    }
    return false;
  };
  return step(0, 0) ? found : undefined;
}

function slowShared(a: Text, b: Text): number | undefined {
  const cells = (text: Text): string[] => text.flatMap((part) => (typeof part === 'string' ? part.split('') : ['']));
  const [left, right] = [cells(a), cells(b)];
  let best: number | undefined;
  const step = (i: number, j: number, openA: boolean, openB: boolean, score: number): void => {
    const [x, y] = [left[i], right[j]];
    if (x === undefined && y === undefined) best = Math.max(best ?? 0, score);
    if (x === '' && openA) step(i + 1, j, false, openB, score);
    if (y === '' && openB) step(i, j + 1, openA, false, score);
    if (x === undefined || y === undefined) return;
    if (x === '' && y === '') {
      if (!openA || !openB) step(i, j, true, true, score);
    } else if (x === '') step(i, j + 1, true, false, score);
    else if (y === '') step(i + 1, j, false, true, score);
    else if (x === y) step(i + 1, j + 1, false, false, score + (isWordChar(x) ? 1 : 0));
  };
  step(0, 0, false, false, 0);
  return best;
}

const part: fc.Arbitrary<Part> = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '-', '1'), minLength: 1, maxLength: 3 }),
  fc.constantFrom('p', 'q', 'r', 's').map((name) => ({ hole: name, nature: 'unknown' as const })),
  fc.constant({ hole: 'c', nature: 'unique' as const }),
  fc.constant({ hole: 'region', nature: 'region' as const }),
  fc.constant({ hole: 'account', nature: 'account' as const }),
);
const text = fc.array(part, { maxLength: 6 }).map((parts) => concat(parts));
const whole = fc
  .array(fc.constantFrom('a', 'b', '-', '1', 'ab', 'eu-west-1', 'us-gov-east-1', '123456789012', '1234567890123'), {
    maxLength: 7,
  })
  .map((parts) => parts.join(''));

describe('what holes stand for', () => {
  it('is what trying every way finds', () => {
    fc.assert(
      fc.property(text, whole, (pattern, value) => {
        expect(fills(pattern, value)).toEqual(slowFills(pattern, value));
      }),
      { numRuns: 10_000, seed: 20261129 },
    );
  });
});

describe('what two patterns share', () => {
  it('is the most that trying every way finds', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(sharedLiteral(a, b)).toBe(slowShared(a, b));
      }),
      { numRuns: 3000, seed: 20261129 },
    );
  });
});

describe('patterns with many holes', () => {
  const spent = (ask: () => unknown): number => {
    const before = process.cpuUsage();
    ask();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const many = (count: number, between: string, name = (index: number): string => `h${index}`): Text =>
    concat(...Array.from({ length: count }, (_, index) => concat(hole(name(index)), literal(between))));

  it('are told from a string they can not be in a moment', () => {
    const value = `api${'a'.repeat(180)}b`;
    expect(
      spent(() =>
        expect(match(concat(literal('api'), many(30, 'a'), literal('c')), literal(value))).toBe('not at all'),
      ),
    ).toBeLessThan(2000);
    expect(
      spent(() =>
        expect(match(concat(literal('api'), many(30, 'a'), hole('x'), literal('ab'), hole('y')), literal(value))).toBe(
          'not at all',
        ),
      ),
    ).toBeLessThan(2000);
  });

  it('are told from each other in a moment', () => {
    expect(
      spent(() =>
        expect(
          match(
            concat(literal('api-'), many(40, 'ab')),
            concat(
              literal('api-'),
              many(40, 'ab', (index) => `g${index}`),
            ),
          ),
        ).toBe('by pattern'),
      ),
    ).toBeLessThan(2000);
    expect(
      spent(() =>
        match(
          concat(literal('api-'), many(200, 'ab'), literal('x')),
          concat(literal('api-'), many(200, 'ba'), literal('ay')),
        ),
      ),
    ).toBeLessThan(2000);
  });

  it('that say one hole again and again are given up after some thousands of ways', () => {
    const twice = many(24, '', (index) => `h${index % 12}`);
    expect(
      spent(() =>
        expect(match(concat(literal('api'), twice, literal('b')), literal(`api${'a'.repeat(181)}b`))).not.toBe(
          'exactly',
        ),
      ),
    ).toBeLessThan(2000);
    expect(match(concat(literal('api-'), hole('x'), literal('-'), hole('x')), literal('api-one-one'))).toBe(
      'by pattern',
    );
    expect(match(concat(literal('api-'), hole('x'), literal('-'), hole('x')), literal('api-one-two'))).toBe(
      'not at all',
    );
  });

  it('in a text as long as a file are no name', () => {
    expect(
      spent(() =>
        expect(match(concat(literal('api'), many(2000, 'a')), literal(`api${'a'.repeat(500_000)}`))).toBe('not at all'),
      ),
    ).toBeLessThan(2000);
    expect(
      spent(() =>
        expect(match(concat(literal('api'), many(2000, 'a')), concat(literal('api'), many(2000, 'aa')))).toBe(
          'not at all',
        ),
      ),
    ).toBeLessThan(2000);
  });
});
