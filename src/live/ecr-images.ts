/** The images that workloads name. Only those: the rest of a registry may be a hundred thousand. */
import { createHash } from 'node:crypto';
import {
  BatchGetImageCommand,
  DescribeImagesCommand,
  GetDownloadUrlForLayerCommand,
  type BatchGetImageResponse,
  type Image,
  type ImageDetail,
  type ImageIdentifier,
} from '@aws-sdk/client-ecr';
import type { LiveImage, LiveReference } from './evidence.ts';
import { ACCEPTED, isImageConfig, readConfig, readManifest, type LiveConfig, type LiveManifest } from './manifest.ts';
import { download } from './network.ts';
import { batches, forEach } from './pool.ts';
import { WORTH_IT, blobByDocker, manifestsByDocker } from './second-way.ts';
import type { Asked, Outcome } from './calls.ts';
import type { Session } from './session.ts';
import { partitionOf } from './uri.ts';
import { defined } from '../core/optional.ts';

const AT_ONCE = 8;
const BATCH = 100;
const LARGEST_CONFIG = 8 * 1024 * 1024;
const NO_REPOSITORY = 'RepositoryNotFoundException';

/** References into one repository, by tag or digest. */
export interface Wanted {
  readonly registry: string;
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  /** In the account that is audited: what isn't there doesn't exist. Of another's, it may only be hidden. */
  readonly own: boolean;
  readonly names: readonly string[];
}

export interface Found {
  readonly images: readonly LiveImage[];
  readonly references: readonly LiveReference[];
}

type State = Pick<LiveReference, 'found' | 'digest'>;

export async function readImages(session: Session, wanted: Wanted): Promise<Found> {
  const manifests = new Map<string, LiveManifest>();
  const states = await lookUp(session, wanted, wanted.names, manifests);
  await readChildren(session, wanted, manifests);
  const details = await describeImages(session, wanted, [...manifests.keys()]);
  const configs = await readConfigs(session, wanted, [...manifests.values()]);
  const tags = new Map<string, Set<string>>();
  const references = [...states].map(([name, { found, digest }]): LiveReference => {
    if (digest !== undefined && !name.includes(':')) tags.set(digest, (tags.get(digest) ?? new Set()).add(name));
    const archived = found === 'yes' && digest !== undefined && isArchived(details.get(digest));
    return {
      registry: wanted.registry,
      repository: wanted.repository,
      name,
      found: archived ? 'archived' : found,
      ...defined({ digest }),
    };
  });
  const images = [...manifests].map(([digest, manifest]): LiveImage => {
    const detail = details.get(digest);
    const config = manifest.config === undefined ? undefined : configs.get(manifest.config.digest);
    return {
      ...manifest,
      ...config,
      registry: wanted.registry,
      repository: wanted.repository,
      digest,
      tags: [...new Set([...(detail?.imageTags ?? []), ...(tags.get(digest) ?? [])])].sort(),
      ...(detail?.imageSizeInBytes === undefined ? {} : { size: detail.imageSizeInBytes }),
      archived: isArchived(detail),
      ...(detail === undefined ? {} : { listed: true }),
      ...(detail?.imagePushedAt === undefined ? {} : { pushed: detail.imagePushedAt.toISOString() }),
    };
  });
  return {
    images: images.sort((a, b) => (a.digest < b.digest ? -1 : 1)),
    references: references.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function isArchived(detail: ImageDetail | undefined): boolean {
  return detail?.imageStatus !== undefined && detail.imageStatus !== 'ACTIVE';
}

function idOf(name: string): ImageIdentifier {
  return name.includes(':') ? { imageDigest: name } : { imageTag: name };
}

/** What became of each name; the manifests go into the map, by digest. */
async function lookUp(
  session: Session,
  wanted: Wanted,
  names: readonly string[],
  manifests: Map<string, LiveManifest>,
): Promise<Map<string, State>> {
  const states = new Map<string, State>();
  const doubtful: string[] = [];
  await forEach(batches(names, BATCH), AT_ONCE, async (batch) => {
    for (const { ids, answer } of await inParts(batch, (ids) => getManifests(session, wanted, ids))) {
      if (answer.ok) doubtful.push(...sortOut(session, wanted, ids, answer.value, { states, manifests }));
      else if (answer.failure.name === 'ImageNotFoundException') doubtful.push(...ids);
      else
        for (const name of ids)
          states.set(name, {
            found: wanted.own && answer.failure.name === NO_REPOSITORY ? 'no repository' : 'unverified',
          });
    }
  });
  await forEach(doubtful, AT_ONCE, async (name) => {
    states.set(name, await describeOne(session, wanted, name, manifests));
  });
  return states;
}

function aboutImages(wanted: Wanted, action: string): Asked {
  return {
    action,
    about: wanted.repository,
    resource: arnOf(wanted),
    apart: wanted.registry,
    foreign: !wanted.own,
    expected: ['ImageNotFoundException', ...(wanted.own ? [NO_REPOSITORY] : [])],
  };
}

type Answer = Pick<BatchGetImageResponse, 'images' | 'failures'>;

async function getManifests(session: Session, wanted: Wanted, names: readonly string[]): Promise<Outcome<Answer>> {
  const client = await session.ecr(wanted.region);
  return session.call<Answer>(
    aboutImages(wanted, 'ecr:BatchGetImage'),
    () =>
      client.send(
        new BatchGetImageCommand({
          registryId: wanted.account,
          repositoryName: wanted.repository,
          imageIds: names.map(idOf),
          acceptedMediaTypes: [...ACCEPTED],
        }),
        { abortSignal: session.signal },
      ),
    async ({ kind }) => (WORTH_IT.has(kind) ? manifestsByDocker(session, wanted, names) : undefined),
  );
}

/** Where one image that is missing fails a call about several, the others are asked for in smaller parts. */
async function inParts<T>(
  ids: readonly string[],
  ask: (ids: readonly string[]) => Promise<Outcome<T>>,
): Promise<{ ids: readonly string[]; answer: Outcome<T> }[]> {
  const answer = await ask(ids);
  if (answer.ok || answer.failure.name !== 'ImageNotFoundException' || ids.length < 2) return [{ ids, answer }];
  const middle = ids.length >> 1;
  return [...(await inParts(ids.slice(0, middle), ask)), ...(await inParts(ids.slice(middle), ask))];
}

/** The names that it says nothing of, or that they are missing: archived images are not handed out, either. */
function sortOut(
  session: Session,
  wanted: Wanted,
  names: readonly string[],
  answer: Answer,
  into: { readonly states: Map<string, State>; readonly manifests: Map<string, LiveManifest> },
): string[] {
  const open = new Set(names);
  for (const image of answer.images ?? []) {
    const digest = digestOf(image);
    const name = [image.imageId?.imageTag, digest].find((one): one is string => one !== undefined && open.has(one));
    if (digest === undefined || name === undefined) continue;
    const manifest =
      image.imageManifest === undefined ? undefined : readManifest(image.imageManifest, image.imageManifestMediaType);
    open.delete(name);
    into.states.set(name, { found: 'yes', digest });
    if (manifest === undefined)
      noteFailure(session, wanted, name, {
        name: 'Manifest',
        kind: 'unreadable',
        reason: 'its manifest is not JSON that a registry would keep',
      });
    else into.manifests.set(digest, manifest);
  }
  for (const { imageId, failureCode, failureReason } of answer.failures ?? []) {
    const name = [imageId?.imageTag, imageId?.imageDigest].find(
      (one): one is string => one !== undefined && open.has(one),
    );
    if (
      name === undefined ||
      failureCode === undefined ||
      failureCode === 'ImageNotFound' ||
      failureCode === 'ImageInaccessible'
    )
      continue;
    open.delete(name);
    into.states.set(name, { found: 'unverified' });
    noteFailure(session, wanted, name, {
      name: failureCode,
      kind: 'failed',
      reason: `ECR answered ${failureCode}${failureReason === undefined ? '' : `: ${failureReason}`}`,
    });
  }
  return [...open];
}

/** A digest is its manifest's hash, where an answer leaves it out. */
function digestOf({ imageId, imageManifest }: Image): string | undefined {
  return (
    imageId?.imageDigest ??
    (imageManifest === undefined ? undefined : `sha256:${createHash('sha256').update(imageManifest).digest('hex')}`)
  );
}

function noteFailure(session: Session, wanted: Wanted, name: string, failure: Parameters<Session['missed']>[1]): void {
  session.missed(
    {
      action: 'ecr:BatchGetImage',
      about: `${wanted.repository}${name.includes(':') ? '@' : ':'}${name}`,
      resource: arnOf(wanted),
    },
    failure,
  );
}

/** Gone, archived, or there all the same under a name that the answer before didn't repeat. */
async function describeOne(
  session: Session,
  wanted: Wanted,
  name: string,
  manifests: ReadonlyMap<string, LiveManifest>,
): Promise<State> {
  const answer = await describe(session, wanted, [name]);
  if (!answer.ok) return { found: answer.failure.name === 'ImageNotFoundException' ? 'no' : 'unverified' };
  const [detail] = answer.value;
  if (detail === undefined) return { found: 'unverified' };
  if (isArchived(detail)) return { found: 'archived' };
  const digest = detail.imageDigest;
  if (digest !== undefined && manifests.has(digest)) return { found: 'yes', digest };
  noteFailure(session, wanted, name, {
    name: 'Answer',
    kind: 'unreadable',
    reason: 'ECR lists it, but did not hand it out',
  });
  return { found: 'unverified' };
}

async function describe(
  session: Session,
  wanted: Wanted,
  names: readonly string[],
): Promise<Outcome<readonly ImageDetail[]>> {
  const client = await session.ecr(wanted.region);
  return session.call<readonly ImageDetail[]>(aboutImages(wanted, 'ecr:DescribeImages'), async () => {
    const request = {
      registryId: wanted.account,
      repositoryName: wanted.repository,
      imageIds: names.map(idOf),
      filter: { imageStatus: 'ANY' as const },
    };
    return (await client.send(new DescribeImagesCommand(request), { abortSignal: session.signal })).imageDetails ?? [];
  });
}

async function describeImages(
  session: Session,
  wanted: Wanted,
  digests: readonly string[],
): Promise<Map<string, ImageDetail>> {
  const details = new Map<string, ImageDetail>();
  await forEach(batches(digests, BATCH), AT_ONCE, async (batch) => {
    for (const { answer } of await inParts(batch, (ids) => describe(session, wanted, ids))) {
      for (const detail of answer.ok ? answer.value : [])
        if (detail.imageDigest !== undefined) details.set(detail.imageDigest, detail);
    }
  });
  return details;
}

/** An index entry that doesn't say its platform: its own config does. */
async function readChildren(session: Session, wanted: Wanted, manifests: Map<string, LiveManifest>): Promise<void> {
  const names = new Set(
    [...manifests.values()].flatMap(({ entries }) =>
      entries.flatMap((entry) => (entry.platform === undefined && !entry.attestation ? [entry.digest] : [])),
    ),
  );
  if (names.size === 0) return;
  const children = new Map<string, LiveManifest>();
  await lookUp(session, wanted, [...names], children);
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

/** The config blobs, each once: what CPU an image is for stands only there. */
async function readConfigs(
  session: Session,
  wanted: Wanted,
  manifests: readonly LiveManifest[],
): Promise<Map<string, LiveConfig>> {
  const client = await session.ecr(wanted.region);
  const asked = aboutImages(wanted, 'ecr:GetDownloadUrlForLayer');
  for (const one of manifests)
    if (one.kind === 'image' && one.config === undefined)
      session.missed(
        { ...asked, action: 'ecr:BatchGetImage' },
        {
          kind: 'unreadable',
          name: 'Config',
          reason: "an image's manifest names no config, so which CPU it is for is not known",
        },
      );
  const digests = new Set(
    manifests.flatMap((one) =>
      one.kind === 'image' && one.config !== undefined && isImageConfig(one.config.mediaType)
        ? [one.config.digest]
        : [],
    ),
  );
  const configs = new Map<string, LiveConfig>();
  await forEach([...digests], AT_ONCE, async (layerDigest) => {
    const answer = await session.call(
      asked,
      async () => {
        const { downloadUrl } = await client.send(
          new GetDownloadUrlForLayerCommand({
            registryId: wanted.account,
            repositoryName: wanted.repository,
            layerDigest,
          }),
          { abortSignal: session.signal },
        );
        return downloadUrl === undefined
          ? undefined
          : download(downloadUrl, { what: "the image's config", most: LARGEST_CONFIG, signal: session.signal });
      },
      async ({ kind }) => (WORTH_IT.has(kind) ? blobByDocker(session, wanted, layerDigest, LARGEST_CONFIG) : undefined),
    );
    if (!answer.ok) return;
    const config = answer.value === undefined ? undefined : readConfig(answer.value);
    if (config?.platform === undefined)
      session.missed(asked, {
        kind: 'unreadable',
        name: 'Config',
        reason: "the image's config does not say which CPU it is for",
      });
    else configs.set(layerDigest, config);
  });
  return configs;
}

function arnOf({ account, region, repository }: Wanted): string {
  return `arn:${partitionOf(region)}:ecr:${region}:${account}:repository/${repository}`;
}
