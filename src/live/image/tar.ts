/** Tar archives: a bounded stream of entries, read once from front to back. */
import type { Readable } from 'node:stream';

export interface TarEntry {
  readonly path: string;
  readonly type: string;
  readonly size: number;
  readonly mode: number;
  /** Where its content starts in the archive. */
  readonly offset: number;
  /** The first bytes of the content, as many as were asked for. */
  readonly head: Buffer;
}

const BLOCK = 512;
const LONGEST_NAME = 64 * 1024;

/** Calls back for each entry; `headOf` says how many of its first bytes are wanted. Damaged archives end in an Error. */
export async function readTar(stream: Readable, headOf: (entry: Omit<TarEntry, 'head'>) => number, onEntry: (entry: TarEntry) => void, mostBytes: number): Promise<number> {
  const reader = new Reader(stream, mostBytes);
  let longName: string | undefined;
  let pax: ReadonlyMap<string, string> = new Map();
  for (;;) {
    const header = await reader.take(BLOCK, true);
    if (header === undefined || header.every((byte) => byte === 0)) break;
    if (!checksumHolds(header)) throw new Error('it is not a tar archive, or damaged');
    const size = Number(pax.get('size') ?? numberAt(header, 124, 12));
    if (!Number.isSafeInteger(size) || size < 0) throw new Error('an entry of its tar has no sensible size');
    const type = String.fromCharCode(header[156] ?? 0).replace('\0', '0');
    const padded = Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'L' || type === 'x' || type === 'g') {
      if (size > LONGEST_NAME) throw new Error('an entry of its tar has too long a name');
      const text = ((await reader.take(padded)) ?? Buffer.alloc(0)).subarray(0, size);
      if (type === 'L') longName = text.toString('utf8').replace(/\0.*$/s, '');
      else if (type === 'x') pax = paxFields(text.toString('utf8'));
      continue;
    }
    const prefix = header.toString('latin1', 257, 262) === 'ustar' ? textAt(header, 345, 155) : '';
    const path = pax.get('path') ?? longName ?? (prefix === '' ? textAt(header, 0, 100) : `${prefix}/${textAt(header, 0, 100)}`);
    const entry = { path: path.replace(/^(?:\.?\/)+/, ''), type, size, mode: numberAt(header, 100, 8), offset: reader.position };
    const wanted = type === '0' || type === '7' ? Math.min(size, headOf(entry)) : 0;
    const head = wanted === 0 ? Buffer.alloc(0) : await reader.take(wanted);
    if (head === undefined) throw new Error('it ends in the middle of an entry');
    onEntry({ ...entry, head });
    await reader.skip(padded - wanted);
    longName = undefined;
    pax = new Map();
  }
  const read = reader.position;
  stream.destroy();
  return read;
}

/** Takes exact pieces from a stream, holding no more than a chunk. */
class Reader {
  position = 0;
  readonly #chunks: AsyncIterator<unknown>;
  readonly #most: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: Readable, most: number) {
    this.#chunks = stream[Symbol.asyncIterator]();
    this.#most = most;
  }

  async take(length: number, mayEnd = false): Promise<Buffer | undefined> {
    const pieces: Buffer[] = [];
    let open = length;
    while (open > 0) {
      if (this.#rest.length === 0 && !(await this.#more())) {
        if (mayEnd && open === length) return undefined;
        throw new Error('it ends too early');
      }
      const piece = this.#rest.subarray(0, open);
      this.#rest = this.#rest.subarray(piece.length);
      pieces.push(piece);
      open -= piece.length;
    }
    this.#advance(length);
    return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
  }

  async skip(length: number): Promise<void> {
    let open = length;
    while (open > 0) {
      if (this.#rest.length === 0 && !(await this.#more())) throw new Error('it ends too early');
      const step = Math.min(open, this.#rest.length);
      this.#rest = this.#rest.subarray(step);
      open -= step;
    }
    this.#advance(length);
  }

  #advance(length: number): void {
    this.position += length;
    if (this.position > this.#most) throw new Error(`it is larger than ${this.#most} bytes when unpacked`);
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done === true) return false;
    this.#rest = Buffer.isBuffer(value) ? value : Buffer.from(String(value));
    return true;
  }
}

function checksumHolds(header: Buffer): boolean {
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) sum += at >= 148 && at < 156 ? 32 : (header[at] ?? 0);
  return sum === numberAt(header, 148, 8);
}

function textAt(header: Buffer, start: number, length: number): string {
  return header.toString('utf8', start, start + length).replace(/\0.*$/s, '');
}

/** Octal digits, or base 256 for what doesn't fit. */
function numberAt(header: Buffer, start: number, length: number): number {
  if (((header[start] ?? 0) & 0x80) !== 0) {
    let value = (header[start] ?? 0) & 0x7f;
    for (let at = start + 1; at < start + length; at++) value = value * 256 + (header[at] ?? 0);
    return value;
  }
  const digits = textAt(header, start, length).trim();
  return digits === '' ? 0 : /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

/** `27 path=some/where\n`, each with its own length in bytes. */
function paxFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [, key = '', value = ''] of text.matchAll(/\d+ ([^=\n]+)=([^\n]*)\n/g)) fields.set(key, value);
  return fields;
}
