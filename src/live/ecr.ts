/** Amazon ECR: the repositories, and the images that workloads name. Only those: the rest of a registry may be a hundred thousand images. */
import {
  BatchGetImageCommand, DescribeImagesCommand, GetDownloadUrlForLayerCommand, GetLifecyclePolicyCommand, paginateDescribeRepositories, paginateDescribeImages,
  type BatchGetImageResponse, type ImageDetail, type ImageIdentifier, type Repository,
} from '@aws-sdk/client-ecr';
import type { LiveImage, LiveReference, LiveRepository } from './evidence.ts';
import { ACCEPTED, isImageConfig, readConfig, readManifest, type LiveConfig, type LiveManifest } from './manifest.ts';
import { open, textOf } from './network.ts';
import { batches, forEach } from './pool.ts';
import { WORTH_IT, blobByDocker, manifestsByDocker } from './second-way.ts';
import type { Session } from './session.ts';
import { partitionOf } from './uri.ts';

const AT_ONCE = 8;
const BATCH = 100;
const LARGEST_CONFIG = 8 * 1024 * 1024;

export interface Repositories {
  readonly repositories: readonly LiveRepository[];
  /** All pages came: what isn't listed doesn't exist. */
  readonly complete: boolean;
}

export async function readRepositories(session: Session): Promise<Repositories> {
  const client = await session.ecr();
  const found: LiveRepository[] = [];
  const answer = await session.call({ action: 'ecr:DescribeRepositories', about: `the repositories in ${session.region}` }, async () => {
    for await (const page of paginateDescribeRepositories({ client, pageSize: 1000 }, {}, { abortSignal: session.signal })) {
      for (const one of page.repositories ?? []) found.push(...repositoryOf(one));
      session.progress('ECR repositories listed', found.length, undefined);
    }
  });
  return { repositories: found.sort((a, b) => (a.arn < b.arn ? -1 : 1)), complete: answer.ok };
}

function repositoryOf(one: Repository): LiveRepository[] {
  const { repositoryArn: arn, repositoryName: name, repositoryUri: uri, imageTagMutability: mutability, imageTagMutabilityExclusionFilters: filters } = one;
  if (arn === undefined || name === undefined || uri === undefined) return [];
  return [{ arn, name, registry: uri.slice(0, -name.length - 1), mutability: mutability ?? 'MUTABLE', exclusions: (filters ?? []).flatMap((filter) => filter.filter ?? []), ownerKnown: false }];
}

/** The text of a repository's lifecycle policy; undefined when it has none or it can't be read. */
export async function readLifecycle(session: Session, repository: LiveRepository): Promise<string | undefined> {
  const client = await session.ecr();
  const answer = await session.call({ action: 'ecr:GetLifecyclePolicy', about: repository.name, resource: repository.arn, expected: ['LifecyclePolicyNotFoundException'] },
    () => client.send(new GetLifecyclePolicyCommand({ repositoryName: repository.name }), { abortSignal: session.signal }));
  return answer.ok ? answer.value.lifecyclePolicyText : undefined;
}

/** The tags of a repository that a filter asks for. */
export async function readTags(session: Session, repository: LiveRepository, wanted: (tag: string) => boolean): Promise<string[]> {
  const client = await session.ecr();
  const tags: string[] = [];
  await session.call({ action: 'ecr:DescribeImages', about: repository.name, resource: repository.arn }, async () => {
    for await (const page of paginateDescribeImages({ client, pageSize: 1000 }, { repositoryName: repository.name, filter: { tagStatus: 'TAGGED' } }, { abortSignal: session.signal })) {
      for (const one of page.imageDetails ?? []) tags.push(...(one.imageTags ?? []).filter(wanted));
    }
  });
  return tags;
}

/** References into one repository, by tag or digest. */
export interface Wanted {
  readonly registry: string;
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  readonly names: readonly string[];
}

export interface Found {
  readonly images: readonly LiveImage[];
  readonly references: readonly LiveReference[];
}

export async function readImages(session: Session, wanted: Wanted): Promise<Found> {
  const references: LiveReference[] = [];
  const manifests = new Map<string, LiveManifest>();
  const asked = (name: string, found: LiveReference['found'], digest?: string): void => {
    references.push({ registry: wanted.registry, repository: wanted.repository, name, found, ...(digest === undefined ? {} : { digest }) });
  };
  const absent: string[] = [];
  await forEach(batches(wanted.names, BATCH), AT_ONCE, (batch) => getManifests(session, wanted, batch, manifests, asked, absent));
  await forEach(absent, AT_ONCE, async (name) => asked(name, await archivedOrGone(session, wanted, name)));
  await readChildren(session, wanted, manifests);
  const details = await describeImages(session, wanted, [...manifests.keys()]);
  const configs = await readConfigs(session, wanted, [...manifests.values()]);
  const images = [...manifests].map(([digest, manifest]): LiveImage => {
    const detail = details.get(digest);
    const config = manifest.config === undefined ? undefined : configs.get(manifest.config.digest);
    const tags = new Set([...(detail?.imageTags ?? []), ...references.filter((one) => one.digest === digest && !one.name.includes(':')).map((one) => one.name)]);
    return {
      ...manifest, ...config, registry: wanted.registry, repository: wanted.repository, digest, tags: [...tags].sort(),
      ...(detail?.imageSizeInBytes === undefined ? {} : { size: detail.imageSizeInBytes }),
      archived: detail?.imageStatus === 'ARCHIVED',
    };
  });
  return { images: images.sort((a, b) => (a.digest < b.digest ? -1 : 1)), references: references.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

function idOf(name: string): ImageIdentifier {
  return name.includes(':') ? { imageDigest: name } : { imageTag: name };
}

async function getManifests(session: Session, wanted: Wanted, names: readonly string[], into: Map<string, LiveManifest>,
  asked: (name: string, found: LiveReference['found'], digest?: string) => void, absent: string[]): Promise<void> {
  const client = await session.ecr(wanted.region);
  const answer = await session.call<Pick<BatchGetImageResponse, 'images' | 'failures'>>(
    { action: 'ecr:BatchGetImage', about: wanted.repository, resource: arnOf(wanted), apart: wanted.registry },
    () => client.send(new BatchGetImageCommand({ registryId: wanted.account, repositoryName: wanted.repository, imageIds: names.map(idOf), acceptedMediaTypes: [...ACCEPTED] }), { abortSignal: session.signal }),
    async ({ kind }) => (WORTH_IT.has(kind) ? manifestsByDocker(session, wanted, names) : undefined),
  );
  if (!answer.ok) {
    const gone = answer.failure.name === 'RepositoryNotFoundException';
    for (const name of names) asked(name, gone ? 'no repository' : 'unverified');
    return;
  }
  const open = new Set(names);
  for (const { imageId, imageManifest, imageManifestMediaType } of answer.value.images ?? []) {
    const digest = imageId?.imageDigest;
    const manifest = imageManifest === undefined ? undefined : readManifest(imageManifest, imageManifestMediaType);
    const name = [imageId?.imageTag, digest].find((one): one is string => one !== undefined && open.has(one));
    if (digest === undefined || name === undefined) continue;
    if (manifest === undefined) {
      session.missed({ action: 'ecr:BatchGetImage', about: `${wanted.repository}@${digest}`, resource: arnOf(wanted) }, { kind: 'unreadable', name: 'Manifest', reason: 'its manifest is not JSON that a registry would keep' });
      continue;
    }
    open.delete(name);
    into.set(digest, manifest);
    asked(name, 'yes', digest);
  }
  for (const { imageId, failureCode, failureReason } of answer.value.failures ?? []) {
    const name = imageId?.imageTag ?? imageId?.imageDigest;
    if (name === undefined || !open.has(name)) continue;
    open.delete(name);
    if (failureCode === 'ImageNotFound' || failureCode === 'ImageInaccessible') absent.push(name);
    else {
      asked(name, 'unverified');
      session.missed({ action: 'ecr:BatchGetImage', about: `${wanted.repository}:${name}`, resource: arnOf(wanted) }, { kind: 'failed', name: failureCode ?? 'Failure', reason: `ECR answered ${failureCode ?? 'a failure'}${failureReason === undefined ? '' : `: ${failureReason}`}` });
    }
  }
  for (const name of open) {
    if (into.has(name)) {
      asked(name, 'yes', name);
      continue;
    }
    asked(name, 'unverified');
    session.missed({ action: 'ecr:BatchGetImage', about: `${wanted.repository}:${name}`, resource: arnOf(wanted) }, { kind: 'unreadable', name: 'Answer', reason: 'ECR said neither what it is nor that it is missing' });
  }
}

/** `BatchGetImage` doesn't hand out archived images. */
async function archivedOrGone(session: Session, wanted: Wanted, name: string): Promise<LiveReference['found']> {
  const client = await session.ecr(wanted.region);
  const answer = await session.call(
    { action: 'ecr:DescribeImages', about: wanted.repository, resource: arnOf(wanted), apart: wanted.registry, expected: ['ImageNotFoundException'] },
    () => client.send(new DescribeImagesCommand({ registryId: wanted.account, repositoryName: wanted.repository, imageIds: [idOf(name)], filter: { imageStatus: 'ANY' } }), { abortSignal: session.signal }),
  );
  if (!answer.ok) return answer.failure.name === 'ImageNotFoundException' ? 'no' : 'unverified';
  const status = answer.value.imageDetails?.[0]?.imageStatus;
  return status === undefined ? 'no' : status === 'ACTIVE' ? 'unverified' : 'archived';
}

/** An index entry that doesn't say its platform: its own config does. */
async function readChildren(session: Session, wanted: Wanted, manifests: Map<string, LiveManifest>): Promise<void> {
  const open = [...manifests].flatMap(([digest, manifest]) => manifest.entries.filter((entry) => entry.platform === undefined && !entry.attestation).map((entry) => ({ digest, entry })));
  if (open.length === 0) return;
  const children = new Map<string, LiveManifest>();
  const names = [...new Set(open.map((one) => one.entry.digest))];
  await forEach(batches(names, BATCH), AT_ONCE, (batch) => getManifests(session, wanted, batch, children, () => {}, []));
  const configs = await readConfigs(session, wanted, [...children.values()]);
  for (const [digest, manifest] of manifests) {
    const entries = manifest.entries.map((entry) => {
      const child = children.get(entry.digest);
      const platform = child?.config === undefined ? undefined : configs.get(child.config.digest)?.platform;
      return entry.platform === undefined && platform !== undefined ? { ...entry, platform } : entry;
    });
    manifests.set(digest, { ...manifest, entries });
  }
}

async function describeImages(session: Session, wanted: Wanted, digests: readonly string[]): Promise<Map<string, ImageDetail>> {
  const client = await session.ecr(wanted.region);
  const details = new Map<string, ImageDetail>();
  await forEach(batches(digests, BATCH), AT_ONCE, async (batch) => {
    const answer = await session.call({ action: 'ecr:DescribeImages', about: wanted.repository, resource: arnOf(wanted), apart: wanted.registry },
      () => client.send(new DescribeImagesCommand({ registryId: wanted.account, repositoryName: wanted.repository, imageIds: batch.map(idOf), filter: { imageStatus: 'ANY' } }), { abortSignal: session.signal }));
    for (const detail of answer.ok ? answer.value.imageDetails ?? [] : []) if (detail.imageDigest !== undefined) details.set(detail.imageDigest, detail);
  });
  return details;
}

/** The config blobs, each once: what CPU an image is for stands only there. */
async function readConfigs(session: Session, wanted: Wanted, manifests: readonly LiveManifest[]): Promise<Map<string, LiveConfig>> {
  const client = await session.ecr(wanted.region);
  const digests = new Set(manifests.flatMap((one) => (one.kind === 'image' && one.config !== undefined && isImageConfig(one.config.mediaType) ? [one.config.digest] : [])));
  const configs = new Map<string, LiveConfig>();
  await forEach([...digests], AT_ONCE, async (layerDigest) => {
    const asked = { action: 'ecr:GetDownloadUrlForLayer', about: wanted.repository, resource: arnOf(wanted), apart: wanted.registry };
    const answer = await session.call(asked, async () => {
      const { downloadUrl } = await client.send(new GetDownloadUrlForLayerCommand({ registryId: wanted.account, repositoryName: wanted.repository, layerDigest }), { abortSignal: session.signal });
      return downloadUrl === undefined ? undefined : download(downloadUrl, session.signal);
    }, async ({ kind }) => (WORTH_IT.has(kind) ? blobByDocker(session, wanted, layerDigest, LARGEST_CONFIG) : undefined));
    if (!answer.ok) return;
    const config = answer.value === undefined ? undefined : readConfig(answer.value);
    if (config?.platform === undefined) session.missed(asked, { kind: 'unreadable', name: 'Config', reason: "the image's config does not say which CPU it is for" });
    else configs.set(layerDigest, config);
  });
  return configs;
}

const TRIES = 3;

/** Our own download has no SDK behind it that would try again. */
async function download(address: string, signal: AbortSignal): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await open(address, { signal });
      if (answer.status === 200) return await textOf(answer, LARGEST_CONFIG);
      answer.body.resume();
      if (answer.status < 500 || attempt === TRIES) throw new Error(`the image's config could not be downloaded (HTTP ${answer.status})`);
    } catch (error) {
      if (signal.aborted || attempt === TRIES) throw error;
    }
    await new Promise((done) => setTimeout(done, 100 * 2 ** attempt));
  }
}

function arnOf({ account, region, repository }: Wanted): string {
  return `arn:${partitionOf(region)}:ecr:${region}:${account}:repository/${repository}`;
}
