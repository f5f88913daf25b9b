/**
 * When does a build leave an image index, with an attestation in it, in the registry? BuildKit's and buildx's
 * conditions as one pure function.
 */
import type { BuildTool, Build } from '../../model/facts.ts';

/** What decides; the part of a Build fact that matters here. */
export type Conditions = Pick<Build, 'tool' | 'driver' | 'output' | 'host' | 'legacyBuilder' | 'toolVersion'> & {
  readonly provenance: Build['attestations']['provenance'];
  readonly sbom: Build['attestations']['sbom'];
};

export type Verdict =
  /** A single manifest, or nothing we may judge. */
  | { readonly kind: 'none' }
  | { readonly kind: 'index'; readonly sure: 'certain' | 'likely' | 'note'; readonly why: string };

const NONE: Verdict = { kind: 'none' };

/** They write single manifests and attest nothing; `sam build` turns attestations off itself. */
const NEVER: ReadonlySet<BuildTool> = new Set(['podman', 'buildah', 'kaniko', 'nerdctl', 'finch', 'sam']);
const ACTIONS: ReadonlySet<BuildTool> = new Set(['build-push-action', 'bake-action']);

/** The first CDK toolkit that sets BUILDX_NO_DEFAULT_ATTESTATIONS for its builds. */
const QUIET_TOOLKIT = [2, 179, 0] as const;
/** docker/build-push-action up to v3 (its tag ends at 3.3.1) turns provenance off; from v4 on it's on. */
const ATTESTING_ACTION_MAJOR = 4;
/** Engine 29 keeps images in containerd's store on fresh installs: there a plain build holds an index. */
const CONTAINERD_ENGINE = 29;

export function verdict(build: Conditions): Verdict {
  if (NEVER.has(build.tool) || build.legacyBuilder === true || build.driver === 'none') return NONE;
  if (build.sbom === 'on') return index('certain', 'an SBOM attestation is asked for');
  if (build.provenance === 'on') return index('certain', 'a provenance attestation is asked for');
  if (build.provenance !== 'default' || build.sbom === 'unknown') return NONE;
  return byDefault(build);
}

function byDefault(build: Conditions): Verdict {
  if (build.tool === 'cdk') return toolkit(build.toolVersion);
  if (
    build.tool === 'build-push-action' &&
    (major(build.toolVersion) ?? ATTESTING_ACTION_MAJOR) < ATTESTING_ACTION_MAJOR
  )
    return NONE;
  if (build.output === 'registry') return pushedByBuilder(build);
  if (build.output === 'store' || build.output === 'unknown') return kept(build);
  return NONE;
}

/** The builder itself pushes: whatever BuildKit exports reaches the registry. */
function pushedByBuilder(build: Conditions): Verdict {
  if (build.tool === 'depot') return index('certain', 'Depot adds a provenance attestation unless told not to');
  if (ACTIONS.has(build.tool))
    return index('certain', 'the action adds a provenance attestation to what it pushes unless told not to');
  if (hasBuildkit(build))
    return index('certain', `buildx with the ${build.driver} driver adds a provenance attestation to what it pushes`);
  return build.driver === 'unknown'
    ? index('likely', 'buildx adds a provenance attestation to what it pushes, unless its driver cannot')
    : onEngine(build);
}

/** The image goes into the engine's store first, and `docker push` sends what lies there. */
function kept(build: Conditions): Verdict {
  if (build.tool === 'depot') return index('likely', 'Depot adds a provenance attestation unless told not to');
  // With `load`, the actions attest nothing, and a builder of its own drops the default attestation on the way into the
  // store.
  if (ACTIONS.has(build.tool)) return NONE;
  if (hasBuildkit(build))
    return build.output === 'unknown'
      ? index('likely', `buildx with the ${build.driver} driver adds a provenance attestation to what it pushes`)
      : NONE;
  return onEngine(build);
}

function onEngine({ host }: Conditions): Verdict {
  // CodeBuild's images bring an engine of their own, installed by version: what a fresh install of the newest does,
  // they don't do by themselves.
  if (host.kind === 'codebuild' && host.engine === undefined)
    return index(
      'note',
      `from Docker Engine ${CONTAINERD_ENGINE} on, which CodeBuild's images have or will have, a plain build keeps a provenance attestation`,
    );
  if (host.engine === undefined)
    return index(
      'likely',
      "with containerd's image store (Docker Engine 29, Docker Desktop 4.34) the build keeps a provenance attestation",
    );
  const where = `Docker Engine ${host.engine}${host.label === undefined ? '' : ` of ${host.label}`}`;
  if (host.engine >= CONTAINERD_ENGINE)
    return index('likely', `${where} keeps images in containerd's store, a provenance attestation with them`);
  return index(
    'note',
    `${where} adds none yet; from Engine ${CONTAINERD_ENGINE} on, and on Docker Desktop, the same build keeps a provenance attestation`,
  );
}

function toolkit(version: string | undefined): Verdict {
  const numbers = version === undefined ? undefined : /(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
  if (version === undefined || numbers === undefined) return NONE;
  const difference = QUIET_TOOLKIT.map((wanted, at) => numbers[at]! - wanted).find((one) => one !== 0) ?? 0;
  return difference < 0
    ? index('likely', `the CDK toolkit ${version} does not turn provenance attestations off, as 2.179.0 and later do`)
    : NONE;
}

function hasBuildkit({ driver }: Conditions): boolean {
  return driver === 'docker-container' || driver === 'kubernetes' || driver === 'remote' || driver === 'cloud';
}

function major(version: string | undefined): number | undefined {
  const found = version === undefined ? null : /^v?(\d{1,3})(\.|$)/.exec(version);
  return found === null ? undefined : Number(found[1]);
}

function index(sure: 'certain' | 'likely' | 'note', why: string): Verdict {
  return { kind: 'index', sure, why };
}
