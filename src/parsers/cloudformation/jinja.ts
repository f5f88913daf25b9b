/**
 * Templates that Jinja or the like turns into templates first (Sceptre, Ansible). What stands outside of its statements
 * is read; what a statement decides is left open, for nobody knows here how it decides. Every character keeps its
 * place.
 */
import type { Range } from '../../core/site.ts';
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from '../../syntax/yaml-nodes.ts';

export interface Masked {
  /** As long as the original, and YAML as far as that goes. */
  readonly text: string;
  /** The tree of that text with the original's words, and what statements decide as an unknown function. */
  restore(root: YamlNode): YamlNode;
}

/** The function that stands for what isn't known. */
const UNREAD = 'Fn::Unread';

const BLOCKS = new Set(['if', 'for', 'macro', 'call', 'filter']);
const OTHERS = new Set([
  'elif',
  'else',
  'endif',
  'endfor',
  'endmacro',
  'endcall',
  'endfilter',
  'set',
  'endset',
  'include',
  'import',
  'from',
  'block',
  'endblock',
  'extends',
  'raw',
  'endraw',
  'with',
  'endwith',
  'do',
]);
/** Private characters stand for those that mean something in YAML. */
const PRIVATE = 0xe000;

interface Tag {
  readonly range: Range;
  readonly kind: 'statement' | 'expression' | 'comment';
  readonly word: string;
}

/**
 * Offset of the first statement that stands on a line of its own; Step Functions write `{% … %}` too, but around
 * expressions.
 */
export function firstStatement(text: string): number | undefined {
  return text.includes('{%')
    ? tags(text).find((one) => one.kind === 'statement' && alone(text, one.range))?.range[0]
    : undefined;
}

export function maskTags(text: string): Masked {
  const found = tags(text);
  const decided: Range[] = [];
  const inserted: Range[] = [];
  const open: { word: string; start: number }[] = [];
  const pieces: string[] = [];
  let last = 0;
  for (const tag of found) {
    const {
      range: [start, end],
      kind,
      word,
    } = tag;
    const own = alone(text, tag.range);
    pieces.push(
      text.slice(last, start),
      own || kind === 'comment' ? blank(text.slice(start, end)) : hidden(text.slice(start, end)),
    );
    last = end;
    if (kind === 'statement' && BLOCKS.has(word)) open.push({ word, start });
    const top = open.at(-1);
    if (kind === 'statement' && top !== undefined && word === `end${top.word}`) {
      open.pop();
      decided.push([top.start, end]);
    }
    if (kind === 'statement' && !own) decided.push(tag.range);
    if (own && (kind === 'expression' || word === 'include' || word === 'extends')) inserted.push(tag.range);
  }
  for (const { start } of open) decided.push([start, text.length]);
  return {
    text: [...pieces, text.slice(last)].join(''),
    restore: (root) => new Restorer(decided, inserted).node(root, 0),
  };
}

function tags(text: string): Tag[] {
  const found: Tag[] = [];
  let raw = false;
  for (let at = text.indexOf('{'); at !== -1; at = text.indexOf('{', at)) {
    const next = text.charAt(at + 1);
    const close = next === '%' ? '%}' : next === '{' ? '}}' : next === '#' ? '#}' : undefined;
    const stop = close === undefined ? -1 : text.indexOf(close, at + 2);
    if (stop === -1) {
      at++;
      continue;
    }
    const end = stop + 2;
    const word = next === '%' ? (/^[-+]?\s*(\w+)/.exec(text.slice(at + 2, stop))?.[1] ?? '') : '';
    const isStatement = next === '%' && (BLOCKS.has(word) || OTHERS.has(word));
    if ((!raw || word === 'endraw') && (next !== '%' || isStatement)) {
      found.push({
        range: [at, end],
        kind: next === '%' ? 'statement' : next === '{' ? 'expression' : 'comment',
        word,
      });
      if (word === 'raw' || word === 'endraw') raw = word === 'raw';
    }
    at = end;
  }
  return found;
}

/** Is there nothing else on its lines but other tags? */
function alone(text: string, [start, end]: Range): boolean {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const to = text.indexOf('\n', end);
  const around = `${text.slice(from, start)} ${text.slice(end, to === -1 ? text.length : to)}`;
  return around.replace(/\{%.*?%\}|\{#.*?#\}/g, '').trim() === '';
}

function blank(text: string): string {
  return text.replace(/[^\n\r]/g, ' ');
}

function hidden(text: string): string {
  return text.replace(/[^\w.]/g, (char) =>
    char.charCodeAt(0) < 0x80 ? String.fromCharCode(PRIVATE + char.charCodeAt(0)) : char,
  );
}

function shown(text: string): string {
  return text.replace(/[\uE000-\uE07F]/g, (char) => String.fromCharCode(char.charCodeAt(0) - PRIVATE));
}

class Restorer {
  constructor(
    private readonly decided: readonly Range[],
    private readonly inserted: readonly Range[],
  ) {}

  node(node: YamlNode, depth: number): YamlNode {
    if (node.kind === 'scalar')
      return this.decided.some((one) => overlap(one, node.range)) ? unread(node.range) : this.scalar(node);
    if (node.kind === 'seq')
      return {
        ...node,
        items: node.items.map((one) => (this.within(one.range) ? unread(one.range) : this.node(one, depth + 1))),
      };
    return {
      ...node,
      entries: node.entries.map((one, index) =>
        this.entry(one, node.entries[index + 1]?.key.range[0] ?? Number.MAX_SAFE_INTEGER, depth),
      ),
    };
  }

  private entry({ key, value }: YamlEntry, next: number, depth: number): YamlEntry {
    const range: Range = [key.range[0], Math.max(key.range[1], value.range[1])];
    // Whatever is inserted into a resource may say anything about it, also at its end.
    const open =
      this.within(range) || (depth === 1 && this.inserted.some((one) => one[0] >= range[0] && one[1] <= next));
    return { key: this.scalar(key), value: open ? unread(value.range) : this.node(value, depth + 1) };
  }

  private within([start, end]: Range): boolean {
    return this.decided.some((one) => one[0] <= start && end <= one[1]);
  }

  private scalar(node: YamlScalar): YamlScalar {
    return { ...node, value: shown(node.value) };
  }
}

function overlap(a: Range, b: Range): boolean {
  return a[0] < b[1] && b[0] < a[1];
}

function unread(range: Range): YamlMap {
  const key: YamlScalar = { kind: 'scalar', value: UNREAD, type: 'string', style: 'plain', range };
  return { kind: 'map', entries: [{ key, value: { ...key, value: '' } }], range };
}
