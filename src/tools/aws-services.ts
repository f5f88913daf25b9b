/** The smaller services: App Runner, Batch, Bedrock AgentCore, CodeDeploy and what else starts a roll-out. */
import type { Rollout } from '../model/facts.ts';
import { judged } from '../core/sealed.ts';
import type { CommandResult, Invocation } from '../project/evaluation.ts';
import { readRuntime } from '../services/agentcore.ts';
import { readService } from '../services/app-runner.ts';
import { readJobDefinition } from '../services/batch.ts';
import type { Running } from '../services/view.ts';
import type { AwsCall, AwsHandler, AwsHandlers } from './aws.ts';
import { nameFromArn } from './aws-values.ts';
import { emitRunning, viewOf } from './aws-view.ts';
import { leaveOwnCluster } from './desk.ts';
import { answer, line } from './environment.ts';
import { defined } from '../core/optional.ts';

function result(invocation: Invocation, call: AwsCall, long = true): CommandResult {
  const label = `aws ${call.service} ${call.operation}`;
  // A creation that fails because the thing is there already is how scripts stay repeatable.
  const matters = long && !/^create-(?!deployment)/.test(call.operation);
  return { stdout: line(answer(invocation, label)), ...(matters ? { long: { what: 'rollout', label } } : {}) };
}

export const rollout =
  (service: Rollout['service'], flags: readonly string[], effect: Rollout['effect']): AwsHandler =>
  (invocation, call) => {
    const name = flags.map((flag) => call.value(flag)?.text).find((text) => text !== undefined);
    invocation.emit({
      kind: 'rollout',
      site: invocation.site,
      label: `aws ${call.service} ${call.operation}`,
      service,
      effect,
      ...(name === undefined ? {} : { name: nameFromArn(name) }),
    });
    return result(invocation, call, effect === 'forced');
  };

// ── App Runner ──────────────────────────────────────────────────────────────────────────────────

const appRunner: AwsHandler = (invocation, call) => {
  const running = readService(viewOf(invocation, call));
  if (running === undefined) return result(invocation, call);
  emitRunning(invocation, call, running);
  if (call.operation === 'update-service') takes(invocation, call, running, 'on change');
  return result(invocation, call);
};

/** The command has the workload take this image. */
function takes(
  { site, emit }: Invocation,
  call: AwsCall,
  { service, images: [image], names: [name] }: Pick<Running, 'service' | 'images' | 'names'>,
  effect: Rollout['effect'],
): void {
  emit({
    kind: 'rollout',
    site,
    label: `aws ${call.service} ${call.operation}`,
    service,
    effect,
    ...defined({ name: name?.text, imageSite: image?.site }),
    ...(image?.image.kind === 'ref' ? { image: image.image.ref } : {}),
  });
}

export const APPRUNNER: AwsHandlers = new Map<string, AwsHandler>([
  ['create-service', appRunner],
  ['update-service', appRunner],
  ['start-deployment', rollout('apprunner', ['--service-arn'], 'forced')],
]);

// ── Batch ───────────────────────────────────────────────────────────────────────────────────────

const registerJob: AwsHandler = (invocation, call) => {
  for (const running of readJobDefinition(viewOf(invocation, call))) emitRunning(invocation, call, running);
  return result(invocation, call, false);
};

export const BATCH: AwsHandlers = new Map<string, AwsHandler>([
  ['register-job-definition', registerJob],
  ['submit-job', rollout('batch', ['--job-definition'], 'forced')],
]);

// ── Bedrock AgentCore ───────────────────────────────────────────────────────────────────────────

const agentRuntime: AwsHandler = (invocation, call) => {
  const view = viewOf(invocation, call);
  const running = readRuntime(view);
  if (running !== undefined) emitRunning(invocation, call, running);
  if (call.operation === 'update-agent-runtime')
    takes(
      invocation,
      call,
      running ?? { service: 'agentcore', images: [], names: view.get('AgentRuntimeName') },
      'forced',
    );
  return result(invocation, call);
};

export const AGENTCORE: AwsHandlers = new Map<string, AwsHandler>([
  ['create-agent-runtime', agentRuntime],
  ['update-agent-runtime', agentRuntime],
]);

// ── others ──────────────────────────────────────────────────────────────────────────────────────

/** Looking at a deployment that something else runs. */
const confirms: AwsHandler = (invocation, call) => {
  const waitsFor = judged(call.positionals[0]?.text);
  const label = [`aws ${call.service} ${call.operation}`, waitsFor].filter((word) => word !== undefined).join(' ');
  invocation.emit({ kind: 'confirmation', site: invocation.site, what: 'any', label });
  return result(invocation, call, false);
};

export const OTHERS: AwsHandlers = new Map<string, AwsHandler>([
  ['deploy create-deployment', rollout('any', ['--application-name'], 'forced')],
  ['eks update-kubeconfig', leaveOwnCluster],
  ['deploy wait', confirms],
  ['deploy get-deployment', confirms],
  ['codepipeline start-pipeline-execution', rollout('any', ['--name'], 'unknown')],
  ['autoscaling start-instance-refresh', rollout('any', ['--auto-scaling-group-name'], 'forced')],
  ['ssm send-command', rollout('any', [], 'unknown')],
  ['sagemaker create-model', rollout('sagemaker', ['--model-name'], 'forced')],
  ['sagemaker update-endpoint', rollout('sagemaker', ['--endpoint-name'], 'forced')],
]);
