/** The lexical side of HCL: names, white space, comments, and where things stand in the file. */
import type { Unreadable } from '../source.ts';
import { position, type Range } from '../../core/site.ts';
import type { SourceText } from '../source.ts';
import type { HclExpression } from './reading.ts';

const MAX_ERRORS = 10;

export class HclScanner {
  readonly comments: { text: string; range: Range }[] = [];
  readonly unreadable: Unreadable[] = [];
  protected at = 0;

  constructor(
    protected readonly text: string,
    private readonly source: SourceText,
    /** Where the text begins in the file. */
    private readonly offset = 0,
  ) {}

  protected identifier(): { text: string; range: Range } | undefined {
    return this.word(/[A-Za-z_][\w-]*/y);
  }

  /** `provider::aws::arn_parse` is a function's name. */
  protected callee(): { text: string; range: Range } | undefined {
    return this.word(/[A-Za-z_][\w-]*(?:::[A-Za-z_][\w-]*)+(?=\()/y);
  }

  protected word(pattern: RegExp): { text: string; range: Range } | undefined {
    const start = this.at;
    const text = this.match(pattern);
    return text === undefined ? undefined : { text, range: this.range(start, this.at) };
  }

  protected quotedName(): { text: string; range: Range } | undefined {
    const start = this.at;
    const text = this.match(/"(?:[^"\\\n]|\\.)*"/y);
    return text === undefined ? undefined : { text: text.slice(1, -1), range: this.range(start + 1, this.at - 1) };
  }

  protected match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** White space and comments; newlines only where they mean nothing. */
  protected space(newlines: boolean): void {
    while (this.at < this.text.length) {
      const char = this.text[this.at]!;
      const two = this.text.slice(this.at, this.at + 2);
      if (char === ' ' || char === '\t' || (newlines && (char === '\n' || char === '\r'))) this.at++;
      else if (char === '#' || two === '//') this.comment(this.lineEnd());
      else if (two === '/*') {
        const close = this.text.indexOf('*/', this.at + 2);
        this.comment(close === -1 ? this.text.length : close + 2);
      } else return;
    }
  }

  protected comment(end: number): void {
    // An operator that wasn't there makes the reader step back over a comment.
    if ((this.comments.at(-1)?.range[0] ?? -1) < this.offset + this.at)
      this.comments.push({ text: this.text.slice(this.at, end), range: this.range(this.at, end) });
    this.at = end;
  }

  protected lineEnd(): number {
    const newline = this.text.indexOf('\n', this.at);
    const end = newline === -1 ? this.text.length : newline;
    return this.text[end - 1] === '\r' ? end - 1 : end;
  }

  protected skipLine(): void {
    this.at = Math.max(this.at + (this.text[this.at] === '\r' ? 1 : 0), this.lineEnd());
  }

  protected atClose(): boolean {
    return /[)\]}\n]/.test(this.text[this.at] ?? '\n');
  }

  protected other(start: number): HclExpression {
    return { kind: 'other', text: this.text.slice(start, this.at), range: this.range(start, this.at) };
  }

  protected range(start: number, end: number): Range {
    return [this.offset + start, this.offset + end];
  }

  protected fail(at: number, reason: string): void {
    if (this.unreadable.length >= MAX_ERRORS) return;
    const place = position(this.source.lines, this.offset + at);
    if (this.unreadable.at(-1)?.line !== place.line) this.unreadable.push({ file: this.source.file, ...place, reason });
  }
}
