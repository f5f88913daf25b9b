/** ECR repositories, and what deletes images from them. */
import type { Site, Span } from '../../core/site.ts';
import type { Text } from '../../core/text.ts';
import type { Common } from './common.ts';

export type Mutability = 'mutable' | 'immutable' | 'immutable with exclusion' | 'mutable with exclusion' | 'unknown';

export interface LifecycleRule {
  readonly site: Site;
  readonly tagStatus: 'tagged' | 'untagged' | 'any' | 'unknown';
  readonly tagPatterns: readonly string[];
  readonly countType: 'images' | 'age' | 'pulled' | 'unknown';
  readonly count?: number;
  readonly action: 'expire' | 'archive';
  /** Its place among the rules of its policy, where the registry told it. */
  readonly order?: number;
}

export interface Repository extends Common {
  readonly kind: 'repository';
  /** Absent when the stack lets CloudFormation choose the name. */
  readonly name?: Text;
  readonly nameSite?: Site;
  /**
   * `created` by a stack or command; `referenced` only; `live` in the registry; `settled`: a command sets something on
   * an existing one.
   */
  readonly role: 'created' | 'referenced' | 'live';
  readonly by: 'command' | 'cdk' | 'cloudformation' | 'terraform' | 'registry';
  /** For people: the construct path, logical id or command. */
  readonly label: string;
  /** Identity of the construct or resource; a workload's reference may point to it when there's no name. */
  readonly id?: string;
  readonly stack?: string;
  readonly region?: Text;
  readonly account?: Text;
  /** Terraform: what its root says of the account, which Terraform itself never names. */
  readonly root?: TerraformRoot;
  readonly mutability?: Mutability;
  readonly mutabilitySite?: Site;
  readonly exclusions?: readonly string[];
  /** Survives the stack's deletion. */
  readonly retained?: boolean;
  readonly retainedSite?: Site;
  /** Its deletion empties it first; without that, a repository that holds images can't be deleted. */
  readonly emptied?: boolean;
  /** The step of somebody else's making whose command this is, as it is called here. */
  readonly madeBy?: string;
  /**
   * The command runs only where the repository is missing (`describe-repositories … || create-repository`), or its
   * failure is tolerated.
   */
  readonly guarded?: boolean;
  readonly lifecycle?: readonly LifecycleRule[];
  /** Live: the stack that owns it, if any. */
  readonly ownerStack?: string;
  /** Live: its logical id there. */
  readonly ownerLogicalId?: string;
  /** Live: false when who owns it could not be read; without an `ownerStack` it then may or may not belong to one. */
  readonly ownerKnown?: boolean;
  /** Live: images that were asked for and aren't there, by tag or digest. */
  readonly lacks?: readonly { readonly name: string; readonly archived: boolean }[];
  readonly resource?: TemplateResource;
  /** CDK source only: the construct expression, so a fix can offer `fromRepositoryName`. */
  readonly construct?: {
    /** The whole expression. */
    readonly call: Span;
    /** `new ecr.Repository`. */
    readonly newSpan: Span;
    /** The name's expression, when it is written inside of `call`. */
    readonly nameSpan?: Span;
    readonly scope: string;
    readonly id: string;
    readonly name: string;
  };
}

/** Roots that differ in one of these may be applied in different accounts. */
export interface TerraformRoot {
  /** Where the state is kept, without the root's own key in there; absent where no backend is declared. */
  readonly state?: string;
  /** The provider's profile, role or account; absent where whoever applies it gives them. */
  readonly signsIn?: string;
  /** Nothing in it says that it is applied: no provider, no backend, and no command that is seen does so. */
  readonly idle?: true;
  /** Addresses that `moved` blocks of the project say this resource had before. */
  readonly movedFrom?: readonly string[];
}

/** A resource of a template: one file may be several stacks, so this is no identity across them. */
export interface TemplateResource {
  readonly template: string;
  readonly logicalId: string;
}

/** A command or policy that deletes images. */
export interface Cleanup extends Common {
  readonly kind: 'cleanup';
  readonly repository: Text;
  readonly removes: 'untagged' | 'tagged by age' | 'by tag' | 'by digest' | 'unknown';
  readonly by: 'command' | 'lifecycle policy';
  /** Only images whose tags these cover. */
  readonly patterns?: readonly string[];
}
