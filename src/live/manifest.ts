/** Image manifests and config blobs, whatever registry they came from, reduced to what a workload will mind. */
import { defined } from '../core/optional.ts';

export const MEDIA = {
  dockerSchema1: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  dockerImage: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  ociImage: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
} as const;

/**
 * All four must be accepted: a registry asked by tag for less may translate what it holds, or deny that it holds it.
 */
export const ACCEPTED: readonly string[] = [MEDIA.dockerImage, MEDIA.dockerList, MEDIA.ociImage, MEDIA.ociIndex];
const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';

const ATTESTATION = 'application/vnd.docker.attestation.manifest.v1+json';
const IN_TOTO = 'application/vnd.in-toto+json';

export interface LivePlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

interface IndexEntry {
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
  /** Provenance or SBOM that BuildKit put beside an image. */
  readonly attestation: boolean;
  readonly platform?: LivePlatform;
}

export interface LiveManifest {
  readonly mediaType: string;
  /** `attestation`: the statement about an image, pulled as if it were one. */
  readonly kind: 'image' | 'index' | 'attestation' | 'other';
  readonly config?: { readonly mediaType: string; readonly digest: string; readonly size: number };
  readonly layers: readonly { readonly mediaType: string; readonly digest: string; readonly size: number }[];
  readonly entries: readonly IndexEntry[];
  /** From the config blob. */
  readonly platform?: LivePlatform;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
}

/**
 * Undefined when it is no manifest at all. `stated` is what the registry says its type is; a manifest's own field may
 * be absent.
 */
export function readManifest(text: string, stated?: string): LiveManifest | undefined {
  const json = parseObject(text);
  if (json === undefined) return undefined;
  const own = stringOf(json['mediaType']) ?? stated?.split(';')[0]?.trim();
  const manifests = arrayOf(json['manifests']);
  const layers = arrayOf(json['layers']);
  const config = objectOf(json['config']);
  const mediaType = own === undefined || own === '' ? shapeOf(json) : own;
  if (mediaType === undefined) return undefined;
  if (manifests !== undefined) return { mediaType, kind: 'index', layers: [], entries: manifests.flatMap(entryOf) };
  const descriptors = (layers ?? []).flatMap(descriptorOf);
  const isAttestation =
    stringOf(json['artifactType']) === ATTESTATION ||
    (descriptors.length > 0 && descriptors.every((one) => one.mediaType === IN_TOTO));
  const configDescriptor = descriptorOf(config)[0];
  return {
    mediaType,
    kind: isAttestation
      ? 'attestation'
      : mediaType === MEDIA.dockerImage || mediaType === MEDIA.ociImage
        ? 'image'
        : 'other',
    ...defined({ config: configDescriptor }),
    layers: descriptors,
    entries: [],
  };
}

/** What a manifest that doesn't say its type is, by what is in it: only OCI's and Docker's first may leave it out. */
function shapeOf(json: Record<string, unknown>): string | undefined {
  if (arrayOf(json['manifests']) !== undefined) return MEDIA.ociIndex;
  if (json['schemaVersion'] === 1 && arrayOf(json['fsLayers']) !== undefined) return MEDIA.dockerSchema1;
  const config = objectOf(json['config']);
  if (config === undefined && arrayOf(json['layers']) === undefined) return undefined;
  return config?.['mediaType'] === DOCKER_CONFIG ? MEDIA.dockerImage : MEDIA.ociImage;
}

/**
 * Before BuildKit 0.32 only annotations and an `unknown/unknown` platform mark an attestation; since then its artifact
 * type may, too.
 */
function entryOf(value: unknown): IndexEntry[] {
  const [descriptor] = descriptorOf(value);
  const json = objectOf(value);
  if (descriptor === undefined || json === undefined) return [];
  const annotations = objectOf(json['annotations']);
  const platform = platformOf(objectOf(json['platform']));
  const attestation =
    annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' ||
    json['artifactType'] === ATTESTATION ||
    (platform !== undefined && platform.os === 'unknown' && platform.architecture === 'unknown');
  return [{ ...descriptor, attestation, ...defined({ platform }) }];
}

function descriptorOf(value: unknown): { mediaType: string; digest: string; size: number }[] {
  const json = objectOf(value);
  const digest = stringOf(json?.['digest']);
  if (json === undefined || digest === undefined) return [];
  const size = json['size'];
  return [
    { mediaType: stringOf(json['mediaType']) ?? '', digest, size: typeof size === 'number' && size >= 0 ? size : 0 },
  ];
}

function platformOf(json: Record<string, unknown> | undefined): LivePlatform | undefined {
  const os = stringOf(json?.['os']);
  const architecture = stringOf(json?.['architecture']);
  const variant = stringOf(json?.['variant']);
  if (os === undefined || architecture === undefined || architecture === '') return undefined;
  return { os, architecture, ...(variant === undefined || variant === '' ? {} : { variant }) };
}

export interface LiveConfig {
  readonly platform?: LivePlatform;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
}

/** Undefined when the blob is no image config. Its environment and labels are left where they are. */
export function readConfig(text: string): LiveConfig | undefined {
  const json = parseObject(text);
  if (json === undefined) return undefined;
  const platform = platformOf({ os: 'linux', ...json });
  const inner = objectOf(json['config']);
  const entrypoint = wordsOf(inner?.['Entrypoint']);
  const cmd = wordsOf(inner?.['Cmd']);
  return {
    ...defined({ platform, entrypoint, cmd }),
  };
}

/** One that doesn't say what it is may be one. */
export function isImageConfig(mediaType: string): boolean {
  return mediaType === '' || mediaType === DOCKER_CONFIG || mediaType === 'application/vnd.oci.image.config.v1+json';
}

function wordsOf(value: unknown): readonly string[] | undefined {
  const words = arrayOf(value)?.filter((one): one is string => typeof one === 'string');
  return words === undefined || words.length === 0 ? undefined : words;
}

export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return objectOf(value);
  } catch {
    return undefined;
  }
}

export function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

export function arrayOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
