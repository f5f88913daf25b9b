/**
 * Integer arithmetic as `$(( ))` knows it, over variables that may be unknown. A small precedence parser; anything
 * beyond it is unknown.
 */

import { table } from '../../core/table.ts';
export interface Numbers {
  get(name: string): number | undefined;
  set(name: string, value: number | undefined): void;
  /** How many elements an array has. */
  count(name: string): number | undefined;
}

const BINARY: Record<string, number> = table({
  ',': 1,
  '||': 3,
  '&&': 4,
  '|': 5,
  '^': 6,
  '&': 7,
  '==': 8,
  '!=': 8,
  '<': 9,
  '>': 9,
  '<=': 9,
  '>=': 9,
  '<<': 10,
  '>>': 10,
  '+': 11,
  '-': 11,
  '*': 12,
  '/': 12,
  '%': 12,
  '**': 13,
});
const ASSIGN = new Set(['=', '+=', '-=', '*=', '/=', '%=']);

export function arithmetic(text: string, numbers: Numbers): number | undefined {
  const tokens =
    text.match(
      /\$\{#\w+\[[@*]\]\}|\d+#?\w*|\$?\{?[A-Za-z_]\w*\}?|\+\+|--|\*\*|<<|>>|&&|\|\||[-+*/%=!<>]=|[-+*/%=<>!~&|^(),?:]|\S/g,
    ) ?? [];
  if (tokens.length > 200) return undefined;
  const reader = new Reader(tokens, numbers);
  const value = reader.expression(0);
  return reader.done ? value : undefined;
}

class Reader {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly numbers: Numbers,
  ) {}

  get done(): boolean {
    return this.at >= this.tokens.length;
  }

  expression(least: number): number | undefined {
    if (++this.depth > 60) return undefined;
    let left = this.primary();
    for (;;) {
      const operator = this.tokens[this.at];
      const strength = operator === undefined ? undefined : BINARY[operator];
      if (operator === '?' && least <= 2) {
        this.at++;
        const yes = this.expression(0);
        if (this.tokens[this.at] === ':') this.at++;
        const no = this.expression(2);
        left = left === undefined ? undefined : left !== 0 ? yes : no;
        continue;
      }
      if (operator === undefined || strength === undefined || strength < least) break;
      this.at++;
      left = apply(operator, left, this.expression(strength + 1));
    }
    this.depth--;
    return left;
  }

  private primary(): number | undefined {
    const token = this.tokens[this.at++];
    if (token === undefined) return undefined;
    if (token === '(') {
      const value = this.expression(0);
      if (this.tokens[this.at] === ')') this.at++;
      return value;
    }
    if (token === '-' || token === '+' || token === '!' || token === '~') {
      const value = this.primary();
      if (value === undefined) return undefined;
      return token === '-' ? -value : token === '!' ? Number(value === 0) : token === '~' ? ~value : value;
    }
    if (token === '++' || token === '--') {
      const name = bare(this.tokens[this.at++] ?? '');
      return this.step(name, token === '++' ? 1 : -1);
    }
    if (token.startsWith('${#')) return this.numbers.count(token.slice('${#'.length, token.indexOf('[')));
    if (/^\d/.test(token)) return /^\d+$/.test(token) ? Number(token) : undefined;
    if (!/^\$?\{?[A-Za-z_]/.test(token)) return undefined;
    return this.variable(bare(token));
  }

  private variable(name: string): number | undefined {
    const next = this.tokens[this.at];
    if (next === '++' || next === '--') {
      this.at++;
      const before = this.numbers.get(name);
      this.step(name, next === '++' ? 1 : -1);
      return before;
    }
    if (next !== undefined && ASSIGN.has(next)) {
      this.at++;
      const right = this.expression(2);
      const value = next === '=' ? right : apply(next[0]!, this.numbers.get(name), right);
      this.numbers.set(name, value);
      return value;
    }
    return this.numbers.get(name);
  }

  private step(name: string, by: number): number | undefined {
    const value = this.numbers.get(name);
    const next = value === undefined ? undefined : value + by;
    this.numbers.set(name, next);
    return next;
  }
}

const bare = (token: string): string => token.replace(/[${}]/g, '');

function apply(operator: string, left: number | undefined, right: number | undefined): number | undefined {
  if (operator === '&&' && (left === 0 || right === 0)) return 0;
  if (operator === '||' && ((left !== undefined && left !== 0) || (right !== undefined && right !== 0))) return 1;
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? undefined : Math.trunc(left / right);
    case '%':
      return right === 0 ? undefined : left % right;
    case '**':
      return left ** right;
    case '==':
      return Number(left === right);
    case '!=':
      return Number(left !== right);
    case '<':
      return Number(left < right);
    case '>':
      return Number(left > right);
    case '<=':
      return Number(left <= right);
    case '>=':
      return Number(left >= right);
    case '&&':
      return Number(left !== 0 && right !== 0);
    case '||':
      return Number(left !== 0 || right !== 0);
    case '<<':
      return left << right;
    case '>>':
      return left >> right;
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case ',':
      return right;
    default:
      return undefined;
  }
}
