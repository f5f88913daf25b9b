/** Shell patterns (`*`, `?`, `[…]`) against texts that may have holes: yes, no, or unknown. */
import { Matcher } from '../../core/linear/matcher.ts';
import { readBracket } from '../../core/linear/read.ts';
import { ANYTHING, REST, literalNode, type Node } from '../../core/linear/syntax.ts';
import { known, type Text } from '../../core/text.ts';

export type Truth = boolean | 'unknown';

export interface Pattern {
  /** Plain text, and what stands for more than itself. */
  readonly parts: readonly (string | Node)[];
  /** As it is written, plain characters escaped: equal patterns are written the same. */
  readonly written: string;
  /** The whole pattern is plain text. */
  readonly plain: string | undefined;
  readonly matcher: Matcher;
}

/** `quoted` says which characters are meant literally. */
export function toPattern(pieces: readonly { readonly text: string; readonly quoted: boolean }[]): Pattern {
  const pattern = new Draft();
  for (const { text, quoted } of pieces) {
    if (quoted) pattern.plain(text);
    else pattern.glob(text);
  }
  const { parts, written } = pattern;
  const [first = ''] = parts;
  const nodes = parts.map((part) => (typeof part === 'string' ? literalNode(part) : part));
  return {
    parts,
    written,
    plain: parts.length < 2 && typeof first === 'string' ? first : undefined,
    matcher: new Matcher({ kind: 'all', of: nodes }),
  };
}

class Draft {
  readonly parts: (string | Node)[] = [];
  written = '';

  plain(text: string): void {
    if (text === '') return;
    const last = this.parts.at(-1);
    if (typeof last === 'string') this.parts[this.parts.length - 1] = last + text;
    else this.parts.push(text);
    this.written += text.replace(/[*?[\\]/g, '\\$&');
  }

  private special(node: Node, written: string): void {
    if (node === REST && this.parts.at(-1) === REST) return;
    this.parts.push(node);
    this.written += written;
  }

  glob(text: string): void {
    for (let at = 0; at < text.length; at++) {
      const char = text[at]!;
      if (char === '*') this.special(REST, char);
      else if (char === '?') this.special(ANYTHING, char);
      else if (char === '\\' && at + 1 < text.length) this.plain(text[++at]!);
      else if (char === '[') {
        const bracket = readBracket(text.slice(at, at + LONGEST_BRACKET));
        if (bracket === undefined) this.plain(char);
        else {
          this.special(bracket.node, text.slice(at, at + bracket.length));
          at += bracket.length - 1;
        }
      } else this.plain(char);
    }
  }
}

/** So that a thousand opening brackets aren't each read to the end. */
const LONGEST_BRACKET = 200;

export function matches(text: Text, pattern: Pattern): Truth {
  const value = known(text);
  if (value !== undefined)
    return pattern.plain !== undefined ? value === pattern.plain : (pattern.matcher.covers(value) ?? 'unknown');
  const { parts } = pattern;
  if (parts.length === 1 && parts[0] === REST) return true;
  // A literal beginning or end that contradicts the pattern's own decides even with a hole in between.
  if (pattern.plain !== undefined) {
    const [first] = text;
    const last = text.at(-1);
    if (typeof first === 'string' && !pattern.plain.startsWith(first)) return false;
    if (typeof last === 'string' && !pattern.plain.endsWith(last)) return false;
    return 'unknown';
  }
  // `*x*` is decided as soon as a literal piece contains it.
  if (parts.length > 2 && parts[0] === REST && parts.at(-1) === REST && !parts.slice(1, -1).includes(REST)) {
    if (text.some((part) => typeof part === 'string' && pattern.matcher.covers(part) === true)) return true;
  }
  return 'unknown';
}
