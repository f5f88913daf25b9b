/**
 * Facts: what the project (or the live account) says about images, as plain data. Every reader ends in these; rules
 * start from them. A fact that holds only on one side of a branch says so in `when`; alternatives of one command share
 * `origin`.
 */
import type { Manifest, StackChange, StackState, Unverified } from './facts/account.ts';
import type { Confirmation, Deploy, Login, ManifestQuery } from './facts/commands.ts';
import type { Build, OwnName, Push, Tag } from './facts/images.ts';
import type { BlindSpot, Unfollowed } from './facts/limits.ts';
import type { Cleanup, Repository } from './facts/repositories.ts';
import type { ContextRead, Rollout, StackDeploy } from './facts/rollouts.ts';
import type { Workload } from './facts/workloads.ts';

export type * from './facts/account.ts';
export type * from './facts/commands.ts';
export type * from './facts/images.ts';
export type * from './facts/limits.ts';
export type * from './facts/repositories.ts';
export type * from './facts/rollouts.ts';
export type * from './facts/workloads.ts';

export type Fact =
  | Build
  | Tag
  | Push
  | Repository
  | Workload
  | Rollout
  | Deploy
  | StackDeploy
  | Confirmation
  | Login
  | ContextRead
  | Cleanup
  | ManifestQuery
  | Manifest
  | StackState
  | StackChange
  | Unverified
  | Unfollowed
  | OwnName
  | OwnName
  | BlindSpot;

export type FactOf<K extends Fact['kind']> = Extract<Fact, { kind: K }>;
