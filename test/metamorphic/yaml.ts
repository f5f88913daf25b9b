/** The same YAML, written otherwise. */
import { isCollection, isMap, isPair, isScalar, parseDocument, visit, type Document } from 'yaml';
import { editing, followsOurs, indentAt, rewriting, type Edit, type Transformation } from './edits.ts';

export function documentOf(path: string, text: string): Document.Parsed | undefined {
  if (!/\.ya?ml$/.test(path)) return undefined;
  const document = parseDocument(text, { logLevel: 'silent' });
  return document.errors.length === 0 && isMap(document.contents) ? document : undefined;
}

/** What a rewriting would move comments of ours away from. */
export const isMarked = (text: string): boolean => text.includes('plimsoll');

export const write = (document: Document): string => document.toString({ lineWidth: 0 });

const comments = editing('YAML: comments and blank lines', (path, text) => {
  const document = documentOf(path, text);
  if (document === undefined || /[|>]\+/.test(text)) return [];
  const edits: Edit[] = [];
  visit(document, {
    Pair(_, { key }) {
      const start = isScalar(key) ? key.range?.[0] : undefined;
      const indent = start === undefined ? undefined : indentAt(text, start);
      if (start !== undefined && indent !== undefined && !followsOurs(text, start))
        edits.push({ start, end: start, text: `# What follows is as it was: "done" isn't said.\n\n${indent}` });
    },
  });
  return edits;
});

const quoted = editing('YAML: quotes', (path, text) => {
  const document = documentOf(path, text);
  if (document === undefined) return [];
  const edits: Edit[] = [];
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || node.type !== 'PLAIN' || typeof node.value !== 'string' || node.range == null) return;
      const [start, end] = node.range;
      if (text.slice(start, end) === node.value) edits.push({ start, end, text: JSON.stringify(node.value) });
    },
  });
  return edits;
});

function mayFlow(node: unknown): boolean {
  if (isPair(node)) return mayFlow(node.key) && (node.value === null || mayFlow(node.value));
  if (isScalar(node))
    return (
      node.type !== 'BLOCK_LITERAL' &&
      node.type !== 'BLOCK_FOLDED' &&
      node.comment == null &&
      node.commentBefore == null &&
      !String(node.value).includes('\n')
    );
  return isCollection(node) && node.comment == null && node.commentBefore == null && node.items.every(mayFlow);
}

const flow = rewriting('YAML: flow collections', (path, text) => {
  const document = documentOf(path, text);
  if (document === undefined || isMarked(text)) return undefined;
  visit(document, {
    Collection(_, node, ancestors) {
      if (ancestors.length > 2 && node.items.length > 0 && mayFlow(node)) node.flow = true;
    },
  });
  return write(document);
});

const block = rewriting('YAML: block collections', (path, text) => {
  const document = documentOf(path, text);
  if (document === undefined || isMarked(text)) return undefined;
  let any = false;
  visit(document, {
    Collection(_, node) {
      if (node.flow !== true || node.items.length === 0) return;
      any = true;
      node.flow = false;
    },
  });
  return any ? write(document) : undefined;
});

export const YAML: readonly Transformation[] = [comments, quoted, flow, block];
