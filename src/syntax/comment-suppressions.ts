import type { Lines, Range } from '../core/site.ts';
import type { Suppression } from './source.ts';
import { parseSuppression, toSuppression } from './suppressions.ts';

/** The suppressions among a file's comments. */
export function suppressionsIn(
  comments: readonly { readonly text: string; readonly range: Range }[],
  lines: Lines,
  text: string,
): Suppression[] {
  return comments.flatMap((comment) => {
    const parsed = parseSuppression(comment.text);
    return parsed === undefined ? [] : [toSuppression(parsed, comment.range, lines, text)];
  });
}
