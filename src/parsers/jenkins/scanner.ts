/** The characters of a Groovy text: blanks, comments, words and strings. */
import type { Range } from '../../core/site.ts';
import { mappedBuilder } from '../../syntax/mapped.ts';
import type { Expression, GroovyString, StringPart } from './reading.ts';

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
]);
const WORD = /[A-Za-z_$][\w$]*/y;
const VARIABLE = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y;

interface Quotes {
  readonly end: string;
  /** Does Groovy put values in? */
  readonly values: boolean;
  /** What a backslash does; in `$/…/$` it is a character like others. */
  readonly escapes: 'all' | 'slash' | 'none';
}

export abstract class Scanner {
  protected at = 0;
  /** By where they start: the same blanks are passed again and again. */
  readonly comments = new Map<number, { readonly text: string; readonly range: Range }>();

  constructor(protected readonly text: string) {}

  /** The statements up to a closing brace, or one expression of `${…}`. */
  protected abstract interpolated(): Expression;

  protected get ended(): boolean {
    return this.at >= this.text.length;
  }

  protected peek(piece: string): boolean {
    return this.text.startsWith(piece, this.at);
  }

  protected eat(piece: string): boolean {
    if (!this.peek(piece)) return false;
    this.at += piece.length;
    return true;
  }

  protected match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text) ?? undefined;
  }

  protected word(): string | undefined {
    return this.match(WORD)?.[0];
  }

  /** Past blanks and comments; past line ends where they mean nothing. */
  protected skip(lineEnds = true): void {
    for (;;) {
      const char = this.text[this.at];
      if (char === ' ' || char === '\t' || char === '\r' || char === '\f' || char === '\u00a0' || char === '\ufeff')
        this.at++;
      else if (char === '\n' && lineEnds) this.at++;
      else if (char === '\\' && /\\\r?\n/y.test(this.text.slice(this.at, this.at + 3))) this.at += 2;
      else if (this.peek('//') || (this.at === 0 && this.peek('#!'))) this.comment(this.indexOf('\n'));
      else if (this.peek('/*')) this.comment(Math.min(this.indexOf('*/') + 2, this.text.length));
      else return;
    }
  }

  private comment(end: number): void {
    this.comments.set(this.at, { text: this.text.slice(this.at, end), range: [this.at, end] });
    this.at = end;
  }

  private indexOf(piece: string): number {
    const found = this.text.indexOf(piece, this.at);
    return found === -1 ? this.text.length : found;
  }

  /** A string of any kind, if one starts here. A slash starts one only where no division can stand. */
  protected string(): GroovyString | undefined {
    const start = this.at;
    for (const [open, quotes] of STRINGS) {
      if (!this.eat(open)) continue;
      if (open === '/' && !this.closesOnItsLine()) {
        this.at = start;
        return undefined;
      }
      const parts = this.parts(quotes);
      if (open.length === 3) this.shellComments(start, this.at);
      return { kind: 'string', parts, range: [start, this.at] };
    }
    return undefined;
  }

  /** Lines of a script that begin with `#` can say what comments of Groovy say. */
  private shellComments(start: number, end: number): void {
    for (const { 0: text, index } of this.text.slice(start, end).matchAll(/(?<=\n[ \t]*)#.*/g)) {
      const at = start + index;
      this.comments.set(at, { text: text.trimEnd(), range: [at, at + text.trimEnd().length] });
    }
  }

  private closesOnItsLine(): boolean {
    return /^(?:\\.|[^/\n\\])+\//.test(this.text.slice(this.at, this.at + 2_000));
  }

  private parts({ end, values, escapes }: Quotes): StringPart[] {
    const parts: StringPart[] = [];
    let builder = mappedBuilder();
    const close = (): void => {
      if (builder.length > 0) parts.push({ kind: 'text', text: builder.done() });
      builder = mappedBuilder();
    };
    const { text } = this;
    let from = this.at;
    const flush = (): void => builder.copy(text.slice(from, this.at), from);
    while (!this.ended && !this.peek(end)) {
      const char = text[this.at];
      if (char === '\\' && escapes !== 'none' && (escapes === 'all' || text[this.at + 1] === '/')) {
        flush();
        const length = this.escape();
        builder.insert(this.unescaped(length), this.at, this.at + length);
        this.at += length;
        from = this.at;
      } else if (char === '$' && values) {
        flush();
        const start = this.at;
        const value = this.value();
        if (value === undefined) from = this.at++;
        else {
          close();
          parts.push({ kind: 'value', value, range: [start, this.at] });
          from = this.at;
        }
      } else if (char === '\n' && end.length === 1 && end !== '/') break;
      else this.at++;
    }
    flush();
    this.eat(end);
    close();
    return parts;
  }

  /** How many characters an escape takes. */
  private escape(): number {
    const next = this.text[this.at + 1];
    return next === 'u' ? 6 : next === '\r' && this.text[this.at + 2] === '\n' ? 3 : 2;
  }

  private unescaped(length: number): string {
    const escaped = this.text.slice(this.at + 1, this.at + length);
    if (escaped.startsWith('u')) {
      const code = Number.parseInt(escaped.slice(1), 16);
      return Number.isNaN(code) ? escaped : String.fromCharCode(code);
    }
    // A backslash at the end of a line joins the next.
    return escaped.includes('\n') ? '' : (ESCAPES.get(escaped) ?? escaped);
  }

  /** `$name.of.it` or `${…}`; a lone dollar is text. */
  private value(): Expression | undefined {
    const start = this.at;
    if (this.text[start + 1] === '{') {
      this.at += 2;
      return this.interpolated();
    }
    this.at++;
    const found = this.match(VARIABLE)?.[0];
    if (found === undefined) {
      this.at = start;
      return undefined;
    }
    this.at += found.length;
    const range: Range = [start, this.at];
    const [first = '', ...members] = found.split('.');
    let value: Expression = { kind: 'name', name: first, range };
    for (const name of members) value = { kind: 'member', of: value, name, range };
    return value;
  }
}

const STRINGS: readonly (readonly [string, Quotes])[] = [
  ["'''", { end: "'''", values: false, escapes: 'all' }],
  ['"""', { end: '"""', values: true, escapes: 'all' }],
  ["'", { end: "'", values: false, escapes: 'all' }],
  ['"', { end: '"', values: true, escapes: 'all' }],
  ['$/', { end: '/$', values: true, escapes: 'none' }],
  ['/', { end: '/', values: true, escapes: 'slash' }],
];
