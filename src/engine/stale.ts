/** Is a synthesized output older than its source? Then what is found in it may be mended, or not there yet. */
import type { Files } from '../discover/files.ts';
import type { Readings } from '../project/readings.ts';

export interface Notice {
  readonly file: string;
  readonly message: string;
}

/** Files that are written together (a checkout, an unpacked archive) differ by less. */
const TOLERANCE = 2_000;

export function staleOutputs(files: Files, readings: Readings): Notice[] {
  return readings.ofKind('assembly').flatMap((assembly): Notice[] => {
    const made = files.modified?.(assembly.file);
    if (made === undefined) return [];
    const home = assembly.folder.includes('/') ? assembly.folder.slice(0, assembly.folder.lastIndexOf('/') + 1) : '';
    const sources = new Set(
      readings
        .ofKind('cdk')
        .flatMap((reading) => reading.files.map((one) => one.file))
        .filter((file) => file.startsWith(home)),
    );
    const newer = [...sources]
      .map((file) => ({ file, at: files.modified?.(file) ?? 0 }))
      .filter(({ at }) => at > made + TOLERANCE)
      .sort((a, b) => b.at - a.at || (a.file < b.file ? -1 : 1));
    const [latest] = newer;
    if (latest === undefined) return [];
    const others = newer.length === 1 ? '' : ` and ${newer.length - 1} other ${newer.length === 2 ? 'file' : 'files'}`;
    return [
      {
        file: assembly.file,
        message: `${assembly.folder} is stale: ${latest.file}${others} changed after it was synthesized, so what is found in it may be out of date; run \`cdk synth\` again, or use --synth`,
      },
    ];
  });
}
