/** App Runner, Bedrock AgentCore and what deploys to them. */
import { oneOrNone } from '../../../core/optional.ts';
import { readRuntime } from '../../../services/agentcore.ts';
import { readModel } from '../../../services/sagemaker.ts';
import { readService } from '../../../services/app-runner.ts';
import type { CdkObject } from '../reading.ts';
import { evaluateBatch } from './batch.ts';
import { copies } from './copies.ts';
import { argument, is, isGiven, kindOf, objectOf, originOf, prop, siteAt, type Graph } from './graph.ts';
import { NOT_GIVEN, viewOf, wordFound, type Properties } from './view.ts';
import { emitRunning } from './workloads.ts';

const APP_RUNNER = 'aws-apprunner';
const AGENT_CORE = /bedrock-?agentcore/;

export function evaluateServices(graph: Graph, object: CdkObject): void {
  if (is(object, 'aws-batch', /./)) evaluateBatch(graph, object);
  else if (is(object, APP_RUNNER, /^(?:Service|CfnService)$/)) appRunner(graph, object);
  else if (is(object, AGENT_CORE, /(?:^|\.)(?:Runtime|CfnRuntime)$/)) agentCore(graph, object);
  else if (is(object, 'aws-sagemaker', /^CfnModel$/))
    for (const running of readModel(viewOf(graph, object))) emitRunning(graph, object, running);
  else if (is(object, 'aws-codepipeline-actions', /^(?:EcsDeployAction|CodeDeployEcsDeployAction)$/))
    pipelineDeploy(graph, object);
  else copies(graph, object);
}

const SOURCE = 'SourceConfiguration';

function appRunner(graph: Graph, object: CdkObject): void {
  const properties = kindOf(object).name === 'CfnService' ? undefined : serviceProperties(graph, object);
  for (const running of oneOrNone(readService(viewOf(graph, object, properties)))) emitRunning(graph, object, running);
}

/** `new Service(…, { source: Source.fromEcr({…}) })`: the call says which kind of registry it is. */
function serviceProperties(graph: Graph, object: CdkObject): Properties {
  const sources = prop(object, 'source');
  const names = sources.map((one) => objectOf(graph, one.value)?.name ?? '');
  const type = names.every((name) => /\.(?:fromEcr|fromAsset)$/.test(name))
    ? 'ECR'
    : names.every((name) => name.endsWith('.fromEcrPublic'))
      ? 'ECR_PUBLIC'
      : undefined;
  return {
    ServiceName: prop(object, 'serviceName'),
    // `Source.fromGitHub` runs no image of ours.
    [`${SOURCE}.ImageRepository.ImageIdentifier`]: names.every((name) => /fromGitHub$/.test(name))
      ? NOT_GIVEN
      : sources,
    [`${SOURCE}.AutoDeploymentsEnabled`]: prop(object, 'autoDeploymentsEnabled'),
    ...(type === undefined ? {} : { [`${SOURCE}.ImageRepository.ImageRepositoryType`]: wordFound(type) }),
    [`${SOURCE}.ImageRepository.ImageConfiguration.StartCommand`]: sources.flatMap((one) => {
      const call = objectOf(graph, one.value);
      return call === undefined ? [] : argument(call, 0, 'imageConfiguration', 'startCommand');
    }),
  };
}

function agentCore(graph: Graph, object: CdkObject): void {
  const properties: Properties | undefined = kindOf(object).name.endsWith('CfnRuntime')
    ? undefined
    : {
        AgentRuntimeName: isGiven(prop(object, 'agentRuntimeName'))
          ? prop(object, 'agentRuntimeName')
          : prop(object, 'runtimeName'),
        'AgentRuntimeArtifact.ContainerConfiguration.ContainerUri': prop(object, 'agentRuntimeArtifact'),
      };
  for (const running of oneOrNone(readRuntime(viewOf(graph, object, properties)))) emitRunning(graph, object, running);
}

/** The pipeline registers a new revision with the image that its build names. */
function pipelineDeploy(graph: Graph, object: CdkObject): void {
  graph.world.emit(
    {
      kind: 'rollout',
      label: object.name,
      service: 'ecs',
      effect: 'forced',
      site: siteAt(graph, undefined, object),
      origin: originOf(graph, object),
      when: object.when,
    },
    { ...graph.frame, run: `${graph.frame.run} pipeline` },
  );
}
