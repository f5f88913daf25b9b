/** docker/build-push-action, and Depot's twin of it. */
import type { Attestations, Build, Driver, NamedRef } from '../../../model/facts.ts';
import { parseImageRef } from '../../../core/image-ref.ts';
import { HOST, UNKNOWN_PLATFORMS, parsePlatforms, type Platforms } from '../../../core/platform.ts';
import type { Site } from '../../../core/site.ts';
import { concat, known, literal, show, type Text } from '../../../core/text.ts';
import { cachesOf } from '../../compose/build-cache.ts';
import { dockerfileAt, resolveBaseImage } from '../../dockerfile/run.ts';
import type { ActionCall } from './action.ts';
import { choices, flag, type Choice } from './alternatives.ts';
import { deployUnderFate } from './deploys.ts';
import { fieldsOf } from '../../../syntax/fields.ts';
import { atLeast, parseVersion } from './version.ts';
import { defined, oneOrNone } from '../../../core/optional.ts';

const INPUTS = ['context', 'file', 'platforms', 'push', 'load', 'provenance', 'sbom', 'target', 'builder'];
const LISTS = [
  { name: 'tags' },
  { name: 'cache-to', separators: 'lines' as const },
  { name: 'attests', separators: 'lines' as const },
  { name: 'outputs', separators: 'lines' as const },
  { name: 'build-args', separators: 'lines' as const },
];

export function buildPush(call: ActionCall): void {
  for (const choice of choices(call, INPUTS, LISTS)) emitBuild(call, choice, 'build-push-action');
  const pushes = call.input('push')?.some(({ value }) => known(value) === 'true') ?? false;
  deployUnderFate(call, pushes ? 'push' : 'build');
}

export function depotBuildPush(call: ActionCall): void {
  for (const choice of choices(call, INPUTS, LISTS)) emitBuild(call, choice, 'depot');
  deployUnderFate(call, 'build');
}

function emitBuild(call: ActionCall, choice: Choice, tool: 'build-push-action' | 'depot'): void {
  const { machine } = call.frame;
  const context = contextOf(call, choice.input('context'));
  const dockerfile = dockerfileOf(call, choice.input('file'), context);
  const platforms = platformsOf(call, choice.input('platforms'));
  const driver = tool === 'depot' ? 'cloud' : driverOf(call, choice.input('builder'));
  const outputs = choice.items('outputs').map(({ text, site }) => ({ ...exportOf(text), site }));
  const buildArgs = choice.items('build-args').map(({ text, site }) => buildArg(text, site));
  const target = choice.input('target');
  const reading = dockerfileAt(call.world.readings, dockerfile);
  const version = known(literal(call.version)) === '' ? undefined : call.version;
  const names: NamedRef[] = [
    ...choice.items('tags').map(({ text, site }) => ({ ref: parseImageRef(text), site })),
    ...outputs.flatMap(({ names: listed, site }) => listed.map((text) => ({ ref: parseImageRef(text), site }))),
  ];
  const platformSite = call.inputSite('platforms');
  call.emit(
    {
      kind: 'build',
      site: call.site,
      tool,
      label:
        version === undefined
          ? call.name
          : `${call.name}@${/^[0-9a-f]{40}$/.test(version) ? version.slice(0, 7) : version}`,
      names,
      platforms,
      ...(platforms.kind === 'host' || platformSite === undefined ? {} : { platformSite }),
      ...defined({ dockerfile, context }),
      ...(target === undefined || target.length === 0 ? {} : { target }),
      buildArgs,
      attestations: attestationsOf(call, choice, tool),
      driver,
      output: outputOf(choice, outputs, driver),
      host: tool === 'depot' ? { kind: 'ci', label: 'Depot' } : machine.host,
      ...defined({ toolVersion: version }),
      ...(reading !== undefined
        ? {
            base: resolveBaseImage(reading, {
              buildArgs: new Map(
                buildArgs.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
              ),
              platforms,
              ...(target === undefined || target.length === 0 ? {} : { target }),
            }),
          }
        : {}),
      emulation: tool === 'depot' ? 'set up' : machine.emulation,
      ...cachesOf(choice.items('cache-to')),
    },
    choice.when,
  );
}

/** Without `context:` the action builds the repository at the commit: the project's root. */
export function contextOf(call: ActionCall, said: Text | undefined): string | undefined {
  const text = said === undefined ? '' : known(said);
  if (text === undefined) return undefined;
  const plain = text.trim().replace(/^\{\{\s*defaultContext\s*\}\}:?/, '');
  if (/^(?:[a-z+]+:\/\/|git@|github\.com\/)/i.test(plain)) return undefined;
  return call.resolve(literal(plain));
}

function dockerfileOf(call: ActionCall, said: Text | undefined, context: string | undefined): string | undefined {
  const text = said === undefined ? '' : known(said)?.trim();
  if (text === undefined) return undefined;
  if (text !== '') return call.resolve(literal(text));
  return context === undefined ? undefined : context === '' ? 'Dockerfile' : `${context}/Dockerfile`;
}

function platformsOf(call: ActionCall, said: Text | undefined): Platforms {
  const text = said ?? call.env('DOCKER_DEFAULT_PLATFORM')?.[0]?.value;
  if (text === undefined || text.length === 0) return HOST;
  const value = known(text);
  return value === undefined ? UNKNOWN_PLATFORMS : parsePlatforms(value.replaceAll(/\s*\n\s*/g, ','));
}

function driverOf(call: ActionCall, builder: Text | undefined): Driver {
  const { machine } = call.frame;
  if (builder === undefined || builder.length === 0) return machine.driver;
  const name = known(builder);
  return name === undefined
    ? machine.driver === 'docker'
      ? 'unknown'
      : machine.driver
    : (machine.builders.get(name) ?? 'unknown');
}

function buildArg(text: Text, site: Site): Build['buildArgs'][number] {
  const [head] = text;
  const equals = typeof head === 'string' ? head.indexOf('=') : -1;
  if (typeof head !== 'string' || equals === -1) return { name: show(text), site };
  return { name: head.slice(0, equals).trim(), value: concat(literal(head.slice(equals + 1)), text.slice(1)), site };
}

interface Export {
  readonly kind: Build['output'];
  readonly names: readonly Text[];
}

/** One line of `outputs:`: `type=image,name=…,push=true`. */
function exportOf(text: Text): Export {
  const fields = fieldsOf(text);
  const type = known(fields.get('type'));
  const push = fields.get('push');
  const names = fields.get('name');
  const named = oneOrNone(names);
  if (type === undefined) return { kind: known(text) === undefined ? 'unknown' : 'file', names: named };
  if (type === 'registry') return { kind: 'registry', names: named };
  if (type === 'image')
    return {
      kind:
        push === undefined
          ? 'nowhere'
          : flag(push) === undefined
            ? 'unknown'
            : flag(push) === true
              ? 'registry'
              : 'nowhere',
      names: named,
    };
  if (type === 'docker') return { kind: fields.has('dest') ? 'file' : 'store', names: named };
  return { kind: type === 'cacheonly' ? 'nowhere' : 'file', names: named };
}

function outputOf(choice: Choice, outputs: readonly Export[], driver: Driver): Build['output'] {
  const push = flag(choice.input('push'));
  if (push === true || outputs.some(({ kind }) => kind === 'registry')) return 'registry';
  if (push === undefined || outputs.some(({ kind }) => kind === 'unknown')) return 'unknown';
  const load = flag(choice.input('load'));
  if (load === true) return 'store';
  const [first] = outputs;
  if (first !== undefined) return first.kind;
  if (load === undefined || driver === 'unknown') return 'unknown';
  // The docker driver is the engine itself, so what it builds it keeps.
  return driver === 'docker' ? 'store' : 'nowhere';
}

/** `provenance:`, `sbom:` and `attests:`, and what the action says where its user doesn't. */
export function attestationsOf(
  call: ActionCall,
  choice: Choice,
  tool: 'build-push-action' | 'bake-action' | 'depot',
): Attestations {
  const version = parseVersion(call.version);
  const fields = choice.items('attests').map(({ text, site }) => ({ fields: fieldsOf(text), site }));
  const attest = (type: string): { is: 'on' | 'off' | 'unknown'; site: Site } | undefined => {
    const found = fields.find((one) => known(one.fields.get('type')) === type);
    if (found === undefined) return undefined;
    const disabled = found.fields.get('disabled');
    return {
      is:
        disabled === undefined
          ? 'on'
          : known(disabled) === undefined
            ? 'unknown'
            : flag(disabled) === true
              ? 'off'
              : 'on',
      site: found.site,
    };
  };
  const byAttest = attest('provenance');
  const said = choice.input('provenance');
  const sbomSaid = choice.input('sbom');
  const sbom = attest('sbom')?.is ?? stated(sbomSaid);
  const provenance = byAttest?.is ?? stated(said);
  const site = byAttest?.site ?? (said === undefined ? call.inputSite('sbom') : call.inputSite('provenance'));
  const placed = site === undefined ? {} : { site };
  if (provenance !== 'default' || tool === 'depot') return { provenance, sbom, ...placed };
  const honoured = atLeast(version, tool === 'bake-action' ? [6, 6, 0] : [6, 16, 0]);
  const variable = call.env('BUILDX_NO_DEFAULT_ATTESTATIONS');
  const values = variable?.map(({ value }) => known(value)) ?? [];
  const off =
    values.length > 0 && values.every((value) => value !== undefined && /^(?:1|t|T|true|True|TRUE)$/.test(value));
  if (off && honoured === true) return { provenance: 'off', sbom, ...placed };
  if (off && honoured === undefined) return { provenance: 'unknown', sbom, ...placed };
  if (off)
    return {
      provenance: 'default',
      sbom,
      ...placed,
      mistaken: { text: `BUILDX_NO_DEFAULT_ATTESTATIONS with ${call.name}@${call.version}`, site: call.site },
    };
  if (values.includes(undefined)) return { provenance: 'unknown', sbom, ...placed };
  // 3.3.1 switched its own default off again; 4.0.0 brought it back.
  const switchedOff =
    tool === 'build-push-action' && atLeast(version, [3, 3, 1]) === true && atLeast(version, [4, 0, 0]) === false;
  return { provenance: switchedOff ? 'off' : 'default', sbom, ...placed };
}

function stated(text: Text | undefined): 'on' | 'off' | 'default' | 'unknown' {
  if (text === undefined || text.length === 0) return 'default';
  const value = known(text)?.trim();
  if (value === undefined)
    return text.some((part) => typeof part === 'string' && part.includes('mode=')) ? 'on' : 'unknown';
  return /^(?:0|f|false)$/i.test(value) ? 'off' : 'on';
}
