/** Evidence → facts, like any other reader's: rules don't know where a fact came from. */
import type { Fact, LifecycleRule, LiveImageState, LiveState } from '../model/facts.ts';
import { ALWAYS } from '../core/choices.ts';
import { parseImageRef, type ImageRef } from '../core/image-ref.ts';
import { UNKNOWN_PLATFORMS, cpuOf, type Platform, type Platforms } from '../core/platform.ts';
import { NOWHERE, type Site } from '../core/site.ts';
import { literal } from '../core/text.ts';
import type {
  Evidence,
  Gap,
  LiveImage,
  LiveReference,
  LiveRepository,
  LiveStack,
  LiveWorkload,
  Scope,
} from './evidence.ts';
import { lifecycleRules, mutabilityOf } from '../services/ecr.ts';
import { arrayOf, objectOf, parseObject, type LiveManifest, type LivePlatform } from './manifest.ts';
import { rolloutState } from './rollout.ts';
import { readUri } from './uri.ts';
import { defined } from '../core/optional.ts';

type Unstamped<T> = T extends Fact ? Omit<T, 'when' | 'run' | 'seq' | 'origin'> : never;

export function factsOf(evidence: Evidence): Fact[] {
  return evidence.scopes.flatMap((scope) => {
    const run = `live ${scope.account ?? 'unknown'} ${scope.region}`;
    const references = new Map(scope.references.map((one) => [`${one.registry}/${one.repository} ${one.name}`, one]));
    const unstamped: Unstamped<Fact>[] = [
      ...repositoryFacts(scope),
      ...scope.workloads.flatMap((one) => workloadFact(one, scope, references, evidence.collectedAt)),
      ...manifestFacts(scope, evidence.collectedAt),
      ...scope.stacks.map((one) => stackFact(one, evidence.collectedAt)),
      ...scope.gaps.map((one) => gapFact(one, scope)),
    ];
    return unstamped.map((fact, seq) => ({
      ...fact,
      when: ALWAYS,
      run,
      seq,
      origin: `live ${fact.kind} ${fact.site.resource ?? ''} ${seq}`,
    }));
  });
}

function liveSite(resource: string): Site {
  return { file: '', span: NOWHERE, resource };
}

function repositoryFacts(scope: Scope): Unstamped<Fact>[] {
  const absent = new Map<string, { name: string; archived: boolean }[]>();
  for (const { registry, repository, name, found } of scope.references) {
    if (found !== 'no' && found !== 'archived') continue;
    const key = `${registry}/${repository}`;
    const lacks = absent.get(key) ?? [];
    absent.set(key, lacks);
    lacks.push({ name, archived: found === 'archived' });
  }
  return scope.repositories.map((one) => repositoryFact(one, scope, absent.get(`${one.registry}/${one.name}`) ?? []));
}

function repositoryFact(
  one: LiveRepository,
  scope: Scope,
  lacks: readonly { readonly name: string; readonly archived: boolean }[],
): Unstamped<Fact> {
  const site = liveSite(one.arn);
  const account = readUri(`${one.registry}/${one.name}`)?.account ?? scope.account;
  return {
    kind: 'repository',
    site,
    name: literal(one.name),
    nameSite: site,
    role: 'live',
    by: 'registry',
    label: one.name,
    id: one.arn,
    region: literal(scope.region),
    ...(account === undefined ? {} : { account: literal(account) }),
    mutability: mutabilityOf(one.mutability),
    mutabilitySite: site,
    ...(one.exclusions.length === 0 ? {} : { exclusions: one.exclusions }),
    ...(one.lifecycle === undefined ? {} : { lifecycle: policyRules(one.lifecycle, site) }),
    ...(one.owner === undefined ? {} : { ownerStack: one.owner.stack, ownerLogicalId: one.owner.logicalId }),
    ownerKnown: one.ownerKnown,
    lacks,
  };
}

/** In the order in which ECR looks at them. */
function policyRules(policy: string, site: Site): LifecycleRule[] {
  const document = parseObject(policy);
  const priority = (value: unknown): number => {
    const told = objectOf(value)?.['rulePriority'];
    return typeof told === 'number' ? told : Infinity;
  };
  const rules = [...(arrayOf(document?.['rules']) ?? [])].sort((a, b) => Math.sign(priority(a) - priority(b)) || 0);
  return lifecycleRules({ rules }, () => site).map((rule, order) => ({ ...rule, order }));
}

type References = ReadonlyMap<string, LiveReference>;

function workloadFact(one: LiveWorkload, scope: Scope, references: References, seen: string): Unstamped<Fact>[] {
  const uri = readUri(one.image);
  // A sidecar from another registry: nothing here can tell whether it will run.
  if (uri === undefined) return [];
  const site = liveSite(one.arn);
  const cpu = one.architecture === undefined ? undefined : cpuOf(one.architecture);
  const image = parseImageRef(literal(one.image));
  const name = one.version === undefined ? one.name : `${one.name}:${one.version}`;
  const label =
    one.container !== undefined
      ? `${name} (container ${one.container})`
      : one.aliases === undefined
        ? name
        : `${name} (alias ${one.aliases.join(', ')})`;
  return [
    {
      kind: 'workload',
      site,
      service: one.service,
      name: literal(name),
      label,
      image: { kind: 'ref', ref: image },
      imageSite: site,
      ...defined({ cpu, cpuBasis: one.architectureBasis }),
      ...(cpu !== undefined && one.architectureBasis === 'stated' ? { cpuSite: site } : {}),
      region: literal(scope.region),
      ...(scope.account === undefined ? {} : { account: literal(scope.account) }),
      ...(one.container === undefined ? {} : { containerName: literal(one.container) }),
      ...(one.owner === undefined ? {} : { stack: one.owner.stack }),
      ...defined({ autoDeploy: one.autoDeploy }),
      declared: true,
      live: stateOf(one, `${uri.registry}/${uri.repository}`, uri.digest ?? uri.tag ?? 'latest', references, seen),
    },
  ];
}

function stateOf(one: LiveWorkload, repository: string, name: string, references: References, seen: string): LiveState {
  const reference = references.get(`${repository} ${name}`);
  const running = one.digests.map((digest) => imageState(references.get(`${repository} ${digest}`)));
  return {
    digests: one.digests,
    reference: imageState(reference),
    running: running.length === 0 ? 'unverified' : worst(running),
    ...(reference?.digest === undefined || name.includes(':') ? {} : { tagDigest: reference.digest }),
    ...defined({ state: one.state, stateCode: one.stateCode, stateReason: one.stateReason }),
    ...(one.rollout === undefined ? {} : rolloutState(one.rollout, seen)),
  };
}

function imageState(reference: LiveReference | undefined): LiveImageState {
  switch (reference?.found) {
    case 'yes':
      return 'present';
    case 'no':
      return 'missing';
    case 'no repository':
      return 'repository missing';
    case 'archived':
      return 'archived';
    default:
      return 'unverified';
  }
}

const BADNESS: readonly LiveImageState[] = ['repository missing', 'missing', 'archived', 'unverified', 'present'];

function worst(states: readonly LiveImageState[]): LiveImageState {
  return BADNESS.find((state) => states.includes(state)) ?? 'unverified';
}

/**
 * One for each name under which it was asked for, so that a reference by tag meets what that tag holds now and one by
 * digest the digest.
 */
function manifestFacts(scope: Scope, seen: string): Unstamped<Fact>[] {
  const images = new Map(scope.images.map((one) => [`${one.registry}/${one.repository}@${one.digest}`, one]));
  return scope.references.flatMap((reference) => {
    const image =
      reference.digest === undefined
        ? undefined
        : images.get(`${reference.registry}/${reference.repository}@${reference.digest}`);
    return image === undefined
      ? []
      : [{ ...manifestFact(image, reference.name, imageArn(image, scope)), ...ageOf(image, seen) }];
  });
}

function ageOf({ pushed }: LiveImage, seen: string): { age?: number } {
  const age = (Date.parse(seen) - Date.parse(pushed ?? '')) / 86_400_000;
  return Number.isFinite(age) && age >= 0 ? { age } : {};
}

export function manifestFact(
  image: LiveImage,
  name: string,
  resource: string,
): Unstamped<Extract<Fact, { kind: 'manifest' }>> {
  const ref: ImageRef = {
    registry: literal(image.registry),
    repository: literal(image.repository),
    ...(name.includes(':') ? { digest: literal(name) } : { tag: literal(name) }),
  };
  const plain = image.layers.length > 0 && image.layers.every((layer) => layer.mediaType.endsWith('.tar'));
  const total = image.layers.reduce((sum, layer) => sum + layer.size, 0);
  // Emulators are not all as exact as ECR about either.
  const size = image.size === undefined && image.layers.length === 0 ? undefined : Math.max(image.size ?? 0, total);
  return {
    kind: 'manifest',
    site: liveSite(resource),
    ref,
    digest: image.digest,
    tags: image.tags,
    mediaType: image.mediaType,
    platforms: platformsOf(image),
    index: image.kind === 'index',
    attestations: image.kind === 'attestation' || image.entries.some((entry) => entry.attestation) ? 'present' : 'none',
    layerMediaTypes: [...new Set(image.layers.map((layer) => layer.mediaType))].filter((type) => type !== '').sort(),
    ...(image.config === undefined || image.config.mediaType === '' ? {} : { configMediaType: image.config.mediaType }),
    ...(image.kind === 'index' ? { children: image.entries.map((entry) => entry.digest) } : {}),
    ...defined({ compressedSize: size }),
    ...(plain ? { uncompressedSize: total } : {}),
    archived: image.archived,
    ...defined({ listed: image.listed }),
  };
}

function imageArn(image: LiveImage, scope: Scope): string {
  const uri = readUri(`${image.registry}/${image.repository}`);
  return `arn:${scope.partition}:ecr:${uri?.region ?? scope.region}:${uri?.account ?? scope.account ?? ''}:repository/${image.repository}`;
}

function platformsOf({ kind, platform, entries }: LiveManifest): Platforms {
  if (kind === 'image') return platform === undefined ? UNKNOWN_PLATFORMS : { kind: 'set', list: [plain(platform)] };
  if (kind !== 'index') return UNKNOWN_PLATFORMS;
  const list: Platform[] = [];
  for (const entry of entries) {
    if (entry.attestation) continue;
    if (entry.platform === undefined) return UNKNOWN_PLATFORMS;
    list.push(plain(entry.platform));
  }
  return list.length === 0 ? UNKNOWN_PLATFORMS : { kind: 'set', list };
}

function plain({ os, architecture, variant }: LivePlatform): Platform {
  const arch = cpuOf(architecture) ?? architecture.toLowerCase();
  return variant === undefined || (arch === 'arm64' && variant === 'v8') ? { os, arch } : { os, arch, variant };
}

function stackFact(one: LiveStack, seen: string): Unstamped<Fact> {
  return {
    kind: 'stack-state',
    site: liveSite(one.arn),
    name: one.name,
    status: one.status,
    ...defined({ reason: one.reason, since: one.since }),
    seen,
    concerns: one.concerns,
  };
}

function gapFact(gap: Gap, scope: Scope): Unstamped<Fact> {
  const service = gap.action.slice(0, gap.action.indexOf(':'));
  const more = gap.count - gap.about.length;
  const names = gap.about.join(', ') + (more > 0 ? ` and ${more} more` : '');
  return {
    kind: 'unverified',
    site: liveSite(gap.resource ?? `arn:${scope.partition}:${service}:${scope.region}:${scope.account ?? ''}:*`),
    what: `${gap.action} for ${names}`,
    reason: gap.reason,
    ...defined({ permission: gap.permission }),
  };
}
