/**
 * Regular expressions of JavaScript, of POSIX (extended) and of Go, read into one tree; undefined for what none of our
 * programs can run.
 */
import {
  CLASSES,
  NOTHING,
  SHORTHANDS,
  charNode,
  charSet,
  inverted,
  mayBeEmpty,
  type Node,
  type Range,
} from './syntax.ts';

export type Dialect = 'js' | 'posix' | 'go';

export interface Expression {
  readonly node: Node;
  /** Parentheses that capture. */
  readonly groups: number;
  /** Repeats what may be empty: whether it matches is the same in every language, where it ends isn't. */
  readonly vague: boolean;
}

/** Longer patterns, deeper parentheses and greater counts are nobody's who names an image. */
const LONGEST_SOURCE = 2000;
const DEEPEST = 50;
const LARGEST_COUNT = 1000;

export function readExpression(source: string, dialect: Dialect, flags = ''): Expression | undefined {
  return source.length > LONGEST_SOURCE ? undefined : new Reader(source, dialect, flags).whole();
}

/** `[a-z]` of a shell's pattern, where `!` says not, from its opening bracket on; undefined where it is none. */
export function readBracket(text: string): { readonly node: Node; readonly length: number } | undefined {
  return new Reader(text.replace(/^\[!/, '[^'), 'posix', '').bracket();
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['f', '\f'],
  ['v', '\v'],
]);

class Reader {
  private at = 0;
  private depth = 0;
  private groups = 0;
  private vague = false;
  /** Something that this doesn't know, or that is no expression. */
  private failed = false;

  constructor(
    private readonly source: string,
    private readonly dialect: Dialect,
    private readonly flags: string,
  ) {}

  whole(): Expression | undefined {
    const node = this.choice();
    return this.failed || this.at < this.source.length ? undefined : { node, groups: this.groups, vague: this.vague };
  }

  bracket(): { readonly node: Node; readonly length: number } | undefined {
    this.at = 1;
    const node = this.set();
    return this.failed ? undefined : { node, length: this.at };
  }

  private fail(): Node {
    this.failed = true;
    return NOTHING;
  }

  private take(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  private choice(): Node {
    const ways = [this.sequence()];
    while (!this.failed && this.take('|')) ways.push(this.sequence());
    return ways.length === 1 ? ways[0]! : { kind: 'any', of: ways };
  }

  private sequence(): Node {
    const parts: Node[] = [];
    while (!this.failed && this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')')
      parts.push(this.repeated());
    return { kind: 'all', of: parts };
  }

  private repeated(): Node {
    let node = this.atom();
    const count = this.count();
    if (count === undefined) return node;
    // An anchor that is repeated means something else in every language.
    if (node.kind === 'assert') return this.fail();
    if (mayBeEmpty(node)) this.vague = true;
    const greedy = this.dialect === 'posix' || !this.take('?');
    node = { kind: 'repeat', of: node, least: count[0], most: count[1], greedy };
    return this.count() === undefined ? node : this.fail();
  }

  private count(): readonly [least: number, most: number] | undefined {
    if (this.take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.take('?')) return [0, 1];
    const found = this.match(/\{(\d{1,4})(,(\d{0,4}))?\}/y);
    if (found === undefined) return undefined;
    const least = Number(found[1]);
    const most = found[2] === undefined ? least : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (least > most || least > LARGEST_COUNT || (most !== Number.POSITIVE_INFINITY && most > LARGEST_COUNT))
      this.fail();
    return [least, most];
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source);
    if (found === null) return undefined;
    this.at = pattern.lastIndex;
    return found;
  }

  private atom(): Node {
    const char = this.source[this.at++]!;
    const lines = this.flags.includes('m');
    switch (char) {
      case '(':
        return this.group();
      case '[':
        return this.set();
      case '\\':
        return this.escape();
      case '^':
        return { kind: 'assert', what: lines ? 'line start' : 'start' };
      case '$':
        return { kind: 'assert', what: lines ? 'line end' : 'end' };
      case '*':
      case '+':
      case '?':
        return this.fail();
      case '.': {
        if (this.dialect === 'posix' || this.flags.includes('s')) return { kind: 'char', set: charSet([], true) };
        return {
          kind: 'char',
          set: charSet(
            this.dialect === 'go'
              ? [[10, 10]]
              : [
                  [10, 10],
                  [13, 13],
                  [0x2028, 0x2029],
                ],
            true,
          ),
        };
      }
      default:
        return charNode(char);
    }
  }

  private group(): Node {
    if (++this.depth > DEEPEST) return this.fail();
    if (this.dialect === 'posix' || !this.take('?:')) {
      if (
        this.source[this.at] === '?' &&
        this.match(this.dialect === 'js' ? /\?<[A-Za-z_$][\w$]*>/y : /\?P?<\w+>/y) === undefined
      )
        return this.fail();
      this.groups++;
    }
    const node = this.choice();
    this.depth--;
    return this.take(')') ? node : this.fail();
  }

  private escape(): Node {
    const char = this.source[this.at++];
    if (char === undefined) return this.fail();
    if (char === 'b' || char === 'B') return { kind: 'assert', what: char === 'b' ? 'boundary' : 'no boundary' };
    const ranges = shorthand(char);
    if (ranges !== undefined) return { kind: 'char', set: charSet(ranges) };
    const plain = this.escaped(char);
    return plain === undefined ? this.fail() : charNode(plain);
  }

  /** The character that an escape stands for. */
  private escaped(char: string): string | undefined {
    if (char === 'x' || char === 'u') {
      const digits = this.match(char === 'x' ? /[\da-fA-F]{2}/y : /[\da-fA-F]{4}/y)?.[0];
      return digits === undefined ? undefined : String.fromCharCode(Number.parseInt(digits, 16));
    }
    if (this.dialect !== 'posix' && ESCAPES.has(char)) return ESCAPES.get(char);
    // Letters and digits that are left are references, properties, or somebody's dialect.
    return /[A-Za-z0-9]/.test(char) ? undefined : char;
  }

  private set(): Node {
    const not = this.take('^');
    const ranges: Range[] = [];
    const first = this.at;
    const posix = this.dialect !== 'js';
    for (;;) {
      if (this.at >= this.source.length || this.failed) return this.fail();
      if (this.source[this.at] === ']' && !(posix && this.at === first)) break;
      const from = this.member();
      if (typeof from !== 'string') {
        ranges.push(...from);
        continue;
      }
      let to = from;
      if (this.source[this.at] === '-' && this.at + 1 < this.source.length && this.source[this.at + 1] !== ']') {
        this.at++;
        const end = this.member();
        if (typeof end !== 'string' || end < from) return this.fail();
        to = end;
      }
      ranges.push([from.charCodeAt(0), to.charCodeAt(0)]);
    }
    this.at++;
    return { kind: 'char', set: charSet(ranges, not) };
  }

  /** One character of a set, or several that a name stands for. */
  private member(): string | readonly Range[] {
    if (this.dialect !== 'js') {
      const named = this.match(/\[:(\w+):\]/y)?.[1];
      const ranges = named === undefined ? undefined : CLASSES.get(named);
      if (ranges !== undefined) return ranges;
      if (named !== undefined || this.match(/\[[.=]/y) !== undefined) this.fail();
    }
    const char = this.source[this.at++]!;
    if (char !== '\\' || this.dialect === 'posix') return char;
    const next = this.source[this.at++] ?? '';
    if (next === 'b') return '\b';
    const plain = shorthand(next) ?? this.escaped(next);
    if (plain === undefined) this.fail();
    return plain ?? '\\';
  }
}

function shorthand(char: string): readonly Range[] | undefined {
  const ranges = SHORTHANDS.get(char.toLowerCase());
  if (ranges === undefined) return undefined;
  return SHORTHANDS.has(char) ? ranges : inverted(charSet(ranges));
}
