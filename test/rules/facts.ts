/** Small builders of facts and models, so that rule tests read as sentences. */
import type {
  BaseImage,
  Build,
  Cleanup,
  Confirmation,
  ContextRead,
  Deploy,
  Fact,
  Login,
  ManifestQuery,
  Push,
  Repository,
  Rollout,
  Stage,
  Tag,
  Workload,
} from '../../src/model/facts.ts';
import type { Finding, Report } from '../../src/model/finding.ts';
import { parseImageRef, type ImageRef } from '../../src/core/image-ref.ts';
import { HOST, parsePlatforms, type Cpu, type Platforms } from '../../src/core/platform.ts';
import type { Site } from '../../src/core/site.ts';
import { concat, hole, literal, type Nature, type Text } from '../../src/core/text.ts';
import type { Alias, Arrival, Model, Voyage } from '../../src/model/voyage.ts';
import type { Rule } from '../../src/rules/define.ts';

/**
 * `at('deploy.sh:14:3', 'docker push')`: the site of that text on that line and column. Offsets are made up, but differ
 * as places do.
 */
export function at(place: string, text = 'x', via?: Site['via']): Site {
  const [file = '', line = '1', column = '1'] = place.split(':');
  const start = Number(line) * 1000 + Number(column);
  const span = {
    start,
    end: start + text.length,
    line: Number(line),
    column: Number(column),
    endLine: Number(line),
    endColumn: Number(column) + text.length,
  };
  return { file, span, ...(via === undefined ? {} : { via }) };
}

/** `${stage}-api` with `{stage}` as a hole; `{sha!}` is unique, `{account#}` and `{region@}` what they say. */
export function text(pattern: string): Text {
  const natures: Record<string, Nature> = { '!': 'unique', '#': 'account', '@': 'region' };
  return concat(
    ...pattern.split(/(\{[^}]*\})/).map((part) => {
      const found = /^\{(.*?)([!#@]?)\}$/.exec(part);
      return found === null ? literal(part) : hole(found[1]!, natures[found[2]!] ?? 'unknown');
    }),
  );
}

export function ref(pattern: string): ImageRef {
  return parseImageRef(text(pattern));
}

let turn = 0;
const common = (place: Site, origin: string): { site: Site; when: []; run: string; seq: number; origin: string } => ({
  site: place,
  when: [],
  run: 'run',
  seq: ++turn,
  origin,
});

function platforms(list: string | undefined): Platforms {
  return list === undefined ? HOST : parsePlatforms(list);
}

export interface BuildSaid extends Partial<Omit<Build, 'names'>> {
  readonly platform?: string;
  readonly named?: string;
}

export function build({ platform, named = 'api:latest', ...said }: BuildSaid = {}): Build {
  const site = said.site ?? at('scripts/deploy.sh:10:1', 'docker build .');
  return {
    kind: 'build',
    tool: 'docker',
    label: 'docker build',
    platforms: platforms(platform),
    buildArgs: [],
    names: [{ ref: ref(named), site: at('scripts/deploy.sh:10:20', named) }],
    ...(platform === undefined ? {} : { platformSite: at('scripts/deploy.sh:10:40', platform) }),
    attestations: { provenance: 'default', sbom: 'default' },
    driver: 'docker',
    output: 'store',
    host: { kind: 'developer' },
    ...common(site, `build ${site.file}:${site.span.line}`),
    ...said,
  };
}

export interface WorkloadSaid extends Partial<Omit<Workload, 'image' | 'name' | 'cpu'>> {
  readonly cpu?: Cpu | undefined;
  readonly image?: string;
  readonly called?: string;
}

export function workload({
  image = '123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:latest',
  called,
  ...said
}: WorkloadSaid = {}): Workload {
  const site = said.site ?? at('infra/api.ts:88:5', 'new lambda.DockerImageFunction');
  const { cpu = 'cpu' in said ? undefined : 'arm64', ...other } = said;
  return {
    kind: 'workload',
    service: 'lambda',
    label: 'ApiStack/Api',
    image: { kind: 'ref', ref: ref(image) },
    imageSite: at('infra/api.ts:89:13', 'image'),
    declared: true,
    ...(cpu === undefined
      ? {}
      : { cpuSite: at('infra/api.ts:90:21', 'lambda.Architecture.ARM_64'), cpuBasis: 'stated' as const }),
    ...common(site, `workload ${site.file}:${site.span.line}`),
    ...(called === undefined ? {} : { name: text(called) }),
    ...other,
    ...(cpu === undefined ? {} : { cpu }),
  };
}

export function push(reference: string, said: Partial<Push> = {}): Push {
  const site = said.site ?? at('scripts/deploy.sh:12:1', `docker push ${reference}`);
  return {
    kind: 'push',
    tool: 'docker',
    ref: ref(reference),
    refSite: at(`${site.file}:${site.span.line}:13`, reference),
    ...common(site, `push ${site.span.line}`),
    ...said,
  };
}

export function tag(source: string, target: string, said: Partial<Tag> = {}): Tag {
  const site = said.site ?? at('scripts/deploy.sh:11:1', `docker tag ${source} ${target}`);
  return {
    kind: 'tag',
    tool: 'docker tag',
    source: ref(source),
    sourceSite: at(`${site.file}:${site.span.line}:12`, source),
    target: ref(target),
    targetSite: at(`${site.file}:${site.span.line}:${13 + source.length}`, target),
    remote: false,
    ...common(site, `tag ${site.span.line}`),
    ...said,
  };
}

export function repository(name: string, said: Partial<Repository> = {}): Repository {
  const site = said.site ?? at('infra/api.ts:20:5', 'new ecr.Repository');
  return {
    kind: 'repository',
    name: text(name),
    role: 'created',
    by: 'cdk',
    label: 'ApiStack/Repo',
    stack: 'ApiStack',
    ...common(site, `repository ${site.file}:${site.span.line}`),
    ...said,
  };
}

export function rollout(said: Partial<Rollout> = {}): Rollout {
  const site = said.site ?? at('scripts/deploy.sh:20:1', 'aws lambda update-function-code');
  return {
    kind: 'rollout',
    label: 'aws lambda update-function-code',
    service: 'lambda',
    effect: 'forced',
    ...common(site, `rollout ${site.span.line}`),
    ...said,
  };
}

export function deploy(label: string, said: Partial<Deploy> = {}): Deploy {
  const command = said.command ?? at('scripts/deploy.sh:30:1', label);
  return {
    kind: 'deploy',
    what: 'deploy',
    label,
    command,
    inCi: false,
    ...common(command, `deploy ${command.span.line}`),
    ...said,
  };
}

export function login(said: Partial<Login> = {}): Login {
  const site = said.site ?? at('scripts/deploy.sh:5:1', 'docker login');
  return { kind: 'login', label: 'docker login', password: 'stdin', ...common(site, 'login'), ...said };
}

export function contextRead(form: string, said: Partial<ContextRead> = {}): ContextRead {
  const site = at('bin/app.ts:7:20', "app.node.tryGetContext('prebuilt')");
  return {
    kind: 'context-read',
    key: 'prebuilt',
    use: 'boolean',
    useSite: at('bin/app.ts:9:5', form),
    form,
    ...common(site, 'context'),
    ...said,
  };
}

export function cleanup(name: string, said: Partial<Cleanup> = {}): Cleanup {
  const site = said.site ?? at('scripts/deploy.sh:40:1', 'aws ecr batch-delete-image');
  return {
    kind: 'cleanup',
    repository: text(name),
    removes: 'untagged',
    by: 'command',
    ...common(site, 'cleanup'),
    ...said,
  };
}

export function manifestQuery(query: string): ManifestQuery {
  return {
    kind: 'manifest-query',
    query,
    querySite: at('scripts/verify.sh:6:10', query),
    ...common(at('scripts/verify.sh:4:1', 'aws ecr batch-get-image'), 'query'),
  };
}

export function confirmation(what: Confirmation['what'], said: Partial<Confirmation> = {}): Confirmation {
  return {
    kind: 'confirmation',
    what,
    label: 'wait',
    ...common(at('scripts/deploy.sh:50:1', 'wait'), 'confirmation'),
    ...said,
  };
}

/** A Dockerfile's stages; the last becomes the image. */
export function base(stages: readonly Partial<Stage>[], said: Partial<BaseImage> = {}): BaseImage {
  return {
    file: 'Dockerfile',
    final: stages.length - 1,
    lambdaRuntime: 'unknown',
    stages: stages.map((stage, index) => ({
      index,
      site: at(`Dockerfile:${index * 10 + 1}:1`, 'FROM x'),
      from: { image: literal('python:3.12') },
      copiesFrom: [],
      runs: false,
      downloads: [],
      ...stage,
    })),
    ...said,
  };
}

export function pinned(platform: string): Partial<Stage> {
  return { platform: { text: literal(platform), nature: 'constant', site: at('Dockerfile:1:17', platform) } };
}

/** The way of one image: what builds it, the names it leaves under, the workloads it reaches. */
export interface Sailing {
  readonly builds?: readonly Build[];
  readonly pushes?: readonly Push[];
  readonly tags?: readonly Tag[];
  readonly to?: readonly Workload[];
  readonly repositories?: readonly Repository[];
  readonly certainty?: Arrival['certainty'];
  readonly rollout?: Rollout;
}

export function sail({
  builds = [],
  pushes = [],
  tags = [],
  to = [],
  repositories = [],
  certainty = 'certain',
  rollout: taking,
}: Sailing): Voyage {
  const pushed: Alias[] = pushes.map((one) => ({
    ref: one.ref,
    site: one.refSite,
    certainty,
    pushed: true,
    pushSite: one.refSite,
    push: one,
    tags: tags.filter((candidate) => candidate.target === one.ref),
  }));
  const own: Alias[] = builds.flatMap((one) =>
    one.names.map((name) => ({
      ref: name.ref,
      site: name.site,
      certainty,
      pushed: one.output === 'registry',
      tags: [],
    })),
  );
  return {
    name: 'api',
    builds,
    aliases: [
      ...own,
      ...pushed,
      ...tags
        .filter((one) => one.remote)
        .map((one): Alias => ({ ref: one.target, site: one.targetSite, certainty, pushed: true, tags: [one] })),
    ],
    arrivals: to.map((one) => ({
      workload: one,
      certainty,
      ...(one.image.kind === 'ref' ? { ref: one.image.ref } : {}),
      ...(taking === undefined ? {} : { rollout: taking }),
      steps: [
        ...pushes.map((pushing) => ({ label: `pushed as ${pushing.tool}`, site: pushing.refSite })),
        { label: `runs as ${one.label}`, site: one.imageSite },
      ],
    })),
    repositories: repositories.map((one) => ({ repository: one, certainty })),
    manifests: [],
  };
}

export function model(facts: readonly Fact[], voyages: readonly Voyage[] = []): Model {
  const linked = voyages.flatMap((voyage) => [
    ...voyage.builds,
    ...voyage.aliases.flatMap((alias) => [...(alias.push === undefined ? [] : [alias.push]), ...alias.tags]),
    ...voyage.arrivals.map((one) => one.workload),
    ...voyage.repositories.map((one) => one.repository),
  ]);
  const all: readonly Fact[] = [...new Set<Fact>([...linked, ...facts])];
  const of = <K extends Fact['kind']>(kind: K): Extract<Fact, { kind: K }>[] =>
    all.filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);
  return {
    facts: all,
    builds: of('build'),
    tags: of('tag'),
    pushes: of('push'),
    repositories: of('repository'),
    workloads: of('workload'),
    rollouts: of('rollout'),
    deploys: of('deploy'),
    confirmations: of('confirmation'),
    logins: of('login'),
    contextReads: of('context-read'),
    cleanups: of('cleanup'),
    manifestQueries: of('manifest-query'),
    manifests: of('manifest'),
    stackStates: of('stack-state'),
    stackChanges: of('stack-change'),
    unverified: of('unverified'),
    voyages,
  };
}

/** One voyage, and facts beside it. */
export function sailing(way: Sailing, ...facts: Fact[]): Model {
  return model(facts, [sail(way)]);
}

export interface Found extends Pick<Finding, 'severity' | 'confidence' | 'message'> {
  readonly at: string;
  readonly related: readonly string[];
  readonly help: string;
  readonly fixes: NonNullable<Report['fixes']>;
}

/** Runs a rule; places as `file:line:column`. */
export function run(rule: Rule, judged: Model, options: unknown = rule.defaults): Found[] {
  const found: Found[] = [];
  const where = ({ file, span }: Site): string => `${file}:${span.line}:${span.column}`;
  rule.check(
    judged,
    (one) => {
      found.push({
        at: where(one.site),
        severity: one.severity ?? rule.severity,
        confidence: one.confidence ?? 'certain',
        message: one.message,
        related: (one.related ?? []).map(({ message, site }) => `${where(site)} ${message}`),
        help: one.help ?? '',
        fixes: one.fixes ?? [],
      });
    },
    options,
  );
  return found;
}
