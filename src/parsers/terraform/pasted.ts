/**
 * Text of another language in an attribute: Terraform pastes what it knows into it, and who runs it reads the result. A
 * value that isn't known becomes a shell parameter, so that it survives; pasted characters stand where their expression
 * stands.
 */
import type { Values } from '../../core/choices.ts';
import type { Range } from '../../core/site.ts';
import { known } from '../../core/text.ts';
import { takeApart } from './embedded.ts';
import { describe, evaluate } from './expressions.ts';
import { textOf, valuesOf, type Way } from './value.ts';

export class PastedText {
  text = '';
  readonly bound: [string, Values][] = [];
  readonly places = new Map<string, { readonly range: Range; readonly text: string }>();
  private readonly offsets: number[] = [];

  /** `prefix`: how the parameters' names begin. `written`: how a character is written in the text around. */
  constructor(
    private readonly prefix: string,
    private readonly written: (char: string) => string = (char) => char,
  ) {}

  /** Where a character of the text stands in the file. */
  place(offset: number): number {
    return this.offsets[Math.min(offset, this.offsets.length - 1)] ?? 0;
  }

  way({ value, place: { written, range } }: Way): void {
    const embedded = written === undefined ? undefined : takeApart(written.expression, written.env);
    if (embedded === undefined || written === undefined) {
      for (const part of textOf(value)) {
        if (typeof part === 'string') this.chars(part, () => range[0]);
        else this.values([{ value: [part], when: [] }], range, part.hole);
      }
      this.end(range[1]);
      return;
    }
    for (const [index, piece] of embedded.pieces.entries()) {
      if (typeof piece === 'string') {
        this.chars(piece, (at) => embedded.offsets[index]?.[at] ?? embedded.end);
        continue;
      }
      // From the `$` to what follows the brace.
      const before = embedded.offsets[index - 1]?.at(-1);
      const after = embedded.offsets[index + 1]?.[0];
      this.values(
        valuesOf(evaluate(piece, written.env)),
        [before === undefined ? piece.range[0] - 2 : before + 1, after ?? piece.range[1] + 1],
        describe(piece),
      );
    }
    this.end(embedded.end);
  }

  values(values: Values, at: Range, name: string): void {
    const whole = values.length === 1 ? known(values[0]?.value) : undefined;
    if (whole !== undefined) {
      this.chars(whole, () => at[0]);
      return;
    }
    const parameter = `${this.prefix}${this.bound.length}`;
    this.bound.push([parameter, values]);
    this.places.set(parameter, { range: at, text: `\${${name}}` });
    this.put(`\${${parameter}}`, at[0]);
  }

  /** As it is, all of it at one place. */
  put(text: string, at: number): void {
    this.keepEnd();
    for (let index = 0; index < text.length; index++) this.offsets.push(at);
    this.text += text;
  }

  private chars(text: string, offset: (at: number) => number): void {
    this.keepEnd();
    for (let at = 0; at < text.length; at++) {
      const written = this.written(text[at]!);
      for (let index = 0; index < written.length; index++) this.offsets.push(offset(at));
      this.text += written;
    }
  }

  /** What comes behind the last character, until something does. */
  private end(at: number): void {
    this.keepEnd();
    this.offsets.push(at);
  }

  private keepEnd(): void {
    this.offsets.length = this.text.length;
  }
}
