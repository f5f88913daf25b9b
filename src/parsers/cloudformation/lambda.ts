/** `AWS::Lambda::Function` and SAM's `AWS::Serverless::Function` that run images; what `sam build` builds for them. */
import type { Build } from '../../model/facts.ts';
import { both, type When } from '../../core/choices.ts';
import { UNKNOWN_PLATFORMS, type Platforms } from '../../core/platform.ts';
import { known, literal, type Text } from '../../core/text.ts';
import { isObject } from '../../syntax/json.ts';
import { dockerfileAt, resolveBaseImage } from '../dockerfile/run.ts';
import { SERVICES } from '../../services/index.ts';
import { localPath } from './nested.ts';
import { placeOf, plainText, property, saidWords, type Resource } from './resources.ts';
import { child, emit, identityOf, nodeAt, siteAt, type Node } from './scope.ts';
import { texts, unfoldAt, type Unfolded } from './values.ts';
import { cpusFrom, emitWorkload, imagesFrom, type CpuChoice, type ImageChoice } from './workloads.ts';
import type { Workload } from '../../model/facts.ts';
import { startOf } from '../../services/start.ts';
import { defined } from '../../core/optional.ts';

const DEFAULT_CPU: CpuChoice = { ...SERVICES.lambda.unsaidCpu, when: [] };

export function evaluateLambda(resource: Resource): void {
  const serverless = resource.type === 'AWS::Serverless::Function';
  const uri = serverless ? imageUri(resource) : unfoldAt(resource.scope, property(resource, 'Code'), 'ImageUri');
  const images = imagesFrom(resource, uri);
  const type = withGlobals(resource, 'PackageType');
  const packaged = texts(resource.scope, type.find((one) => one.node !== undefined)?.node);
  const isImage =
    packaged.some((item) => known(item.value) === 'Image') || (images.length > 0 && packaged.length === 0);
  if (!isImage) return;
  const cpus = cpusFrom(resource, withGlobals(resource, 'Architectures'), DEFAULT_CPU);
  const built = samBuild(resource, cpus);
  const stands = packaged[0]?.path;
  const sources: readonly ImageChoice[] =
    built !== undefined
      ? [built]
      : images.length > 0
        ? images
        : [{ image: { kind: 'unknown' }, path: stands, when: [] }];
  emitWorkload(resource, {
    service: 'lambda',
    name: plainText(resource, 'FunctionName'),
    cpus,
    images: sources,
    more: started(resource, serverless),
  });
}

/** SAM's `ImageUri` stands among the properties. */
function imageUri(resource: Resource): readonly Unfolded[] {
  const own = property(resource, 'ImageUri');
  return unfoldAt(resource.scope, own ?? globals(resource, 'ImageUri'));
}

function globals(resource: Resource, name: string): Node | undefined {
  return resource.type === 'AWS::Serverless::Function'
    ? nodeAt(resource.scope, 'Globals', 'Function', name)
    : undefined;
}

function withGlobals(resource: Resource, name: string): readonly Unfolded[] {
  return unfoldAt(resource.scope, property(resource, name) ?? globals(resource, name));
}

function started(resource: Resource, serverless: boolean): Pick<Workload, 'startsWith'> {
  const config = property(resource, 'ImageConfig') ?? (serverless ? globals(resource, 'ImageConfig') : undefined);
  return startOf(saidWords(resource, child(config, 'EntryPoint')), saidWords(resource, child(config, 'Command')));
}

/**
 * `Metadata: {Dockerfile, DockerContext}`: `sam build` builds the image, for the function's own CPU and without
 * attestations, and puts its address in place of whatever the template says.
 */
function samBuild(resource: Resource, cpus: readonly CpuChoice[]): ImageChoice | undefined {
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
  return { image: { kind: 'asset', asset }, path: dockerfileNode.path, when: [] };
}

interface SamBuild {
  readonly asset: string;
  readonly platforms: Platforms;
  readonly choice: CpuChoice;
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
      ...(build.choice.path === undefined ? {} : { platformSite: placeOf(resource, build.choice.path) }),
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
