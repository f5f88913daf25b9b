/**
 * TOML as the same plain tree that YAML is read into. A line that is no TOML is one `unreadable` entry, and the rest is
 * read.
 */
import type { Unreadable } from './source.ts';
import { position, type Range } from '../core/site.ts';
import { table } from '../core/table.ts';
import type { SourceText } from './source.ts';
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from './yaml-nodes.ts';
import type { Comment } from './yaml.ts';

export interface TomlDocument {
  readonly root: YamlMap;
  readonly comments: readonly Comment[];
  readonly unreadable: readonly Unreadable[];
}

/** A table while it grows. */
interface Table {
  readonly kind: 'map';
  readonly entries: YamlEntry[];
  readonly range: Range;
}

const MAX_ERRORS = 10;
const MAX_DEPTH = 100;

class Broken extends Error {
  constructor(
    readonly at: number,
    reason: string,
  ) {
    super(reason);
  }
}

export function readToml(source: SourceText): TomlDocument {
  const reader = new Reader(source.text);
  const unreadable: Unreadable[] = [];
  const root = reader.document((at, reason) => {
    if (unreadable.length < MAX_ERRORS) unreadable.push({ file: source.file, ...position(source.lines, at), reason });
  });
  return { root, comments: reader.comments, unreadable };
}

class Reader {
  readonly comments: Comment[] = [];
  private at = 0;

  constructor(private readonly text: string) {}

  document(fail: (at: number, reason: string) => void): YamlMap {
    const root: Table = { kind: 'map', entries: [], range: [0, this.text.length] };
    let table = root;
    for (this.skipBlank(); this.at < this.text.length; this.skipBlank()) {
      try {
        if (this.peek() === '[') table = this.header(root);
        else this.assignment(table);
        this.endOfLine();
      } catch (error) {
        if (!(error instanceof Broken)) throw error;
        fail(error.at, error.message);
        this.at = Math.max(this.at, this.lineEnd(error.at));
      }
    }
    return root;
  }

  /** `[a.b]`, `[[a.b]]`. */
  private header(root: Table): Table {
    const list = this.text.startsWith('[[', this.at);
    const start = this.at;
    this.at += list ? 2 : 1;
    const path = this.keys();
    this.expect(list ? ']]' : ']');
    const last = path.pop();
    const parent = path.reduce((from, key) => this.within(from, key, start), root);
    if (last === undefined) throw new Broken(start, 'a table without a name');
    if (!list) return this.within(parent, last, start);
    const made: Table = { kind: 'map', entries: [], range: last.range };
    const before = parent.entries.find((one) => one.key.value === last.value)?.value;
    const items: YamlNode[] = before?.kind === 'seq' ? [...before.items, made] : [made];
    this.set(parent, last, { kind: 'seq', items, range: last.range });
    return made;
  }

  private within(table: Table, key: YamlScalar, start: number): Table {
    const before = table.entries.find((one) => one.key.value === key.value)?.value;
    const found = before?.kind === 'seq' ? before.items.at(-1) : before;
    if (found === undefined) {
      const made: Table = { kind: 'map', entries: [], range: key.range };
      table.entries.push({ key, value: made });
      return made;
    }
    if (!isTable(found)) throw new Broken(start, `${key.value} is no table`);
    return found;
  }

  private assignment(table: Table): void {
    const start = this.at;
    const path = this.keys();
    this.skipSpace();
    this.expect('=');
    this.skipSpace();
    const value = this.value(0);
    const last = path.pop();
    if (last === undefined) throw new Broken(start, 'a value without a key');
    this.set(
      path.reduce((from, key) => this.within(from, key, start), table),
      last,
      value,
    );
  }

  private set(table: Table, key: YamlScalar, value: YamlNode): void {
    const index = table.entries.findIndex((one) => one.key.value === key.value);
    if (index === -1) table.entries.push({ key, value });
    else table.entries[index] = { key, value };
  }

  private keys(): YamlScalar[] {
    const found: YamlScalar[] = [];
    do {
      this.skipSpace();
      const quote = this.peek();
      if (quote === '"' || quote === "'") found.push(this.string());
      else {
        const start = this.at;
        while (/[\w-]/.test(this.peek())) this.at++;
        if (this.at === start) throw new Broken(start, 'expected a key');
        found.push({
          kind: 'scalar',
          value: this.text.slice(start, this.at),
          type: 'string',
          style: 'plain',
          range: [start, this.at],
        });
      }
      this.skipSpace();
    } while (this.accept('.'));
    return found;
  }

  // ── values ────────────────────────────────────────────────────────────────────────────────────

  private value(depth: number): YamlNode {
    if (depth > MAX_DEPTH) throw new Broken(this.at, `nested deeper than ${MAX_DEPTH} levels`);
    const first = this.peek();
    if (first === '"' || first === "'") return this.string();
    if (first === '[') return this.list(depth);
    if (first === '{') return this.inline(depth);
    const start = this.at;
    while (this.at < this.text.length && !/[\s,\]}#]/.test(this.peek())) this.at++;
    const value = this.text.slice(start, this.at);
    if (!/^(?:true|false|[+-]?(?:inf|nan|\d[\w.+:-]*))$/i.test(value))
      throw new Broken(start, value === '' ? 'expected a value' : `${value} is no value: a string needs quotes`);
    return {
      kind: 'scalar',
      value,
      type: value === 'true' || value === 'false' ? 'boolean' : 'number',
      style: 'plain',
      range: [start, this.at],
    };
  }

  private list(depth: number): YamlNode {
    const start = this.at++;
    const items: YamlNode[] = [];
    for (this.skipBlank(); !this.accept(']'); this.skipBlank()) {
      items.push(this.value(depth + 1));
      this.skipBlank();
      if (!this.accept(',') && this.peek() !== ']') throw new Broken(start, 'a list that doesn’t end');
    }
    return { kind: 'seq', items, range: [start, this.at] };
  }

  private inline(depth: number): YamlNode {
    const start = this.at++;
    const table: Table = { kind: 'map', entries: [], range: [start, start] };
    for (this.skipBlank(); !this.accept('}'); this.skipBlank()) {
      const path = this.keys();
      this.expect('=');
      this.skipSpace();
      const value = this.value(depth + 1);
      const last = path.pop();
      if (last !== undefined)
        this.set(
          path.reduce((from, key) => this.within(from, key, start), table),
          last,
          value,
        );
      this.skipBlank();
      if (!this.accept(',') && this.peek() !== '}') throw new Broken(start, 'a table that doesn’t end');
    }
    return { ...table, range: [start, this.at] };
  }

  private string(): YamlScalar {
    const start = this.at;
    const quote = this.peek();
    const long = this.text.startsWith(quote.repeat(3), start);
    const end = quote.repeat(long ? 3 : 1);
    this.at += end.length;
    if (long && this.text.startsWith('\r\n', this.at)) this.at += 2;
    else if (long && this.peek() === '\n') this.at++;
    let value = '';
    while (!this.text.startsWith(end, this.at)) {
      const char = this.peek();
      if (char === '' || (!long && char === '\n')) throw new Broken(start, 'a string that doesn’t end');
      value += char === '\\' && quote === '"' ? this.escaped() : char;
      this.at++;
    }
    this.at += end.length;
    // Quotes may stand right before the closing three.
    while (long && this.peek() === quote) {
      value += quote;
      this.at++;
    }
    return {
      kind: 'scalar',
      value,
      type: 'string',
      style: quote === '"' ? 'double' : 'single',
      range: [start, this.at],
    };
  }

  /** Stops at the last character of the escape. */
  private escaped(): string {
    const char = this.text.charAt(++this.at);
    const length = char === 'u' ? 4 : char === 'U' ? 8 : char === 'x' ? 2 : 0;
    if (length > 0) {
      const code = Number.parseInt(this.text.slice(this.at + 1, this.at + 1 + length), 16);
      this.at += length;
      return Number.isNaN(code) || code > 0x10ffff ? '\uFFFD' : String.fromCodePoint(code);
    }
    if (/\s/.test(char)) {
      // A line's end, escaped, goes with all the white space after it.
      while (/\s/.test(this.text.charAt(this.at + 1))) this.at++;
      return '';
    }
    return ESCAPES[char] ?? char;
  }

  // ── characters ────────────────────────────────────────────────────────────────────────────────

  private peek(): string {
    return this.text.charAt(this.at);
  }

  private accept(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  private expect(token: string): void {
    if (!this.accept(token)) throw new Broken(this.at, `expected ${token}`);
  }

  private skipSpace(): void {
    while (this.peek() === ' ' || this.peek() === '\t') this.at++;
  }

  private skipBlank(): void {
    for (;;) {
      while (/\s|\uFEFF/.test(this.peek())) this.at++;
      if (this.peek() !== '#') return;
      this.comment();
    }
  }

  private comment(): void {
    const end = this.lineEnd(this.at);
    const text = this.text.slice(this.at, end).trimEnd();
    this.comments.push({ text, range: [this.at, this.at + text.length] });
    this.at = end;
  }

  private endOfLine(): void {
    this.skipSpace();
    if (this.peek() === '#') this.comment();
    if (this.at < this.text.length && !/[\r\n]/.test(this.peek()))
      throw new Broken(this.at, 'expected the end of the line');
  }

  private lineEnd(from: number): number {
    const end = this.text.indexOf('\n', from);
    return end === -1 ? this.text.length : end;
  }
}

function isTable(node: YamlNode): node is Table {
  return node.kind === 'map' && Array.isArray(node.entries);
}

const ESCAPES: Readonly<Record<string, string>> = table({
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  e: '\x1b',
  '"': '"',
  '\\': '\\',
});
