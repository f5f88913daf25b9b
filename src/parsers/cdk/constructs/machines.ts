/**
 * Machines that build: a CodeBuild project's, and that of the pipeline which publishes the assets of the stages it
 * deploys.
 */
import type { Host } from '../../../model/facts.ts';
import type { Cpu } from '../../../core/platform.ts';
import type { CdkObject } from '../reading.ts';
import { baseOf, dig, found, is, isGiven, objectOf, prop, type Found, type Graph } from './graph.ts';
import { knownWay } from './texts.ts';
import { defined } from '../../../core/optional.ts';
import { memo } from '../../../core/memo.ts';

const stages: (graph: Graph) => ReadonlyMap<number, Host> = memo(stagesDeployed);

/** Undefined where no pipeline deploys the construct. */
export function publisherOf(graph: Graph, object: CdkObject): Host | undefined {
  const deployed = stages(graph);
  if (deployed.size === 0) return undefined;
  let at: CdkObject | undefined = object;
  for (let depth = 0; at !== undefined && depth < 64; depth++) {
    const host = deployed.get(at.id);
    if (host !== undefined) return host;
    at = at.scope === undefined ? undefined : graph.reading.objects[at.scope];
  }
  return undefined;
}

/** `pipeline.addStage(stage)`, `pipeline.addWave('x').addStage(stage)`. */
function stagesDeployed(graph: Graph): ReadonlyMap<number, Host> {
  const hosts = new Map<number, Host>();
  for (const call of graph.reading.objects) {
    if (call.how !== 'method' || call.name !== 'addStage' || call.target === undefined) continue;
    const pipeline = pipelineOf(graph, call);
    if (pipeline === undefined) continue;
    for (const one of found(call.args[0])) {
      const stage = objectOf(graph, one.value);
      if (stage !== undefined) hosts.set(stage.id, hostOf(graph, pipeline));
    }
  }
  return hosts;
}

function pipelineOf(graph: Graph, call: CdkObject): CdkObject | undefined {
  let id = call.target === undefined ? undefined : baseOf(call.target);
  for (let depth = 0; id !== undefined && depth < 4; depth++) {
    const object: CdkObject | undefined = graph.reading.objects[id];
    if (object === undefined) return undefined;
    if (is(object, /\/pipelines$|^core$/, /(?:^|\.)CodePipeline$/)) return object;
    id = object.how === 'method' && object.target !== undefined ? baseOf(object.target) : undefined;
  }
  return undefined;
}

function hostOf(graph: Graph, pipeline: CdkObject): Host {
  const own = prop(pipeline, 'assetPublishingCodeBuildDefaults', 'buildEnvironment');
  const environment = isGiven(dig(own, ['buildImage'])) ? own : prop(pipeline, 'codeBuildDefaults', 'buildEnvironment');
  return machineOf(graph, environment, false);
}

const X86: Host = { kind: 'codebuild', cpu: 'amd64', label: 'LINUX_CONTAINER' };

/** The library's default is Linux on x86. */
export function machineOf(graph: Graph, environment: readonly Found[], resource: boolean): Host {
  // A fleet's machines are what the fleet says, whatever the project's own image or type is.
  if (isGiven(dig(environment, ['fleet']))) return { kind: 'codebuild' };
  if (resource) {
    const type = knownWay(dig(environment, ['type']));
    const cpu: Cpu | undefined = type === undefined ? undefined : /(?:^|_)ARM(?:_|$)/.test(type) ? 'arm64' : 'amd64';
    return { kind: 'codebuild', ...defined({ cpu, label: type }) };
  }
  const [image, ...more] = dig(environment, ['buildImage']);
  if (image === undefined || more.length > 0) return { kind: 'codebuild' };
  if (image.value.kind === 'undefined') return X86;
  const name = image.value.kind === 'symbol' ? image.value.path.join('.') : (objectOf(graph, image.value)?.name ?? '');
  if (/(?:^|\.)LinuxArm\w*BuildImage\b|(?:^|\.)LinuxBuildImage\.\w*_ARM(?:_|$)/.test(name))
    return { kind: 'codebuild', cpu: 'arm64', label: 'ARM_CONTAINER' };
  return /(?:^|\.)Linux\w*BuildImage\b/.test(name)
    ? X86
    : /(?:^|\.)Windows\w*BuildImage\b/.test(name)
      ? { kind: 'codebuild', cpu: 'amd64', label: 'WINDOWS_CONTAINER' }
      : { kind: 'codebuild' };
}
