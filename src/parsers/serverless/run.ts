/**
 * A Serverless Framework service: `docker build` and `docker push` for each of its images, and the functions that take
 * them by digest.
 */
import type { Attestations, Build, ImageSource, Workload } from '../../model/facts.ts';
import { always, both, type Values, type When } from '../../core/choices.ts';
import { parseImageRef } from '../../core/image-ref.ts';
import { HOST, UNKNOWN_PLATFORMS, cpuOf, parsePlatforms, type Platforms } from '../../core/platform.ts';
import { indexLines, siteOf, type Lines, type Site } from '../../core/site.ts';
import { concat, hole, isKnown, known, literal, type Text } from '../../core/text.ts';
import type { FunctionFile, ServerlessFunction, ServerlessImage, ServerlessReading, Written } from './reading.ts';
import { dockerfileAt, resolveBaseImage } from '../dockerfile/run.ts';
import type { Frame, World } from '../../project/evaluation.ts';
import { evaluateTemplate } from '../cloudformation/run.ts';
import { localPath } from '../cloudformation/nested.ts';
import { MEGA, tooLong } from '../../syntax/length.ts';
import { SERVICES } from '../../services/index.ts';
import { NOTHING, Variables, type Given } from './variables.ts';
import { defined } from '../../core/optional.ts';

/** Somebody deploys the service: with what, and what the environment says to the builds. */
export interface Deployed extends Given {
  readonly platform?: Text | undefined;
  /** `BUILDX_NO_DEFAULT_ATTESTATIONS`, or a builder that knows of none. */
  readonly noProvenance: 'on' | 'off' | 'unset' | 'unknown';
}

interface Service {
  readonly world: World;
  readonly reading: ServerlessReading;
  readonly frame: Frame;
  readonly variables: Variables;
  readonly deployed: Deployed;
  /** Distinguishes this deploy of the service from others. */
  readonly identity: string;
}

export function evaluateServerless(
  world: World,
  reading: ServerlessReading,
  frame: Frame,
  deployed: Deployed = { ...NOTHING, noProvenance: 'unset' },
): void {
  // Serverless deploys to other clouds, too.
  const cloud = reading.values['provider.name'] ?? reading.values['provider'] ?? 'aws';
  if (cloud !== 'aws' && !cloud.includes('${')) return;
  const identity = [`serverless ${reading.file}`, ...frame.via.map((hop) => `${hop.file}:${hop.span.start}`)].join(
    ' > ',
  );
  const service: Service = { world, reading, frame, deployed, variables: new Variables(reading, deployed), identity };
  for (const image of reading.images) if (image.path !== undefined) build(service, image, image.path);
  for (const one of reading.functions) workload(service, { one, lines: reading.lines, named: reading.lines });
  for (const file of reading.functionFiles)
    for (const placed of functionsFrom(service, file)) workload(service, placed);
  resources(service);
}

/** The service's own part of the stack's template. */
function resources(service: Service): void {
  const { world, reading, frame, variables } = service;
  const region = regionOf(service);
  const stackName = concat(serviceName(service), literal('-'), stageName(service));
  const fill = (text: string): Values => variables.inTemplate(text);
  const call = { parameters: new Map(), frame, fill, stackName, ...defined({ region }) };
  if (reading.resources !== undefined) evaluateTemplate(world, reading.resources, call);
  for (const file of reading.resourceFiles) {
    const path = localPath(reading.file, file);
    const found = path === undefined ? undefined : world.readings.get(path);
    if (found?.kind !== 'template') continue;
    world.called.add(found.file);
    evaluateTemplate(world, found, call);
  }
}

function site({ reading, frame }: Service, { range }: Pick<Written, 'range'>): Site {
  return siteOf(reading.lines, range, frame.via);
}

function assetOf({ identity }: Service, image: ServerlessImage): string {
  return `${identity}#${image.name.value}`;
}

// ── images ──────────────────────────────────────────────────────────────────────────────────────

function build(service: Service, image: ServerlessImage, path: Written): void {
  const { world, frame, deployed } = service;
  const options = optionsOf(image);
  const place = dockerfileOf(service, image, path);
  const args: Build['buildArgs'] = image.buildArgs.map(({ name, value }) => {
    const text = only(service.variables.resolve(value.value));
    return { name, ...defined({ value: text }), site: site(service, value) };
  });
  const stated = image.platform ?? options.platform;
  const platforms: Values =
    stated === undefined ? always(deployed.platform ?? literal('')) : service.variables.resolve(stated.value);
  for (const { value, when } of platforms) {
    const chosen: Platforms = isKnown(value)
      ? known(value) === ''
        ? HOST
        : parsePlatforms(known(value) ?? '')
      : UNKNOWN_PLATFORMS;
    const read = dockerfileAt(world.readings, place?.dockerfile);
    const given = new Map(args.flatMap((one) => (one.value === undefined ? [] : [[one.name, one.value] as const])));
    world.emit(
      {
        kind: 'build',
        tool: 'serverless',
        label: `serverless image ${image.name.value}`,
        names: [],
        called: image.name.value,
        asset: assetOf(service, image),
        platforms: chosen,
        ...(stated === undefined ? {} : { platformSite: site(service, stated) }),
        ...place,
        buildArgs: args,
        attestations: attestations(service, image.provenance ?? options.provenance),
        driver: frame.machine.buildxInstalled === true ? frame.machine.driver : 'docker',
        output: 'store',
        host: frame.machine.host,
        ...(read !== undefined ? { base: resolveBaseImage(read, { buildArgs: given, platforms: chosen }) } : {}),
        site: site(service, image.name),
        origin: assetOf(service, image),
        when,
      },
      frame,
    );
  }
}

/** `buildOptions` go to `docker build` as they are. */
function optionsOf({ buildOptions }: ServerlessImage): { platform?: Written; provenance?: Written } {
  const find = (flag: string): Written | undefined => {
    for (const [index, option] of buildOptions.entries()) {
      const next = buildOptions[index + 1];
      if (option.value === flag && next !== undefined) return next;
      if (option.value.startsWith(`${flag}=`))
        return { value: option.value.slice(flag.length + 1), range: option.range };
    }
    return undefined;
  };
  const [platform, provenance] = [find('--platform'), find('--provenance')];
  return { ...defined({ platform, provenance }) };
}

function attestations(service: Service, said: Written | undefined): Attestations {
  const { noProvenance } = service.deployed;
  if (said === undefined || said.value === '')
    return {
      provenance: noProvenance === 'on' ? 'off' : noProvenance === 'unknown' ? 'unknown' : 'default',
      sbom: 'default',
    };
  const value = known(only(service.variables.resolve(said.value)) ?? hole('provenance'));
  return {
    provenance: value === undefined ? 'unknown' : value === 'false' ? 'off' : 'on',
    sbom: 'default',
    site: site(service, said),
  };
}

function dockerfileOf(
  service: Service,
  image: ServerlessImage,
  path: Written,
): { dockerfile: string; context: string } | undefined {
  const folder = known(only(service.variables.resolve(path.value)));
  const file = image.file === undefined ? 'Dockerfile' : known(only(service.variables.resolve(image.file.value)));
  const { file: own } = service.reading;
  const home = own.includes('/') ? own.slice(0, own.lastIndexOf('/')) : '';
  const context = folder === undefined ? undefined : joined(home, folder);
  const dockerfile = context === undefined || file === undefined ? undefined : joined(context, file);
  return context === undefined || dockerfile === undefined ? undefined : { dockerfile, context };
}

/** Project-relative; undefined for what leaves the project. */
function joined(folder: string, path: string): string | undefined {
  if (path.startsWith('/')) return undefined;
  const parts = folder.split('/').filter((part) => part !== '');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

// ── functions ───────────────────────────────────────────────────────────────────────────────────

/** A function, the file that says what it is, and the one that names it. */
interface Placed {
  readonly one: ServerlessFunction;
  readonly lines: Lines;
  readonly named: Lines;
}

function functionsFrom({ world, reading, variables }: Service, place: FunctionFile): Placed[] {
  const named = known(only(variables.resolve(place.file)));
  const path = named === undefined ? undefined : localPath(reading.file, named);
  const text = path === undefined ? undefined : world.readings.text(path);
  if (
    path === undefined ||
    text === undefined ||
    tooLong(text, MEGA) !== undefined ||
    !/\.(?:ya?ml|json)$/.test(path) ||
    !world.budget.spend(COST_OF_A_FILE)
  )
    return [];
  const lines = indexLines(path, text);
  return (world.readings.yaml?.functions({ file: path, text, lines }, place) ?? []).map((one) => ({
    one,
    lines,
    named: place.name === undefined ? lines : reading.lines,
  }));
}

const COST_OF_A_FILE = 50;

function workload(service: Service, { one, lines, named }: Placed): void {
  const { world, reading, frame } = service;
  const at = ({ range }: Written): Site => siteOf(lines, range, frame.via);
  const stated = one.architecture ?? reading.architecture;
  const cpus: Values = stated === undefined ? always(literal('x86_64')) : service.variables.resolve(stated.value);
  const cpuSite =
    one.architecture !== undefined
      ? at(one.architecture)
      : reading.architecture === undefined
        ? undefined
        : site(service, reading.architecture);
  const region = regionOf(service);
  for (const image of service.variables.resolve(one.image.value)) {
    for (const cpu of cpus) {
      const when: When | undefined = both(image.when, cpu.when);
      if (when === undefined) continue;
      world.emit(
        {
          kind: 'workload',
          service: 'lambda',
          name:
            one.physicalName === undefined
              ? defaultName(service, one)
              : (only(service.variables.resolve(one.physicalName.value)) ??
                hole(`${one.name.value} name@${reading.file}`)),
          label: one.name.value,
          image: sourceOf(service, image.value),
          imageSite: at(one.image),
          ...cpuOfFunction(cpu.value, cpuSite),
          ...defined({ region, startsWith: one.startsWith }),
          declared: true,
          // The framework asks the registry for the tag's digest, and deploys that.
          resolved: true,
          site: siteOf(named, one.name.range, frame.via),
          origin: `${service.identity}#function ${one.name.value}`,
          when,
        },
        frame,
      );
    }
  }
}

function cpuOfFunction(
  value: Text,
  cpuSite: Site | undefined,
): Partial<Pick<Workload, 'cpu' | 'cpuSite' | 'cpuBasis'>> {
  if (cpuSite === undefined) return SERVICES.lambda.unsaidCpu;
  const cpu = cpuOf(known(value) ?? '');
  return { ...defined({ cpu }), cpuSite, cpuBasis: 'stated' };
}

/** An image of `provider.ecr.images` by name, else an address. */
function sourceOf(service: Service, text: Text): ImageSource {
  const named = service.reading.images.find((image) => image.name.value === known(text));
  if (named?.path !== undefined) return { kind: 'asset', asset: assetOf(service, named) };
  const address = named?.uri === undefined ? text : only(service.variables.resolve(named.uri.value));
  if (address === undefined || (named === undefined && isKnown(text) && !/[/.@]/.test(known(text) ?? '')))
    return { kind: 'unknown' };
  return { kind: 'ref', ref: parseImageRef(address) };
}

function defaultName(service: Service, one: ServerlessFunction): Text {
  return concat(serviceName(service), literal('-'), stageName(service), literal(`-${one.name.value}`));
}

function serviceName({ reading, variables }: Service): Text {
  return only(variables.resolve(reading.service ?? '')) ?? hole(`service@${reading.file}`);
}

function stageName({ reading, variables }: Service): Text {
  return only(variables.stage()) ?? hole(`stage@${reading.file}`);
}

function regionOf({ reading, variables, deployed }: Service): Text | undefined {
  return deployed.option('region') ?? only(variables.resolve(reading.values['provider.region'] ?? '${aws:region}'));
}

function only(values: Values): Text | undefined {
  return values.length === 1 ? values[0]?.value : undefined;
}
