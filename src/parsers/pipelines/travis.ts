/**
 * `.travis.yml`: the phases of a job are one shell on one machine; each phase but `script` stops the job at its first
 * failing command.
 */
import { get, scalarText, type YamlNode } from '../../syntax/yaml.ts';
import type { Job, Section } from './reading.ts';
import { entriesOf, itemsOf, textsOf, type Parts, type PipelineSource } from './source.ts';

const PHASES = [
  'before_install',
  'install',
  'before_script',
  'script',
  'after_success',
  'before_deploy',
  'deploy',
  'after_deploy',
];

export function readTravis(from: PipelineSource): Parts {
  const { root } = from;
  const included = itemsOf(get(root, 'jobs', 'include') ?? get(root, 'matrix', 'include')).filter((one) =>
    PHASES.some((phase) => get(one, phase) !== undefined),
  );
  const jobs = included.length === 0 ? [root] : included;
  return {
    jobs: jobs.flatMap((node, index) =>
      node === undefined ? [] : job(from, node, index, node === root ? undefined : root),
    ),
  };
}

/** What a job doesn't say for itself, it has from the file. */
function job(from: PipelineSource, node: YamlNode, index: number, file: YamlNode | undefined): Job[] {
  const sections = PHASES.flatMap((phase) => section(from, phase, get(node, phase) ?? get(file, phase)));
  const first = sections[0];
  const labels = textsOf(get(node, 'arch') ?? get(file, 'arch'));
  const title = get(node, 'name') ?? get(node, 'stage');
  return first === undefined
    ? []
    : [
        {
          name: scalarText(title) ?? (file === undefined ? 'build' : `job ${index + 1}`),
          key: title?.range ?? first.range,
          extends: [],
          hidden: false,
          variables: [],
          sections,
          matrix: [],
          ...(labels.length === 1 ? { labels } : {}),
        },
      ];
}

function section(from: PipelineSource, phase: string, node: YamlNode | undefined): Section[] {
  const commands =
    phase === 'deploy'
      ? itemsOf(node).flatMap((one) =>
          scalarText(get(one, 'provider')) === 'script' ? (get(one, 'script') ?? []) : [],
        )
      : node === undefined || entriesOf(node).length > 0
        ? []
        : [node];
  const lines = commands.flatMap((one) => from.lines(one));
  const [first] = commands;
  return first === undefined || lines.length === 0
    ? []
    : [
        {
          name: phase,
          range: first.range,
          lines,
          variables: [],
          shell: 'bash',
          fresh: false,
          always: phase.startsWith('after_'),
          lineByLine: true,
        },
      ];
}
