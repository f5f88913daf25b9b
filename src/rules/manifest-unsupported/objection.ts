import type { Manifest } from '../../model/facts.ts';
import type { Confidence } from '../../model/finding.ts';
import { code } from '../support/words.ts';

export interface Objection {
  /** Completes "the image is …". */
  readonly what: string;
  readonly confidence: Confidence;
  readonly remedy: string;
}

const SINGLE: ReadonlySet<string> = new Set([
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
]);
const CONFIGS: ReadonlySet<string> = new Set([
  'application/vnd.docker.container.image.v1+json',
  'application/vnd.oci.image.config.v1+json',
]);
const LAYER =
  /^application\/vnd\.(?:docker\.image\.rootfs\.diff\.tar(?:\.gzip)?|oci\.image\.layer\.v1\.tar(?:\+gzip)?)$/;
const ZSTD = /^application\/vnd\.(?:docker\.image\.rootfs\.diff\.tar\.zstd|oci\.image\.layer\.v1\.tar\+zstd)$/;

const REBUILD = 'Rebuild with `--provenance=false --sbom=false` for one platform, push, and update the function.';

/** What Lambda has against an image as the registry holds it; undefined when nothing is known against it. */
export function objectionTo(manifest: Manifest): Objection | undefined {
  if (manifest.index) {
    const images = manifest.platforms.kind === 'set' ? manifest.platforms.list.length : undefined;
    const why =
      images !== undefined && images > 1
        ? ` of ${images} platforms`
        : manifest.attestations === 'present'
          ? ' with attestations'
          : '';
    return { what: `an image index${why} (${code(manifest.mediaType)})`, confidence: 'certain', remedy: REBUILD };
  }
  if (manifest.attestations === 'present')
    return { what: 'not an image but the attestation of one', confidence: 'certain', remedy: REBUILD };
  if (!SINGLE.has(manifest.mediaType))
    return {
      what: `of media type ${code(manifest.mediaType)}`,
      confidence: 'certain',
      remedy: 'Push it as a Docker v2 or OCI image manifest.',
    };
  if (manifest.configMediaType !== undefined && !CONFIGS.has(manifest.configMediaType)) {
    return {
      what: `not a container image: its config is ${code(manifest.configMediaType)}`,
      confidence: 'certain',
      remedy: 'Reference a container image.',
    };
  }
  const zstd = manifest.layerMediaTypes.find((type) => ZSTD.test(type));
  // AWS says nowhere that Lambda takes zstd, nor that it doesn't.
  if (zstd !== undefined)
    return {
      what: `with layers compressed by zstd (${code(zstd)}), which Lambda is not documented to take`,
      confidence: 'possible',
      remedy: 'Compress the layers with gzip.',
    };
  const layer = manifest.layerMediaTypes.find((type) => !LAYER.test(type));
  return layer === undefined
    ? undefined
    : {
        what: `with a layer of media type ${code(layer)}`,
        confidence: 'certain',
        remedy: 'Rebuild it with gzip-compressed image layers.',
      };
}
