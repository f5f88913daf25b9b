/** Groovy's expressions. What can't be read becomes `unknown`, and reading goes on behind it. */
import type { Range } from '../../core/site.ts';
import type { Call, Closure, Expression, NamedArgument, Statement } from './reading.ts';
import { Scanner } from './scanner.ts';

/** Deeper than anybody nests. */
const DEEPEST = 120;

/** Binary operators, the loosest first; longer ones before those that they begin with. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==~', '=~', '===', '!==', '<=>', '==', '!='],
  ['<=', '>=', 'instanceof', 'in', 'as', '<', '>'],
  ['..<', '..'],
  ['<<', '>>>', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
  ['**'],
];
const ASSIGNMENTS = ['=', '+=', '-=', '*=', '/=', '?='];
/** What may follow a name without parentheses as its first argument. */
const ARGUMENT = /["'A-Za-z_0-9]|\$\//y;
const NO_ARGUMENT = /(?:in|as|instanceof|else|catch|finally|while)\b/y;
const LABEL = /(?:([A-Za-z_$][\w$]*)|'([^'\n\\]*)'|"([^"\n\\$]*)")\s*:(?![:=])/y;
const ARROW = /\s*(?:((?:(?:[\w.<>]+\s+)?\w+\s*,\s*)*(?:[\w.<>]+\s+)?\w+)\s*)?->/y;

export abstract class Expressions extends Scanner {
  private depth = 0;

  protected abstract statements(): Statement[];

  protected interpolated(): Expression {
    const start = this.at;
    this.skip();
    const value = this.expression();
    this.skip();
    if (!this.eat('}')) this.past('}', start);
    return value;
  }

  /** Past the next closing character, or to the end. */
  private past(end: string, start: number): void {
    const found = this.text.indexOf(end, this.at);
    this.at = found === -1 ? Math.max(this.text.length, start) : found + 1;
  }

  protected expression(): Expression {
    const start = this.at;
    if (this.depth > DEEPEST) return this.unknown();
    this.depth++;
    const left = this.choice();
    const before = this.at;
    this.skip(false);
    const operator = ASSIGNMENTS.find((one) => this.peek(one) && !(one === '=' && this.peek('==')));
    if (operator === undefined || this.peek('=~')) {
      this.at = before;
      this.depth--;
      return left;
    }
    this.at += operator.length;
    this.skip();
    const value = this.expression();
    this.depth--;
    return { kind: 'assignment', operator, to: left, value, range: [start, this.at] };
  }

  private choice(): Expression {
    const start = this.at;
    const condition = this.operation(0);
    const before = this.at;
    this.skip();
    if (this.eat('?:')) {
      this.skip();
      const otherwise = this.expression();
      return { kind: 'choice', condition, otherwise, range: [start, this.at] };
    }
    if (this.peek('?') && !this.peek('?.') && !this.peek('?=')) {
      this.at++;
      this.skip();
      const then = this.expression();
      this.skip();
      if (this.eat(':')) {
        this.skip();
        const otherwise = this.expression();
        return { kind: 'choice', condition, then, otherwise, range: [start, this.at] };
      }
    }
    this.at = before;
    return condition;
  }

  private operation(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.unary();
    const start = this.at;
    let left = this.operation(level + 1);
    for (;;) {
      const before = this.at;
      // An operator that can begin a line joins it to the one before.
      this.skip(false);
      if (!this.operatorHere(operators)) {
        this.skip();
        if (!/^(?:\|\||&&|==|\?)/.test(this.text.slice(this.at, this.at + 2)) || !this.operatorHere(operators)) {
          this.at = before;
          return left;
        }
      }
      const operator = this.operatorHere(operators) ?? '';
      this.at += operator.length;
      this.skip();
      const right = this.operation(level + 1);
      left = { kind: 'operation', operator, left, right, range: [start, this.at] };
    }
  }

  private operatorHere(operators: readonly string[]): string | undefined {
    return operators.find((one) => {
      if (!this.peek(one)) return false;
      const after = this.text[this.at + one.length] ?? '';
      if (/\w$/.test(one)) return !/\w/.test(after);
      if (one === '|' || one === '&' || one === '*') return after !== one && after !== '=';
      if (one === '-' || one === '+') return after !== '=' && after !== one && after !== '>';
      return one === '||' || one === '&&' || one.endsWith('=') || one.endsWith('~') || after !== '=';
    });
  }

  private unary(): Expression {
    const start = this.at;
    if (this.peek('!') && !this.peek('!=')) {
      this.at++;
      this.skip(false);
      if (this.depth++ > DEEPEST) return this.unknown();
      const of = this.unary();
      this.depth--;
      return { kind: 'not', of, range: [start, this.at] };
    }
    if (/^[-+~*&]/.test(this.text[start] ?? '')) {
      while (/^[-+~*&.]/.test(this.text[this.at] ?? '')) this.at++;
      this.path(this.primary());
      return { kind: 'unknown', range: [start, this.at] };
    }
    return this.path(this.primary());
  }

  /** `(String) params.TAG` */
  private isCast(inner: Expression): boolean {
    if (inner.kind !== 'name' || !/^(?:[A-Z]\w*|int|long|boolean|double|float)$/.test(inner.name)) return false;
    const before = this.at;
    this.skip(false);
    if (this.match(ARGUMENT) !== undefined && this.match(NO_ARGUMENT) === undefined) return true;
    this.at = before;
    return false;
  }

  private unknown(): Expression {
    const start = this.at;
    return { kind: 'unknown', range: [start, start] };
  }

  private primary(): Expression {
    const start = this.at;
    const text = this.string();
    if (text !== undefined) return text;
    if (this.eat('(')) {
      this.skip();
      const inner = this.expression();
      this.skip();
      if (!this.eat(')')) this.past(')', start);
      return this.isCast(inner) ? this.unary() : inner;
    }
    if (this.eat('[')) return this.bracketed(start);
    if (this.peek('{')) return this.closure();
    const number = this.match(/\d[\w.]*/y)?.[0];
    if (number !== undefined) {
      // `0..6` is a range of numbers.
      const digits = number.split('..')[0] ?? number;
      this.at += digits.length;
      return { kind: 'constant', value: digits.replace(/\.$/, ''), range: [start, this.at] };
    }
    const word = this.word();
    if (word === undefined) return this.unknown();
    this.at += word.length;
    if (word === 'new') {
      this.skip();
      const made = this.match(/[\w.]+(?:<[\w<>,.\s?]{0,200}>)?/y)?.[0] ?? '';
      this.at += made.length;
      return { kind: 'name', name: `new ${made}`, range: [start, this.at] };
    }
    return word === 'true' || word === 'false' || word === 'null'
      ? { kind: 'constant', value: word, range: [start, this.at] }
      : { kind: 'name', name: word, range: [start, this.at] };
  }

  /** What follows a value: members, calls, closures, indexes. */
  private path(first: Expression): Expression {
    let value = first;
    for (;;) {
      const before = this.at;
      this.skip();
      const dot = this.match(/\?\.|\*\.|\.(?!\.)|\.&/y)?.[0];
      if (dot !== undefined) {
        this.at += dot.length;
        this.skip();
        const name = this.member();
        if (name === undefined) {
          this.at = before;
          return value;
        }
        value = { kind: 'member', of: value, name, range: [value.range[0], this.at] };
        continue;
      }
      this.at = before;
      this.skip(false);
      if (this.peek('(') && isCallable(value)) value = this.called(value);
      else if (this.peek('[') && before === this.at) {
        this.at++;
        this.skip();
        const index = this.expression();
        this.skip();
        if (!this.eat(']')) this.past(']', before);
        value = { kind: 'index', of: value, at: index, range: [value.range[0], this.at] };
      } else if (this.peek('{') && isCallable(value)) value = this.called(value);
      else {
        this.at = before;
        return isCallable(value) && (this.peek('++') || this.peek('--')) ? this.counted(value) : value;
      }
    }
  }

  /** `count++` */
  private counted(to: Expression): Expression {
    const one: Expression = { kind: 'constant', value: '1', range: [this.at, this.at + 2] };
    const operator = this.peek('++') ? '+=' : '-=';
    this.at += 2;
    return { kind: 'assignment', operator, to, value: one, range: [to.range[0], this.at] };
  }

  private member(): string | undefined {
    const quoted = this.peek('"') || this.peek("'") ? this.string() : undefined;
    if (quoted !== undefined) {
      const [only] = quoted.parts;
      return only?.kind === 'text' && quoted.parts.length === 1 ? only.text.text : '';
    }
    const word = this.word();
    this.at += word?.length ?? 0;
    return word;
  }

  /** `(…)` and the closures behind it. */
  private called(callee: Expression): Call {
    const args: Expression[] = [];
    const named: NamedArgument[] = [];
    if (this.eat('(')) this.listed(')', args, named);
    this.trailing(args);
    return callOf(callee, args, named, this.at);
  }

  private trailing(args: Expression[]): void {
    for (;;) {
      const before = this.at;
      this.skip(false);
      if (!this.peek('{')) {
        this.at = before;
        return;
      }
      args.push(this.closure());
    }
  }

  /** `sh 'x'`, `checkout scm`, `string name: 'x'`: a call without parentheses, if this is one. */
  protected command(callee: Expression): Call | undefined {
    const before = this.at;
    this.skip(false);
    const isArgument = this.at > before && this.match(ARGUMENT) !== undefined && this.match(NO_ARGUMENT) === undefined;
    const isList = this.at > before && this.peek('[') && callee.kind === 'name';
    if (!isCallable(callee) || !(isArgument || isList)) {
      this.at = before;
      return undefined;
    }
    const args: Expression[] = [];
    const named: NamedArgument[] = [];
    this.listed(undefined, args, named);
    this.trailing(args);
    return callOf(callee, args, named, this.at);
  }

  /** Arguments up to the closing character; without one, as far as commas go. */
  private listed(end: string | undefined, args: Expression[], named: NamedArgument[]): void {
    for (;;) {
      this.skip(end !== undefined);
      if (end !== undefined && this.eat(end)) return;
      const before = this.at;
      const label = this.match(LABEL);
      if (label !== undefined) {
        this.at += label[0].length;
        this.skip();
        named.push({ name: label[1] ?? label[2] ?? label[3] ?? '', value: this.expression() });
      } else {
        const item = this.expression();
        this.skip(end !== undefined);
        // `[(name): …]`, `["job ${name}": …]`: a key that is worked out.
        if (end === ']' && this.peek(':')) {
          this.at++;
          this.skip();
          named.push({ name: `#${named.length}`, value: this.expression() });
        } else args.push(item);
      }
      this.skip(end !== undefined);
      if (this.eat(',')) {
        this.skip();
        continue;
      }
      if (end === undefined) return;
      if (this.eat(end)) return;
      if (this.ended || this.at === before || !this.recover(end)) return;
    }
  }

  /** Something that can't be read stands among the arguments: on behind the next comma or the end of the list. */
  private recover(end: string): boolean {
    const found = this.match(new RegExp(`[^,\\n${end === ']' ? '\\]' : end}]*`, 'y'))?.[0] ?? '';
    this.at += found.length;
    if (this.eat(',')) return true;
    this.eat(end);
    return false;
  }

  private bracketed(start: number): Expression {
    this.skip();
    if (this.eat(':')) {
      this.skip();
      this.eat(']');
      return { kind: 'map', entries: [], range: [start, this.at] };
    }
    const items: Expression[] = [];
    const entries: NamedArgument[] = [];
    this.listed(']', items, entries);
    return entries.length > 0
      ? { kind: 'map', entries, range: [start, this.at] }
      : { kind: 'list', items, range: [start, this.at] };
  }

  /** The closures that stand here. */
  protected closures(): Closure[] {
    return this.peek('{') ? [this.closure()] : [];
  }

  private closure(): Closure {
    const start = this.at;
    this.at++;
    const arrow = this.match(ARROW);
    this.at += arrow?.[0].length ?? 0;
    if (this.depth++ > DEEPEST) {
      this.depth--;
      this.past('}', start);
      return { kind: 'closure', parameters: undefined, body: [], range: [start, this.at] };
    }
    const body = this.statements();
    this.depth--;
    this.eat('}');
    return {
      kind: 'closure',
      parameters: arrow === undefined ? undefined : parameterNames(arrow[1] ?? ''),
      body,
      range: [start, this.at],
    };
  }
}

export function parameterNames(list: string): string[] {
  return list
    .split(',')
    .map((one) => one.trim().split(/\s+/).at(-1) ?? '')
    .filter((one) => one !== '');
}

function isCallable({ kind }: Expression): boolean {
  return kind === 'name' || kind === 'member';
}

function callOf(callee: Expression, args: readonly Expression[], named: readonly NamedArgument[], end: number): Call {
  const range: Range = [callee.range[0], end];
  const nameRange: Range = callee.range;
  if (callee.kind === 'member')
    return { kind: 'call', of: callee.of, name: callee.name, nameRange, args, named, range };
  const name = callee.kind === 'name' ? callee.name : '';
  return { kind: 'call', name, nameRange, args, named, range };
}
