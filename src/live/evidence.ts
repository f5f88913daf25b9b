/**
 * Evidence: what the account and the registries said, as versioned plain data without secrets. `audit --save` writes
 * it, `--from` judges it again offline. It keeps what rules need and people recognise, never an answer as it came:
 * those hold environment variables and signed addresses.
 */
import type { LiveManifest } from './manifest.ts';

export const EVIDENCE_VERSION = 1;

export interface Evidence {
  readonly kind: 'plimsoll evidence';
  readonly version: typeof EVIDENCE_VERSION;
  /** ISO 8601. */
  readonly collectedAt: string;
  /** False when the audit was interrupted. */
  readonly complete: boolean;
  readonly scopes: readonly Scope[];
}

/** One account in one region. */
export interface Scope {
  /** Absent when nothing told it. */
  readonly account?: string;
  readonly region: string;
  readonly partition: string;
  /** Nobody was let in: only the gaps tell something. */
  readonly closed?: true;
  readonly workloads: readonly LiveWorkload[];
  readonly repositories: readonly LiveRepository[];
  readonly images: readonly LiveImage[];
  /** What became of each reference that was looked up. */
  readonly references: readonly LiveReference[];
  readonly stacks: readonly LiveStack[];
  readonly gaps: readonly Gap[];
  /**
   * Services of which nothing is known, although they were asked for; `sts`: not even which account it is; `account`:
   * the other regions.
   */
  readonly unverified?: readonly Unverified[];
}

export interface Unverified {
  readonly service: string;
  readonly reason: string;
}

export interface Owner {
  readonly stack: string;
  readonly logicalId: string;
}

export type LiveService = 'lambda' | 'ecs' | 'apprunner' | 'batch' | 'codebuild';

/** Of an ECS service: the deployment that counts, and the tasks that run from another revision than the service's. */
export interface LiveRollout {
  readonly definition: string;
  /** `COMPLETED`, `FAILED`, `IN_PROGRESS`. */
  readonly state?: string;
  readonly reason?: string;
  readonly since?: string;
  readonly rolledBackTo?: string;
  readonly older: readonly { readonly definition: string; readonly tasks: number }[];
}

export interface LiveWorkload {
  readonly service: LiveService;
  readonly arn: string;
  readonly name: string;
  /** Lambda: the published version, when it isn't what `$LATEST` is, and the aliases that send it traffic. */
  readonly version?: string;
  readonly aliases?: readonly string[];
  /** ECS, Batch: the container within the task or job. */
  readonly container?: string;
  readonly cluster?: string;
  readonly taskDefinition?: string;
  readonly image: string;
  /**
   * What the service resolved the reference to, or what its running tasks run: none when nothing runs or nobody tells.
   */
  readonly digests: readonly string[];
  /** In the service's own words (`x86_64`, `ARM64`); absent when it can't be told. */
  readonly architecture?: string;
  /** `service`: it never has another. */
  readonly architectureBasis?: 'stated' | 'default' | 'service';
  /** App Runner deploys by itself what is pushed under the tag. */
  readonly autoDeploy?: boolean;
  readonly state?: string;
  readonly stateCode?: string;
  readonly stateReason?: string;
  readonly rollout?: LiveRollout;
  readonly owner?: Owner;
}

export interface LiveRepository {
  readonly arn: string;
  readonly registry: string;
  readonly name: string;
  readonly mutability: string;
  readonly exclusions: readonly string[];
  /** The policy's text; absent when it has none or nobody asked. */
  readonly lifecycle?: string;
  readonly owner?: Owner;
  /** Who owns it could be read: without an owner it then belongs to no stack. */
  readonly ownerKnown: boolean;
}

export interface LiveImage extends LiveManifest {
  /** `123456789012.dkr.ecr.eu-west-1.amazonaws.com` */
  readonly registry: string;
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly size?: number;
  readonly archived: boolean;
  /** ECR's list has it: `tags` are all its tags. */
  readonly listed?: true;
  /** ISO 8601. */
  readonly pushed?: string;
}

export interface LiveReference {
  readonly registry: string;
  readonly repository: string;
  /** A tag, or a digest when it has a colon (`sha256:…`). */
  readonly name: string;
  readonly found: 'yes' | 'no' | 'no repository' | 'archived' | 'unverified';
  readonly digest?: string;
}

export interface LiveStack {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly reason?: string;
  readonly since?: string;
  /**
   * Does it hold workloads or repositories? `empty`: it lists nothing any more; `unknown`: its resources could not be
   * read.
   */
  readonly concerns: 'yes' | 'empty' | 'unknown';
}

/** Something asked for and not verified; equal reasons are counted together. */
export interface Gap {
  /** `lambda:GetFunction` */
  readonly action: string;
  readonly kind: FailureKind;
  readonly reason: string;
  /** The permission that would have let it through, when that was the reason. */
  readonly permission?: string;
  readonly count: number;
  /** Names of what it was about, the first few. */
  readonly about: readonly string[];
  /** The one resource it's about, when it's one and has an ARN. */
  readonly resource?: string;
}

export type FailureKind =
  | 'denied'
  | 'throttled'
  | 'credentials'
  | 'unreachable'
  | 'unreadable'
  | 'unsupported'
  | 'gone'
  | 'failed'
  | 'skipped'
  | 'interrupted';
