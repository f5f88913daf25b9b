import { describe, expect, it } from 'vitest';
import { applySuppressions } from '../../src/config/suppress.ts';
import { indexLines, siteOf } from '../../src/core/site.ts';
import type { ReadingBase } from '../../src/syntax/source.ts';
import { suppressionsIn } from '../../src/syntax/comment-suppressions.ts';

const RULES = ['deploy-exit-masked', 'deploy-output-hidden'];

function apply(
  text: string,
  found: readonly (readonly [rule: string, line: number])[],
  more: { requireReasons?: boolean; ran?: readonly string[] } = {},
) {
  const lines = indexLines('a.sh', text);
  const comments = [...text.matchAll(/#[^\n]*/g)].map((match): { text: string; range: [number, number] } => ({
    text: match[0],
    range: [match.index, match.index + match[0].length],
  }));
  const base: ReadingBase = {
    file: 'a.sh',
    lines,
    unreadable: [],
    suppressions: suppressionsIn(comments, lines, text),
  };
  const findings = found.map(([rule, line]) => ({
    rule,
    site: siteOf(lines, [Number(lines.starts[line - 1]), Number(lines.starts[line - 1]) + 1]),
  }));
  const outcome = applySuppressions({
    findings,
    suppressions: base.suppressions.map((suppression) => ({ base, suppression })),
    ruleId: (name) => (name === 'old-name' ? 'deploy-exit-masked' : RULES.find((id) => id === name)),
    ran: (id) => (more.ran ?? RULES).includes(id),
    nearest: (name) => RULES.find((id) => id.startsWith(name.slice(0, 8))),
    requireReasons: more.requireReasons ?? false,
    today: '2026-11-21',
  });
  return {
    kept: outcome.kept.map(({ rule, site }) => `${rule}:${site.span.line}`),
    suppressed: outcome.suppressed.map(({ finding, reason }) =>
      `${finding.rule}:${finding.site.span.line} ${reason ?? ''}`.trim(),
    ),
    unused: outcome.unused.map(({ message, site }) => `${site.span.line}: ${message}`),
    expired: outcome.expired.map(({ message, site }) => `${site.span.line}: ${message}`),
  };
}

describe('a suppression', () => {
  it('covers its own line, or the next line of code when it stands alone', () => {
    expect(
      apply('x # plimsoll-ignore deploy-exit-masked -- seen\n# plimsoll-ignore deploy-exit-masked\n\ny\nz\n', [
        ['deploy-exit-masked', 1],
        ['deploy-exit-masked', 4],
        ['deploy-exit-masked', 5],
      ]),
    ).toEqual({
      kept: ['deploy-exit-masked:5'],
      suppressed: ['deploy-exit-masked:1 seen', 'deploy-exit-masked:4'],
      unused: [],
      expired: [],
    });
  });

  it('covers a whole file, and only the rules it names', () => {
    expect(
      apply('# plimsoll-ignore-file deploy-exit-masked\nx\n', [
        ['deploy-exit-masked', 2],
        ['deploy-output-hidden', 2],
      ]),
    ).toMatchObject({ kept: ['deploy-output-hidden:2'], suppressed: ['deploy-exit-masked:2'] });
  });

  it("works under a rule's former name", () => {
    expect(apply('x # plimsoll-ignore old-name\n', [['deploy-exit-masked', 1]])).toMatchObject({
      kept: [],
      unused: [],
    });
  });

  it('is reported for each rule it names in vain', () => {
    expect(
      apply('x # plimsoll-ignore deploy-exit-masked, deploy-output-hidden\n', [['deploy-exit-masked', 1]]).unused,
    ).toEqual(['1: This suppression is not needed: deploy-output-hidden finds nothing on this line.']);
  });

  it('is not called unused when its rule did not run', () => {
    expect(apply('x # plimsoll-ignore deploy-exit-masked\n', [], { ran: [] }).unused).toEqual([]);
  });

  it('of an unknown rule is reported', () => {
    expect(apply('x # plimsoll-ignore deploy-exit-mask\n', []).unused).toEqual([
      "1: This suppression names 'deploy-exit-mask', and there is no such rule.",
    ]);
  });

  it('holds on its last day and not after it', () => {
    expect(
      apply('x # plimsoll-ignore deploy-exit-masked until=2026-11-21\n', [['deploy-exit-masked', 1]]),
    ).toMatchObject({ kept: [], expired: [] });
    expect(apply('x # plimsoll-ignore deploy-exit-masked until=2026-11-20\n', [['deploy-exit-masked', 1]])).toEqual({
      kept: ['deploy-exit-masked:1'],
      suppressed: [],
      unused: [],
      expired: ['1: This suppression of deploy-exit-masked expired on 2026-11-20, so it has no effect any more.'],
    });
    expect(apply('x # plimsoll-ignore deploy-exit-masked until=soon\n', [['deploy-exit-masked', 1]])).toMatchObject({
      kept: ['deploy-exit-masked:1'],
      expired: ["1: This suppression's date 'soon' is not of the form 2027-03-31, so it has no effect."],
    });
  });

  it('needs a reason where reasons are required', () => {
    expect(
      apply(
        'x # plimsoll-ignore deploy-exit-masked\ny # plimsoll-ignore deploy-exit-masked -- why\n',
        [
          ['deploy-exit-masked', 1],
          ['deploy-exit-masked', 2],
        ],
        { requireReasons: true },
      ),
    ).toEqual({
      kept: ['deploy-exit-masked:1'],
      suppressed: ['deploy-exit-masked:2 why'],
      expired: [],
      unused: [
        '1: This suppression of deploy-exit-masked gives no reason, and the configuration requires one, so it has no effect.',
      ],
    });
  });
});
