/**
 * A CloudFormation or SAM template as plain data: JSON and YAML, short and long intrinsics alike; places in the file
 * are found when asked for.
 */
import type { Range } from '../../core/site.ts';
import type { PipelineReading } from '../pipelines/reading.ts';
import { isObject, jsonLocator, jsonStringMap, type Json, type JsonPath, type What } from '../../syntax/json.ts';
import type { ReadingBase } from '../../syntax/source.ts';
import { entry, type YamlNode } from '../../syntax/yaml-nodes.ts';
import { scalarMap } from '../../syntax/yaml-offsets.ts';
import type { EmbeddedHole } from './embedded.ts';
import { longName } from './intrinsics.ts';

export interface TemplateReading extends ReadingBase {
  readonly kind: 'template';
  /**
   * The whole template with long-form intrinsics (`!Ref X` is `{"Ref": "X"}`); `{}` when nothing could be read. Scalars
   * other than booleans are strings in YAML.
   */
  readonly body: { readonly [key: string]: Json };
  readonly written: Written;
  /** Buildspecs that CodeBuild projects carry in themselves. */
  readonly buildspecs?: readonly InlineBuildspec[];
  /** Templates that stack sets carry in themselves. */
  readonly bodies?: readonly InlineTemplate[];
}

export interface InlineTemplate {
  /** Of the string or function in `body`. */
  readonly path: JsonPath;
  readonly template: TemplateReading;
}

export interface InlineBuildspec {
  /** Of the string or function in `body`. */
  readonly path: JsonPath;
  readonly pipeline: PipelineReading;
  readonly holes: readonly EmbeddedHole[];
}

/** What places are found in. */
export type Written =
  | { readonly format: 'json'; readonly text: string }
  /** In a string of another template; `map` leads to the file that one stands in. */
  | {
      readonly format: 'within';
      readonly inner: Written;
      readonly text: string;
      readonly map: (offset: number) => number;
    }
  | { readonly format: 'yaml'; readonly text: string; readonly root: YamlNode };

type Locator = (path: JsonPath, what?: What) => Range | undefined;
const locators = new WeakMap<Written, Locator>();

/** Where the value (or key, or entry) at a path of `body` stands in the file. */
export function locate(
  { written }: Pick<TemplateReading, 'written'>,
  path: JsonPath,
  what: What = 'value',
): Range | undefined {
  if (written.format === 'within') {
    const range = locate({ written: written.inner }, path, what);
    return range === undefined ? undefined : [written.map(range[0]), written.map(range[1])];
  }
  if (written.format === 'yaml') return locateYaml(written.root, path, what);
  const have = locators.get(written);
  const locator = have ?? jsonLocator(written.text);
  if (have === undefined) locators.set(written, locator);
  return locator(path, what);
}

/** From offsets in the string at this path to offsets in the file. */
export function stringMap(reading: TemplateReading, path: JsonPath): ((offset: number) => number) | undefined {
  const { written, file, lines } = reading;
  if (written.format === 'within') {
    const inner = stringMap({ ...reading, written: written.inner }, path);
    return inner === undefined ? undefined : (offset) => written.map(inner(offset));
  }
  if (written.format === 'json') {
    const range = locate(reading, path);
    return range === undefined || written.text.charAt(range[0]) !== '"'
      ? undefined
      : jsonStringMap(written.text, range);
  }
  const node = yamlAt(written.root, path);
  return node?.node.kind === 'scalar' ? scalarMap({ file, lines, text: written.text }, node.node) : undefined;
}

function locateYaml(root: YamlNode, path: JsonPath, what: What): Range | undefined {
  const at = yamlAt(root, path);
  if (at === undefined || at.key === undefined || what === 'value') return at?.node.range;
  return what === 'key' ? at.key.range : [at.key.range[0], Math.max(at.key.range[1], at.node.range[1])];
}

function yamlAt(root: YamlNode, path: JsonPath): { node: YamlNode; key?: YamlNode } | undefined {
  let at: { node: YamlNode; key?: YamlNode } = { node: root };
  /** Is the node's tag (`!If`) already spent as a step of the path (`Fn::If`)? */
  let spent = false;
  for (const step of path) {
    const { node } = at;
    const long = spent ? undefined : longName(node.tag);
    if (long !== undefined) {
      if (step !== long) return undefined;
      spent = true;
    } else if (node.kind === 'map') {
      const found = entry(node, String(step));
      if (found === undefined) return undefined;
      at = { node: found.value, key: found.key };
      spent = false;
    } else if (node.kind === 'seq') {
      const item = typeof step === 'number' ? node.items[step] : undefined;
      if (item === undefined) return undefined;
      at = { node: item };
      spent = false;
    } else if (!(spent && longName(node.tag) === 'Fn::GetAtt')) {
      // `!GetAtt A.B` is a list of two in `body` and one scalar in the file.
      return undefined;
    }
  }
  return at;
}

export function section(reading: TemplateReading, name: string): { readonly [key: string]: Json } {
  const found = reading.body[name];
  return isObject(found) ? found : {};
}
