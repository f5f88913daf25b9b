/** just's expressions: strings, backticks, calls, `+`, `/`, `if … { … } else { … }`. */
import { table } from '../../core/table.ts';
import type { JustExpression } from './reading.ts';

const MAX_DEPTH = 64;

export function parseJustExpression(text: string): JustExpression {
  const parser = new ExpressionParser(text);
  const found = parser.expression(0);
  return found === undefined || !parser.atEnd() ? { kind: 'unknown', text: text.trim() } : found;
}

/** Expressions one after another, as in `(build "api" tag)`, with where the last one ends. */
export class ExpressionParser {
  constructor(
    private readonly text: string,
    private at = 0,
  ) {}

  get offset(): number {
    return this.at;
  }

  atEnd(): boolean {
    this.space();
    return this.at >= this.text.length;
  }

  expression(depth: number): JustExpression | undefined {
    if (depth > MAX_DEPTH) return undefined;
    let left = this.value(depth);
    while (left !== undefined) {
      this.space();
      const by = this.text[this.at];
      if (by !== '+' && by !== '/') return left;
      this.at++;
      const right = this.value(depth);
      if (right === undefined) return undefined;
      left = { kind: 'join', by, left, right };
    }
    return undefined;
  }

  value(depth: number): JustExpression | undefined {
    this.space();
    const char = this.text[this.at];
    if (char === undefined) return undefined;
    if (char === '(') return this.inParentheses(depth);
    if (char === "'" || char === '"' || char === '`') return this.quoted(char);
    if (char === '/') {
      this.at++;
      const right = this.value(depth + 1);
      return right === undefined ? undefined : { kind: 'join', by: '/', left: { kind: 'string', value: '' }, right };
    }
    const name = /^[A-Za-z_][\w-]*/.exec(this.text.slice(this.at, this.at + 200))?.[0];
    if (name === undefined) return undefined;
    this.at += name.length;
    if (name === 'if') return this.conditional(depth);
    if ((name === 'x' || name === 'f') && /["']/.test(this.text[this.at] ?? '')) {
      const inner = this.quoted(this.text[this.at]!);
      // Shell-expanded and format strings hold what isn't known here, when they hold anything of it.
      return inner?.kind === 'string' && !/[$~{]/.test(inner.value) ? inner : { kind: 'unknown', text: name };
    }
    if (this.text[this.at] !== '(') return { kind: 'variable', name };
    this.at++;
    return this.call(name, depth);
  }

  private inParentheses(depth: number): JustExpression | undefined {
    this.at++;
    const inner = this.expression(depth + 1);
    return inner !== undefined && this.take(')') ? inner : undefined;
  }

  private call(name: string, depth: number): JustExpression | undefined {
    const args: JustExpression[] = [];
    for (;;) {
      if (this.take(')')) return { kind: 'call', name, args };
      const arg = this.expression(depth + 1);
      if (arg === undefined) return undefined;
      args.push(arg);
      this.take(',');
    }
  }

  private conditional(depth: number): JustExpression | undefined {
    const left = this.expression(depth + 1);
    this.space();
    const operator = ['==', '!=', '=~', '!~'].find((one): one is '==' | '!=' | '=~' | '!~' =>
      this.text.startsWith(one, this.at),
    );
    if (left === undefined || operator === undefined) return undefined;
    this.at += 2;
    const right = this.expression(depth + 1);
    const then = this.block(depth);
    if (right === undefined || then === undefined || !this.word('else')) return undefined;
    this.space();
    const otherwise =
      this.text[this.at] === '{' ? this.block(depth) : this.word('if') ? this.conditional(depth + 1) : undefined;
    return otherwise === undefined ? undefined : { kind: 'if', operator, left, right, then, otherwise };
  }

  private block(depth: number): JustExpression | undefined {
    if (!this.take('{')) return undefined;
    const inner = this.expression(depth + 1);
    return inner !== undefined && this.take('}') ? inner : undefined;
  }

  private quoted(mark: string): JustExpression | undefined {
    const long = mark.repeat(3);
    const fence = this.text.startsWith(long, this.at) ? long : mark;
    const start = this.at + fence.length;
    let end = start;
    while (end < this.text.length && !this.text.startsWith(fence, end))
      end += mark === '"' && this.text[end] === '\\' ? 2 : 1;
    if (end >= this.text.length) return undefined;
    this.at = end + fence.length;
    const raw = this.text.slice(start, end);
    if (mark === '`') return { kind: 'command', text: raw };
    return {
      kind: 'string',
      value: mark === '"' ? raw.replace(/\\(.)/gs, (_, escaped: string) => ESCAPES[escaped] ?? escaped) : raw,
    };
  }

  private take(char: string): boolean {
    this.space();
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private word(word: string): boolean {
    this.space();
    if (!this.text.startsWith(word, this.at) || /[\w-]/.test(this.text[this.at + word.length] ?? '')) return false;
    this.at += word.length;
    return true;
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }
}

const ESCAPES: Readonly<Record<string, string>> = table({ n: '\n', t: '\t', r: '\r', '\n': '' });
