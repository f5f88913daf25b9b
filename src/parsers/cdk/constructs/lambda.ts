/** Lambda functions from images. */
import { oneOrNone } from '../../../core/optional.ts';
import { readFunction } from '../../../services/lambda.ts';
import type { View } from '../../../services/view.ts';
import type { CdkObject } from '../reading.ts';
import { argument, is, objectOf, prop, refs, type Graph } from './graph.ts';
import { imageWays } from './images.ts';
import { cpuWays } from './texts.ts';
import { viewOf, wordFound, type Properties } from './view.ts';
import { emitRunning } from './workloads.ts';

const LAMBDA = 'aws-lambda';

export function evaluateLambda(graph: Graph, object: CdkObject): void {
  if (is(object, LAMBDA, /^DockerImageFunction$/)) dockerImageFunction(graph, object);
  else if (is(object, LAMBDA, /^Function$/)) plainFunction(graph, object);
  else if (is(object, LAMBDA, /^CfnFunction$/)) emitFunction(graph, object, viewOf(graph, object));
}

function emitFunction(graph: Graph, object: CdkObject, view: View): void {
  for (const running of oneOrNone(readFunction(view))) emitRunning(graph, object, running);
}

function dockerImageFunction(graph: Graph, object: CdkObject): void {
  // The asset follows the property alone: an override comes too late for it.
  const derive = cpuWays(graph, prop(object, 'architecture'));
  // It is built, too, where an override has the function run another image.
  imageWays(graph, prop(object, 'code'), { owner: object, derive });
  emitFunction(graph, object, viewOf(graph, object, functionProperties(graph, object), derive));
}

/** `lambda.Function` runs an image when its code says so; the platform is never derived. */
function plainFunction(graph: Graph, object: CdkObject): void {
  const codes = refs(graph, prop(object, 'code'));
  const image = codes.some(({ object: code }) =>
    /(?:fromAssetImage|fromEcrImage|EcrImageCode|AssetImageCode|toLambdaDockerImageCode)$/.test(code.name),
  );
  const handler = prop(object, 'handler').some(
    (one) => one.value.kind === 'symbol' && one.value.path.at(-1) === 'FROM_IMAGE',
  );
  if (image || handler) emitFunction(graph, object, viewOf(graph, object, functionProperties(graph, object)));
}

/** `cmd` and `entrypoint` are given with the code. */
function functionProperties(graph: Graph, object: CdkObject): Properties {
  const code = prop(object, 'code');
  const call = code.length === 1 ? objectOf(graph, code[0]!.value) : undefined;
  const index = call?.how === 'method' ? 0 : 1;
  return {
    FunctionName: prop(object, 'functionName'),
    PackageType: wordFound('Image'),
    'Code.ImageUri': code,
    Architectures: prop(object, 'architecture'),
    ...(call === undefined
      ? {}
      : {
          'ImageConfig.EntryPoint': argument(call, index, 'entrypoint'),
          'ImageConfig.Command': argument(call, index, 'cmd'),
        }),
  };
}
