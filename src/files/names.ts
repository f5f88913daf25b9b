/**
 * Names that are no UTF-8. Node hands them out with U+FFFD in place of what it can't decode, and under that name
 * nothing can be opened.
 */
import { readdirSync } from 'node:fs';
import { sep } from 'node:path';

/** A path for the system: bytes only where text can't say it. */
export type SystemPath = string | Buffer;

export const UNDECODED = '\uFFFD';

export function within(folder: SystemPath, name: SystemPath): SystemPath {
  if (typeof folder === 'string' && typeof name === 'string')
    return folder.endsWith(sep) ? folder + name : folder + sep + name;
  return Buffer.concat([Buffer.from(folder), Buffer.from(sep), Buffer.from(name)]);
}

/** The name's bytes, as the folder has them. Where two names look alike, the first of them. */
export function bytesOfName(folder: SystemPath, name: string): Buffer | undefined {
  try {
    return readdirSync(folder, { encoding: 'buffer' })
      .filter((one) => one.toString('utf8') === name)
      .sort(Buffer.compare)[0];
  } catch {
    return undefined;
  }
}

/** `caf\xe9.sh` */
export function escaped(name: Buffer): string {
  // A byte that decodes to itself is shown; what doesn't, by its number.
  return [...name]
    .map((byte) =>
      byte < 0x80 && byte >= 0x20 && byte !== 0x5c
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, '0')}`,
    )
    .join('');
}
