/** Batch, App Runner, Bedrock AgentCore, and constructs that copy images between registries. */
import type { CdkObject } from '../../parsers/cdk/reading.ts';
import { dig, is, isGiven, kindOf, meet, objectOf, originOf, prop, siteAt, type Found, type Graph } from './graph.ts';
import { imageWays, refWays } from './images.ts';
import { overrides } from './repositories.ts';
import { cpuWays, together } from './texts.ts';
import { emitWorkload, namesOf, wordsOf } from './workloads.ts';

const BATCH = 'aws-batch';
const APP_RUNNER = 'aws-apprunner';
const AGENT_CORE = /bedrock-?agentcore/;

export function evaluateServices(graph: Graph, object: CdkObject): void {
  if (is(object, BATCH, /./)) batch(graph, object);
  else if (is(object, APP_RUNNER, /^(?:Service|CfnService)$/)) appRunner(graph, object);
  else if (is(object, AGENT_CORE, /(?:^|\.)(?:Runtime|CfnRuntime)$/)) agentCore(graph, object);
  else if (is(object, 'aws-codepipeline-actions', /^(?:EcsDeployAction|CodeDeployEcsDeployAction)$/)) pipelineDeploy(graph, object);
  else if (/(?:^|\.)ECRDeployment$/.test(object.name)) copy(graph, object);
}

function batch(graph: Graph, object: CdkObject): void {
  const { name } = kindOf(object);
  if (name === 'EcsFargateContainerDefinition' || name === 'EcsEc2ContainerDefinition') container(graph, object, prop(object), name.includes('Fargate'));
  else if (name === 'JobDefinition') container(graph, object, prop(object, 'container'), isFargate(prop(object, 'platformCapabilities')));
  else if (name === 'CfnJobDefinition') {
    const words = wordsOf(prop(object, 'containerProperties', 'command'));
    emitWorkload(graph, {
      object, service: 'batch', cpus: cpuWays(graph, overrides(graph, object, 'ContainerProperties.RuntimePlatform.CpuArchitecture').slice(-1).concat(prop(object, 'containerProperties', 'runtimePlatform', 'cpuArchitecture')).slice(0, 1)),
      images: imageWays(graph, prop(object, 'containerProperties', 'image'), { owner: object }), names: namesOf(object, 'jobDefinitionName'),
      ...(isFargate(prop(object, 'platformCapabilities')) ? { unstated: 'amd64' as const } : {}), ...(words === undefined ? {} : { startsWith: words }),
    });
  }
}

function container(graph: Graph, object: CdkObject, options: readonly Found[], fargate: boolean): void {
  if (!isGiven(dig(options, ['image']))) return;
  const words = wordsOf(dig(options, ['command']));
  emitWorkload(graph, {
    object, service: 'batch', cpus: cpuWays(graph, dig(options, ['fargateCpuArchitecture'])), images: imageWays(graph, dig(options, ['image']), { owner: object }),
    names: namesOf(object, 'jobDefinitionName'), ...(fargate ? { unstated: 'amd64' as const } : {}), ...(words === undefined ? {} : { startsWith: words }),
  });
}

function isFargate(ways: readonly Found[]): boolean {
  return ways.some((one) => one.value.kind === 'list' && one.value.items.some((item) => {
    const value = item[0]!.value;
    return (value.kind === 'text' && value.text.join('') === 'FARGATE') || (value.kind === 'symbol' && value.path.at(-1) === 'FARGATE');
  }));
}

function appRunner(graph: Graph, object: CdkObject): void {
  const resource = kindOf(object).name === 'CfnService';
  const image = resource ? prop(object, 'sourceConfiguration', 'imageRepository', 'imageIdentifier') : prop(object, 'source');
  const automatic = resource ? prop(object, 'sourceConfiguration', 'autoDeploymentsEnabled') : prop(object, 'autoDeploymentsEnabled');
  const auto = automatic.length === 1 && automatic[0]!.value.kind === 'literal' && typeof automatic[0]!.value.value === 'boolean' ? automatic[0]!.value.value : undefined;
  if (!isGiven(image)) return;
  // `Source.fromGitHub` runs no image of ours.
  if (image.every((one) => /fromGitHub$/.test(objectOf(graph, one.value)?.name ?? ''))) return;
  emitWorkload(graph, {
    object, service: 'apprunner', always: 'amd64', cpus: [], images: imageWays(graph, image, { owner: object }), names: namesOf(object, 'serviceName'),
    ...(auto === undefined ? {} : { autoDeploy: auto }),
  });
}

function agentCore(graph: Graph, object: CdkObject): void {
  const resource = kindOf(object).name.endsWith('CfnRuntime');
  const image = resource ? prop(object, 'agentRuntimeArtifact', 'containerConfiguration', 'containerUri') : prop(object, 'agentRuntimeArtifact');
  if (!isGiven(image)) return;
  emitWorkload(graph, { object, service: 'agentcore', always: 'arm64', cpus: [], images: imageWays(graph, image, { owner: object }), names: namesOf(object, 'agentRuntimeName', 'runtimeName') });
}

/** The pipeline registers a new revision with the image that its build names. */
function pipelineDeploy(graph: Graph, object: CdkObject): void {
  graph.world.emit({
    kind: 'rollout', label: object.name, service: 'ecs', effect: 'forced', site: siteAt(graph, undefined, object), origin: originOf(graph, object), when: object.when,
  }, { ...graph.frame, run: `${graph.frame.run} pipeline` });
}

/** `ECRDeployment` copies an image (usually an asset) to a repository under a name of its own. */
function copy(graph: Graph, object: CdkObject): void {
  for (const { a: source, b: target, when } of together(refWays(graph, prop(object, 'src')), refWays(graph, prop(object, 'dest')))) {
    const conditions = meet(object.when, when);
    if (conditions === undefined) continue;
    graph.world.emit({
      kind: 'tag', tool: 'ECRDeployment', source: source.ref, sourceSite: siteAt(graph, source.at, object), target: target.ref, targetSite: siteAt(graph, target.at, object),
      remote: true, site: siteAt(graph, undefined, object), origin: originOf(graph, object), when: conditions,
    }, graph.frame);
  }
}

