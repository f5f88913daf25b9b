/** Building and pushing the services of compose files, by `docker compose` or `docker buildx bake`. */
import type { Build, NamedRef } from '../../model/facts.ts';
import { parseImageRef } from '../../core/image-ref.ts';
import { both } from '../../core/choices.ts';
import { siteOf, type Hop, type Lines, type Range, type Site } from '../../core/site.ts';
import { concat, hole, literal, type Text } from '../../core/text.ts';
import type { ComposeBuild, ComposeReading, ComposeService, ComposeValue } from './read.ts';
import {
  attestationsOf,
  dockerfileIn,
  driverFor,
  environmentOf,
  inFolder,
  mergeArgs,
  outputFor,
  platformsFrom,
  type Placed,
} from './build-files.ts';
import type { ComposeRequest } from './build-request.ts';
import { dirname } from '../../project/paths.ts';
import { choices, type Choice } from './variables.ts';
import { baseOf, readOutput } from '../../tools/docker-build.ts';
import { steering } from '../../tools/environment.ts';
import { readShorthand } from '../../tools/attestations.ts';
import { interpolate, variablesIn } from './interpolate.ts';
import type { Invocation } from '../../project/evaluation.ts';
import { defined } from '../../core/optional.ts';

const DEFAULT_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const MAX_FILES = 20;

/** One file's word on a service; later layers win. */
interface Layer {
  readonly service: ComposeService;
  readonly lines: Lines;
}

interface Service {
  readonly name: string;
  readonly layers: readonly Layer[];
}

export function buildCompose(invocation: Invocation, request: ComposeRequest): void {
  const readings = filesOf(invocation, request);
  const [first] = readings;
  if (first === undefined) return;
  for (const reading of readings) invocation.world.called.add(reading.file);
  const folder = dirname(first.file);
  const set = environmentOf(invocation, folder);
  const hop: Hop = { label: request.label, file: invocation.site.file, span: invocation.site.span };
  const via = [...invocation.frame.via, hop];
  for (const service of servicesOf(readings, invocation)) {
    if (!isSelected(service, request)) continue;
    const open = invocation.frame.openEnvironment;
    for (const choice of choices({ used: usedVariables(service), set, open })) {
      const when = both(invocation.frame.when, choice.when);
      if (when === undefined) continue;
      const run = new ServiceRun(
        invocation,
        request,
        service,
        { ...choice, when },
        folder,
        (lines, range) => siteOf(lines, range, via),
        readings,
      );
      if (request.action === 'push') run.push();
      else run.build();
    }
  }
}

class ServiceRun {
  constructor(
    private readonly invocation: Invocation,
    private readonly request: ComposeRequest,
    private readonly service: Service,
    private readonly choice: Choice,
    private readonly folder: string,
    private readonly siteAt: (lines: Lines, range: Range) => Site,
    private readonly readings: readonly ComposeReading[],
  ) {}

  build(): void {
    const { invocation, request } = this;
    const first = this.service.layers[0];
    const builds = this.service.layers.flatMap(({ service, lines }) =>
      service.build === undefined ? [] : [{ build: service.build, lines }],
    );
    if (first === undefined || builds.length === 0) return;
    const { frame } = invocation;
    const { platforms, platformSite } =
      request.platforms === undefined
        ? this.platforms()
        : { platforms: request.platforms.value, platformSite: request.platforms.site };
    const buildArgs = mergeArgs(this.args(), request.buildArgs);
    const target = this.fromBuild((one) => one.target)?.text;
    const inline = builds.some(({ build }) => build.inline);
    const { context, dockerfile } = dockerfileIn(
      this.folder,
      this.fromBuild((one) => one.context)?.text,
      this.fromBuild((one) => one.dockerfile)?.text,
    );
    const driver = driverFor(invocation, request);
    const base = inline ? undefined : baseOf(invocation, dockerfile, { buildArgs, platforms, ...defined({ target }) });
    const outputs =
      request.via === 'bake' ? this.all((one) => one.xBake?.output ?? []).map((one) => readOutput(one.text)) : [];
    const output =
      request.via === 'compose' && !request.push
        ? 'store'
        : outputFor(request, driver, outputs.includes('registry') ? 'registry' : outputs[0]);
    invocation.emit({
      kind: 'build',
      site: this.siteAt(first.lines, first.service.name.range),
      when: this.choice.when,
      tool: request.via === 'bake' ? 'bake' : 'compose',
      label: request.label,
      names: this.names(),
      platforms,
      ...defined({ platformSite }),
      ...(dockerfile === undefined || inline ? {} : { dockerfile }),
      ...defined({ context, target }),
      buildArgs,
      attestations: this.attestations(),
      driver,
      output,
      ...(request.runsHere === true ? { runsHere: true as const } : {}),
      host: frame.machine.host,
      ...defined({ base }),
      emulation: frame.machine.emulation,
    });
  }

  /** `docker compose push` pushes what has both a build and an image. */
  push(): void {
    const image = this.pick((service) => service.image);
    if (image === undefined || !this.service.layers.some(({ service }) => service.build !== undefined)) return;
    this.invocation.emit({
      kind: 'push',
      site: this.invocation.site,
      when: this.choice.when,
      tool: this.request.label,
      ref: parseImageRef(image.text),
      refSite: image.site,
    });
  }

  private names(): NamedRef[] {
    const image = this.pick((service) => service.image);
    const tags = this.all((one) => one.tags);
    const asRef = ({ text, site }: Placed): NamedRef => ({ ref: parseImageRef(text), site });
    if (this.request.via === 'bake') {
      const own = tags.length > 0 || image === undefined ? tags : [image];
      return [...own, ...this.all((one) => one.xBake?.tags ?? [])].map(asRef);
    }
    if (image !== undefined) return [image, ...tags].map(asRef);
    return [...this.defaultNames(), ...tags].map(asRef);
  }

  /**
   * `<project>-<service>`, as compose calls an image that nobody names; the first `docker-compose` put an underscore
   * between.
   */
  private defaultNames(): Placed[] {
    const first = this.service.layers[0];
    const named = this.readings.map((one) => one.name).findLast((one) => one !== undefined);
    const project =
      this.request.projectName ??
      (named === undefined ? folderName(this.folder) : interpolate(named.text, (name) => this.choice.lookup(name)));
    if (first === undefined || project.length === 0) return [];
    const separators = this.request.label.startsWith('docker-compose') ? ['-', '_'] : ['-'];
    return separators.map((between) => ({
      text: concat(project, literal(`${between}${this.service.name}`)),
      site: this.siteAt(first.lines, first.service.name.range),
    }));
  }

  /**
   * Compose builds for `build.platforms`, else for the service's own platform, else for DOCKER_DEFAULT_PLATFORM; bake
   * reads the first alone.
   */
  private platforms(): ReturnType<typeof platformsFrom> {
    const listed = this.all((one) => one.platforms);
    if (this.request.via === 'bake')
      return platformsFrom([...listed, ...this.all((one) => one.xBake?.platforms ?? [])]);
    if (listed.length > 0) return platformsFrom(listed);
    const own = this.pick((service) => service.platform);
    if (own !== undefined) return platformsFrom([own]);
    const byDefault = steering(this.invocation, 'DOCKER_DEFAULT_PLATFORM');
    return platformsFrom(byDefault === undefined ? [] : [{ text: byDefault, site: this.invocation.site }]);
  }

  /** Compose hands `provenance: false` to nobody; bake reads it. */
  private attestations(): Build['attestations'] {
    const provenance = this.fromBuild((one) => one.provenance);
    const sbom = this.fromBuild((one) => one.sbom);
    const heard = (said: Placed | undefined): Placed | undefined =>
      said === undefined || (this.request.via === 'compose' && readShorthand(said.text) === 'off') ? undefined : said;
    const [heardProvenance, heardSbom] = [heard(provenance), heard(sbom)];
    const result = attestationsOf(this.request, {
      ...defined({ provenance: heardProvenance, sbom: heardSbom }),
    });
    if (provenance === undefined || heardProvenance !== undefined || result.provenance !== 'default') return result;
    return { ...result, mistaken: { text: 'build.provenance: false', site: provenance.site } };
  }

  private args(): Build['buildArgs'] {
    const merged = new Map<string, { name: string; value?: Text; site: Site }>();
    for (const { service, lines } of this.service.layers) {
      for (const one of service.build?.args ?? []) {
        const value = one.value === undefined ? this.choice.lookup(one.name) : this.expand(one.value);
        merged.set(one.name, {
          name: one.name,
          site: this.siteAt(lines, one.range),
          ...defined({ value }),
        });
      }
    }
    return [...merged.values()];
  }

  private expand(value: ComposeValue): Text {
    return interpolate(value.text, (name) => this.choice.lookup(name));
  }

  private pick(get: (service: ComposeService) => ComposeValue | undefined): Placed | undefined {
    for (const { service, lines } of this.service.layers.toReversed()) {
      const found = get(service);
      if (found !== undefined) return { text: this.expand(found), site: this.siteAt(lines, found.range) };
    }
    return undefined;
  }

  private fromBuild(get: (build: ComposeBuild) => ComposeValue | undefined): Placed | undefined {
    return this.pick((service) => (service.build === undefined ? undefined : get(service.build)));
  }

  private all(get: (build: ComposeBuild) => readonly ComposeValue[]): Placed[] {
    return this.service.layers.flatMap(({ service, lines }) =>
      service.build === undefined
        ? []
        : get(service.build).map((one) => ({ text: this.expand(one), site: this.siteAt(lines, one.range) })),
    );
  }
}

/** What the project's own folder is called on the machine, nobody knows from its content. */
function folderName(folder: string): Text {
  return folder === ''
    ? hole('folder@compose project')
    : literal(folder.slice(folder.lastIndexOf('/') + 1).toLowerCase());
}

// ── which files and services ────────────────────────────────────────────────────────────────────

function filesOf(invocation: Invocation, request: ComposeRequest): ComposeReading[] {
  const { readings } = invocation.world;
  const composeAt = (file: string | undefined): ComposeReading | undefined => {
    const reading = file === undefined ? undefined : readings.get(file);
    return reading?.kind === 'compose' ? reading : undefined;
  };
  const found: ComposeReading[] = [];
  const add = (reading: ComposeReading | undefined): void => {
    if (reading === undefined || found.includes(reading) || found.length >= MAX_FILES) return;
    found.push(reading);
    for (const path of reading.include) add(composeAt(inFolder(dirname(reading.file), path)));
  };
  if (request.files.length > 0) {
    for (const file of request.files) add(composeAt(file));
    return found;
  }
  const main = DEFAULT_FILES.map((name) => composeAt(inFolder(request.folder, name))).find((one) => one !== undefined);
  add(main);
  if (main !== undefined) add(composeAt(main.file.replace(/\.(ya?ml)$/, '.override.$1')));
  return found;
}

function servicesOf(readings: readonly ComposeReading[], invocation: Invocation): Service[] {
  const services = new Map<string, Layer[]>();
  for (const reading of readings) {
    for (const service of reading.services) {
      const layers = services.get(service.name.text) ?? [];
      services.set(service.name.text, [...layers, ...extended(service, reading, invocation, 0)]);
    }
  }
  return [...services].map(([name, layers]) => ({ name, layers: layers.length === 0 ? layers : named(layers, name) }));
}

/** The service itself stands first, so that its own name is where it is shown. */
function named(layers: readonly Layer[], name: string): Layer[] {
  const own =
    layers.find((one) => one.service.name.text === name && one.service.build !== undefined) ??
    layers.find((one) => one.service.name.text === name);
  return own === undefined
    ? [...layers]
    : [{ ...own, service: { name: own.service.name, profiles: own.service.profiles } }, ...layers];
}

function extended(service: ComposeService, reading: ComposeReading, invocation: Invocation, depth: number): Layer[] {
  const own: Layer = { service, lines: reading.lines };
  const base = service.extends;
  if (base === undefined || depth > 10) return [own];
  const path = base.file === undefined ? reading.file : inFolder(dirname(reading.file), base.file);
  const from = path === undefined ? undefined : invocation.world.readings.get(path);
  const found = from?.kind === 'compose' ? from.services.find((one) => one.name.text === base.service) : undefined;
  return found === undefined || from?.kind !== 'compose'
    ? [own]
    : [...extended(found, from, invocation, depth + 1), own];
}

function isSelected(service: Service, request: ComposeRequest): boolean {
  if (request.services.length > 0) return request.services.includes(service.name);
  const profiles = service.layers.flatMap((one) => one.service.profiles);
  return (
    request.via === 'bake' ||
    profiles.length === 0 ||
    profiles.some((one) => request.profiles?.includes(one) === true || request.profiles?.includes('*') === true)
  );
}

function usedVariables(service: Service): Map<string, boolean> {
  const used = new Map<string, boolean>();
  for (const { service: layer } of service.layers) {
    const { build } = layer;
    const values = [
      layer.image,
      layer.platform,
      build?.context,
      build?.dockerfile,
      build?.target,
      build?.provenance,
      build?.sbom,
      ...(build?.args.map((one) => one.value) ?? []),
      ...(build?.platforms ?? []),
      ...(build?.tags ?? []),
      ...(build?.xBake?.platforms ?? []),
      ...(build?.xBake?.tags ?? []),
    ];
    for (const one of values) if (one !== undefined) variablesIn(one.text, used);
    for (const one of build?.args ?? []) if (one.value === undefined && !used.has(one.name)) used.set(one.name, false);
  }
  return used;
}
