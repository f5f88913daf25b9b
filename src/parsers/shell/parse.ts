/**
 * unbash behind an adapter: its tree becomes our plain data, its offsets become offsets into the file. Nothing else
 * imports unbash.
 */
import { parse } from 'unbash';
import type * as bash from 'unbash';
import type { Range } from '../../core/site.ts';
import { findComments } from './comments.ts';
import type {
  Assignment,
  Case,
  Command,
  Redirect,
  Script,
  Statement,
  TestExpression,
  Word,
  WordPart,
} from './reading.ts';

/** From an offset in the text at hand to one in the file. */
export type OffsetMap = (offset: number) => number;

export interface ParsedShell {
  readonly script: Script;
  /** Offsets into the file. */
  readonly errors: readonly { readonly offset: number; readonly message: string }[];
  readonly comments: readonly { readonly text: string; readonly range: Range }[];
}

const SAME: OffsetMap = (offset) => offset;

export function parseScript(text: string, map: OffsetMap = SAME): ParsedShell {
  const { plain, back } = withoutCarriageReturns(text);
  const toFile: OffsetMap = back === undefined ? map : (offset) => map(back(offset));
  const tree = parse(plain);
  const adapter = new Adapter(toFile, plain, { left: NESTED_FLOOR + NESTED_TIMES * plain.length });
  const script = adapter.script(tree);
  const comments = findComments(plain, adapter.covered).map(([start, end]) => ({
    text: plain.slice(start, end),
    range: [toFile(start), toFile(end)] satisfies Range,
  }));
  return { script, errors: adapter.errors, comments };
}

/** bash would choke on CRLF, but the file may only have passed through Windows: read it as LF and keep the way back. */
function withoutCarriageReturns(text: string): { plain: string; back?: OffsetMap } {
  if (!text.includes('\r\n')) return { plain: text };
  const removed: number[] = [];
  for (let at = text.indexOf('\r\n'); at !== -1; at = text.indexOf('\r\n', at + 2)) removed.push(at - removed.length);
  const back: OffsetMap = (offset) => {
    let low = 0;
    let high = removed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (removed[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return offset + low;
  };
  return { plain: text.replaceAll('\r\n', '\n'), back };
}

/**
 * Each level of `$( $( … ) )` is read anew; characters that all of them together may have, beyond a floor a multiple of
 * the text's own.
 */
const NESTED_FLOOR = 100_000;
const NESTED_TIMES = 8;

interface Budget {
  left: number;
}

class Adapter {
  readonly errors: { offset: number; message: string }[] = [];
  /** Ranges in the parsed text that hold no comments: words, here-documents. */
  readonly covered: [number, number][] = [];

  constructor(
    private readonly map: OffsetMap,
    private readonly source: string,
    private readonly nesting: Budget,
    private readonly outermost = true,
  ) {}

  script(tree: bash.Script & { readonly errors?: readonly bash.ParseError[] | undefined }): Script {
    for (const error of tree.errors ?? []) this.errors.push({ offset: this.map(error.pos), message: error.message });
    return { body: this.statements(tree.commands) };
  }

  private range(node: { readonly pos: number; readonly end: number }): Range {
    return [this.map(node.pos), this.map(node.end)];
  }

  private cover(node: { readonly pos: number; readonly end: number }): void {
    if (this.outermost) this.covered.push([node.pos, node.end]);
  }

  private statements(list: readonly bash.Statement[]): Statement[] {
    return list.map((one) => {
      const command = this.statement(one.command, []);
      return one.background === true ? { kind: 'background', range: this.range(one), command } : command;
    });
  }

  private list(list: bash.CompoundList): Statement[] {
    return this.statements(list.commands);
  }

  private statement(node: bash.PipelineNode | bash.AndOr, redirects: readonly Redirect[]): Statement {
    const range = this.range(node);
    switch (node.type) {
      case 'Command':
        return this.command(node);
      case 'Pipeline': {
        const stages = node.commands.map((one) => this.statement(one, []));
        return {
          kind: 'pipeline',
          range,
          stages,
          withStderr: node.operators.map((one) => one === '|&'),
          negated: node.prefixes.filter((one) => one.type === 'Negation').length % 2 === 1,
        };
      }
      case 'AndOr':
        return {
          kind: 'and-or',
          range,
          commands: node.commands.map((one) => this.statement(one, [])),
          operators: node.operators,
        };
      case 'Redirected':
        return this.statement(
          node.command,
          node.redirects.map((one) => this.redirect(one)),
        );
      case 'If':
        return {
          kind: 'if',
          range,
          redirects,
          branches: [node, ...node.elif].flatMap((one) => {
            const [first, ...more] = this.list(one.clause);
            const body = this.list(one.then);
            return first === undefined ? [] : [{ condition: [first, ...more] as const, body }];
          }),
          ...(node.else === undefined ? {} : { otherwise: this.list(node.else) }),
        };
      case 'For':
      case 'Select':
        this.cover(node.name);
        return {
          kind: 'for',
          range,
          redirects,
          variable: node.name.value,
          select: node.type === 'Select',
          ...(node.wordlist === undefined ? {} : { words: node.wordlist.map((one) => this.word(one)) }),
          body: this.list(node.body),
        };
      case 'ArithmeticFor': {
        const text = (part: bash.ArithmeticExpression | undefined): string =>
          part === undefined ? '' : this.source.slice(part.pos, part.end);
        return {
          kind: 'arithmetic-for',
          range,
          redirects,
          init: text(node.initialize),
          test: text(node.test),
          update: text(node.update),
          body: this.list(node.body),
        };
      }
      case 'While':
        return {
          kind: 'while',
          range,
          redirects,
          until: node.kind === 'until',
          condition: this.list(node.clause),
          body: this.list(node.body),
        };
      case 'Case':
        return this.caseOf(node, range, redirects);
      case 'Subshell':
      case 'BraceGroup':
        return { kind: node.type === 'Subshell' ? 'subshell' : 'group', range, redirects, body: this.list(node.body) };
      case 'TestCommand':
        return { kind: 'test', range, redirects, expression: this.test(node.expression) };
      case 'ArithmeticCommand':
        this.cover(node);
        return { kind: 'arithmetic', range, text: node.body };
      case 'Function':
        this.cover(node.name);
        return {
          kind: 'function',
          range,
          name: node.name.value,
          body: node.body.type === 'CompoundList' ? this.list(node.body) : [this.statement(node.body, [])],
        };
      case 'Coproc':
        return {
          kind: 'background',
          range,
          command:
            node.body.type === 'CompoundList'
              ? { kind: 'group', range, redirects: [], body: this.list(node.body) }
              : this.statement(node.body, []),
        };
    }
  }

  private caseOf(node: bash.Case, range: Range, redirects: readonly Redirect[]): Case {
    return {
      kind: 'case',
      range,
      redirects,
      subject: this.word(node.word),
      arms: node.items.map((item) => ({
        patterns: item.pattern.map((one) => this.word(one)),
        body: this.list(item.body),
        end: item.terminator ?? ';;',
      })),
    };
  }

  private command(node: bash.Command): Command {
    const words: Word[] = node.name === undefined ? [] : [this.word(node.name)];
    const declarations: Assignment[] = [];
    for (const argument of node.args) {
      if (argument.type === 'Word') words.push(this.word(argument));
      else declarations.push(this.assignment(argument));
    }
    return {
      kind: 'command',
      range: this.range(node),
      assignments: node.prefix.flatMap((one) => (one.type === 'Assignment' ? [this.assignment(one)] : [])),
      words,
      declarations,
      redirects: node.redirects.map((one) => this.redirect(one)),
    };
  }

  private assignment(node: bash.Assignment): Assignment {
    const common = {
      range: this.range(node),
      name: node.name,
      append: node.append === true,
      ...(node.index === undefined ? {} : { index: this.word(node.index) }),
    };
    if (node.value.type === 'Word') {
      this.cover(node);
      return { ...common, value: this.word(node.value) };
    }
    this.cover({ pos: node.pos, end: node.value.pos });
    return {
      ...common,
      array: node.value.elements.map((element) => {
        const keyed = /^\[([^\]]*)\]=/.exec(element.text);
        if (keyed === null) return { value: this.word(element) };
        const start = element.pos + keyed[0].length;
        return {
          key: this.reparsed(keyed[1]!, element.pos + 1),
          value: this.reparsed(element.text.slice(keyed[0].length), start),
        };
      }),
    };
  }

  /** A piece of a word that the parser left as text, read as a word of its own. */
  private reparsed(text: string, at: number): Word {
    const command = parse(text).commands[0]?.command;
    const name = command?.type === 'Command' ? command.name : undefined;
    const inner = new Adapter((offset) => this.map(at + offset), text, this.nesting, false);
    return name === undefined || name.end !== text.length
      ? {
          range: [this.map(at), this.map(at + text.length)],
          raw: text,
          parts: [{ kind: 'literal', value: text, quoted: true, range: [this.map(at), this.map(at + text.length)] }],
        }
      : inner.word(name);
  }

  private redirect(node: bash.Redirection): Redirect {
    const fd = node.descriptor?.type === 'FileDescriptor' ? { fd: node.descriptor.value } : {};
    this.cover(node);
    if (node.type !== 'HereDoc') {
      return {
        range: this.range(node),
        operator: node.operator,
        ...fd,
        ...(node.target === undefined ? {} : { target: this.word(node.target) }),
      };
    }
    this.cover(node.body);
    if (node.closing !== undefined) this.cover(node.closing);
    const range = this.range(node.body);
    const parts: readonly WordPart[] =
      node.body.parts === undefined
        ? [{ kind: 'literal', value: node.body.text, quoted: true, range }]
        : node.body.parts.flatMap((part) => this.part(part, true));
    const body =
      node.operator === '<<-'
        ? parts.map((part) => (part.kind === 'literal' ? { ...part, value: part.value.replace(/^\t+/gm, '') } : part))
        : parts;
    return {
      range: this.range(node),
      operator: node.operator,
      ...fd,
      body: { range, raw: node.body.text, parts: body },
    };
  }

  private test(node: bash.TestExpression): TestExpression {
    switch (node.type) {
      case 'TestUnary':
        return { kind: 'unary', operator: node.operator, operand: this.word(node.operand) };
      case 'TestBinary':
        return { kind: 'binary', operator: node.operator, left: this.word(node.left), right: this.word(node.right) };
      case 'TestGroup':
        return this.test(node.expression);
      case 'TestNot':
        return node.negations.length % 2 === 1
          ? { kind: 'not', operand: this.test(node.operand) }
          : this.test(node.operand);
      case 'TestLogical':
        return node.operands
          .slice(1)
          .reduce<TestExpression>(
            (left, right) => ({ kind: 'logical', operator: node.operator, left, right: this.test(right) }),
            this.test(node.operands[0]!),
          );
    }
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

  private part(node: bash.WordPart, quoted: boolean): WordPart[] {
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
        ? new Adapter(this.map, this.source, nesting, false)
        : new Adapter(() => this.map(whole.pos), script.source, nesting, false);
    const result = inner.script(script);
    this.errors.push(...inner.errors);
    return result;
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

const MAX_BRACE_NUMBERS = 64;

function numbers(from: number, to: number, step: number): number[] {
  const size = Math.max(1, Math.abs(step));
  const count = Math.min(MAX_BRACE_NUMBERS, Math.floor(Math.abs(to - from) / size) + 1);
  return Array.from({ length: count }, (_, index) => from + index * size * (to < from ? -1 : 1));
}

function splitBraces(inner: string): { text: string; offset: number }[] {
  const pieces: { text: string; offset: number }[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < inner.length; at++) {
    const char = inner[at];
    if (char === '\\') at++;
    else if (char === '{') depth++;
    else if (char === '}') depth--;
    else if (char === ',' && depth === 0) {
      pieces.push({ text: inner.slice(start, at), offset: start });
      start = at + 1;
    }
  }
  pieces.push({ text: inner.slice(start), offset: start });
  return pieces;
}
