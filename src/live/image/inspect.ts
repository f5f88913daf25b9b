/** All that one image says of itself, and what of that could not be read. */
import { clean } from '../failure.ts';
import type { LiveImage } from '../evidence.ts';
import { isImageConfig, readConfig, readManifest, type LiveConfig, type LiveManifest } from '../manifest.ts';
import { textOf } from '../network.ts';
import { lookInto, type Depth } from './deep.ts';
import { SourceError, type ImageSource } from './source.ts';
import { defined } from '../../core/optional.ts';

export interface Inspection {
  /** What the reference stands for: an image, or an index of several. */
  readonly top: LiveImage;
  /** The image that the workload would run: the reference itself, or the entry of an index for its CPU. */
  readonly chosen?: LiveImage;
  readonly depth?: Depth;
  /** What could not be read, and why. */
  readonly unverified: readonly string[];
}

const LARGEST_CONFIG = 8 * 1024 * 1024;

export async function inspect(source: ImageSource, { cpu, deep }: { cpu: string; deep: boolean }): Promise<Inspection> {
  const unverified: string[] = [];
  const top = await load(source, undefined, unverified);
  const entry = top.kind === 'index' ? chooseEntry(top, cpu) : undefined;
  let chosen: LiveImage | undefined = top.kind === 'index' ? undefined : top;
  if (entry !== undefined) {
    try {
      chosen = await load(source, entry, unverified);
    } catch (error) {
      unverified.push(`the image for ${cpu} in the index: ${reasonOf(error)}`);
    }
  }
  let depth: Depth | undefined;
  if (deep && chosen !== undefined && chosen.kind === 'image') {
    try {
      depth = await lookInto(chosen.layers, (digest) => source.blob(digest));
    } catch (error) {
      unverified.push(`the programs in its layers: ${reasonOf(error)}`);
    }
  }
  return { top, ...defined({ chosen, depth }), unverified };
}

async function load(source: ImageSource, digest: string | undefined, unverified: string[]): Promise<LiveImage> {
  const stored = await source.manifest(digest);
  const manifest = readManifest(stored.text, stored.mediaType);
  if (manifest === undefined) throw new SourceError(`${source.name}: what is there is no image manifest`);
  const config = await configOf(source, manifest, unverified);
  return {
    ...manifest,
    ...config,
    registry: source.registry,
    repository: source.repository,
    digest: stored.digest,
    tags: source.reference.includes(':') ? [] : [source.reference],
    archived: false,
  };
}

async function configOf(
  source: ImageSource,
  { kind, config }: LiveManifest,
  unverified: string[],
): Promise<LiveConfig> {
  if (kind !== 'image' || config === undefined || !isImageConfig(config.mediaType)) return {};
  try {
    const read = readConfig(await textOf(await source.blob(config.digest), LARGEST_CONFIG));
    if (read?.platform !== undefined) return read;
    unverified.push("its CPU: the image's config does not name one");
  } catch (error) {
    unverified.push(`its CPU: ${reasonOf(error)}`);
  }
  return {};
}

/** The entry for this CPU, else the only image there is. */
function chooseEntry({ entries }: LiveImage, cpu: string): string | undefined {
  const images = entries.filter((entry) => !entry.attestation);
  const found =
    images.find((entry) => entry.platform?.os === 'linux' && entry.platform.architecture === cpu) ??
    (images.length === 1 ? images[0] : undefined);
  return found?.digest;
}

function reasonOf(error: unknown): string {
  return clean(error instanceof Error ? error.message : String(error));
}
