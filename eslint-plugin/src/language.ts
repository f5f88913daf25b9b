/**
 * Files that aren't JavaScript, as ESLint languages. The engine parses them; to ESLint each is one node with its text,
 * and comments that may switch rules off.
 */
import { ConfigCommentParser, Directive, TextSourceCodeBase, VisitNodeStep } from '@eslint/plugin-kit';

interface Root {
  readonly type: 'Root';
  readonly range: [number, number];
  readonly loc: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

interface Comment {
  readonly type: 'Comment';
  readonly value: string;
  readonly range: [number, number];
  readonly loc: { readonly start: Position; readonly end: Position };
}

interface File {
  readonly body: string | Uint8Array;
  readonly bom?: boolean;
}

const comments = new ConfigCommentParser();
const DISABLING = new Set(['disable', 'enable', 'disable-line', 'disable-next-line']);

class Text extends TextSourceCodeBase<{
  LangOptions: Record<string, unknown>;
  RootNode: Root;
  SyntaxElementWithLoc: Root | Comment;
  ConfigNode: Comment;
}> {
  readonly hasBOM: boolean;

  constructor(text: string, ast: Root, hasBOM: boolean) {
    super({ text, ast });
    this.hasBOM = hasBOM;
  }

  override getLoc(node: Root | Comment): Root['loc'] {
    return node.loc;
  }

  override getRange(node: Root | Comment): [number, number] {
    return node.range;
  }

  override *traverse(): Iterable<VisitNodeStep> {
    yield new VisitNodeStep({ target: this.ast, phase: 1, args: [this.ast] });
    yield new VisitNodeStep({ target: this.ast, phase: 2, args: [this.ast] });
  }

  getInlineConfigNodes(): Comment[] {
    return directivesIn(this.text);
  }

  getDisableDirectives(): { problems: { ruleId: null; message: string; loc: Root['loc'] }[]; directives: Directive[] } {
    const problems: { ruleId: null; message: string; loc: Root['loc'] }[] = [];
    const directives: Directive[] = [];
    for (const comment of directivesIn(this.text)) {
      const found = comments.parseDirective(comment.value);
      if (found === undefined) continue;
      const type = found.label.slice('eslint-'.length);
      if (!isDisabling(type)) continue;
      if (type === 'disable-line' && comment.loc.start.line !== comment.loc.end.line) {
        problems.push({
          ruleId: null,
          message: 'An eslint-disable-line comment must stand on one line.',
          loc: comment.loc,
        });
        continue;
      }
      directives.push(new Directive({ type, node: comment, value: found.value, justification: found.justification }));
    }
    return { problems, directives };
  }
}

function isDisabling(type: string): type is 'disable' | 'enable' | 'disable-line' | 'disable-next-line' {
  return DISABLING.has(type);
}

/**
 * Dockerfiles, scripts and YAML all have `#` comments; JSON with comments has `//`. Only those that speak to ESLint
 * matter here.
 */
function directivesIn(text: string): Comment[] {
  const found: Comment[] = [];
  let offset = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const match = /(?:^|\s)(?:#|\/\/)\s*(?=eslint-(?:dis|en)able)/.exec(line);
    if (match !== null) {
      const start = match.index + match[0].search(/[#/]/);
      const end = line.trimEnd().length;
      found.push({
        type: 'Comment',
        value: line.slice(match.index + match[0].length, end),
        range: [offset + start, offset + end],
        loc: { start: { line: index + 1, column: start }, end: { line: index + 1, column: end } },
      });
    }
    offset += line.length + 1;
  }
  return found;
}

/** Everything is legible to ESLint: what the engine can't read, it reports itself. */
export const language = {
  fileType: 'text' as const,
  lineStart: 1 as const,
  columnStart: 0 as const,
  nodeTypeKey: 'type' as const,
  visitorKeys: { Root: [] },
  validateLanguageOptions(): void {
    // Blocks without `files` may set options for JavaScript's sake; they mean nothing here.
  },
  parse({ body }: File): { ok: true; ast: Root } {
    return { ok: true, ast: rootOf(String(body)) };
  },
  createSourceCode({ body, bom = false }: File): Text {
    const text = String(body);
    return new Text(text, rootOf(text), bom);
  },
};

function rootOf(text: string): Root {
  const lines = text.split('\n');
  const end = { line: lines.length, column: lines.at(-1)?.length ?? 0 };
  return { type: 'Root', range: [0, text.length], loc: { start: { line: 1, column: 0 }, end } };
}
