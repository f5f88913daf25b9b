/**
 * What a file shows of the project's findings: those that stand in it, and the ends in it of those that stand
 * elsewhere.
 */
import { place, type Site } from '../core/site.ts';
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

/** By file, for those that have something to show. */
export function marksByFile(findings: readonly Unmarked[]): ReadonlyMap<string, readonly Mark[]> {
  const byFile = new Map<string, Mark[]>();
  const put = (mark: Mark): void => {
    const list = byFile.get(mark.site.file);
    if (list === undefined) byFile.set(mark.site.file, [mark]);
    else list.push(mark);
  };
  for (const finding of findings) {
    // One mark in a file for each finding is enough; the nearest end comes first. What stands in no file shows nowhere.
    const marked = new Set([finding.site.file, '']);
    if (finding.site.file !== '') put({ finding, site: finding.site, message: finding.message, otherEnd: false });
    for (const { site, message } of finding.related) {
      if (marked.has(site.file) || isOnTheWay(finding, site)) continue;
      marked.add(site.file);
      put({ finding, site, message: `${finding.message} (${place(finding.site)}); ${message}`, otherEnd: true });
    }
  }
  for (const marks of byFile.values())
    marks.sort((a, b) => a.site.span.start - b.site.span.start || a.site.span.end - b.site.span.end);
  return byFile;
}
