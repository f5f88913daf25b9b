/** HCL's JSON syntax: the same expressions, with strings as templates. */
import { readTemplate } from './read.ts';
import { isList, type Json, type JsonDocument, type JsonPath } from '../json.ts';
import type { SourceText } from '../source.ts';
import type { HclExpression } from './reading.ts';

const MAX_DEPTH = 20;

export function jsonExpression(
  source: SourceText,
  document: JsonDocument,
  path: JsonPath,
  value: Json,
  depth = 0,
): HclExpression {
  const range = document.locate(path) ?? [0, 0];
  if (typeof value === 'string') {
    const template = readTemplate(value, source, range[0] + 1);
    return { ...template, range };
  }
  if (value === null || typeof value !== 'object') {
    return {
      kind: 'literal',
      type: value === null ? 'null' : typeof value === 'boolean' ? 'bool' : 'number',
      text: String(value),
      range,
    };
  }
  if (depth > MAX_DEPTH) return { kind: 'other', text: '', range };
  if (isList(value))
    return {
      kind: 'list',
      items: value.map((item, index) => jsonExpression(source, document, [...path, index], item, depth + 1)),
      range,
    };
  return {
    kind: 'object',
    range,
    entries: Object.entries(value).map(([key, item]) => ({
      key: { kind: 'template', parts: [key], range: document.locate([...path, key], 'key') ?? range },
      value: jsonExpression(source, document, [...path, key], item, depth + 1),
    })),
  };
}
