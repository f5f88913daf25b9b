/** Where one image comes from: a registry, a folder or an archive. All answer the same two questions. */
import type { Readable } from 'node:stream';
import { statTyped } from '../../files/typed.ts';

export interface Stored {
  readonly text: string;
  /** What the registry says it is; a manifest may not say so itself. */
  readonly mediaType?: string;
  readonly digest: string;
}

export interface ImageSource {
  /** For people. */
  readonly name: string;
  /** Its address: for the report, and what a workload would be given. */
  readonly registry: string;
  readonly repository: string;
  /** Tag or digest. */
  readonly reference: string;
  /** The manifest that was asked for, or one of an index's by digest. */
  manifest(digest?: string): Promise<Stored>;
  blob(digest: string): Promise<Readable>;
  close(): void;
}

/** Says in one line why an image can't be read, and what to do. */
export class SourceError extends Error {
  /** The registry says that it isn't there, in HTTP's word. */
  readonly absent: boolean;
  constructor(message: string, absent = false) {
    super(message);
    this.absent = absent;
  }
}

export interface Login {
  readonly user: string;
  readonly password: string;
}

export interface OpenOptions {
  readonly profile?: string;
  readonly endpoint?: string;
  /** Plain HTTP, for registries that have no TLS; loopback ones are tried without it anyway. */
  readonly plainHttp?: boolean;
  /** Who asks, where that's known already; else what `docker login` left. */
  readonly login?: Login;
  readonly signal: AbortSignal;
}

export async function openImage(image: string, options: OpenOptions): Promise<ImageSource> {
  const transport = /^(oci|oci-archive|docker-archive):(.+)$/s.exec(image);
  if (transport !== null) {
    const [, kind, rest = ''] = transport;
    const { openLayout, openArchive } = await import('./archive.ts');
    const { path, name } = splitName(rest);
    return kind === 'oci' ? openLayout(path, name, image) : openArchive(path, name, image);
  }
  const engine = /^docker-daemon:(.+)$/s.exec(image)?.[1];
  if (engine !== undefined) {
    const { openDaemon } = await import('./daemon.ts');
    return openDaemon(engine, image, options.signal);
  }
  const address = image.replace(/^docker:\/\//, '');
  const { readUri } = await import('../uri.ts');
  const ecr = readUri(address);
  if (ecr !== undefined) {
    const { openEcr } = await import('./ecr-source.ts');
    return openEcr(ecr, address, options);
  }
  const { openRegistry } = await import('./http-registry.ts');
  return openRegistry(address, options);
}

/**
 * As skopeo writes it: a path, then perhaps `:name`, where either may have colons. The longest path that exists wins.
 */
function splitName(text: string): { path: string; name: string | undefined } {
  for (let end = text.length; end > 0; end = text.lastIndexOf(':', end - 1)) {
    const path = text.slice(0, end);
    if (statTyped(path) !== undefined) return { path, name: end === text.length ? undefined : text.slice(end + 1) };
  }
  return { path: text, name: undefined };
}
