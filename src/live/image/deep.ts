/** What CPU the programs in an image are really for: ELF headers, read while the layers stream by. */
import type { Readable } from 'node:stream';
import { readTar } from './tar.ts';
import { unpacked } from './unpack.ts';

interface Program {
  readonly path: string;
  /** `amd64`, `arm64`, or another of ELF's machines. */
  readonly cpu: string;
}

export interface Depth {
  readonly programs: readonly Program[];
  readonly uncompressedSize: number;
}

/** More than this is not unpacked: Lambda takes 10 GB, ECS tasks rarely more. */
const LARGEST_LAYER = 20 * 1024 ** 3;
const MOST_PROGRAMS = 50_000;

const MACHINES: Readonly<Record<number, string>> = {
  3: '386',
  8: 'mips',
  20: 'ppc',
  21: 'ppc64le',
  22: 's390x',
  40: 'arm',
  62: 'amd64',
  183: 'arm64',
  243: 'riscv64',
  258: 'loong64',
};

/** Layers bottom first, as the manifest lists them: a later one replaces and deletes files of those before. */
export async function lookInto(
  layers: readonly { readonly digest: string; readonly mediaType: string }[],
  blob: (digest: string) => Promise<Readable>,
): Promise<Depth> {
  const programs = new Map<string, string>();
  let uncompressedSize = 0;
  for (const layer of layers) {
    const { plain } = await unpacked(await blob(layer.digest), `a layer (${layer.mediaType})`);
    uncompressedSize += await readTar(
      plain,
      (entry) => (entry.size >= 20 ? 20 : 0),
      (entry) => {
        const name = entry.path.slice(entry.path.lastIndexOf('/') + 1);
        if (name.startsWith('.wh.')) remove(programs, entry.path, name);
        else if (entry.type !== '5') {
          const cpu = cpuOfElf(entry.head);
          if (cpu === undefined) programs.delete(entry.path);
          else if (programs.size < MOST_PROGRAMS || programs.has(entry.path)) programs.set(entry.path, cpu);
        }
      },
      LARGEST_LAYER,
    );
  }
  return { programs: [...programs].map(([path, cpu]) => ({ path, cpu })), uncompressedSize };
}

/** `.wh.name` deletes a file or folder of the layers below, `.wh..wh..opq` all that was in the folder. */
function remove(programs: Map<string, string>, path: string, name: string): void {
  const folder = path.slice(0, path.length - name.length);
  const gone = name === '.wh..wh..opq' ? folder : `${folder}${name.slice('.wh.'.length)}`;
  for (const known of programs.keys())
    if (known === gone || known.startsWith(gone.endsWith('/') || gone === '' ? gone : `${gone}/`))
      programs.delete(known);
}

export function cpuOfElf(head: Buffer): string | undefined {
  if (head.length < 20 || head.readUInt32BE(0) !== 0x7f454c46) return undefined;
  const machine = head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18);
  return MACHINES[machine] ?? `machine ${machine}`;
}
