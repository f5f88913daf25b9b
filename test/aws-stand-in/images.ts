/** Images for the stand-in's registry: real manifests with real digests, made from a few words. */
import { createHash } from 'node:crypto';

export const DOCKER_IMAGE = 'application/vnd.docker.distribution.manifest.v2+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const ATTESTATION = 'application/vnd.docker.attestation.manifest.v1+json';

export interface Content {
  readonly digest: string;
  readonly mediaType: string;
  readonly manifest: string;
  /** Config blobs by digest. */
  readonly blobs: Readonly<Record<string, string>>;
  readonly size: number;
  readonly children: readonly Content[];
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly subject?: string;
}

export function digestOf(text: string | Buffer): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

export interface ImageWords {
  readonly cpu: string;
  /** Tells otherwise equal images apart. */
  readonly of?: string;
  readonly form?: 'oci' | 'docker' | 'oci without mediaType';
  readonly layers?: readonly string[];
  readonly layerSize?: number;
  readonly variant?: string;
}

export function image(words: ImageWords): Content {
  const docker = words.form === 'docker';
  const platform = {
    os: 'linux',
    architecture: words.cpu,
    ...(words.variant === undefined ? {} : { variant: words.variant }),
  };
  const config = JSON.stringify({
    ...platform,
    config: { Entrypoint: ['/lambda-entrypoint.sh'], Cmd: ['app.handler'], Env: ['API_KEY=never-print-me'] },
    rootfs: { type: 'layers', diff_ids: [] },
    history: [{ comment: words.of ?? 'app' }],
  });
  const configDigest = digestOf(config);
  const layerType = docker
    ? 'application/vnd.docker.image.rootfs.diff.tar.gzip'
    : 'application/vnd.oci.image.layer.v1.tar+gzip';
  const layerSize = words.layerSize ?? 1_000_000;
  const layers = (words.layers ?? [layerType]).map((mediaType, index) => ({
    mediaType,
    digest: digestOf(`${words.of ?? 'app'} ${words.cpu} layer ${index}`),
    size: layerSize,
  }));
  const mediaType = docker ? DOCKER_IMAGE : OCI_IMAGE;
  const manifest = JSON.stringify({
    schemaVersion: 2,
    ...(words.form === 'oci without mediaType' ? {} : { mediaType }),
    config: {
      mediaType: docker ? 'application/vnd.docker.container.image.v1+json' : 'application/vnd.oci.image.config.v1+json',
      digest: configDigest,
      size: config.length,
    },
    layers,
  });
  return {
    digest: digestOf(manifest),
    mediaType,
    manifest,
    blobs: { [configDigest]: config },
    size: layers.length * layerSize,
    children: [],
    platform,
  };
}

/**
 * What BuildKit adds beside an image: before 0.32 a manifest with an image config of its own, since then an OCI
 * artifact.
 */
function attestation(subject: Content, form: 'image config' | 'artifact'): Content {
  const config =
    form === 'artifact'
      ? '{}'
      : JSON.stringify({
          architecture: 'unknown',
          os: 'unknown',
          config: {},
          rootfs: { type: 'layers', diff_ids: [] },
        });
  const configDigest = digestOf(config);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    ...(form === 'artifact' ? { artifactType: ATTESTATION } : {}),
    config: {
      mediaType: form === 'artifact' ? 'application/vnd.oci.empty.v1+json' : 'application/vnd.oci.image.config.v1+json',
      digest: configDigest,
      size: config.length,
    },
    layers: [
      { mediaType: 'application/vnd.in-toto+json', digest: digestOf(`statement about ${subject.digest}`), size: 1200 },
    ],
    ...(form === 'artifact'
      ? { subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.manifest.length } }
      : {}),
  });
  return {
    digest: digestOf(manifest),
    mediaType: OCI_IMAGE,
    manifest,
    blobs: { [configDigest]: config },
    size: 1200,
    children: [],
    ...(form === 'artifact' ? { subject: subject.digest } : {}),
  };
}

export interface IndexWords {
  readonly of: readonly Content[];
  readonly attestations?: 'image config' | 'artifact';
  readonly form?: 'oci' | 'docker';
  /** Leaves out what each entry's platform is, as some tools do. */
  readonly withoutPlatforms?: boolean;
}

export function index(words: IndexWords): Content {
  const mediaType = words.form === 'docker' ? DOCKER_LIST : OCI_INDEX;
  const descriptor = (child: Content) => ({
    mediaType: child.mediaType,
    digest: child.digest,
    size: child.manifest.length,
  });
  const attested =
    words.attestations === undefined
      ? []
      : words.of.map((child) => ({ child, made: attestation(child, words.attestations!) }));
  const manifests = [
    ...words.of.map((child) => ({
      ...descriptor(child),
      ...(words.withoutPlatforms ? {} : { platform: child.platform }),
    })),
    ...attested.map(({ child, made }) => ({
      ...descriptor(made),
      ...(words.attestations === 'artifact' ? { artifactType: ATTESTATION } : {}),
      annotations: { 'vnd.docker.reference.digest': child.digest, 'vnd.docker.reference.type': 'attestation-manifest' },
      platform: { architecture: 'unknown', os: 'unknown' },
    })),
  ];
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType, manifests });
  return {
    digest: digestOf(manifest),
    mediaType,
    manifest,
    blobs: {},
    size: Math.max(...words.of.map((one) => one.size)),
    children: [...words.of, ...attested.map(({ made }) => made)],
  };
}
