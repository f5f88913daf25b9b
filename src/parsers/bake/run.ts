/** `docker buildx bake`: builds the targets of bake files and of compose files. */
import type { Build, NamedRef } from '../../model/facts.ts';
import { both } from '../../core/choices.ts';
import { parseImageRef } from '../../core/image-ref.ts';
import { HOST } from '../../core/platform.ts';
import { siteOf, type Hop } from '../../core/site.ts';
import { concat, concatAll, known, literal, type Text } from '../../core/text.ts';
import type { BakeReading } from './read.ts';
import { BakeFiles, type Target } from './targets.ts';
import { textOf, type BakeValue } from './values.ts';
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
} from '../compose/build-files.ts';
import { cachesOf } from '../compose/build-cache.ts';
import type { BakeRequest } from '../compose/build-request.ts';
import { baseOf, readOutput } from '../../tools/docker-build.ts';
import { cut } from '../../tools/texts.ts';
import { buildCompose } from '../compose/run.ts';
import { toPattern } from '../shell/pattern.ts';
import type { Invocation } from '../../project/evaluation.ts';
import { defined, oneOrNone } from '../../core/optional.ts';

const DEFAULT_FILES = ['docker-bake.json', 'docker-bake.hcl', 'docker-bake.override.json', 'docker-bake.override.hcl'];

export function bake(invocation: Invocation, request: BakeRequest): void {
  const { readings } = invocation.world;
  const files =
    request.files.length > 0 ? request.files : DEFAULT_FILES.flatMap((name) => inFolder(request.folder, name) ?? []);
  const bakeFiles = files.flatMap((file): BakeReading[] => {
    const reading = readings.get(file);
    return reading?.kind === 'bake' ? [reading] : [];
  });
  for (const reading of bakeFiles) invocation.world.called.add(reading.file);
  const all = new BakeFiles(bakeFiles, environmentOf(invocation, request.folder), invocation.frame.openEnvironment);
  const names = request.targets.length > 0 ? request.targets : ['default'];
  for (const target of all.select(names.filter((name) => all.has(name) || bakeFiles.length > 0)))
    buildTarget(invocation, request, target);
  const compose = request.files.filter((file) => readings.get(file)?.kind === 'compose');
  const rest = names.filter((name) => !all.has(name) && name !== 'default');
  if (bakeFiles.length > 0 && (compose.length === 0 || rest.length === 0)) return;
  if (request.files.length > 0 && compose.length === 0) return;
  buildCompose(invocation, { ...request, files: compose, services: rest, via: 'bake', action: 'build' });
}

function buildTarget(invocation: Invocation, request: BakeRequest, target: Target): void {
  const { frame } = invocation;
  const when = both(frame.when, target.when);
  if (when === undefined) return;
  const hop: Hop = { label: request.label, file: invocation.site.file, span: invocation.site.span };
  const via = [...frame.via, hop];
  const own = siteOf(target.lines, target.nameRange, via);
  const overrides = overridesFor(request, target.name);
  const placed = (value: BakeValue, name: string): Placed => ({
    text: textOf(value, name),
    site: value.kind === 'text' || value.kind === 'unknown' ? siteOf(value.lines, value.range, via) : own,
  });
  const one = (key: string): Placed | undefined => {
    const override = overrides.get(key)?.at(-1);
    if (override !== undefined) return override;
    const value = target.attributes.get(key);
    return value === undefined || value.kind === 'null' ? undefined : placed(value, key);
  };
  const many = (key: string): Placed[] => {
    const override = overrides.get(key);
    if (override !== undefined) return override;
    const value = target.attributes.get(key);
    const items = value?.kind === 'list' ? value.items : oneOrNone(value);
    return items
      .filter((item) => item.kind !== 'null')
      .map((item) =>
        placed(
          item.kind === 'object'
            ? { kind: 'text', text: fieldsText(item.entries), range: target.nameRange, lines: target.lines }
            : item,
          key,
        ),
      )
      .filter((item) => item.text.length > 0);
  };
  const stated = overrides.has('platform')
    ? platformsFrom(overrides.get('platform') ?? [])
    : request.platforms !== undefined
      ? { platforms: request.platforms.value, platformSite: request.platforms.site }
      : platformsFrom(many('platforms'));
  const platforms = isLocal(many('platforms')) ? HOST : stated.platforms;
  const targetStage = one('target')?.text;
  const inline = target.attributes.get('dockerfile-inline');
  const { context, dockerfile } = dockerfileIn(request.folder, one('context')?.text, one('dockerfile')?.text);
  const buildArgs = mergeArgs(argsOf(target, overrides, placed), request.buildArgs);
  const driver = driverFor(invocation, request);
  const inlined = inline !== undefined && inline.kind !== 'null';
  const base = inlined
    ? undefined
    : baseOf(invocation, dockerfile, {
        buildArgs,
        platforms,
        ...defined({ target: targetStage }),
      });
  const outputs = many('output').map((output) => readOutput(output.text));
  const fromFile: Build['output'] | undefined = outputs.includes('registry') ? 'registry' : outputs[0];
  invocation.emit({
    kind: 'build',
    site: own,
    when,
    tool: request.tool ?? 'bake',
    label: request.label,
    names: many('tags').map(({ text, site }): NamedRef => ({ ref: parseImageRef(text), site })),
    platforms,
    ...(stated.platformSite === undefined || platforms.kind === 'host' ? {} : { platformSite: stated.platformSite }),
    ...(dockerfile === undefined || inlined ? {} : { dockerfile }),
    ...defined({ context, target: targetStage }),
    buildArgs,
    attestations: attestationsOf(request, attestsIn(many('attest'))),
    driver,
    output: outputFor(request, driver, fromFile),
    host: frame.machine.host,
    ...defined({ toolVersion: request.toolVersion, base }),
    emulation: frame.machine.emulation,
    ...cachesOf(many('cache-to')),
  });
}

/** `platforms = ["local"]` is the builder's own. */
function isLocal(platforms: readonly Placed[]): boolean {
  return platforms.length === 1 && known(platforms[0]!.text) === 'local';
}

/** `{ type = "provenance", disabled = true }` as the string it stands for. */
function fieldsText(entries: ReadonlyMap<string, BakeValue>): Text {
  return concatAll(
    [...entries].map(([key, value], index) => concat(literal(`${index === 0 ? '' : ','}${key}=`), textOf(value, key))),
  );
}

/** The last entry of a type wins. A `disabled` that is not said with `=` is refused by buildx and says nothing. */
function attestsIn(attests: readonly Placed[]): { provenance?: Placed; sbom?: Placed } {
  const said: { provenance?: Placed; sbom?: Placed } = {};
  for (const { text, site } of attests) {
    const whole = known(text);
    const fields = whole?.split(',').map((field) => field.trim()) ?? [];
    const type = fields.find((field) => field.startsWith('type='))?.slice('type='.length);
    if (type !== 'provenance' && type !== 'sbom') continue;
    const disabled = fields.find((field) => field.startsWith('disabled='))?.slice('disabled='.length);
    const off = disabled !== undefined && /^(1|t|true)$/i.test(disabled);
    said[type] = { text: literal(off ? 'false' : 'true'), site };
  }
  return said;
}

function argsOf(
  target: Target,
  overrides: ReadonlyMap<string, Placed[]>,
  placed: (value: BakeValue, name: string) => Placed,
): Build['buildArgs'] {
  const args = new Map<string, Build['buildArgs'][number]>();
  const written = target.attributes.get('args');
  for (const [name, value] of written?.kind === 'object' ? written.entries : []) {
    if (value.kind === 'null') continue;
    const { text, site } = placed(value, name);
    args.set(name, { name, value: text, site });
  }
  for (const [key, values] of overrides) {
    const name = /^args\.(.+)$/.exec(key)?.[1];
    const last = values.at(-1);
    if (name !== undefined && last !== undefined) args.set(name, { name, value: last.text, site: last.site });
  }
  return [...args.values()];
}

/** `--set target.key=value`: what it says about this target, by key. A pattern may stand for the target's name. */
function overridesFor(request: BakeRequest, name: string): Map<string, Placed[]> {
  const found = new Map<string, Placed[]>();
  for (const { text, site } of request.sets ?? []) {
    const assigned = cut(text, '=');
    const path = assigned === undefined ? undefined : known(assigned[0]);
    const dot = path?.indexOf('.') ?? -1;
    if (assigned === undefined || path === undefined || dot === -1) continue;
    if (toPattern([{ text: path.slice(0, dot), quoted: false }]).matcher.covers(name) !== true) continue;
    const key = path.slice(dot + 1).replace(/\+$/, '');
    const plain = key === 'platforms' ? 'platform' : key;
    found.set(plain, [...(found.get(plain) ?? []), { text: assigned[1], site }]);
  }
  return found;
}
