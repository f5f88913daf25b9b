/** A CDK app's facts: what its constructs build, run and create. */
import type { CdkContextRead, CdkContextUse, CdkReading } from './reading.ts';
import type { Frame, World } from '../../project/evaluation.ts';
import { emitBuild } from './constructs/builds.ts';
import { evaluateCodeBuild } from './constructs/codebuild.ts';
import { evaluateEcs } from './constructs/ecs.ts';
import { evaluateEks } from './constructs/eks.ts';
import { eksInstances } from './constructs/instances.ts';
import { graphOf, is, siteAt, sourceSite, type Graph } from './constructs/graph.ts';
import type { Nodes } from '../cloudformation/instances.ts';
import { assetOf } from './constructs/images.ts';
import { evaluateLambda } from './constructs/lambda.ts';
import { emitRepository } from './constructs/repositories.ts';
import { isRepository } from './constructs/repository-addresses.ts';
import { evaluateServices } from './constructs/services.ts';

export function evaluateCdk(world: World, reading: CdkReading, frame: Frame): void {
  const graph = graphOf(world, reading, frame);
  for (const object of reading.objects) {
    if (!world.budget.spend()) return;
    if (isRepository(object) || (is(object, 'aws-ecr', /^Repository\.from/) && object.how === 'call'))
      emitRepository(graph, object);
    else if (is(object, /.*/, /^(?:DockerImageAsset|TarballImageAsset)$/) && object.how === 'new') {
      // An asset is built whether or not anything runs it.
      const asset = assetOf(graph, object);
      if (asset !== undefined) emitBuild(graph, asset);
    } else if (object.how === 'new' || object.how === 'method') {
      evaluateLambda(graph, object);
      evaluateEcs(graph, object);
      evaluateServices(graph, object);
      evaluateEks(graph, object);
      evaluateCodeBuild(graph, object);
    }
  }
  const asValue = new Set(
    reading.contextReads
      .filter((read) => read.uses.some((use) => use.as === 'other' || use.as === 'parsed'))
      .map((read) => read.key),
  );
  for (const read of reading.contextReads) contextRead(graph, read, asValue);
}

/**
 * Who compares it with a string, or takes it apart, knows that it may be one. A bare truth test asks for a boolean
 * unless the app uses the key as a string or object anywhere: then it asks for presence.
 */
function contextRead(graph: Graph, read: CdkContextRead, asValue: ReadonlySet<string>): void {
  const parsed = read.uses.some((use) => use.as === 'parsed');
  const sure = read.uses.find((use) => use.as === 'boolean');
  const tested = read.uses.find((use) => use.as === 'truthiness');
  const asBoolean = parsed ? undefined : (sure ?? (asValue.has(read.key) ? undefined : tested));
  const use: CdkContextUse | undefined = asBoolean ?? read.uses[0];
  if (use === undefined) return;
  const site = sourceSite(graph, use.source, read.via);
  graph.world.emit(
    {
      kind: 'context-read',
      key: read.key,
      use: asBoolean === undefined ? 'other' : 'boolean',
      form: use.form,
      ...(use.onlyTrue === true ? { onlyTrue: use.onlyTrue } : {}),
      useSite: site,
      site: sourceSite(graph, read.source, read.via),
      origin: `cdk context ${read.source.file}:${read.source.range[0]}`,
    },
    graph.frame,
  );
}

/** The nodes that an app gives its EKS clusters; undefined for those whose CPU can't be told. */
export function eksNodesOfApp(world: World, reading: CdkReading, frame: Frame): (Nodes | undefined)[] {
  const graph = graphOf(world, reading, frame);
  return eksInstances(graph).map((one) =>
    one === undefined ? undefined : { cpu: one.cpu, site: siteAt(graph, one.source, one.object), path: [] },
  );
}
