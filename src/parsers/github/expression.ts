/** GitHub's expression language (`${{ … }}`) as plain data. Offsets are relative to the expression's own text. */

export type Expression =
  | { readonly kind: 'literal'; readonly type: 'string' | 'number' | 'boolean' | 'null'; readonly value: string }
  /** `github`, `matrix`, …: a context's name, in lower case. */
  | { readonly kind: 'context'; readonly name: string }
  /** `a.b` and `a['b']`; the property is an expression, `*` is the filter. */
  | { readonly kind: 'index'; readonly object: Expression; readonly property: Expression | '*' }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** What we couldn't read, as it was written. */
  | { readonly kind: 'unreadable'; readonly text: string };

export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=';

export interface ParsedExpression {
  readonly expression: Expression;
  /** Why it couldn't be read, and where. */
  readonly error?: { readonly offset: number; readonly message: string };
}

interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'punctuation' | 'end';
  readonly text: string;
  readonly offset: number;
}

class Unexpected extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Deeper nesting than people write is refused rather than followed. */
const MAX_DEPTH = 50;
const PUNCTUATION = ['&&', '||', '==', '!=', '<=', '>=', '<', '>', '!', '(', ')', '[', ']', '.', ',', '*'];

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at, at + 2);
    const char = rest[0] ?? '';
    if (/\s/.test(char)) {
      at++;
    } else if (char === "'") {
      let end = at + 1;
      let value = '';
      for (;;) {
        const close = text.indexOf("'", end);
        if (close === -1) throw new Unexpected("a string isn't closed", at);
        value += text.slice(end, close);
        end = close + 1;
        if (text[end] !== "'") break;
        value += "'";
        end++;
      }
      found.push({ kind: 'string', text: value, offset: at });
      at = end;
    } else {
      const matcher = /[a-z_][a-z0-9_-]*/iy;
      matcher.lastIndex = at;
      const name = matcher.exec(text)?.[0];
      const counter = /[+-]?(?:0x[0-9a-f]+|0o[0-7]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/iy;
      counter.lastIndex = at;
      const afterDot = found.at(-1)?.text === '.';
      const number = afterDot ? undefined : counter.exec(text)?.[0];
      const punctuation = PUNCTUATION.find((one) => (one.length === 2 ? rest === one : char === one));
      const [kind, value]: [Token['kind'], string | undefined] =
        name !== undefined ? ['name', name] : number !== undefined ? ['number', number] : ['punctuation', punctuation];
      if (value === undefined) throw new Unexpected(`${JSON.stringify(char)} has no meaning in an expression`, at);
      found.push({ kind, text: value, offset: at });
      at += value.length;
    }
  }
  found.push({ kind: 'end', text: '', offset: text.length });
  return found;
}

const LEVELS: readonly (readonly BinaryOperator[])[] = [['||'], ['&&'], ['==', '!='], ['<', '<=', '>', '>=']];

class Parser {
  private at = 0;
  private depth = 0;
  private readonly list: readonly Token[];

  constructor(list: readonly Token[]) {
    this.list = list;
  }

  whole(): Expression {
    const expression = this.binary(0);
    const rest = this.peek();
    if (rest.kind !== 'end') throw new Unexpected(`${JSON.stringify(rest.text)} is one too many`, rest.offset);
    return expression;
  }

  private peek(): Token {
    return this.list[Math.min(this.at, this.list.length - 1)]!;
  }

  private takes(text: string): boolean {
    const token = this.peek();
    if (token.kind !== 'punctuation' || token.text !== text) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    const token = this.peek();
    if (!this.takes(text)) throw new Unexpected(`${JSON.stringify(text)} is missing`, token.offset);
  }

  private binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const operator = operators.find((one) => this.takes(one));
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: this.binary(level + 1) };
    }
  }

  private unary(): Expression {
    if (++this.depth > MAX_DEPTH) throw new Unexpected('the expression is nested too deeply', this.peek().offset);
    const result: Expression = this.takes('!') ? { kind: 'not', operand: this.unary() } : this.access();
    this.depth--;
    return result;
  }

  private access(): Expression {
    let object = this.primary();
    for (;;) {
      if (this.takes('.')) {
        const token = this.peek();
        if (this.takes('*')) {
          object = { kind: 'index', object, property: '*' };
        } else if (token.kind === 'name') {
          this.at++;
          object = { kind: 'index', object, property: { kind: 'literal', type: 'string', value: token.text } };
        } else {
          throw new Unexpected("a property's name is missing", token.offset);
        }
      } else if (this.takes('[')) {
        const property = this.takes('*') ? '*' : this.binary(0);
        this.expect(']');
        object = { kind: 'index', object, property };
      } else {
        return object;
      }
    }
  }

  private primary(): Expression {
    const token = this.peek();
    if (this.takes('(')) {
      const inner = this.binary(0);
      this.expect(')');
      return inner;
    }
    if (token.kind === 'string' || token.kind === 'number') {
      this.at++;
      return {
        kind: 'literal',
        type: token.kind,
        value: token.kind === 'number' ? String(Number(token.text)) : token.text,
      };
    }
    if (token.kind !== 'name')
      throw new Unexpected(
        token.kind === 'end' ? 'the expression ends too early' : `${JSON.stringify(token.text)} is out of place`,
        token.offset,
      );
    this.at++;
    if (token.text === 'true' || token.text === 'false') return { kind: 'literal', type: 'boolean', value: token.text };
    if (token.text === 'null') return { kind: 'literal', type: 'null', value: '' };
    if (!this.takes('(')) return { kind: 'context', name: token.text.toLowerCase() };
    const args: Expression[] = [];
    while (!this.takes(')')) {
      if (args.length > 0) this.expect(',');
      args.push(this.binary(0));
    }
    return { kind: 'call', name: token.text.toLowerCase(), args };
  }
}

export function parseExpression(text: string): ParsedExpression {
  try {
    return { expression: new Parser(tokens(text)).whole() };
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    return {
      expression: { kind: 'unreadable', text: text.trim() },
      error: { offset: error.offset, message: error.message },
    };
  }
}

/** One `${{ … }}` inside a text; the offsets include the braces. */
export interface Embedded {
  readonly start: number;
  readonly end: number;
  readonly expression: Expression;
  readonly error?: { readonly offset: number; readonly message: string };
}

/** Every `${{ … }}` of a text. A `}}` inside a quoted string doesn't end it. */
export function findExpressions(text: string): Embedded[] {
  const found: Embedded[] = [];
  let at = text.indexOf('${{');
  while (at !== -1) {
    const end = closing(text, at + 3);
    if (end === undefined) break;
    const { expression, error } = parseExpression(text.slice(at + 3, end));
    found.push({
      start: at,
      end: end + 2,
      expression,
      ...(error === undefined ? {} : { error: { offset: at + 3 + error.offset, message: error.message } }),
    });
    at = text.indexOf('${{', end + 2);
  }
  return found;
}

function closing(text: string, from: number): number | undefined {
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "'") quoted = !quoted;
    else if (!quoted && text.startsWith('}}', at)) return at;
  }
  const plain = text.indexOf('}}', from);
  return plain === -1 ? undefined : plain;
}

/** The expression in normal form: what conditions are identified by. */
export function showExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return expression.type === 'string'
        ? `'${expression.value.replaceAll("'", "''")}'`
        : expression.type === 'null'
          ? 'null'
          : expression.value;
    case 'context':
      return expression.name;
    case 'index': {
      const object = showExpression(expression.object);
      if (expression.property === '*') return `${object}.*`;
      const { property } = expression;
      const plain = property.kind === 'literal' && property.type === 'string' && /^[a-z_][\w-]*$/i.test(property.value);
      return plain && property.kind === 'literal'
        ? `${object}.${property.value}`
        : `${object}[${showExpression(property)}]`;
    }
    case 'call':
      return `${expression.name}(${expression.args.map(showExpression).join(', ')})`;
    case 'not':
      return `!${parenthesised(expression.operand)}`;
    case 'binary':
      return `${parenthesised(expression.left)} ${expression.operator} ${parenthesised(expression.right)}`;
    case 'unreadable':
      return expression.text;
  }
}

function parenthesised(expression: Expression): string {
  const shown = showExpression(expression);
  return expression.kind === 'binary' ? `(${shown})` : shown;
}
