/** jq's language, as far as scripts edit documents with it. Anything else is no filter of ours. */

export type Jq =
  /** `.a[0].b`, or such steps from the value of something else. */
  | { readonly kind: 'path'; readonly from?: Jq; readonly steps: readonly JqStep[] }
  /** With what `\(…)` puts into it. */
  | { readonly kind: 'string'; readonly parts: readonly (string | Jq)[] }
  | { readonly kind: 'scalar'; readonly value: number | boolean | null }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'list'; readonly inner?: Jq }
  | { readonly kind: 'object'; readonly entries: readonly { readonly key: Jq; readonly value: Jq }[] }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Jq; readonly right: Jq }
  | { readonly kind: 'if'; readonly branches: readonly JqBranch[]; readonly otherwise?: Jq }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Jq[] };

export type JqStep = { readonly field: string } | { readonly index: number } | 'every';

interface JqBranch {
  readonly condition: Jq;
  readonly body: Jq;
}

/** Undefined where it has something that is not read here. */
export function parseJq(source: string): Jq | undefined {
  try {
    return new Parser(source).whole();
  } catch (error) {
    if (error instanceof Unread) return undefined;
    throw error;
  }
}

class Unread extends Error {}

const DEEPEST = 40;

/** What binds less comes first. */
const LEVELS: readonly (readonly string[])[] = [
  ['|'],
  [','],
  ['//'],
  ['=', '|=', '+=', '-=', '*=', '/=', '%=', '//='],
  ['or'],
  ['and'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];
const LEVEL_OF = new Map(LEVELS.flatMap((operators, level) => operators.map((one) => [one, level] as const)));
const RIGHT = new Set(['|', '//']);
const CHAINS_NOT = new Set([...LEVELS[3]!, ...LEVELS[6]!]);

const KEYWORDS = new Set(
  'def as reduce foreach try catch label import include if then elif else end and or __loc__'.split(' '),
);

const BLANK = /(?:\s|#[^\n]*)*/y;
const TOKEN = /\/\/=|\/\/|\|=|[-+*/%=!<>]=|\.\.|\$\w+|[A-Za-z_]\w*|\d+(?:\.\d+)?|[-+*/%=<>|,.()[\]{}:;?"]/y;
const NAME = /^[A-Za-z_]\w*$/;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
]);

class Parser {
  private position = 0;
  private depth = 0;

  constructor(private readonly source: string) {}

  whole(): Jq {
    const filter = this.expression(0);
    if (this.peek() !== '') throw new Unread();
    return filter;
  }

  /** The next token; empty at the end. */
  private peek(): string {
    BLANK.lastIndex = this.position;
    BLANK.exec(this.source);
    this.position = BLANK.lastIndex;
    if (this.position >= this.source.length) return '';
    TOKEN.lastIndex = this.position;
    const token = TOKEN.exec(this.source)?.[0];
    if (token === undefined) throw new Unread();
    return token;
  }

  private next(): string {
    const token = this.peek();
    this.position += token.length;
    return token;
  }

  private takes(token: string): boolean {
    if (this.peek() !== token) return false;
    this.next();
    return true;
  }

  private expect(token: string): void {
    if (!this.takes(token)) throw new Unread();
  }

  private expression(least: number): Jq {
    if (++this.depth > DEEPEST) throw new Unread();
    let left = this.term();
    for (;;) {
      const operator = this.peek();
      const level = LEVEL_OF.get(operator);
      if (level === undefined || level < least) break;
      this.next();
      const right = this.expression(RIGHT.has(operator) ? level : level + 1);
      left = { kind: 'binary', operator, left, right };
      if (CHAINS_NOT.has(operator) && LEVEL_OF.get(this.peek()) === level) throw new Unread();
    }
    this.depth--;
    return left;
  }

  private term(): Jq {
    const start = this.start();
    const steps = [...(start.kind === 'path' ? start.steps : []), ...this.steps()];
    if (start.kind === 'path') return { ...start, steps };
    return steps.length === 0 ? start : { kind: 'path', from: start, steps };
  }

  private start(): Jq {
    const token = this.next();
    switch (token) {
      case '.':
        return this.fromHere();
      case '"':
        return { kind: 'string', parts: this.string() };
      case '(': {
        const inner = this.expression(0);
        this.expect(')');
        // `(.a).b` is `.a.b`.
        return inner;
      }
      case '[': {
        if (this.takes(']')) return { kind: 'list' };
        const inner = this.expression(0);
        this.expect(']');
        return { kind: 'list', inner };
      }
      case '{':
        return this.object();
      case '-':
        return { kind: 'scalar', value: -this.number(this.next()) };
      case 'if':
        return this.conditional();
    }
    if (token.startsWith('$')) return { kind: 'variable', name: token.slice(1) };
    return NAME.test(token) ? this.named(token) : { kind: 'scalar', value: this.number(token) };
  }

  private number(token: string): number {
    if (!/^\d/.test(token)) throw new Unread();
    return Number(token);
  }

  private named(name: string): Jq {
    if (KEYWORDS.has(name)) throw new Unread();
    if (name === 'true' || name === 'false') return { kind: 'scalar', value: name === 'true' };
    if (name === 'null') return { kind: 'scalar', value: null };
    const args: Jq[] = [];
    if (this.takes('(')) {
      do args.push(this.expression(0));
      while (this.takes(';'));
      this.expect(')');
    }
    return { kind: 'call', name, args };
  }

  /** Behind a dot that begins a path: `.`, `.name`, `."a b"`, `.[0]`. */
  private fromHere(): Jq {
    const field = this.fieldAfterDot();
    return { kind: 'path', steps: field === undefined ? [] : [field] };
  }

  private fieldAfterDot(): JqStep | undefined {
    const glued = this.source[this.position] ?? '';
    if (glued === '"') {
      this.next();
      return { field: this.plainString() };
    }
    return /[A-Za-z_]/.test(glued) ? { field: this.next() } : undefined;
  }

  private steps(): JqStep[] {
    const steps: JqStep[] = [];
    for (;;) {
      if (this.takes('?')) continue;
      if (this.takes('[')) steps.push(this.bracket());
      else if (this.takes('.')) {
        const field = this.fieldAfterDot();
        if (field !== undefined) steps.push(field);
        else if (this.peek() !== '[') throw new Unread();
      } else return steps;
    }
  }

  private bracket(): JqStep {
    if (this.takes(']')) return 'every';
    const step = this.takes('"')
      ? { field: this.plainString() }
      : { index: this.takes('-') ? -this.number(this.next()) : this.number(this.next()) };
    this.expect(']');
    return step;
  }

  private object(): Jq {
    const entries: { key: Jq; value: Jq }[] = [];
    while (!this.takes('}')) {
      if (entries.length > 0) this.expect(',');
      entries.push(this.entry());
    }
    return { kind: 'object', entries };
  }

  private entry(): { key: Jq; value: Jq } {
    const token = this.next();
    const word = (text: string): Jq => ({ kind: 'string', parts: [text] });
    if (token.startsWith('$')) return { key: word(token.slice(1)), value: { kind: 'variable', name: token.slice(1) } };
    const name = token === '"' ? this.plainString() : NAME.test(token) ? token : undefined;
    if (name === undefined) throw new Unread();
    const value: Jq = this.takes(':') ? this.term() : { kind: 'path', steps: [{ field: name }] };
    return { key: word(name), value };
  }

  private conditional(): Jq {
    const branches: JqBranch[] = [];
    do {
      const condition = this.expression(0);
      this.expect('then');
      branches.push({ condition, body: this.expression(0) });
    } while (this.takes('elif'));
    const otherwise = this.takes('else') ? this.expression(0) : undefined;
    this.expect('end');
    return { kind: 'if', branches, ...(otherwise === undefined ? {} : { otherwise }) };
  }

  private plainString(): string {
    const parts = this.string();
    if (parts.some((part) => typeof part !== 'string')) throw new Unread();
    return parts.join('');
  }

  /** Behind the opening quote. */
  private string(): (string | Jq)[] {
    const parts: (string | Jq)[] = [];
    let text = '';
    for (;;) {
      const char = this.source[this.position++];
      if (char === undefined) throw new Unread();
      if (char === '"') return text === '' && parts.length > 0 ? parts : [...parts, text];
      if (char !== '\\') {
        text += char;
        continue;
      }
      const escaped = this.source[this.position++] ?? '';
      if (escaped === '(') {
        parts.push(text, this.expression(0));
        text = '';
        this.expect(')');
      } else text += this.escape(escaped);
    }
  }

  private escape(char: string): string {
    if (char !== 'u') {
      const meant = ESCAPES.get(char);
      if (meant === undefined) throw new Unread();
      return meant;
    }
    const code = this.source.slice(this.position, this.position + 4);
    if (!/^[\da-f]{4}$/i.test(code)) throw new Unread();
    this.position += 4;
    return String.fromCharCode(Number.parseInt(code, 16));
  }
}
