/**
 * Cuts a Markdown document into headings, lines of text and fenced code, by CommonMark's rules for what a fence is:
 * containers (block quotes, list items) are followed line by line, so that every character of a fence's content keeps
 * its offset in the file.
 */
import type { Range } from '../../core/site.ts';

interface Heading {
  readonly kind: 'heading';
  readonly level: number;
  readonly text: string;
}

/** A line of a paragraph or list item. */
interface TextLine {
  readonly kind: 'text';
  readonly text: string;
  /** How many block quotes and list items it stands in; a list item's first line counts as inside. */
  readonly depth: number;
  /** Does the list item it begins go on? Identity of the innermost container. */
  readonly container: number;
  /** Follows an empty line, or something that is no text. */
  readonly begins: boolean;
  /** A comment in HTML, with its marks. */
  readonly comment?: Range;
}

export interface Fence {
  readonly kind: 'fence';
  readonly info: string;
  /** Offsets of each content line without the containers' prefixes and the line break; in order. */
  readonly lines: readonly Range[];
  /** From the opening fence to the end of the closing one. */
  readonly range: Range;
  readonly depth: number;
  readonly container: number;
}

export type Block = Heading | TextLine | Fence;

interface Container {
  readonly id: number;
  /** Columns a list item's content is indented by; undefined for a block quote. */
  readonly indent?: number;
}

interface OpenFence {
  readonly marker: string;
  readonly length: number;
  readonly indent: number;
  readonly info: string;
  readonly start: number;
  readonly containers: number;
  readonly lines: Range[];
}

const MAX_CONTAINERS = 32;
const FENCE = /^( {0,3})(`{3,}|~{3,})[ \t]*(.*?)[ \t]*$/;
const ITEM = /^( {0,3})([-+*]|\d{1,9}[.)])(?=[ \t]|$)/;
const ADMONITION = /^ {0,3}(?:!!!|\?\?\?\+?|===\+?!?)[ \t]+\S/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;

export function blocksOf(text: string): Block[] {
  const scanner = new Scanner(text);
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const stop = newline === -1 ? text.length : newline;
    scanner.line(at, stop > at && text[stop - 1] === '\r' ? stop - 1 : stop);
    at = newline === -1 ? text.length : newline + 1;
  }
  return scanner.done();
}

class Scanner {
  private readonly blocks: Block[] = [];
  private containers: Container[] = [];
  private fence: OpenFence | undefined;
  private nextContainer = 1;
  private comment: number | undefined;
  private paragraph = false;

  constructor(private readonly text: string) {}

  done(): Block[] {
    if (this.fence !== undefined) this.closeFence(this.fence.lines.at(-1)?.[1] ?? this.fence.start);
    return this.blocks;
  }

  line(start: number, end: number): void {
    if (this.comment !== undefined) {
      this.inComment(start, end);
      return;
    }
    const { at, matched } = this.follow(start, end);
    const { fence } = this;
    if (fence !== undefined) {
      if (matched >= fence.containers) {
        this.inFence(fence, at, end);
        return;
      }
      this.closeFence(fence.lines.at(-1)?.[1] ?? fence.start);
    }
    const rest = this.text.slice(at, end);
    if (rest.trim() === '') {
      // An empty line leaves list items open, and ends block quotes.
      this.containers = this.containers.slice(0, matched);
      this.paragraph = false;
      return;
    }
    this.containers = this.containers.slice(0, matched);
    this.content(this.openContainers(at, end), end);
  }

  /** How many of the open containers this line continues, and where its content begins. */
  private follow(start: number, end: number): { at: number; matched: number } {
    let at = start;
    let matched = 0;
    for (const one of this.containers) {
      const blank = this.text.slice(at, end).trim() === '';
      if (one.indent === undefined) {
        const quote = /^ {0,3}>[ \t]?/.exec(this.text.slice(at, end));
        if (quote === null) break;
        at += quote[0].length;
      } else if (!blank) {
        const next = this.skipColumns(at, end, one.indent);
        if (next === undefined) break;
        at = next;
      }
      matched++;
    }
    return { at, matched };
  }

  /** The offset after so many columns of white space; undefined when there are fewer. */
  private skipColumns(at: number, end: number, columns: number): number | undefined {
    let left = columns;
    for (let next = at; next < end && left > 0; next++) {
      if (this.text[next] === ' ') left--;
      else if (this.text[next] === '\t') left -= 4;
      else return undefined;
      if (left <= 0) return next + 1;
    }
    return left <= 0 ? at : undefined;
  }

  private openContainers(from: number, end: number): number {
    let at = from;
    while (this.containers.length < MAX_CONTAINERS) {
      const rest = this.text.slice(at, end);
      const quote = /^ {0,3}>[ \t]?/.exec(rest);
      if (quote !== null) {
        this.containers.push({ id: this.nextContainer++ });
        this.paragraph = false;
        at += quote[0].length;
        continue;
      }
      const item = ITEM.exec(rest);
      if (item === null || /^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,})$/.test(rest)) break;
      const spaces = /^[ \t]*/.exec(rest.slice(item[0].length))![0].length;
      const width = item[0].length + (spaces === 0 || spaces > 4 ? 1 : spaces);
      this.containers.push({ id: this.nextContainer++, indent: width });
      this.paragraph = false;
      at = Math.min(end, at + width);
    }
    return at;
  }

  private content(at: number, end: number): void {
    const rest = this.text.slice(at, end);
    const fence = FENCE.exec(rest);
    if (fence !== null && !(fence[2]!.startsWith('`') && fence[3]!.includes('`'))) {
      this.paragraph = false;
      this.fence = {
        marker: fence[2]![0]!,
        length: fence[2]!.length,
        indent: fence[1]!.length,
        info: fence[3]!,
        start: at + fence[1]!.length,
        containers: this.containers.length,
        lines: [],
      };
      return;
    }
    if (/^ {0,3}<!--/.test(rest)) {
      this.comment = at;
      this.inComment(at, end);
      return;
    }
    const heading = HEADING.exec(rest);
    if (heading !== null) {
      this.paragraph = false;
      this.blocks.push({ kind: 'heading', level: heading[1]!.length, text: heading[2] ?? '' });
      return;
    }
    if (this.paragraph && /^ {0,3}(?:=+|-+)[ \t]*$/.test(rest)) {
      const title = this.blocks.at(-1);
      this.paragraph = false;
      if (title?.kind === 'text')
        this.blocks[this.blocks.length - 1] = { kind: 'heading', level: rest.includes('=') ? 1 : 2, text: title.text };
      return;
    }
    // Four columns and more are code, unless a paragraph goes on.
    if (!this.paragraph && /^(?: {4}|\t)/.test(rest)) return;
    const container = this.containers.at(-1)?.id ?? 0;
    this.blocks.push({
      kind: 'text',
      text: rest.trim(),
      depth: this.containers.length,
      container,
      begins: !this.paragraph,
    });
    this.paragraph = true;
    if (ADMONITION.test(rest)) {
      this.containers.push({ id: this.nextContainer++, indent: 4 });
      this.paragraph = false;
    }
  }

  private inComment(from: number, end: number): void {
    const start = this.comment ?? from;
    const close = this.text.slice(from, end).indexOf('-->');
    if (close === -1) return;
    const range: Range = [start, from + close + 3];
    this.comment = undefined;
    this.blocks.push({
      kind: 'text',
      text: this.text.slice(...range),
      depth: this.containers.length,
      container: this.containers.at(-1)?.id ?? 0,
      begins: true,
      comment: range,
    });
  }

  private inFence(fence: OpenFence, at: number, end: number): void {
    const rest = this.text.slice(at, end);
    const close = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(rest)?.[1];
    if (close !== undefined && close[0] === fence.marker && close.length >= fence.length) {
      this.closeFence(end);
      return;
    }
    const indent = /^ */.exec(rest)![0].length;
    fence.lines.push([at + Math.min(indent, fence.indent), end]);
  }

  private closeFence(end: number): void {
    const { fence } = this;
    if (fence === undefined) return;
    this.fence = undefined;
    this.blocks.push({
      kind: 'fence',
      info: fence.info,
      lines: fence.lines,
      range: [fence.start, end],
      depth: fence.containers,
      container: this.containers[fence.containers - 1]?.id ?? 0,
    });
  }
}
