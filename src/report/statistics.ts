/** How many findings each rule has: a first look at a project with hundreds. */
import type { Finding } from '../model/finding.ts';
import { forTerminal } from './escape.ts';
import { tintOf, type Colors } from './summary.ts';

/** One line for each rule and severity, most findings first; `[*]` marks what `--fix` does away with. */
export function statistics(findings: readonly Finding[], colors: Colors): string[] {
  const counts = new Map<string, { readonly one: Finding; count: number; fixable: number }>();
  for (const one of findings) {
    const key = `${one.rule} ${one.severity}`;
    const row = counts.get(key) ?? { one, count: 0, fixable: 0 };
    row.count += 1;
    if (one.fixes.some(({ safe }) => safe)) row.fixable += 1;
    counts.set(key, row);
  }
  const rows = [...counts.values()].sort((a, b) => b.count - a.count || (a.one.rule < b.one.rule ? -1 : 1));
  const width = String(rows[0]?.count ?? 0).length;
  return rows.map(({ one, count, fixable }) => {
    const severity = one.severity.padEnd('warning'.length);
    const mark = fixable === 0 ? '[ ]' : fixable === count ? '[*]' : '[-]';
    return `${String(count).padStart(width)}  ${tintOf(one.severity, colors)(severity)}  ${mark}  ${forTerminal(one.rule)}`;
  });
}

export function legend(findings: readonly Finding[]): string[] {
  return findings.some(({ fixes }) => fixes.some(({ safe }) => safe))
    ? ['[*] can be mended with --fix, [-] some of them can.']
    : [];
}
