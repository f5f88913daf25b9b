/** `bitbucket-pipelines.yml`: each step is a machine of its own, its script one bash with `set -e`. */
import { get, scalarText, type YamlNode } from '../../syntax/yaml.ts';
import type { Job, Section } from './reading.ts';
import { entriesOf, itemsOf, limitOf, minutes, textsOf, type Parts, type PipelineSource } from './source.ts';
import { defined } from '../../core/optional.ts';

export function readBitbucket(from: PipelineSource): Parts {
  const root = from.root;
  const pipelines = get(root, 'pipelines');
  const lists: { name: string; node: YamlNode }[] = [];
  for (const { key, value } of entriesOf(pipelines)) {
    if (value.kind === 'seq') lists.push({ name: key.value, node: value });
    for (const inner of entriesOf(value)) lists.push({ name: `${key.value} ${inner.key.value}`, node: inner.value });
  }
  const limit = limitOf(get(root, 'options', 'max-time'), 'max-time', minutes);
  // One step definition may serve many pipelines by an anchor; it is still one place in the file.
  const seen = new Set<number>();
  const jobs = lists.flatMap(({ name, node }) =>
    stepsOf(node).flatMap((step, index) => {
      if (seen.has(step.range[0])) return [];
      seen.add(step.range[0]);
      return [job(from, `${name} › ${scalarText(get(step, 'name')) ?? `step ${index + 1}`}`, step, limit)];
    }),
  );
  return { jobs };
}

/** Steps in order, those of `parallel:` and `stage:` included. */
function stepsOf(node: YamlNode): YamlNode[] {
  return itemsOf(node).flatMap((item) => {
    const step = get(item, 'step');
    if (step !== undefined) return [step];
    const group = get(item, 'parallel', 'steps') ?? get(item, 'parallel') ?? get(item, 'stage', 'steps');
    return group === undefined ? [] : stepsOf(group);
  });
}

function job(from: PipelineSource, name: string, step: YamlNode, outer: Pick<Job, 'limit'>): Job {
  const image = scalarText(get(step, 'image')) ?? scalarText(get(step, 'image', 'name'));
  const labels = [...textsOf(get(step, 'runs-on')), ...textsOf(get(step, 'runtime', 'cloud', 'arch'))];
  const section = (key: string, fresh: boolean): Section[] => {
    const node = get(step, key);
    return node === undefined
      ? []
      : [
          {
            name: key,
            range: node.range,
            lines: from.lines(node),
            variables: [],
            shell: 'bash -e',
            fresh,
            always: fresh,
            lineByLine: false,
          },
        ];
  };
  return {
    name,
    key: get(step, 'name')?.range ?? step.range,
    extends: [],
    hidden: false,
    variables: [],
    ...(labels.length === 0 ? {} : { labels }),
    ...defined({ image }),
    sections: [...section('script', false), ...section('after-script', true)],
    ...outer,
    ...limitOf(get(step, 'max-time'), 'max-time', minutes),
    matrix: [],
  };
}
