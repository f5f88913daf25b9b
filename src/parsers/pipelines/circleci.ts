/**
 * `.circleci/config.yml`: jobs of steps; `<< parameters.x >>` is replaced before anything runs. Reusable commands are
 * inlined where they're used.
 */
import { Budget } from '../../core/budget.ts';
import { get, scalarText, type YamlNode, type YamlScalar } from '../../syntax/yaml.ts';
import { callsOf, filled, givenBy, NONE, parametersOf, pasted, type Parameters } from './circle-parameters.ts';
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
      ...jobs.flatMap(({ key, value }) => {
        const budget = new Budget(Math.max(200, Math.floor(MOST_STEPS / jobs.length)));
        const calls = callsOf(root, key.value, value);
        // CircleCI numbers calls of one job as well.
        const found = calls.map((parameters, index) =>
          job(from, calls.length === 1 ? key.value : `${key.value}-${index + 1}`, key.range, value, parameters, budget),
        );
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
      const call = name === undefined ? undefined : orbCall(from, name, given, NONE);
      if (name === undefined || call === undefined) return [];
      const executor = scalarText(get(given, 'executor')) ?? scalarText(get(given, 'executor', 'name'));
      const size = scalarText(get(given, 'executor', 'resource_class')) ?? executor;
      const context: Context = {
        shell: undefined,
        folder: undefined,
        parameters: NONE,
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

function orbSection(from: PipelineSource, call: OrbCall, { shell, folder }: Context): Section[] {
  const commands = commandsOf(call);
  if (commands === undefined && isHarmless(call)) return [];
  const given = [...call.given].map(([name, { value, range }]) => ({ name, value, range }));
  return [
    {
      name: `step ${call.label}`,
      range: call.range,
      madeBy: call.label,
      lines: [
        commands === undefined
          ? { kind: 'foreign', range: call.range, label: call.label, given }
          : from.script(compose(commands, call.range), call.range, macros),
      ],
      variables: [],
      shell: shell ?? 'bash -eo pipefail',
      ...defined({ folder }),
      fresh: true,
      always: false,
      lineByLine: false,
    },
  ];
}

function job(
  from: PipelineSource,
  name: string,
  key: Job['key'],
  node: YamlNode,
  parameters: Parameters,
  budget: Budget,
): Job {
  const textAt = (found: YamlNode | undefined): string | undefined => {
    const text = scalarText(found);
    return text === undefined ? undefined : filled(text, parameters);
  };
  const executor = textAt(get(node, 'executor')) ?? textAt(get(node, 'executor', 'name'));
  const place = executor === undefined ? node : (get(from.root, 'executors', executor) ?? node);
  const image = textsOf(get(place, 'docker', 0, 'image'))[0] ?? scalarText(get(place, 'machine', 'image'));
  const size = get(node, 'resource_class') ?? get(place, 'resource_class');
  const labels = [textAt(size)].filter((one) => one !== undefined);
  const hosted =
    (get(place, 'docker') ?? get(place, 'machine')) !== undefined && (size === undefined || labels.length > 0);
  const shell = scalarText(get(node, 'shell')) ?? scalarText(get(place, 'shell'));
  const folder = textAt(get(node, 'working_directory'));
  return {
    name,
    key,
    extends: [],
    hidden: false,
    variables: [
      ...variablesOf(from, get(place, 'environment'), parameters),
      ...(place === node ? [] : variablesOf(from, get(node, 'environment'), parameters)),
    ],
    ...(labels.length === 0 ? {} : { labels }),
    ...defined({ image }),
    ...(hosted ? { hosted } : {}),
    sections: steps(from, get(node, 'steps'), { shell, folder, parameters, depth: 0, budget }),
    matrix: [],
  };
}

function variablesOf(from: PipelineSource, node: YamlNode | undefined, parameters: Parameters): Section['variables'] {
  return from.variables(node).map((one) => ({ ...one, value: filled(one.value, parameters) }));
}

interface Context {
  readonly shell: string | undefined;
  readonly folder: string | undefined;
  readonly parameters: Parameters;
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
      const call = key === undefined ? undefined : orbCall(from, key, value, context.parameters);
      return call === undefined ? [] : orbSection(from, call, context);
    }
    if (context.depth >= MAX_DEPTH) {
      from.complain(
        item.range[0],
        `the command ${key?.value} is used more than ${MAX_DEPTH} levels deep, or by itself`,
      );
      return [];
    }
    return steps(from, get(command, 'steps'), {
      ...context,
      parameters: parametersOf(command, givenBy(only?.value, context.parameters)),
      depth: context.depth + 1,
    });
  });
}

function section(from: PipelineSource, run: YamlNode, context: Context): Section[] {
  const command = run.kind === 'scalar' ? run : get(run, 'command');
  if (command?.kind !== 'scalar' || command.type === 'null' || scalarText(get(run, 'when')) === 'on_fail') return [];
  const { parameters } = context;
  const shell = scalarText(get(run, 'shell')) ?? context.shell;
  const own = scalarText(get(run, 'working_directory'));
  const folder = own === undefined ? context.folder : filled(own, parameters);
  return [
    {
      name: `step ${scalarText(get(run, 'name')) ?? command.value.trim().split('\n', 1)[0] ?? ''}`,
      range: command.range,
      lines: [from.script(pasted(from.composed(command), parameters), from.place(command.range), macros)],
      variables: variablesOf(from, get(run, 'environment'), parameters),
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
