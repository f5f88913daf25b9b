/** What the readers of all pipelines share: the YAML, scripts inside it, and what couldn't be read. */
import type { Unreadable } from '../../model/finding.ts';
import { position, type Range } from '../../model/site.ts';
import type { SourceText, Suppression } from '../reading.ts';
import { parseScript } from '../shell/parse.ts';
import { parseSuppression, toSuppression } from '../suppressions.ts';
import { get, readYaml, scalarMap, scalarText, yamlComments, type Comment, type YamlMap, type YamlNode, type YamlScalar } from '../yaml.ts';
import type { Line, Macro, PipelineReading, Variable } from './reading.ts';

/** What a flavour's reader yields. */
export type Parts = Pick<PipelineReading, 'jobs'> & Partial<Pick<PipelineReading, 'variables' | 'includes' | 'defaults' | 'included'>>;

/** A system's template language inside scripts: where its pieces are, each to become a shell parameter. */
export type MacroSyntax = (text: string) => readonly { readonly start: number; readonly end: number; readonly expression: string }[];

export class PipelineSource {
  readonly unreadable: Unreadable[] = [];
  readonly suppressions: Suppression[] = [];
  readonly roots: readonly YamlNode[];
  readonly source: SourceText;
  private macros = 0;

  constructor(source: SourceText) {
    this.source = source;
    const document = readYaml(source);
    this.unreadable.push(...document.unreadable);
    this.roots = document.roots;
    this.suppress(yamlComments(source));
  }

  get root(): YamlNode | undefined {
    return this.roots[0];
  }

  /** A scalar, or a list of scalars however nested, as lines of script. */
  lines(node: YamlNode | undefined, macros?: MacroSyntax): Line[] {
    if (node === undefined) return [];
    if (node.kind === 'scalar') return node.type === 'null' ? [] : [this.command(node, macros)];
    if (node.kind === 'map') return [];
    if (node.tag === '!reference') return [{ kind: 'reference', range: node.range, path: node.items.flatMap((one) => scalarText(one) ?? []) }];
    return node.items.flatMap((one) => this.lines(one, macros));
  }

  command(node: YamlScalar, syntax?: MacroSyntax): Line {
    const map = scalarMap(this.source, node);
    const found = syntax?.(node.value) ?? [];
    let text = '';
    let last = 0;
    const offsets: number[] = [];
    const macros: Macro[] = [];
    const copy = (end: number): void => {
      for (let at = last; at < end; at++) offsets.push(at);
      text += node.value.slice(last, end);
    };
    for (const { start, end, expression } of found) {
      copy(start);
      const name = `__ci_${this.macros++}`;
      macros.push({ name, expression });
      const placeholder = `\${${name}}`;
      for (let at = 0; at < placeholder.length; at++) offsets.push(start);
      text += placeholder;
      last = end;
    }
    copy(node.value.length);
    const back = (offset: number): number => map(offsets[offset] ?? node.value.length);
    const { script, errors, comments } = parseScript(found.length === 0 ? node.value : text, found.length === 0 ? map : back);
    for (const { offset, message } of errors) this.complain(offset, message);
    this.suppress(comments);
    return { kind: 'command', range: node.range, script, macros };
  }

  variables(node: YamlNode | undefined, elsewhere = false): Variable[] {
    return entriesOf(node).flatMap(({ key, value }): Variable[] => {
      // GitLab's `X: {value: …, description: …}`.
      const inner = value.kind === 'map' ? get(value, 'value') : value;
      if (inner?.kind !== 'scalar') return [];
      return [{ name: key.value, value: inner.type === 'null' ? '' : inner.value, range: inner.range, ...(elsewhere ? { elsewhere } : {}) }];
    });
  }

  complain(offset: number, reason: string): void {
    const { line, column } = position(this.source.lines, offset);
    this.unreadable.push({ file: this.source.file, line, column, reason });
  }

  private suppress(comments: readonly Comment[]): void {
    for (const { text, range } of comments) {
      const parsed = parseSuppression(text);
      if (parsed !== undefined) this.suppressions.push(toSuppression(parsed, range, this.source.lines, this.source.text));
    }
  }
}

export function entriesOf(node: YamlNode | undefined): YamlMap['entries'] {
  return node?.kind === 'map' ? node.entries : [];
}

export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'seq' ? node.items : node === undefined ? [] : [node];
}

export function textsOf(node: YamlNode | undefined): string[] {
  return itemsOf(node).flatMap((one) => scalarText(one) ?? []);
}

/** `allow_failure: true` and its kin. */
export function switchedOn(node: YamlNode | undefined, by: string): { masked?: { by: string; range: Range } } {
  return scalarText(node) === 'true' && node !== undefined ? { masked: { by, range: node.range } } : {};
}

export function limitOf(node: YamlNode | undefined, name: string, seconds: (text: string) => number | undefined): { limit?: { seconds: number; by: string; range: Range } } {
  const text = scalarText(node);
  const value = text === undefined ? undefined : seconds(text);
  return value === undefined || node === undefined || !(value > 0) ? {} : { limit: { seconds: value, by: `${name}: ${text}`, range: node.range } };
}

/** Minutes, as most systems count. */
export const minutes = (text: string): number | undefined => (/^\d+$/.test(text) ? Number(text) * 60 : undefined);

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

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
