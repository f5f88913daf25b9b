/** Lambda functions from images. */
import { known } from '../../../core/text.ts';
import type { CdkObject } from '../reading.ts';
import { SERVICES } from '../../../services/index.ts';
import { argument, is, isGiven, kindOf, objectOf, prop, refs, type Found, type Graph } from './graph.ts';
import { imageWays } from './images.ts';
import { settled } from './overrides.ts';
import { cpuWays, textWays, type CpuWay } from './texts.ts';
import { emitWorkload, saidWords } from './workloads.ts';
import { startOf } from '../../../services/start.ts';
import { defined } from '../../../core/optional.ts';

const LAMBDA = 'aws-lambda';

export function evaluateLambda(graph: Graph, object: CdkObject): void {
  if (is(object, LAMBDA, /^DockerImageFunction$/)) dockerImageFunction(graph, object);
  else if (is(object, LAMBDA, /^Function$/)) plainFunction(graph, object);
  else if (is(object, LAMBDA, /^CfnFunction$/)) resource(graph, object);
}

/** An escape hatch wins over the property. */
function architectures(graph: Graph, object: CdkObject): CpuWay[] {
  const whole = settled(
    graph,
    object,
    'Architectures',
    prop(object, kindOf(object).name === 'CfnFunction' ? 'architectures' : 'architecture'),
  );
  return cpuWays(graph, settled(graph, object, 'Architectures.0', whole));
}

/** What every function has in common, whichever class it is; the override of a property comes last. */
function emitFunction(
  graph: Graph,
  object: CdkObject,
  from: {
    images: readonly Found[];
    derive?: readonly CpuWay[];
    entryPoint: readonly Found[];
    command: readonly Found[];
  },
): void {
  // An asset is built whether or not an override has the function run another image.
  const stated = imageWays(graph, from.images, {
    owner: object,
    ...defined({ derive: from.derive }),
  });
  const forced = settled(graph, object, 'Code.ImageUri', NONE);
  emitWorkload(graph, {
    object,
    service: 'lambda',
    unsaidCpu: SERVICES.lambda.unsaidCpu,
    cpus: architectures(graph, object),
    names: textWays(settled(graph, object, 'FunctionName', prop(object, 'functionName'))),
    images: isGiven(forced) ? imageWays(graph, forced, { owner: object }) : stated,
    ...startOf(
      saidWords(settled(graph, object, 'ImageConfig.EntryPoint', from.entryPoint)),
      saidWords(settled(graph, object, 'ImageConfig.Command', from.command)),
    ),
  });
}

const NONE: readonly Found[] = [{ value: { kind: 'undefined' }, when: [] }];

function dockerImageFunction(graph: Graph, object: CdkObject): void {
  // The asset follows the property alone: an override comes too late for it.
  emitFunction(graph, object, {
    images: prop(object, 'code'),
    derive: cpuWays(graph, prop(object, 'architecture')),
    ...started(graph, object),
  });
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
  if (image || handler) emitFunction(graph, object, { images: prop(object, 'code'), ...started(graph, object) });
}

function resource(graph: Graph, object: CdkObject): void {
  const isImage =
    known(textWays(prop(object, 'packageType'))[0]?.text) === 'Image' || isGiven(prop(object, 'code', 'imageUri'));
  if (isImage)
    emitFunction(graph, object, {
      images: prop(object, 'code', 'imageUri'),
      entryPoint: prop(object, 'imageConfig', 'entryPoint'),
      command: prop(object, 'imageConfig', 'command'),
    });
}

/** `cmd` and `entrypoint` are given with the code. */
function started(graph: Graph, object: CdkObject): { entryPoint: readonly Found[]; command: readonly Found[] } {
  const code = prop(object, 'code');
  const call = code.length === 1 ? objectOf(graph, code[0]!.value) : undefined;
  const index = call?.how === 'method' ? 0 : 1;
  return call === undefined
    ? { entryPoint: NONE, command: NONE }
    : { entryPoint: argument(call, index, 'entrypoint'), command: argument(call, index, 'cmd') };
}
