/** HCL's expressions: operators, calls, lists, objects and loops, around the strings. */
import type { Range } from '../../core/site.ts';
import { table } from '../../core/table.ts';
import type { HclExpression } from './reading.ts';
import { HclStrings } from './strings.ts';
import { defined } from '../../core/optional.ts';

export const MAX_DEPTH = 100;
/**
 * What is no proper loop is read a second time as text: nested in each other, these would double the work at each
 * level.
 */
const MAX_FAILED_LOOPS = 20;
const PRECEDENCE: Readonly<Record<string, number>> = table({
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 4,
  '>': 4,
  '<=': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
});

export abstract class HclExpressions extends HclStrings {
  protected depth = 0;
  private failedLoops = 0;

  protected expression(): HclExpression {
    const start = this.at;
    if (this.depth >= MAX_DEPTH) {
      this.fail(start, `nested deeper than ${MAX_DEPTH} levels`);
      this.skipLine();
      return this.other(start);
    }
    this.depth++;
    const condition = this.operation(0);
    const end = this.at;
    this.space(this.enclosed);
    let result = condition;
    if (this.text[this.at] === '?') {
      this.at++;
      this.space(true);
      const yes = this.expression();
      this.space(true);
      if (this.text[this.at] === ':') {
        this.at++;
        this.space(true);
        result = { kind: 'conditional', condition, yes, no: this.expression(), range: this.range(start, this.at) };
      } else {
        this.fail(this.at, 'a condition without its other side');
      }
    } else {
      this.at = end;
    }
    this.depth--;
    return result;
  }

  private operation(least: number): HclExpression {
    const start = this.at;
    let left = this.unary();
    for (;;) {
      const before = this.at;
      this.space(this.enclosed);
      const operator = this.operator();
      const precedence = operator === undefined ? undefined : PRECEDENCE[operator];
      if (operator === undefined || precedence === undefined || precedence <= least) {
        this.at = before;
        return left;
      }
      this.at += operator.length;
      this.space(true);
      const right = this.operation(precedence);
      left = { kind: 'operation', operator, operands: [left, right], range: this.range(start, this.at) };
    }
  }

  private operator(): string | undefined {
    const two = this.text.slice(this.at, this.at + 2);
    if (PRECEDENCE[two] !== undefined) return two;
    const one = two[0] ?? '';
    return PRECEDENCE[one] !== undefined && !(one === '/' && (two === '//' || two === '/*')) ? one : undefined;
  }

  private unary(): HclExpression {
    const start = this.at;
    const char = this.text[this.at];
    if (char === '!' || char === '-') {
      this.at++;
      this.space(false);
      if (this.depth >= MAX_DEPTH) return this.other(start);
      this.depth++;
      const operand = this.unary();
      this.depth--;
      return { kind: 'operation', operator: char, operands: [operand], range: this.range(start, this.at) };
    }
    return this.steps(this.primary(), start);
  }

  private primary(): HclExpression {
    const start = this.at;
    const char = this.text[this.at];
    if (char === '"') return this.quoted();
    if (char === '<' && this.text[this.at + 1] === '<') return this.heredoc();
    if (char === '[') return this.list();
    if (char === '{') return this.object();
    if (char === '(') {
      this.at++;
      this.space(true);
      const inner = this.within(true, () => this.expression());
      this.space(true);
      if (this.text[this.at] === ')') this.at++;
      else this.fail(start, 'no ) for this bracket');
      return inner;
    }
    const number = this.match(/\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (number !== undefined)
      return { kind: 'literal', type: 'number', text: number, range: this.range(start, this.at) };
    const name = this.callee() ?? this.identifier();
    if (name === undefined) {
      this.fail(start, 'a value is missing here');
      if (!this.atClose()) this.at++;
      return this.other(start);
    }
    if (name.text === 'true' || name.text === 'false')
      return { kind: 'literal', type: 'bool', text: name.text, range: name.range };
    if (name.text === 'null') return { kind: 'literal', type: 'null', text: 'null', range: name.range };
    const before = this.at;
    this.space(false);
    if (this.text[this.at] === '(')
      return { kind: 'call', name: name.text, args: this.items(')'), range: this.range(start, this.at) };
    this.at = before;
    return { kind: 'reference', path: [name.text], range: name.range };
  }

  /** `.name`, `[0]`, `["key"]`, `[*]` */
  private steps(base: HclExpression, start: number): HclExpression {
    let result = base;
    for (;;) {
      if (this.text[this.at] === '.' && /[\w*]/.test(this.text[this.at + 1] ?? '')) {
        this.at++;
        const step = this.match(/[\w-]+|\*/y) ?? '*';
        result = extend(result, step, this.range(start, this.at));
      } else if (this.match(/[ \t]*\[\s*\*\s*\]/y) !== undefined) {
        result = extend(result, '*', this.range(start, this.at));
      } else if (this.match(/[ \t]*(?=\[)/y) !== undefined) {
        const [index] = this.items(']');
        result = extend(result, index === undefined ? '*' : constant(index), this.range(start, this.at), index);
      } else {
        return result;
      }
    }
  }

  private list(): HclExpression {
    const start = this.at;
    if (COMPREHENSION.test(this.text.slice(start, start + 80))) return this.comprehension('[', ']');
    const items = this.items(']');
    return { kind: 'list', items, range: this.range(start, this.at) };
  }

  /** After an opening bracket: expressions parted by commas, and the closing one. */
  private items(close: string): HclExpression[] {
    const open = this.at;
    this.at++;
    const items: HclExpression[] = [];
    for (;;) {
      this.space(true);
      if (this.at >= this.text.length) {
        this.fail(open, `no ${close} for this bracket`);
        return items;
      }
      if (this.text[this.at] === close) {
        this.at++;
        return items;
      }
      const before = this.at;
      items.push(this.within(true, () => this.expression()));
      this.space(true);
      if (this.text.startsWith('...', this.at)) this.at += 3;
      if (this.text[this.at] === ',') this.at++;
      else if (this.text[this.at] !== close) {
        this.fail(this.at, `${close} or a comma is missing`);
        if (this.at === before || /[=}]/.test(this.text[this.at] ?? '')) return items;
      }
    }
  }

  private object(): HclExpression {
    const start = this.at;
    if (COMPREHENSION.test(this.text.slice(start, start + 80))) return this.comprehension('{', '}');
    return this.within(false, () => this.entries(start));
  }

  private entries(start: number): HclExpression {
    this.at++;
    const entries: { key: HclExpression; value: HclExpression }[] = [];
    for (;;) {
      this.space(true);
      if (this.at >= this.text.length) {
        this.fail(start, 'no } for this object');
        break;
      }
      if (this.text[this.at] === '}') {
        this.at++;
        break;
      }
      const before = this.at;
      // `aws.replica` is a provider's name, not a value.
      const word = this.word(/[A-Za-z_][\w-]*(?:\.[\w-]+)*(?=\s*[=:])/y) ?? this.identifier();
      const key: HclExpression =
        word === undefined ? this.operation(0) : { kind: 'template', parts: [word.text], range: word.range };
      this.space(true);
      if (this.text[this.at] !== '=' && this.text[this.at] !== ':') {
        this.fail(this.at, '= is missing');
        if (this.at === before) this.at++;
        this.skipLine();
        continue;
      }
      this.at++;
      this.space(true);
      entries.push({ key, value: this.expression() });
      this.space(true);
      if (this.text[this.at] === ',') this.at++;
    }
    return { kind: 'object', entries, range: this.range(start, this.at) };
  }

  private comprehension(open: string, close: string): HclExpression {
    const start = this.at;
    const errors = this.unreadable.length;
    const read =
      this.failedLoops < MAX_FAILED_LOOPS ? this.within(true, () => this.loop(start, open, close)) : undefined;
    if (read !== undefined) return read;
    this.failedLoops++;
    this.unreadable.length = errors;
    this.at = start;
    let depth = 0;
    while (this.at < this.text.length) {
      const char = this.text[this.at]!;
      if (char === '"') {
        this.quoted();
        continue;
      }
      this.at++;
      if (char === open) depth++;
      else if (char === close && --depth === 0) return this.other(start);
    }
    this.fail(start, `no ${close} for this bracket`);
    return this.other(start);
  }

  /** `[for x in y : z if c]`, `{for k, v in y : a => b... if c}` */
  private loop(start: number, open: string, close: string): HclExpression | undefined {
    const is = (text: string): boolean => {
      this.space(true);
      if (!this.text.startsWith(text, this.at)) return false;
      this.at += text.length;
      return true;
    };
    const names: string[] = [];
    is(open);
    is('for');
    do {
      this.space(true);
      const name = this.identifier();
      if (name === undefined) return undefined;
      names.push(name.text);
    } while (is(','));
    if (!is('in')) return undefined;
    this.space(true);
    const collection = this.expression();
    if (!is(':')) return undefined;
    this.space(true);
    const first = this.expression();
    const keyed = open === '{' && is('=>');
    if (keyed) this.space(true);
    const value = keyed ? this.expression() : first;
    const grouped = is('...');
    const filtered = is('if');
    if (filtered) this.space(true);
    const condition = filtered ? this.expression() : undefined;
    if (!is(close)) return undefined;
    return {
      kind: 'for',
      names,
      collection,
      ...(keyed ? { key: first } : {}),
      value,
      ...defined({ condition }),
      grouped,
      text: this.text.slice(start, this.at),
      range: this.range(start, this.at),
    };
  }
}

const COMPREHENSION = /^[[{]\s*for\s+[A-Za-z_]/;

function extend(base: HclExpression, step: string, range: Range, index?: HclExpression): HclExpression {
  if (base.kind === 'reference') {
    const keys =
      step === '*' && index !== undefined
        ? new Map([...(base.keys ?? []), [base.path.length, index] as const])
        : base.keys;
    return { kind: 'reference', path: [...base.path, step], ...defined({ keys }), range };
  }
  return step === '*' && index !== undefined
    ? { kind: 'operation', operator: '[]', operands: [base, index], range }
    : { kind: 'operation', operator: `.${step}`, operands: [base], range };
}

function constant(index: HclExpression): string {
  if (index.kind === 'literal') return index.text;
  const [only] = index.kind === 'template' ? index.parts : [];
  return index.kind === 'template' && index.parts.length === 1 && typeof only === 'string' ? only : '*';
}
