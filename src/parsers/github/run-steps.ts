/** Runs the steps of a job or composite action, in order, on the job's machine. */
import { MAY_DO_ALL, givenBy, isHarmless } from './actions/foreign.ts';
import { ACTIONS } from './actions/index.ts';
import { both, type Values, type When } from '../../core/choices.ts';
import type { Hop } from '../../core/site.ts';
import { known } from '../../core/text.ts';
import { inTurn } from '../../project/in-turn.ts';
import { dirname, joinPath } from '../../project/paths.ts';
import type { Entry, Step, Template, WorkflowReading } from './reading.ts';
import type { Fate, Frame } from '../../project/evaluation.ts';
import { actionCall } from './action-call.ts';
import { evaluateRun } from './run-step.ts';
import { asString, ofValues, scalar, toValues, truth, scalars, unknown, type Data } from './data.ts';
import { decide, evaluateExpression, render, renderData, type Contexts } from './evaluate-expression.ts';
import { isActedOn, type Followers } from './handed-on.ts';
import { Outcomes } from './outcomes.ts';
import { contextsOf, fileName, passedInputs, siteIn, stepLabel, withEnv, type Scope } from './scope.ts';

/** Composite actions may use each other; GitHub stops at ten. */
const MAX_DEPTH = 10;

/** With its environment, contexts and expressions a step takes as long as this many commands of a script. */
const STEPS_PER_STEP = 5;

/** `outputs` are what the job or action hands on once its steps are through. */
export function runSteps(scope: Scope, steps: readonly Step[], outputs: readonly Entry[]): void {
  const outcomes = new Outcomes(steps, outputs);
  inTurn(
    scope.world,
    steps,
    (step) => siteIn(scope, step.label),
    (step) => {
      if (scope.world.budget.spend(STEPS_PER_STEP)) runStep(scope, step, outcomes, { steps, outputs });
    },
  );
}

function runStep(scope: Scope, step: Step, outcomes: Outcomes, job: Pick<Followers, 'steps' | 'outputs'>): void {
  const env = withEnv(scope, scope.env, step.env);
  const contexts = contextsOf(scope, env);
  const decision = decide(step.if, contexts);
  if (decision === 'no') return;
  const when = decision === 'yes' ? scope.when : both(scope.when, decision.when);
  if (when === undefined) return;
  const hop: Hop = {
    label: `${scope.label} › ${stepLabel(step)}`,
    file: scope.reading.file,
    span: siteIn(scope, step.label).span,
  };
  const via = [...scope.via, hop];
  const here: Scope = {
    ...scope,
    when,
    via,
    fate: {
      ...scope.fate,
      ...fateOf(step, contexts, scope, { via, isNoticed: () => outcomes.isNoticed(step, contexts) }),
    },
  };
  const outputs =
    step.run !== undefined
      ? evaluateRun(here, step, env, (handed) =>
          isActedOn(here, step, handed, { ...job, end: (...later) => evaluateRun(...later).status }),
        ).outputs
      : step.uses !== undefined
        ? runUses(here, step, step.uses, env)
        : undefined;
  if (step.id !== undefined) scope.steps.set(step.id, stepData(here, step.id, outputs ?? new Map()));
}

function stepData(scope: Scope, id: string, outputs: ReadonlyMap<string, Data>): Data {
  return {
    kind: 'object',
    entries: new Map<string, Data>([
      ['outputs', { kind: 'object', entries: outputs, others: unknown(`steps.${id}.outputs`, scope.run) }],
      ['outcome', scalar('success')],
      ['conclusion', scalar('success')],
    ]),
  };
}

/**
 * `continue-on-error` and `timeout-minutes`, of a step or a job. What `isNoticed` although the job goes on is not
 * masked.
 */
export function fateOf(
  one: { readonly continueOnError?: Template; readonly timeoutMinutes?: Template },
  contexts: Contexts,
  scope: Scope,
  { via = scope.via, isNoticed }: { via?: Scope['via']; isNoticed?: () => boolean } = {},
): Fate {
  const masks =
    one.continueOnError !== undefined &&
    scalars(renderData(one.continueOnError, contexts)).every((each) => truth(each) === true);
  const minutes =
    one.timeoutMinutes === undefined
      ? undefined
      : Number(known(render(one.timeoutMinutes, contexts)[0]?.value) ?? Number.NaN);
  const limit = scope.fate.limit;
  const shorter = minutes !== undefined && minutes > 0 && (limit === undefined || minutes * 60 < limit.seconds);
  return {
    ...(masks && one.continueOnError !== undefined && isNoticed?.() !== true
      ? {
          masked: {
            by: 'continue-on-error: true',
            why: 'continue-on-error',
            site: siteIn(scope, one.continueOnError.range, via),
          },
        }
      : {}),
    ...(shorter && one.timeoutMinutes !== undefined
      ? {
          limit: {
            seconds: minutes * 60,
            by: `timeout-minutes: ${minutes}`,
            site: siteIn(scope, one.timeoutMinutes.range, via),
          },
        }
      : {}),
  };
}

/** The environment a step's frame carries, with GitHub's own variables. */
export function stepFrame(scope: Scope, env: ReadonlyMap<string, Data>, cwd: string | undefined): Frame {
  return {
    run: scope.run,
    via: scope.via,
    env: new Map([
      ...githubVariables(scope),
      ...[...env].map(([name, data]): [string, Values] => [name, toValues(data)]),
    ]),
    cwd,
    machine: scope.machine,
    inCi: true,
    when: scope.when,
    openEnvironment: false,
    fate: scope.fate,
  };
}

const GITHUB_VARIABLES = [
  'sha',
  'ref',
  'ref_name',
  'ref_type',
  'head_ref',
  'base_ref',
  'run_id',
  'run_number',
  'run_attempt',
  'repository',
  'repository_owner',
  'actor',
  'event_name',
  'workspace',
  'workflow',
  'job',
  'server_url',
  'action_path',
];

/** They are the same for all steps of a workflow. */
const ofGithub = new WeakMap<Data, [string, Values][]>();

function githubVariables(scope: Scope): [string, Values][] {
  const { cpu } = scope.machine.host;
  const plain: [string, string][] = [
    ['CI', 'true'],
    ['GITHUB_ACTIONS', 'true'],
    ...(cpu === undefined ? [] : [['RUNNER_ARCH', cpu === 'arm64' ? 'ARM64' : 'X64'] satisfies [string, string]]),
  ];
  const context = scope.contexts.get('github');
  let github = context === undefined ? undefined : ofGithub.get(context);
  if (github === undefined) {
    github = GITHUB_VARIABLES.map((name): [string, Values] => [
      `GITHUB_${name.toUpperCase()}`,
      toValues(
        evaluateExpression(
          {
            kind: 'index',
            object: { kind: 'context', name: 'github' },
            property: { kind: 'literal', type: 'string', value: name },
          },
          contextsOf(scope),
        ),
      ),
    ]);
    if (context !== undefined) ofGithub.set(context, github);
  }
  return [...plain.map(([name, value]): [string, Values] => [name, toValues(scalar(value))]), ...github];
}

function runUses(scope: Scope, step: Step, uses: Template, env: ReadonlyMap<string, Data>): ReadonlyMap<string, Data> {
  const said = uses.text.trim();
  if (said.startsWith('./') || said.startsWith('../')) return runLocalAction(scope, step, said, env);
  const at = said.indexOf('@');
  const name = (at === -1 ? said : said.slice(0, at)).toLowerCase();
  const outputs = new Map<string, Data>();
  const handler = ACTIONS.get(name);
  if (handler !== undefined)
    handler(
      actionCall(
        scope,
        step,
        uses,
        { name, version: step.pinned ?? (at === -1 ? '' : said.slice(at + 1)) },
        env,
        outputs,
      ),
    );
  else if (!isHarmless(name)) emitForeign(scope, step, uses, said, env);
  return outputs;
}

/** Its own environment is given to it as well: many actions take no inputs and read variables. */
function emitForeign(scope: Scope, step: Step, uses: Template, label: string, env: ReadonlyMap<string, Data>): void {
  const contexts = contextsOf(scope, env);
  const inputs = step.with.map(({ name, value }) => [name, renderData(value, contexts)] as const);
  const own = step.env.flatMap(({ name }) => {
    const data = env.get(name);
    return data === undefined ? [] : [[name, data] as const];
  });
  scope.world.emit(
    {
      kind: 'blind-spot',
      what: 'action',
      label: `the action ${label}`,
      may: MAY_DO_ALL,
      given: givenBy([...inputs, ...own]),
      site: siteIn(scope, uses.range),
      when: scope.when,
    },
    stepFrame(scope, env, ''),
  );
}

/** The reading of a composite action in this project. */
function localAction(scope: Scope, path: string): WorkflowReading | undefined {
  const folder = joinPath('', path);
  if (folder === undefined) return undefined;
  for (const name of ['action.yml', 'action.yaml']) {
    const reading = scope.world.readings.get(folder === '' ? name : `${folder}/${name}`);
    if (reading?.kind === 'workflow' && reading.form === 'action') return reading;
  }
  return undefined;
}

function runLocalAction(
  scope: Scope,
  step: Step,
  path: string,
  env: ReadonlyMap<string, Data>,
): ReadonlyMap<string, Data> {
  const action = localAction(scope, path);
  if (action === undefined) return new Map();
  if (scope.depth >= MAX_DEPTH) {
    scope.world.emit(
      { kind: 'unfollowed', what: 'levels', most: MAX_DEPTH, site: siteIn(scope, step.label), when: scope.when },
      stepFrame(scope, env, undefined),
    );
    return new Map();
  }
  scope.world.called.add(action.file);
  if (action.using !== 'composite') {
    if (step.uses !== undefined) emitForeign(scope, step, step.uses, path, env);
    return new Map();
  }
  const caller = contextsOf(scope, env);
  const inputs = passedInputs(action, step.with, caller);
  const github = caller('github');
  const contexts = new Map([...scope.contexts, ['inputs', inputs] as const]);
  if (github?.kind === 'object')
    contexts.set('github', {
      ...github,
      entries: new Map([...github.entries, ['action_path', scalar(`/project/${dirname(action.file)}`)]]),
    });
  // What the action's steps put into $GITHUB_ENV is there for the caller's next steps too; its `with` and `env` aren't.
  const inner: Scope = {
    ...scope,
    reading: action,
    contexts,
    steps: new Map(),
    env: new Map([...scope.env, ...env]),
    defaults: {},
    label: fileName(dirname(action.file)) || fileName(action.file),
    depth: scope.depth + 1,
  };
  const before = new Map(inner.env);
  runSteps(inner, action.steps, action.outputs);
  for (const [name, data] of inner.env) if (before.get(name) !== data) scope.env.set(name, data);
  const after = contextsOf(inner);
  return new Map(action.outputs.map(({ name, value }): [string, Data] => [name, asString(renderData(value, after))]));
}

/** What a step left, under the choices it ran under; what was there before holds under the others. */
export function merged(before: Data | undefined, after: Values, when: When): Data {
  if (when.length === 0) return ofValues(after);
  const under = after.flatMap((one) => {
    const joined = both(one.when, when);
    return joined === undefined ? [] : [{ value: one.value, when: joined }];
  });
  const [choice] = when;
  const otherwise =
    when.length === 1 && choice !== undefined && (choice.is === 'true' || choice.is === 'false')
      ? [{ cond: choice.cond, is: choice.is === 'true' ? 'false' : 'true' }]
      : [{ cond: when.map(({ cond, is }) => `${cond} = ${is}`).join(' and '), is: 'false' }];
  const kept =
    before === undefined
      ? []
      : toValues(before).flatMap((one) => {
          const joined = both(one.when, otherwise);
          return joined === undefined ? [] : [{ value: one.value, when: joined }];
        });
  return ofValues([...under, ...kept]);
}
