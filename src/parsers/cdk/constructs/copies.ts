/**
 * Constructs that give an image another name during the deploy: a copy in a repository of one's own, or one with an
 * index for lazy loading.
 */
import type { ImageRef } from '../../../core/image-ref.ts';
import { concat, hole, literal } from '../../../core/text.ts';
import type { CdkObject, CdkSource } from '../reading.ts';
import type { When } from '../../../core/choices.ts';
import { emitBuild, type Asset } from './builds.ts';
import {
  argument,
  found,
  isGiven,
  kindOf,
  meet,
  objectOf,
  originOf,
  prop,
  siteAt,
  type Found,
  type Graph,
} from './graph.ts';
import { refWays } from './images.ts';
import { repositoryWays } from './repository-addresses.ts';
import { textWays, together } from './texts.ts';
import { defined } from '../../../core/optional.ts';

interface End {
  readonly ref: ImageRef;
  readonly when: When;
  readonly at?: CdkSource;
}

export function copies(graph: Graph, object: CdkObject): void {
  const { service, name } = kindOf(object);
  if (/(?:^|\.)ECRDeployment$/.test(object.name))
    copy(graph, object, refWays(graph, prop(object, 'src')), refWays(graph, prop(object, 'dest')));
  else if (/cdk-docker-image-deployment$/.test(service) && name === 'DockerImageDeployment') deployment(graph, object);
  else if (/deploy-time-build$/.test(service) && name === 'SociIndexV2Build') indexed(graph, object);
}

function copy(graph: Graph, object: CdkObject, sources: readonly End[], targets: readonly End[]): void {
  for (const { a: source, b: target, when } of together(sources, targets)) {
    const conditions = meet(object.when, when);
    if (conditions === undefined) continue;
    graph.world.emit(
      {
        kind: 'tag',
        tool: kindOf(object).name,
        source: source.ref,
        sourceSite: siteAt(graph, source.at, object),
        target: target.ref,
        targetSite: siteAt(graph, target.at, object),
        remote: true,
        site: siteAt(graph, undefined, object),
        origin: originOf(graph, object),
        when: conditions,
      },
      graph.frame,
    );
  }
}

/**
 * `Source.directory(…)` is an asset like any other; `Destination.ecr(repository, { tag })` gives it a name, by default
 * under the asset's own tag.
 */
function deployment(graph: Graph, object: CdkObject): void {
  const source = callAt(graph, prop(object, 'source'), /(?:^|\.)directory$/);
  const destination = callAt(graph, prop(object, 'destination'), /(?:^|\.)ecr$/);
  if (source === undefined || destination === undefined) return;
  const asset: Asset = {
    object: source,
    label: 'DockerImageDeployment',
    directory: argument(source, 0),
    options: found(source.args[1]),
  };
  const built = hole(emitBuild(graph, asset, object));
  const tags = argument(destination, 1, 'tag');
  const tag = isGiven(tags) ? textWays(tags) : [{ text: hole('asset hash', 'unique'), when: [] }];
  copy(graph, object, [{ ref: { repository: built }, when: [] }], named(graph, argument(destination, 0), tag));
}

/** A second image under another tag of the same repository, `…-soci` unless said otherwise. */
function indexed(graph: Graph, object: CdkObject): void {
  const repository = prop(object, 'repository');
  const input = textWays(prop(object, 'inputImageTag'));
  const stated = prop(object, 'outputImageTag');
  const output = isGiven(stated)
    ? textWays(stated)
    : input.map((one) => ({ ...one, text: concat(one.text, literal('-soci')) }));
  copy(graph, object, named(graph, repository, input), named(graph, repository, output));
}

function named(graph: Graph, repository: readonly Found[], tags: ReturnType<typeof textWays>): End[] {
  return together(repositoryWays(graph, repository), tags).map(
    ({ a: { repository: name, registry }, b: { text, source }, when }): End => ({
      ref: { repository: name, ...defined({ registry }), tag: text },
      when,
      ...defined({ at: source }),
    }),
  );
}

function callAt(graph: Graph, ways: readonly Found[], name: RegExp): CdkObject | undefined {
  const [only, ...more] = ways.map((one) => objectOf(graph, one.value));
  return more.length === 0 && only !== undefined && name.test(only.name) ? only : undefined;
}
