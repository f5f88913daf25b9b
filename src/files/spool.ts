/**
 * A stream kept in a private folder for temporary files, for what has to be read more than once. It goes with the one
 * who asked for it, or with the process.
 */
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Spool {
  readonly path: string;
  remove(): void;
}

export async function spool(stream: Readable, most: number): Promise<Spool> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-'));
  const remove = (): void => {
    process.removeListener('exit', remove);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove);
  const path = join(folder, 'archive.tar');
  let size = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length;
      done(size > most ? new Error(`it is larger than ${most} bytes when unpacked`) : null, chunk);
    },
  });
  try {
    await pipeline(stream, bounded, createWriteStream(path, { mode: 0o600, flags: 'wx' }));
    return { path, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
