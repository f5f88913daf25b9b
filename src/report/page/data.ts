/** What a page is given: everything it shows, as plain data, which the program in the page reads. */
import type { Severity } from '../../model/finding.ts';
import type { Leg, LiveRemark, Stop } from '../../picture/picture.ts';

/** The lines of a place, without secrets. */
export interface Excerpt {
  /** The first line's number. */
  readonly from: number;
  readonly lines: readonly string[];
  /** What is marked, by line (from 0) and column (from 0). */
  readonly marks: readonly { readonly line: number; readonly start: number; readonly end: number }[];
}

export interface PlaceData {
  readonly label: string;
  /** `scripts/deploy.sh:14`, or an ARN. */
  readonly at: string;
  /** Among the page's excerpts. */
  readonly excerpt?: number;
}

export interface FindingData {
  readonly severity: Severity;
  readonly rule: string;
  /** Absent where it is certain. */
  readonly sure?: string;
  readonly message: string;
  readonly help?: string;
  readonly places: readonly PlaceData[];
  readonly way?: string;
}

export interface StopData {
  readonly id: string;
  readonly layer: number;
  readonly verb: string;
  readonly sight: Stop['sight'];
  readonly title: string;
  readonly name?: string;
  readonly at?: string;
  readonly remarks: readonly string[];
  readonly live: readonly LiveRemark[];
  readonly places: readonly PlaceData[];
  /** Among the page's findings, the worst first. */
  readonly findings: readonly number[];
}

export interface LegData extends Leg {
  /** Where it passes layers between its ends, in their order. */
  readonly passes: readonly { readonly id: string; readonly layer: number }[];
}

export interface VoyageData {
  readonly id: string;
  readonly name: string;
  readonly services: readonly { readonly id: string; readonly name: string }[];
  readonly ways: readonly string[];
  readonly layers: number;
  readonly stops: readonly StopData[];
  readonly legs: readonly LegData[];
}

export interface PageData {
  readonly voyages: readonly VoyageData[];
  readonly findings: readonly FindingData[];
  /** Findings on no voyage, among the page's. */
  readonly elsewhere: readonly number[];
  readonly excerpts: readonly Excerpt[];
  /** What was not looked at, or could not be, and what has to be said of the run. */
  readonly remarks: readonly { readonly title: string; readonly lines: readonly string[] }[];
}
