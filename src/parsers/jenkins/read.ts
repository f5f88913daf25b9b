/** Reads a Jenkinsfile: Groovy's statements, as far as pipelines are written in them. */
import { position, type Range } from '../../core/site.ts';
import type { SourceText, Suppression, Unreadable } from '../../syntax/source.ts';
import { parseSuppression, toSuppression } from '../../syntax/suppressions.ts';
import { Expressions, parameterNames } from './expressions.ts';
import type { Body, Expression, FunctionDefinition, JenkinsReading, Statement } from './reading.ts';
import { defined } from '../../core/optional.ts';

export type { JenkinsReading } from './reading.ts';

export function read({ file, lines, text }: SourceText): JenkinsReading {
  const groovy = new Groovy(text);
  const body = groovy.file();
  const suppressions = [...groovy.comments.values()].flatMap(({ text: comment, range }): Suppression[] => {
    const parsed = parseSuppression(comment);
    return parsed === undefined ? [] : [toSuppression(parsed, range, lines, text)];
  });
  const unreadable = groovy.unread.map(
    (at): Unreadable => ({ file, ...position(lines, at), reason: 'this is not Groovy as pipelines are written in it' }),
  );
  return { kind: 'jenkins', file, lines, body, unreadable, suppressions };
}

const DEFINITION =
  /(?:(?:final|static|private|public|protected|def|var)\s+)*(?:(?:def|var|void|[A-Z][\w.]*(?:<[\w<>,.\s?]{0,200}>)?|int|boolean|long|double|float|byte|char|short)(?:\[\])?\s+)?(\w+)\s*/y;
const QUALIFIED =
  /(?:(?:final|static|private|public|protected)\s+)*(?:final|static|private|public|protected|def|var|void|[A-Z][\w.]*(?:<[\w<>,.\s?]{0,200}>)?|int|boolean|long|double|float)(?:\[\])?\s+\w/y;

/** Longer lists of parameters nobody writes. */
const MOST_IN_PARENTHESES = 5_000;

/** Few characters do, and looking for a string at each takes long. */
const OPENS_STRING = /['"/$]/;

class Groovy extends Expressions {
  /** Where nothing could be made of the text. */
  readonly unread: number[] = [];

  file(): Statement[] {
    const found: Statement[] = [];
    for (;;) {
      found.push(...this.statements());
      if (this.ended) return found;
      // A brace that closes nothing.
      this.complain(this.at);
      this.at++;
    }
  }

  protected statements(): Statement[] {
    const found: Statement[] = [];
    for (;;) {
      this.skip();
      while (this.eat(';')) this.skip();
      if (this.ended || this.peek('}')) return found;
      const start = this.at;
      const statement = this.statement();
      if (statement !== undefined) found.push(statement);
      this.skip(false);
      if (this.ended || this.peek('\n') || this.peek(';') || this.peek('}')) continue;
      if (statement?.kind === 'expression' && statement.value.kind !== 'unknown' && this.afterBlock(statement.value))
        continue;
      this.complain(start);
      this.toLineEnd();
      if (this.at === start) this.at++;
    }
  }

  /** `} else {` of nothing and the like aside, two statements may stand on one line after a closure. */
  private afterBlock(value: Expression): boolean {
    return this.text[value.range[1] - 1] === '}' && this.word() !== undefined;
  }

  private complain(at: number): void {
    if (this.unread.length < 20) this.unread.push(at);
  }

  private toLineEnd(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end === -1 ? this.text.length : end;
  }

  private statement(): Statement | undefined {
    const start = this.at;
    while (this.peek('@')) this.annotation();
    const word = this.word();
    switch (word) {
      case 'import':
      case 'package':
        this.toLineEnd();
        return undefined;
      case 'class':
      case 'interface':
      case 'enum':
        return this.type();
      case 'if':
        return this.conditional(start);
      case 'for':
      case 'while':
        return this.loop(start, word);
      case 'switch':
        return this.choices(start);
      case 'try':
        return this.attempt(start);
      case 'return':
      case 'throw':
        return this.leaving(start, word);
      case 'break':
      case 'continue':
        this.at += word.length;
        return { kind: word, range: [start, this.at] };
      case 'assert':
        this.toLineEnd();
        return undefined;
      case undefined:
        break;
      default: {
        const definition = this.definition(start);
        if (definition !== undefined) return definition;
      }
    }
    return this.expressionStatement(start);
  }

  /** `@Library('x') _` stands before a name of no meaning; `@Field` before a definition. */
  private annotation(): void {
    const found = this.match(/@[\w.]+\s*(?:\((?:[^()'"]|'[^']*'|"[^"]*")*\))?/y)?.[0] ?? '@';
    this.at += found.length;
    this.skip();
    if (/^_(?!\w)/.test(this.text.slice(this.at, this.at + 2))) this.at++;
    this.skip();
  }

  private type(): undefined {
    const open = this.text.indexOf('{', this.at);
    this.at = open === -1 ? this.text.length : open + 1;
    this.statements();
    this.eat('}');
    return undefined;
  }

  /** `def x = …`, `String x`, `def (a, b) = …`, `def name(…) { … }` */
  private definition(start: number): Statement | undefined {
    const several = this.match(/(?:def|var)\s*\(([^()]*)\)\s*=(?!=)/y);
    if (several !== undefined) {
      this.at += several[0].length;
      this.skip();
      return {
        kind: 'define',
        names: parameterNames(several[1] ?? ''),
        value: this.assigned(),
        range: [start, this.at],
      };
    }
    if (this.match(QUALIFIED) === undefined) return undefined;
    const found = this.match(DEFINITION);
    const name = found?.[1];
    if (found === undefined || name === undefined) return undefined;
    this.at += found[0].length;
    if (this.peek('(')) {
      const made = this.function(start, name);
      if (made === undefined) this.at = start;
      return made;
    }
    if (this.peek('=') && !this.peek('==')) {
      this.at++;
      this.skip();
      return this.several(start, name, this.assigned());
    }
    const end = start + found[0].trimEnd().length;
    if (/^\s*(?:[\n;}]|\/\/|$)/.test(this.text.slice(end, this.at + 2))) {
      this.at = end;
      return { kind: 'define', names: [name], range: [start, end] };
    }
    this.at = start;
    return undefined;
  }

  /** `def a = 'x', b = 'y'` */
  private several(start: number, first: string, value: Expression): Statement {
    const names = [first];
    const items = [value];
    for (;;) {
      const more = this.match(/\s*,\s*([A-Za-z_]\w*)\s*=(?!=)\s*/y);
      if (more?.[1] === undefined) break;
      this.at += more[0].length;
      names.push(more[1]);
      items.push(this.assigned());
    }
    const range: Range = [start, this.at];
    return { kind: 'define', names, value: names.length === 1 ? value : { kind: 'list', items, range }, range };
  }

  private function(start: number, name: string): FunctionDefinition | undefined {
    const open = this.at;
    this.balanced();
    this.skip();
    if (!this.peek('{')) return undefined;
    this.at = open + 1;
    const parameters: { name: string; default?: Expression }[] = [];
    for (;;) {
      this.skip();
      if (this.eat(')')) break;
      const found = this.match(/(?:(?:final|def|[\w.]+(?:<[\w<>,.\s?]{0,200}>)?(?:\[\])?)\s+)*(\w+)\s*/y);
      if (found?.[1] === undefined) return undefined;
      this.at += found[0].length;
      const given = this.peek('=') && this.eat('=');
      this.skip();
      parameters.push({ name: found[1], ...defined({ default: given ? this.expression() : undefined }) });
      this.skip();
      this.eat(',');
    }
    return { kind: 'function', name, parameters, body: this.block(), range: [start, this.at] };
  }

  /** Of a definition, an assignment or a `return`: a call may do without parentheses there too. */
  private assigned(): Expression {
    const value = this.expression();
    return this.command(value) ?? value;
  }

  private leaving(start: number, kind: 'return' | 'throw'): Statement {
    this.at += kind.length;
    this.skip(false);
    if (this.ended || /[\n;}]/.test(this.text[this.at] ?? '')) return { kind, range: [start, this.at] };
    return { kind, value: this.assigned(), range: [start, this.at] };
  }

  private expressionStatement(start: number): Statement {
    const first = this.expression();
    if (first.kind === 'assignment') {
      const value = this.command(first.value);
      return {
        kind: 'expression',
        value: value === undefined ? first : { ...first, value },
        range: [start, this.at],
      };
    }
    const value = this.command(first) ?? this.withClosureBelow(first);
    return { kind: 'expression', value, range: [start, this.at] };
  }

  /** Some write the brace of `stage('x')` on a line of its own. */
  private withClosureBelow(value: Expression): Expression {
    if (value.kind !== 'name' && (value.kind !== 'call' || value.args.some((one) => one.kind === 'closure')))
      return value;
    const before = this.at;
    this.skip();
    if (this.peek('{')) {
      const [closure] = this.closures();
      const args = value.kind === 'call' ? value.args : [];
      const named = value.kind === 'call' ? value.named : [];
      if (closure !== undefined)
        return {
          kind: 'call',
          ...(value.kind === 'call' ? defined({ of: value.of }) : {}),
          name: value.name,
          nameRange: value.kind === 'call' ? value.nameRange : value.range,
          args: [...args, closure],
          named,
          range: [value.range[0], this.at],
        };
    }
    this.at = before;
    return value;
  }

  private parenthesized(): Expression {
    this.skip();
    if (!this.eat('(')) return { kind: 'unknown', range: [this.at, this.at] };
    this.skip();
    const value = this.expression();
    this.skip();
    if (!this.eat(')')) this.toLineEnd();
    return value;
  }

  /** A block in braces, or one statement. */
  private block(): Body {
    this.skip();
    if (this.eat('{')) {
      const body = this.statements();
      this.eat('}');
      return body;
    }
    const only = this.statement();
    return only === undefined ? [] : [only];
  }

  private conditional(start: number): Statement {
    this.at += 'if'.length;
    const condition = this.parenthesized();
    const then = this.block();
    const before = this.at;
    this.skip();
    while (this.eat(';')) this.skip();
    let otherwise: Body = [];
    if (this.word() === 'else') {
      this.at += 'else'.length;
      otherwise = this.block();
    } else this.at = before;
    return { kind: 'if', condition, then, otherwise, range: [start, this.at] };
  }

  private loop(start: number, word: string): Statement {
    this.at += word.length;
    this.skip();
    const over = word === 'for' ? this.match(/\(\s*(?:(?:final|def|[\w.<>]+)\s+)*(\w+)\s*(?:in\b|:)\s*/y) : undefined;
    if (over?.[1] === undefined) {
      this.balanced();
      return { kind: 'loop', body: this.block(), range: [start, this.at] };
    }
    this.at += over[0].length;
    const list = this.expression();
    this.skip();
    if (!this.eat(')')) this.toLineEnd();
    return { kind: 'loop', over: { name: over[1], list }, body: this.block(), range: [start, this.at] };
  }

  /** Past parentheses whose content says nothing here: `(int i = 0; i < 3; i++)`. */
  private balanced(): void {
    let depth = 0;
    const most = this.at + MOST_IN_PARENTHESES;
    while (!this.ended && this.at < most) {
      if (OPENS_STRING.test(this.text[this.at]!) && this.string() !== undefined) continue;
      const char = this.text[this.at++];
      if (char === '(') depth++;
      else if (char === ')' && --depth === 0) return;
      else if (depth === 0) return;
    }
  }

  private choices(start: number): Statement {
    this.at += 'switch'.length;
    const of = this.parenthesized();
    this.skip();
    const cases: { value?: Expression; body: Body }[] = [];
    if (!this.eat('{')) return { kind: 'switch', of, cases, range: [start, this.at] };
    for (;;) {
      this.skip();
      if (this.ended || this.eat('}')) return { kind: 'switch', of, cases, range: [start, this.at] };
      const before = this.at;
      const label = this.match(/case\b|default\b/y)?.[0];
      this.at += label?.length ?? 0;
      this.skip();
      const value = label === 'case' ? this.expression() : undefined;
      this.skip();
      this.eat(':');
      cases.push({ ...defined({ value }), body: this.untilCase() });
      if (this.at === before) this.at++;
    }
  }

  private untilCase(): Statement[] {
    const found: Statement[] = [];
    for (;;) {
      this.skip();
      while (this.eat(';')) this.skip();
      if (this.ended || this.peek('}') || this.match(/case\b|default\s*:/y) !== undefined) return found;
      const before = this.at;
      const statement = this.statement();
      if (statement !== undefined) found.push(statement);
      if (this.at === before) {
        this.complain(before);
        this.toLineEnd();
        if (this.at === before) this.at++;
      }
    }
  }

  private attempt(start: number): Statement {
    this.at += 'try'.length;
    const body = this.block();
    const catches: { range: Range; types: string; body: Body }[] = [];
    let after: Body = [];
    for (;;) {
      const before = this.at;
      this.skip();
      const from = this.at;
      const word = this.word();
      if (word === 'catch') {
        this.at += word.length;
        this.skip();
        const open = this.at;
        this.balanced();
        const types = this.text.slice(open + 1, this.at - 1).replace(/\s*\w+\s*$/, '');
        const caught = this.block();
        catches.push({ range: [from, this.at], types, body: caught });
      } else if (word === 'finally') {
        this.at += word.length;
        after = this.block();
      } else {
        this.at = before;
        return { kind: 'try', body, catches, after, range: [start, this.at] };
      }
    }
  }
}
