/** Reads a `Taskfile.yml`. */
import type { Range } from '../../core/site.ts';
import { mappedBuilder, type MappedText } from '../../syntax/mapped.ts';
import type { SourceText, Suppression } from '../../syntax/source.ts';
import { parseSuppression, toSuppression } from '../../syntax/suppressions.ts';
import type { Task, TaskCall, TaskCommand, TaskfileReading, TaskVariable } from './reading.ts';
import {
  get,
  readYaml,
  scalarMap,
  scalarText,
  yamlComments,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from '../../syntax/yaml.ts';
import { defined } from '../../core/optional.ts';

export type { TaskfileReading } from './reading.ts';

export function read(source: SourceText): TaskfileReading {
  const { root, unreadable } = readYaml(source);
  const suppressions = yamlComments(source).flatMap(({ text, range }): Suppression[] => {
    const parsed = parseSuppression(text);
    return parsed === undefined ? [] : [toSuppression(parsed, range, source.lines, source.text)];
  });
  return {
    kind: 'taskfile',
    file: source.file,
    lines: source.lines,
    unreadable,
    suppressions,
    vars: variables(get(root, 'vars')),
    env: variables(get(root, 'env')),
    includes: entriesOf(get(root, 'includes')).flatMap(({ key, value }) => {
      const file = scalarText(value) ?? scalarText(get(value, 'taskfile'));
      const dir = scalarText(get(value, 'dir'));
      return file === undefined
        ? []
        : [
            {
              namespace: key.value,
              file,
              flatten: scalarText(get(value, 'flatten')) === 'true',
              ...defined({ dir }),
            },
          ];
    }),
    dotenv: texts(get(root, 'dotenv')),
    options: texts(get(root, 'set')),
    tasks: entriesOf(get(root, 'tasks')).map(({ key, value }) => task(source, key, value)),
  };
}

function task(source: SourceText, key: YamlScalar, node: YamlNode): Task {
  const body = node.kind === 'map' ? node : undefined;
  const dir = scalarText(get(body, 'dir'));
  const commands = body === undefined ? node : (get(body, 'cmds') ?? get(body, 'cmd'));
  return {
    name: key.value,
    range: key.range,
    aliases: texts(get(body, 'aliases')),
    internal: scalarText(get(body, 'internal')) === 'true',
    vars: variables(get(body, 'vars')),
    env: variables(get(body, 'env')),
    options: texts(get(body, 'set')),
    dependencies: itemsOf(get(body, 'deps')).flatMap((one) => call(one) ?? []),
    commands:
      commands === undefined
        ? []
        : (commands.kind === 'seq' ? commands.items : [commands]).flatMap((one) => command(source, one) ?? []),
    ...defined({ dir }),
    ...ignoring(get(body, 'ignore_error')),
  };
}

function command(source: SourceText, node: YamlNode): TaskCommand | undefined {
  if (node.kind === 'scalar')
    return node.type === 'null' ? undefined : { kind: 'shell', text: mapped(source, node), options: [] };
  const deferred = get(node, 'defer');
  if (deferred !== undefined) return command(source, deferred);
  if (get(node, 'task') !== undefined) return call(node);
  const text = get(node, 'cmd');
  if (text?.kind !== 'scalar') return undefined;
  return {
    kind: 'shell',
    text: mapped(source, text),
    options: texts(get(node, 'set')),
    ...ignoring(get(node, 'ignore_error')),
    ...each(node),
  };
}

function call(node: YamlNode): TaskCall | undefined {
  const name = scalarText(node) ?? scalarText(get(node, 'task'));
  return name === undefined
    ? undefined
    : { kind: 'call', name, vars: variables(get(node, 'vars')), range: node.range, ...each(node) };
}

/** `for: [api, worker]`, or the items of a variable that is a text. */
function each(node: YamlNode): { each?: readonly string[] } {
  const found = get(node, 'for');
  if (found === undefined) return {};
  return {
    each:
      found.kind === 'seq'
        ? texts(found)
        : scalarText(get(found, 'var')) === undefined
          ? []
          : [`{{.${scalarText(get(found, 'var'))}}}`],
  };
}

function variables(node: YamlNode | undefined): TaskVariable[] {
  return entriesOf(node).map(({ key, value }) => {
    const text = value.kind === 'scalar' && value.type === 'null' ? '' : scalarText(value);
    const sh = scalarText(get(value, 'sh'));
    return {
      name: key.value,
      ...defined({ value: text, command: sh }),
    };
  });
}

function ignoring(node: YamlNode | undefined): { ignoresErrors?: Range } {
  return scalarText(node) === 'true' && node !== undefined ? { ignoresErrors: node.range } : {};
}

function mapped(source: SourceText, node: YamlScalar): MappedText {
  const map = scalarMap(source, node);
  const builder = mappedBuilder();
  let start = 0;
  for (let at = 1; at <= node.value.length; at++) {
    if (at < node.value.length && map(at) === map(start) + (at - start)) continue;
    builder.copy(node.value.slice(start, at), map(start));
    start = at;
  }
  return builder.done();
}

function entriesOf(node: YamlNode | undefined): YamlMap['entries'] {
  return node?.kind === 'map' ? node.entries : [];
}

function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node === undefined ? [] : node.kind === 'seq' ? node.items : [node];
}

function texts(node: YamlNode | undefined): string[] {
  return itemsOf(node).flatMap((one) => scalarText(one) ?? []);
}
