/**
 * From an account to evidence: what runs, what it runs from, what owns it. Linear in what there is, and nothing that
 * fails ends it.
 */
import type {
  Evidence,
  Gap,
  LiveImage,
  LiveReference,
  LiveRepository,
  LiveService,
  LiveStack,
  LiveWorkload,
  Owner,
  Scope,
} from './evidence.ts';
import { EVIDENCE_VERSION } from './evidence.ts';
import type { Failure } from './failure.ts';
import { closeConnections } from './network.ts';
import { forEach } from './pool.ts';
import type { Role } from './roles.ts';
import { openSession, type Progress, type Session } from './session.ts';
import type { Connection } from './clients.ts';
import { findTargets, isClosed, openingFailure, type Closed, type Organization, type Place } from './targets.ts';
import { partitionOf, readUri } from './uri.ts';
import type { Wanted } from './ecr-images.ts';
import type { Stacks } from './cloudformation.ts';
import { defined } from '../core/optional.ts';

export interface CollectRequest {
  /** Empty: the SDK's own choice; `all`: those that each account has enabled. */
  readonly regions: readonly string[];
  readonly profile?: string;
  readonly endpoint?: string;
  /** Into other accounts; none: the caller's own. */
  readonly roles?: readonly Role[];
  /** All its accounts, in place of roles. */
  readonly organization?: Organization;
  readonly functions?: readonly string[];
  readonly services?: readonly string[];
  readonly repositories?: readonly string[];
  /** Only these stacks, and what they own. */
  readonly stacks?: readonly string[];
  /** False: what runs is left out; only registry and stacks are looked at. */
  readonly workloads?: false;
  /** Tags to look at although no workload names them. */
  readonly tags?: (tag: string) => boolean;
  /** Image addresses that the local project names, once it's known where it deploys to. */
  readonly references?: (account: string | undefined, region: string) => readonly string[];
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  readonly now?: Date;
}

export interface Collected {
  readonly evidence: Evidence;
  /** Not a single call came through: the reason of the first that failed. */
  readonly nothing?: Failure;
}

export async function collect(request: CollectRequest): Promise<Collected> {
  const signal = request.signal ?? new AbortController().signal;
  const progress = request.progress ?? (() => {});
  const base: Connection = {
    signal,
    ...defined({ profile: request.profile, endpoint: request.endpoint }),
  };
  const done: ScopeResult[] = [];
  try {
    const targets = await findTargets(request, base, progress);
    await forEach(targets, SCOPES_AT_ONCE, async (target, at) => {
      done[at] = isClosed(target) ? shut(target) : await collectPlace(target, request, progress);
    });
  } finally {
    closeConnections();
  }
  const scopes = done.flatMap((one) => one.scope ?? []);
  const succeeded = done.reduce((sum, one) => sum + one.succeeded, 0);
  const first = done.map((one) => one.failure).find((failure) => failure !== undefined);
  const evidence: Evidence = {
    kind: 'plimsoll evidence',
    version: EVIDENCE_VERSION,
    collectedAt: (request.now ?? new Date()).toISOString(),
    complete: !signal.aborted,
    scopes,
  };
  return {
    evidence,
    ...(succeeded === 0
      ? { nothing: first ?? { kind: 'failed', name: 'Nothing', reason: 'nothing could be read' } }
      : {}),
  };
}

/** Accounts and regions under way at one time: each has its own limits at AWS. */
const SCOPES_AT_ONCE = 3;

interface ScopeResult {
  /** Absent when not even a region was known. */
  readonly scope?: Scope;
  readonly succeeded: number;
  /** The first thing that failed. */
  readonly failure?: Failure;
}

async function collectPlace(
  { connection, gaps }: Place,
  request: CollectRequest,
  progress: Progress,
): Promise<ScopeResult> {
  let session: Session;
  try {
    session = await openSession(connection, progress);
  } catch (error) {
    return { succeeded: 0, failure: openingFailure(error) };
  }
  const scope = await collectScope(session, request);
  const failure = firstOf(session.gaps());
  // Regions that could not be listed are missing altogether.
  const unverified = [
    ...session.unverified().filter((one) => one.service !== 'sts' || scope.account === undefined),
    ...gaps.slice(0, 1).map(({ reason }) => ({ service: 'account', reason })),
  ];
  return {
    scope: { ...scope, gaps: [...gaps, ...scope.gaps], ...(unverified.length === 0 ? {} : { unverified }) },
    succeeded: session.succeeded(),
    ...defined({ failure }),
  };
}

/** Nothing of that account is known, and that's said. */
function shut({ account, region, gaps, failure }: Closed): ScopeResult {
  return {
    scope: {
      ...defined({ account }),
      region,
      partition: partitionOf(region),
      closed: true,
      ...NOTHING_FOUND,
      gaps,
    },
    succeeded: 0,
    failure,
  };
}

const NOTHING_FOUND = { workloads: [], repositories: [], images: [], references: [], stacks: [] };

function firstOf(gaps: readonly Gap[]): Failure | undefined {
  const gap = gaps.find((one) => one.kind === 'credentials') ?? gaps[0];
  return gap === undefined
    ? undefined
    : {
        kind: gap.kind,
        name: gap.kind,
        reason: gap.reason,
        ...defined({ permission: gap.permission }),
      };
}

const NO_STACKS: Stacks = { stacks: [], owners: new Map(), complete: false };

async function collectScope(session: Session, request: CollectRequest): Promise<Scope> {
  const caller = await identify(session);
  // Wrong credentials fail every call the same way: asking hundreds of times would only take longer to say so.
  if (caller.refused)
    return { region: session.region, partition: partitionOf(session.region), ...NOTHING_FOUND, gaps: session.gaps() };
  const [workloadsFound, registry, cloud] = await Promise.all([
    readWorkloads(session, request, caller.account),
    import('./ecr.ts').then(({ readRepositories }) => readRepositories(session, caller.account)),
    readStacksFor(session, request),
  ]);
  const account = caller.account ?? accountOf([...workloadsFound, ...registry.repositories].map((one) => one.arn));
  const within = insideOf(request.repositories);
  const workloads = workloadsFound.filter((one) => within(one.image)).map((one) => ownedWorkload(one, cloud.owners));
  const listed = registry.repositories.filter((one) => request.repositories?.includes(one.name) ?? true);
  for (const name of request.repositories ?? []) {
    if (registry.complete && !listed.some((one) => one.name === name))
      session.missed(
        { action: 'ecr:DescribeRepositories', about: name },
        { kind: 'gone', name: 'NotFound', reason: `there is no repository ${name} in ${session.region}` },
      );
  }
  const tagged = await taggedReferences(session, request, listed);
  const local = (request.references?.(account, session.region) ?? []).filter(within);
  const references = [...workloads.flatMap(addressesOf), ...local, ...tagged];
  const images: LiveImage[] = [];
  const found: LiveReference[] = [];
  const wanted = group(references, local, account, session.region);
  const { readLifecycle } = await import('./ecr.ts');
  const { readImages } = await import('./ecr-images.ts');
  const existing = new Set(registry.repositories.map((one) => one.name));
  let done = 0;
  await forEach(wanted, 6, async (one) => {
    const here = one.account === account && one.region === session.region;
    if (here && registry.complete && !existing.has(one.repository)) {
      found.push(
        ...one.names.map(
          (name): LiveReference => ({
            registry: one.registry,
            repository: one.repository,
            name,
            found: 'no repository',
          }),
        ),
      );
    } else {
      const result = await readImages(session, one);
      images.push(...result.images);
      found.push(...result.references);
    }
    session.progress('images in ECR repositories', ++done, wanted.length);
  });
  const used = new Set(wanted.map((one) => `${one.registry}/${one.repository}`));
  const repositories: LiveRepository[] = [];
  await forEach(listed, 6, async (one) => {
    const lifecycle = used.has(`${one.registry}/${one.name}`) ? await readLifecycle(session, one) : undefined;
    repositories.push(ownedRepository(one, lifecycle, cloud));
  });
  return {
    ...defined({ account }),
    region: session.region,
    partition: partitionOf(session.region),
    workloads,
    repositories: repositories.sort((a, b) => (a.arn < b.arn ? -1 : 1)),
    images: images.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    references: found.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)),
    stacks: concerned(cloud.stacks, workloads),
    gaps: session.gaps().sort((a, b) => (`${a.action} ${a.reason}` < `${b.action} ${b.reason}` ? -1 : 1)),
  };
}

/**
 * All that runs from an image, service by service at the same time; what is narrowed to some leaves the other services
 * alone.
 */
async function readWorkloads(
  session: Session,
  request: CollectRequest,
  account: string | undefined,
): Promise<LiveWorkload[]> {
  const { functions, services } = request;
  if (request.workloads === false) return [];
  const all = functions === undefined && services === undefined;
  const named = all || services !== undefined;
  const found = await Promise.all([
    all || functions !== undefined
      ? import('./lambda.ts').then(({ readFunctions }) => readFunctions(session, functions))
      : [],
    named ? import('./ecs.ts').then(({ readServices }) => readServices(session, services)) : [],
    named ? import('./apprunner.ts').then(({ readAppRunner }) => readAppRunner(session, services)) : [],
    all ? import('./batch.ts').then(({ readJobDefinitions }) => readJobDefinitions(session)) : [],
    all ? import('./codebuild.ts').then(({ readProjects }) => readProjects(session)) : [],
    all ? import('./eks.ts').then(({ noteClusters }) => noteClusters(session, account)).then(() => []) : [],
  ]);
  const workloads = found.flat();
  for (const name of services ?? []) {
    if (workloads.some((one) => one.service !== 'lambda' && (one.name === name || one.arn === name))) continue;
    session.missed(
      { action: 'ecs:DescribeServices', about: name },
      {
        kind: 'gone',
        name: 'NotFound',
        reason: `no service of this name that runs from an image was found in ${session.region}`,
      },
    );
  }
  return workloads;
}

async function readStacksFor(session: Session, { functions, services, stacks }: CollectRequest): Promise<Stacks> {
  if (functions !== undefined || services !== undefined) return NO_STACKS;
  const { readStacks } = await import('./cloudformation.ts');
  return readStacks(session, stacks);
}

async function identify(session: Session): Promise<{ account?: string; refused: boolean }> {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const client = await session.sts();
  const answer = await session.call({ action: 'sts:GetCallerIdentity', about: 'who asks' }, () =>
    client.send(new GetCallerIdentityCommand({}), { abortSignal: session.signal }),
  );
  if (!answer.ok) return { refused: answer.failure.kind === 'credentials' };
  return { refused: false, ...defined({ account: answer.value.Account }) };
}

function accountOf(arns: readonly string[]): string | undefined {
  return arns.map((arn) => /^arn:[^:]+:[^:]+:[^:]*:(\d{12}):/.exec(arn)?.[1]).find((account) => account !== undefined);
}

function insideOf(repositories: readonly string[] | undefined): (address: string) => boolean {
  return (address) => {
    if (repositories === undefined) return true;
    const uri = readUri(address);
    return uri !== undefined && repositories.includes(uri.repository);
  };
}

/** A workload's image by the name it was given, and by each digest that really runs. */
function addressesOf(workload: LiveWorkload): string[] {
  const uri = readUri(workload.image);
  return uri === undefined
    ? []
    : [workload.image, ...workload.digests.map((digest) => `${uri.registry}/${uri.repository}@${digest}`)];
}

async function taggedReferences(
  session: Session,
  request: CollectRequest,
  repositories: readonly LiveRepository[],
): Promise<string[]> {
  const { tags } = request;
  if (tags === undefined) return [];
  const { readTags } = await import('./ecr.ts');
  const found: string[] = [];
  await forEach(repositories, 6, async (one) => {
    for (const tag of await readTags(session, one, tags)) found.push(`${one.registry}/${one.name}:${tag}`);
  });
  return found;
}

/**
 * One entry for each repository; a repository that only the local project names is looked up in this account and region
 * only.
 */
function group(
  addresses: readonly string[],
  local: readonly string[],
  account: string | undefined,
  region: string,
): Wanted[] {
  const onlyLocal = new Set(local);
  const groups = new Map<string, { wanted: Wanted; names: Set<string> }>();
  for (const address of addresses) {
    const uri = readUri(address);
    if (uri === undefined || (onlyLocal.has(address) && (uri.account !== account || uri.region !== region))) continue;
    const key = `${uri.registry}/${uri.repository}`;
    const entry = groups.get(key) ?? {
      wanted: { ...uri, own: uri.account === account, names: [] },
      names: new Set<string>(),
    };
    entry.names.add(uri.digest ?? uri.tag ?? 'latest');
    groups.set(key, entry);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([
        ,
        {
          wanted: { registry, account: owner, region: place, repository },
          names,
        },
      ]) => ({ registry, account: owner, region: place, repository, own: owner === account, names: [...names].sort() }),
    );
}

/** A resource's type in CloudFormation, and its physical id there. */
const IDENTITY: Readonly<Record<LiveService, (workload: LiveWorkload) => readonly [type: string, id: string]>> = {
  lambda: ({ name }) => ['AWS::Lambda::Function', name],
  ecs: ({ arn }) => ['AWS::ECS::Service', arn],
  apprunner: ({ arn }) => ['AWS::AppRunner::Service', arn],
  batch: ({ arn }) => ['AWS::Batch::JobDefinition', arn],
  codebuild: ({ name }) => ['AWS::CodeBuild::Project', name],
};

function ownedWorkload(workload: LiveWorkload, owners: ReadonlyMap<string, Owner>): LiveWorkload {
  const [type, id] = IDENTITY[workload.service](workload);
  const owner = owners.get(`${type} ${id}`);
  return owner === undefined ? workload : { ...workload, owner };
}

function ownedRepository(repository: LiveRepository, lifecycle: string | undefined, cloud: Stacks): LiveRepository {
  const owner = cloud.owners.get(`AWS::ECR::Repository ${repository.name}`);
  return {
    ...repository,
    ...defined({ lifecycle, owner }),
    ownerKnown: owner !== undefined || cloud.complete,
  };
}

/** Where a stack's resources may not be read, its workloads say themselves whose they are. */
function concerned(stacks: readonly LiveStack[], workloads: readonly LiveWorkload[]): LiveStack[] {
  const owners = new Set(workloads.flatMap((one) => one.owner?.stack ?? []));
  return stacks.map((one) => (one.concerns === 'unknown' && owners.has(one.name) ? { ...one, concerns: 'yes' } : one));
}

const keyOf = (image: LiveImage): string => `${image.registry}/${image.repository}@${image.digest}`;
const nameOf = (one: LiveReference): string => `${one.registry}/${one.repository}:${one.name}`;
