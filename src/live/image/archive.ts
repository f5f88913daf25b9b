/** Images in a folder (OCI layout) or a tar file (OCI archive, `docker save`). */
import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { openDoor } from '../../files/door.ts';
import { spool } from '../../files/spool.ts';
import { reasonOf } from '../../files/text.ts';
import { follow, projectsAt, type Typed } from '../../files/typed.ts';
import { MEDIA, arrayOf, objectOf, parseObject, stringOf } from '../manifest.ts';
import { SourceError, type ImageSource, type Stored } from './source.ts';
import { readTar } from './tar.ts';
import { unpacked } from './unpack.ts';
import { defined } from '../../core/optional.ts';

const LARGEST_JSON = 8 * 1024 * 1024;
const LARGEST_ARCHIVE = 64 * 1024 ** 3;
const DIGEST = /^sha256:([0-9a-f]{64})$/;

/** Random access to named files, in a folder or in an archive. */
interface Store {
  has(path: string): boolean;
  text(path: string): string;
  stream(path: string): Readable;
  size(path: string): number;
}

export async function openLayout(path: string, name: string | undefined, image: string): Promise<ImageSource> {
  const { at, stat } = found(path);
  if (stat === undefined) throw new SourceError(`${path} does not exist`);
  if (!stat.isDirectory()) throw new SourceError(`${path} is no folder; an OCI archive is given as oci-archive:FILE`);
  // Whoever made the layout may have linked its blobs elsewhere.
  const door = openDoor(at);
  const attempt = <T>(inner: string, action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw new SourceError(`${join(path, inner)}: ${reasonOf(error)}`);
    }
  };
  return fromLayout(
    {
      has: (inner) => door.exists(inner),
      text: (inner) => attempt(inner, () => door.bytes(inner, LARGEST_JSON).toString('utf8')),
      stream: (inner) => attempt(inner, () => door.stream(inner)),
      size: (inner) => attempt(inner, () => door.size(inner)),
    },
    path,
    name,
    image,
  );
}

/** A file, perhaps compressed as a whole: `docker save app | gzip`, an OCI layout as `.tar.gz`. */
export async function openArchive(path: string, name: string | undefined, image: string): Promise<ImageSource> {
  const { at, stat } = found(path);
  if (stat?.isFile() !== true) throw new SourceError(`${path} is not a file`);
  const whole = openDoor(dirname(at)).stream(basename(at));
  const { plain, compressed } = await readable(path, () => unpacked(whole, 'it'));
  if (compressed) return keep(plain, path, name, image);
  plain.destroy();
  return openPlain(at, path, name, image);
}

/** What comes only once, and may be compressed. `path` is what people call it. */
export async function openTar(
  stream: Readable,
  path: string,
  name: string | undefined,
  image: string,
): Promise<ImageSource> {
  return keep((await readable(path, () => unpacked(stream, 'it'))).plain, path, name, image);
}

/** Its parts are needed in another order than they come in. */
async function keep(plain: Readable, path: string, name: string | undefined, image: string): Promise<ImageSource> {
  const kept = await readable(path, () => spool(plain, LARGEST_ARCHIVE));
  try {
    return { ...(await openPlain(kept.path, path, name, image)), close: kept.remove };
  } catch (error) {
    kept.remove();
    throw error;
  }
}

async function readable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new SourceError(`${path} could not be read: ${reasonOf(error)}`);
  }
}

async function openPlain(at: string, path: string, name: string | undefined, image: string): Promise<ImageSource> {
  const door = openDoor(dirname(at));
  const file = basename(at);
  const entries = new Map<string, { offset: number; size: number }>();
  await readable(path, () =>
    readTar(
      door.stream(file),
      () => 0,
      (entry) => {
        if (entry.type === '0' || entry.type === '7')
          entries.set(entry.path, { offset: entry.offset, size: entry.size });
      },
      LARGEST_ARCHIVE,
    ),
  );
  const find = (inner: string): { offset: number; size: number } => {
    const entry = entries.get(inner);
    if (entry === undefined) throw new SourceError(`${path} has no ${inner}`);
    return entry;
  };
  const store: Store = {
    has: (inner) => entries.has(inner),
    text: (inner) => {
      const { offset, size } = find(inner);
      if (size > LARGEST_JSON) throw new SourceError(`${inner} in ${path} is too large`);
      return door.slice(file, offset, size).toString('utf8');
    },
    stream: (inner) => {
      const { offset, size } = find(inner);
      return size === 0 ? Readable.from([]) : door.stream(file, { start: offset, end: offset + size - 1 });
    },
    size: (inner) => find(inner).size,
  };
  // `docker save` of today writes both; its OCI half keeps what a push would send.
  if (store.has('index.json')) return fromLayout(store, path, name, image);
  if (store.has('manifest.json')) return fromSaved(store, path, name, image);
  throw new SourceError(`${path} holds no image: neither index.json nor manifest.json is in it`);
}

function found(path: string): Typed {
  try {
    return follow(path, projectsAt(undefined));
  } catch (error) {
    throw new SourceError(`${path} could not be read: ${reasonOf(error)}`);
  }
}

function fromLayout(store: Store, path: string, name: string | undefined, image: string): ImageSource {
  if (!store.has('index.json')) throw new SourceError(`${path} is no OCI layout: it has no index.json`);
  const manifests = (arrayOf(parseObject(store.text('index.json'))?.['manifests']) ?? []).flatMap((value) => {
    const json = objectOf(value);
    const digest = stringOf(json?.['digest']);
    const annotations = objectOf(json?.['annotations']);
    const names = [
      annotations?.['org.opencontainers.image.ref.name'],
      annotations?.['io.containerd.image.name'],
    ].flatMap((one) => stringOf(one) ?? []);
    return digest === undefined ? [] : [{ digest, mediaType: stringOf(json?.['mediaType']), names }];
  });
  const chosen = manifests.filter(
    (one) =>
      name === undefined || one.digest === name || one.names.some((own) => own === name || own.endsWith(`:${name}`)),
  );
  const [first, second] = chosen;
  if (first === undefined)
    throw new SourceError(name === undefined ? `${path} holds no image` : `${path} has no image named ${name}`);
  if (second !== undefined)
    throw new SourceError(
      `${path} holds ${chosen.length} images; name one: ${image}:NAME (${chosen.flatMap((one) => one.names).join(', ')})`,
    );
  const place = (digest: string): string => {
    const hash = DIGEST.exec(digest)?.[1];
    if (hash === undefined) throw new SourceError(`${digest} is no digest this can follow`);
    return `blobs/sha256/${hash}`;
  };
  return {
    name: image,
    registry: 'oci',
    repository: path,
    reference: name ?? 'latest',
    manifest: async (digest = first.digest) => {
      const mediaType = digest === first.digest ? first.mediaType : undefined;
      const inside = place(digest);
      if (!store.has(inside)) throw new SourceError(`${path} lacks ${digest}`);
      return { text: store.text(inside), digest, ...defined({ mediaType }) };
    },
    blob: async (digest) => {
      const inside = place(digest);
      if (!store.has(inside)) throw new SourceError(`${path} lacks ${digest}`);
      return store.stream(inside);
    },
    close: () => {},
  };
}

/** The older form of `docker save`: names of files in place of digests. */
function fromSaved(store: Store, path: string, name: string | undefined, image: string): ImageSource {
  let list: unknown;
  try {
    list = JSON.parse(store.text('manifest.json'));
  } catch {
    throw new SourceError(`manifest.json in ${path} is no JSON`);
  }
  const images = (arrayOf(list) ?? []).flatMap((value) => {
    const json = objectOf(value);
    const config = stringOf(json?.['Config']);
    const layers = (arrayOf(json?.['Layers']) ?? []).flatMap((one) => stringOf(one) ?? []);
    const tags = (arrayOf(json?.['RepoTags']) ?? []).flatMap((one) => stringOf(one) ?? []);
    return config === undefined ? [] : [{ config, layers, tags }];
  });
  const chosen = images.filter(
    (one) => name === undefined || one.tags.some((tag) => tag === name || tag.endsWith(`/${name}`)),
  );
  const [first] = chosen;
  if (first === undefined)
    throw new SourceError(name === undefined ? `${path} holds no image` : `${path} has no image named ${name}`);
  if (chosen.length > 1)
    throw new SourceError(
      `${path} holds ${chosen.length} images; name one: ${image}:NAME (${chosen.flatMap((one) => one.tags).join(', ')})`,
    );
  // What is known by a file's name here gets that name for a digest, to be found again.
  const files = new Map<string, string>();
  const descriptor = (file: string, mediaType: string) => {
    const digest = digestOf(`file ${file}`);
    files.set(digest, file);
    return { mediaType, digest, size: store.size(file) };
  };
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MEDIA.dockerImage,
    config: descriptor(first.config, 'application/vnd.docker.container.image.v1+json'),
    layers: first.layers.map((file) => descriptor(file, 'application/vnd.docker.image.rootfs.diff.tar')),
  });
  const made: Stored = { text: manifest, mediaType: MEDIA.dockerImage, digest: digestOf(manifest) };
  return {
    name: image,
    registry: 'docker-archive',
    repository: path,
    reference: name ?? 'latest',
    manifest: async () => made,
    blob: async (digest) => {
      const file = files.get(digest);
      if (file === undefined) throw new SourceError(`${path} lacks ${digest}`);
      return store.stream(file);
    },
    close: () => {},
  };
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
