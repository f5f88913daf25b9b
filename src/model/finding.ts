import type { Site } from './site.ts';

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
  readonly fingerprint: string;
}

/** A source file, or a place in it, that could not be read; the rest is judged all the same. */
export interface Unreadable {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

export const SEVERITY_RANK: Record<Severity, number> = { note: 0, warning: 1, error: 2 };
export const CONFIDENCE_RANK: Record<Confidence, number> = { possible: 0, likely: 1, certain: 2 };
