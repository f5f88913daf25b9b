/** What makes many findings readable: their order, groups, counts, and links. */
import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/finding.ts';
import { concise } from '../../src/report/concise.ts';
import { fileTarget, linked, takesLinks } from '../../src/report/links.ts';
import { inReadingOrder } from '../../src/report/order.ts';
import { pretty } from '../../src/report/pretty.ts';
import { statistics } from '../../src/report/statistics.ts';
import { HIDDEN, LIVE, MISMATCH, input } from './sample.ts';

const PLAIN = { color: false, width: 80, quiet: true };

function named(fingerprint: string, severity: Finding['severity'], more: Partial<Finding> = {}): Finding {
  return { ...HIDDEN, fingerprint, severity, ...more };
}

const MANY = [
  named('a', 'error', { voyage: 'shop' }),
  named('b', 'note', { voyage: 'web' }),
  named('c', 'error', { voyage: 'web' }),
  named('d', 'error', { voyage: 'shop', rule: 'latest-only' }),
  named('e', 'warning'),
];

const prints = (findings: readonly Finding[]): string => findings.map(({ fingerprint }) => fingerprint).join('');

describe('the order in which people read', () => {
  it('has the errors last, and findings about one image side by side', () => {
    expect(inReadingOrder(MANY).map(({ findings }) => prints(findings))).toEqual(['beadc']);
  });

  it('has groups in the order of the worst in them', () => {
    const groups = (by: 'voyage' | 'rule' | 'file'): string[] =>
      inReadingOrder(MANY, by).map(({ title, findings }) => `${title}: ${prints(findings)}`);
    expect(groups('voyage')).toEqual(['no image in particular: e', 'shop: ad', 'web: bc']);
    expect(groups('rule')).toEqual(['latest-only: d', 'deploy-output-hidden: beac']);
    expect(groups('file')).toEqual(['scripts/deploy.sh: beadc']);
  });

  it('is that of the pretty report; concise keeps the order of places until it is asked to group', () => {
    const text = pretty(input([MISMATCH, HIDDEN]), PLAIN);
    expect(text.indexOf('warning[deploy-output-hidden]')).toBeLessThan(text.indexOf('error[arch-mismatch]'));
    expect(concise(input([MISMATCH, HIDDEN]), PLAIN)).toMatch(/arch-mismatch[^]*\n.*deploy-output-hidden/);
    expect(concise(input([MISMATCH, HIDDEN, LIVE]), { ...PLAIN, groupBy: 'rule' })).toMatch(
      /^deploy-output-hidden \(1\)\n {2}scripts\S+: warning.*\narch-mismatch \(1\)\n {2}scripts.*\nstack-stuck \(1\)\n {2}arn:/,
    );
  });

  it('tells once by which way a place is reached', () => {
    const text = pretty(input([MISMATCH, { ...MISMATCH, message: 'again' }]), PLAIN);
    expect(text.match(/reached from/g)).toHaveLength(1);
  });
});

describe('--statistics', () => {
  it('counts by rule and severity, most first, and marks what can be mended', () => {
    const fixable = MISMATCH.fixes.map((fix) => ({ ...fix, safe: true }));
    const rows = statistics([MISMATCH, { ...MISMATCH, fixes: fixable }, HIDDEN, LIVE, LIVE, LIVE], createColors(false));
    expect(rows).toEqual([
      '3  error    [ ]  stack-stuck',
      '2  error    [-]  arch-mismatch',
      '1  warning  [ ]  deploy-output-hidden',
    ]);
    expect(pretty(input([HIDDEN]), { ...PLAIN, statistics: true })).toBe('1  warning  [ ]  deploy-output-hidden\n');
  });
});

describe('links', () => {
  it('lead to places and pages where the terminal takes them, and are not there elsewhere', () => {
    const rules = input([]).rules.map((rule) => ({ ...rule, page: `https://example.com/${rule.id}` }));
    const text = pretty(input([MISMATCH], { rules }), { ...PLAIN, links: '/work/a b' });
    expect(text).toContain(linked('error[arch-mismatch]', 'https://example.com/arch-mismatch'));
    expect(text).toContain(linked('scripts/deploy.sh:4:32', 'file:///work/a%20b/scripts/deploy.sh'));
    expect(pretty(input([MISMATCH], { rules }), PLAIN)).not.toContain('\u001B');
  });

  it('say nothing to the terminal, whatever a file is called', () => {
    expect(fileTarget('/work', 'a\u001B\\]8;;evil\u0007.sh')).not.toMatch(/[\u001B\u0007]/);
  });

  it.each([
    [true, {}, false],
    [true, { VTE_VERSION: '7200' }, true],
    [true, { VTE_VERSION: '7200', TMUX: '/tmp/tmux' }, false],
    [true, { VTE_VERSION: '7200', CI: 'true' }, false],
    [false, { VTE_VERSION: '7200' }, false],
    [true, { TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.71.2' }, false],
    [true, { TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.90.0' }, true],
    [true, { TERM: 'xterm-kitty', FORCE_HYPERLINK: '0' }, false],
    [false, { FORCE_HYPERLINK: '1' }, true],
  ])('on a terminal: %s, with %j: %s', (isTTY, env, takes) => {
    expect(takesLinks({ isTTY, env })).toBe(takes);
  });
});

describe('the summary', () => {
  it('counts images as people do, and says what is not shown', () => {
    const summary = { ...input([HIDDEN]).summary, voyages: 4, images: 2, hidden: 3 };
    expect(pretty(input([HIDDEN], { summary }), { ...PLAIN, quiet: false })).toContain(
      '1 warning in 3 files, 2 images followed, 3 less severe not shown.',
    );
  });

  it('shows ways out of a report that is too long', () => {
    const many = Array.from({ length: 300 }, (_, index) => named(String(index), 'warning'));
    expect(concise(input(many), { ...PLAIN, quiet: false })).toMatch(/Too many to read\? `--statistics`.*\n$/);
  });
});
