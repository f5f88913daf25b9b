/** Makefile → reading: a line scanner. Conditionals are kept both ways; who evaluates decides. */
import type { Unreadable } from '../../syntax/source.ts';
import { position, type Range } from '../../core/site.ts';
import { findOutside, joinPlain, joinRecipe, physicalLine, trimMapped } from './lines.ts';
import type { AssignOperator, MakeCondition, MakefileReading, MakeItem, MakeRule, RecipeLine } from './reading.ts';
import { mappedBuilder, sliceMapped, sourceOffset, sourceRange, type MappedText } from '../../syntax/mapped.ts';
import type { SourceText, Suppression } from '../../syntax/source.ts';
import { parseScript } from '../shell/parse.ts';
import { suppressionsIn } from '../../syntax/comment-suppressions.ts';
import { defined, oneOrNone } from '../../core/optional.ts';

export type { MakefileReading } from './reading.ts';

export function read(source: SourceText): MakefileReading {
  return new MakefileReader(source).read();
}

/** Deeper than people nest conditionals. */
const MAX_NESTING = 50;

interface OpenConditional {
  readonly offset: number;
  /** The conditions that were tried before this branch, all untrue in it. */
  readonly tried: MakeCondition[];
  current: MakeCondition | undefined;
}

class MakefileReader {
  private readonly items: MakeItem[] = [];
  private readonly unreadable: Unreadable[] = [];
  private readonly comments: { text: string; range: Range }[] = [];
  private readonly open: OpenConditional[] = [];
  private recipe: RecipeLine[] | undefined;
  private prefix = '\t';

  constructor(private readonly source: SourceText) {}

  read(): MakefileReading {
    const { file, lines, text } = this.source;
    for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; ) at = this.line(at);
    for (const one of this.open) this.problem(one.offset, 'a conditional without endif');
    const suppressions: Suppression[] = suppressionsIn(this.comments, lines, text);
    return { kind: 'makefile', file, lines, unreadable: this.unreadable, suppressions, items: this.items };
  }

  /** Reads one logical line and says where the next begins. */
  private line(start: number): number {
    const { text } = this.source;
    if (this.recipe !== undefined && text[start] === this.prefix) return this.recipeLine(start + 1, start);
    const { line, next, comment } = joinPlain(text, start);
    if (comment !== undefined)
      this.comments.push({ text: text.slice(comment.start, comment.end), range: [comment.start, comment.end] });
    const trimmed = trimMapped(line);
    if (trimmed.text === '') return next;
    const word = /^\S+/.exec(trimmed.text)?.[0] ?? '';
    if (this.conditional(word, trimmed, start)) return next;
    if (word === 'define' || (/^(override|export)$/.test(word) && /^\S+\s+define\s/.test(trimmed.text)))
      return this.define(trimmed, next, start);
    this.statement(trimmed, sourceRange(trimmed, 0, trimmed.text.length));
    return next;
  }

  private recipeLine(start: number, lineStart: number): number {
    const { line, next, end } = joinRecipe(this.source.text, start, this.prefix);
    const prefix = /^[\s@+-]*/.exec(line.text)?.[0] ?? '';
    const body = sliceMapped(line, prefix.length, Math.max(prefix.length, line.text.trimEnd().length));
    if (line.text.includes('plimsoll-ignore'))
      this.comments.push(...parseScript(body.text, (offset) => sourceOffset(body, offset)).comments);
    if (body.text === '' || body.text.startsWith('#')) return next;
    const dash = prefix.indexOf('-');
    this.recipe?.push({
      text: body,
      range: [sourceOffset(body, 0), Math.max(lineStart, end)],
      when: this.when(),
      ...(dash === -1 ? {} : { ignoresErrors: sourceRange(line, dash, dash + 1) }),
    });
    return next;
  }

  // ── conditionals ──────────────────────────────────────────────────────────────────────────────

  private conditional(word: string, line: MappedText, start: number): boolean {
    const condition = CONDITIONALS.has(word) ? this.condition(word, line, word.length) : undefined;
    if (CONDITIONALS.has(word)) {
      if (condition === undefined) this.problem(start, `${word} without what it compares`);
      if (this.open.length >= MAX_NESTING) this.problem(start, `conditionals nested deeper than ${MAX_NESTING} levels`);
      this.open.push({ offset: start, tried: [], current: condition });
      return true;
    }
    if (word !== 'else' && word !== 'endif') return false;
    const top = this.open.at(-1);
    if (top === undefined) {
      this.problem(start, `${word} without a conditional`);
    } else if (word === 'endif') {
      this.open.pop();
    } else {
      if (top.current !== undefined) top.tried.push({ ...top.current, is: !top.current.is });
      const next = /^else\s+(\w+)/.exec(line.text);
      top.current =
        next === null || !CONDITIONALS.has(next[1]!) ? undefined : this.condition(next[1]!, line, next[0].length);
    }
    return true;
  }

  /** `(a,b)`, `"a" "b"`, `'a' 'b'`; a name for ifdef. */
  private condition(word: string, line: MappedText, from: number): MakeCondition | undefined {
    const is = word === 'ifeq' || word === 'ifdef';
    const { text } = line;
    let at = from;
    while (/\s/.test(text[at] ?? '')) at++;
    if (word.endsWith('def'))
      return at >= text.length ? undefined : { test: 'defined', left: sliceMapped(line, at, text.length), is };
    if (text[at] === '(') {
      const comma = findOutside(text, at + 1, (char) => char === ',');
      const close = comma === -1 ? -1 : text.lastIndexOf(')');
      if (close <= comma) return undefined;
      return {
        test: 'equal',
        left: trimMapped(sliceMapped(line, at + 1, comma)),
        right: trimMapped(sliceMapped(line, comma + 1, close)),
        is,
      };
    }
    const quoted: MappedText[] = [];
    for (; at < text.length && quoted.length < 2; at++) {
      const quote = text[at];
      if (quote !== '"' && quote !== "'") continue;
      const close = text.indexOf(quote, at + 1);
      if (close === -1) return undefined;
      quoted.push(sliceMapped(line, at + 1, close));
      at = close;
    }
    const [left, right] = quoted;
    return left === undefined || right === undefined ? undefined : { test: 'equal', left, right, is };
  }

  private when(): MakeCondition[] {
    return this.open.flatMap((one) => [...one.tried, ...oneOrNone(one.current)]);
  }

  // ── lines ─────────────────────────────────────────────────────────────────────────────────────

  private define(line: MappedText, bodyStart: number, start: number): number {
    const { text } = this.source;
    const found = /^((?:override\s+|export\s+)*)define\s+(\S+?)\s*(=|:=|::=|\?=|\+=|!=)?$/.exec(line.text);
    let depth = 1;
    let at = bodyStart;
    let end = bodyStart;
    while (at < text.length && depth > 0) {
      const physical = physicalLine(text, at);
      const content = text.slice(physical.start, physical.end).trim();
      if (/^define\s/.test(content)) depth++;
      else if (/^endef(\s|$|#)/.test(content)) depth--;
      if (depth > 0) end = physical.end;
      at = physical.next;
    }
    if (depth > 0) this.problem(start, 'define without endef');
    if (found === null) return at;
    const value = mappedBuilder();
    value.copy(text.slice(bodyStart, Math.max(bodyStart, end)), bodyStart);
    const nameAt = line.text.indexOf(found[2]!, found[1]!.length + 'define'.length);
    this.items.push({
      kind: 'assignment',
      range: sourceRange(line, 0, line.text.length),
      when: this.when(),
      name: sliceMapped(line, nameAt, nameAt + found[2]!.length),
      operator: operatorOf(found[3] ?? '='),
      value: value.done(),
      exported: /\bexport\b/.test(found[1]!),
      override: /\boverride\b/.test(found[1]!),
    });
    return at;
  }

  private statement(line: MappedText, range: Range): void {
    const include = /^(-include|sinclude|include)\s+/.exec(line.text);
    if (include !== null) {
      this.recipe = undefined;
      this.items.push({
        kind: 'include',
        range,
        when: this.when(),
        files: sliceMapped(line, include[0].length, line.text.length),
      });
      return;
    }
    if (this.assignment(line, 0, range)) return;
    const exporting = /^(export|unexport)(\s+|$)/.exec(line.text);
    if (exporting !== null) {
      this.items.push({
        kind: exporting[1] === 'export' ? 'export' : 'unexport',
        range,
        when: this.when(),
        names: sliceMapped(line, exporting[0].length, line.text.length),
      });
      return;
    }
    if (/^(vpath|undefine)\b/.test(line.text) || /^\$[({](eval|info|warning|error|call|foreach)\b/.test(line.text))
      return;
    const colon = findOutside(line.text, 0, (char) => char === ':');
    if (colon === -1) {
      // A line that is one reference (`$(guard)`) expands to whatever it likes.
      if (!line.text.startsWith('$')) this.problem(range[0], 'neither an assignment nor a rule');
      return;
    }
    this.rule(line, colon, range);
  }

  private assignment(line: MappedText, from: number, range: Range, targets?: MappedText): boolean {
    const modifiers = /^\s*((?:(?:export|override|private|unexport)\s+)*)/.exec(line.text.slice(from))!;
    const nameAt = from + modifiers[0].length;
    const stop = findOutside(line.text, nameAt, (char) => char === '=' || char === ':' || char === ';');
    if (stop === -1 || line.text[stop] === ';') return false;
    const operator = /^(?::{0,3}=)/.exec(line.text.slice(stop))?.[0];
    if (operator === undefined) return false;
    const marked = operator === '=' && stop > nameAt && '?+!'.includes(line.text[stop - 1]!);
    const nameEnd = marked ? stop - 1 : stop;
    const name = trimMapped(sliceMapped(line, nameAt, nameEnd));
    if (name.text === '' || /\s/.test(name.text.replace(/\$[({].*?[)}]/g, ''))) return false;
    if (targets === undefined) this.recipe = undefined;
    if (name.text === '.RECIPEPREFIX')
      this.prefix =
        line.text
          .slice(stop + operator.length)
          .trim()
          .charAt(0) || '\t';
    this.items.push({
      kind: 'assignment',
      range,
      when: this.when(),
      name,
      operator: operatorOf(marked ? line.text.slice(stop - 1, stop + 1) : operator),
      value: trimMapped(sliceMapped(line, stop + operator.length, line.text.length)),
      exported: /\bexport\b/.test(modifiers[1]!),
      override: /\boverride\b/.test(modifiers[1]!),
      ...defined({ targets }),
    });
    return true;
  }

  private rule(line: MappedText, colon: number, range: Range): void {
    const targets = trimMapped(sliceMapped(line, 0, line.text[colon - 1] === '&' ? colon - 1 : colon));
    const from = line.text[colon + 1] === ':' ? colon + 2 : colon + 1;
    if (this.assignment(line, from, range, targets)) return;
    const semicolon = findOutside(line.text, from, (char) => char === ';');
    const headEnd = semicolon === -1 ? line.text.length : semicolon;
    const second = findOutside(line.text.slice(0, headEnd), from, (char) => char === ':');
    const recipe: RecipeLine[] = [];
    const rule: MakeRule = {
      kind: 'rule',
      range,
      when: this.when(),
      targets,
      recipe,
      prerequisites: trimMapped(sliceMapped(line, second === -1 ? from : second + 1, headEnd)),
      ...(second === -1 ? {} : { pattern: trimMapped(sliceMapped(line, from, second)) }),
    };
    this.items.push(rule);
    this.recipe = recipe;
    if (semicolon === -1) return;
    const inline = trimMapped(sliceMapped(line, semicolon + 1, line.text.length));
    const prefix = /^[@+\s-]*/.exec(inline.text)![0];
    const text = sliceMapped(inline, prefix.length, inline.text.length);
    if (text.text === '') return;
    const dash = prefix.indexOf('-');
    recipe.push({
      text,
      range: sourceRange(text, 0, text.text.length),
      when: this.when(),
      ...(dash === -1 ? {} : { ignoresErrors: sourceRange(inline, dash, dash + 1) }),
    });
  }

  private problem(offset: number, reason: string): void {
    this.unreadable.push({ file: this.source.file, ...position(this.source.lines, offset), reason });
  }
}

const CONDITIONALS = new Set(['ifeq', 'ifneq', 'ifdef', 'ifndef']);

function operatorOf(text: string): AssignOperator {
  return text === '?=' || text === '+=' || text === '!=' || text === '=' ? text : ':=';
}
