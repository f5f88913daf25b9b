/** What a command line that builds from a compose or bake file says about the builds, besides what the file says. */
import type { Attestations, Build, Driver } from '../../model/facts.ts';
import type { Platforms } from '../../core/platform.ts';
import type { Site } from '../../core/site.ts';
import type { Text } from '../../core/text.ts';

export interface BuildRequest {
  /** For people: `docker compose build`, `docker buildx bake`, `docker/bake-action@v6`. */
  readonly label: string;
  /** Project-relative folder the command runs in; relative paths of bake files start here. */
  readonly folder: string;
  /** Project-relative; empty: the tool's own default names in `folder`. */
  readonly files: readonly string[];
  /** What `--provenance`, `--sbom` and `--attest` say; absent: nothing. */
  readonly attestations?: Attestations;
  /** What `--platform` or `--set *.platform=` says; absent: nothing. */
  readonly platforms?: { readonly value: Platforms; readonly site: Site };
  readonly buildArgs?: readonly { readonly name: string; readonly value?: Text; readonly site: Site }[];
  /** The builder named by `--builder`; absent: the machine's current one. */
  readonly driver?: Driver;
  /** `--push`. */
  readonly push: boolean;
  /** `--load`. */
  readonly load?: boolean;
  /** An output stated in words (`--set *.output=…`); it wins over `push` and `load`. */
  readonly output?: Build['output'];
  readonly insertFlagAt?: number;
}

export interface ComposeRequest extends BuildRequest {
  /** Empty: every service. */
  readonly services: readonly string[];
  readonly profiles?: readonly string[];
  /** `--project-name`, `COMPOSE_PROJECT_NAME`. */
  readonly projectName?: Text;
  readonly via: 'compose' | 'bake';
  /** `push`: `docker compose push`, which builds nothing. */
  readonly action: 'build' | 'push';
  /** `docker compose up --build`: what is built runs on this machine. */
  readonly runsHere?: boolean;
}

export interface BakeRequest extends BuildRequest {
  /** Empty: `default`. */
  readonly targets: readonly string[];
  /** Tool of the facts: `bake`, unless the action runs it. */
  readonly tool?: Extract<Build['tool'], 'bake' | 'bake-action'>;
  readonly toolVersion?: string;
  /** `--set target.key=value`, as written. */
  readonly sets?: readonly { readonly text: Text; readonly site: Site }[];
}
