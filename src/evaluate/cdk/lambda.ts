/** Lambda functions from images. */
import { known } from '../../model/text.ts';
import type { CdkObject } from '../../parsers/cdk/reading.ts';
import { argument, is, isGiven, kindOf, objectOf, prop, refs, type Graph } from './graph.ts';
import { imageWays } from './images.ts';
import { overrides } from './repositories.ts';
import { cpuWays, textWays, type CpuWay } from './texts.ts';
import { emitWorkload, namesOf, wordsOf } from './workloads.ts';

const LAMBDA = 'aws-lambda';

export function evaluateLambda(graph: Graph, object: CdkObject): void {
  if (is(object, LAMBDA, /^DockerImageFunction$/)) dockerImageFunction(graph, object);
  else if (is(object, LAMBDA, /^Function$/)) plainFunction(graph, object);
  else if (is(object, LAMBDA, /^CfnFunction$/)) resource(graph, object);
}

/** An escape hatch wins over the property. */
function architectures(graph: Graph, object: CdkObject): CpuWay[] {
  const forced = [...overrides(graph, object, 'Architectures'), ...overrides(graph, object, 'Architectures.0')].at(-1);
  return cpuWays(graph, forced === undefined ? prop(object, kindOf(object).name === 'CfnFunction' ? 'architectures' : 'architecture') : [forced]);
}

function dockerImageFunction(graph: Graph, object: CdkObject): void {
  // The asset follows the property alone: an override comes too late for it.
  const derive = cpuWays(graph, prop(object, 'architecture'));
  emitWorkload(graph, {
    object, service: 'lambda', unstated: 'amd64', cpus: architectures(graph, object), names: namesOf(object, 'functionName'),
    images: imageWays(graph, prop(object, 'code'), { owner: object, derive }), ...started(graph, object),
  });
}

/** `lambda.Function` runs an image when its code says so; the platform is never derived. */
function plainFunction(graph: Graph, object: CdkObject): void {
  const codes = refs(graph, prop(object, 'code'));
  const image = codes.some(({ object: code }) => /(?:fromAssetImage|fromEcrImage|EcrImageCode|AssetImageCode|toLambdaDockerImageCode)$/.test(code.name));
  const handler = prop(object, 'handler').some((one) => one.value.kind === 'symbol' && one.value.path.at(-1) === 'FROM_IMAGE');
  if (!image && !handler) return;
  emitWorkload(graph, {
    object, service: 'lambda', unstated: 'amd64', cpus: architectures(graph, object), names: namesOf(object, 'functionName'),
    images: imageWays(graph, prop(object, 'code'), { owner: object }), ...started(graph, object),
  });
}

function resource(graph: Graph, object: CdkObject): void {
  const isImage = known(textWays(prop(object, 'packageType'))[0]?.text) === 'Image' || isGiven(prop(object, 'code', 'imageUri'));
  if (!isImage) return;
  const words = wordsOf(prop(object, 'imageConfig', 'command'));
  emitWorkload(graph, {
    object, service: 'lambda', unstated: 'amd64', cpus: architectures(graph, object), names: namesOf(object, 'functionName'),
    images: imageWays(graph, prop(object, 'code', 'imageUri'), { owner: object }), ...(words === undefined ? {} : { startsWith: words }),
  });
}

/** `cmd` and `entrypoint` are given with the code. */
function started(graph: Graph, object: CdkObject): { startsWith?: readonly string[] } {
  const code = prop(object, 'code');
  const call = code.length === 1 ? objectOf(graph, code[0]!.value) : undefined;
  const index = call?.how === 'method' ? 0 : 1;
  const words = call === undefined ? undefined : (wordsOf(argument(call, index, 'entrypoint')) ?? wordsOf(argument(call, index, 'cmd')));
  return words === undefined ? {} : { startsWith: words };
}
