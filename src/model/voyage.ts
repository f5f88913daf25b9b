/** The model that rules judge: facts by kind, and the voyages that link them. Linking itself is in link.ts. */
import type {
  Build,
  Cleanup,
  Confirmation,
  ContextRead,
  Deploy,
  Fact,
  Login,
  Manifest,
  ManifestQuery,
  Push,
  Repository,
  Rollout,
  StackChange,
  StackState,
  Tag,
  Unverified,
  Workload,
} from './facts.ts';
import type { Confidence } from './finding.ts';
import type { ImageRef } from '../core/image-ref.ts';
import type { Site } from '../core/site.ts';

/** How sure a link is. */
export type Certainty = Extract<Confidence, 'certain' | 'likely'>;

/** One step of the way, for messages: `tagged as …`, `pushed to …`, `runs on …`. */
export interface Step {
  readonly label: string;
  readonly site: Site;
}

/** One workload that an image reaches, and the way it gets there. */
export interface Arrival {
  readonly workload: Workload;
  readonly certainty: Certainty;
  /** The name under which it arrives. */
  readonly ref?: ImageRef;
  readonly steps: readonly Step[];
  /** A rollout command names this workload with this image. */
  readonly rollout?: Rollout;
}

/** A name the image goes under, and whether it leaves the machine under it. */
export interface Alias {
  readonly ref: ImageRef;
  readonly site: Site;
  readonly certainty: Certainty;
  readonly pushed: boolean;
  /** Pushed to another registry than ECR. */
  readonly elsewhere?: true;
  readonly pushSite?: Site;
  readonly push?: Push;
  /** The `docker tag` chain from the build's own name to this one. */
  readonly tags: readonly Tag[];
}

/** One image's linked way. All builds share an `origin`: they are alternatives of one command or construct. */
export interface Voyage {
  /** For people: the most telling name. */
  readonly name: string;
  /** Empty when nothing in the project builds the image (it's only pulled, or only live). */
  readonly builds: readonly Build[];
  readonly aliases: readonly Alias[];
  readonly arrivals: readonly Arrival[];
  readonly repositories: readonly { readonly repository: Repository; readonly certainty: Certainty }[];
  readonly manifests: readonly Manifest[];
}

export interface Model {
  readonly facts: readonly Fact[];
  readonly builds: readonly Build[];
  readonly tags: readonly Tag[];
  readonly pushes: readonly Push[];
  readonly repositories: readonly Repository[];
  readonly workloads: readonly Workload[];
  readonly rollouts: readonly Rollout[];
  readonly deploys: readonly Deploy[];
  readonly confirmations: readonly Confirmation[];
  readonly logins: readonly Login[];
  readonly contextReads: readonly ContextRead[];
  readonly cleanups: readonly Cleanup[];
  readonly manifestQueries: readonly ManifestQuery[];
  readonly manifests: readonly Manifest[];
  readonly stackStates: readonly StackState[];
  readonly stackChanges: readonly StackChange[];
  readonly unverified: readonly Unverified[];
  readonly voyages: readonly Voyage[];
}
