/** What compose and bake files have in common when they build: environment, paths, attestations, outputs. */
import type { Attestations, Build, Driver } from '../../model/facts.ts';
import { HOST, UNKNOWN_PLATFORMS, parsePlatforms, type Platform, type Platforms } from '../../core/platform.ts';
import type { Site } from '../../core/site.ts';
import { contentOf, judged, seal } from '../../core/sealed.ts';
import { known, type Text } from '../../core/text.ts';
import type { BuildRequest } from './build-request.ts';
import { joinPath } from '../../project/paths.ts';
import { readShorthand } from '../../tools/attestations.ts';
import { currentDriver } from '../../tools/docker-build.ts';
import { steering } from '../../tools/environment.ts';
import type { Invocation } from '../../project/evaluation.ts';
import { defined } from '../../core/optional.ts';

/** A Text with where it stands. */
export interface Placed {
  readonly text: Text;
  readonly site: Site;
}

/** The command's own environment, then the `.env` beside the file. */
export function environmentOf(invocation: Invocation, folder: string): (name: string) => Text | undefined {
  const file = inFolder(folder, '.env') ?? '.env';
  const dotenv = readDotenv(invocation.world.readings.text(file), contentOf(file));
  return (name) => steering(invocation, name) ?? dotenv.get(name);
}

function readDotenv(text: string | undefined, about: string): ReadonlyMap<string, Text> {
  const values = new Map<string, Text>();
  for (const line of (text ?? '').split('\n')) {
    const found = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (found === null) continue;
    const written = found[2]!;
    const quoted = /^(["'])(.*)\1/.exec(written);
    values.set(found[1]!, seal(quoted === null ? written.replace(/\s+#.*$/, '') : quoted[2]!, about));
  }
  return values;
}

/** Joins a path to a folder of the project; undefined when it leaves the project or is an address. */
export function inFolder(folder: string, path: string): string | undefined {
  return /^[a-z][\w+.-]*:|^git@/i.test(path) ? undefined : joinPath(folder, path);
}

/** A Dockerfile's path: relative to the context, which may be unknown or far away. */
export function dockerfileIn(
  folder: string,
  context: Text | undefined,
  dockerfile: Text | undefined,
): { context?: string; dockerfile?: string } {
  const contextText = context === undefined ? '.' : known(context);
  const contextPath = contextText === undefined ? undefined : inFolder(folder, contextText);
  const name = dockerfile === undefined ? 'Dockerfile' : known(dockerfile);
  const path = contextPath === undefined || name === undefined ? undefined : inFolder(contextPath, name);
  return {
    ...defined({ context: contextPath, dockerfile: path }),
  };
}

export function platformsFrom(stated: readonly Placed[]): { platforms: Platforms; platformSite?: Site } {
  const [first] = stated;
  if (first === undefined) return { platforms: HOST };
  const list: Platform[] = [];
  for (const { text } of stated) {
    const whole = judged(text);
    const parsed = whole === undefined ? UNKNOWN_PLATFORMS : parsePlatforms(whole);
    if (parsed.kind === 'unknown') return { platforms: UNKNOWN_PLATFORMS, platformSite: first.site };
    if (parsed.kind === 'set')
      for (const one of parsed.list)
        if (!list.some((have) => have.os === one.os && have.arch === one.arch && have.variant === one.variant))
          list.push(one);
  }
  return list.length === 0 ? { platforms: HOST } : { platforms: { kind: 'set', list }, platformSite: first.site };
}

/** What the file says about one kind of attestation. */
export interface SaidInFile {
  readonly provenance?: Placed;
  readonly sbom?: Placed;
}

/**
 * The command line wins over the file. `off` without a site comes from the environment
 * (`BUILDX_NO_DEFAULT_ATTESTATIONS`), which only silences the default: what the file says in words still holds.
 */
export function attestationsOf(request: BuildRequest, file: SaidInFile): Attestations {
  const line = request.attestations ?? { provenance: 'default', sbom: 'default' };
  const fromLine = line.site !== undefined;
  const said = (what: 'provenance' | 'sbom'): { value: Attestations['provenance']; site?: Site } => {
    const written = file[what];
    const fromFile = written === undefined ? 'default' : readShorthand(written.text);
    if ((fromLine && line[what] !== 'default') || fromFile === 'default')
      return { value: line[what], ...defined({ site: line.site }) };
    return { value: fromFile, ...(written === undefined ? {} : { site: written.site }) };
  };
  const provenance = said('provenance');
  const sbom = said('sbom');
  const site = provenance.site ?? sbom.site;
  return {
    provenance: provenance.value,
    sbom: sbom.value,
    ...defined({ site, mistaken: line.mistaken }),
  };
}

export function driverFor(invocation: Invocation, request: BuildRequest): Driver {
  return request.driver ?? currentDriver(invocation, undefined, false);
}

/** Flags first, then what the file says, then what the driver does with a result nobody asked for. */
export function outputFor(
  request: BuildRequest,
  driver: Driver,
  fromFile: Build['output'] | undefined,
): Build['output'] {
  if (request.output !== undefined) return request.output;
  if (request.push) return 'registry';
  if (request.load === true) return 'store';
  if (fromFile !== undefined) return fromFile;
  return driver === 'docker' ? 'store' : driver === 'unknown' ? 'unknown' : 'nowhere';
}

/** The command line's arguments replace the file's of the same name. */
export function mergeArgs(fromFile: Build['buildArgs'], fromLine: BuildRequest['buildArgs']): Build['buildArgs'] {
  const said = new Set(fromLine?.map((one) => one.name));
  return [...fromFile.filter((one) => !said.has(one.name)), ...(fromLine ?? [])];
}
