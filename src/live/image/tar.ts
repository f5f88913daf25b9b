/**
 * Tar archives: a bounded stream of entries, read once from front to back. What Go's reader takes, and with it every
 * container engine, is taken here.
 */
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
/** As much as Go's reader takes for a name or for PAX records. */
const LONGEST_NAME = 1024 * 1024;
/** Links, devices, folders and FIFOs have no content, whatever size their header says. */
const HEADER_ONLY: ReadonlySet<string> = new Set(['1', '2', '3', '4', '5', '6']);

/**
 * Calls back for each entry; `headOf` says how many of its first bytes are wanted. Damaged archives end in an Error.
 */
export async function readTar(
  stream: Readable,
  headOf: (entry: Omit<TarEntry, 'head'>) => number,
  onEntry: (entry: TarEntry) => void,
  mostBytes: number,
): Promise<number> {
  const reader = new Reader(stream, mostBytes);
  let longName: string | undefined;
  let pax: ReadonlyMap<string, string> = new Map();
  for (;;) {
    const header = await reader.take(BLOCK, true);
    if (header === undefined || header.every((byte) => byte === 0)) break;
    if (!checksumHolds(header)) throw new Error('it is not a tar archive, or damaged');
    const flag = String.fromCharCode(header[156] ?? 0);
    if (SPECIAL.has(flag)) {
      const length = sizeOf(numberAt(header, 124, 12));
      if (length > LONGEST_NAME) throw new Error('an entry of its tar has too long a name');
      const content = (await reader.take(length)) ?? Buffer.alloc(0);
      await reader.pad(length);
      if (flag === 'L') longName = content.toString('utf8').replace(/\0.*$/s, '');
      else if (flag === 'x') pax = paxFields(content);
      continue;
    }
    const path = longName ?? field(pax, 'GNU.sparse.name') ?? field(pax, 'path') ?? pathIn(header);
    // The oldest form tells folders by their names alone.
    const type = flag === '\0' ? (path.endsWith('/') ? '5' : '0') : flag;
    const size = HEADER_ONLY.has(type) ? 0 : sizeOf(Number(field(pax, 'size') ?? numberAt(header, 124, 12)));
    if (type === 'S') await skipMap(reader, header);
    const entry = {
      path: path.replace(/^(?:\.?\/)+/, ''),
      type,
      size,
      mode: numberAt(header, 100, 8),
      offset: reader.position,
    };
    const wanted = REGULAR.has(type) ? Math.min(size, headOf(entry)) : 0;
    const head = wanted === 0 ? Buffer.alloc(0) : await reader.take(wanted);
    if (head === undefined) throw new Error('it ends in the middle of an entry');
    onEntry({ ...entry, head });
    await reader.skip(size - wanted);
    await reader.pad(size);
    longName = undefined;
    pax = new Map();
  }
  const read = reader.position;
  stream.destroy();
  return read;
}

const SPECIAL: ReadonlySet<string> = new Set(['L', 'K', 'x', 'g']);
const REGULAR: ReadonlySet<string> = new Set(['0', '7', 'S']);

function sizeOf(size: number): number {
  if (!Number.isSafeInteger(size) || size < 0) throw new Error('an entry of its tar has no sensible size');
  return size;
}

/** An empty record leaves the header's own field. */
function field(pax: ReadonlyMap<string, string>, key: string): string | undefined {
  const value = pax.get(key);
  return value === '' ? undefined : value;
}

/** GNU's own format has times where POSIX has the start of a long path, and the oldest form has nothing. */
function pathIn(header: Buffer): string {
  const name = textAt(header, 0, 100);
  if (header.toString('latin1', 257, 263) !== 'ustar\0') return name;
  const prefix = textAt(header, 345, header.toString('latin1', 508, 512) === 'tar\0' ? 131 : 155);
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Where the holes of a sparse file are, when that doesn't fit into its header. */
async function skipMap(reader: Reader, header: Buffer): Promise<void> {
  for (let more = header[482] ?? 0; more !== 0; ) more = (await reader.take(BLOCK))?.[504] ?? 0;
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

  /** What fills up the last block; at the end of an archive it may be missing. */
  async pad(size: number): Promise<void> {
    const open = (BLOCK - (size % BLOCK)) % BLOCK;
    for (let left = open; left > 0; ) {
      if (this.#rest.length === 0 && !(await this.#more())) return;
      const step = Math.min(left, this.#rest.length);
      this.#rest = this.#rest.subarray(step);
      left -= step;
    }
    this.#advance(open);
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

/** Of bytes; some old programs took them for signed ones. */
function checksumHolds(header: Buffer): boolean {
  let [sum, signed] = [0, 0];
  for (let at = 0; at < BLOCK; at++) {
    const byte = at >= 148 && at < 156 ? 32 : (header[at] ?? 0);
    sum += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const told = numberAt(header, 148, 8);
  return sum === told || signed === told;
}

function textAt(header: Buffer, start: number, length: number): string {
  return header.toString('utf8', start, start + length).replace(/\0.*$/s, '');
}

/** Octal digits, or base 256 for what doesn't fit; a negative one is below any that makes sense. */
function numberAt(header: Buffer, start: number, length: number): number {
  if (((header[start] ?? 0) & 0x80) !== 0) {
    if (((header[start] ?? 0) & 0x40) !== 0) return -1;
    let value = (header[start] ?? 0) & 0x7f;
    for (let at = start + 1; at < start + length; at++) value = value * 256 + (header[at] ?? 0);
    return value;
  }
  const digits = header
    .toString('latin1', start, start + length)
    .replace(/^[ \0]+/, '')
    .replace(/\0.*$/s, '')
    .trim();
  return digits === '' ? 0 : /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

/** `27 path=some/where\n`, each with its own length in bytes: a value may hold anything, line ends as well. */
function paxFields(content: Buffer): Map<string, string> {
  const fields = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(' ', at);
    const digits = space === -1 ? '' : content.toString('latin1', at, space);
    const end = at + Number(digits);
    const equals = content.indexOf('=', space);
    if (
      !/^\d{1,9}$/.test(digits) ||
      end > content.length ||
      end <= space ||
      equals === -1 ||
      equals >= end ||
      content[end - 1] !== 0x0a
    )
      throw new Error('a PAX header of its tar is damaged');
    fields.set(content.toString('utf8', space + 1, equals), content.toString('utf8', equals + 1, end - 1));
    at = end;
  }
  return fields;
}
