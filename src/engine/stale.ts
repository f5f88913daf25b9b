/** Is a synthesized output older than its source? Then what is found in it may be mended, or not there yet. */
import type { Files } from '../discover/files.ts';
import type { Readings } from '../project/readings.ts';

export interface Notice {
  readonly file: string;
  readonly message: string;
}

/** Files that are written together (a checkout, an unpacked archive) differ by less. */
const TOLERANCE = 2_000;

/** A synthesized output, and the sources it may have been made from. */
export interface Output {
  readonly folder: string;
  readonly file: string;
  readonly sources: readonly string[];
}

export function outputsIn(readings: Readings): Output[] {
  const sources = [...new Set(readings.ofKind('cdk').flatMap((reading) => reading.files.map(({ file }) => file)))];
  return readings.ofKind('assembly').map(({ folder, file }) => {
    const home = folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/') + 1) : '';
    return { folder, file, sources: sources.filter((one) => one.startsWith(home)) };
  });
}

export function staleOutputs(files: Files, outputs: readonly Output[]): Notice[] {
  return outputs.flatMap(({ folder, file, sources }): Notice[] => {
    const made = files.modified?.(file);
    if (made === undefined) return [];
    const newer = sources
      .map((source) => ({ source, at: files.modified?.(source) ?? 0 }))
      .filter(({ at }) => at > made + TOLERANCE)
      .sort((a, b) => b.at - a.at || (a.source < b.source ? -1 : 1));
    const [latest] = newer;
    if (latest === undefined) return [];
    const others = newer.length === 1 ? '' : ` and ${newer.length - 1} other ${newer.length === 2 ? 'file' : 'files'}`;
    return [
      {
        file,
        message: `${folder} is stale: ${latest.source}${others} changed after it was synthesized, so what is found in it may be out of date; run \`cdk synth\` again, or use --synth`,
      },
    ];
  });
}
