/** What a file shows of the project's findings: those that stand in it, and the ends in it of those that stand elsewhere. */
import { place, type Site } from '../model/site.ts';
import type { Unmarked } from './judge.ts';

export interface Mark {
  readonly finding: Unmarked;
  readonly site: Site;
  readonly message: string;
  /** The finding stands elsewhere; this is another end of it. */
  readonly otherEnd: boolean;
}

/** A call by which the place was reached has nothing wrong with it. */
function isOnTheWay({ site: { via = [] } }: Unmarked, { file, span }: Site): boolean {
  return via.some((hop) => hop.file === file && hop.span.start === span.start);
}

export function marksIn(findings: readonly Unmarked[], file: string): Mark[] {
  const marks: Mark[] = [];
  for (const finding of findings) {
    if (finding.site.file === file) {
      marks.push({ finding, site: finding.site, message: finding.message, otherEnd: false });
      continue;
    }
    // One mark in a file for each finding is enough; the nearest end comes first.
    const end = finding.related.find(({ site }) => site.file === file && !isOnTheWay(finding, site));
    if (end !== undefined) marks.push({ finding, site: end.site, message: `${finding.message} (${place(finding.site)}); ${end.message}`, otherEnd: true });
  }
  return marks.sort((a, b) => a.site.span.start - b.site.span.start || a.site.span.end - b.site.span.end);
}
