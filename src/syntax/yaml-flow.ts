/**
 * YAML wants the lines of a flow collection or a quoted string indented deeper than what they belong to; the parsers
 * that CloudFormation and most tools use don't insist. Here such lines are joined, character for character, so that
 * offsets stay what they were.
 */

/**
 * The text with the line breaks inside of flow collections and quoted strings as blanks, comments between them
 * included.
 */
export function joinFlowLines(text: string): string {
  return new Joiner(text).joined();
}

class Joiner {
  private at = 0;
  private last = 0;
  private result = '';

  constructor(private readonly text: string) {}

  joined(): string {
    while (this.at < this.text.length) this.line();
    return this.result + this.text.slice(this.last);
  }

  /** One line of block style, and all that a flow collection or string begun in it goes on to. */
  private line(): void {
    const start = this.at;
    while (this.char() === ' ') this.at++;
    const indent = this.at - start;
    let fresh = true;
    while (this.at < this.text.length && this.char() !== '\n') {
      const char = this.char();
      if (char === '#' && (this.at === start || /\s/.test(this.text.charAt(this.at - 1)))) this.skipLine();
      else if (fresh && (char === '[' || char === '{')) this.flow();
      else if (fresh && (char === '"' || char === "'")) this.quoted(char);
      else if (fresh && (char === '|' || char === '>')) {
        this.block(indent);
        return;
      } else {
        // A value may begin after `key: `, `- `, and after tags and anchors.
        const before: boolean = fresh;
        fresh = /[ \t]/.test(char) ? before : /[:?-]/.test(char) && /[ \t\n]/.test(this.text.charAt(this.at + 1));
        if (before && /[!&]/.test(char)) {
          while (!/\s/.test(this.char()) && this.at < this.text.length) this.at++;
          fresh = true;
        } else this.at++;
        continue;
      }
      fresh = false;
    }
    this.at++;
  }

  private flow(): void {
    let depth = 0;
    const start = this.at;
    let fresh = true;
    while (this.at < this.text.length) {
      const char = this.char();
      if (fresh && (char === '"' || char === "'")) {
        this.quoted(char);
        fresh = false;
        continue;
      }
      if (char === '#' && /\s/.test(this.text.charAt(this.at - 1))) this.blank(this.at, this.lineEnd());
      else if (char === '\n' || char === '\r') this.blank(this.at, this.at + 1);
      else if (char === '[' || char === '{') depth++;
      else if ((char === ']' || char === '}') && --depth === 0) {
        this.at++;
        return;
      }
      fresh = /[\s[{,]/.test(char)
        ? fresh || /[[{,]/.test(char)
        : char === ':' && /\s/.test(this.text.charAt(this.at + 1));
      this.at = Math.max(this.at + 1, this.last);
    }
    // It never ends: nothing of it is to be joined.
    this.undo(start);
  }

  private quoted(quote: string): void {
    const start = this.at++;
    for (; this.at < this.text.length; this.at++) {
      const char = this.char();
      if (quote === '"' && char === '\\') this.at++;
      else if (char === '\n' || char === '\r') this.blank(this.at, this.at + 1);
      else if (char === quote) {
        this.at++;
        if (quote === "'" && this.char() === quote) continue;
        return;
      }
    }
    this.undo(start);
  }

  /** Everything deeper than the line it begins in. */
  private block(indent: number): void {
    this.skipLine();
    this.at++;
    while (this.at < this.text.length) {
      const end = this.lineEnd();
      const line = this.text.slice(this.at, end);
      if (line.trim() !== '' && line.length - line.trimStart().length <= indent) return;
      this.at = end + 1;
    }
  }

  private char(): string {
    return this.text.charAt(this.at);
  }

  private lineEnd(): number {
    const end = this.text.indexOf('\n', this.at);
    return end === -1 ? this.text.length : end;
  }

  private skipLine(): void {
    this.at = this.lineEnd();
  }

  private blank(from: number, to: number): void {
    this.result += this.text.slice(this.last, from) + ' '.repeat(to - from);
    this.last = to;
  }

  private undo(start: number): void {
    const kept = Math.min(start, this.result.length);
    this.result = this.result.slice(0, kept);
    this.last = kept;
    this.at = this.text.length;
  }
}
