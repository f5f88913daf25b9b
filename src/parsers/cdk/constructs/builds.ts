/** Image assets: what the toolkit builds for a workload, and the project's own Dockerfile behind it. */
import { dockerfileAt, resolveBaseImage } from '../../dockerfile/run.ts';
import type { Attestations, Build } from '../../../model/facts.ts';
import { hole, type Text } from '../../../core/text.ts';
import { UNKNOWN_PLATFORMS, parsePlatforms } from '../../../core/platform.ts';
import type { CdkObject, CdkSource } from '../reading.ts';
import { projectPath } from '../interpreter/paths.ts';
import { constructPathOf, dig, labelOf, meet, originOf, siteAt, type Found, type Graph } from './graph.ts';
import { publisherOf } from './machines.ts';
import { knownWay, plainText, platformWays, textWays, type CpuWay, type PlatformWay } from './texts.ts';
import { defined } from '../../../core/optional.ts';

/** An asset as the source asks for it. */
export interface Asset {
  /** The call or construct that makes it. */
  readonly object: CdkObject;
  readonly label: string;
  readonly directory: readonly Found[];
  readonly options: readonly Found[];
  /** A tarball: built elsewhere. */
  readonly tarball?: boolean;
  /** Built by CodeBuild during the deploy, not by the toolkit. */
  readonly onCodeBuild?: boolean;
}

function assetName(graph: Graph, asset: Asset, owner?: CdkObject): string {
  const own = owner === undefined ? `${asset.object.id}` : `${asset.object.id} ${owner.id}`;
  return `asset ${labelOf(owner ?? asset.object)}@${graph.reading.file}#${own}`;
}

/**
 * Emits the build of an asset, once for each way it may be, and tells its identity. `user`: the construct that asks for
 * it. `derived`: the toolkit takes the platform from the function's architecture, so each function has an asset of its
 * own.
 */
export function emitBuild(
  graph: Graph,
  asset: Asset,
  user?: CdkObject,
  derived?: { readonly cpus: readonly CpuWay[]; readonly owner: CdkObject },
): string {
  const name = assetName(graph, asset, derived?.owner);
  if (graph.built.has(name)) return name;
  graph.built.add(name);
  const { object } = asset;
  const owner = object.scope === undefined ? (user ?? object) : object;
  const publisher = publisherOf(graph, owner);
  for (const platform of platforms(graph, asset, derived?.cpus)) {
    const when = meet(object.when, platform.when);
    if (when === undefined) continue;
    const place = dockerfileOf(graph, asset);
    const args = buildArgs(graph, asset);
    const target = textWays(dig(asset.options, ['target']))[0]?.text;
    const base = baseOf(graph, place?.dockerfile, args, target, platform);
    graph.world.emit(
      {
        kind: 'build',
        tool: asset.onCodeBuild === true ? 'codebuild' : 'cdk',
        label: asset.label,
        names: [{ ref: { repository: hole(name) }, site: siteAt(graph, undefined, object) }],
        asset: name,
        platforms: platform.platforms,
        buildArgs: args,
        attestations: attestations(graph, asset),
        driver: 'unknown',
        output: 'registry',
        host:
          asset.onCodeBuild === true ? { kind: 'codebuild', cpu: 'amd64' } : (publisher ?? graph.frame.machine.host),
        site: siteAt(graph, undefined, object),
        origin: `${originOf(graph, object)} ${name}`,
        when,
        ...(platform.source === undefined ? {} : { platformSite: siteAt(graph, platform.source, object) }),
        ...(platform.derived ? { platformDerived: true } : {}),
        ...(owner.path === '' ? {} : { constructPath: constructPathOf(owner) }),
        ...(place === undefined ? {} : place),
        ...defined({ target, base }),
        ...(isSeen(graph, asset, place?.dockerfile) ? {} : { unseen: true }),
        ...(graph.reading.toolkit === undefined || asset.onCodeBuild === true
          ? {}
          : { toolVersion: graph.reading.toolkit }),
      },
      graph.frame,
    );
  }
  return name;
}

interface PlatformChoice extends PlatformWay {
  readonly derived: boolean;
}

function platforms(graph: Graph, asset: Asset, cpus: readonly CpuWay[] | undefined): PlatformChoice[] {
  if (asset.tarball === true) return [{ platforms: UNKNOWN_PLATFORMS, when: [], derived: false }];
  const stated = dig(asset.options, ['platform']);
  return platformWays(graph, stated).flatMap((way, index): PlatformChoice[] => {
    // CodeBuild's default image is x86.
    if (way.platforms.kind === 'host' && asset.onCodeBuild === true) return [{ ...way, derived: false }];
    // The toolkit puts the options over what it derives, so `platform: undefined` cancels that.
    const { value } = stated[index]!;
    const cancelled = value.kind === 'undefined' && value.absent !== true;
    if (way.platforms.kind !== 'host' || cpus === undefined || cancelled) return [{ ...way, derived: false }];
    return cpus.flatMap((cpu): PlatformChoice[] => {
      const when = meet(way.when, cpu.when);
      if (when === undefined) return [];
      if (!cpu.stated) return [{ platforms: way.platforms, when, derived: false }];
      return [
        {
          platforms: cpu.cpu === undefined ? UNKNOWN_PLATFORMS : parsePlatforms(`linux/${cpu.cpu}`),
          when,
          derived: true,
          ...defined({ source: cpu.source }),
        },
      ];
    });
  });
}

/** Is its Dockerfile there to be read? A build may make it, and it may lie outside the project. */
function isSeen(graph: Graph, asset: Asset, dockerfile: string | undefined): boolean {
  if (dockerfile !== undefined) return graph.world.readings.exists(dockerfile);
  return asset.tarball === true || knownWay(asset.directory) === undefined;
}

function dockerfileOf(graph: Graph, asset: Asset): { dockerfile: string; context: string } | undefined {
  const directory = knownWay(asset.directory);
  if (directory === undefined || asset.tarball === true) return undefined;
  const fileWays = dig(asset.options, ['file']);
  const file = fileWays.length === 1 && fileWays[0]!.value.kind === 'undefined' ? 'Dockerfile' : knownWay(fileWays);
  if (file === undefined) return undefined;
  const exists = (folder: string): boolean => graph.world.readings.exists(folder === '' ? file : `${folder}/${file}`);
  const context = projectPath(directory, graph.reading.roots, exists);
  if (context === undefined) return undefined;
  const dockerfile = projectPath(
    file.startsWith('/') ? file : `${context === '' ? '.' : context}/${file}`,
    [''],
    () => true,
  );
  return dockerfile === undefined ? undefined : { dockerfile, context };
}

function buildArgs(graph: Graph, asset: Asset): { name: string; value?: Text; site: ReturnType<typeof siteAt> }[] {
  const ways = dig(asset.options, ['buildArgs']);
  if (ways.length !== 1 || ways[0]!.value.kind !== 'object') return [];
  return ways[0]!.value.entries.map((entry) => {
    const value = entry.value.length === 1 ? plainText(entry.value[0]!.value) : hole(entry.key);
    const source: CdkSource | undefined = entry.valueSource ?? entry.keySource;
    return { name: entry.key, ...defined({ value }), site: siteAt(graph, source, asset.object) };
  });
}

function baseOf(
  graph: Graph,
  dockerfile: string | undefined,
  args: readonly { name: string; value?: Text }[],
  target: Text | undefined,
  platform: PlatformWay,
): Build['base'] {
  const reading = dockerfileAt(graph.world.readings, dockerfile);
  if (reading === undefined) return undefined;
  const values = new Map(args.flatMap((arg) => (arg.value === undefined ? [] : [[arg.name, arg.value] as const])));
  return resolveBaseImage(reading, {
    buildArgs: values,
    platforms: platform.platforms,
    ...defined({ target }),
  });
}

/** Since toolkit 2.179.0 the builds of its assets carry none; an older one leaves it to the builder. */
function attestations(graph: Graph, asset: Asset): Attestations {
  const old =
    asset.onCodeBuild !== true &&
    graph.reading.toolkit !== undefined &&
    pinnedBelow(graph.reading.toolkit, [2, 179, 0]);
  return old ? { provenance: 'default', sbom: 'default' } : { provenance: 'off', sbom: 'off' };
}

/** Can this range only mean versions below? A caret admits later minors, so it can't below the same major. */
function pinnedBelow(range: string, [major, minor, patch]: readonly [number, number, number]): boolean {
  const parsed = /^\s*([\^~]|=)?\s*v?(\d+)(?:\.(\d+))?(?:\.(\d+))?[\w.+-]*\s*$/.exec(range);
  if (parsed === null) return false;
  const [a, b, c] = [
    Number(parsed[2]),
    parsed[3] === undefined ? undefined : Number(parsed[3]),
    parsed[4] === undefined ? undefined : Number(parsed[4]),
  ];
  if (a !== major) return a < major;
  if (parsed[1] === '^' || b === undefined) return false;
  if (b !== minor) return b < minor;
  return parsed[1] !== '~' && c !== undefined && c < patch;
}
