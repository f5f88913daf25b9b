import type { Effect } from './facts.ts';
import type { Site } from '../core/site.ts';
import type { Text } from '../core/text.ts';

/** How bad: `error` fails, `warning` surprises, `note` is a practice worth changing. */
export type Severity = 'error' | 'warning' | 'note';
/** How sure. `possible` is shown only with `--pedantic`. */
export type Confidence = 'certain' | 'likely' | 'possible';

export interface Related {
  readonly message: string;
  readonly site: Site;
}

export interface Edit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
  /** Only safe fixes are applied by `--fix`. */
  readonly safe: boolean;
}

/**
 * What a finding says is not there. What nobody here understood may have done it: then the finding only may be right.
 */
export interface Absence {
  readonly of: Effect;
  /** What goes by these names would be concerned: the workload, the repository, the image. */
  readonly names: readonly Text[];
  /** Where it would have to happen: in this run only (`within`), or anywhere but before this place of it. */
  readonly run: string;
  readonly seq: number;
  readonly within?: true;
  /** The place of that run by which it would have had to be done. */
  readonly until?: number;
}

/** What kept a finding from being more than possible. */
export interface HeldBack {
  /** `acme/ecs-deploy@v2`, `PowerShell`. */
  readonly by: string;
  readonly site: Site;
}

/** What a rule reports. */
export interface Report {
  readonly site: Site;
  readonly message: string;
  readonly severity?: Severity;
  readonly confidence?: Confidence;
  /** The other side of a mismatch, and the hops between, in the order of the voyage. */
  readonly related?: readonly Related[];
  /** What to do, one line; shown as help. */
  readonly help?: string;
  readonly fixes?: readonly Fix[];
  /** Set by a rule that says something isn't there, or isn't done. */
  readonly absences?: readonly Absence[];
}

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly message: string;
  readonly help?: string;
  readonly site: Site;
  readonly related: readonly Related[];
  readonly fixes: readonly Fix[];
  /** Things nobody here understood, any of which may refute it. */
  readonly heldBack?: readonly HeldBack[];
  /** The image it is about, by its name for people; absent where it's about none in particular. */
  readonly voyage?: string;
  readonly fingerprint: string;
}

export const SEVERITY_RANK: Record<Severity, number> = { note: 0, warning: 1, error: 2 };
export const CONFIDENCE_RANK: Record<Confidence, number> = { possible: 0, likely: 1, certain: 2 };
