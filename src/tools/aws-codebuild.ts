/** `aws codebuild …`: a project that a command makes runs its buildspec, on the machine that the command describes. */
import { SUCCEEDS, always, type Values } from '../core/choices.ts';
import { judged } from '../core/sealed.ts';
import { known, show, textKey } from '../core/text.ts';
import { buildspecNamed, codeBuildHost } from '../parsers/pipelines/run-codebuild.ts';
import type { PipelineReading } from '../parsers/pipelines/reading.ts';
import { variableHole } from '../parsers/shell/names.ts';
import type { CommandResult, Invocation, Runner } from '../project/evaluation.ts';
import type { View } from '../services/view.ts';
import type { AwsCall, AwsHandler, AwsHandlers } from './aws.ts';
import { rollout } from './aws-services.ts';
import { viewOf } from './aws-view.ts';
import { answer, line } from './environment.ts';

const STEPS_PER_BUILD = 20;
const DEFAULT_FILES = ['buildspec.yml', 'buildspec.yaml'];

/** An update that says neither source nor machine leaves both as they are. */
const project: AwsHandler = (invocation, call) => {
  const view = viewOf(invocation, call);
  if (view.has('Environment') && (view.has('Source') || call.operation === 'create-project'))
    build(invocation, call, view);
  return made(invocation, call);
};

function made(invocation: Invocation, { operation }: AwsCall): CommandResult {
  return { stdout: line(answer(invocation, `aws codebuild ${operation}`)) };
}

function build(invocation: Invocation, call: AwsCall, view: View): void {
  const { world, frame, site } = invocation;
  const reading = buildspecOf(invocation, view);
  if (reading === undefined) return;
  const host = view.has('Environment', 'Fleet')
    ? ({ kind: 'codebuild' } as const)
    : codeBuildHost(plain(view, 'Environment', 'Type'), plain(view, 'Environment', 'Image'));
  const [name] = view.get('Name');
  const label = name?.text === undefined ? 'CodeBuild project' : `CodeBuild project ${show(name.text)}`;
  const run = `${reading.file} by ${textKey(name?.text ?? [])} on ${host.label ?? host.cpu ?? 'any'}`;
  // Made or updated, it is one project; scripts say both, and say it again on other ways.
  const key = `codebuild project ${site.file} ${run}`;
  if (world.called.has(key) || !world.budget.spend(STEPS_PER_BUILD)) return;
  world.called.add(key);
  world.called.add(reading.file);
  const runner: Runner = {
    run,
    via: [...frame.via, { label, file: site.file, span: site.span }],
    host,
    // It stays when it was made because there was none.
    when: frame.when.filter(({ cond }) => !cond.startsWith(SUCCEEDS)),
    variables: new Map([...regions(call), ...variables(view)]),
  };
  world.calls.pipeline(world, reading, runner);
}

function buildspecOf({ world, frame }: Invocation, view: View): PipelineReading | undefined {
  if (plain(view, 'Source', 'Type') === 'NO_SOURCE') return undefined;
  const stated = view.has('Source', 'BuildSpec') ? plain(view, 'Source', 'BuildSpec') : '';
  // One that is unknown, or that stands there itself, is no file.
  if (stated === undefined || /\n|^\s*(?:\{|version:)/.test(stated)) return undefined;
  return buildspecNamed(
    world.readings,
    stated === '' ? DEFAULT_FILES : [stated],
    frame.cwd === undefined ? [] : [frame.cwd],
  );
}

function plain(view: View, ...path: readonly string[]): string | undefined {
  return judged(view.get(...path)[0]?.text);
}

function regions({ region }: AwsCall): [string, Values][] {
  return region === undefined || known(region) === undefined
    ? []
    : ['AWS_REGION', 'AWS_DEFAULT_REGION'].map((name) => [name, always(region)]);
}

function variables(view: View): [string, Values][] {
  return view.items('Environment', 'EnvironmentVariables').flatMap((one): [string, Values][] => {
    const name = plain(one, 'Name');
    if (name === undefined) return [];
    const value = one.get('Value')[0]?.text;
    const isPlain = (plain(one, 'Type') ?? 'PLAINTEXT') === 'PLAINTEXT';
    return [[name, always(isPlain && value !== undefined ? value : variableHole(name))]];
  });
}

export const CODEBUILD: AwsHandlers = new Map<string, AwsHandler>([
  ['create-project', project],
  ['update-project', project],
  ['start-build', rollout('any', ['--project-name'], 'unknown')],
]);
