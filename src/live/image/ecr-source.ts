/** One image in Amazon ECR, by ECR's own API: no password has to be fetched first. */
import { BatchGetImageCommand, GetDownloadUrlForLayerCommand, type ImageIdentifier } from '@aws-sdk/client-ecr';
import { failureOf } from '../failure.ts';
import { ACCEPTED } from '../manifest.ts';
import { open } from '../network.ts';
import { openSession } from '../session.ts';
import type { EcrUri } from '../uri.ts';
import { SourceError, type ImageSource, type OpenOptions } from './source.ts';
import { defined } from '../../core/optional.ts';

export async function openEcr(
  uri: EcrUri,
  address: string,
  { profile, endpoint, signal }: OpenOptions,
): Promise<ImageSource> {
  const session = await openSession(
    {
      region: uri.region,
      signal,
      ...defined({ profile, endpoint }),
    },
    () => {},
  );
  const client = await session.ecr();
  const where = { registryId: uri.account, repositoryName: uri.repository };
  const ask = async <T>(action: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const { kind, reason } = failureOf(error, action);
      throw new SourceError(
        `${address} could not be read: ${reason}${kind === 'credentials' ? '; log in (`aws sso login`) or name another --profile' : ''}`,
      );
    }
  };
  return {
    name: address,
    registry: uri.registry,
    repository: uri.repository,
    reference: uri.digest ?? uri.tag ?? 'latest',
    manifest: async (digest) => {
      const id: ImageIdentifier =
        digest !== undefined
          ? { imageDigest: digest }
          : uri.digest !== undefined
            ? { imageDigest: uri.digest }
            : { imageTag: uri.tag ?? 'latest' };
      const { images, failures } = await ask('ecr:BatchGetImage', () =>
        client.send(new BatchGetImageCommand({ ...where, imageIds: [id], acceptedMediaTypes: [...ACCEPTED] }), {
          abortSignal: signal,
        }),
      );
      const [found] = images ?? [];
      if (found?.imageManifest === undefined || found.imageId?.imageDigest === undefined) {
        const [failure] = failures ?? [];
        throw new SourceError(
          `${address} is not in the registry (${failure?.failureCode ?? 'ImageNotFound'})${failure?.failureCode === 'ImageInaccessible' ? '; it may be archived' : ''}`,
        );
      }
      return {
        text: found.imageManifest,
        digest: found.imageId.imageDigest,
        ...defined({ mediaType: found.imageManifestMediaType }),
      };
    },
    blob: async (layerDigest) => {
      const { downloadUrl } = await ask('ecr:GetDownloadUrlForLayer', () =>
        client.send(new GetDownloadUrlForLayerCommand({ ...where, layerDigest }), { abortSignal: signal }),
      );
      if (downloadUrl === undefined) throw new SourceError(`ECR gave no address for ${layerDigest}`);
      const answer = await ask('the download', () => open(downloadUrl, { signal }));
      if (answer.status !== 200)
        throw new SourceError(`${layerDigest} could not be downloaded (HTTP ${answer.status})`);
      return answer.body;
    },
    close: () => session.close(),
  };
}
