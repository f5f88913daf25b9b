/** Bytes to text, for whatever lies in a repository. */

/** A file that can't be read; `reason` is for people. */
export class UnreadableError extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

export const LARGEST = 10 * 1024 * 1024;

/**
 * UTF-8 (a stray byte becomes U+FFFD, so that the rest can still be judged) and UTF-16 with its mark. The mark itself
 * stays: offsets are the file's.
 */
export function decode(bytes: Buffer): string {
  if (bytes.length > LARGEST) throw new UnreadableError(`the file is larger than ${LARGEST / 1024 / 1024} MB`);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return Buffer.from(bytes.subarray(0, bytes.length & ~1))
      .swap16()
      .toString('utf16le');
  return readable(bytes.toString('utf8'));
}

/** Throws what people understand when it's no text. */
export function readable(text: string): string {
  const nul = text.indexOf('\0');
  if (nul !== -1 && nul < LOOKED_AT) throw new UnreadableError('the file is binary, not text');
  return text;
}

const LOOKED_AT = 8192;

/** What the system says, in words. */
export function reasonOf(error: unknown): string {
  if (error instanceof UnreadableError) return error.reason;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read the file';
  if (code === 'ENOENT') return 'the file does not exist';
  if (code === 'ELOOP') return 'a symbolic link that leads in a circle';
  if (code === 'EISDIR') return 'a folder, not a file';
  return error instanceof Error ? error.message : String(error);
}
