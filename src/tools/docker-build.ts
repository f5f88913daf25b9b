/** `docker build` and its look-alikes → Build facts. */
import type { Attestations, BaseImage, Build, BuildTool, Driver, NamedRef } from '../model/facts.ts';
import { parseImageRef } from '../core/image-ref.ts';
import { HOST, UNKNOWN_PLATFORMS, parsePlatforms, type Platform, type Platforms } from '../core/platform.ts';
import type { Site } from '../core/site.ts';
import { judged } from '../core/sealed.ts';
import { concat, known, literal, textKey, type Text } from '../core/text.ts';
import { cachesOf } from '../parsers/compose/build-cache.ts';
import { dockerfileAt, pipedBaseImage, resolveBaseImage } from '../parsers/dockerfile/run.ts';
import type { Arg, CommandResult, Invocation } from '../project/evaluation.ts';
import { readAttestations } from './attestations.ts';
import { BUILD } from './docker-grammar.ts';
import { steering, switched } from './environment.ts';
import { judgePositionals, parseOptions, type Option, type Options } from './options.ts';
import { cut, head, isOn, split } from './texts.ts';
import { defined } from '../core/optional.ts';

export interface BuildCommand {
  readonly tool: Extract<BuildTool, 'docker' | 'buildx' | 'podman' | 'buildah' | 'nerdctl' | 'finch' | 'depot'>;
  /** `docker buildx build` */
  readonly label: string;
  /** The subcommand's own word: flags can be inserted after it. */
  readonly word: Arg;
  readonly args: readonly Arg[];
  /** `--builder` said before the subcommand. */
  readonly builder?: Text;
}

export function build(invocation: Invocation, command: BuildCommand): CommandResult {
  const options = parseOptions(command.args, BUILD);
  if (onlyLooks(options)) return {};
  const { taken, unknown } = judgePositionals(options.positionals, 1);
  const hidden = unknown.length + options.unknown.length > 0;
  const docker = command.tool === 'docker' || command.tool === 'buildx';
  const legacyBuilder = docker && command.tool === 'docker' && switched(invocation, 'DOCKER_BUILDKIT') === 'off';
  const driver = legacyBuilder ? 'docker' : driverOf(invocation, command, options);
  const { value: platforms, site: platformSite } = platformsOf(invocation, options, { hidden, docker });
  const context = contextOf(invocation, taken[0]);
  const dockerfile = dockerfileOf(invocation, command.tool, options, context);
  const buildArgs = buildArgsOf(invocation, options);
  const target = options.value('--target');
  const request = { buildArgs, platforms, ...defined({ target }) };
  const piped = isPiped(options, taken[0]);
  const base = piped
    ? pipedBaseImage(invocation.world.readings, invocation.stdin, invocation.site, {
        ...request,
        buildArgs: argumentValues(buildArgs),
      })
    : baseOf(invocation, dockerfile, request);
  const names = namesOf(options);
  const insertFlagAt = insertionPoint(invocation, command.word);
  const output = outputOf(options, command.tool, driver, hidden);
  invocation.emit({
    kind: 'build',
    site: invocation.site,
    tool: command.tool,
    label: command.label,
    names,
    platforms,
    ...defined({ platformSite, dockerfile, context, target }),
    buildArgs,
    attestations: attestationsOf(invocation, options, command.tool, hidden),
    driver,
    output,
    host: invocation.frame.machine.host,
    ...(legacyBuilder ? { legacyBuilder } : {}),
    ...defined({ base }),
    ...(piped && base === undefined ? { unseen: true } : {}),
    emulation: invocation.frame.machine.emulation,
    ...cachesOf(
      options
        .all('--cache-to')
        .flatMap(({ value, valueArg }) => (value === undefined ? [] : [{ text: value, site: valueArg.site }])),
    ),
    ...defined({ insertFlagAt }),
  });
  const onErrors = !legacyBuilder && BY_BUILDKIT.has(command.tool);
  const quiet = options.has('--quiet') || judged(options.value('--progress')) === 'quiet';
  return {
    long: { what: 'build', label: command.label, ...(quiet ? { quiet } : {}), ...(onErrors ? { onErrors } : {}) },
    makes: names.map(({ ref }) => ref),
    ...(output === 'registry' ? { sends: names.map(({ ref }) => ref) } : {}),
  };
}

/** BuildKit's progress goes to standard error; the builder before it prints. */
const BY_BUILDKIT: ReadonlySet<string> = new Set(['docker', 'buildx', 'depot']);

/** `--help`, `--check`, `--call=outline`: evaluates the Dockerfile and builds nothing. */
function onlyLooks(options: Options): boolean {
  const call = judged(options.value('--call') ?? options.value('--print'));
  return options.has('--check') || options.has('--help') || (call !== undefined && call !== 'build');
}

function namesOf(options: Options): NamedRef[] {
  return [...options.all('--tag'), ...options.all('--manifest')]
    .filter((option) => option.value !== undefined && option.value.length > 0)
    .map((option) => ({ ref: parseImageRef(option.value ?? []), site: option.valueArg.site }));
}

interface StatedPlatforms {
  readonly value: Platforms;
  readonly site?: Site;
}

export function platformsOf(
  invocation: Invocation,
  options: Options,
  { hidden, docker }: { hidden: boolean; docker: boolean },
): StatedPlatforms {
  const stated = options.all('--platform').filter((option) => option.value !== undefined && option.value.length > 0);
  if (stated.length > 0) return { value: joinPlatforms(stated), site: stated[0]!.valueArg.site };
  const arch = options.last('--arch');
  if (arch?.value !== undefined) {
    const os = options.value('--os') ?? literal('linux');
    const variant = options.value('--variant');
    const text = judged(
      concat(os, literal('/'), arch.value, variant === undefined ? [] : concat(literal('/'), variant)),
    );
    return { value: text === undefined ? UNKNOWN_PLATFORMS : parsePlatforms(text), site: arch.valueArg.site };
  }
  if (docker) {
    const byDefault = steering(invocation, 'DOCKER_DEFAULT_PLATFORM');
    if (byDefault !== undefined) {
      const text = judged(byDefault);
      return { value: text === undefined ? UNKNOWN_PLATFORMS : parsePlatforms(text), site: invocation.site };
    }
  }
  return { value: hidden ? UNKNOWN_PLATFORMS : HOST };
}

/** `--platform` may be repeated and may list several. */
export function joinPlatforms(stated: readonly Option[]): Platforms {
  const list: Platform[] = [];
  for (const { value } of stated) {
    const text = judged(value);
    const read = text === undefined ? UNKNOWN_PLATFORMS : parsePlatforms(text === 'local' ? '' : text);
    if (read.kind === 'unknown') return UNKNOWN_PLATFORMS;
    if (read.kind === 'set')
      list.push(
        ...read.list.filter(
          (one) => !list.some((have) => have.os === one.os && have.arch === one.arch && have.variant === one.variant),
        ),
      );
  }
  return list.length === 0 ? HOST : { kind: 'set', list };
}

// ── context and Dockerfile ──────────────────────────────────────────────────────────────────────

const NOT_A_FOLDER = /^(?:https?:\/\/|git:\/\/|git@|ssh:\/\/|github\.com\/|docker-image:\/\/|oci-layout:\/\/)/;

function contextOf(invocation: Invocation, arg: Arg | undefined): string | undefined {
  if (arg === undefined || NOT_A_FOLDER.test(head(arg.text)) || judged(arg.text) === '-') return undefined;
  return invocation.path(arg.text);
}

const inside = (folder: string, name: string): string => (folder === '' || folder === '.' ? name : `${folder}/${name}`);

function dockerfileOf(
  invocation: Invocation,
  tool: BuildTool,
  options: Options,
  context: string | undefined,
): string | undefined {
  const said = options.value('--file');
  const { readings } = invocation.world;
  if (said !== undefined) {
    if (judged(said) === '-' || NOT_A_FOLDER.test(head(said))) return undefined;
    const direct = invocation.path(said);
    if (direct === undefined || readings.exists(direct) || context === undefined) return direct;
    // Docker looks from the working directory; Podman and people who are wrong about that look from the context.
    const text = judged(said);
    const fromContext =
      text === undefined || text.startsWith('/') ? undefined : inside(context, text.replace(/^\.\//, ''));
    return fromContext !== undefined && readings.exists(fromContext) ? fromContext : direct;
  }
  if (context === undefined) return undefined;
  const containerfile = inside(context, 'Containerfile');
  if ((tool === 'podman' || tool === 'buildah') && readings.exists(containerfile)) return containerfile;
  return inside(context, 'Dockerfile');
}

function buildArgsOf(invocation: Invocation, options: Options): Build['buildArgs'] {
  return options.all('--build-arg').flatMap(({ value, valueArg }) => {
    if (value === undefined) return [];
    const assigned = cut(value, '=');
    const name = known(assigned === undefined ? value : assigned[0]);
    if (name === undefined || name === '') return [];
    // `--build-arg NAME` alone passes the variable of that name on.
    const passed = assigned === undefined ? invocation.env(name) : assigned[1];
    return [{ name, ...defined({ value: passed }), site: valueArg.site }];
  });
}

/** `-f -`, or `-` in place of the context. */
function isPiped(options: Options, context: Arg | undefined): boolean {
  const said = options.value('--file');
  return said === undefined ? context !== undefined && known(context.text) === '-' : known(said) === '-';
}

function argumentValues(buildArgs: Build['buildArgs']): ReadonlyMap<string, Text> {
  return new Map(buildArgs.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])));
}

export function baseOf(
  invocation: Invocation,
  dockerfile: string | undefined,
  request: { readonly buildArgs: Build['buildArgs']; readonly platforms: Platforms; readonly target?: Text },
): BaseImage | undefined {
  const reading = dockerfileAt(invocation.world.readings, dockerfile);
  if (reading === undefined) return undefined;
  invocation.world.called.add(reading.file);
  return resolveBaseImage(reading, {
    buildArgs: argumentValues(request.buildArgs),
    platforms: request.platforms,
    ...defined({ target: request.target }),
  });
}

// ── attestations, builder, output ───────────────────────────────────────────────────────────────

function attestationsOf(invocation: Invocation, options: Options, tool: BuildTool, hidden: boolean): Attestations {
  // Only buildx reads the variable; Depot's own client doesn't.
  const noDefault =
    tool === 'docker' || tool === 'buildx' ? switched(invocation, 'BUILDX_NO_DEFAULT_ATTESTATIONS') : 'unset';
  return readAttestations(options, { hidden, noDefault });
}

export function driverNamed(invocation: Invocation, builder: Text): Driver {
  const { machine } = invocation.frame;
  const named = machine.builders.get(textKey(builder));
  if (named !== undefined) return named;
  const name = judged(builder);
  return name === 'default' || name === 'desktop-linux' ? 'docker' : 'unknown';
}

/**
 * `--builder`, then `BUILDX_BUILDER`, then the selected one — which plain `docker build` ignores unless buildx is
 * installed as its alias.
 */
export function currentDriver(invocation: Invocation, builder: Text | undefined, plainDocker: boolean): Driver {
  const named = builder ?? steering(invocation, 'BUILDX_BUILDER');
  if (named !== undefined) return driverNamed(invocation, named);
  const { machine } = invocation.frame;
  return plainDocker && machine.buildxInstalled !== true ? 'docker' : machine.driver;
}

function driverOf(invocation: Invocation, command: BuildCommand, options: Options): Driver {
  if (command.tool === 'depot') return 'cloud';
  if (command.tool !== 'docker' && command.tool !== 'buildx') return 'none';
  return currentDriver(invocation, options.value('--builder') ?? command.builder, command.tool === 'docker');
}

export function readOutput(value: Text): Build['output'] {
  const fields = new Map<string, string | undefined>();
  for (const field of split(value, ',')) {
    const assigned = cut(field, '=');
    const key = judged(assigned?.[0] ?? field)?.trim();
    if (key === undefined) return 'unknown';
    fields.set(key, assigned === undefined ? '' : judged(assigned[1]));
  }
  if (!fields.has('type')) return 'file';
  const type = fields.get('type');
  switch (type) {
    case 'registry':
      return 'registry';
    case 'image':
      return !fields.has('push')
        ? 'store'
        : fields.get('push') === 'true'
          ? 'registry'
          : fields.get('push') === undefined
            ? 'unknown'
            : 'store';
    case 'docker':
      return fields.has('dest') ? 'file' : 'store';
    case 'oci':
    case 'tar':
    case 'local':
      return 'file';
    case 'cacheonly':
      return 'nowhere';
    default:
      return 'unknown';
  }
}

function outputOf(options: Options, tool: BuildTool, driver: Driver, hidden: boolean): Build['output'] {
  const pushed = options.last('--push');
  if (pushed !== undefined && isOn(pushed.value))
    return pushed.value !== undefined && judged(pushed.value) === undefined ? 'unknown' : 'registry';
  const outputs = options.all('--output').flatMap(({ value }) => (value === undefined ? [] : [readOutput(value)]));
  if (outputs.includes('registry')) return 'registry';
  if (outputs.length > 0) return outputs.find((one) => one !== 'file') ?? outputs[0]!;
  const loaded = options.last('--load');
  if (loaded !== undefined && isOn(loaded.value)) return 'store';
  if (tool === 'podman' || tool === 'buildah' || tool === 'nerdctl' || tool === 'finch') return 'store';
  if (hidden) return 'unknown';
  if (driver === 'docker') return 'store';
  return driver === 'unknown' ? 'unknown' : 'nowhere';
}

/** Right after the subcommand, where the subcommand is a word of its own in the same file. */
export function insertionPoint(invocation: Invocation, word: Arg): number | undefined {
  const text = judged(word.text);
  const { span, file } = word.site;
  return text !== undefined && file === invocation.site.file && span.end - span.start === text.length
    ? span.end
    : undefined;
}
