/** What `--since` has to say beside the new findings, in plain lines for the formats that people read. */
import { place } from '../core/site.ts';
import { plural, type SinceShown } from './report.ts';

export interface SinceLines {
  /** `Compared with main (1a2b3c4): 2 new findings, 1 fixed` */
  readonly headline: string;
  readonly fixed: readonly string[];
  readonly takenOff: readonly string[];
}

export const TAKEN_OFF = 'This change takes off (new findings behind it are counted all the same)';

export function sinceLines({ against, base, fixed, takenOff }: SinceShown, fresh: number): SinceLines {
  return {
    headline: `Compared with ${against} (${base.slice(0, 7)}): ${plural(fresh, 'new finding')}, ${fixed.length} fixed`,
    fixed: fixed.map(({ rule, site, message }) => `${place(site)} ${rule}: ${message}`),
    takenOff: takenOff.map(({ kind, what }) => `${kind}: ${what}`),
  };
}
