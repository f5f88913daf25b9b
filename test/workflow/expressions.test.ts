import { describe, expect, it } from 'vitest';
import { show } from '../../src/core/text.ts';
import { fromJson, ofValues, scalars, toValues, unknown, type Data } from '../../src/parsers/github/data.ts';
import { decide, evaluateExpression } from '../../src/parsers/github/evaluate-expression.ts';
import { findExpressions, parseExpression, showExpression } from '../../src/parsers/github/expression.ts';

const CONTEXTS: Readonly<Record<string, Data>> = {
  github: {
    kind: 'object',
    entries: new Map<string, Data>([['sha', unknown('github.sha', undefined, 'unique')]]),
    others: unknown('github'),
  },
  env: fromJson({ NAME: 'api', EMPTY: '', FLAG: 'false' }),
  inputs: fromJson({ push: true, dry: false, count: 3 }),
  matrix: fromJson({ arch: 'arm64', list: [{ name: 'a' }, { name: 'b' }] }),
  either: {
    kind: 'object',
    entries: new Map([
      [
        'x',
        ofValues([
          { value: ['one'], when: [{ cond: 'c', is: 'true' }] },
          { value: ['two'], when: [{ cond: 'c', is: 'false' }] },
        ]),
      ],
    ]),
  },
};

function value(text: string): string {
  const data = evaluateExpression(parseExpression(text).expression, (name) => CONTEXTS[name]);
  return toValues(data)
    .map(
      ({ value: one, when }) =>
        `${show(one)}${when.length === 0 ? '' : ` when ${when.map(({ cond, is }) => `${cond} is ${is}`).join(' and ')}`}`,
    )
    .join(' | ');
}

describe('GitHub expressions', () => {
  it.each([
    ["'it''s'", "it's"],
    ['0x10', '16'],
    ['env.NAME', 'api'],
    ["ENV['name']", 'api'],
    ['env.MISSING', ''],
    ['matrix.list[1].name', 'b'],
    ["join(matrix.list.*.name, '-')", 'a-b'],
    ['!inputs.dry', 'true'],
    ["1 < 2 && 'a' || 'b'", 'a'],
    ["inputs.dry && 'a' || 'b'", 'b'],
    ["(env.EMPTY || 'd')", 'd'],
    ["env.NAME == 'API'", 'true'],
    ["env.FLAG && 'strings are true' || 'no'", 'strings are true'],
    ["inputs.push == 'true'", 'false'],
    ['inputs.count >= 3', 'true'],
    ["contains('linux/arm64', matrix.arch)", 'true'],
    ['contains(fromJSON(\'["x","arm64"]\'), matrix.arch)', 'true'],
    ["startsWith('refs/tags/v1', 'refs/tags/')", 'true'],
    ["format('{0}:{1} {{x}}', env.NAME, github.sha)", 'api:${github.sha} {x}'],
    ['fromJSON(\'{"a": {"b": 7}}\').a.b', '7'],
    ['fromJSON(toJSON(matrix)).arch', 'arm64'],
    ['github.repository', '${github.repository}'],
    [
      "github.ref_name || 'latest'",
      '${github.ref_name} when default:github.ref_name is set | latest when default:github.ref_name is unset',
    ],
    [
      "github.ref == 'refs/heads/main' && 'prod' || 'dev'",
      'prod when github.ref == refs/heads/main is true and github.ref is refs/heads/main | dev when github.ref == refs/heads/main is false',
    ],
    ["either.x == 'one'", 'true when c is true | false when c is false'],
    ["format('{0}-{1}', either.x, either.x)", 'one-one when c is true | two-two when c is false'],
  ])('%s is %s', (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });

  it('keep what they know of types', () => {
    expect(
      scalars(evaluateExpression(parseExpression('inputs.push').expression, (name) => CONTEXTS[name])).map(
        ({ type }) => type,
      ),
    ).toEqual(['boolean']);
  });

  it('decide conditions, or name the choice', () => {
    const decision = (text: string): unknown =>
      decide({ expression: parseExpression(text).expression }, (name) => CONTEXTS[name]);
    expect(decision('always() && !cancelled()')).toBe('yes');
    expect(decision('failure()')).toBe('no');
    expect(decision("github.ref != 'refs/heads/main'")).toEqual({
      when: [{ cond: 'github.ref == refs/heads/main', is: 'false' }],
    });
    expect(decision("either.x == 'two'")).toEqual({ when: [{ cond: 'c', is: 'false' }] });
    expect(decision("github.ref == 'a' || github.actor == 'b'")).toEqual({
      when: [{ cond: "(github.ref == 'a') || (github.actor == 'b')", is: 'true' }],
    });
  });

  it('say where they are broken', () => {
    expect(parseExpression("a == 'b").error).toEqual({ offset: 5, message: "a string isn't closed" });
    expect(parseExpression('a ==').error).toEqual({ offset: 4, message: 'the expression ends too early' });
    expect(parseExpression('a b').error).toEqual({ offset: 2, message: '"b" is one too many' });
    expect(parseExpression('('.repeat(5000)).error?.message).toBe('the expression is nested too deeply');
  });

  it('are found in a text, braces inside strings and all', () => {
    expect(
      findExpressions("a ${{ format('}}') }} b ${{ x }").map(({ start, end, expression }) => [
        start,
        end,
        showExpression(expression),
      ]),
    ).toEqual([[2, 21, "format('}}')"]]);
  });
});
