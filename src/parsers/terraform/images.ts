/** Images that the Docker provider builds and pushes during an apply (`docker_image`, `docker_registry_image`). */
import type { Build } from '../../model/facts.ts';
import { both, type When } from '../../core/choices.ts';
import { parseImageRef } from '../../core/image-ref.ts';
import { HOST, UNKNOWN_PLATFORMS, parsePlatforms, type Platforms } from '../../core/platform.ts';
import type { Site } from '../../core/site.ts';
import { dockerfileAt, resolveBaseImage } from '../dockerfile/run.ts';
import { pick, resourcesOfTypes, said } from './resources.ts';
import { emit, identityOf, projectPath, type Scope } from './scope.ts';
import { isSaid } from './documents.ts';
import { judgedString, knownString, placed, textOf, type Value } from './value.ts';
import { defined } from '../../core/optional.ts';

export function evaluateImages(scope: Scope): void {
  for (const resource of resourcesOfTypes(scope, (type) => type === 'docker_image')) {
    const build = said(resource, 'build');
    const names = said(resource, 'name');
    if (!isSaid(build) || !isSaid(names)) continue;
    const stated = pick(build, 'platform');
    buildImage(scope, {
      address: resource.address,
      label: 'docker_image',
      site: resource.site,
      when: resource.when,
      names,
      context: pick(build, 'context') ?? pick(build, 'path'),
      dockerfile: pick(build, 'dockerfile'),
      platform: isSaid(stated) ? stated : said(resource, 'platform'),
      target: pick(build, 'target'),
      args: pick(build, 'build_args') ?? pick(build, 'build_arg'),
      classic: !isSaid(pick(build, 'builder')),
    });
  }
  for (const resource of resourcesOfTypes(scope, (type) => type === 'docker_registry_image')) {
    for (const way of said(resource, 'name') ?? []) {
      const when = both(resource.when, way.when);
      if (when === undefined) continue;
      emit(
        scope,
        {
          kind: 'push',
          tool: 'docker',
          ref: parseImageRef(textOf(way.value)),
          refSite: placed(way.place, scope.frame.via),
          site: resource.site,
          origin: identityOf(scope, resource.address),
        },
        when,
      );
    }
  }
}

export interface ImageBuild {
  readonly address: string;
  readonly label: string;
  readonly site: Site;
  readonly when: When;
  readonly names: Value;
  readonly context: Value | undefined;
  readonly dockerfile: Value | undefined;
  readonly platform: Value | undefined;
  readonly target: Value | undefined;
  readonly args: Value | undefined;
  /** The engine's classic builder, which never attests. */
  readonly classic: boolean;
}

/** The provider speaks to the engine itself, without buildx. */
export function buildImage(scope: Scope, build: ImageBuild): void {
  const { frame } = scope;
  const folder = pathIn(scope, knownString(build.context));
  const named = isSaid(build.dockerfile) ? knownString(build.dockerfile) : 'Dockerfile';
  const dockerfile = folder === undefined || named === undefined ? undefined : pathIn(scope, named, folder);
  const target = isSaid(build.target) ? textOf(build.target[0]!.value) : undefined;
  const buildArgs = argumentsOf(build.args, scope);
  const reading = dockerfileAt(scope.world.readings, dockerfile);
  const given = new Map(buildArgs.flatMap((one) => (one.value === undefined ? [] : [[one.name, one.value] as const])));
  for (const platform of isSaid(build.platform) ? build.platform : [undefined]) {
    const whole = platform === undefined ? undefined : judgedString(platform.value);
    const platforms: Platforms =
      platform === undefined || platform.value.kind === 'null'
        ? HOST
        : whole === undefined
          ? UNKNOWN_PLATFORMS
          : parsePlatforms(whole);
    const when = both(build.when, platform?.when ?? []);
    if (when === undefined) continue;
    emit(
      scope,
      {
        kind: 'build',
        tool: 'docker',
        label: build.label,
        names: build.names
          .filter((way) => both(when, way.when) !== undefined)
          .map((way) => ({ ref: parseImageRef(textOf(way.value)), site: placed(way.place, frame.via) })),
        platforms,
        ...(platform === undefined || platforms.kind === 'host'
          ? {}
          : { platformSite: placed(platform.place, frame.via) }),
        ...defined({ dockerfile, context: folder, target }),
        buildArgs,
        attestations: { provenance: 'default', sbom: 'default' },
        driver: 'docker',
        output: 'store',
        host: frame.machine.host,
        ...(build.classic ? { legacyBuilder: true } : {}),
        ...(reading !== undefined
          ? {
              base: resolveBaseImage(reading, {
                buildArgs: given,
                platforms,
                ...defined({ target }),
              }),
            }
          : {}),
        emulation: frame.machine.emulation,
        site: build.site,
        origin: identityOf(scope, build.address),
      },
      when,
    );
  }
}

function pathIn(scope: Scope, path: string | undefined, folder?: string): string | undefined {
  if (path === undefined) return undefined;
  return folder === undefined ? projectPath(scope, path) : projectPath({ ...scope, rootFolder: folder }, path);
}

function argumentsOf(value: Value | undefined, scope: Scope): Build['buildArgs'] {
  const single = value?.length === 1 ? value[0]!.value : undefined;
  if (single?.kind !== 'object') return [];
  return [...single.entries].map(([name, one]) => ({
    name,
    value: textOf(one[0]!.value),
    site: placed(one[0]!.place, scope.frame.via),
  }));
}
