/**
 * Source and synthesized output of one CDK app tell of the same constructs. Where both do, the output's facts win,
 * since it is what will be deployed, and the source says where to change it. Constructs are told by their paths
 * (`Stack/Api/Fn`).
 */
import type { Build, Fact, FactOf, Repository, Workload } from '../../model/facts.ts';
import { Matcher } from '../../core/linear/matcher.ts';
import { ANYTHING, REST, literalNode } from '../../core/linear/syntax.ts';
import { known } from '../../core/text.ts';
import type { Readings } from '../../project/readings.ts';
import { defined } from '../../core/optional.ts';

export function joinSynthesized(facts: readonly Fact[], readings: Readings): readonly Fact[] {
  const assemblies = readings.ofKind('assembly');
  const sources = readings.ofKind('cdk');
  if (assemblies.length === 0 || sources.length === 0) return facts;
  const inAssembly = new Set(assemblies.map((one) => one.file));
  const inSource = new Set(sources.map((one) => one.file));
  const tops = new Set(assemblies.flatMap(({ tops: own }) => own));
  const covered = (path: string | undefined): boolean => {
    if (path === undefined || path === '') return false;
    const [first = ''] = path.split('/');
    return tops.has(first) || (first.includes('${') && [...tops].some((top) => segmentMatches(first, top)));
  };

  const written = facts.filter((fact) => inSource.has(fact.run));
  const ownWorkloads = written.filter((fact): fact is Workload => fact.kind === 'workload');
  const ownRepositories = written.filter(
    (fact): fact is Repository => fact.kind === 'repository' && fact.role === 'created' && fact.by === 'cdk',
  );
  const ownBuilds = written.filter((fact): fact is Build => fact.kind === 'build');
  const dropped = new Set<Fact>([
    ...ownWorkloads.filter((one) => covered(one.constructPath)),
    ...ownRepositories.filter((one) => covered(one.label)),
  ]);
  for (const build of droppedBuilds(ownBuilds, ownWorkloads, dropped, covered)) dropped.add(build);

  const workloads = new ByPath(ownWorkloads, (one) => one.constructPath);
  const repositories = new ByPath(ownRepositories, (one) => one.label);
  const synthesized = facts.filter((fact) => inAssembly.has(fact.run));
  const images = new Images(
    synthesized.filter((fact): fact is Build => fact.kind === 'build'),
    ownBuilds,
  );
  const joined = new Map<Fact, Fact>();
  for (const fact of synthesized) {
    if (fact.kind === 'workload') joined.set(fact, joinWorkload(fact, workloads, images));
    else if (fact.kind === 'repository') joined.set(fact, joinRepository(fact, repositories));
  }
  images.joinUnused();
  return facts.flatMap((fact): readonly Fact[] => {
    if (dropped.has(fact)) return [];
    return fact.kind === 'build' ? images.of(fact) : [joined.get(fact) ?? fact];
  });
}

/** An id that the source only knows in part (`Api-${stage}`) is the synthesized one that fits. */
function segmentMatches(source: string, synthesized: string): boolean {
  if (source === synthesized) return true;
  if (!source.includes('${')) return false;
  const parts = source
    .split(/\$\{[^}]*\}/)
    .flatMap((piece, index) => (index === 0 ? [literalNode(piece)] : [ANYTHING, REST, literalNode(piece)]));
  return new Matcher({ kind: 'all', of: parts }).covers(synthesized) === true;
}

/** Constructs of the source by path; those with unknown ids are tried one by one. */
class ByPath<T> {
  private readonly exact = new Map<string, T[]>();
  private readonly open: { readonly segments: readonly string[]; readonly one: T }[] = [];

  constructor(all: readonly T[], pathOf: (one: T) => string | undefined) {
    for (const one of all) {
      const path = pathOf(one);
      if (path === undefined || path === '') continue;
      if (path.includes('${')) this.open.push({ segments: path.split('/'), one });
      else this.exact.set(path, [...(this.exact.get(path) ?? []), one]);
    }
  }

  /** The construct itself, or the nearest one around it: a pattern of the library makes the task definition inside. */
  nearest(path: string, fits: (one: T) => boolean): T | undefined {
    const segments = path.split('/');
    for (let length = segments.length; length > 0; length--) {
      const outer = segments.slice(0, length);
      const found = [
        ...(this.exact.get(outer.join('/')) ?? []),
        ...this.open
          .filter(
            (candidate) =>
              candidate.segments.length === length &&
              candidate.segments.every((segment, index) => segmentMatches(segment, outer[index] ?? '')),
          )
          .map(({ one }) => one),
      ].filter(fits);
      if (found[0] !== undefined) return found[0];
    }
    return undefined;
  }
}

function joinWorkload(fact: Workload, sources: ByPath<Workload>, images: Images): Workload {
  const { constructPath, containerName } = fact;
  if (constructPath === undefined) return fact;
  const sameContainer = (one: Workload): boolean => {
    const [a, b] = [known(one.containerName), known(containerName)];
    return a === undefined || b === undefined || a === b;
  };
  const candidates = (strict: boolean) =>
    sources.nearest(
      constructPath,
      (one) =>
        one.service === fact.service &&
        sameContainer(one) &&
        (!strict || (one.cpu === fact.cpu && one.image.kind === fact.image.kind)),
    );
  const source = candidates(true) ?? candidates(false);
  if (source === undefined) return fact;
  const { cpuSite: ownCpuSite, ...rest } = fact;
  const image =
    fact.image.kind === 'asset' && source.image.kind === 'asset'
      ? images.join(fact.image.asset, source.image.asset)
      : undefined;
  return {
    ...rest,
    site: source.site,
    imageSite: source.imageSite,
    ...(ownCpuSite === undefined ? {} : { cpuSite: source.cpuSite ?? source.site }),
    ...defined({ tagDefaulted: source.tagDefaulted }),
    ...(image === undefined ? {} : { image: { kind: 'asset', asset: image } }),
  };
}

function joinRepository(fact: Repository, sources: ByPath<Repository>): Repository {
  const source = sources.nearest(fact.label, (one) => one.label.split('/').length === fact.label.split('/').length);
  if (source === undefined) return fact;
  const { nameSite, mutabilitySite, retainedSite, ...rest } = fact;
  return {
    ...rest,
    by: 'cdk',
    site: source.site,
    ...(nameSite === undefined ? {} : { nameSite: source.nameSite ?? source.site }),
    ...(mutabilitySite === undefined ? {} : { mutabilitySite: source.mutabilitySite ?? source.site }),
    // The template always states what the library's default is; only what the author states has a place.
    ...defined({ retainedSite: source.retainedSite, construct: source.construct }),
  };
}

/**
 * A build of the source goes when every workload that it is for does, or when nothing but it is left of a covered app.
 */
function droppedBuilds(
  builds: readonly Build[],
  workloads: readonly Workload[],
  dropped: ReadonlySet<Fact>,
  covered: (path: string | undefined) => boolean,
): Build[] {
  const users = new Map<string, Workload[]>();
  for (const one of workloads)
    if (one.image.kind === 'asset') users.set(one.image.asset, [...(users.get(one.image.asset) ?? []), one]);
  return builds.filter((build) => {
    const own = build.asset === undefined ? [] : (users.get(build.asset) ?? []);
    return own.length > 0 ? own.every((one) => dropped.has(one)) : covered(assetPath(build));
  });
}

/** `asset Api/Image@bin/app.ts#7` */
function assetPath({ asset }: Build): string | undefined {
  return /^asset ([^@]*)@/s.exec(asset ?? '')?.[1];
}

/** Image assets: one hash may be what several constructs of the source ask for, each at a place of its own. */
class Images {
  private readonly byHash = new Map<string, Build>();
  private readonly bySource = new Map<string, Build>();
  private readonly made = new Map<Build, Map<string, Build>>();
  private readonly usedSources = new Set<string>();

  constructor(synthesized: readonly Build[], sources: readonly Build[]) {
    for (const build of synthesized) if (build.asset !== undefined) this.byHash.set(build.asset, build);
    for (const build of sources)
      if (build.asset !== undefined && !this.bySource.has(build.asset)) this.bySource.set(build.asset, build);
  }

  /** The identity under which the source's place and the output's facts stand together. */
  join(hash: string, asset: string): string | undefined {
    const build = this.byHash.get(hash);
    const source = this.bySource.get(asset);
    if (build === undefined || source === undefined) return undefined;
    const made = this.made.get(build) ?? new Map<string, Build>();
    this.made.set(build, made);
    const identity = `${hash} ${asset}`;
    if (!made.has(identity)) made.set(identity, placed(build, source, identity));
    this.usedSources.add(asset);
    return identity;
  }

  /** Assets that no workload runs are told by their Dockerfile, where that leaves no doubt. */
  joinUnused(): void {
    for (const [hash, build] of this.byHash) {
      if (this.made.has(build) || build.dockerfile === undefined) continue;
      const same = [...this.bySource].filter(
        ([asset, source]) => !this.usedSources.has(asset) && source.dockerfile === build.dockerfile,
      );
      if (same.length === 1) this.join(hash, same[0]![0]);
    }
  }

  of(build: Build): readonly Build[] {
    const made = this.made.get(build);
    return made === undefined ? [build] : [...made.values()];
  }
}

function placed(build: FactOf<'build'>, source: FactOf<'build'>, identity: string): Build {
  const { platformSite: _, listed: __, dockerfile, base, ...rest } = build;
  const platformSite = source.platformSite ?? (build.platformSite === undefined ? undefined : source.site);
  const sites = new Map(source.buildArgs.map((one) => [one.name, one.site]));
  // The staged copy of a Dockerfile is nobody's to edit.
  const own = source.dockerfile !== undefined && source.base !== undefined && dockerfile !== source.dockerfile;
  const chosen = own
    ? { dockerfile: source.dockerfile, base: source.base }
    : { dockerfile: dockerfile ?? source.dockerfile, base: base ?? source.base };
  return {
    ...rest,
    asset: identity,
    names: source.names,
    site: source.site,
    origin: `${build.origin} ${identity}`,
    // The output doesn't say that a pipeline of the app builds it.
    ...(source.host.kind === 'codebuild' ? { host: source.host } : {}),
    ...defined({
      platformSite,
      context: source.context,
      platformDerived: source.platformDerived,
      dockerfile: chosen.dockerfile,
      base: chosen.base,
    }),
    buildArgs: build.buildArgs.map((one) => ({ ...one, site: sites.get(one.name) ?? one.site })),
  };
}
