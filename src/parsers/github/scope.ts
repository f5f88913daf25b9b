/**
 * Where a workflow's steps run: the machine, the contexts their expressions see, and what earlier steps left behind.
 */
import type { When } from '../../core/choices.ts';
import { hideSecrets } from '../../core/secrets.ts';
import { siteOf, type Hop, type Range, type Site } from '../../core/site.ts';
import type { Entry, Job, RunDefaults, Step, WorkflowReading } from './reading.ts';
import type { Fate, Machine, World } from '../../project/evaluation.ts';
import { PROJECT_ROOT } from '../../project/paths.ts';
import { asString, ofType, ofValues, scalar, undecided, unknown, type Data } from './data.ts';
import { renderData, type Contexts } from './evaluate-expression.ts';

export interface Scope {
  readonly world: World;
  /** Whose text is at hand: the workflow, or a composite action it uses. */
  readonly reading: WorkflowReading;
  readonly run: string;
  readonly via: readonly Hop[];
  readonly machine: Machine;
  readonly when: When;
  readonly fate: Fate;
  /** `github`, `matrix`, `needs`, `inputs`, … */
  readonly contexts: ReadonlyMap<string, Data>;
  /** The job's environment. Steps add to it through `$GITHUB_ENV`, composite actions to that of their caller. */
  readonly env: Map<string, Data>;
  readonly steps: Map<string, Data>;
  readonly defaults: RunDefaults;
  /** `deploy.yml › job build`: what hops of steps begin with. */
  readonly label: string;
  /** Numbers the steps of a job, those of composite actions included. */
  readonly counter: { next: number };
  readonly depth: number;
}

export function contextsOf(scope: Scope, env: ReadonlyMap<string, Data> = scope.env): Contexts {
  return (name) => {
    if (name === 'env') return { kind: 'object', entries: env, others: unknown('env', scope.run) };
    if (name === 'steps') return { kind: 'object', entries: scope.steps, others: unknown('steps', scope.run) };
    return scope.contexts.get(name);
  };
}

/** An `env:` block on top of what is there; its values don't see each other. */
export function withEnv(scope: Scope, env: ReadonlyMap<string, Data>, entries: readonly Entry[]): Map<string, Data> {
  const contexts = contextsOf(scope, env);
  return new Map([
    ...env,
    ...entries.map(({ name, value }): [string, Data] => [name, asString(renderData(value, contexts))]),
  ]);
}

export function siteIn(scope: Pick<Scope, 'reading' | 'via'>, range: Range, via: readonly Hop[] = scope.via): Site {
  return siteOf(scope.reading.lines, range, via);
}

export function stepLabel(step: Step): string {
  const said = hideSecrets(
    step.name?.text ??
      step.id ??
      step.uses?.text ??
      step.run?.text.text.trim().split('\n', 1)[0] ??
      String(step.index + 1),
  );
  return `step ${said.length > 60 ? `${said.slice(0, 57)}...` : said}`;
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * The `github` context: the commit and run are unique to each run, what triggered it is one of the workflow's events.
 */
export function githubContext(reading: WorkflowReading, inputs: Data): Data {
  const file = reading.file;
  // A called workflow sees its caller's event.
  const events = reading.triggers.filter((one) => one !== 'workflow_call');
  const event = events.length === 0 || reading.triggers.length > events.length ? undefined : events;
  const entries = new Map<string, Data>([
    ['sha', unknown('github.sha', undefined, 'unique')],
    ['run_id', unknown('github.run_id', file, 'unique')],
    ['run_number', unknown('github.run_number', file, 'unique')],
    ['run_attempt', unknown('github.run_attempt', file, 'unique')],
    ['workspace', scalar(PROJECT_ROOT)],
    [
      'event',
      {
        kind: 'object',
        entries: new Map<string, Data>([
          ['inputs', inputs],
          ['after', unknown('github.sha', undefined, 'unique')],
          ['number', unknown('github.event.number')],
        ]),
        others: unknown('github.event'),
      },
    ],
    ['server_url', scalar('https://github.com')],
  ]);
  if (event !== undefined) {
    const [only] = event;
    entries.set(
      'event_name',
      event.length === 1 && only !== undefined
        ? scalar(only)
        : ofValues(event.map((value) => ({ value: [value], when: [{ cond: 'github.event_name', is: value }] }))),
    );
  }
  if (reading.triggers.length === 1 && reading.triggers[0] === 'push' && reading.pushes !== undefined) {
    for (const [name, value] of pushedRef(reading.pushes)) entries.set(name, scalar(value));
  }
  return { kind: 'object', entries, others: unknown('github') };
}

/** What a workflow that only pushes start knows about its ref. */
function pushedRef({ branches, tags }: NonNullable<WorkflowReading['pushes']>): [string, string][] {
  if (branches === undefined) return [['ref_type', 'tag']];
  if (tags !== undefined) return [];
  const [only] = branches;
  const named = only !== undefined && branches.length === 1 && !/[*?+![\]]/.test(only);
  return [
    ['ref_type', 'branch'],
    ...(named
      ? ([
          ['ref_name', only],
          ['ref', `refs/heads/${only}`],
        ] satisfies [string, string][])
      : []),
  ];
}

/** Inputs nobody passed: a default that a caller may replace, or a hole. */
export function ownInputs(reading: WorkflowReading): Data {
  const entries = new Map(reading.inputs.map((input): [string, Data] => [input.name, inputData(reading, input)]));
  return { kind: 'object', entries, others: unknown('inputs', reading.file) };
}

const MOST_OPTIONS = 8;

function inputData(reading: WorkflowReading, input: WorkflowReading['inputs'][number]): Data {
  const name = `inputs.${input.name}`;
  // The guard goes by the hole's own name, so that `inputs.x || 'y'` meets it.
  const cond = `default:${name}@${reading.file}`;
  const said = input.default;
  const unset = [{ cond, is: 'unset' }];
  const set = [{ cond, is: 'set' }];
  if (input.type === 'boolean') {
    const byDefault = said?.text === 'true';
    if (said === undefined && input.required) return undecided(name);
    return {
      kind: 'scalar',
      alternatives: [
        { text: [String(byDefault)], type: 'boolean', when: unset },
        { text: [String(!byDefault)], type: 'boolean', when: set },
      ],
    };
  }
  if (input.options.length > 0 && input.options.length <= MOST_OPTIONS) {
    const others = input.options.filter((one) => one !== said?.text);
    return {
      kind: 'scalar',
      alternatives: [
        ...(said === undefined
          ? []
          : [{ text: said.text === '' ? [] : [said.text], type: 'string' as const, when: unset }]),
        ...others.map((one) => ({
          text: one === '' ? [] : [one],
          type: 'string' as const,
          when: [...(said === undefined ? [] : set), { cond: name, is: one }],
        })),
      ],
    };
  }
  const hole = unknown(name, reading.file);
  if (said === undefined) return hole;
  return {
    kind: 'scalar',
    alternatives: [
      { text: said.text === '' ? [] : [said.text], type: input.type === 'number' ? 'number' : 'string', when: unset },
      { text: [{ hole: `${name}@${reading.file}`, nature: 'unknown' }], type: 'string', when: set },
    ],
  };
}

/** Inputs as a caller passes them: what it gives, else the default, which nobody else can replace. */
export function passedInputs(reading: WorkflowReading, given: readonly Entry[], contexts: Contexts): Data {
  const entries = new Map<string, Data>();
  for (const input of reading.inputs) {
    const passed = given.find((one) => one.name.toLowerCase() === input.name.toLowerCase());
    const data =
      passed === undefined
        ? input.default === undefined
          ? scalar('')
          : renderData(input.default, contexts)
        : renderData(passed.value, contexts);
    entries.set(
      input.name,
      reading.form === 'action'
        ? asString(data)
        : input.type === 'string' || input.type === 'boolean'
          ? ofType(data, input.type)
          : data,
    );
  }
  return { kind: 'object', entries };
}

/** A job's results as its dependants see them. */
export function needsEntry(outputs: ReadonlyMap<string, Data>, scope: string, job: Job): Data {
  return {
    kind: 'object',
    entries: new Map<string, Data>([
      ['result', scalar('success')],
      ['outputs', { kind: 'object', entries: outputs, others: unknown(`needs.${job.id}.outputs`, scope) }],
    ]),
  };
}
