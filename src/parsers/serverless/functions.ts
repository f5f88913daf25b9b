/** Functions of a service, where they stand in it and where they stand in other files. */
import type { SourceText } from '../../syntax/source.ts';
import { get, readYaml, type YamlNode } from '../../syntax/yaml.ts';
import { defined, oneOrNone } from '../../core/optional.ts';
import type { FunctionFile, ServerlessFunction, Written } from './reading.ts';

/** A map, or a list of maps. */
export function functionsOf(node: YamlNode | undefined): ServerlessFunction[] {
  const maps = node?.kind === 'seq' ? node.items : oneOrNone(node);
  return maps.flatMap(entriesOf).flatMap(([name, body]) => functionOf(name, body));
}

function functionOf(name: Written, body: YamlNode): ServerlessFunction[] {
  const stated = get(body, 'image');
  const found = written(stated) ?? written(get(stated, 'name')) ?? written(get(stated, 'uri'));
  if (found === undefined) return [];
  const architecture = written(get(body, 'architecture'));
  const physicalName = written(get(body, 'name'));
  const words = [...wordsOf(get(stated, 'entryPoint')), ...wordsOf(get(stated, 'command'))];
  return [
    {
      name,
      image: found,
      ...defined({ architecture, physicalName }),
      ...(words.length === 0 ? {} : { startsWith: words }),
    },
  ];
}

function wordsOf(node: YamlNode | undefined): string[] {
  return node?.kind === 'seq'
    ? itemsOf(node).flatMap((one) => written(one)?.value ?? [])
    : (written(node)?.value.split(/\s+/) ?? []);
}

/** `${file(functions.yml):shop.functions}`, in place of all functions, of some, or of one. */
export function functionFiles(node: YamlNode | undefined): FunctionFile[] {
  const parts = node?.kind === 'seq' ? node.items : oneOrNone(node);
  return parts.flatMap((part): FunctionFile[] =>
    part.kind === 'map'
      ? entriesOf(part).flatMap(([name, body]) => {
          const found = elsewhere(body);
          return found === undefined ? [] : [{ ...found, name }];
        })
      : oneOrNone(elsewhere(part)),
  );
}

/** What the file holds there: functions, or the one of this name. */
export function functionsIn(source: SourceText, { keys, name }: FunctionFile): ServerlessFunction[] {
  const node = get(readYaml(source).root, ...keys);
  if (name === undefined) return functionsOf(node);
  return node === undefined ? [] : functionOf(name, node);
}

/** The path may hold variables; the keys are where in the file it is. */
export function elsewhere(node: YamlNode): Omit<FunctionFile, 'name'> | undefined {
  const found = /^\$\{file\((.+)\)(?::([\w.-]+))?\}$/s.exec(written(node)?.value.trim() ?? '');
  const [, file, keys] = found ?? [];
  return file === undefined ? undefined : { file: file.trim(), keys: keys?.split('.') ?? [] };
}

export function entriesOf(node: YamlNode | undefined): [Written, YamlNode][] {
  return node?.kind === 'map'
    ? node.entries.map(({ key, value }) => [{ value: key.value, range: key.range }, value])
    : [];
}

export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'seq' ? node.items : [];
}

export function written(node: YamlNode | undefined): Written | undefined {
  return node?.kind === 'scalar' && node.type !== 'null' ? { value: node.value, range: node.range } : undefined;
}
