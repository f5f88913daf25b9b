/** Amazon ECR's read operations. */
import type { Content } from './images.ts';
import { OCI_IMAGE, DOCKER_IMAGE } from './images.ts';
import { AwsError, record, strings } from './reply.ts';
import type { Context } from './server.ts';
import type { Repository, StoredImage } from './state.ts';

interface Entry {
  readonly content: Content;
  readonly tags: readonly string[];
  readonly status: 'ACTIVE' | 'ARCHIVED';
  readonly pushed: string | undefined;
}

/** The images of a repository: the stored ones and, as ECR lists them, the children of each index. */
export function entriesOf(repository: Repository): readonly Entry[] {
  let entries = listed.get(repository);
  if (entries === undefined) listed.set(repository, (entries = list(repository)));
  return entries;
}

const listed = new WeakMap<Repository, readonly Entry[]>();

function list(repository: Repository): readonly Entry[] {
  const byDigest = new Map<string, Entry>();
  const add = ({ content, tags = [], status = 'ACTIVE', pushed }: StoredImage): void => {
    const before = byDigest.get(content.digest);
    byDigest.set(content.digest, {
      content,
      tags: [...(before?.tags ?? []), ...tags],
      status: before?.status ?? status,
      pushed: before?.pushed ?? pushed,
    });
    for (const child of content.children) add({ content: child, status });
  };
  repository.images.forEach(add);
  return [...byDigest.values()];
}

export function ecr(operation: string, input: Record<string, unknown>, context: Context): unknown {
  const { account, region, state } = context;
  const all = state.repositories ?? [];
  const arn = (one: Repository): string =>
    `arn:aws:ecr:${region}:${one.registryId ?? account.id}:repository/${one.name}`;
  const find = (): Repository => {
    const registryId = input['registryId'] ?? account.id;
    const found = all.find(
      (one) => one.name === input['repositoryName'] && (one.registryId ?? account.id) === registryId,
    );
    if (found === undefined && registryId === account.id)
      throw new AwsError(
        'RepositoryNotFoundException',
        `The repository with name '${String(input['repositoryName'])}' does not exist in the registry with id '${String(registryId)}'`,
      );
    if (found === undefined || found.closed === true)
      throw new AwsError(
        'AccessDeniedException',
        `User: arn:aws:iam::${account.id}:user/auditor is not authorized to perform: ecr:${operation} on resource: arn:aws:ecr:${region}:${String(registryId)}:repository/${String(input['repositoryName'])} because no resource-based policy allows the ecr:${operation} action`,
      );
    return found;
  };
  switch (operation) {
    case 'DescribeRepositories': {
      const own = all.filter((one) => (one.registryId ?? account.id) === account.id);
      const wanted = strings(input['repositoryNames']);
      for (const name of wanted)
        if (!own.some((one) => one.name === name))
          throw new AwsError(
            'RepositoryNotFoundException',
            `The repository with name '${name}' does not exist in the registry with id '${account.id}'`,
          );
      const listed = wanted.length > 0 ? own.filter((one) => wanted.includes(one.name)) : own;
      const { items, next } = context.pager.page('repositories', listed, {
        token: input['nextToken'],
        limit: input['maxResults'],
        normal: 100,
        most: 1000,
      });
      return {
        repositories: items.map((one) => ({
          repositoryArn: arn(one),
          registryId: account.id,
          repositoryName: one.name,
          repositoryUri: `${account.id}.dkr.ecr.${region}.amazonaws.com/${one.name}`,
          createdAt: 1.7e9,
          imageTagMutability: one.mutability ?? 'MUTABLE',
          ...(one.exclusions === undefined
            ? {}
            : {
                imageTagMutabilityExclusionFilters: one.exclusions.map((filter) => ({
                  filterType: 'WILDCARD',
                  filter,
                })),
              }),
        })),
        nextToken: next,
      };
    }
    case 'BatchGetImage': {
      const repository = find();
      const ids = idsOf(input);
      const accepted = strings(input['acceptedMediaTypes']);
      const images: unknown[] = [];
      const failures: unknown[] = [];
      for (const id of ids) {
        const entry = lookUp(repository, id);
        if (entry === undefined) {
          failures.push({ imageId: id, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' });
          continue;
        }
        if (entry.status === 'ARCHIVED') {
          failures.push({
            imageId: id,
            failureCode: 'ImageInaccessible',
            failureReason: 'Requested image is archived',
          });
          continue;
        }
        const mediaType = translated(entry.content.mediaType, accepted, id['imageDigest'] === undefined);
        images.push({
          registryId: repository.registryId ?? account.id,
          repositoryName: repository.name,
          imageId: {
            imageDigest: entry.content.digest,
            ...(id['imageTag'] === undefined ? {} : { imageTag: id['imageTag'] }),
          },
          imageManifest: entry.content.manifest,
          imageManifestMediaType: mediaType,
        });
      }
      return { images, failures };
    }
    case 'DescribeImages': {
      const repository = find();
      const status = record(input['filter'])['imageStatus'] ?? 'ACTIVE';
      const visible = entriesOf(repository).filter((entry) => status === 'ANY' || entry.status === status);
      const describe = (entry: Entry): unknown => ({
        registryId: repository.registryId ?? account.id,
        repositoryName: repository.name,
        imageDigest: entry.content.digest,
        imageTags: entry.tags.length > 0 ? entry.tags : undefined,
        imageSizeInBytes: entry.content.size,
        imagePushedAt: entry.pushed === undefined ? 1.7e9 : Date.parse(entry.pushed) / 1000,
        imageManifestMediaType: entry.content.mediaType,
        imageStatus: entry.status,
        subjectManifestDigest: entry.content.subject,
      });
      if (input['imageIds'] !== undefined) {
        return {
          imageDetails: idsOf(input).map((id) => {
            const entry = visible.find((one) => matches(one, id));
            if (entry === undefined)
              throw new AwsError(
                'ImageNotFoundException',
                `The image with imageId {imageDigest:'${String(id['imageDigest'] ?? 'null')}', imageTag:'${String(id['imageTag'] ?? 'null')}'} does not exist within the repository with name '${repository.name}' in the registry with id '${account.id}'`,
              );
            return describe(entry);
          }),
        };
      }
      const { items, next } = context.pager.page(`images of ${repository.name}`, visible, {
        token: input['nextToken'],
        limit: input['maxResults'],
        normal: 100,
        most: 1000,
      });
      return { imageDetails: items.map(describe), nextToken: next };
    }
    case 'GetDownloadUrlForLayer': {
      const repository = find();
      const digest = String(input['layerDigest']);
      if (!entriesOf(repository).some((entry) => entry.content.blobs[digest] !== undefined))
        throw new AwsError('LayersNotFoundException', `The layer with digest '${digest}' does not exist`);
      return {
        layerDigest: digest,
        downloadUrl: `${context.downloads}/blobs/${digest}?X-Amz-Security-Token=presigned-secret-token&X-Amz-Signature=presigned-secret-signature`,
      };
    }
    case 'GetAuthorizationToken':
      return {
        authorizationData: [
          {
            authorizationToken: Buffer.from('AWS:never-print-password').toString('base64'),
            expiresAt: 4e9,
            proxyEndpoint: context.registry,
          },
        ],
      };
    case 'GetLifecyclePolicy': {
      const repository = find();
      if (repository.lifecycle === undefined)
        throw new AwsError(
          'LifecyclePolicyNotFoundException',
          `Lifecycle policy does not exist for the repository with name '${repository.name}'`,
        );
      return { registryId: account.id, repositoryName: repository.name, lifecyclePolicyText: repository.lifecycle };
    }
    default:
      throw new AwsError('UnknownOperationException', operation);
  }
}

function idsOf(input: Record<string, unknown>): Record<string, unknown>[] {
  const ids = Array.isArray(input['imageIds']) ? input['imageIds'].map(record) : [];
  if (ids.length < 1 || ids.length > 100)
    throw new AwsError('InvalidParameterException', 'imageIds must have 1 to 100 members');
  return ids;
}

function matches(entry: Entry, id: Record<string, unknown>): boolean {
  if (id['imageDigest'] !== undefined && entry.content.digest !== id['imageDigest']) return false;
  return id['imageTag'] === undefined || entry.tags.includes(String(id['imageTag']));
}

function lookUp(repository: Repository, id: Record<string, unknown>): Entry | undefined {
  return entriesOf(repository).find((entry) => matches(entry, id));
}

/** By tag ECR turns OCI into Docker and back for callers that don't accept the stored type; by digest never. */
function translated(stored: string, accepted: readonly string[], byTag: boolean): string {
  if (accepted.length === 0 || accepted.includes(stored) || !byTag) return stored;
  return stored === OCI_IMAGE && accepted.includes(DOCKER_IMAGE)
    ? DOCKER_IMAGE
    : stored === DOCKER_IMAGE && accepted.includes(OCI_IMAGE)
      ? OCI_IMAGE
      : stored;
}
