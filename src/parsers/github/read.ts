/** Reads GitHub workflows and composite actions. */
import type { Unreadable } from '../../syntax/source.ts';
import { position, type Range } from '../../core/site.ts';
import { fileOffset, mapText } from './mapped.ts';
import type { SourceText, Suppression } from '../../syntax/source.ts';
import { parseSuppression, toSuppression } from '../../syntax/suppressions.ts';
import { findExpressions, parseExpression } from './expression.ts';
import type {
  Condition,
  Entry,
  Input,
  Job,
  Matrix,
  Node,
  RunDefaults,
  RunText,
  Step,
  Template,
  WorkflowReading,
} from './reading.ts';
import { readRun } from './run-text.ts';
import {
  get,
  readYaml,
  scalarMap,
  yamlComments,
  type Comment,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from '../../syntax/yaml.ts';
import { defined } from '../../core/optional.ts';

export type { WorkflowReading } from './reading.ts';

/** Files GitHub runs as workflows, and actions wherever they lie. */
export function looksLikeWorkflow(path: string): boolean {
  return /(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/i.test(path) || /(?:^|\/)action\.ya?ml$/.test(path);
}

export function read(source: SourceText): WorkflowReading {
  return new Reader(source).reading();
}

const SHELLS_THAT_ARE_NOT = /^(?:pwsh|powershell|python\d*|cmd|node|perl|ruby|Rscript|deno|bun)\b/;

class Reader {
  private readonly unreadable: Unreadable[] = [];
  private readonly suppressions: Suppression[] = [];

  constructor(private readonly source: SourceText) {}

  reading(): WorkflowReading {
    const document = readYaml(this.source);
    this.unreadable.push(...document.unreadable);
    const root = document.root;
    const form = get(root, 'runs') !== undefined && get(root, 'jobs') === undefined ? 'action' : 'workflow';
    const defaults = this.defaults(get(root, 'defaults'));
    const triggers = get(root, 'on');
    const call = get(triggers, 'workflow_call');
    const name = get(root, 'name');
    const using = get(root, 'runs', 'using');
    this.suppress(yamlComments(this.source));
    return {
      kind: 'workflow',
      file: this.source.file,
      lines: this.source.lines,
      form,
      ...(name?.kind === 'scalar' ? { name: name.value } : {}),
      triggers: names(triggers),
      ...pushFilters(get(triggers, 'push')),
      inputs:
        form === 'action'
          ? this.inputs(get(root, 'inputs'))
          : this.callInputs(get(triggers, 'workflow_dispatch', 'inputs'), get(call, 'inputs')),
      env: this.entries(get(root, 'env')),
      defaults,
      jobs: entriesOf(get(root, 'jobs')).map(({ key, value }) => this.job(key, value, defaults)),
      outputs: this.outputs(form === 'action' ? get(root, 'outputs') : get(call, 'outputs')),
      steps: this.steps(get(root, 'runs', 'steps'), defaults),
      ...(using?.kind === 'scalar' ? { using: using.value } : {}),
      unreadable: this.unreadable,
      suppressions: this.suppressions,
    };
  }

  private job(key: YamlScalar, node: YamlNode, outer: RunDefaults): Job {
    const defaults = { ...outer, ...this.defaults(get(node, 'defaults')) };
    const secrets = get(node, 'secrets');
    const needs = get(node, 'needs');
    const matrix = get(node, 'strategy', 'matrix');
    const container = get(node, 'container');
    const runsOn = this.runsOn(get(node, 'runs-on'));
    const onWindows = runsOn?.labels.some(({ text }) => /^windows/i.test(text)) ?? false;
    return {
      id: key.value,
      key: key.range,
      range: node.range,
      ...this.optional('name', get(node, 'name')),
      ...this.condition(get(node, 'if')),
      needs:
        needs?.kind === 'seq'
          ? needs.items.flatMap((one) => (one.kind === 'scalar' ? [one.value] : []))
          : needs?.kind === 'scalar' && needs.value !== ''
            ? [needs.value]
            : [],
      ...defined({ runsOn }),
      ...(matrix === undefined ? {} : { matrix: this.matrix(matrix) }),
      ...this.optional('timeoutMinutes', get(node, 'timeout-minutes')),
      ...this.optional('continueOnError', get(node, 'continue-on-error')),
      ...this.optional('container', container?.kind === 'map' ? get(container, 'image') : container),
      env: this.entries(get(node, 'env')),
      defaults,
      outputs: this.entries(get(node, 'outputs')),
      ...this.optional('uses', get(node, 'uses')),
      with: this.entries(get(node, 'with')),
      secretsInherited: secrets?.kind === 'scalar' && secrets.value === 'inherit',
      secrets: this.entries(secrets),
      steps: this.steps(get(node, 'steps'), defaults, onWindows),
    };
  }

  private steps(node: YamlNode | undefined, defaults: RunDefaults, onWindows = false): Step[] {
    return node?.kind === 'seq'
      ? node.items.flatMap((one, index) => (one.kind === 'map' ? [this.step(one, index, defaults, onWindows)] : []))
      : [];
  }

  private step(node: YamlMap, index: number, defaults: RunDefaults, onWindows: boolean): Step {
    const id = get(node, 'id');
    const run = get(node, 'run');
    const shell = this.optional('shell', get(node, 'shell'));
    const label = get(node, 'name') ?? get(node, 'uses') ?? run ?? node;
    const said = shell.shell?.text ?? defaults.shell?.text;
    return {
      index,
      range: node.range,
      label: label === run && run !== undefined ? firstLine(this.template(run), run.range) : label.range,
      ...(id?.kind === 'scalar' ? { id: id.value } : {}),
      ...this.optional('name', get(node, 'name')),
      ...this.condition(get(node, 'if')),
      ...this.optional('uses', get(node, 'uses')),
      ...this.pinned(get(node, 'uses')),
      with: this.entries(get(node, 'with')),
      ...(run?.kind === 'scalar'
        ? { run: this.run(run, said === undefined ? !onWindows : !SHELLS_THAT_ARE_NOT.test(said)) }
        : {}),
      ...shell,
      ...this.optional('workingDirectory', get(node, 'working-directory')),
      env: this.entries(get(node, 'env')),
      ...this.optional('continueOnError', get(node, 'continue-on-error')),
      ...this.optional('timeoutMinutes', get(node, 'timeout-minutes')),
    };
  }

  /** `uses: owner/name@<commit> # v6.18.0` */
  private pinned(node: YamlNode | undefined): { pinned?: string } {
    if (node?.kind !== 'scalar' || !/@[0-9a-f]{40}$/.test(node.value)) return {};
    const end = this.source.text.indexOf('\n', node.range[1]);
    const rest = this.source.text.slice(node.range[1], end === -1 ? undefined : end);
    const version = /^['"]?\s*#.*?\b(v?\d+(?:\.\d+){0,2})\b/.exec(rest)?.[1];
    return version === undefined ? {} : { pinned: version };
  }

  private run(node: YamlScalar, isShell: boolean): RunText {
    const text = this.template(node);
    if (!isShell) return { text, script: { body: [] }, placeholders: [] };
    const { run, errors, comments } = readRun(text);
    for (const error of errors) this.complain(error.offset, error.message);
    this.suppress(comments);
    return run;
  }

  private defaults(node: YamlNode | undefined): RunDefaults {
    return {
      ...this.optional('shell', get(node, 'run', 'shell')),
      ...this.optional('workingDirectory', get(node, 'run', 'working-directory')),
    };
  }

  private runsOn(node: YamlNode | undefined): Job['runsOn'] {
    if (node === undefined) return undefined;
    const labelsOf = (one: YamlNode | undefined): Template[] => {
      if (one?.kind === 'scalar') return [this.template(one)];
      return one?.kind === 'seq'
        ? one.items.flatMap((item) => (item.kind === 'scalar' ? [this.template(item)] : []))
        : [];
    };
    if (node.kind !== 'map') return { labels: labelsOf(node), range: node.range };
    return { labels: labelsOf(get(node, 'labels')), ...this.optional('group', get(node, 'group')), range: node.range };
  }

  private matrix(node: YamlNode): Matrix {
    if (node.kind !== 'map')
      return { ...this.optional('expression', node), dimensions: [], include: undefined, exclude: undefined };
    const include = get(node, 'include');
    const exclude = get(node, 'exclude');
    return {
      dimensions: node.entries
        .filter(({ key }) => key.value !== 'include' && key.value !== 'exclude')
        .map(({ key, value }) => ({ name: key.value, values: this.node(value) })),
      include: include === undefined ? undefined : this.node(include),
      exclude: exclude === undefined ? undefined : this.node(exclude),
    };
  }

  private node(node: YamlNode): Node {
    if (node.kind === 'scalar') return { kind: 'scalar', value: this.template(node) };
    if (node.kind === 'seq') return { kind: 'list', items: node.items.map((one) => this.node(one)), range: node.range };
    return {
      kind: 'map',
      entries: node.entries.map(({ key, value }) => ({ name: key.value, key: key.range, value: this.node(value) })),
      range: node.range,
    };
  }

  private callInputs(...nodes: readonly (YamlNode | undefined)[]): Input[] {
    const byName = new Map<string, Input>();
    // `workflow_call` comes last: its types are the exact ones.
    for (const input of nodes.flatMap((node) => this.inputs(node)))
      byName.set(input.name, { ...byName.get(input.name), ...input });
    return [...byName.values()];
  }

  private inputs(node: YamlNode | undefined): Input[] {
    return entriesOf(node).map(({ key, value }) => {
      const required = get(value, 'required');
      const type = get(value, 'type');
      const options = get(value, 'options');
      return {
        name: key.value,
        key: key.range,
        required: required?.kind === 'scalar' && required.value === 'true',
        type: inputType(type?.kind === 'scalar' ? type.value : undefined),
        ...this.optional('default', get(value, 'default')),
        options:
          options?.kind === 'seq' ? options.items.flatMap((one) => (one.kind === 'scalar' ? [one.value] : [])) : [],
      };
    });
  }

  /** `outputs:` of a called workflow or an action, whose values lie one level down. */
  private outputs(node: YamlNode | undefined): Entry[] {
    return entriesOf(node).flatMap(({ key, value }) => {
      const inner = get(value, 'value');
      return inner?.kind === 'scalar' ? [{ name: key.value, key: key.range, value: this.template(inner) }] : [];
    });
  }

  private entries(node: YamlNode | undefined): Entry[] {
    return entriesOf(node).flatMap(({ key, value }) =>
      value.kind === 'scalar' ? [{ name: key.value, key: key.range, value: this.template(value) }] : [],
    );
  }

  private condition(node: YamlNode | undefined): { if?: Condition } {
    if (node?.kind !== 'scalar') return {};
    const template = this.template(node);
    const [only] = template.expressions;
    const bare = template.text.trim();
    if (only === undefined) {
      const { expression, error } = parseExpression(template.text);
      if (error !== undefined) this.complain(fileOffset(template, error.offset), error.message);
      return { if: { expression, range: node.range } };
    }
    if (template.expressions.length === 1 && bare.startsWith('${{') && only.end - only.start === bare.length)
      return { if: { expression: only.expression, range: node.range } };
    // Text around the braces makes the whole a string, which is true whatever it says; what its author meant can't be
    // told.
    return { if: { expression: { kind: 'unreadable', text: bare }, range: node.range } };
  }

  private optional<K extends string>(key: K, node: YamlNode | undefined): { readonly [key in K]?: Template } {
    if (node?.kind !== 'scalar') return {};
    const found: { [key in K]?: Template } = {};
    found[key] = this.template(node);
    return found;
  }

  private template(node: YamlNode): Template {
    if (node.kind !== 'scalar')
      return { text: '', range: node.range, pieces: [[0, node.range[0]]], expressions: [], type: 'null' };
    const mapped = mapText(node.value, node.range, scalarMap(this.source, node));
    const expressions = findExpressions(node.value);
    for (const { error } of expressions)
      if (error !== undefined) this.complain(fileOffset(mapped, error.offset), error.message);
    return { ...mapped, expressions, type: node.style === 'plain' ? node.type : 'string' };
  }

  private suppress(comments: readonly Comment[]): void {
    for (const { text, range } of comments) {
      const parsed = parseSuppression(text);
      if (parsed !== undefined)
        this.suppressions.push(toSuppression(parsed, range, this.source.lines, this.source.text));
    }
  }

  private complain(offset: number, reason: string): void {
    const { line, column } = position(this.source.lines, offset);
    if (this.unreadable.some((one) => one.line === line && one.column === column)) return;
    this.unreadable.push({ file: this.source.file, line, column, reason });
  }
}

function entriesOf(node: YamlNode | undefined): YamlMap['entries'] {
  return node?.kind === 'map' ? node.entries : [];
}

function pushFilters(node: YamlNode | undefined): Pick<WorkflowReading, 'pushes'> {
  const list = (name: string): string[] | undefined => {
    const found = get(node, name);
    if (found === undefined) return undefined;
    return names(found);
  };
  const [branches, tags] = [
    list('branches') ?? (get(node, 'branches-ignore') === undefined ? undefined : ['**']),
    list('tags') ?? (get(node, 'tags-ignore') === undefined ? undefined : ['**']),
  ];
  return branches === undefined && tags === undefined ? {} : { pushes: { ...defined({ branches, tags }) } };
}

/** `on: push`, `on: [push]` and `on: {push: …}`. */
function names(node: YamlNode | undefined): string[] {
  if (node?.kind === 'map') return node.entries.map(({ key }) => key.value);
  if (node?.kind === 'seq') return node.items.flatMap((one) => (one.kind === 'scalar' ? [one.value] : []));
  return node?.kind === 'scalar' && node.value !== '' ? [node.value] : [];
}

function inputType(said: string | undefined): Input['type'] {
  return said === 'string' || said === 'boolean' || said === 'number' || said === 'choice' || said === 'environment'
    ? said
    : said === undefined
      ? 'string'
      : 'unknown';
}

/** The first line of a `run:` text stands for a step without a name. */
function firstLine(template: Template, range: Range): Range {
  const line = template.text.split('\n', 1)[0] ?? '';
  return line === '' ? range : [fileOffset(template, 0), fileOffset(template, line.length - 1) + 1];
}
