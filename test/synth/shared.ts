/**
 * What both readers of a CDK app — of its source, and of what it synthesizes to — can know of a fact, field by field,
 * in words that compare.
 *
 * Left out, because only one of them can know it: `label`, `origin`, `run`, `seq`, `resource` and every place (the
 * source's is joined to the output's facts), `tagDefaulted` (the template states the tag that the call's default is),
 * `platformDerived` (likewise), `toolkitVersion` and `toolVersion` (package.json's, not the app's), `construct` and
 * `insertFlagAt` (edits of the source), `context` and `dockerfile` (the output has copies; what stands in them is
 * compared).
 */
import type { Build, ImageSource, LifecycleRule, Repository, Workload } from '../../src/model/facts.ts';
import { showPlatforms } from '../../src/core/platform.ts';
import type { Text } from '../../src/core/text.ts';
import type { CheckResult } from '../../src/index.ts';

export type Described = Readonly<Record<string, string>>;

const said = (value: string | number | boolean | undefined): string => (value === undefined ? '-' : String(value));

class Describer {
  private readonly builds: ReadonlyMap<string, readonly Build[]>;
  private readonly repositories: ReadonlyMap<string, string>;

  constructor(model: CheckResult['model']) {
    const builds = new Map<string, Build[]>();
    for (const build of model.builds)
      if (build.asset !== undefined) builds.set(build.asset, [...(builds.get(build.asset) ?? []), build]);
    this.builds = builds;
    this.repositories = new Map(
      model.repositories.flatMap((one) => (one.id === undefined ? [] : [[one.id, one.label] as const])),
    );
  }

  /** Holes by what they stand for: a repository without a name by its construct. */
  private text(text: Text | undefined): string {
    if (text === undefined) return '-';
    return text
      .map((part) =>
        typeof part === 'string'
          ? part
          : part.nature !== 'unknown'
            ? `<${part.nature}>`
            : `<${this.repositories.get(part.hole) ?? 'unknown'}>`,
      )
      .join('');
  }

  private build(build: Build): Described {
    return {
      tool: build.tool,
      platforms: showPlatforms(build.platforms),
      target: this.text(build.target),
      output: build.output,
      driver: build.driver,
      host: JSON.stringify(build.host),
      attestations: `${build.attestations.provenance} ${build.attestations.sbom}`,
      buildArgs: build.buildArgs
        .map((arg) => `${arg.name}=${this.text(arg.value)}`)
        .sort()
        .join(' '),
      base:
        JSON.stringify(build.base, (key, value: unknown) =>
          key === 'site' || key === 'file' ? undefined : key === 'healthcheck' ? 'there' : value,
        ) ?? '-',
    };
  }

  image(source: ImageSource): Described {
    if (source.kind === 'unknown') return { image: 'unknown' };
    if (source.kind === 'ref')
      return Object.fromEntries(
        Object.entries({
          registry: source.ref.registry,
          repository: source.ref.repository,
          tag: source.ref.tag,
          digest: source.ref.digest,
        }).map(([key, text]) => [`image.${key}`, this.text(text)]),
      );
    const [build, ...more] = this.builds.get(source.asset) ?? [];
    if (build === undefined || more.length > 0)
      return { image: `asset with ${more.length + (build === undefined ? 0 : 1)} builds` };
    return Object.fromEntries(Object.entries(this.build(build)).map(([key, value]) => [`build.${key}`, value]));
  }

  workload(one: Workload): Described {
    return {
      ...this.image(one.image),
      service: one.service,
      name: nameOf(one, this.text(one.name)),
      stack: said(one.stack),
      region: this.text(one.region),
      account: this.text(one.account),
      cpu: said(one.cpu),
      cpuBasis: said(one.cpuBasis),
      cpuPlace: said(one.cpuSite !== undefined),
      containerName: this.text(one.containerName),
      healthCheck: said(one.healthCheck),
      pullGrant: said(one.pullGrant),
      declared: said(one.declared),
      rolloutOnly: said(one.rolloutOnly),
      startedPerRun: said(one.startedPerRun),
      autoDeploy: said(one.autoDeploy),
      startsWith: said(one.startsWith?.join(' ')),
      when: said(one.when.length),
    };
  }

  repository(one: Repository): Described {
    return {
      // A nested stack's name is CloudFormation's; the output has its template's instead.
      name: this.text(one.name),
      stack: one.stack?.endsWith('.nested.template.json') === true ? '-' : said(one.stack),
      region: this.text(one.region),
      account: this.text(one.account),
      mutability: said(one.mutability),
      exclusions: said(one.exclusions?.join()),
      retained: said(one.retained),
      emptied: said(one.emptied),
      guarded: said(one.guarded),
      lifecycle: (one.lifecycle ?? [])
        .map((rule) => this.rule(rule))
        .sort()
        .join('; '),
      when: said(one.when.length),
    };
  }

  private rule({ tagStatus, tagPatterns, countType, count, action }: LifecycleRule): string {
    return `${action} ${tagStatus} ${tagPatterns.join()} ${countType} ${said(count)}`;
  }
}

/** A family that nobody states is the library's own, which no author knows. */
function nameOf({ service }: Workload, shown: string): string {
  return service === 'ecs' && /^(?:-|[A-Z][A-Za-z0-9]*[0-9A-F]{8})$/.test(shown) ? 'nobody says' : shown;
}

/** Every workload by its construct and container. */
export function workloadsOf({ model }: CheckResult): ReadonlyMap<string, Described> {
  const describer = new Describer(model);
  return byKey(
    model.workloads.map((one) => [
      [one.service, constructOf(one), ...(one.service === 'ecs' ? [`(${containerOf(one)})`] : [])].join(' '),
      describer.workload(one),
    ]),
  );
}

export function repositoriesOf({ model }: CheckResult): ReadonlyMap<string, Described> {
  const describer = new Describer(model);
  return byKey(
    model.repositories.filter((one) => one.role === 'created').map((one) => [one.label, describer.repository(one)]),
  );
}

/** What is there more than once is told apart by number, so that it can't hide. */
function byKey(all: readonly (readonly [string, Described])[]): Map<string, Described> {
  const found = new Map<string, Described>();
  for (const [key, described] of all) {
    let own = key;
    for (let number = 2; found.has(own); number++) own = `${key} #${number}`;
    found.set(own, described);
  }
  return found;
}

const containerOf = (one: Workload): string =>
  (one.containerName ?? []).map((part) => (typeof part === 'string' ? part : '?')).join('');

/** A pattern makes a task definition inside. */
function constructOf({ constructPath = '?' }: Workload): string {
  return constructPath.replace(/\/(?:ScheduledTaskDef|TaskDef|QueueProcessingTaskDef)$/, '');
}
