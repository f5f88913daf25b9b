/**
 * Facts: what the project (or the live account) says about images, as plain data. Every reader ends in these; rules
 * start from them. A fact that holds only on one side of a branch says so in `when`; alternatives of one command share
 * `origin`.
 */
import type { Values, When } from '../core/choices.ts';
import type { ImageRef } from '../core/image-ref.ts';
import type { Cpu, Platforms } from '../core/platform.ts';
import type { Site, Span } from '../core/site.ts';
import type { Text } from '../core/text.ts';

interface Common {
  readonly site: Site;
  readonly when: When;
  /**
   * One execution of an entry point: facts of one run happen one after another (`seq`), on one machine, sharing local
   * images.
   */
  readonly run: string;
  readonly seq: number;
  /** The command, construct or resource this fact stems from: alternatives of one command share it. */
  readonly origin: string;
  /**
   * Done once, when what it belongs to is made (a provisioner without triggers): it seeds, and delivers nothing later.
   */
  readonly once?: true;
}

/** The machine that builds. */
export interface Host {
  readonly kind: 'github-hosted' | 'self-hosted' | 'codebuild' | 'gitlab' | 'ci' | 'developer' | 'unknown';
  /** Known only where a runner label or build image tells. */
  readonly cpu?: Cpu;
  /** `ubuntu-24.04-arm`, `ARM_CONTAINER`, … for messages. */
  readonly label?: string;
  /** Docker Engine's major version where the host tells: it decides whether a plain `docker build` makes an index. */
  readonly engine?: number;
  /** The CPU of the machines that the project declares for such work, where it isn't known which of them this is. */
  readonly probably?: Cpu;
}

export type BuildTool =
  | 'docker'
  | 'buildx'
  | 'podman'
  | 'buildah'
  | 'nerdctl'
  | 'finch'
  | 'kaniko'
  | 'depot'
  | 'compose'
  | 'bake'
  | 'build-push-action'
  | 'bake-action'
  | 'cdk'
  | 'sam'
  | 'serverless'
  | 'codebuild'
  | 'unknown';

/** `docker-container` covers every driver that has BuildKit's multi-platform feature of its own. */
export type Driver = 'docker' | 'docker-container' | 'kubernetes' | 'remote' | 'cloud' | 'none' | 'unknown';

/** What was said about attestations. `default`: nothing. `site` is where it was said. */
export interface Attestations {
  readonly provenance: 'on' | 'off' | 'default' | 'unknown';
  readonly sbom: 'on' | 'off' | 'default' | 'unknown';
  readonly site?: Site;
  /** Something that looks like "off" and isn't (`--build-arg provenance=false`): named so the message can say why. */
  readonly mistaken?: { readonly text: string; readonly site: Site };
}

export interface NamedRef {
  readonly ref: ImageRef;
  readonly site: Site;
}

export interface Build extends Common {
  readonly kind: 'build';
  readonly tool: BuildTool;
  /** For people: `docker buildx build`, `docker/build-push-action@v6`, `DockerImageAsset`. */
  readonly label: string;
  readonly names: readonly NamedRef[];
  /** What its file calls it, where no registry's name is said: the key of `provider.ecr.images`. */
  readonly called?: string;
  /** A CDK or SAM asset's identity; workloads of the same app point to it. */
  readonly asset?: string;
  /** Of an asset: the construct that it's built for, or that it is. */
  readonly constructPath?: string;
  readonly platforms: Platforms;
  /** Where the platform was stated; absent when nobody did. */
  readonly platformSite?: Site;
  /**
   * The tool itself takes the platform from the workload (`sam build`, `DockerImageCode.fromImageAsset` with an
   * architecture).
   */
  readonly platformDerived?: boolean;
  /** Project-relative path of the Dockerfile, when it can be told. */
  readonly dockerfile?: string;
  readonly context?: string;
  readonly target?: Text;
  readonly buildArgs: readonly { readonly name: string; readonly value?: Text; readonly site: Site }[];
  readonly attestations: Attestations;
  readonly driver: Driver;
  /**
   * `registry`: the builder itself pushes. `store`: into the engine's image store. `file`: a tar or folder. `nowhere`:
   * the cache only.
   */
  readonly output: 'registry' | 'store' | 'file' | 'nowhere' | 'unknown';
  readonly host: Host;
  /**
   * Built to run on the spot (`docker compose up --build`): it carries a registry's name, and leaves only where
   * something pushes it.
   */
  readonly runsHere?: true;
  /** The legacy builder (`DOCKER_BUILDKIT=0`) never attests. */
  readonly legacyBuilder?: boolean;
  /** Version of the tool where it decides something (build-push-action major, CDK toolkit version). */
  readonly toolVersion?: string;
  /** What the Dockerfile contributes, resolved with this build's arguments and target. */
  readonly base?: BaseImage;
  /** Its Dockerfile comes in by a way nobody here can follow: of what it holds, nothing is said. */
  readonly unseen?: boolean;
  /** Emulation or a native/remote builder was set up before, in this run. */
  readonly emulation?: 'set up' | 'not set up' | 'unknown';
  /**
   * Inline safe edits offered by whoever read the command: where a `--platform` or `--provenance=false` could be
   * inserted.
   */
  readonly insertFlagAt?: number;
  /** As of a push, where the builder pushes. */
  readonly lonely?: true;
  /** Names under which it leaves its cache in a registry. */
  readonly caches?: readonly NamedRef[];
  /**
   * Known from a cloud assembly's list of assets alone: its sites lie in a file that nobody writes, and that tells no
   * construct from another.
   */
  readonly listed?: boolean;
}

/** One stage of a Dockerfile, as this build sees it. */
export interface Stage {
  readonly index: number;
  readonly name?: string;
  readonly site: Site;
  /** `FROM` an earlier stage, or an image. */
  readonly from: { readonly stage: number } | { readonly image: Text };
  readonly platform?: {
    readonly text: Text;
    readonly nature: 'constant' | 'build' | 'target' | 'unknown';
    readonly site: Site;
  };
  /** An architecture-specific base (`arm64v8/python`, `…:3.12-x86_64`). */
  readonly baseCpu?: { readonly cpu: Cpu; readonly site: Site };
  /** Stages (or images) it copies from. */
  readonly copiesFrom: readonly number[];
  /** RUN instructions execute on the stage's platform, so a foreign CPU needs emulation. */
  readonly runs: boolean;
  /** Binaries fetched or installed for one CPU, named by constant text. */
  readonly downloads: readonly { readonly cpu: Cpu; readonly text: string; readonly site: Site }[];
}

export interface BaseImage {
  readonly file: string;
  readonly stages: readonly Stage[];
  /** Index of the stage that becomes the image; undefined when the target can't be told. */
  readonly final?: number;
  readonly healthcheck?: Site;
  /** What the final image starts, nearest first; texts of ENTRYPOINT and CMD along the final stage's chain. */
  readonly entrypoint?: { readonly words: readonly string[]; readonly shell: boolean; readonly site: Site };
  readonly cmd?: { readonly words: readonly string[]; readonly shell: boolean; readonly site: Site };
  /**
   * A Lambda runtime interface client or web adapter: `yes` when a base or an install brings it, `unknown` when the
   * base is a hole.
   */
  readonly lambdaRuntime: 'yes' | 'no' | 'unknown';
}

/** `docker tag`, `imagetools create`, `crane tag`/`copy`, `skopeo copy`. */
export interface Tag extends Common {
  readonly kind: 'tag';
  readonly tool: string;
  readonly source: ImageRef;
  readonly sourceSite: Site;
  readonly target: ImageRef;
  readonly targetSite: Site;
  /** Copies inside the registry, so the target is pushed by this command. */
  readonly remote: boolean;
  /** `imagetools create` wraps a single manifest into an index unless told not to. */
  readonly makesIndex?: boolean;
}

export interface Push extends Common {
  readonly kind: 'push';
  /**
   * The only image of the project whose address comes from outside, while the project has one repository, and workloads
   * take one image from ECR.
   */
  readonly lonely?: true;
  readonly tool: string;
  readonly ref: ImageRef;
  readonly refSite: Site;
  /** `docker push --all-tags`. */
  readonly allTags?: boolean;
  /** `docker push --platform X` sends one manifest only. */
  readonly onePlatform?: boolean;
}

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
  readonly mutability?: Mutability;
  readonly mutabilitySite?: Site;
  readonly exclusions?: readonly string[];
  /** Survives the stack's deletion. */
  readonly retained?: boolean;
  readonly retainedSite?: Site;
  /** Its deletion empties it first; without that, a repository that holds images can't be deleted. */
  readonly emptied?: boolean;
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

/** A resource of a template: one file may be several stacks, so this is no identity across them. */
export interface TemplateResource {
  readonly template: string;
  readonly logicalId: string;
}

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
  /** ImageConfig/entryPoint/command given by the workload: overrides the image's. */
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
  /** ECS: the containers that target groups ask for their health. */
  readonly balances?: readonly Text[];
  /** `forced`: takes the image even when the text is the same; `on change`: only when the reference's text changes. */
  readonly effect: 'forced' | 'on change' | 'unknown';
  /** Version of the deploying tool where the command pins it (`npx aws-cdk@2.150.0 deploy`). */
  readonly toolVersion?: string;
  readonly cpu?: Cpu;
  readonly cpuSite?: Site;
  /** `TAG=1 cdk deploy -c tag=1`: what the app is given, by the names that its choices rest on. */
  readonly gives?: readonly { readonly name: string; readonly value: Text }[];
  readonly publishes?: Publishing;
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

/** A long command and what happens to its output and exit status. Also builds and pushes. */
export interface Deploy extends Common {
  readonly kind: 'deploy';
  readonly what: 'deploy' | 'destroy' | 'bootstrap' | 'build' | 'push' | 'rollout';
  /** `cdk deploy`, `docker push`. */
  readonly label: string;
  readonly command: Site;
  readonly inCi: boolean;
  /** The filter that withholds or cuts the output. */
  readonly hidden?: {
    readonly by: string;
    readonly how: 'until the end' | 'cut' | 'discarded' | 'captured';
    readonly site: Site;
  };
  /** What swallows the failure. */
  readonly masked?: { readonly by: string; readonly why: MaskReason; readonly site: Site };
  /** Seconds after which it's cut off. */
  readonly limit?: { readonly seconds: number; readonly by: string; readonly site: Site };
  /** Returns before the outcome is known, and nothing afterwards checks. */
  readonly unconfirmed?: { readonly by: string; readonly site: Site };
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

export type MaskReason =
  | 'pipe without pipefail'
  | 'or true'
  | 'status overwritten'
  | 'retry falls through'
  | 'substitution in declaration'
  | 'background without wait'
  | 'errexit off'
  | 'ignored by make'
  | 'continue-on-error'
  | 'last command decides'
  | 'next turn decides'
  | 'not the last of &&';

/** A command that waits for, or looks at, the outcome of what an earlier command of the same run set going. */
export interface Confirmation extends Common {
  readonly kind: 'confirmation';
  readonly what: 'lambda' | 'ecs' | 'stack' | 'any';
  /** `aws lambda wait function-updated`. */
  readonly label: string;
  /** The function, service or stack it looks at. */
  readonly name?: Text;
}

export interface Login extends Common {
  readonly kind: 'login';
  readonly label: string;
  readonly password: 'argument' | 'stdin' | 'other';
  readonly passwordSite?: Site;
  /** The command reads it from nowhere else. */
  readonly argumentOnly?: true;
  readonly registry?: Text;
  /** `aws ecr get-login`, removed in CLI v2. */
  readonly removedCommand?: boolean;
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

/** A command or policy that deletes images. */
export interface Cleanup extends Common {
  readonly kind: 'cleanup';
  readonly repository: Text;
  readonly removes: 'untagged' | 'tagged by age' | 'by tag' | 'by digest' | 'unknown';
  readonly by: 'command' | 'lifecycle policy';
  /** Only images whose tags these cover. */
  readonly patterns?: readonly string[];
}

/** A script that asks an image manifest for its architecture, which only the config blob knows. */
export interface ManifestQuery extends Common {
  readonly kind: 'manifest-query';
  readonly query: string;
  readonly querySite: Site;
}

/** Live: what the registry holds under one digest. */
export interface Manifest extends Common {
  readonly kind: 'manifest';
  readonly ref: ImageRef;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly mediaType: string;
  readonly platforms: Platforms;
  readonly index: boolean;
  readonly attestations: 'none' | 'present' | 'unknown';
  readonly layerMediaTypes: readonly string[];
  readonly configMediaType?: string;
  /** An index: the digests of its entries. */
  readonly children?: readonly string[];
  readonly compressedSize?: number;
  /** Only where all layers are kept uncompressed, or were read. */
  readonly uncompressedSize?: number;
  readonly archived?: boolean;
  /** The registry's own list told all its tags. */
  readonly listed?: true;
  /** Days since it was pushed. */
  readonly age?: number;
  /** CPUs of the ELF binaries in the layers, when they were read. */
  readonly binaries?: readonly { readonly cpu: Cpu | string; readonly path: string }[];
}

/** Live: a stack's state. */
export interface StackState extends Common {
  readonly kind: 'stack-state';
  readonly name: string;
  readonly status: string;
  readonly reason?: string;
  readonly since?: string;
  /** When that was seen, ISO 8601 like `since`. */
  readonly seen?: string;
  /**
   * Does it hold images' workloads or repositories? `empty`: it lists nothing any more; `unknown`: its resources could
   * not be read.
   */
  readonly concerns?: 'yes' | 'empty' | 'unknown';
}

/** From a template diff. */
export interface StackChange extends Common {
  readonly kind: 'stack-change';
  readonly stack: string;
  /** Where the stack is, as far as that's known: a name that is taken in one place is free in another. */
  readonly account?: string;
  readonly region?: string;
  readonly logicalId: string;
  /** Where a CDK app makes it: `Dev/Api/Fn`. */
  readonly constructPath?: string;
  readonly resourceType: string;
  readonly change: 'add' | 'remove' | 'update' | 'replace' | 'orphan';
  readonly properties: readonly { readonly path: string; readonly before?: unknown; readonly after?: unknown }[];
  /** After the change; of what is removed, the name it had. */
  readonly physicalName?: Text;
  /** Of a change to what exists: the name before it. */
  readonly physicalNameBefore?: Text;
  /** Is `replace` what CloudFormation may do, depending on the values, or what it will do? */
  readonly replacement?: 'certain' | 'possible';
  /** Present where what changes runs an image: how its image and CPU are on both sides, each way they may be. */
  readonly workload?: { readonly service: Service; readonly name?: Text; readonly ways: readonly WorkloadChange[] };
}

export interface WorkloadChange {
  readonly before: WorkloadState;
  readonly after: WorkloadState;
  /** Both sides have just this one way, or follow the same choices. */
  readonly certain: boolean;
}

export interface WorkloadState {
  readonly cpu?: Cpu;
  readonly cpuBasis?: Workload['cpuBasis'];
  /** For people; absent where it can't be told. */
  readonly image?: string;
  /**
   * Equal for one image only; absent where a part of the reference is unknown, so that nobody can tell whether it
   * changes.
   */
  readonly imageKey?: string;
  /** In Amazon ECR (private), or an asset of the app: no public image that has every CPU. */
  readonly own: boolean;
}

/** Live: something the audit was asked to confirm and could not. */
export interface Unverified extends Common {
  readonly kind: 'unverified';
  readonly what: string;
  readonly reason: string;
  readonly permission?: string;
}

/** Evaluation is bounded: what was not followed, so that nobody takes silence about it for approval. */
export interface Unfollowed extends Common {
  readonly kind: 'unfollowed';
  /**
   * `steps`: of an entry, or of what stands here. `time`: the last net, in seconds. `failure`: evaluation failed here.
   */
  readonly what:
    | 'steps'
    | 'turns of a loop'
    | 'runs of a command'
    | 'facts of a place'
    | 'levels'
    | 'links'
    | 'time'
    | 'failure';
  /** How many were followed. */
  readonly most: number;
  /** Of a failure, in a few words. */
  readonly reason?: string;
}

/** A compose file of the project builds an image under this name, whoever runs it: it is nobody else's. */
export interface OwnName extends Common {
  readonly kind: 'own-name';
  readonly ref: ImageRef;
}

/** What something out of our sight may have done to an image, its repository or its workload. */
export type Effect = 'build' | 'tag' | 'push' | 'roll out' | 'verify' | 'create';

/**
 * Something on an image's way that was not understood: an action, workflow or module from elsewhere, a command nobody
 * here knows, a call through an unknown name. It belongs to a voyage when what it was given names it.
 */
export interface BlindSpot extends Common {
  readonly kind: 'blind-spot';
  readonly what: 'action' | 'workflow' | 'command' | 'module' | 'call';
  /** For people: `acme/ecs-deploy@v2`. */
  readonly label: string;
  readonly may: readonly Effect[];
  /** What it was given. `role`: what the giver called it (`service`, `cluster`); an argument has none. */
  readonly given: readonly { readonly role?: string; readonly text: Text }[];
}

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
  | BlindSpot;

export type FactOf<K extends Fact['kind']> = Extract<Fact, { kind: K }>;
