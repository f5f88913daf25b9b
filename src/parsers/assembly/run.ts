/**
 * A cloud assembly to facts: the builds of its image assets, and the workloads and repositories of its stacks, placed
 * where the source made them.
 */
import type { Build } from '../../model/facts.ts';
import { indexLines, position, siteOf, type Site } from '../../core/site.ts';
import { HOST, parsePlatforms, type Platforms } from '../../core/platform.ts';
import { own } from '../../core/table.ts';
import { literal, type Text } from '../../core/text.ts';
import type { AssemblyImage, AssemblyReading, AssemblyStack, CodePosition } from './read.ts';
import { section, type TemplateReading } from '../cloudformation/reading.ts';
import type { DockerfileReading } from '../dockerfile/reading.ts';
import { isObject, type Json } from '../../syntax/json.ts';
import { evaluateTemplate, type AssemblyStacks, type AssemblyView, type TemplateCall } from '../cloudformation/run.ts';
import { resolveBaseImage } from '../dockerfile/run.ts';
import type { Readings } from '../../project/readings.ts';
import type { Frame, World } from '../../project/evaluation.ts';
import { defined } from '../../core/optional.ts';

export function evaluateAssembly(
  world: World,
  reading: AssemblyReading,
  frame: Frame,
  toolkit: string | undefined,
): void {
  // Templates of a committed assembly are part of it, and not stacks of their own.
  for (const file of reading.parts) world.called.add(file);
  const views = viewsOf(world, reading, toolkit);
  for (const image of reading.images) emitBuild(world, image, views, toolkit, frame);
  for (const { stack, view } of views) evaluateTemplate(world, stack.template, callOf(stack, view, frame));
}

/** Each stack of an assembly, and how its template is resolved. */
export function stackCalls(
  world: World,
  reading: AssemblyReading,
  frame: Frame,
): readonly { readonly stack: AssemblyStack; readonly call: TemplateCall }[] {
  return viewsOf(world, reading, toolkitOf(world.readings)).map(({ stack, view }) => ({
    stack,
    call: callOf(stack, view, frame),
  }));
}

function viewsOf(world: World, reading: AssemblyReading, toolkit: string | undefined): Views {
  const hashes = new Map(reading.images.flatMap((image) => image.tags.map((tag) => [tag, image.hash] as const)));
  const stacks: AssemblyStacks = (frame) =>
    views.map(({ stack, view }) => ({ reading: stack.template, call: callOf(stack, view, frame) }));
  const views = reading.stacks.map((stack) => ({
    stack,
    view: viewOf({ world, stack, hashes, stacks, toolkit }, stack.template),
  }));
  return views;
}

function callOf(stack: AssemblyStack, view: AssemblyView, frame: Frame): TemplateCall {
  return {
    parameters: new Map(),
    stackName: literal(stack.stackName),
    ...(stack.region === undefined ? {} : { region: literal(stack.region) }),
    ...(stack.account === undefined ? {} : { account: literal(stack.account) }),
    frame,
    // The toolkit hands over what it must; nobody else does.
    open: false,
    assembly: view,
  };
}

/** A pinned version; a range floats to one that is new enough. */
export function toolkitOf(readings: Readings): string | undefined {
  return readings
    .ofKind('cdk')
    .map((one) => one.toolkit)
    .find((version) => version !== undefined && /^\d/.test(version));
}

interface Around {
  readonly world: World;
  readonly stack: AssemblyStack;
  readonly hashes: ReadonlyMap<string, string>;
  readonly stacks: AssemblyStacks;
  readonly toolkit: string | undefined;
}

function viewOf(around: Around, template: TemplateReading): AssemblyView {
  const { world, stack, hashes, stacks, toolkit } = around;
  const sources = new Map<string, Site | undefined>();
  const fullPath = (id: string): string | undefined => {
    const metadata = field(field(own(section(template, 'Resources'), id), 'Metadata'), 'aws:cdk:path');
    return typeof metadata === 'string' ? metadata : template === stack.template ? stack.paths[id] : undefined;
  };
  return {
    asset: (tag) => hashes.get(tag),
    constructPath: (id) => fullPath(id)?.replace(/\/(?:Resource|Default)$/, ''),
    source(id) {
      if (!sources.has(id)) sources.set(id, sourceSite(world, stack.creation[fullPath(id) ?? ''] ?? []));
      return sources.get(id);
    },
    template(path) {
      const inner = own(stack.nested, path);
      return inner === undefined ? undefined : { reading: inner, view: viewOf(around, inner) };
    },
    stacks,
    ...defined({ toolkitVersion: toolkit }),
  };
}

function field(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) ? value[name] : undefined;
}

// ── from a stack trace to the project's source ──────────────────────────────────────────────────

/** The innermost frame that lies in a file of the project. */
function sourceSite(world: World, positions: readonly CodePosition[]): Site | undefined {
  for (const place of positions) {
    const file = inProject(world, place.path);
    const text = file === undefined ? undefined : world.readings.text(file);
    if (file === undefined || text === undefined) continue;
    const lines = indexLines(file, text);
    const start = (lines.starts[place.line - 1] ?? -1) + place.column - 1;
    if (lines.starts[place.line - 1] === undefined || place.column < 1 || position(lines, start).line !== place.line)
      continue;
    // `new lambda.DockerImageFunction`, or the name of the method called there.
    const found = /^(?:new\s+)?[\w$.]+/.exec(text.slice(start, start + 200));
    return siteOf(lines, [start, start + (found?.[0].length ?? 0)]);
  }
  return undefined;
}

/** The project may have been synthesized elsewhere: the longest end of the path that is one of its files. */
function inProject(world: World, path: string): string | undefined {
  const parts = path
    .replace(/^[A-Za-z]:/, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  for (let from = 0; from < parts.length; from++) {
    const end = parts.slice(from).join('/');
    if (world.readings.exists(end)) return end;
  }
  return undefined;
}

// ── image assets ────────────────────────────────────────────────────────────────────────────────

type Views = readonly { readonly stack: AssemblyStack; readonly view: AssemblyView }[];

function emitBuild(world: World, image: AssemblyImage, views: Views, toolkit: string | undefined, frame: Frame): void {
  const platforms: Platforms = image.platform === undefined ? HOST : parsePlatforms(image.platform.value);
  const buildArgs: Build['buildArgs'] = image.buildArgs.map(({ name, value, range }) => ({
    name,
    value: literal(value),
    site: siteOf(image.lines, range),
  }));
  const target = image.target === undefined ? {} : { target: literal(image.target) };
  const dockerfile = dockerfileOf(world, image);
  const given = new Map<string, Text>(image.buildArgs.map(({ name, value }) => [name, literal(value)]));
  const base =
    dockerfile?.reading === undefined
      ? undefined
      : resolveBaseImage(dockerfile.reading, { buildArgs: given, platforms, ...target });
  // An image built by a program of the user's: nothing of it is known but its name.
  const built = image.directory !== undefined;
  const vouched = built && !image.ownOutputs;
  const provenance = !vouched ? 'unknown' : toolkit !== undefined && older(toolkit) ? 'default' : 'off';
  const used = userOf(image, views);
  const origin = `${image.lines.file}#${image.hash}`;
  world.emit(
    {
      kind: 'build',
      tool: 'cdk',
      label:
        used?.path === undefined
          ? `image asset ${image.displayName ?? image.hash.slice(0, 12)}`
          : `image asset of ${used.path}`,
      names: [],
      asset: image.hash,
      platforms: built ? platforms : { kind: 'unknown' },
      ...(image.platform === undefined
        ? {}
        : { platformSite: used?.site ?? siteOf(image.lines, image.platform.range) }),
      ...(dockerfile === undefined ? {} : { dockerfile: dockerfile.path }),
      ...defined({ context: image.directory }),
      ...target,
      buildArgs,
      attestations: { provenance, sbom: vouched ? 'off' : 'unknown' },
      driver: 'unknown',
      output: 'registry',
      host: frame.machine.host,
      ...defined({ toolVersion: toolkit, base }),
      site: used?.site ?? siteOf(image.lines, image.range),
      ...(used?.site === undefined ? { listed: true } : {}),
      origin,
    },
    frame,
  );
}

/** The toolkit itself keeps attestations off since 2.179.0. */
function older(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 2 || (major === 2 && minor < 179);
}

/** The resource that runs the asset, for a place and a name that people know. */
function userOf(image: AssemblyImage, views: Views): { site: Site | undefined; path: string | undefined } | undefined {
  for (const { stack, view } of views) {
    for (const [template, inner] of [
      [stack.template, view] as const,
      ...Object.entries(stack.nested).map(([path, reading]) => [reading, view.template(path)?.view ?? view] as const),
    ]) {
      const found = Object.entries(section(template, 'Resources')).find(
        ([, resource]) =>
          RUNS_IMAGES.has(String(field(resource, 'Type'))) && mentions(field(resource, 'Properties'), image.tags),
      );
      if (found !== undefined) return { site: inner.source(found[0]), path: inner.constructPath(found[0]) };
    }
  }
  return undefined;
}

function mentions(properties: Json | undefined, tags: readonly string[]): boolean {
  const written = JSON.stringify(properties ?? null);
  return tags.some((tag) => written.includes(`:${tag}`));
}

const RUNS_IMAGES = new Set([
  'AWS::Lambda::Function',
  'AWS::ECS::TaskDefinition',
  'AWS::AppRunner::Service',
  'AWS::Batch::JobDefinition',
  'AWS::BedrockAgentCore::Runtime',
  'AWS::ECS::ExpressGatewayService',
]);

/** The project's own Dockerfile of which the staged one is a copy; the staged one where there's none, or several. */
function dockerfileOf(world: World, image: AssemblyImage): { path: string; reading?: DockerfileReading } | undefined {
  if (image.directory === undefined) return undefined;
  const { staged } = image;
  if (staged === undefined) return { path: `${image.directory}/${image.dockerfile}` };
  const same = world.readings
    .ofKind('dockerfile')
    .filter((one) => one.file !== staged.reading.file && world.readings.text(one.file) === staged.text);
  const own = same.length === 1 ? same[0] : undefined;
  return own === undefined ? { path: staged.reading.file, reading: staged.reading } : { path: own.file, reading: own };
}
