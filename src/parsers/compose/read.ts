/**
 * Compose file → reading: the services, as far as they say what is built, for what and under which name. Variables are
 * left as written.
 */
import type { Range } from '../../core/site.ts';
import { suppressionsIn } from '../../syntax/comment-suppressions.ts';
import type { ReadingBase, SourceText } from '../../syntax/source.ts';
import { entry, get, readYaml, scalarText, yamlComments, type YamlNode } from '../../syntax/yaml.ts';
import { defined } from '../../core/optional.ts';

/** A scalar as written, `${VAR:-default}` and all. */
export interface ComposeValue {
  readonly text: string;
  readonly range: Range;
}

export interface ComposeBuild {
  /** The `build` key's value. */
  readonly range: Range;
  readonly context?: ComposeValue;
  readonly dockerfile?: ComposeValue;
  /** The Dockerfile is written into the compose file itself. */
  readonly inline: boolean;
  readonly target?: ComposeValue;
  readonly args: readonly { readonly name: string; readonly value?: ComposeValue; readonly range: Range }[];
  readonly platforms: readonly ComposeValue[];
  readonly tags: readonly ComposeValue[];
  readonly provenance?: ComposeValue;
  readonly sbom?: ComposeValue;
  /** `x-bake`: read by `docker buildx bake` only. */
  readonly xBake?: {
    readonly platforms: readonly ComposeValue[];
    readonly tags: readonly ComposeValue[];
    readonly output: readonly ComposeValue[];
  };
}

export interface ComposeService {
  readonly name: ComposeValue;
  readonly image?: ComposeValue;
  readonly platform?: ComposeValue;
  readonly build?: ComposeBuild;
  readonly profiles: readonly string[];
  readonly extends?: { readonly service: string; readonly file?: string };
}

export interface ComposeReading extends ReadingBase {
  readonly kind: 'compose';
  /** The project's name, where the file gives it. */
  readonly name?: ComposeValue;
  readonly services: readonly ComposeService[];
  readonly include: readonly string[];
}

export function read(source: SourceText): ComposeReading {
  const { root, unreadable } = readYaml(source);
  const name = value(get(root, 'name'));
  return {
    kind: 'compose',
    file: source.file,
    lines: source.lines,
    unreadable,
    suppressions: suppressionsIn(yamlComments(source), source.lines, source.text),
    ...defined({ name }),
    services: entries(get(root, 'services')).map(([key, node]) => service(key, node)),
    include: items(get(root, 'include')).flatMap((one) => scalarText(one) ?? paths(get(one, 'path'))),
  };
}

function service(name: ComposeValue, node: YamlNode): ComposeService {
  const image = value(get(node, 'image'));
  const platform = value(get(node, 'platform'));
  const build = buildOf(entry(node, 'build')?.value);
  const base = extendsOf(get(node, 'extends'));
  return {
    name,
    ...defined({ image, platform, build }),
    profiles: items(get(node, 'profiles')).flatMap((one) => scalarText(one) ?? []),
    ...defined({ extends: base }),
  };
}

function extendsOf(node: YamlNode | undefined): ComposeService['extends'] {
  const short = scalarText(node);
  if (short !== undefined) return { service: short };
  const name = scalarText(get(node, 'service'));
  const file = scalarText(get(node, 'file'));
  return name === undefined ? undefined : { service: name, ...defined({ file }) };
}

/** `build: ./dir`, or a map. */
function buildOf(node: YamlNode | undefined): ComposeBuild | undefined {
  if (node === undefined) return undefined;
  const short = value(node);
  if (short !== undefined)
    return { range: node.range, context: short, inline: false, args: [], platforms: [], tags: [] };
  if (node.kind !== 'map') return undefined;
  const xBake = get(node, 'x-bake');
  const optional = {
    context: value(get(node, 'context')),
    dockerfile: value(get(node, 'dockerfile')),
    target: value(get(node, 'target')),
    provenance: value(get(node, 'provenance')),
    sbom: value(get(node, 'sbom')),
  };
  return {
    range: node.range,
    ...defined({
      context: optional.context,
      dockerfile: optional.dockerfile,
      target: optional.target,
      provenance: optional.provenance,
      sbom: optional.sbom,
    }),
    inline: get(node, 'dockerfile_inline') !== undefined,
    args: argsOf(get(node, 'args')),
    platforms: values(get(node, 'platforms')),
    tags: values(get(node, 'tags')),
    ...(xBake === undefined
      ? {}
      : {
          xBake: {
            platforms: values(get(xBake, 'platforms')),
            tags: values(get(xBake, 'tags')),
            output: values(get(xBake, 'output')),
          },
        }),
  };
}

/** A map, or a list of `NAME=value` and bare `NAME`. */
function argsOf(node: YamlNode | undefined): ComposeBuild['args'] {
  if (node?.kind === 'map') {
    return node.entries.map(({ key, value: given }) => {
      const found = value(given);
      return { name: key.value, range: key.range, ...defined({ value: found }) };
    });
  }
  return items(node).flatMap((one) => {
    const whole = value(one);
    if (whole === undefined) return [];
    const equals = whole.text.indexOf('=');
    if (equals === -1) return [{ name: whole.text, range: whole.range }];
    return [
      {
        name: whole.text.slice(0, equals),
        range: whole.range,
        value: { text: whole.text.slice(equals + 1), range: whole.range },
      },
    ];
  });
}

function value(node: YamlNode | undefined): ComposeValue | undefined {
  const text = scalarText(node);
  return text === undefined || node === undefined ? undefined : { text, range: node.range };
}

/** A list, or one scalar that stands for a list of one. */
function values(node: YamlNode | undefined): ComposeValue[] {
  const one = value(node);
  return one !== undefined ? [one] : items(node).flatMap((item) => value(item) ?? []);
}

function items(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'seq' ? node.items : [];
}

function entries(node: YamlNode | undefined): [ComposeValue, YamlNode][] {
  return node?.kind === 'map'
    ? node.entries.map((one) => [{ text: one.key.value, range: one.key.range }, one.value])
    : [];
}

function paths(node: YamlNode | undefined): string[] {
  return values(node).map((one) => one.text);
}
