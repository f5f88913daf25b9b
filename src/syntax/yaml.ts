/**
 * YAML as a plain tree with exact ranges, over the `yaml` package. Aliases and merge keys are resolved; tags are kept
 * by name. Scalars keep their source form (`0755`, `on`, `2010-09-09`), because CloudFormation, GitHub and Compose each
 * read them their own way.
 */
import { Lexer, type Document } from 'yaml';
import type { Unreadable } from './source.ts';
import { position, type Range } from '../core/site.ts';
import type { SourceText } from './source.ts';
import { YamlBound, parseDocuments } from './yaml-documents.ts';
import { Conversion } from './yaml-convert.ts';
import { joinFlowLines } from './yaml-flow.ts';
import type { YamlNode } from './yaml-nodes.ts';

export * from './yaml-nodes.ts';

export interface YamlDocument {
  /** The root of the first document; absent when the file is empty or nothing of it could be read. */
  readonly root?: YamlNode;
  /** One for each document of the file. */
  readonly roots: readonly YamlNode[];
  readonly unreadable: readonly Unreadable[];
}

const MAX_ERRORS = 10;

export function readYaml(source: SourceText): YamlDocument {
  const unreadable: Unreadable[] = [];
  const fail = (offset: number, reason: string): void => {
    if (unreadable.length < MAX_ERRORS)
      unreadable.push({ file: source.file, ...position(source.lines, offset), reason });
  };
  let documents: readonly Document.Parsed[];
  try {
    documents = parseDocuments(source.text);
    if (documents.some(shallow)) {
      const joined = parseDocuments(joinFlowLines(source.text));
      if (errorsOf(joined) < errorsOf(documents)) documents = joined;
    }
  } catch (error) {
    fail(error instanceof YamlBound ? error.offset : 0, error instanceof Error ? error.message : String(error));
    return { roots: [], unreadable };
  }
  const roots: YamlNode[] = [];
  for (const document of documents) {
    let line = 0;
    for (const error of document.errors) {
      const at = position(source.lines, error.pos[0]);
      if (at.line === line) continue;
      line = at.line;
      fail(error.pos[0], error.message);
    }
    if (document.contents !== null) roots.push(new Conversion(source.text, fail).convert(document.contents, 0, 0));
  }
  return { ...(roots[0] === undefined ? {} : { root: roots[0] }), roots, unreadable };
}

/** Flow collections or strings whose lines aren't indented as YAML wants them, and everybody else takes them. */
function shallow({ errors }: Document.Parsed): boolean {
  return errors.some(
    ({ code, message }) =>
      (code === 'BAD_INDENT' && message.startsWith('Flow ')) ||
      (code === 'MISSING_CHAR' && message.startsWith('Missing closing')),
  );
}

function errorsOf(documents: readonly Document.Parsed[]): number {
  return documents.reduce((sum, one) => sum + one.errors.length, 0);
}

// ── comments ────────────────────────────────────────────────────────────────────────────────────

const CONTROLS = new Set(['\x02', '\x18', '\x1f']);

function* tokens(text: string): Generator<{ text: string; offset: number }> {
  let offset = 0;
  let scalarNext = false;
  for (const token of new Lexer().lex(text)) {
    if (CONTROLS.has(token)) {
      scalarNext = token === '\x1f';
      continue;
    }
    // A scalar's text is announced: it may look like any other token.
    if (!scalarNext) yield { text: token, offset };
    scalarNext = false;
    offset += token.length;
  }
}

export interface Comment {
  /** With its `#`. */
  readonly text: string;
  readonly range: Range;
}

/** Every real comment: a `#` inside quotes or a block scalar is none. */
export function yamlComments(source: SourceText): Comment[] {
  if (!source.text.includes('#')) return [];
  const comments: Comment[] = [];
  for (const token of tokens(source.text)) {
    if (token.text.startsWith('#')) {
      const text = token.text.trimEnd();
      comments.push({ text, range: [token.offset, token.offset + text.length] });
    }
  }
  return comments;
}

export { scalarMap } from './yaml-offsets.ts';
