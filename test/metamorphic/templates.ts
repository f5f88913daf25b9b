/** The same CloudFormation template, in its other forms. */
import { Pair, Scalar, YAMLMap, YAMLSeq, isCollection, isMap, isScalar, isSeq, type Document, type Node } from 'yaml';
import { kindInside } from '../../src/discover/kinds.ts';
import { rewriting, type Edit, type Transformation } from './edits.ts';
import { documentOf, isMarked, write } from './yaml.ts';

const longName = (tag: string): string =>
  tag === '!Ref' || tag === '!Condition' ? tag.slice(1) : `Fn::${tag.slice(1)}`;
const isShort = (tag: string | undefined): tag is string => tag !== undefined && /^![A-Z]\w+$/.test(tag);

/** As JSON would say it, with intrinsic functions in full. */
function plain(node: unknown): unknown {
  if (isMap(node))
    return inFull(
      node,
      Object.fromEntries(node.items.map(({ key, value }) => [String(isScalar(key) ? key.value : key), plain(value)])),
    );
  if (isSeq(node)) return inFull(node, node.items.map(plain));
  return isScalar(node) ? inFull(node, node.value) : null;
}

function inFull({ tag }: Node, value: unknown): unknown {
  if (!isShort(tag)) return value;
  return { [longName(tag)]: tag === '!GetAtt' && typeof value === 'string' ? halves(value) : value };
}

function halves(value: string): [string, string] {
  const at = value.indexOf('.');
  return [value.slice(0, at), value.slice(at + 1)];
}

function templateOf(path: string, text: string): Document.Parsed | undefined {
  const hasAnchors = /[:-] [&*]\w+\s*$/m.test(text);
  return kindInside('declaration', path, text) === 'template' && !isMarked(text) && !hasAnchors
    ? documentOf(path, text)
    : undefined;
}

const json = (path: string, text: string): string | undefined => {
  const document = templateOf(path, text);
  return document === undefined ? undefined : `${JSON.stringify(plain(document.contents), undefined, 2)}\n`;
};

const jsonFile: Transformation = {
  name: 'template: a JSON file',
  change(project) {
    const rewritten = new Map(
      Object.entries(project).flatMap(([path, text]) => {
        const next = json(path, text);
        return next === undefined ? [] : [[path, next] as const];
      }),
    );
    if (rewritten.size === 0) return undefined;
    const names = [...new Set([...rewritten.keys()].map((path) => path.slice(path.lastIndexOf('/') + 1)))];
    const renamed = (name: string): string => name.replace(/\.ya?ml$/, '.json');
    const edits = Object.entries(project)
      .filter(([path]) => !rewritten.has(path))
      .map(
        ([path, text]) =>
          [
            path,
            names.flatMap((name): Edit[] =>
              occurrences(text, name).map((start) => ({ start, end: start + name.length, text: renamed(name) })),
            ),
          ] as const,
      );
    return { rewritten, edits: new Map(edits), moved: (path) => (rewritten.has(path) ? renamed(path) : path) };
  },
};

function occurrences(text: string, name: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1))
    if (!/[\w.-]/.test(text[at - 1] ?? '')) found.push(at);
  return found;
}

/** Every node of a template, replaced by what `change` makes of it, from the leaves up. */
function replaced(node: unknown, change: (node: unknown) => unknown): unknown {
  if (isMap(node)) for (const pair of node.items) pair.value = replaced(pair.value, change);
  else if (isSeq(node)) node.items = node.items.map((one) => replaced(one, change));
  return change(node);
}

const intrinsics = (name: string, change: (node: unknown) => unknown): Transformation =>
  rewriting(name, (path, text) => {
    const document = templateOf(path, text);
    if (document === undefined) return undefined;
    let any = false;
    replaced(document.contents, (node) => {
      const next = change(node);
      any ||= next !== node;
      return next;
    });
    return any ? write(document) : undefined;
  });

const long = intrinsics('template: long intrinsics', (node) => {
  if (!(isScalar(node) || isCollection(node)) || !isShort(node.tag)) return node;
  const { tag } = node;
  delete node.tag;
  const map = new YAMLMap();
  map.items.push(
    new Pair(
      new Scalar(longName(tag)),
      tag === '!GetAtt' && isScalar(node) ? listOf(halves(String(node.value))) : node,
    ),
  );
  return map;
});

function listOf(values: readonly string[]): YAMLSeq {
  const list = new YAMLSeq();
  list.items.push(...values.map((value) => new Scalar(value)));
  return list;
}

const LONG = /^(?:Ref|Fn::(?:Sub|GetAtt|Join|Select|Split|If|ImportValue|FindInMap|Equals|Not|And|Or|Base64|GetAZs))$/;

const short = intrinsics('template: short intrinsics', (node) => {
  const [only] = isMap(node) && node.items.length === 1 && node.tag === undefined ? node.items : [];
  const name = isScalar(only?.key) ? String(only.key.value) : '';
  const value = only?.value;
  if (!LONG.test(name) || !(isScalar(value) || isCollection(value)) || isShort(value.tag)) return node;
  value.tag = `!${name.replace('Fn::', '')}`;
  return value;
});

export const TEMPLATES: readonly Transformation[] = [
  rewriting('template: JSON under its name', json),
  jsonFile,
  long,
  short,
];
