/** `azure-pipelines.yml`: script and bash steps; `$(Name)` is replaced before the shell runs. */
import { get, scalarText, type YamlNode } from '../../syntax/yaml.ts';
import { parseScript } from '../shell/parse.ts';
import { functionsOf } from '../shell/walk.ts';
import type { Job, Section, Variable } from './reading.ts';
import {
  entriesOf,
  itemsOf,
  limitOf,
  minutes,
  switchedOn,
  type MacroSyntax,
  type Parts,
  type PipelineSource,
} from './source.ts';
import { defined } from '../../core/optional.ts';

export function readAzure(from: PipelineSource): Parts {
  const root = from.root;
  const variables = variablesOf(from, get(root, 'variables'));
  const pool = labelsOf(get(root, 'pool'));
  const context = { from, names: new Set(variables.map(({ name }) => name)) };
  const jobs: Job[] = [];
  const own = get(root, 'steps');
  if (own !== undefined && root !== undefined) jobs.push(job(context, 'job', root, pool));
  const listed = [
    ...itemsOf(get(root, 'jobs')),
    ...itemsOf(get(root, 'stages')).flatMap((stage) => itemsOf(get(stage, 'jobs'))),
  ];
  for (const node of listed) {
    const name = scalarText(get(node, 'job')) ?? scalarText(get(node, 'deployment'));
    if (name !== undefined) jobs.push(job(context, name, node, labelsOf(get(node, 'pool')) ?? pool));
  }
  return { jobs, variables };
}

interface Context {
  readonly from: PipelineSource;
  readonly names: ReadonlySet<string>;
}

function variablesOf(from: PipelineSource, node: YamlNode | undefined): Variable[] {
  if (node?.kind !== 'seq') return from.variables(node);
  return node.items.flatMap((one) => {
    const [name, value] = [scalarText(get(one, 'name')), get(one, 'value')];
    return name === undefined || value?.kind !== 'scalar' ? [] : [{ name, value: value.value, range: value.range }];
  });
}

function labelsOf(pool: YamlNode | undefined): string[] | undefined {
  const label = scalarText(get(pool, 'vmImage')) ?? scalarText(get(pool, 'name')) ?? scalarText(pool);
  return label === undefined ? undefined : [label];
}

function job({ from, names }: Context, name: string, node: YamlNode, labels: readonly string[] | undefined): Job {
  const variables = variablesOf(from, get(node, 'variables'));
  const known = new Set([...names, ...variables.map((one) => one.name)]);
  const steps = get(node, 'steps') ?? get(node, 'strategy', 'runOnce', 'deploy', 'steps');
  return {
    name,
    key: get(node, 'job')?.range ?? get(node, 'deployment')?.range ?? node.range,
    extends: [],
    hidden: false,
    variables,
    ...defined({ labels }),
    sections: itemsOf(steps).flatMap((step) => section(from, step, known)),
    ...switchedOn(get(node, 'continueOnError'), 'continueOnError: true'),
    ...limitOf(get(node, 'timeoutInMinutes'), 'timeoutInMinutes', minutes),
    matrix: entriesOf(get(node, 'strategy', 'matrix'))
      .map(({ value }) => from.variables(value))
      .filter((row) => row.length > 0),
  };
}

function section(from: PipelineSource, step: YamlNode, names: ReadonlySet<string>): Section[] {
  const task = /^(?:Bash@3|CmdLine@2|AWSShellScript@1|AWSCLI@1)$/.test(scalarText(get(step, 'task')) ?? '');
  const script =
    get(step, 'script') ??
    get(step, 'bash') ??
    (task ? (get(step, 'inputs', 'script') ?? get(step, 'inputs', 'inlineScript')) : undefined);
  if (script?.kind !== 'scalar') return [];
  const folder = scalarText(get(step, 'workingDirectory')) ?? scalarText(get(step, 'inputs', 'workingDirectory'));
  return [
    {
      name: `step ${scalarText(get(step, 'displayName')) ?? script.value.trim().split('\n', 1)[0] ?? ''}`,
      range: script.range,
      lines: from.lines(script, macros(names)),
      variables: from.variables(get(step, 'env')),
      shell: 'bash',
      ...defined({ folder }),
      fresh: true,
      always: false,
      lineByLine: true,
      ...switchedOn(get(step, 'continueOnError'), 'continueOnError: true'),
      ...limitOf(get(step, 'timeoutInMinutes'), 'timeoutInMinutes', minutes),
    },
  ];
}

/**
 * `$(Build.BuildId)` and `$(tag)` of a known variable; `$(pwd)` is the shell's own. Variables may come from a group, a
 * template or the pipeline's settings: a name with a capital is one of those, no command is called so unless the script
 * defines it.
 */
function macros(names: ReadonlySet<string>): MacroSyntax {
  return (text) => {
    let functions: ReadonlySet<string> | undefined;
    return [...text.matchAll(/\$\(([A-Za-z_][\w.]*)\)|\$\{\{\s*(.*?)\s*\}\}/g)].flatMap((found) => {
      const expression = found[2] ?? found[1] ?? '';
      const isVariable =
        found[2] !== undefined ||
        expression.includes('.') ||
        names.has(expression) ||
        (/[A-Z]/.test(expression) && !(functions ??= functionsOf(parseScript(text).script)).has(expression));
      return !isVariable ? [] : [{ start: found.index, end: found.index + found[0].length, expression }];
    });
  };
}
