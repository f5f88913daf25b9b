/**
 * The lines of places: each place once, and without secrets. No line beside them, as the terminal's frames have none:
 * what stands around a place may be anything, and nobody asked for it.
 */
import type { Site, Span } from '../../core/site.ts';
import { forFrame } from '../escape.ts';
import { lastLine } from '../frame.ts';
import { withoutSecrets } from '../secrets.ts';
import type { Excerpt } from './data.ts';

/** Of a place that goes on for longer, the first lines are shown. */
const MOST_LINES = 6;
/** Of a line, as much as this around what is marked. */
const LONGEST_LINE = 240;
const LEAD = 60;

interface Wanted {
  readonly span: Span;
  readonly index: number;
}

export class Excerpts {
  private readonly byFile = new Map<string, Wanted[]>();
  private readonly indexes = new Map<string, number>();
  private readonly texts = new Map<string, readonly string[] | undefined>();

  constructor(private readonly text: (file: string) => string | undefined) {}

  /** The number that the place's excerpt will have; undefined where there is no text to show. */
  of({ file, span }: Site): number | undefined {
    const lines = this.lines(file);
    if (lines === undefined || lines[span.line - 1] === undefined) return undefined;
    const key = `${file}\u0000${span.start}\u0000${span.end}`;
    const before = this.indexes.get(key);
    if (before !== undefined) return before;
    const index = this.indexes.size;
    this.indexes.set(key, index);
    this.byFile.set(file, [...(this.byFile.get(file) ?? []), { span, index }]);
    return index;
  }

  all(): Excerpt[] {
    const found: Excerpt[] = [];
    for (const [file, wanted] of this.byFile) {
      const lines = this.lines(file) ?? [];
      const whole = wanted.map(({ span }) => ({ span: shownOf(span, lines) }));
      // All of a file's at once, as what is a secret is told by the lines around it.
      const open = withoutSecrets(file, lines, [...whole, ...wanted]);
      for (const [at, { index }] of wanted.entries()) {
        const shown = open.marks[at]?.span;
        const marked = open.marks[whole.length + at]?.span;
        if (shown !== undefined && marked !== undefined) found[index] = excerpt(open.lines, shown, marked);
      }
    }
    return found;
  }

  private lines(file: string): readonly string[] | undefined {
    if (file === '') return undefined;
    if (!this.texts.has(file)) this.texts.set(file, this.text(file)?.split(/\r\n|\n/));
    return this.texts.get(file);
  }
}

function shownOf(span: Span, lines: readonly string[]): Span {
  const last = Math.min(lastLine(span), span.line + MOST_LINES - 1);
  return {
    ...span,
    column: 1,
    endLine: Math.min(lines.length, last),
    endColumn: Number.MAX_SAFE_INTEGER,
  };
}

function excerpt(lines: readonly string[], shown: Span, marked: Span): Excerpt {
  const marks: Excerpt['marks'][number][] = [];
  const cut: string[] = [];
  for (let number = shown.line; number <= shown.endLine; number++) {
    const line = lines[number - 1] ?? '';
    const isMarked = number >= marked.line && number <= lastLine(marked);
    const start = isMarked && number === marked.line ? Math.min(marked.column - 1, line.length) : indentOf(line);
    const end = isMarked && number === marked.endLine ? Math.min(marked.endColumn - 1, line.length) : line.length;
    const from = line.length <= LONGEST_LINE ? 0 : Math.max(0, (isMarked ? start : 0) - LEAD);
    const to = Math.min(line.length, from + LONGEST_LINE);
    const before = from > 0 ? '…' : '';
    const width = (until: number): number =>
      before.length + forFrame(line.slice(from, Math.min(Math.max(until, from), to))).length;
    if (isMarked && end > start) marks.push({ line: number - shown.line, start: width(start), end: width(end) });
    cut.push(`${before}${forFrame(line.slice(from, to))}${to < line.length ? '…' : ''}`);
  }
  return { from: shown.line, lines: cut, marks };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
