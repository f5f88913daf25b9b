/** An AWS account as plain data: what the stand-in serves. */
import type { Content } from './images.ts';

export interface StoredImage {
  readonly content: Content;
  readonly tags?: readonly string[];
  readonly status?: 'ACTIVE' | 'ARCHIVED';
  /** ISO 8601. */
  readonly pushed?: string;
}

export interface Repository {
  readonly name: string;
  readonly images: readonly StoredImage[];
  readonly mutability?: 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION';
  readonly exclusions?: readonly string[];
  /** The policy document's text. */
  readonly lifecycle?: string;
  /** The account it belongs to, when that's another one than the caller's. */
  readonly registryId?: string;
  /** Another account's, and its policy doesn't let the caller in. */
  readonly closed?: boolean;
}

export interface LambdaFunction {
  readonly name: string;
  readonly imageUri?: string;
  readonly resolvedImageUri?: string;
  readonly architectures?: readonly string[];
  readonly state?: string;
  readonly stateReasonCode?: string;
  readonly stateReason?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly versions?: Readonly<
    Record<string, { readonly resolvedImageUri: string; readonly architectures?: readonly string[] }>
  >;
  readonly aliases?: readonly {
    readonly name: string;
    readonly version: string;
    readonly weights?: Readonly<Record<string, number>>;
  }[];
  /** Never to be seen in any output. */
  readonly environment?: Readonly<Record<string, string>>;
}

interface Container {
  readonly name: string;
  readonly image: string;
}

export interface TaskDefinition {
  readonly family: string;
  readonly revision?: number;
  readonly containers: readonly Container[];
  readonly cpuArchitecture?: string;
  readonly compatibilities?: readonly string[];
}

export interface EcsTask {
  readonly id: string;
  readonly taskDefinition: string;
  readonly group?: string;
  readonly startedBy?: string;
  readonly digests: Readonly<Record<string, string>>;
  readonly architecture?: string;
}

export interface EcsService {
  readonly name: string;
  readonly taskDefinition: string;
  readonly launchType?: string;
  readonly desiredCount?: number;
  readonly deployments?: readonly EcsDeployment[];
  /** Deployed by CodeDeploy, in task sets of these definitions. */
  readonly taskSets?: readonly string[];
}

export interface EcsDeployment {
  readonly id?: string;
  readonly status: 'PRIMARY' | 'ACTIVE';
  readonly taskDefinition: string;
  readonly rolloutState?: 'COMPLETED' | 'FAILED' | 'IN_PROGRESS';
  readonly rolloutStateReason?: string;
  /** ISO 8601. */
  readonly createdAt?: string;
}

export interface Cluster {
  readonly name: string;
  readonly services: readonly EcsService[];
  readonly tasks: readonly EcsTask[];
}

export interface AppRunnerService {
  readonly name: string;
  /** Absent: built from source. */
  readonly image?: string;
  readonly status?: string;
  readonly autoDeploy?: boolean;
}

export interface JobDefinition {
  readonly name: string;
  readonly revision?: number;
  readonly image?: string;
  /** A job of several containers, as ECS tasks have. */
  readonly containers?: readonly Container[];
  readonly cpuArchitecture?: string;
  readonly fargate?: boolean;
}

interface Project {
  readonly name: string;
  readonly image: string;
  readonly type: string;
}

export interface Stack {
  readonly name: string;
  readonly status: string;
  readonly reason?: string;
  readonly updated?: string;
  /** As it was deployed. */
  readonly template?: string;
  /** As its transforms made it. */
  readonly processed?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly resources: readonly {
    readonly type: string;
    readonly logicalId: string;
    readonly physicalId: string;
    readonly status?: string;
  }[];
}

export interface RegionState {
  readonly repositories?: readonly Repository[];
  readonly functions?: readonly LambdaFunction[];
  readonly clusters?: readonly Cluster[];
  readonly taskDefinitions?: readonly TaskDefinition[];
  readonly stacks?: readonly Stack[];
  readonly appRunner?: readonly AppRunnerService[];
  readonly jobDefinitions?: readonly JobDefinition[];
  readonly projects?: readonly Project[];
  readonly eksClusters?: readonly string[];
}

export interface AccountState {
  readonly id: string;
  /** The regions it has switched on, or off again; absent: those it has something in. */
  readonly optedIn?: Readonly<Record<string, 'ENABLED' | 'ENABLED_BY_DEFAULT' | 'ENABLING' | 'DISABLED'>>;
  /** It's the management account of an organization: its other accounts, and their state. */
  readonly organization?: readonly {
    readonly id: string;
    readonly state?: 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE';
  }[];
  /** Other accounts that its roles lead into, by account id. */
  readonly members?: Readonly<Record<string, Member>>;
  readonly regions: Readonly<Record<string, RegionState>>;
}

interface Member {
  /** Names of the roles that may be assumed. */
  readonly roles: readonly string[];
  readonly externalId?: string;
  readonly optedIn?: AccountState['optedIn'];
  readonly regions: Readonly<Record<string, RegionState>>;
}

export interface Fault {
  /** `ecr:BatchGetImage`; `*` for all of a service (`ecr:*`) or of everything (`*`). */
  readonly action: string;
  readonly kind:
    | 'deny'
    | 'throttle'
    | 'error 500'
    | 'html'
    | 'drop'
    | 'expired token'
    | 'not json'
    | 'page 404'
    | 'hang';
  /** Only when the request's body or path has this text. */
  readonly about?: string;
  readonly region?: string;
  /** For so many calls; for ever when absent. */
  readonly times?: number;
  /** Only each so-many-th of the calls that it's for. */
  readonly every?: number;
  /** Only the calls beyond so many in a second. */
  readonly above?: number;
}

export interface Call {
  readonly action: string;
  readonly region: string;
  readonly input: unknown;
}
