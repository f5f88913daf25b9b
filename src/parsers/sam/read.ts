/** Reads SAM's configuration file, TOML or YAML: for each environment, what it gives the commands. */
import type { Range } from '../../core/site.ts';
import { suppressionsIn } from '../../syntax/comment-suppressions.ts';
import type { ReadingBase, SourceText } from '../../syntax/source.ts';
import { readToml } from '../../syntax/toml.ts';
import { get, scalarText, type YamlEntry, type YamlNode } from '../../syntax/yaml-nodes.ts';
import { readYaml, yamlComments } from '../../syntax/yaml.ts';

export interface SamConfigReading extends ReadingBase {
  readonly kind: 'samconfig';
  readonly environments: readonly SamEnvironment[];
}

export interface SamEnvironment {
  readonly name: string;
  readonly range: Range;
  /** By command (`deploy`, `build`, `global`), then by parameter. */
  readonly commands: Readonly<Record<string, Readonly<Record<string, readonly Setting[]>>>>;
}

/** A scalar, or one of a list's. */
export interface Setting {
  readonly value: string;
  readonly range: Range;
}

export function read(source: SourceText): SamConfigReading {
  const toml = source.file.endsWith('.toml');
  const { root, unreadable, comments } = toml
    ? readToml(source)
    : { ...readYaml(source), comments: yamlComments(source) };
  return {
    kind: 'samconfig',
    file: source.file,
    lines: source.lines,
    unreadable,
    suppressions: suppressionsIn([...comments], source.lines, source.text),
    environments: entriesOf(root).flatMap(({ key, value }): SamEnvironment[] =>
      value.kind !== 'map'
        ? []
        : [
            {
              name: key.value,
              range: key.range,
              commands: Object.fromEntries(
                value.entries.map((command) => [command.key.value, parametersOf(get(command.value, 'parameters'))]),
              ),
            },
          ],
    ),
  };
}

function parametersOf(node: YamlNode | undefined): Record<string, readonly Setting[]> {
  return Object.fromEntries(entriesOf(node).map(({ key, value }) => [key.value.replaceAll('-', '_'), settings(value)]));
}

function settings(node: YamlNode): Setting[] {
  if (node.kind === 'map') {
    // `parameter_overrides` may be a table of its own in YAML.
    return node.entries.map(({ key, value }) => {
      const texts = (value.kind === 'seq' ? value.items : [value]).map(scalarText);
      // What is neither text nor a list of texts names no value: the parameter is given, and nobody knows what.
      return {
        value: texts.includes(undefined) ? key.value : `${key.value}=${JSON.stringify(texts.join(','))}`,
        range: value.range,
      };
    });
  }
  const nodes = node.kind === 'seq' ? node.items : [node];
  return nodes.flatMap((one) => {
    const value = scalarText(one);
    return value === undefined ? [] : [{ value, range: one.range }];
  });
}

function entriesOf(node: YamlNode | undefined): readonly YamlEntry[] {
  return node?.kind === 'map' ? node.entries : [];
}
