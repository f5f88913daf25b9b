/** What the readers of all pipelines share: the YAML, scripts inside it, and what couldn't be read. */
import type { Unreadable } from '../../syntax/source.ts';
import { position, type Range } from '../../core/site.ts';
import { table } from '../../core/table.ts';
import type { SourceText, Suppression } from '../../syntax/source.ts';
import { parseScript } from '../shell/parse.ts';
import { revive } from '../github/run-text.ts';
import { parseSuppression, toSuppression } from '../../syntax/suppressions.ts';
import {
  get,
  readYaml,
  scalarMap,
  scalarText,
  yamlComments,
  type Comment,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from '../../syntax/yaml.ts';
import type { Composed } from './composed.ts';
import type { Around, Line, Macro, PipelineReading, Variable } from './reading.ts';
import { oneOrNone } from '../../core/optional.ts';

/** What a flavour's reader yields. */
export type Parts = Pick<PipelineReading, 'jobs'> &
  Partial<Pick<PipelineReading, 'variables' | 'includes' | 'children' | 'foreign' | 'defaults' | 'included'>>;

/** A system's template language inside scripts: where its pieces are, each to become a shell parameter. */
export type MacroSyntax = (
  text: string,
) => readonly { readonly start: number; readonly end: number; readonly expression: string }[];

export class PipelineSource {
  readonly unreadable: Unreadable[] = [];
  readonly suppressions: Suppression[] = [];
  readonly roots: readonly YamlNode[];
  readonly source: SourceText;
  private readonly around: Around | undefined;
  private readonly suppressed = new Set<number>();
  private macros = 0;

  constructor(source: SourceText, around?: Around) {
    this.source = source;
    this.around = around;
    const document = readYaml(source);
    for (const { reason, line, column } of document.unreadable) {
      if (around === undefined) this.unreadable.push({ file: source.file, line, column, reason });
      else this.complain(around.map((source.lines.starts[line - 1] ?? 0) + column - 1), reason);
    }
    this.roots = document.roots;
    this.suppress(yamlComments(source).map(({ text, range }) => ({ text, range: this.place(range) })));
  }

  /** A range of the text as a range of the file. */
  place([start, end]: Range): Range {
    return this.around === undefined ? [start, end] : [this.around.map(start), this.around.map(end)];
  }

  get root(): YamlNode | undefined {
    return this.roots[0];
  }

  /** A scalar, or a list of scalars however nested, as lines of script. */
  lines(node: YamlNode | undefined, macros?: MacroSyntax): Line[] {
    if (node === undefined) return [];
    if (node.kind === 'scalar') return node.type === 'null' ? [] : [this.command(node, macros)];
    if (node.kind === 'map') return [];
    if (node.tag === '!reference')
      return [
        { kind: 'reference', range: this.place(node.range), path: node.items.flatMap((one) => scalarText(one) ?? []) },
      ];
    return node.items.flatMap((one) => this.lines(one, macros));
  }

  command(node: YamlScalar, syntax?: MacroSyntax): Line {
    return this.script(this.composed(node), this.place(node.range), syntax);
  }

  /** A scalar's text, and where each of its characters stands in the file. */
  composed(node: YamlScalar): Composed {
    const inside = scalarMap(this.source, node);
    const { around } = this;
    return { text: node.value, map: around === undefined ? inside : (offset) => around.map(inside(offset)) };
  }

  /** A text of shell commands, of which each character stands somewhere in the file. */
  script({ text: whole, map }: Composed, range: Range, syntax?: MacroSyntax): Line {
    const found = syntax?.(whole) ?? [];
    let text = '';
    let last = 0;
    const offsets: number[] = [];
    const macros: Macro[] = [];
    const places = new Map(this.around?.pasted);
    const copy = (end: number): void => {
      for (let at = last; at < end; at++) offsets.push(at);
      text += whole.slice(last, end);
    };
    for (const { start, end, expression } of found) {
      copy(start);
      const name = `__ci_${this.macros++}`;
      macros.push({ name, expression });
      places.set(name, { range: [map(start), map(end)], text: whole.slice(start, end) });
      const placeholder = `\${${name}}`;
      for (let at = 0; at < placeholder.length; at++) offsets.push(start);
      text += placeholder;
      last = end;
    }
    copy(whole.length);
    const back = (offset: number): number => map(offsets[offset] ?? whole.length);
    const { script, errors, comments } = parseScript(
      found.length === 0 ? whole : text,
      found.length === 0 ? map : back,
    );
    for (const { offset, message } of errors) this.complain(offset, message);
    this.suppress(comments);
    return { kind: 'command', range, script: revive(script, places), macros };
  }

  variables(node: YamlNode | undefined, elsewhere = false): Variable[] {
    return entriesOf(node).flatMap(({ key, value }): Variable[] => {
      // GitLab's `X: {value: …, description: …}`.
      const inner = value.kind === 'map' ? get(value, 'value') : value;
      if (inner?.kind !== 'scalar') return [];
      return [
        {
          name: key.value,
          value: inner.type === 'null' ? '' : inner.value,
          range: this.place(inner.range),
          ...(elsewhere ? { elsewhere } : {}),
        },
      ];
    });
  }

  /** At an offset of the file. */
  complain(offset: number, reason: string): void {
    const { file, lines } = this.around?.source ?? this.source;
    const place = position(lines, offset);
    // What several jobs use is read for each of them.
    if (this.unreadable.some((one) => one.line === place.line && one.column === place.column && one.reason === reason))
      return;
    this.unreadable.push({ file, ...place, reason });
  }

  private suppress(comments: readonly Comment[]): void {
    const { lines, text: whole } = this.around?.source ?? this.source;
    for (const { text, range } of comments) {
      const parsed = parseSuppression(text);
      // What several jobs use is read for each of them.
      if (parsed !== undefined && this.suppressed.size !== this.suppressed.add(range[0]).size)
        this.suppressions.push(toSuppression(parsed, range, lines, whole));
    }
  }
}

export function entriesOf(node: YamlNode | undefined): YamlMap['entries'] {
  return node?.kind === 'map' ? node.entries : [];
}

export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'seq' ? node.items : oneOrNone(node);
}

export function textsOf(node: YamlNode | undefined): string[] {
  return itemsOf(node).flatMap((one) => scalarText(one) ?? []);
}

/** `allow_failure: true` and its kin. */
export function switchedOn(node: YamlNode | undefined, by: string): { masked?: { by: string; range: Range } } {
  return scalarText(node) === 'true' && node !== undefined ? { masked: { by, range: node.range } } : {};
}

export function limitOf(
  node: YamlNode | undefined,
  name: string,
  seconds: (text: string) => number | undefined,
): { limit?: { seconds: number; by: string; range: Range } } {
  const text = scalarText(node);
  const value = text === undefined ? undefined : seconds(text);
  return value === undefined || node === undefined || !(value > 0)
    ? {}
    : { limit: { seconds: value, by: `${name}: ${text}`, range: node.range } };
}

/** Minutes, as most systems count. */
export const minutes = (text: string): number | undefined => (/^\d+$/.test(text) ? Number(text) * 60 : undefined);

const UNITS: Readonly<Record<string, number>> = table({ s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 });

/** `1h 30m`, `30 minutes`, `90m`. */
export function duration(text: string): number | undefined {
  if (/^\d+$/.test(text.trim())) return Number(text);
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)\s*([a-z]+)/gi)) {
    const size = UNITS[(unit ?? '').charAt(0).toLowerCase()];
    if (size === undefined) return undefined;
    seconds += Number(count) * size;
  }
  return seconds > 0 ? seconds : undefined;
}
