/** Code frames without secrets: stars in the place of literal ones, the marks still under what they mark. */
import { STARS, readingOf, secretsIn, type Stretch } from '../core/secrets.ts';
import type { Span } from '../core/site.ts';
import { lastLine } from './frame.ts';

interface Marked {
  readonly span: Span;
}

/** A secret's name may stand some lines above it: a command goes on over several lines. */
const ABOVE = 30;
const BELOW = 3;
/** What of a line that is too long to be looked through is looked at, around a mark. */
const AROUND = 10_000;

export function withoutSecrets<M extends Marked>(
  file: string,
  lines: readonly string[],
  marks: readonly M[],
): { lines: readonly string[]; marks: readonly M[] } {
  const shown = new Set(marks.flatMap(({ span }) => range(span.line - 1, Math.min(lastLine(span), lines.length) - 1)));
  const secrets = new Map([...shown].map((index) => [index, secretsOn(file, lines, index, marks)] as const));
  if ([...secrets.values()].every((one) => one.length === 0)) return { lines, marks };
  const starred = [...lines];
  for (const [index, found] of secrets)
    starred[index] = found.reduceRight(
      (line, [start, end]) => line.slice(0, start) + STARS + line.slice(end),
      lines[index] ?? '',
    );
  const move = (line: number, column: number): number => moved(secrets.get(line - 1) ?? [], column - 1) + 1;
  return {
    lines: starred,
    marks: marks.map((mark) => ({
      ...mark,
      span: {
        ...mark.span,
        column: move(mark.span.line, mark.span.column),
        endColumn: move(mark.span.endLine, mark.span.endColumn),
      },
    })),
  };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

function secretsOn(file: string, lines: readonly string[], index: number, marks: readonly Marked[]): Stretch[] {
  const line = lines[index] ?? '';
  const reading = readingOf(file);
  if (line.length > 2 * AROUND) {
    // Only what lies around a mark will be seen of it.
    const column = marks.find(({ span }) => span.line === index + 1)?.span.column ?? 1;
    const from = Math.max(0, column - AROUND);
    return secretsIn(line.slice(from, from + 2 * AROUND), reading).map(([start, end]) => [start + from, end + from]);
  }
  const near = range(Math.max(0, index - ABOVE), Math.min(lines.length - 1, index + BELOW)).filter(
    (one) => one === index || (lines[one] ?? '').length <= AROUND,
  );
  let text = '';
  let start = 0;
  for (const one of near) {
    if (one === index) start = text.length;
    text += `${lines[one] ?? ''}\n`;
  }
  return secretsIn(text, reading).flatMap(([from, to]): Stretch[] => {
    const cut: Stretch = [Math.max(from - start, 0), Math.min(to - start, line.length)];
    return cut[0] < cut[1] ? [cut] : [];
  });
}

/** Where an offset lies once the secrets before it are stars. */
function moved(secrets: readonly Stretch[], offset: number): number {
  let shift = 0;
  for (const [start, end] of secrets) {
    if (offset <= start) break;
    if (offset < end) return start + shift;
    shift += STARS.length - (end - start);
  }
  return offset + shift;
}
