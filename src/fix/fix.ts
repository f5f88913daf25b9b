/** Applies safe edits: as many as don't overlap, file by file, leaving every other byte as it was. */
import type { Edit, Finding } from '../model/finding.ts';

export interface FixedFile {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/**
 * A fix is applied whole or not at all; where two overlap, the first finding's wins and the other waits for the next
 * round.
 */
export function applyFixes(
  findings: readonly Finding[],
  read: (file: string) => string | undefined,
): { files: FixedFile[]; applied: number } {
  const taken = new Map<string, Edit[]>();
  let applied = 0;
  for (const finding of findings) {
    const fix = finding.fixes.find((one) => one.safe && one.edits.length > 0);
    if (fix === undefined) continue;
    if (fix.edits.some((edit) => (taken.get(edit.file) ?? []).some((other) => overlap(edit, other)))) continue;
    for (const edit of fix.edits) taken.set(edit.file, [...(taken.get(edit.file) ?? []), edit]);
    applied++;
  }
  const files: FixedFile[] = [];
  for (const [file, edits] of [...taken].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const before = read(file);
    if (before === undefined) continue;
    const after = applyEdits(before, edits);
    if (after !== before) files.push({ file, before, after });
  }
  return { files, applied };
}

/** Two insertions at one place have no order, so they count as overlapping. */
function overlap(a: Edit, b: Edit): boolean {
  return a.file === b.file && ((a.start < b.end && b.start < a.end) || a.start === b.start);
}

export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { start, end, text: replacement } of [...edits].sort((a, b) => b.start - a.start || b.end - a.end)) {
    result = result.slice(0, start) + replacement + result.slice(end);
  }
  return result;
}
