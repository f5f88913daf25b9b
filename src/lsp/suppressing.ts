/** The comment that hides a finding where it stands, if its language has one that can stand there. */
import { indexLines, type Span } from '../core/site.ts';
import { readerOf } from '../parsers/languages.ts';
import type { Kind } from '../project/readings.ts';
import type { ReadingBase } from '../syntax/source.ts';

export interface SuppressionRequest {
  readonly kind: Kind;
  readonly file: string;
  readonly text: string;
  readonly span: Span;
  readonly rule: string;
  readonly requireReasons: boolean;
}

export interface Insertion {
  readonly offset: number;
  readonly text: string;
}

/** What is tried, in this order; JSON has none. */
const SIGNS: Partial<Record<Kind, readonly string[]>> = { cdk: ['//'], jenkins: ['//', '#'], markdown: ['#', '//'] };

/** The result is read again: a comment inside of a string or a document is none, and is not offered. */
export async function suppressionOf(request: SuppressionRequest): Promise<Insertion | undefined> {
  const { kind, file, text, span, rule, requireReasons } = request;
  const { starts } = indexLines(file, text);
  const lineAt = (line: number): string => text.slice(starts[line - 1] ?? text.length, starts[line] ?? text.length);
  let line = span.line;
  if (kind !== 'cdk') while (line > 1 && /\\\r?\n$/.test(lineAt(line - 1))) line--;
  const first = lineAt(line).replace(/^\uFEFF/, '');
  const indent = /^[ \t]*/.exec(first)?.[0] ?? '';
  const offset = (starts[line - 1] ?? 0) + (line === 1 && text.startsWith('\uFEFF') ? 1 : 0);
  const end = /\r\n/.test(lineAt(line)) || (line > 1 && /\r\n/.test(lineAt(line - 1))) ? '\r\n' : '\n';
  const before = await read(kind, file, text);
  for (const sign of SIGNS[kind] ?? ['#']) {
    const inserted = `${indent}${sign} plimsoll-ignore ${rule}${requireReasons ? ' -- reason' : ''}${end}`;
    const after = await read(kind, file, text.slice(0, offset) + inserted + text.slice(offset));
    const holds =
      after?.suppressions.some(
        (one) =>
          one.rules.includes(rule) &&
          one.range[0] >= offset &&
          one.range[0] < offset + inserted.length &&
          one.covers.includes(line + 1),
      ) === true;
    if (holds && after.unreadable.length === before?.unreadable.length) return { offset, text: inserted };
  }
  return undefined;
}

async function read(
  kind: Kind,
  file: string,
  text: string,
): Promise<Pick<ReadingBase, 'suppressions' | 'unreadable'> | undefined> {
  const lines = indexLines(file, text);
  if (kind === 'assembly') return undefined;
  if (kind !== 'cdk') return (await readerOf(kind)).read({ file, text, lines });
  const { suppressionsInText } = await import('../parsers/cdk/comments.ts');
  return { suppressions: suppressionsInText(file, text, lines), unreadable: [] };
}
