/**
 * A picture of how images get to their workloads: the voyages of a model as plain data, for whoever draws them. Each
 * voyage is a small graph in layers, of stops (something is done there, or kept, or runs) and of legs between them.
 */
import type { Site } from '../core/site.ts';

/** The layers, in the order of a voyage. */
export const STAGES = ['build', 'tag', 'push', 'repository', 'roll-out', 'workload'] as const;
export type Stage = (typeof STAGES)[number];

/** A place that a stop has in the sources or in the account, and what stands there. */
export interface Place {
  readonly label: string;
  readonly site: Site;
}

export interface Stop {
  /** Unique in a picture, and fit for a name in any format: `v3s2`. */
  readonly id: string;
  readonly stage: Stage;
  /**
   * `seen`: the sources or the account show it. `blind`: something that was not understood, and may do what this stage
   * does. `missing`: nothing that was read does it.
   */
  readonly sight: 'seen' | 'blind' | 'missing';
  /** What it is: `docker build`, `ECR repository`, `Lambda function`. */
  readonly title: string;
  /** What it is called, or what it makes: a reference, a repository, a workload. */
  readonly name?: string;
  /** What is known of it, a few words each. */
  readonly details: readonly string[];
  /** Where it may be one of several (`linux/amd64`, `linux/arm64`), as a branch or a default decides. */
  readonly alternatives: readonly string[];
  /** The first is its own. */
  readonly places: readonly Place[];
  /** Files that are its own as a whole, such as a build's Dockerfile. */
  readonly files: readonly string[];
  /** Of a workload: the service that runs it. */
  readonly service?: string;
  /** What the account says of it. */
  readonly live: readonly LiveRemark[];
}

export interface LiveRemark {
  readonly text: string;
  readonly state: 'good' | 'bad' | 'unknown';
}

export interface Leg {
  readonly from: string;
  readonly to: string;
  /** `unknown`: it leads into the dark, to what was not understood or not found. */
  readonly certainty: 'certain' | 'likely' | 'unknown';
}

/** A way by which a voyage is set going: `deploy.yml › job deploy`, then `make push`, and so on. */
export type WayIn = readonly { readonly label: string; readonly file: string; readonly line: number }[];

export interface DrawnVoyage {
  readonly id: string;
  readonly name: string;
  readonly services: readonly string[];
  readonly ways: readonly WayIn[];
  /** By stage. */
  readonly stops: readonly Stop[];
  readonly legs: readonly Leg[];
}

export interface Picture {
  readonly voyages: readonly DrawnVoyage[];
  /** Those that are not asked for: what is found on them belongs to none of the others. */
  readonly others?: readonly DrawnVoyage[];
}
