/** In which order people read findings: what is worst comes last, where the eye is once the report has gone by. */
import { SEVERITY_RANK, type Finding } from '../model/finding.ts';

export type Grouping = 'none' | 'voyage' | 'file' | 'rule';

export interface Group {
  /** Empty where nothing is grouped. */
  readonly title: string;
  readonly findings: readonly Finding[];
}

/**
 * By severity; within it findings about one image side by side; else by place. Groups come in the same order, by the
 * worst in them.
 */
export function inReadingOrder(findings: readonly Finding[], by: Grouping = 'none'): Group[] {
  const first = new Map<string, number>();
  const rank = new Map(
    findings.map((one, index) => {
      const key = one.voyage ?? `\0${index}`;
      if (!first.has(key)) first.set(key, index);
      return [one, { voyage: first.get(key) ?? index, index }] as const;
    }),
  );
  const sorted = [...findings].sort((a, b) => {
    const [one, other] = [rank.get(a), rank.get(b)];
    return (
      SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] ||
      (one?.voyage ?? 0) - (other?.voyage ?? 0) ||
      (one?.index ?? 0) - (other?.index ?? 0)
    );
  });
  if (by === 'none') return sorted.length === 0 ? [] : [{ title: '', findings: sorted }];
  // A group stands where its last, and worst, finding would.
  const groups = new Map<string, Finding[]>();
  for (const one of sorted) {
    const title = titleOf(one, by);
    const own = groups.get(title) ?? [];
    groups.delete(title);
    groups.set(title, [...own, one]);
  }
  return [...groups].map(([title, own]) => ({ title, findings: own }));
}

function titleOf(finding: Finding, by: Exclude<Grouping, 'none'>): string {
  switch (by) {
    case 'rule':
      return finding.rule;
    case 'file':
      return finding.site.file || (finding.site.resource ?? '');
    case 'voyage':
      return finding.voyage ?? 'no image in particular';
  }
}
