/** What runs an image. */
import type { ImageRef } from '../../core/image-ref.ts';
import type { Cpu } from '../../core/platform.ts';
import type { Site } from '../../core/site.ts';
import type { Text } from '../../core/text.ts';
import type { Common } from './common.ts';
import type { TemplateResource } from './repositories.ts';

export type Service = 'lambda' | 'ecs' | 'apprunner' | 'batch' | 'eks' | 'agentcore' | 'sagemaker' | 'codebuild';

/** Where a workload gets its image from: a reference, or an asset of the same app. */
export type ImageSource =
  | { readonly kind: 'ref'; readonly ref: ImageRef }
  | { readonly kind: 'asset'; readonly asset: string }
  | { readonly kind: 'unknown' };

export interface Workload extends Common {
  readonly kind: 'workload';
  readonly service: Service;
  /** Physical name, where given. */
  readonly name?: Text;
  /** For people: construct path, logical id or physical name. */
  readonly label: string;
  /** Joins the source and the synthesized form of one resource: `Stack/path/to/Construct`. */
  readonly constructPath?: string;
  readonly stack?: string;
  readonly image: ImageSource;
  readonly imageSite: Site;
  /** Absent when it can't be told (ECS on EC2, an update that doesn't say). */
  readonly cpu?: Cpu;
  /** Where the CPU is stated; absent when it's the service's default. */
  readonly cpuSite?: Site;
  /** `stated`, or the service's documented default, or what the service always has. */
  readonly cpuBasis?: 'stated' | 'default' | 'service';
  readonly region?: Text;
  readonly account?: Text;
  /** ECS: the container definition has a health check of its own. */
  readonly healthCheck?: boolean;
  readonly containerName?: Text;
  /** ECS: a target group of a service asks it for its health, and ECS replaces a task that this calls unhealthy. */
  readonly balanced?: true;
  /** ECS: the services that run it, by name. Tools speak of these, not of the task definition. */
  readonly heldBy?: readonly Text[];
  /** The tag was not said by the author but is the call's default (`fromEcr(repo)` means latest). */
  readonly tagDefaulted?: boolean;
  /** ECS with `fromRegistry`: can the execution role pull from ECR? */
  readonly pullGrant?: 'yes' | 'no' | 'unknown';
  /** Made by a command that also names the image (`create-function`), or declared. */
  readonly declared: boolean;
  /** Known only from a command that rolls an image out to it. */
  readonly rolloutOnly?: boolean;
  /** Started anew for each run (an ECS task by schedule or `run-task`, a Kubernetes Job): the tag is looked up every time. */
  readonly startedPerRun?: boolean;
  /** ECS: nothing that the app makes can keep it running, so that whoever starts it does so from elsewhere. */
  readonly unheld?: true;
  /** ECS: made of its family's newest revision. What it doesn't say, that says. */
  readonly ofFamily?: true;
  /**
   * What is declared is only there to begin with: later changes are ignored (`ignore_changes`), so that somebody else
   * names the image.
   */
  readonly placeholder?: true;
  /** The deploy tool looks the tag up and deploys its digest, so that each deploy takes what the tag then names. */
  readonly resolved?: true;
  /** App Runner's automatic deployments. */
  readonly autoDeploy?: boolean;
  /** Built with a toolkit that suppresses attestations or not, for CDK assets. */
  readonly toolkitVersion?: string;
  /** ImageConfig/entryPoint/command given by the workload: overrides the image's. Empty: nobody knows by what. */
  readonly startsWith?: readonly string[];
  readonly resource?: TemplateResource;
  /** What the live account says of it. */
  readonly live?: LiveState;
}

/** A workload as it was found in the account. */
export interface LiveState {
  /**
   * The digests it really runs: what the service resolved the reference to, or what its tasks run. Empty when nobody
   * tells.
   */
  readonly digests: readonly string[];
  /** What the registry says of the reference as it is written, and of the digests that run. */
  readonly reference: LiveImageState;
  readonly running: LiveImageState;
  /** The digest that the reference's tag points to now. */
  readonly tagDigest?: string;
  /** `Failed`, with the service's reason code (`ImageDeleted`) and text. */
  readonly state?: string;
  readonly stateCode?: string;
  readonly stateReason?: string;
}

export type LiveImageState = 'present' | 'missing' | 'repository missing' | 'archived' | 'unverified';
