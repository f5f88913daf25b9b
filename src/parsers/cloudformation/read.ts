/**
 * Reads a template file. JSON goes through `JSON.parse`, anything else through YAML, which JSON with comments or stray
 * commas is too.
 */
import type { Unreadable } from '../../syntax/source.ts';
import { position } from '../../core/site.ts';
import { suppressionsIn } from '../../syntax/comment-suppressions.ts';
import { isList, isObject, parseJson, type Json, type JsonPath } from '../../syntax/json.ts';
import type { SourceText, Suppression } from '../../syntax/source.ts';
import { readYaml, yamlComments, type YamlDocument, type YamlNode } from '../../syntax/yaml.ts';
import { inlineTemplates } from './bodies.ts';
import { inlineBuildspecs } from './buildspecs.ts';
import { longName } from './intrinsics.ts';
import { firstStatement, maskTags } from './jinja.ts';
import { locate, type TemplateReading, type Written } from './reading.ts';
import { defined } from '../../core/optional.ts';

export { looksLikeTemplate } from './sniff.ts';

/** CloudFormation takes a megabyte at most; YAML is slow enough to read that a file ten times as large isn't tried. */
const MAX_YAML = 10 * 1024 * 1024;

export function read(source: SourceText): TemplateReading {
  const first = source.text.search(/[^\s\uFEFF]/);
  if (first !== -1 && source.text.charAt(first) === '{') {
    const json = parseJson(source);
    if (json.value !== undefined) return finish(source, json.value, { format: 'json', text: source.text }, [], []);
  }
  return readYamlTemplate(source);
}

function readYamlTemplate(source: SourceText): TemplateReading {
  const fail = (offset: number, reason: string): TemplateReading =>
    finish(
      source,
      {},
      { format: 'json', text: '' },
      [{ file: source.file, ...position(source.lines, offset), reason }],
      [],
    );
  if (source.text.length > MAX_YAML)
    return fail(0, 'a YAML template of more than 10 MB; CloudFormation takes 1 MB at most');
  const statement = firstStatement(source.text);
  const { yaml, unmask } = readMasked(source, statement !== undefined);
  if (statement !== undefined && yaml.unreadable.length > 0)
    return fail(statement, 'a template of another template language (`{% … %}`): it is YAML only after that has run');
  const more = yaml.unreadable.length - 1;
  const unreadable = yaml.unreadable
    .slice(0, 1)
    .map((one) => (more > 0 ? { ...one, reason: `${one.reason} (and ${more} more)` } : one));
  if (yaml.root === undefined) return finish(source, {}, { format: 'json', text: '' }, unreadable, []);
  const comments = suppressionsIn(yamlComments(source), source.lines, source.text);
  const root = unmask(yaml.root);
  return finish(source, longForm(root), { format: 'yaml', text: source.text, root }, unreadable, comments);
}

/**
 * What another template language writes is masked where it must be: around statements, and where its `{{ … }}` are no
 * YAML.
 */
function readMasked(
  source: SourceText,
  statements: boolean,
): { yaml: YamlDocument; unmask: (root: YamlNode) => YamlNode } {
  const plain = statements ? undefined : readYaml(source);
  if (plain !== undefined && (plain.unreadable.length === 0 || !source.text.includes('{{')))
    return { yaml: plain, unmask: (root) => root };
  const masked = maskTags(source.text);
  const yaml = readYaml({ ...source, text: masked.text });
  return plain === undefined || yaml.unreadable.length < plain.unreadable.length
    ? { yaml, unmask: masked.restore }
    : { yaml: plain, unmask: (root) => root };
}

/** A template that is a part of a YAML file. */
export function templateFrom(source: SourceText, root: YamlNode): TemplateReading {
  return finish(source, longForm(root), { format: 'yaml', text: source.text, root }, [], []);
}

function finish(
  source: SourceText,
  value: Json,
  written: Written,
  unreadable: readonly Unreadable[],
  comments: readonly Suppression[],
): TemplateReading {
  const wrong: Unreadable[] = isObject(value)
    ? []
    : [{ file: source.file, line: 1, column: 1, reason: 'not a template: expected a map with `Resources`' }];
  const reading: TemplateReading = {
    kind: 'template',
    file: source.file,
    lines: source.lines,
    body: isObject(value) ? value : {},
    written,
    unreadable: unreadable.length > 0 ? unreadable : wrong,
    suppressions: comments,
  };
  const stated = metadataSuppressions(reading);
  const buildspecs = inlineBuildspecs(reading, source);
  const bodies = inlineTemplates(reading, source, read);
  return {
    ...reading,
    unreadable: [
      ...reading.unreadable,
      ...buildspecs.flatMap(({ pipeline }) => pipeline.unreadable),
      ...bodies.flatMap(({ template }) => template.unreadable),
    ],
    suppressions: [...comments, ...stated, ...buildspecs.flatMap(({ pipeline }) => pipeline.suppressions)],
    ...(buildspecs.length === 0 ? {} : { buildspecs }),
    ...(bodies.length === 0 ? {} : { bodies }),
  };
}

// ── short forms ─────────────────────────────────────────────────────────────────────────────────

/** Nodes that aliases share stay shared, so that the size of `body` is the size of the file. */
function longForm(root: YamlNode): Json {
  const done = new Map<YamlNode, Json>();
  const convert = (node: YamlNode): Json => {
    const have = done.get(node);
    if (have !== undefined) return have;
    const long = longName(node.tag);
    const plain = long === 'Fn::GetAtt' && node.kind === 'scalar' ? attribute(node.value) : untagged(node);
    const made = long === undefined ? plain : { [long]: plain };
    done.set(node, made);
    return made;
  };
  const untagged = (node: YamlNode): Json => {
    if (node.kind === 'seq') return node.items.map(convert);
    if (node.kind === 'map') {
      const made: { [key: string]: Json } = Object.create(null);
      for (const { key, value } of node.entries) made[key.value] = convert(value);
      return made;
    }
    if (node.type === 'null') return null;
    return node.type === 'boolean' ? node.value.toLowerCase() === 'true' : node.value;
  };
  return convert(root);
}

/** `!GetAtt Repo.RepositoryUri`; the attribute may have dots of its own. */
function attribute(name: string): Json {
  const dot = name.indexOf('.');
  return dot === -1 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}

// ── Metadata: {plimsoll: {ignore: [{rule, reason}]}} ────────────────────────────────────────────

function metadataSuppressions(reading: TemplateReading): Suppression[] {
  if (!reading.written.text.includes('plimsoll')) return [];
  const found = ignoreList(reading, ['Metadata'], 'file');
  const resources = reading.body['Resources'];
  for (const id of isObject(resources) ? Object.keys(resources) : [])
    found.push(...ignoreList(reading, ['Resources', id, 'Metadata'], 'line'));
  return found;
}

function ignoreList(reading: TemplateReading, metadata: JsonPath, scope: Suppression['scope']): Suppression[] {
  const at: JsonPath = [...metadata, 'plimsoll', 'ignore'];
  const list = valueAt(reading.body, at);
  if (!isList(list)) return [];
  const region = scope === 'file' ? undefined : locate(reading, metadata.slice(0, -1), 'entry');
  return list.flatMap((one, index): Suppression[] => {
    const rule = isObject(one) ? one['rule'] : one;
    const rules = (isList(rule) ? rule : [rule]).filter((name): name is string => typeof name === 'string');
    const range = locate(reading, [...at, index]);
    if (rules.length === 0 || range === undefined) return [];
    const text = (key: string): string | undefined =>
      isObject(one) && typeof one[key] === 'string' ? one[key] : undefined;
    const reason = text('reason');
    const until = text('until');
    return [
      {
        rules,
        scope,
        range,
        covers: [],
        ...defined({ reason, until, region }),
      },
    ];
  });
}

function valueAt(value: Json, path: JsonPath): Json | undefined {
  let at: Json | undefined = value;
  for (const step of path) {
    if (isList(at)) at = typeof step === 'number' ? at[step] : undefined;
    else if (isObject(at) && Object.hasOwn(at, step)) at = at[step];
    else return undefined;
  }
  return at;
}
