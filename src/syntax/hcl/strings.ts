/** HCL's strings: quoted ones and here-documents, with the expressions in them. */
import { table } from '../../core/table.ts';
import type { HclExpression } from './reading.ts';
import { HclScanner } from './scanner.ts';

export abstract class HclStrings extends HclScanner {
  /** Inside parentheses, brackets and `${…}` a line break means nothing. */
  protected enclosed = false;
  /** Where each literal character of the template at hand stands, for those who ask. */
  protected trace: number[][] | undefined;

  protected abstract expression(): HclExpression;

  protected within<T>(enclosed: boolean, read: () => T): T {
    const before = this.enclosed;
    this.enclosed = enclosed;
    const result = read();
    this.enclosed = before;
    return result;
  }

  protected quoted(): HclExpression {
    const start = this.at;
    this.at++;
    const parts = this.templateParts((at) => this.text[at] === '"' || this.text[at] === '\n');
    if (this.text[this.at] === '"') this.at++;
    else this.fail(start, 'a string without its closing quote');
    return { kind: 'template', parts, range: this.range(start, this.at) };
  }

  protected templateParts(ends: (at: number) => boolean, escapes = true): (string | HclExpression)[] {
    const parts: (string | HclExpression)[] = [];
    const trace = this.trace;
    let literal = '';
    let offsets: number[] = [];
    const add = (text: string, length: number): void => {
      literal += text;
      if (trace !== undefined)
        for (let index = 0; index < text.length; index++) offsets.push(this.range(this.at, this.at)[0]);
      this.at += length;
    };
    const flush = (): void => {
      if (literal === '') return;
      parts.push(literal);
      trace?.push(offsets);
      literal = '';
      offsets = [];
    };
    while (this.at < this.text.length && !ends(this.at)) {
      const char = this.text[this.at]!;
      const two = this.text.slice(this.at, this.at + 2);
      if (escapes && char === '\\') {
        add(ESCAPES[this.text[this.at + 1] ?? ''] ?? two, 2);
      } else if ((two === '$$' || two === '%%') && this.text[this.at + 2] === '{') {
        add(`${char}{`, 3);
      } else if (two === '${' || two === '%{') {
        flush();
        // Templates inside an interpolation are none of ours.
        this.trace = undefined;
        parts.push(this.interpolation(two === '%{'));
        this.trace = trace;
        trace?.push([]);
      } else {
        add(char, 1);
      }
    }
    flush();
    return parts;
  }

  protected interpolation(directive: boolean): HclExpression {
    const start = this.at;
    this.at += this.text[this.at + 2] === '~' ? 3 : 2;
    if (!directive) {
      this.space(true);
      const inner = this.within(true, () => this.expression());
      this.space(true);
      if (this.text[this.at] === '~') this.at++;
      if (this.text[this.at] === '}') {
        this.at++;
        return inner;
      }
    }
    const close = this.text.indexOf('}', this.at);
    const newline = this.text.indexOf('\n', this.at);
    this.at =
      close === -1 || (newline !== -1 && newline < close) ? (newline === -1 ? this.text.length : newline) : close + 1;
    return this.other(start);
  }

  /** `<<EOF` and `<<-EOF`, which takes away the indentation that all lines share. */
  protected heredoc(): HclExpression {
    const start = this.at;
    const head = this.match(/<<(-?)([\w-]+)[ \t]*\r?\n/y);
    const found = head === undefined ? null : /<<(-?)([\w-]+)/.exec(head);
    if (found === null) {
      this.fail(start, 'a here-document without a name');
      this.skipLine();
      return this.other(start);
    }
    const name = found[2]!;
    const end = new RegExp(`^[ \\t]*${name.replaceAll('-', '\\-')}[ \\t]*\\r?$`, 'm');
    const body = this.text.slice(this.at);
    const stop = end.exec(body);
    if (stop === null) {
      this.fail(start, `a here-document without its ${name}`);
      this.at = this.text.length;
      return this.other(start);
    }
    const bodyEnd = this.at + stop.index;
    const indent = found[1] === '-' ? sharedIndent(body.slice(0, stop.index)) : 0;
    const parts: (string | HclExpression)[] = [];
    while (this.at < bodyEnd) {
      const newline = this.text.indexOf('\n', this.at);
      const lineEnd = newline === -1 || newline >= bodyEnd ? bodyEnd : newline + 1;
      this.at = Math.min(this.at + indent, lineEnd);
      const before = this.trace?.length ?? 0;
      for (const [index, part] of this.templateParts((at) => at >= lineEnd, false).entries()) {
        const last = parts.at(-1);
        if (typeof part === 'string' && typeof last === 'string') {
          parts[parts.length - 1] = last + part;
          const [joined] = this.trace?.splice(before + index, 1) ?? [];
          this.trace?.[before + index - 1]?.push(...(joined ?? []));
        } else parts.push(part);
      }
    }
    this.at = bodyEnd + stop[0].length;
    return { kind: 'template', parts, range: this.range(start, this.at) };
  }
}

const ESCAPES: Readonly<Record<string, string>> = table({ n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' });

function sharedIndent(text: string): number {
  const indents = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  return indents.length === 0 ? 0 : Math.min(...indents);
}
