/** Suppression comments of a TypeScript file. */
import type { Lines } from '../../core/site.ts';
import { suppressionsIn } from '../../syntax/comment-suppressions.ts';
import type { Suppression } from '../../syntax/source.ts';
import { ts } from './compiler.ts';

/** Of a text that is not (yet) part of an app. */
export function suppressionsInText(file: string, text: string, lines: Lines): Suppression[] {
  return text.includes('plimsoll-ignore')
    ? suppressionsOf(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true), lines)
    : [];
}

const MAX_DEPTH = 600;

export function suppressionsOf(source: ts.SourceFile, lines: Lines): Suppression[] {
  const { text } = source;
  if (!text.includes('plimsoll-ignore')) return [];
  const found = new Map<number, { text: string; range: readonly [number, number] }>();
  const take = (ranges: readonly ts.CommentRange[] | undefined): void => {
    for (const { pos, end } of ranges ?? []) found.set(pos, { text: text.slice(pos, end), range: [pos, end] });
  };
  const walk = (node: ts.Node, depth: number): void => {
    const children = depth > MAX_DEPTH ? [] : node.getChildren(source);
    if (children.length === 0) {
      take(ts.getLeadingCommentRanges(text, node.pos));
      take(ts.getTrailingCommentRanges(text, node.end));
    }
    for (const child of children) walk(child, depth + 1);
  };
  walk(source, 0);
  return suppressionsIn(
    [...found.values()].sort((a, b) => a.range[0] - b.range[0]),
    lines,
    text,
  );
}
