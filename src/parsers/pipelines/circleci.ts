/**
 * `.circleci/config.yml`: jobs of steps; `<< parameters.x >>` is replaced before anything runs. Reusable commands are
 * inlined where they're used.
 */
import { Budget } from '../../core/budget.ts';
import type { Range } from '../../core/site.ts';
import { get, scalarText, type YamlNode, type YamlScalar } from '../../syntax/yaml.ts';
import { compose } from './composed.ts';
import { commandsOf, isHarmless, orbCall, type OrbCall } from './orbs.ts';
import type { Job, Section } from './reading.ts';
import {
  duration,
  entriesOf,
  itemsOf,
  limitOf,
  textsOf,
  type MacroSyntax,
  type Parts,
  type PipelineSource,
} from './source.ts';
import { defined } from '../../core/optional.ts';

/** Commands may use commands; deeper than this nobody goes. */
const MAX_DEPTH = 8;

/** Steps of all jobs, commands inlined; a job has its share. */
const MOST_STEPS = 4_000;

export function readCircle(from: PipelineSource): Parts {
  const root = from.root;
  const jobs = entriesOf(get(root, 'jobs'));
  return {
    jobs: [
      ...jobs.map(({ key, value }) => {
        const budget = new Budget(Math.max(200, Math.floor(MOST_STEPS / jobs.length)));
        const found = job(from, key.value, key.range, value, budget);
        if (budget.refused > 0)
          from.complain(key.range[0], `the commands that this job uses come to more than ${budget.most} steps`);
        return found;
      }),
      ...orbJobs(from),
    ],
  };
}

/** Jobs of orbs, which only workflows name. */
function orbJobs(from: PipelineSource): Job[] {
  return entriesOf(get(from.root, 'workflows'))
    .flatMap(({ value }) => itemsOf(get(value, 'jobs')))
    .flatMap((item): Job[] => {
      const [name, given] = named(item);
      const call = name === undefined ? undefined : orbCall(from, name, given);
      if (name === undefined || call === undefined) return [];
      const executor = scalarText(get(given, 'executor')) ?? scalarText(get(given, 'executor', 'name'));
      const size = scalarText(get(given, 'executor', 'resource_class')) ?? executor;
      const context: Context = {
        shell: undefined,
        folder: undefined,
        parameters: new Map(),
        depth: 0,
        budget: new Budget(MOST_STEPS_AROUND),
      };
      return [
        {
          name: scalarText(get(given, 'name')) ?? call.label,
          key: call.range,
          extends: [],
          hidden: false,
          variables: [],
          hosted: true,
          ...(size === undefined ? {} : { labels: [size.replace('/', ' ')] }),
          sections: [
            ...steps(from, get(given, 'pre-steps'), context),
            ...orbSection(from, call, context),
            ...steps(from, get(given, 'post-steps'), context),
          ],
          matrix: [],
        },
      ];
    });
}

const MOST_STEPS_AROUND = 200;

/** A job's or command's name, and what it is given. */
function named(item: YamlNode): [YamlScalar | undefined, YamlNode | undefined] {
  if (item.kind === 'scalar') return [item, undefined];
  const [only] = entriesOf(item);
  return [only?.key, only?.value];
}

function orbSection(from: PipelineSource, call: OrbCall, { shell, folder, parameters }: Context): Section[] {
  const commands = commandsOf(call);
  if (commands === undefined && isHarmless(call)) return [];
  const given = [...call.given].map(([name, { value, range }]) => ({ name, value, range }));
  return [
    {
      name: `step ${call.label}`,
      range: call.range,
      lines: [
        commands === undefined
          ? { kind: 'foreign', range: call.range, label: call.label, given }
          : from.script(compose(commands, call.range), call.range, macros),
      ],
      variables: parametersAt(parameters, call.range),
      shell: shell ?? 'bash -eo pipefail',
      ...defined({ folder }),
      fresh: true,
      always: false,
      lineByLine: false,
    },
  ];
}

function parametersAt(parameters: Context['parameters'], range: Range): Section['variables'] {
  return [...parameters].map(([name, value]) => ({ name: `parameters.${name}`, value, range }));
}

function job(from: PipelineSource, name: string, key: Job['key'], node: YamlNode, budget: Budget): Job {
  const executor = scalarText(get(node, 'executor')) ?? scalarText(get(node, 'executor', 'name'));
  const place = executor === undefined ? node : (get(from.root, 'executors', executor) ?? node);
  const image = textsOf(get(place, 'docker', 0, 'image'))[0] ?? scalarText(get(place, 'machine', 'image'));
  const size = get(node, 'resource_class') ?? get(place, 'resource_class');
  const labels = [scalarText(size)].filter((one) => one !== undefined);
  const hosted =
    (get(place, 'docker') ?? get(place, 'machine')) !== undefined && (size === undefined || labels.length > 0);
  const shell = scalarText(get(node, 'shell')) ?? scalarText(get(place, 'shell'));
  const folder = scalarText(get(node, 'working_directory'));
  const parameters = defaultsOf(get(node, 'parameters'));
  return {
    name,
    key,
    extends: [],
    hidden: false,
    variables: [
      ...from.variables(get(place, 'environment')),
      ...(place === node ? [] : from.variables(get(node, 'environment'))),
    ],
    ...(labels.length === 0 ? {} : { labels }),
    ...defined({ image }),
    ...(hosted ? { hosted } : {}),
    sections: steps(from, get(node, 'steps'), { shell, folder, parameters, depth: 0, budget }),
    matrix: [],
  };
}

interface Context {
  readonly shell: string | undefined;
  readonly folder: string | undefined;
  readonly parameters: ReadonlyMap<string, string>;
  readonly depth: number;
  readonly budget: Budget;
}

function steps(from: PipelineSource, node: YamlNode | undefined, context: Context): Section[] {
  return itemsOf(node).flatMap((item) => {
    if (!context.budget.spend()) return [];
    const run = get(item, 'run');
    if (run !== undefined) return section(from, run, context);
    const [only] = entriesOf(item);
    if (only?.key.value === 'when' || only?.key.value === 'unless')
      return steps(from, get(only.value, 'steps'), context);
    const [key, value] = named(item);
    const command = key === undefined ? undefined : get(from.root, 'commands', key.value);
    if (command === undefined) {
      const call = key === undefined ? undefined : orbCall(from, key, value);
      return call === undefined ? [] : orbSection(from, call, context);
    }
    if (context.depth >= MAX_DEPTH) {
      from.complain(
        item.range[0],
        `the command ${key?.value} is used more than ${MAX_DEPTH} levels deep, or by itself`,
      );
      return [];
    }
    const given = entriesOf(only?.value).flatMap(({ key, value }): [string, string][] =>
      value.kind === 'scalar' ? [[key.value, value.value]] : [],
    );
    return steps(from, get(command, 'steps'), {
      ...context,
      parameters: new Map([...defaultsOf(get(command, 'parameters')), ...given]),
      depth: context.depth + 1,
    });
  });
}

function defaultsOf(node: YamlNode | undefined): Map<string, string> {
  return new Map(
    entriesOf(node).flatMap(({ key, value }): [string, string][] => {
      const said = get(value, 'default');
      return said?.kind === 'scalar' ? [[key.value, said.value]] : [];
    }),
  );
}

function section(from: PipelineSource, run: YamlNode, context: Context): Section[] {
  const command = run.kind === 'scalar' ? run : get(run, 'command');
  if (command?.kind !== 'scalar' || scalarText(get(run, 'when')) === 'on_fail') return [];
  const shell = scalarText(get(run, 'shell')) ?? context.shell;
  const folder = scalarText(get(run, 'working_directory')) ?? context.folder;
  return [
    {
      name: `step ${scalarText(get(run, 'name')) ?? command.value.trim().split('\n', 1)[0] ?? ''}`,
      range: command.range,
      lines: from.lines(command, macros),
      variables: [...from.variables(get(run, 'environment')), ...parametersAt(context.parameters, command.range)],
      shell: shell ?? 'bash -eo pipefail',
      ...defined({ folder }),
      fresh: true,
      always: scalarText(get(run, 'when')) === 'always',
      lineByLine: false,
      ...limitOf(get(run, 'max_time'), 'max_time', duration),
    },
  ];
}

const macros: MacroSyntax = (text) =>
  [...text.matchAll(/<<\s*([\w.-]+)\s*>>/g)].map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
    expression: found[1] ?? '',
  }));
