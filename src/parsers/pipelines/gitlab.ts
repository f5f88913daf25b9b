/**
 * `.gitlab-ci.yml`. Jobs keep what they say themselves; `extends`, `!reference` and `include` are followed when it's
 * evaluated.
 */
import { get, scalarText, type YamlNode } from '../../syntax/yaml.ts';
import { includesOf } from './gitlab-includes.ts';
import type { Job, Section, Variable } from './reading.ts';
import {
  duration,
  entriesOf,
  itemsOf,
  limitOf,
  switchedOn,
  textsOf,
  type Parts,
  type PipelineSource,
} from './source.ts';
import { defined } from '../../core/optional.ts';

const KEYWORDS = new Set([
  'default',
  'include',
  'stages',
  'variables',
  'workflow',
  'image',
  'services',
  'cache',
  'before_script',
  'after_script',
  'pages:deploy',
  'spec',
  'types',
]);

export function readGitlab(from: PipelineSource): Parts {
  // A file with `spec:` has its header as a document of its own.
  const root = from.roots.find((one) => get(one, 'spec') === undefined) ?? from.root;
  const jobs = entriesOf(root).flatMap(({ key, value }) =>
    KEYWORDS.has(key.value) || value.kind !== 'map' ? [] : [job(from, key.value, key.range, value)],
  );
  sayCircles(from, jobs);
  const byDefault = get(root, 'default');
  const globals = root === undefined ? undefined : job(from, 'default', root.range, root);
  const said = byDefault === undefined ? undefined : job(from, 'default', byDefault.range, byDefault);
  const defaults: Job | undefined =
    globals === undefined
      ? undefined
      : {
          ...globals,
          extends: [],
          variables: [],
          sections: [...(said?.sections ?? []), ...globals.sections].filter(
            ({ name }, index, all) => all.findIndex((one) => one.name === name) === index && name !== 'script',
          ),
          ...(said?.labels === undefined ? {} : { labels: said.labels }),
          ...(said?.image === undefined ? {} : { image: said.image }),
          ...(said?.limit === undefined ? {} : { limit: said.limit }),
        };
  return {
    jobs,
    variables: from.variables(get(root, 'variables')),
    ...includesOf(from, root),
    ...defined({ defaults }),
  };
}

/** What goes round in a circle has no meaning, for GitLab either: it is followed as far as it goes. */
function sayCircles(from: PipelineSource, jobs: readonly Job[]): void {
  const byName = new Map(jobs.map((one) => [one.name, one]));
  inCircles(
    jobs.map((one) => one.name),
    (name) => byName.get(name)?.extends ?? [],
    (name) => {
      const found = byName.get(name);
      if (found !== undefined) from.complain(found.key[0], `${name} extends itself, by way of others or not`);
    },
  );
  const lines = new Map(
    jobs.flatMap((one) =>
      one.sections.map(
        (section) =>
          [
            JSON.stringify([one.name, section.name]),
            section.lines.filter((line) => line.kind === 'reference'),
          ] as const,
      ),
    ),
  );
  inCircles(
    [...lines.keys()],
    (key) => (lines.get(key) ?? []).map((line) => JSON.stringify(line.path)),
    (key) => {
      const place = lines.get(key)?.[0];
      if (place !== undefined)
        from.complain(place.range[0], 'this !reference leads back to itself, by way of others or not');
    },
  );
}

/** Names whose way leads back to them, each circle once. With a stack of its own: the way may be long. */
function inCircles(
  names: readonly string[],
  next: (name: string) => readonly string[],
  report: (name: string) => void,
): void {
  const state = new Map<string, 'open' | 'done'>();
  const pending = names.toReversed();
  for (let name = pending.at(-1); name !== undefined; name = pending.at(-1)) {
    if (state.get(name) === undefined) {
      state.set(name, 'open');
      for (const other of next(name)) {
        if (state.get(other) === 'open') report(other);
        else if (state.get(other) === undefined) pending.push(other);
      }
    } else {
      pending.pop();
      state.set(name, 'done');
    }
  }
}

function job(from: PipelineSource, name: string, key: Job['key'], node: YamlNode): Job {
  const labels = get(node, 'tags');
  const image = scalarText(get(node, 'image')) ?? scalarText(get(node, 'image', 'name'));
  return {
    name,
    key,
    extends: textsOf(get(node, 'extends')),
    hidden: name.startsWith('.'),
    variables: from.variables(get(node, 'variables')),
    ...(labels === undefined ? {} : { labels: textsOf(labels) }),
    ...defined({ image }),
    sections: ['before_script', 'script', 'after_script'].flatMap((one) => section(from, one, get(node, one))),
    ...switchedOn(get(node, 'allow_failure'), 'allow_failure: true'),
    ...limitOf(get(node, 'timeout'), 'timeout', duration),
    matrix: matrix(get(node, 'parallel', 'matrix')),
  };
}

function section(from: PipelineSource, name: string, node: YamlNode | undefined): Section[] {
  if (node === undefined) return [];
  return [
    {
      name,
      range: node.range,
      lines: from.lines(node),
      variables: [],
      shell: 'bash',
      fresh: name === 'after_script',
      always: name === 'after_script',
      lineByLine: false,
    },
  ];
}

const MOST_ROWS = 32;

function matrix(node: YamlNode | undefined): Variable[][] {
  const rows = itemsOf(node).flatMap((one) => {
    let product: Variable[][] = [[]];
    for (const { key, value } of entriesOf(one)) {
      const options = itemsOf(value).flatMap((option) => (option.kind === 'scalar' ? [option] : []));
      product = product
        .flatMap((row) =>
          options.map((option) => [...row, { name: key.value, value: option.value, range: option.range }]),
        )
        .slice(0, MOST_ROWS);
    }
    return product.filter((row) => row.length > 0);
  });
  return rows.slice(0, MOST_ROWS);
}
