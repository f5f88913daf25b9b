/** Layers that container engines take: what Go's tar reader accepts, written byte by byte. */
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { readTar, type TarEntry } from '../../src/live/image/tar.ts';

interface Header {
  readonly name: string;
  readonly size?: number | Buffer;
  readonly type?: string;
  readonly magic?: string;
  readonly prefix?: string;
  readonly checksum?: 'signed' | 'wrong' | 'padded';
}

function header({ name, size = 0, type = '0', magic = 'ustar\x0000', prefix = '', checksum }: Header): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100, 'latin1');
  block.write('0000755\0', 100, 'latin1');
  if (Buffer.isBuffer(size)) size.copy(block, 124);
  else block.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  block.write('        ', 148, 'latin1');
  block.write(type, 156, 'latin1');
  block.write(magic, 257, 'latin1');
  block.write(prefix, 345, 'latin1');
  const sum = block.reduce(
    (total, byte) => total + (checksum === 'signed' && byte > 127 ? byte - 256 : byte),
    checksum === 'wrong' ? 1 : 0,
  );
  block.write(
    checksum === 'padded' ? `\0 ${sum.toString(8)}\0` : `${sum.toString(8).padStart(6, '0')}\0 `,
    148,
    'latin1',
  );
  return block;
}

const padded = (content: Buffer | string): Buffer =>
  Buffer.concat([Buffer.from(content), Buffer.alloc((512 - (Buffer.byteLength(content) % 512)) % 512)]);
const file = (name: string, content: string, more: Partial<Header> = {}): Buffer =>
  Buffer.concat([header({ name, size: content.length, ...more }), padded(content)]);
const END = Buffer.alloc(1024);

function pax(records: Readonly<Record<string, string>>, type = 'x'): Buffer {
  const text = Object.entries(records)
    .map(([key, value]) => {
      const rest = ` ${key}=${value}\n`;
      let length = Buffer.byteLength(rest) + 1;
      while (String(length).length + Buffer.byteLength(rest) !== length) length++;
      return `${length}${rest}`;
    })
    .join('');
  return Buffer.concat([header({ name: 'PaxHeaders/x', size: Buffer.byteLength(text), type }), padded(text)]);
}

const gnuLong = (text: string, type: 'L' | 'K'): Buffer =>
  file('././@LongLink', `${text}\0`, { type, magic: 'ustar  \0' });

async function read(...parts: readonly Buffer[]): Promise<string[]> {
  const found: TarEntry[] = [];
  const whole = Buffer.concat(parts);
  // In pieces that end anywhere.
  const pieces = Array.from({ length: Math.ceil(whole.length / 700) }, (_, at) =>
    whole.subarray(at * 700, (at + 1) * 700),
  );
  await readTar(
    Readable.from(pieces),
    () => 5,
    (entry) => found.push(entry),
    1e9,
  );
  return found.map((one) => `${one.type} ${one.path} ${one.size} ${one.head.toString('latin1')}`);
}

const LONG = `opt/${'deep/'.repeat(30)}program`;

describe('taken', () => {
  test.each<[string, Buffer[], string[]]>([
    ['a plain archive', [file('./bin/sh', 'hello world'), END], ['0 bin/sh 11 hello']],
    [
      'a long path of PAX',
      [pax({ path: LONG }), file('short', 'hello'), file('next', 'again'), END],
      [`0 ${LONG} 5 hello`, '0 next 5 again'],
    ],
    [
      'a PAX value with line ends and letters of two bytes',
      [pax({ comment: 'a\n20 path=wrong\nb', path: 'bin/größe\nx' }), file('short', 'hello'), END],
      ['0 bin/größe\nx 5 hello'],
    ],
    [
      'a PAX size, and a record that is empty',
      [pax({ size: '5', path: '' }), file('bin/a', 'hello', { size: 0 }), END],
      ['0 bin/a 5 hello'],
    ],
    [
      'global PAX records, which are about no one entry',
      [pax({ path: 'wrong' }, 'g'), file('bin/a', 'hello'), END],
      ['0 bin/a 5 hello'],
    ],
    ['a long name of GNU tar', [gnuLong(LONG, 'L'), file('opt/deep', 'hello'), END], [`0 ${LONG} 5 hello`]],
    [
      'a long name and a long link target, in either order',
      [
        gnuLong(LONG, 'L'),
        gnuLong('x'.repeat(200), 'K'),
        header({ name: 'a', type: '2' }),
        gnuLong('x'.repeat(200), 'K'),
        gnuLong(`${LONG}2`, 'L'),
        header({ name: 'b', type: '2' }),
        END,
      ],
      [`2 ${LONG} 0 `, `2 ${LONG}2 0 `],
    ],
    [
      'a size in base 256',
      [file('bin/a', 'hello', { size: Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5]) }), END],
      ['0 bin/a 5 hello'],
    ],
    [
      'the oldest form: no magic, folders by a slash, files by a null',
      [
        header({ name: 'bin/', type: '\0', magic: '', size: 0 }),
        file('bin/a', 'hello', { type: '\0', magic: '' }),
        END,
      ],
      ['5 bin/ 0 ', '0 bin/a 5 hello'],
    ],
    [
      'a path in two parts',
      [file('program', 'hello', { prefix: 'usr/local/bin' }), END],
      ['0 usr/local/bin/program 5 hello'],
    ],
    [
      "GNU's times where POSIX has half a path",
      [file('bin/a', 'hello', { magic: 'ustar  \0', prefix: '14700000000' }), END],
      ['0 bin/a 5 hello'],
    ],
    [
      'a hard link that says a size',
      [header({ name: 'bin/b', type: '1', size: 5000 }), file('bin/a', 'hello'), END],
      ['1 bin/b 0 ', '0 bin/a 5 hello'],
    ],
    [
      'a checksum of signed bytes',
      [file('bin/gr\u00f6', 'hello', { checksum: 'signed' }), END],
      ['0 bin/gr\ufffd 5 hello'],
    ],
    ['a checksum behind nulls and spaces', [file('bin/a', 'hello', { checksum: 'padded' }), END], ['0 bin/a 5 hello']],
    ['no blocks of nulls at the end', [file('bin/a', 'hello')], ['0 bin/a 5 hello']],
    ['one block of nulls at the end', [file('bin/a', 'hello'), Buffer.alloc(512)], ['0 bin/a 5 hello']],
    [
      'a last block that is not filled up',
      [header({ name: 'bin/a', size: 5 }), Buffer.from('hello')],
      ['0 bin/a 5 hello'],
    ],
    ['nothing at all', [], []],
  ])('%s', async (_, parts, entries) => {
    expect(await read(...parts)).toEqual(entries);
  });

  test('an old sparse file whose map goes on behind its header', async () => {
    const sparse = header({ name: 'bin/a', size: 5, type: 'S', magic: 'ustar  \0' });
    sparse[482] = 1;
    sparse.write('        ', 148, 'latin1');
    sparse.write(
      `${sparse
        .reduce((total, byte) => total + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
      'latin1',
    );
    expect(await read(sparse, Buffer.alloc(512), padded('hello'), file('next', 'again'), END)).toEqual([
      'S bin/a 5 hello',
      '0 next 5 again',
    ]);
  });
});

describe('refused', () => {
  test.each<[string, Buffer[], string]>([
    ['a wrong checksum', [file('bin/a', 'hello', { checksum: 'wrong' }), END], 'not a tar archive, or damaged'],
    ['half an entry', [header({ name: 'bin/a', size: 5000 }), Buffer.from('hello')], 'it ends too early'],
    ['half a header', [header({ name: 'bin/a' }).subarray(0, 100)], 'it ends too early'],
    [
      'a negative size',
      [
        header({
          name: 'bin/a',
          size: Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        }),
        END,
      ],
      'no sensible size',
    ],
    [
      'a PAX record whose length is wrong',
      [file('PaxHeaders/x', '99 path=a\n', { type: 'x' }), file('b', 'hello'), END],
      'a PAX header of its tar is damaged',
    ],
    ['a name without end', [header({ name: 'l', type: 'L', size: 2 * 1024 * 1024 }), END], 'too long a name'],
  ])('%s', async (_, parts, message) => {
    await expect(read(...parts)).rejects.toThrow(message);
  });
});
