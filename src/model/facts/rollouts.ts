/** What makes a workload take a new image, and what its stacks are given. */
import type { Values } from '../../core/choices.ts';
import type { ImageRef } from '../../core/image-ref.ts';
import type { Cpu } from '../../core/platform.ts';
import type { Site } from '../../core/site.ts';
import type { Text } from '../../core/text.ts';
import type { Common } from './common.ts';
import type { Build } from './images.ts';
import type { Service } from './workloads.ts';

/** What makes a workload take a new image. */
export interface Rollout extends Common {
  readonly kind: 'rollout';
  readonly label: string;
  readonly service: Service | 'any';
  /** The workload's name; absent for a deploy of whole stacks. */
  readonly name?: Text;
  readonly image?: ImageRef;
  readonly imageSite?: Site;
  readonly region?: Text;
  /** ECS: the containers that target groups ask for their health, and the task definition they are in, where it is said. */
  readonly balances?: readonly { readonly container: Text; readonly task?: Text }[];
  /** `forced`: takes the image even when the text is the same; `on change`: only when the reference's text changes. */
  readonly effect: 'forced' | 'on change' | 'unknown';
  /** Version of the deploying tool where the command pins it (`npx aws-cdk@2.150.0 deploy`). */
  readonly toolVersion?: string;
  readonly cpu?: Cpu;
  readonly cpuSite?: Site;
  /** `TAG=1 cdk deploy -c tag=1`: what the app is given, by the names that its choices rest on. */
  readonly gives?: readonly { readonly name: string; readonly value: Text }[];
  readonly publishes?: Publishing;
  /** It starts a task, and no service keeps that running. */
  readonly oneRun?: true;
  /** Of a task that is started for once: the images that this run registered for it. */
  readonly starts?: readonly ImageRef[];
  /** Whoever starts it fails where the task doesn't end well, be it that its image isn't there. */
  readonly watched?: true;
}

/** Where `cdk deploy` builds an app's assets. */
export interface Publishing extends Required<Pick<Build, 'host' | 'driver' | 'emulation'>> {
  /** The folder it is run in; absent where that can't be told. */
  readonly folder?: string;
  /** `--app`: another app than the folder's own. */
  readonly app?: Text;
  /** The stacks it names; none means all. */
  readonly stacks: readonly Text[];
}

/** A command that makes stacks of the project: which, and with what. */
export interface StackDeploy extends Common {
  readonly kind: 'stack-deploy';
  /** `sam deploy`. */
  readonly label: string;
  /** Project-relative; absent for the stacks of a CDK app, whose parameters may be `Stack:Name`. */
  readonly template?: string;
  readonly stack?: Text;
  readonly region?: Text;
  readonly parameters: readonly { readonly name: string; readonly values: Values }[];
}

/** `tryGetContext('x')`, and how the value is used. */
export interface ContextRead extends Common {
  readonly kind: 'context-read';
  readonly key: string;
  readonly use: 'boolean' | 'other';
  readonly useSite: Site;
  /** How it's used, for the message: `if (x)`, `x ?? false`, `x === true`. */
  readonly form: string;
  /** Compared with `true`: then `'true'` is taken for false, not `'false'` for true. */
  readonly onlyTrue?: true;
}
