/** What commands do with their output, their status and their passwords. */
import type { Site } from '../../core/site.ts';
import type { Text } from '../../core/text.ts';
import type { Common } from './common.ts';

/** A long command and what happens to its output and exit status. Also builds and pushes. */
export interface Deploy extends Common {
  readonly kind: 'deploy';
  readonly what: 'deploy' | 'destroy' | 'bootstrap' | 'build' | 'push' | 'rollout';
  /** `cdk deploy`, `docker push`. */
  readonly label: string;
  readonly command: Site;
  readonly inCi: boolean;
  /** Takes no lock on its state (`-lock=false`). */
  readonly unlocked?: true;
  /** Where all ends well it counts as done, and isn't run again: a Terraform provisioner. */
  readonly recorded?: true;
  /** The filter that withholds or cuts the output. */
  readonly hidden?: {
    readonly by: string;
    readonly how: 'until the end' | 'cut' | 'discarded' | 'captured';
    readonly site: Site;
  };
  /** What swallows the failure. */
  readonly masked?: { readonly by: string; readonly why: MaskReason; readonly site: Site };
  /** Seconds after which it's cut off. */
  readonly limit?: { readonly seconds: number; readonly by: string; readonly site: Site };
  /** Returns before the outcome is known, for want of a setting that would make it wait (`without`) or by its nature. */
  readonly unconfirmed?: { readonly without?: string; readonly site: Site };
}

export type MaskReason =
  | 'pipe without pipefail'
  | 'or true'
  | 'status overwritten'
  | 'no branch fails'
  | 'errexit suspended'
  | 'retry falls through'
  | 'substitution in declaration'
  | 'background without wait'
  | 'errexit off'
  | 'ignored by make'
  | 'continue-on-error'
  | 'caught'
  | 'status not read'
  | 'last command decides'
  | 'next turn decides'
  | 'not the last of &&';

/** A command that waits for, or looks at, the outcome of what an earlier command of the same run set going. */
export interface Confirmation extends Common {
  readonly kind: 'confirmation';
  readonly what: 'lambda' | 'ecs' | 'stack' | 'any';
  /** `aws lambda wait function-updated`. */
  readonly label: string;
  /** The function, service or stack it looks at. */
  readonly name?: Text;
}

export interface Login extends Common {
  readonly kind: 'login';
  readonly label: string;
  readonly password: 'argument' | 'stdin' | 'other';
  readonly passwordSite?: Site;
  /** The command reads it from nowhere else. */
  readonly argumentOnly?: true;
  /** None: Docker Hub. */
  readonly registry?: Text;
  readonly user?: Text;
  /** `aws ecr get-login`, removed in CLI v2. */
  readonly removedCommand?: boolean;
}

/** A script that asks an image manifest for its architecture, which only the config blob knows. */
export interface ManifestQuery extends Common {
  readonly kind: 'manifest-query';
  readonly query: string;
  readonly querySite: Site;
}
