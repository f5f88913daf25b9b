/**
 * unbash behind an adapter: its tree becomes our plain data, its offsets become offsets into the file. Nothing else
 * imports unbash.
 */
import { parse } from 'unbash';
import type * as bash from 'unbash';
import type { Range } from '../../core/site.ts';
import { WordAdapter, type OffsetMap, type Parsed } from './parse-words.ts';
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

class Adapter extends WordAdapter {
  protected anew(map: OffsetMap, source: string): Adapter {
    return new Adapter(map, source, this.nesting, false);
  }

  script(tree: Parsed): Script {
    for (const error of tree.errors ?? []) this.errors.push({ offset: this.map(error.pos), message: error.message });
    return { body: this.statements(tree.commands) };
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
      case 'ArithmeticFor':
      case 'While':
        return this.loop(node, range, redirects);
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

  private loop(
    node: bash.For | bash.Select | bash.ArithmeticFor | bash.While,
    range: Range,
    redirects: readonly Redirect[],
  ): Statement {
    switch (node.type) {
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
}
