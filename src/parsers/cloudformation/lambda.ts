/** `AWS::Lambda::Function` and SAM's `AWS::Serverless::Function` that run images; what `sam build` builds for them. */
import type { Build } from '../../model/facts.ts';
import { both, type When } from '../../core/choices.ts';
import { UNKNOWN_PLATFORMS, type Platforms } from '../../core/platform.ts';
import { known, literal, type Text } from '../../core/text.ts';
import { isObject } from '../../syntax/json.ts';
import { dockerfileAt, resolveBaseImage } from '../dockerfile/run.ts';
import { localPath } from './nested.ts';
import { placeOf, type Resource } from './resources.ts';
import { child, emit, identityOf, siteAt, type Node } from './scope.ts';
import { texts } from './values.ts';
import { declarationOf, viewOf } from './view.ts';
import { emitWorkload } from '../../project/workloads.ts';
import { readFunction } from '../../services/lambda.ts';
import type { StatedCpu, StatedImage } from '../../services/view.ts';
import { defined } from '../../core/optional.ts';

export function evaluateLambda(resource: Resource): void {
  const running = readFunction(viewOf(resource));
  if (running === undefined) return;
  const built = samBuild(resource, running.cpus);
  emitWorkload(declarationOf(resource), built === undefined ? running : { ...running, images: [built] });
}

/**
 * `Metadata: {Dockerfile, DockerContext}`: `sam build` builds the image, for the function's own CPU and without
 * attestations, and puts its address in place of whatever the template says.
 */
function samBuild(resource: Resource, cpus: readonly StatedCpu[]): StatedImage | undefined {
  const { scope } = resource;
  const metadata = child(resource.node, 'Metadata');
  const dockerfileNode = child(metadata, 'Dockerfile');
  const context = known(texts(scope, child(metadata, 'DockerContext'))[0]?.value);
  const file = known(texts(scope, dockerfileNode)[0]?.value);
  if (
    metadata === undefined ||
    dockerfileNode === undefined ||
    context === undefined ||
    file === undefined ||
    scope.call.assembly !== undefined
  )
    return undefined;
  const folder = localPath(scope.reading.file, context);
  const dockerfile = folder === undefined ? undefined : localPath(`${folder}${folder === '' ? '' : '/'}.`, file);
  const asset = `sam ${identityOf(scope, resource.id)}`;
  const target = texts(scope, child(metadata, 'DockerBuildTarget'))[0]?.value;
  const buildArgs = buildArguments(resource, child(metadata, 'DockerBuildArgs'));
  const seen = new Set<string>();
  for (const way of resource.ways) {
    for (const choice of cpus) {
      const conditions = both(way, choice.when);
      const platforms: Platforms =
        choice.cpu === undefined ? UNKNOWN_PLATFORMS : { kind: 'set', list: [{ os: 'linux', arch: choice.cpu }] };
      const key = `${choice.cpu ?? ''} ${JSON.stringify(conditions)}`;
      if (conditions === undefined || seen.has(key)) continue;
      seen.add(key);
      emitBuild(resource, {
        asset,
        platforms,
        choice,
        conditions,
        dockerfile,
        folder,
        target,
        buildArgs,
        dockerfileNode,
      });
    }
  }
  return { image: { kind: 'asset', asset }, site: placeOf(resource, dockerfileNode.path), when: [] };
}

interface SamBuild {
  readonly asset: string;
  readonly platforms: Platforms;
  readonly choice: StatedCpu;
  readonly conditions: When;
  readonly dockerfile: string | undefined;
  readonly folder: string | undefined;
  readonly target: Text | undefined;
  readonly buildArgs: Build['buildArgs'];
  readonly dockerfileNode: Node;
}

function emitBuild(resource: Resource, build: SamBuild): void {
  const { scope } = resource;
  const read = dockerfileAt(scope.world.readings, build.dockerfile);
  const given = new Map(
    build.buildArgs.flatMap((one) => (one.value === undefined ? [] : [[one.name, one.value] as const])),
  );
  const base =
    read === undefined
      ? undefined
      : resolveBaseImage(read, {
          buildArgs: given,
          platforms: build.platforms,
          ...defined({ target: build.target }),
        });
  emit(
    scope,
    {
      kind: 'build',
      tool: 'sam',
      label: `sam build of ${resource.id}`,
      names: [],
      asset: build.asset,
      platforms: build.platforms,
      platformDerived: true,
      ...defined({ platformSite: build.choice.site }),
      ...defined({ dockerfile: build.dockerfile, context: build.folder, target: build.target }),
      buildArgs: build.buildArgs,
      attestations: { provenance: 'off', sbom: 'off' },
      driver: 'none',
      output: 'store',
      host: scope.call.frame.machine.host,
      ...defined({ base }),
      site: siteAt(scope, build.dockerfileNode.path),
      origin: build.asset,
    },
    build.conditions,
  );
}

function buildArguments(resource: Resource, node: Node | undefined): Build['buildArgs'] {
  if (!isObject(node?.value)) return [];
  return Object.keys(node.value).map((name) => {
    const argument = child(node, name);
    const value = texts(resource.scope, argument)[0]?.value ?? literal('');
    return { name, value, site: siteAt(resource.scope, [...node.path, name], 'entry') };
  });
}
