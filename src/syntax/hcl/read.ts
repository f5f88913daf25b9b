/**
 * HCL's native syntax as plain data with exact ranges: blocks, attributes, templates, lists, objects, here-documents,
 * operators.
 */
import type { Range } from '../../core/site.ts';
import type { HclAttribute, HclBlock, HclBody, HclDocument, HclExpression } from './reading.ts';
import { HclExpressions, MAX_DEPTH } from './expressions.ts';
import type { SourceText } from '../source.ts';

export type { HclBlock, HclExpression } from './reading.ts';

export function readHcl(source: SourceText): HclDocument {
  const reader = new HclReader(source.text, source);
  return { body: reader.document(), comments: reader.comments, unreadable: reader.unreadable };
}

/**
 * A string that is a template although it stands in JSON: its `${…}` mean the same. `start` is the offset of its first
 * character.
 */
export function readTemplate(text: string, source: SourceText, start: number): HclExpression {
  if (!text.includes('${') && !text.includes('%{'))
    return { kind: 'template', parts: text === '' ? [] : [text], range: [start, start + text.length] };
  return new HclReader(text, source, start).templateText(text.length);
}

/**
 * A template's pieces with, for each literal character, its offset in the file: escapes, indentation taken away and
 * all.
 */
export function templatePieces(
  source: SourceText,
  range: Range,
): { readonly parts: readonly (string | HclExpression)[]; readonly offsets: readonly (readonly number[])[] } {
  return new HclReader(source.text, source).traced(range[0]);
}

class HclReader extends HclExpressions {
  document(): HclBody {
    if (this.text.startsWith('\uFEFF')) this.at = 1;
    return this.body(false);
  }

  templateText(end: number): HclExpression {
    const start = this.at;
    const parts = this.templateParts((at) => at >= end);
    return { kind: 'template', parts, range: this.range(start, end) };
  }

  traced(start: number): { parts: readonly (string | HclExpression)[]; offsets: readonly (readonly number[])[] } {
    this.at = start;
    this.trace = [];
    const value = this.text[start] === '"' ? this.quoted() : this.heredoc();
    return { parts: value.kind === 'template' ? value.parts : [], offsets: this.trace };
  }

  private body(nested: boolean): HclBody {
    const attributes: HclAttribute[] = [];
    const blocks: HclBlock[] = [];
    for (;;) {
      this.space(true);
      if (this.at >= this.text.length) {
        if (nested) this.fail(this.at, 'a block without its closing brace');
        return { attributes, blocks };
      }
      if (this.text[this.at] === '}') {
        if (nested) return { attributes, blocks };
        this.fail(this.at, 'a closing brace without a block');
        this.at++;
        continue;
      }
      this.entry(attributes, blocks);
    }
  }

  private entry(attributes: HclAttribute[], blocks: HclBlock[]): void {
    const start = this.at;
    const name = this.identifier() ?? this.quotedName();
    if (name === undefined) {
      this.fail(start, 'neither an attribute nor a block');
      this.skipLine();
      return;
    }
    this.space(false);
    if (this.text[this.at] === '=' && this.text[this.at + 1] !== '=') {
      this.at++;
      this.space(false);
      attributes.push({ name: name.text, nameRange: name.range, value: this.expression() });
      this.endOfLine();
      return;
    }
    const labels: { text: string; range: Range }[] = [];
    for (
      let label = this.quotedName() ?? this.identifier();
      label !== undefined;
      label = this.quotedName() ?? this.identifier()
    ) {
      labels.push(label);
      this.space(false);
    }
    if (this.text[this.at] !== '{' || this.depth >= MAX_DEPTH) {
      this.fail(
        start,
        this.text[this.at] === '{'
          ? `nested deeper than ${MAX_DEPTH} levels`
          : `${name.text} is followed by neither = nor a block`,
      );
      this.skipLine();
      return;
    }
    this.at++;
    this.depth++;
    const body = this.body(true);
    this.depth--;
    if (this.text[this.at] === '}') this.at++;
    blocks.push({ type: name.text, labels, body, range: this.range(start, this.at) });
  }

  private endOfLine(): void {
    this.space(false);
    const char = this.text[this.at];
    if (char === undefined || char === '\n' || char === '\r' || char === '}' || char === ',') {
      if (char === ',') this.at++;
      return;
    }
    this.fail(this.at, 'something stands after the value');
    this.skipLine();
  }
}
