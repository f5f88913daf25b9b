/** App Runner, Bedrock AgentCore and what deploys to them. */
import { known } from '../../../core/text.ts';
import type { CdkObject } from '../reading.ts';
import { deploysByItself } from '../../../services/app-runner.ts';
import { startLine } from '../../../services/start.ts';
import { SERVICES } from '../../../services/index.ts';
import { argument, dig, found, is, isGiven, kindOf, objectOf, originOf, prop, siteAt, type Graph } from './graph.ts';
import { evaluateBatch } from './batch.ts';
import { copies } from './copies.ts';
import { imageWays } from './images.ts';
import { settled } from './overrides.ts';
import { textWays } from './texts.ts';
import { emitWorkload, namesOf } from './workloads.ts';
import { defined } from '../../../core/optional.ts';

const APP_RUNNER = 'aws-apprunner';
const AGENT_CORE = /bedrock-?agentcore/;

export function evaluateServices(graph: Graph, object: CdkObject): void {
  if (is(object, 'aws-batch', /./)) evaluateBatch(graph, object);
  else if (is(object, APP_RUNNER, /^(?:Service|CfnService)$/)) appRunner(graph, object);
  else if (is(object, AGENT_CORE, /(?:^|\.)(?:Runtime|CfnRuntime)$/)) agentCore(graph, object);
  else if (is(object, 'aws-sagemaker', /^CfnModel$/)) sageMakerModel(graph, object);
  else if (is(object, 'aws-codepipeline-actions', /^(?:EcsDeployAction|CodeDeployEcsDeployAction)$/))
    pipelineDeploy(graph, object);
  else copies(graph, object);
}

function appRunner(graph: Graph, object: CdkObject): void {
  const resource = kindOf(object).name === 'CfnService';
  const image = resource
    ? settled(
        graph,
        object,
        'SourceConfiguration.ImageRepository.ImageIdentifier',
        prop(object, 'sourceConfiguration', 'imageRepository', 'imageIdentifier'),
      )
    : prop(object, 'source');
  if (!isGiven(image)) return;
  // `Source.fromGitHub` runs no image of ours.
  if (image.every((one) => /fromGitHub$/.test(objectOf(graph, one.value)?.name ?? ''))) return;
  const auto = deploysItself(graph, object, resource);
  const command = resource
    ? prop(object, 'sourceConfiguration', 'imageRepository', 'imageConfiguration', 'startCommand')
    : image.flatMap((one) => {
        const call = objectOf(graph, one.value);
        return call === undefined ? [] : argument(call, 0, 'imageConfiguration', 'startCommand');
      });
  emitWorkload(graph, {
    object,
    service: 'apprunner',
    unsaidCpu: SERVICES.apprunner.unsaidCpu,
    cpus: [],
    images: imageWays(graph, image, { owner: object }),
    names: namesOf(object, 'serviceName'),
    ...defined({ autoDeploy: auto }),
    ...startLine(known(textWays(command)[0]?.text)),
  });
}

function deploysItself(graph: Graph, object: CdkObject, resource: boolean): boolean | undefined {
  const said = resource
    ? prop(object, 'sourceConfiguration', 'autoDeploymentsEnabled')
    : prop(object, 'autoDeploymentsEnabled');
  const [only] = said;
  const value = said.length === 1 && only?.value.kind === 'literal' ? only.value.value : undefined;
  const stated = isGiven(said) ? (typeof value === 'boolean' ? value : 'unknown') : undefined;
  return deploysByItself({ stated, type: resource ? statedType(object) : typeOfSource(graph, object) });
}

function statedType(object: CdkObject): string | undefined {
  return known(textWays(prop(object, 'sourceConfiguration', 'imageRepository', 'imageRepositoryType'))[0]?.text);
}

/** `Source.fromEcr(…)` says it by its name. */
function typeOfSource(graph: Graph, object: CdkObject): string | undefined {
  const calls = prop(object, 'source').map((one) => objectOf(graph, one.value)?.name ?? '');
  if (calls.every((name) => /\.(?:fromEcr|fromAsset)$/.test(name))) return 'ECR';
  return calls.every((name) => name.endsWith('.fromEcrPublic')) ? 'ECR_PUBLIC' : undefined;
}

function agentCore(graph: Graph, object: CdkObject): void {
  const resource = kindOf(object).name.endsWith('CfnRuntime');
  const image = resource
    ? prop(object, 'agentRuntimeArtifact', 'containerConfiguration', 'containerUri')
    : prop(object, 'agentRuntimeArtifact');
  if (!isGiven(image)) return;
  emitWorkload(graph, {
    object,
    service: 'agentcore',
    unsaidCpu: SERVICES.agentcore.unsaidCpu,
    cpus: [],
    images: imageWays(graph, image, { owner: object }),
    names: namesOf(object, 'agentRuntimeName', 'runtimeName'),
  });
}

/** A model has one container, or a row of them. Its endpoint's instances decide the CPU. */
function sageMakerModel(graph: Graph, object: CdkObject): void {
  const row = prop(object, 'containers').flatMap((one) => (one.value.kind === 'list' ? one.value.items : []));
  const images = [prop(object, 'primaryContainer', 'image'), ...row.map((item) => dig(found(item), ['image']))];
  for (const [index, image] of images.entries()) {
    if (!isGiven(image)) continue;
    emitWorkload(graph, {
      object,
      service: 'sagemaker',
      cpus: [],
      images: imageWays(graph, image, { owner: object }),
      names: namesOf(object, 'modelName'),
      ...(index === 0 ? {} : { part: `container${index}` }),
    });
  }
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
