/** Words of a script: quotes, parameters, substitutions and braces, from unbash's pieces to ours. */
import { parse } from 'unbash';
import type * as bash from 'unbash';
import type { Range } from '../../core/site.ts';
import type { Script, Word, WordPart } from './reading.ts';
import { numbers, splitBraces } from './braces.ts';

/** From an offset in the text at hand to one in the file. */
export type OffsetMap = (offset: number) => number;

/** How much text may still be read anew. */
export interface Budget {
  left: number;
}

export type Parsed = bash.Script & { readonly errors?: readonly bash.ParseError[] | undefined };

export abstract class WordAdapter {
  readonly errors: { offset: number; message: string }[] = [];
  /** Ranges in the parsed text that hold no comments: words, here-documents. */
  readonly covered: [number, number][] = [];

  constructor(
    protected readonly map: OffsetMap,
    protected readonly source: string,
    protected readonly nesting: Budget,
    private readonly outermost = true,
  ) {}

  abstract script(tree: Parsed): Script;

  /** One for a piece that stands inside: with a text and offsets of its own. */
  protected abstract anew(map: OffsetMap, source: string): WordAdapter;

  protected range(node: { readonly pos: number; readonly end: number }): Range {
    return [this.map(node.pos), this.map(node.end)];
  }

  protected cover(node: { readonly pos: number; readonly end: number }): void {
    if (this.outermost) this.covered.push([node.pos, node.end]);
  }

  word(node: bash.Word): Word {
    this.cover(node);
    const range = this.range(node);
    if (node.parts === undefined) return { range, raw: node.text, parts: this.plain(node, range) };
    return { range, raw: node.text, parts: node.parts.flatMap((part) => this.part(part, false)) };
  }

  private plain(node: bash.Word, range: Range): WordPart[] {
    const tilde = /^~(?=\/|$)/.test(node.text);
    const value = tilde ? node.value.slice(1) : node.value;
    const literal: WordPart = { kind: 'literal', value, quoted: node.text !== node.value, range };
    return tilde ? [{ kind: 'tilde', range }, literal] : [literal];
  }

  protected part(node: bash.WordPart, quoted: boolean): WordPart[] {
    const range = this.range(node);
    switch (node.type) {
      case 'Literal':
        return [{ kind: 'literal', value: node.value, quoted: quoted || node.value !== node.text, range }];
      case 'Glob':
      case 'ExtendedGlob':
        return [{ kind: 'literal', value: node.text, quoted, range }];
      case 'SingleQuoted':
      case 'AnsiCQuoted':
        return [
          {
            kind: 'literal',
            value: node.value,
            quoted: true,
            range: [range[0] + 1, Math.max(range[0] + 1, range[1] - 1)],
          },
        ];
      case 'DoubleQuoted':
      case 'LocaleString':
        return node.parts.length === 0
          ? [{ kind: 'literal', value: '', quoted: true, range }]
          : node.parts.flatMap((one) => this.part(one, true));
      case 'SimpleExpansion':
        return [{ kind: 'parameter', name: node.text.slice(1), quoted, range, indirect: false, length: false }];
      case 'ParameterExpansion':
        return [this.parameter(node, quoted, range)];
      case 'CommandExpansion':
        return [{ kind: 'command-substitution', script: this.nested(node.script, node), quoted, range }];
      case 'ProcessSubstitution':
        return [
          { kind: 'process-substitution', operator: node.operator, script: this.nested(node.script, node), range },
        ];
      case 'ArithmeticExpansion':
        return [
          { kind: 'arithmetic', text: node.text.replace(/^\$\(\(|^\$\[/, '').replace(/\)\)$|\]$/, ''), quoted, range },
        ];
      case 'BraceExpansion':
        return [{ kind: 'brace', alternatives: this.braces(node), range }];
    }
  }

  private parameter(node: bash.ParameterExpansionPart, quoted: boolean, range: Range): WordPart {
    const base = {
      kind: 'parameter' as const,
      name: node.parameter,
      quoted,
      range,
      indirect: node.prefix === '!',
      length: node.prefix === '#',
      ...(node.index === undefined ? {} : { index: this.word(node.index) }),
    };
    const operation = node.operation;
    if (operation === undefined) return base;
    switch (operation.type) {
      case 'Default':
      case 'Remove':
      case 'Transform':
        return { ...base, operator: operation.operator, operand: this.word(operation.operand) };
      case 'Replace':
        return {
          ...base,
          operator: operation.operator,
          operand: this.word(operation.pattern),
          replacement: this.word(operation.replacement),
        };
      case 'Slice':
        return {
          ...base,
          operator: ':',
          operand: this.word(operation.offset),
          ...(operation.length === undefined ? {} : { replacement: this.word(operation.length) }),
        };
      case 'CaseModification':
        return {
          ...base,
          operator: operation.operator,
          ...(operation.operand === undefined ? {} : { operand: this.word(operation.operand) }),
        };
      case 'Names':
        return { ...base, operator: 'names' };
      case 'Unknown':
        return { ...base, operator: 'unknown' };
    }
  }

  /**
   * Escaped backticks own a decoded text of their own: positions inside it can only be given as the whole substitution.
   */
  private nested(script: bash.ParsedScript | undefined, whole: { readonly pos: number; readonly end: number }): Script {
    const { nesting } = this;
    if (script === undefined || nesting.left < 0) return { body: [] };
    nesting.left -= whole.end - whole.pos;
    if (nesting.left < 0) {
      this.errors.push({
        offset: this.map(whole.pos),
        message: 'substitutions nest too deep to be followed from here on',
      });
      return { body: [] };
    }
    const inner =
      script.source === undefined
        ? this.anew(this.map, this.source)
        : this.anew(() => this.map(whole.pos), script.source);
    const result = inner.script(script);
    this.errors.push(...inner.errors);
    return result;
  }

  /** A piece of a word that the parser left as text, read as a word of its own. */
  protected reparsed(text: string, at: number): Word {
    const command = parse(text).commands[0]?.command;
    const name = command?.type === 'Command' ? command.name : undefined;
    const inner = this.anew((offset) => this.map(at + offset), text);
    return name === undefined || name.end !== text.length
      ? {
          range: [this.map(at), this.map(at + text.length)],
          raw: text,
          parts: [{ kind: 'literal', value: text, quoted: true, range: [this.map(at), this.map(at + text.length)] }],
        }
      : inner.word(name);
  }

  private braces(node: bash.BraceExpansionPart): Word[] {
    const inner = node.text.slice(1, -1);
    const range = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(inner);
    const at = this.range(node);
    const literalWord = (value: string): Word => ({
      range: at,
      raw: value,
      parts: [{ kind: 'literal', value, quoted: true, range: at }],
    });
    if (range !== null)
      return numbers(Number(range[1]), Number(range[2]), Number(range[3] ?? 1)).map((one) => literalWord(String(one)));
    return splitBraces(inner).map(({ text, offset }) =>
      text === '' ? literalWord('') : this.reparsed(text, node.pos + 1 + offset),
    );
  }
}
