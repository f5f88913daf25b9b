/** How an image is made and named: builds, tags and pushes. */
import type { ImageRef } from '../../core/image-ref.ts';
import type { Cpu, Platforms } from '../../core/platform.ts';
import type { Site } from '../../core/site.ts';
import type { Text } from '../../core/text.ts';
import type { Common } from './common.ts';

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
  /** Its failure is shrugged off (`docker tag … || true`). */
  readonly guarded?: boolean;
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

/** A compose file of the project builds an image under this name, whoever runs it: it is nobody else's. */
export interface OwnName extends Common {
  readonly kind: 'own-name';
  readonly ref: ImageRef;
}
