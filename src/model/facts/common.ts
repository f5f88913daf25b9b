/** What every fact has. */
import type { When } from '../../core/choices.ts';
import type { Site } from '../../core/site.ts';

export interface Common {
  readonly site: Site;
  readonly when: When;
  /**
   * One execution of an entry point: facts of one run happen one after another (`seq`), on one machine, sharing local
   * images.
   */
  readonly run: string;
  readonly seq: number;
  /** The command, construct or resource this fact stems from: alternatives of one command share it. */
  readonly origin: string;
  /**
   * Done once, when what it belongs to is made (a provisioner without triggers): it seeds, and delivers nothing later.
   */
  readonly once?: true;
}
