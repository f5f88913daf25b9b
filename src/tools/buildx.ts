/** `docker buildx …` besides building: builders, bake, and images made inside a registry. */
import type { Driver } from '../model/facts.ts';
import { parseImageRef } from '../core/image-ref.ts';
import { judged } from '../core/sealed.ts';
import { literal, textKey, type Text } from '../core/text.ts';
import { bake as bakeFiles } from '../parsers/bake/run.ts';
import type { BakeRequest } from '../parsers/compose/build-request.ts';
import type { Arg, CommandResult, Invocation } from '../project/evaluation.ts';
import { readAttestations } from './attestations.ts';
import { BAKE, BUILDX_CREATE, IMAGETOOLS } from './docker-grammar.ts';
import { build, driverNamed, insertionPoint, joinPlatforms } from './docker-build.ts';
import { switched } from './environment.ts';
import { parseOptions, type Options } from './options.ts';
import { either } from './probes.ts';
import { cut, head, isOn, isOpaque } from './texts.ts';
import { defined } from '../core/optional.ts';

export function buildx(invocation: Invocation, args: readonly Arg[], outerBuilder?: Text): CommandResult {
  const globals = parseOptions(args, { values: ['--builder'], stopAtPositional: true });
  const [word, ...rest] = globals.positionals;
  const builder = globals.value('--builder') ?? outerBuilder;
  switch (judged(word?.text)) {
    case 'build':
    case 'b':
      return build(invocation, {
        tool: 'buildx',
        label: 'docker buildx build',
        word: word!,
        args: rest,
        ...defined({ builder }),
      });
    case 'bake':
    case 'f':
      return bake(invocation, rest, {
        label: 'docker buildx bake',
        word: word!,
        ...defined({ builder }),
      });
    case 'create':
      return create(invocation, rest);
    case 'use':
      return use(invocation, rest);
    case 'rm':
      return remove(invocation, rest);
    case 'install':
      invocation.frame.machine.buildxInstalled = true;
      return {};
    case 'uninstall':
      invocation.frame.machine.buildxInstalled = false;
      return {};
    case 'imagetools':
      return imagetools(invocation, rest);
    case 'inspect':
    case 'ls':
    case 'version':
    case 'du':
      return either({});
    default:
      return {};
  }
}

const DRIVERS: ReadonlyMap<string, Driver> = new Map([
  ['docker', 'docker'],
  ['docker-container', 'docker-container'],
  ['kubernetes', 'kubernetes'],
  ['remote', 'remote'],
  ['cloud', 'cloud'],
]);

function create(invocation: Invocation, args: readonly Arg[]): CommandResult {
  const options = parseOptions(args, BUILDX_CREATE);
  const { machine } = invocation.frame;
  const said = options.value('--driver');
  const text = judged(said);
  const driver: Driver =
    said === undefined ? 'docker-container' : text === undefined ? 'unknown' : (DRIVERS.get(text) ?? 'unknown');
  const name = options.value('--name');
  if (name !== undefined) machine.builders.set(textKey(name), driver);
  if (options.has('--use')) machine.driver = driver;
  // A node elsewhere may be native to the other CPU; nobody can tell from here.
  if (
    (driver === 'kubernetes' || driver === 'remote' || driver === 'cloud' || options.positionals.length > 0) &&
    machine.emulation === 'not set up'
  )
    machine.emulation = 'unknown';
  return { stdout: name ?? literal('builder') };
}

function use(invocation: Invocation, args: readonly Arg[]): CommandResult {
  const [name] = parseOptions(args, { values: ['--builder'] }).positionals;
  if (name !== undefined) invocation.frame.machine.driver = driverNamed(invocation, name.text);
  return {};
}

function remove(invocation: Invocation, args: readonly Arg[]): CommandResult {
  const { machine } = invocation.frame;
  for (const { text } of parseOptions(args, { values: ['--builder', '--timeout'] }).positionals) {
    if (machine.builders.get(textKey(text)) === machine.driver) machine.driver = 'docker';
    machine.builders.delete(textKey(text));
  }
  return {};
}

/** Copies manifests inside a registry; a single source becomes an index unless told not to. */
function imagetools(invocation: Invocation, args: readonly Arg[]): CommandResult {
  const [word, ...rest] = args;
  if (judged(word?.text) !== 'create') return either({});
  const options = parseOptions(rest, IMAGETOOLS);
  if (options.has('--dry-run')) return {};
  const preferIndex = options.last('--prefer-index');
  const sources = options.positionals;
  const makesIndex = sources.length !== 1 || preferIndex === undefined || isOn(preferIndex.value);
  for (const target of options.all('--tag')) {
    for (const source of sources) {
      invocation.emit({
        kind: 'tag',
        site: invocation.site,
        tool: 'docker buildx imagetools create',
        source: parseImageRef(source.text),
        sourceSite: source.site,
        target: parseImageRef(target.value ?? []),
        targetSite: target.valueArg.site,
        remote: true,
        makesIndex,
      });
    }
  }
  return {
    long: { what: 'push', label: 'docker buildx imagetools create' },
    sends: options.all('--tag').map(({ value = [] }) => parseImageRef(value)),
  };
}

// ── bake ────────────────────────────────────────────────────────────────────────────────────────

export interface BakeCommand {
  readonly label: string;
  readonly word: Arg;
  readonly builder?: Text;
  /** Depot builds in its own cloud. */
  readonly driver?: Driver;
}

export function bake(invocation: Invocation, args: readonly Arg[], command: BakeCommand): CommandResult {
  const options = parseOptions(args, BAKE);
  if (options.has('--print') || options.has('--check') || options.has('--list')) return {};
  const sets = options
    .all('--set')
    .flatMap(({ value, valueArg }) => (value === undefined ? [] : [{ text: value, site: valueArg.site }]));
  const builder = options.value('--builder') ?? command.builder;
  const driver = command.driver ?? (builder === undefined ? undefined : driverNamed(invocation, builder));
  const insertFlagAt = insertionPoint(invocation, command.word);
  const request: BakeRequest = {
    label: command.label,
    folder: invocation.path(literal('.')) ?? '',
    files: pathsOf(invocation, options),
    targets: options.positionals.flatMap(({ text }) => judged(text) ?? []),
    attestations: readAttestations(options, {
      hidden: options.unknown.length > 0 || options.positionals.some(({ text }) => isOpaque(text)),
      noDefault: command.driver === 'cloud' ? 'unset' : switched(invocation, 'BUILDX_NO_DEFAULT_ATTESTATIONS'),
    }),
    ...platformSets(sets),
    ...defined({ driver }),
    push: options.has('--push') && isOn(options.value('--push')),
    load: options.has('--load') && isOn(options.value('--load')),
    sets,
    ...defined({ insertFlagAt }),
  };
  bakeFiles(invocation, request);
  return { long: { what: 'build', label: command.label, onErrors: true } };
}

export function pathsOf(invocation: Invocation, options: Options): string[] {
  return options
    .all('--file')
    .flatMap(({ value }) => (value === undefined || judged(value) === '-' ? [] : (invocation.path(value) ?? [])));
}

/** `--set *.platform=linux/arm64` speaks for every target. */
function platformSets(sets: NonNullable<BakeRequest['sets']>): Pick<BakeRequest, 'platforms'> {
  const found = sets.filter(({ text }) => head(text).startsWith('*.platform='));
  if (found.length === 0) return {};
  const stated = found.map(({ text, site }) => {
    const arg = { text: cut(text, '=')?.[1] ?? [], site, range: [site.span.start, site.span.end] as const };
    return { name: '--platform', value: arg.text, valueArg: arg, flagArg: arg };
  });
  return { platforms: { value: joinPlatforms(stated), site: found[0]!.site } };
}
