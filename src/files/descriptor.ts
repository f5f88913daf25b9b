/**
 * Writing to what is open: all of it or an error, also where the other side takes it in small pieces or the disk has
 * only part of the room.
 */
import { writeSync } from 'node:fs';

/** How long to wait for a reader that is slower than we are. */
const PAUSE_MS = 2;
const clock = new Int32Array(new SharedArrayBuffer(4));

export function writeAll(file: number, content: string | Buffer): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(file, bytes, at);
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(clock, 0, 0, PAUSE_MS);
    }
  }
}

/** Whoever reads our output may stop early (`| head`): that is no failure of ours. */
export function writeToReader(file: number, content: string | Buffer): void {
  try {
    writeAll(file, content);
  } catch (error) {
    if (codeOf(error) !== 'EPIPE') throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
