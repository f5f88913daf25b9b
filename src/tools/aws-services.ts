/** The smaller services: App Runner, Batch, Bedrock AgentCore, CodeDeploy and what else starts a roll-out. */
import type { Rollout, Service, Workload } from '../model/facts.ts';
import { parseImageRef } from '../core/image-ref.ts';
import { cpuOf } from '../core/platform.ts';
import { judged } from '../core/sealed.ts';
import { show, type Text } from '../core/text.ts';
import { deploysByItself, type DeploymentSettings } from '../services/app-runner.ts';
import { startLine, startOf } from '../services/start.ts';
import type { Arg, CommandResult, Invocation } from '../project/evaluation.ts';
import { SERVICES } from '../services/index.ts';
import type { AwsCall, AwsHandler, AwsHandlers } from './aws.ts';
import { field, jsonOf, nameFromArn } from './aws-values.ts';
import { leaveOwnCluster } from './desk.ts';
import { answer, line } from './environment.ts';
import { at, saidWords, stringsAt, textAt, type JsonText } from './json-text.ts';
import { cut } from './texts.ts';
import { defined } from '../core/optional.ts';

function result(invocation: Invocation, call: AwsCall, long = true): CommandResult {
  const label = `aws ${call.service} ${call.operation}`;
  // A creation that fails because the thing is there already is how scripts stay repeatable.
  const matters = long && !/^create-(?!deployment)/.test(call.operation);
  return { stdout: line(answer(invocation, label)), ...(matters ? { long: { what: 'rollout', label } } : {}) };
}

function workload(
  invocation: Invocation,
  call: AwsCall,
  about: {
    readonly service: Service;
    readonly name: Text | undefined;
    readonly image: Text;
    readonly arg: Arg;
    readonly cpu: Pick<Workload, 'cpu' | 'cpuSite' | 'cpuBasis'>;
    readonly autoDeploy?: boolean;
    readonly startsWith?: readonly string[];
  },
): void {
  invocation.emit({
    kind: 'workload',
    site: invocation.site,
    service: about.service,
    declared: false,
    label: about.name === undefined ? `aws ${call.service} ${call.operation}` : show(about.name),
    ...defined({ name: about.name }),
    image: { kind: 'ref', ref: parseImageRef(about.image) },
    imageSite: about.arg.site,
    ...about.cpu,
    ...defined({ autoDeploy: about.autoDeploy, startsWith: about.startsWith, region: call.region }),
  });
}

const rollout =
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
  const source = call.value('--source-configuration');
  const json = jsonOf(invocation, source);
  const image = textAt(json, 'ImageRepository', 'ImageIdentifier') ?? nested(source?.text, 'ImageIdentifier=');
  const name =
    call.value('--service-name')?.text ??
    (call.value('--service-arn') === undefined ? undefined : nameFromArn(call.value('--service-arn')?.text ?? []));
  if (source === undefined || image === undefined) return result(invocation, call);
  const autoDeploy = deploysByItself(deploymentSettings(source, json));
  const update = call.operation === 'update-service';
  workload(invocation, call, {
    service: 'apprunner',
    name,
    image,
    arg: source,
    cpu: SERVICES.apprunner.unsaidCpu,
    ...defined({ autoDeploy }),
    ...startLine(
      judged(
        textAt(json, 'ImageRepository', 'ImageConfiguration', 'StartCommand') ?? nested(source.text, 'StartCommand='),
      ),
    ),
  });
  if (update) {
    invocation.emit({
      kind: 'rollout',
      site: invocation.site,
      label: 'aws apprunner update-service',
      service: 'apprunner',
      effect: 'on change',
      image: parseImageRef(image),
      imageSite: source.site,
      ...defined({ name }),
    });
  }
  return result(invocation, call);
};

function deploymentSettings(source: Arg, json: JsonText | undefined): DeploymentSettings {
  const type = judged(
    textAt(json, 'ImageRepository', 'ImageRepositoryType') ?? nested(source.text, 'ImageRepositoryType='),
  );
  const inJson = at(json, 'AutoDeploymentsEnabled');
  const written = inJson === undefined ? nested(source.text, 'AutoDeploymentsEnabled=') : undefined;
  if (inJson === undefined && written === undefined) return { stated: undefined, type };
  const word = inJson?.kind === 'other' ? String(inJson.value) : judged(written)?.trim().toLowerCase();
  return { stated: word === 'true' ? true : word === 'false' ? false : 'unknown', type };
}

/**
 * `ImageRepository={ImageIdentifier=…,ImageRepositoryType=ECR}`: the value after a key, wherever it stands in a
 * shorthand.
 */
function nested(text: Text | undefined, key: string): Text | undefined {
  const rest = text === undefined ? undefined : cut(text, key)?.[1];
  if (rest === undefined) return undefined;
  const beforeComma = cut(rest, ',')?.[0] ?? rest;
  return cut(beforeComma, '}')?.[0] ?? beforeComma;
}

export const APPRUNNER: AwsHandlers = new Map<string, AwsHandler>([
  ['create-service', appRunner],
  ['update-service', appRunner],
  ['start-deployment', rollout('apprunner', ['--service-arn'], 'forced')],
]);

// ── Batch ───────────────────────────────────────────────────────────────────────────────────────

const registerJob: AwsHandler = (invocation, call) => {
  const properties = call.value('--container-properties');
  const whole = call.value('--cli-input-json');
  const arg = properties ?? whole;
  const read = jsonOf(invocation, arg);
  const container =
    properties === undefined && read?.kind === 'object' ? read.entries.get('containerProperties') : read;
  const image = textAt(container, 'image') ?? field(invocation, properties, 'image');
  if (arg === undefined || image === undefined) return result(invocation, call, false);
  const stated = textAt(container, 'runtimePlatform', 'cpuArchitecture');
  const capabilities =
    call.options.get('--platform-capabilities')?.values.map((one) => judged(one.text) ?? '') ??
    stringsAt(read, 'platformCapabilities') ??
    [];
  const cpu = cpuOf(judged(stated) ?? '');
  workload(invocation, call, {
    service: 'batch',
    name: call.value('--job-definition-name')?.text ?? textAt(read, 'jobDefinitionName'),
    image,
    arg,
    cpu:
      stated !== undefined
        ? { ...defined({ cpu }), cpuSite: arg.site, cpuBasis: 'stated' }
        : capabilities.includes('FARGATE')
          ? SERVICES.batch.unsaidCpuOnFargate
          : {},
    ...startOf(undefined, saidWords(at(container, 'command'))),
  });
  return result(invocation, call, false);
};

export const BATCH: AwsHandlers = new Map<string, AwsHandler>([
  ['register-job-definition', registerJob],
  ['submit-job', rollout('batch', ['--job-definition'], 'forced')],
]);

// ── Bedrock AgentCore ───────────────────────────────────────────────────────────────────────────

const agentRuntime: AwsHandler = (invocation, call) => {
  const artifact = call.value('--agent-runtime-artifact');
  const image =
    textAt(jsonOf(invocation, artifact), 'containerConfiguration', 'containerUri') ??
    nested(artifact?.text, 'containerUri=');
  const name = (call.value('--agent-runtime-name') ?? call.value('--agent-runtime-id'))?.text;
  if (artifact !== undefined && image !== undefined) {
    workload(invocation, call, {
      service: 'agentcore',
      name,
      image,
      arg: artifact,
      cpu: SERVICES.agentcore.unsaidCpu,
    });
  }
  if (call.operation === 'update-agent-runtime') {
    invocation.emit({
      kind: 'rollout',
      site: invocation.site,
      label: 'aws bedrock-agentcore-control update-agent-runtime',
      service: 'agentcore',
      effect: 'forced',
      ...defined({ name }),
      ...(artifact === undefined || image === undefined
        ? {}
        : { image: parseImageRef(image), imageSite: artifact.site }),
    });
  }
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
  ['codebuild start-build', rollout('any', ['--project-name'], 'unknown')],
  ['autoscaling start-instance-refresh', rollout('any', ['--auto-scaling-group-name'], 'forced')],
  ['ssm send-command', rollout('any', [], 'unknown')],
  ['sagemaker create-model', rollout('sagemaker', ['--model-name'], 'forced')],
  ['sagemaker update-endpoint', rollout('sagemaker', ['--endpoint-name'], 'forced')],
]);
