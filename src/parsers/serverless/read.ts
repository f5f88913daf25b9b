/** Reads a `serverless.yml`. */
import { suppressionsIn } from '../../syntax/comment-suppressions.ts';
import type { SourceText } from '../../syntax/source.ts';
import { elsewhere, entriesOf, functionFiles, functionsOf, itemsOf, written } from './functions.ts';
import type { ServerlessImage, ServerlessReading, Written } from './reading.ts';
import { templateFrom } from '../cloudformation/read.ts';
import { get, readYaml, yamlComments, type YamlEntry, type YamlMap, type YamlNode } from '../../syntax/yaml.ts';
import { defined, oneOrNone } from '../../core/optional.ts';

export type { ServerlessReading } from './reading.ts';

/** A service has some hundred values; a file of a machine's making may have any number. */
const MOST_VALUES = 20_000;

export function read(source: SourceText): ServerlessReading {
  const { root, unreadable } = readYaml(source);
  const provider = get(root, 'provider');
  const architecture = written(get(provider, 'architecture'));
  const service = written(get(root, 'service')) ?? written(get(root, 'service', 'name'));
  const resources = resourcesOf(get(root, 'resources'));
  return {
    kind: 'serverless',
    file: source.file,
    lines: source.lines,
    unreadable,
    suppressions: suppressionsIn(yamlComments(source), source.lines, source.text),
    ...(service === undefined ? {} : { service: service.value }),
    values: scalars(root),
    ...defined({ architecture }),
    images: entriesOf(get(provider, 'ecr', 'images')).map(([name, node]) => image(name, node)),
    functions: functionsOf(get(root, 'functions')),
    functionFiles: functionFiles(get(root, 'functions')),
    ...(resources.map === undefined ? {} : { resources: templateFrom(source, resources.map) }),
    resourceFiles: resources.files,
  };
}

/** `resources:` is a template's sections, or a list of such, some of them in other files. */
function resourcesOf(node: YamlNode | undefined): { map?: YamlMap; files: string[] } {
  const parts = node?.kind === 'seq' ? node.items : oneOrNone(node);
  const files = parts.flatMap((one) => {
    const found = elsewhere(one);
    return found === undefined || found.keys.length > 0 ? [] : [found.file];
  });
  const maps = parts.flatMap((one) => (one.kind === 'map' ? [one] : []));
  const [first] = maps;
  return first === undefined
    ? { files }
    : { map: maps.length === 1 ? first : { ...first, entries: merged(maps.flatMap((one) => one.entries)) }, files };
}

/** Maps under one key become one map. */
function merged(entries: readonly YamlEntry[]): YamlEntry[] {
  const found = new Map<string, YamlEntry>();
  for (const one of entries) {
    const before = found.get(one.key.value);
    const joins = before?.value.kind === 'map' && one.value.kind === 'map';
    found.set(
      one.key.value,
      joins
        ? { key: before.key, value: { ...before.value, entries: [...before.value.entries, ...one.value.entries] } }
        : one,
    );
  }
  return [...found.values()];
}

function image(name: Written, node: YamlNode): ServerlessImage {
  // A string is an address.
  const uri = written(node) ?? written(get(node, 'uri'));
  const field = (key: 'path' | 'file' | 'platform' | 'provenance') => {
    const found = written(get(node, key));
    return found === undefined ? {} : { [key]: found };
  };
  return {
    name,
    ...defined({ uri }),
    ...field('path'),
    ...field('file'),
    ...field('platform'),
    ...field('provenance'),
    buildArgs: entriesOf(get(node, 'buildArgs')).flatMap(([key, value]) => {
      const text = written(value);
      return text === undefined ? [] : [{ name: key.value, value: text }];
    }),
    buildOptions: itemsOf(get(node, 'buildOptions')).flatMap((one) => written(one) ?? []),
  };
}

function scalars(root: YamlNode | undefined): Record<string, string> {
  const found: Record<string, string> = Object.create(null);
  const pending: [string, YamlNode][] = root === undefined ? [] : [['', root]];
  let count = 0;
  for (let next = pending.pop(); next !== undefined && count < MOST_VALUES; next = pending.pop()) {
    const [path, node] = next;
    const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
    count++;
    if (node.kind === 'scalar') {
      if (node.type !== 'null') found[path] = node.value;
    } else if (node.kind === 'map') {
      for (const { key, value } of node.entries) pending.push([below(key.value), value]);
    } else {
      for (const [index, item] of node.items.entries()) pending.push([below(String(index)), item]);
    }
  }
  return found;
}
