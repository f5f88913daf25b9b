/**
 * Text of another language in a string of a template: a buildspec, a template for a stack set. Functions inside it
 * become parameters of a shell (`${__cfn_0}`), which any of those languages takes for text, and every character still
 * knows where it stands in the file.
 */
import type { Range } from '../../core/site.ts';
import { isList, isObject, type Json, type JsonPath } from '../../syntax/json.ts';
import { locate, stringMap, type TemplateReading } from './reading.ts';

/** A function's place in the text. */
export interface EmbeddedHole {
  /** Of the parameter that stands for it. */
  readonly name: string;
  /** What it is in the template. */
  readonly value: Json;
  /** Where it stands in the file. */
  readonly range: Range;
}

export interface EmbeddedText {
  readonly text: string;
  /** From an offset in the text to one in the file. */
  readonly map: (offset: number) => number;
  readonly holes: readonly EmbeddedHole[];
}

/** The text of the value at this path, which is a string, an `Fn::Sub` or an `Fn::Join` of such. */
export function embeddedText(reading: TemplateReading, path: JsonPath, value: Json): EmbeddedText | undefined {
  const pieces = new Pieces(reading);
  return pieces.add(value, path) && pieces.text.trim() !== '' ? pieces.done() : undefined;
}

const PLACEHOLDER = /\$\{(!?)([^{}]*)\}/g;

class Pieces {
  text = '';
  private readonly starts: { readonly at: number; readonly map: (offset: number) => number }[] = [];
  private readonly holes: EmbeddedHole[] = [];

  constructor(private readonly reading: TemplateReading) {}

  add(value: Json, path: JsonPath): boolean {
    if (typeof value === 'string') {
      this.string(value, path);
      return true;
    }
    const sub = isObject(value) ? value['Fn::Sub'] : undefined;
    if (sub !== undefined) return this.substituted(sub, [...path, 'Fn::Sub']);
    const join = isObject(value) ? value['Fn::Join'] : undefined;
    return join !== undefined && this.joined(join, [...path, 'Fn::Join']);
  }

  done(): EmbeddedText {
    const { starts, text, holes } = this;
    const map = (offset: number): number => {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (starts[middle]!.at <= offset) low = middle;
        else high = middle - 1;
      }
      const piece = starts[low];
      return piece === undefined ? 0 : piece.map(offset - piece.at);
    };
    return { text, map, holes };
  }

  private push(text: string, map: (offset: number) => number): void {
    if (text === '') return;
    this.starts.push({ at: this.text.length, map });
    this.text += text;
  }

  private hole(value: Json, range: Range): void {
    const name = `__cfn_${this.holes.length}`;
    this.holes.push({ name, value, range });
    this.push(`\${${name}}`, () => range[0]);
  }

  private string(value: string, path: JsonPath, from = 0, to = value.length): void {
    const [start]: Range = locate(this.reading, path) ?? [0, 0];
    const map = stringMap(this.reading, path);
    this.push(value.slice(from, to), map === undefined ? () => start : (offset) => map(offset + from));
  }

  private substituted(argument: Json, path: JsonPath): boolean {
    const template = isList(argument) ? argument[0] : argument;
    const own = isList(argument) ? argument[1] : undefined;
    const at = isList(argument) ? [...path, 0] : path;
    if (typeof template !== 'string') return false;
    const [start]: Range = locate(this.reading, at) ?? [0, 0];
    const map = stringMap(this.reading, at) ?? (() => start);
    let last = 0;
    for (const found of template.matchAll(PLACEHOLDER)) {
      this.push(template.slice(last, found.index), shifted(map, last));
      const { index } = found;
      // `${!NAME}` is how a template writes the shell's own `${NAME}`.
      if (found[1] === '!') this.push(`\${${found[2] ?? ''}}`, () => map(index));
      else
        this.hole({ 'Fn::Sub': own === undefined ? found[0] : [found[0], own] }, [
          map(index),
          map(index + found[0].length),
        ]);
      last = index + found[0].length;
    }
    this.push(template.slice(last), shifted(map, last));
    return true;
  }

  private joined(argument: Json, path: JsonPath): boolean {
    const [delimiter, items] = isList(argument) ? argument : [];
    if (typeof delimiter !== 'string' || !isList(items)) return false;
    for (const [index, item] of items.entries()) {
      const at = [...path, 1, index];
      const range: Range = locate(this.reading, at) ?? [0, 0];
      if (index > 0) this.push(delimiter, () => range[0]);
      if (!this.add(item, at)) this.hole(item, range);
    }
    return true;
  }
}

function shifted(map: (offset: number) => number, by: number): (offset: number) => number {
  return (offset) => map(offset + by);
}
