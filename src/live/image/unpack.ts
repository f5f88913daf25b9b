/** What a stream is compressed by, its first bytes tell: names and media types may be wrong. */
import { pipeline, type Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { peek } from '../network.ts';

/**
 * The stream without its compression, and whether it had one. `what` is for the error where this Node can't undo it.
 */
export async function unpacked(
  stream: Readable,
  what: string,
): Promise<{ readonly plain: Readable; readonly compressed: boolean }> {
  const magic = await peek(stream, 4);
  if (magic[0] === 0x1f && magic[1] === 0x8b) return { plain: through(stream, zlib.createGunzip()), compressed: true };
  if (magic.length >= 4 && magic.readUInt32LE(0) === 0xfd2fb528) {
    // Node has zstd from 22.15 on.
    const make: unknown = Reflect.get(zlib, 'createZstdDecompress');
    const made: unknown = typeof make === 'function' ? make() : undefined;
    if (isTransform(made)) return { plain: through(stream, made), compressed: true };
    stream.destroy();
    throw new Error(`${what} is compressed by zstd, which needs Node 22.15 or later`);
  }
  return { plain: stream, compressed: false };
}

function isTransform(value: unknown): value is Transform {
  return typeof value === 'object' && value !== null && 'pipe' in value && 'write' in value;
}

function through(stream: Readable, transform: Transform): Readable {
  // An error on either side reaches whoever reads the far end.
  pipeline(stream, transform, () => {});
  return transform;
}
