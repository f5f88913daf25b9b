/** CodeBuild's buildspec: phases of commands in one shell; a phase stops at its first failing command. */
import { get, scalarText, type YamlNode } from '../../syntax/yaml.ts';
import type { Section } from './reading.ts';
import { entriesOf, type Parts, type PipelineSource } from './source.ts';

const PHASES = ['install', 'pre_build', 'build', 'post_build'];

export function readCodeBuild(from: PipelineSource): Parts {
  const root = from.root;
  const shell = scalarText(get(root, 'env', 'shell'));
  const version = scalarText(get(root, 'version'));
  const sections = PHASES.flatMap((phase) => {
    const node = get(root, 'phases', phase);
    return [
      ...section(from, phase, get(node, 'commands'), shell, version),
      ...section(from, `${phase} finally`, get(node, 'finally'), shell, version),
    ];
  });
  const key = entriesOf(root).find((one) => one.key.value === 'phases')?.key.range ?? [0, 0];
  const variables = [
    ...from.variables(get(root, 'env', 'variables')),
    ...['parameter-store', 'secrets-manager'].flatMap((name) => from.variables(get(root, 'env', name), true)),
  ];
  return sections.length === 0
    ? { jobs: [], variables }
    : {
        variables,
        jobs: [
          { name: 'build', key: from.place(key), extends: [], hidden: false, variables: [], sections, matrix: [] },
        ],
      };
}

function section(
  from: PipelineSource,
  phase: string,
  node: YamlNode | undefined,
  shell: string | undefined,
  version: string | undefined,
): Section[] {
  const lines = from.lines(node);
  if (lines.length === 0 || node === undefined) return [];
  // Version 0.1 gave every command a shell of its own.
  return [
    {
      name: `phase ${phase}`,
      range: from.place(node.range),
      lines,
      variables: [],
      shell: shell ?? 'sh',
      fresh: version === '0.1',
      always: phase.startsWith('post_build') || phase.endsWith('finally'),
      lineByLine: true,
    },
  ];
}
