/** Bake file (HCL or JSON) → reading: targets, groups and variables, with expressions left for evaluation. */
import type { Unreadable } from '../../syntax/source.ts';
import type { Range } from '../../core/site.ts';
import { suppressionsIn } from '../../syntax/comment-suppressions.ts';
import { readHcl, type HclBlock, type HclExpression } from '../../syntax/hcl/read.ts';
import { jsonExpression } from '../../syntax/hcl/json.ts';
import { isObject, parseJson, type Json, type JsonDocument, type JsonPath } from '../../syntax/json.ts';
import type { ReadingBase, SourceText } from '../../syntax/source.ts';

export interface BakeBlock {
  readonly name: string;
  readonly nameRange: Range;
  readonly range: Range;
  readonly attributes: readonly { readonly name: string; readonly nameRange: Range; readonly value: HclExpression }[];
}

export interface BakeReading extends ReadingBase {
  readonly kind: 'bake';
  readonly targets: readonly BakeBlock[];
  readonly groups: readonly BakeBlock[];
  readonly variables: readonly BakeBlock[];
}

export function read(source: SourceText): BakeReading {
  return source.file.endsWith('.json') ? readJson(source) : readNative(source);
}

function readNative(source: SourceText): BakeReading {
  const { body, comments, unreadable } = readHcl(source);
  const ofType = (type: string): BakeBlock[] => body.blocks.filter((one) => one.type === type).flatMap(block);
  // `TAG = "latest"` at the top is a variable that nobody outside can set.
  const constants = body.attributes.map(({ name, nameRange, value }) => ({
    name,
    nameRange,
    range: [nameRange[0], value.range[1]] satisfies Range,
    attributes: [{ name: 'constant', nameRange, value }],
  }));
  return {
    kind: 'bake',
    file: source.file,
    lines: source.lines,
    unreadable,
    suppressions: suppressionsIn(comments, source.lines, source.text),
    targets: ofType('target'),
    groups: ofType('group'),
    variables: [...ofType('variable'), ...constants],
  };
}

function block({ labels, body, range }: HclBlock): BakeBlock[] {
  const [label] = labels;
  return label === undefined ? [] : [{ name: label.text, nameRange: label.range, range, attributes: body.attributes }];
}

function readJson(source: SourceText): BakeReading {
  const document = parseJson(source);
  const unreadable: Unreadable[] = [...document.unreadable];
  const blocks = (type: string): BakeBlock[] => {
    const map = isObject(document.value) ? document.value[type] : undefined;
    return Object.entries(isObject(map) ? map : {}).flatMap(([name, value]) =>
      jsonBlock(source, document, [type, name], name, value),
    );
  };
  return {
    kind: 'bake',
    file: source.file,
    lines: source.lines,
    unreadable,
    suppressions: [],
    targets: blocks('target'),
    groups: blocks('group'),
    variables: blocks('variable'),
  };
}

function jsonBlock(source: SourceText, document: JsonDocument, path: JsonPath, name: string, value: Json): BakeBlock[] {
  const key = document.locate(path, 'key');
  const entry = document.locate(path, 'entry');
  if (key === undefined || entry === undefined || !isObject(value)) return [];
  return [
    {
      name,
      nameRange: [key[0] + 1, key[1] - 1],
      range: entry,
      attributes: Object.entries(value).map(([attribute, one]) => {
        const at = document.locate([...path, attribute], 'key') ?? key;
        return {
          name: attribute,
          nameRange: [at[0] + 1, at[1] - 1] satisfies Range,
          value: jsonExpression(source, document, [...path, attribute], one),
        };
      }),
    },
  ];
}
