/** Entry points: GitHub workflows. Each combination of each job is a run of its own, on its own machine. */
import { MAY_DO_ALL, givenBy } from './actions/foreign.ts';
import { ALWAYS, both, type When } from '../../core/choices.ts';
import type { Host } from '../../model/facts.ts';
import { siteOf, type Hop } from '../../core/site.ts';
import { known } from '../../core/text.ts';
import type { Job, WorkflowReading } from './reading.ts';
import type { Fate, Take, World } from '../../project/evaluation.ts';
import { inTurn } from '../../project/in-turn.ts';
import { joinPath } from '../../project/paths.ts';
import { asString, scalar, scalars, toJson, unknown, type Data } from './data.ts';
import { decide, render, renderData, type Contexts } from './evaluate-expression.ts';
import { hostOf, machineOn } from '../../project/machines.ts';
import { combinations } from './matrix.ts';
import {
  contextsOf,
  fileName,
  githubContext,
  needsEntry,
  ownInputs,
  passedInputs,
  siteIn,
  withEnv,
  type Scope,
} from './scope.ts';
import { fateOf, runSteps } from './run-steps.ts';
import { defined } from '../../core/optional.ts';

/** Does something other than another workflow start it? */
function isEntryWorkflow(reading: WorkflowReading): boolean {
  return reading.form === 'workflow' && reading.triggers.some((one) => one !== 'workflow_call');
}

/**
 * All workflows: those that start by themselves, then reusable workflows and composite actions that nobody in the
 * project calls.
 */
export function runWorkflows(world: World, take: Take = (_, turn) => turn(world)): void {
  const all = world.readings.ofKind('workflow');
  const run = (reading: WorkflowReading): void => take(reading, (own) => runWorkflow(own, reading));
  for (const reading of all) if (isEntryWorkflow(reading)) run(reading);
  for (const reading of all)
    if (!isEntryWorkflow(reading) && reading.form === 'workflow' && !world.called.has(reading.file)) run(reading);
  for (const reading of all) if (reading.form === 'action' && !world.called.has(reading.file)) run(reading);
}

export function runWorkflow(world: World, reading: WorkflowReading): void {
  const inputs = ownInputs(reading);
  if (reading.form === 'action') {
    runAction(world, reading, inputs);
    return;
  }
  runJobs({
    world,
    reading,
    inputs,
    secrets: unknown('secrets'),
    github: githubContext(reading, inputs),
    run: reading.file,
    via: [],
    when: ALWAYS,
    fate: {},
    depth: 0,
    stack: [reading.file],
  });
}

/** A composite action nobody here uses: its steps, with whatever a caller may pass. */
function runAction(world: World, reading: WorkflowReading, inputs: Data): void {
  if (reading.using !== 'composite') return;
  const contexts = new Map<string, Data>([
    ['inputs', inputs],
    ['github', githubContext(reading, inputs)],
  ]);
  const label = fileName(reading.file.slice(0, reading.file.lastIndexOf('/'))) || reading.file;
  runSteps(
    {
      world,
      reading,
      run: reading.file,
      via: [],
      machine: machineOn({ kind: 'ci' }),
      when: ALWAYS,
      fate: {},
      contexts,
      env: new Map(),
      steps: new Map(),
      defaults: {},
      label,
      counter: { next: 0 },
      depth: 0,
    },
    reading.steps,
    reading.outputs,
  );
}

/** One evaluation of a workflow: by itself, or called by a job. */
interface Call {
  readonly world: World;
  readonly reading: WorkflowReading;
  readonly inputs: Data;
  readonly secrets: Data;
  readonly github: Data;
  /** What runs' names begin with. */
  readonly run: string;
  readonly via: readonly Hop[];
  readonly when: When;
  readonly fate: Fate;
  readonly depth: number;
  readonly stack: readonly string[];
}

/** Reusable workflows may call others; GitHub allows ten levels, people use two. */
const MAX_CALLS = 10;

/** A job of one step takes about as long as this many commands of a script. */
export const STEPS_PER_JOB = 20;

type Outputs = ReadonlyMap<string, Data>;

function runJobs(call: Call): Outputs {
  const { reading } = call;
  const done = new Map<string, Data>();
  inTurn(
    call.world,
    inOrder(reading.jobs),
    (job) => siteOf(reading.lines, job.key, call.via),
    (job) => {
      const needs: Data = {
        kind: 'object',
        entries: new Map(
          job.needs.flatMap((id) => {
            const entry = done.get(id);
            return entry === undefined ? [] : [[id, entry] as const];
          }),
        ),
        others: unknown('needs', call.run),
      };
      done.set(job.id, needsEntry(runJob(call, job, needs), call.run, job));
    },
  );
  const contexts: Contexts = (name) =>
    name === 'jobs'
      ? { kind: 'object', entries: done, others: unknown('jobs', call.run) }
      : name === 'inputs'
        ? call.inputs
        : undefined;
  return new Map(
    reading.outputs.map(({ name, value }): [string, Data] => [name, asString(renderData(value, contexts))]),
  );
}

/** Dependencies first, else as written. A cycle, which GitHub refuses, is cut where it closes. */
function inOrder(jobs: readonly Job[]): Job[] {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const ordered: Job[] = [];
  const seen = new Set<string>();
  for (const start of jobs) {
    const stack: { job: Job; next: number }[] = [{ job: start, next: 0 }];
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      if (top.next === 0 && seen.has(top.job.id)) {
        stack.pop();
        continue;
      }
      seen.add(top.job.id);
      const need = top.job.needs[top.next++];
      if (need === undefined) {
        ordered.push(top.job);
        stack.pop();
        continue;
      }
      const job = byId.get(need);
      if (job !== undefined && !seen.has(need)) stack.push({ job, next: 0 });
    }
  }
  return ordered;
}

function runJob(call: Call, job: Job, needs: Data): Outputs {
  const outer = new Map<string, Data>([
    ['github', call.github],
    ['inputs', call.inputs],
    ['needs', needs],
    ['secrets', call.secrets],
    ['vars', unknown('vars')],
  ]);
  const contexts: Contexts = (name) => outer.get(name);
  const decision = decide(job.if, contexts);
  if (decision === 'no') return new Map();
  const when = decision === 'yes' ? call.when : both(call.when, decision.when);
  if (when === undefined) return new Map();
  const results = combinations(job.matrix, contexts, call.run).map((combination, index) => {
    const run = `${call.run}#${job.id}#${index}`;
    const label = `${fileName(call.reading.file)} › job ${job.id}${combination.label === '' ? '' : ` (${combination.label})`}`;
    const withMatrix = new Map([...outer, ['matrix', combination.matrix] as const]);
    return job.uses === undefined
      ? runSteppedJob({ ...call, when }, job, withMatrix, run, label)
      : runCalledWorkflow({ ...call, when }, job, job.uses.text.trim(), withMatrix, run, label);
  });
  return agreed(results, job, call);
}

function runSteppedJob(call: Call, job: Job, outer: ReadonlyMap<string, Data>, run: string, label: string): Outputs {
  const { world, reading } = call;
  if (!world.budget.spend(STEPS_PER_JOB)) return new Map();
  const host = hostOn(job, (name) => outer.get(name));
  const runner = new Map<string, Data>([
    ['temp', scalar('/runner/temp')],
    ...(host.cpu === undefined ? [] : [['arch', scalar(host.cpu === 'arm64' ? 'ARM64' : 'X64')] as const]),
    ...(host.kind === 'github-hosted' && /^ubuntu/i.test(host.label ?? '') ? [['os', scalar('Linux')] as const] : []),
  ]);
  const scope: Scope = {
    world,
    reading,
    run,
    via: call.via,
    machine: machineOn(host),
    when: call.when,
    fate: call.fate,
    contexts: new Map([...outer, ['runner', { kind: 'object', entries: runner, others: unknown('runner', run) }]]),
    env: new Map(),
    steps: new Map(),
    defaults: job.defaults,
    label,
    counter: { next: 0 },
    depth: call.depth,
  };
  for (const env of [reading.env, job.env])
    for (const [name, data] of withEnv(scope, scope.env, env)) scope.env.set(name, data);
  const fated: Scope = { ...scope, fate: { ...scope.fate, ...fateOf(job, contextsOf(scope), scope) } };
  runSteps(fated, job.steps, job.outputs);
  const after = contextsOf(fated);
  return new Map(job.outputs.map(({ name, value }): [string, Data] => [name, asString(renderData(value, after))]));
}

function hostOn(job: Job, contexts: Contexts): Host {
  if (job.runsOn === undefined) return { kind: 'ci' };
  const labels: string[] = [];
  for (const template of job.runsOn.labels) {
    const data = renderData(template, contexts);
    const items = data.kind === 'list' ? data.items : [data];
    for (const item of items) {
      const values = scalars(item);
      const label = values.length === 1 ? known(values[0]?.text) : undefined;
      // A label chosen by a condition nobody can decide leaves the machine unknown.
      if (label === undefined) return sameHost(values.map(({ text }) => known(text)));
      labels.push(label);
    }
  }
  const group = job.runsOn.group === undefined ? undefined : known(render(job.runsOn.group, contexts)[0]?.value);
  return hostOf(labels, group);
}

/** Several labels that come to the same CPU still tell it. */
function sameHost(labels: readonly (string | undefined)[]): Host {
  const hosts = labels.map((one) => hostOf(one === undefined ? undefined : [one]));
  const [first] = hosts;
  if (first === undefined || hosts.some((one) => one.cpu !== first.cpu || one.kind !== first.kind))
    return { kind: 'ci' };
  return { kind: first.kind, ...defined({ cpu: first.cpu }) };
}

function runCalledWorkflow(
  call: Call,
  job: Job,
  uses: string,
  outer: ReadonlyMap<string, Data>,
  run: string,
  label: string,
): Outputs {
  const path = uses.startsWith('./') ? joinPath('', uses) : undefined;
  const reading = path === undefined ? undefined : call.world.readings.get(path);
  const contexts: Contexts = (name) => outer.get(name);
  if (reading?.kind !== 'workflow' || reading.form !== 'workflow') {
    emitForeign(call, job, uses, contexts, run);
    return new Map();
  }
  if (call.depth >= MAX_CALLS || call.stack.includes(reading.file)) {
    const site = siteOf(call.reading.lines, job.uses?.range ?? job.key, call.via);
    call.world.emit(
      { kind: 'unfollowed', what: 'levels', most: MAX_CALLS, site },
      {
        run,
        via: call.via,
        env: new Map(),
        cwd: undefined,
        machine: machineOn({ kind: 'ci' }),
        inCi: true,
        when: call.when,
        openEnvironment: false,
      },
    );
    return new Map();
  }
  if (!call.world.budget.spend(STEPS_PER_JOB)) return new Map();
  call.world.called.add(reading.file);
  const passed = new Map(job.secrets.map(({ name, value }): [string, Data] => [name, renderData(value, contexts)]));
  const inputs = passedInputs(reading, job.with, contexts);
  const github = call.github.kind === 'object' ? call.github : githubContext(reading, inputs);
  const hop: Hop = {
    label,
    file: call.reading.file,
    span: siteOf(call.reading.lines, job.uses?.range ?? job.key).span,
  };
  const callerScope = { reading: call.reading, via: call.via };
  const masked =
    job.continueOnError !== undefined && toJson(renderData(job.continueOnError, contexts)) === true
      ? {
          masked: {
            by: 'continue-on-error: true',
            why: 'continue-on-error' as const,
            site: siteIn(callerScope, job.continueOnError.range),
          },
        }
      : {};
  return runJobs({
    ...call,
    reading,
    inputs,
    github,
    secrets: job.secretsInherited ? call.secrets : { kind: 'object', entries: passed, others: unknown('secrets') },
    run: `${run}>${reading.file}`,
    via: [...call.via, hop],
    fate: { ...call.fate, ...masked },
    depth: call.depth + 1,
    stack: [...call.stack, reading.file],
  });
}

/** A workflow of another repository, or one that can't be followed. */
function emitForeign(call: Call, job: Job, uses: string, contexts: Contexts, run: string): void {
  const given = givenBy(job.with.map(({ name, value }) => [name, renderData(value, contexts)] as const));
  call.world.emit(
    {
      kind: 'blind-spot',
      what: 'workflow',
      label: `the workflow ${uses}`,
      may: MAY_DO_ALL,
      given,
      site: siteOf(call.reading.lines, job.uses?.range ?? job.key, call.via),
      when: call.when,
    },
    {
      run,
      via: call.via,
      env: new Map(),
      cwd: '',
      machine: machineOn({ kind: 'ci' }),
      inCi: true,
      when: call.when,
      openEnvironment: false,
    },
  );
}

/** A matrix job has one set of outputs, that of whichever combination ends last: known where all agree. */
function agreed(results: readonly Outputs[], job: Job, call: Call): Outputs {
  const [first = new Map<string, Data>()] = results;
  if (results.length <= 1) return first;
  return new Map(
    [...first].map(([name, data]): [string, Data] => {
      const same = results.every((one) => JSON.stringify(plain(one.get(name))) === JSON.stringify(plain(data)));
      return [name, same ? data : unknown(`needs.${job.id}.outputs.${name}`, call.run)];
    }),
  );
}

function plain(data: Data | undefined): unknown {
  if (data?.kind === 'object') return [...data.entries].map(([name, value]) => [name, plain(value)]);
  return data?.kind === 'list' ? data.items.map(plain) : data;
}
