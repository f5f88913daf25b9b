/** What a Dockerfile contributes to one build: its stages with this build's arguments, target and platforms put in. */
import type { BaseImage, Stage } from '../../model/facts.ts';
import { parseImageRef } from '../../core/image-ref.ts';
import { cpuOf, type Cpu, type Platforms } from '../../core/platform.ts';
import { siteOf, type Range, type Site } from '../../core/site.ts';
import { known, show, type Text } from '../../core/text.ts';
import type { CommandLine, DockerfileReading, Instruction, StageReading } from './reading.ts';
import type { Readings } from '../../project/readings.ts';
import { cpuNamedIn, downloadsOf, type Download } from './downloads.ts';
import { expandWord } from './expand.ts';
import { lambdaRuntime } from './lambda.ts';
import { BUILT_IN, NO_SCOPE, fromLookup, globalScope, lookupIn, stageScope, wholeText, type Scope } from './scope.ts';
import { defined } from '../../core/optional.ts';

export interface DockerfileRequest {
  readonly buildArgs: ReadonlyMap<string, Text>;
  readonly target?: Text;
  readonly platforms: Platforms;
}

/** The Dockerfile that a build names, whatever it is called. */
export function dockerfileAt(readings: Readings, path: string | undefined): DockerfileReading | undefined {
  if (path === undefined) return undefined;
  if (readings.dockerfile !== undefined) return readings.dockerfile(path);
  const reading = readings.get(path);
  return reading?.kind === 'dockerfile' ? reading : undefined;
}

/** Does a folder have one that Docker takes without being told? */
export function hasDockerfile(readings: Readings, folder: string): boolean {
  return ['Dockerfile', 'dockerfile'].some((name) => readings.exists(folder === '' ? name : `${folder}/${name}`));
}

/** A Dockerfile that a command is given on its standard input: all of it stands where the command does. */
export function pipedBaseImage(
  readings: Readings,
  text: Text | undefined,
  at: Site,
  request: DockerfileRequest,
): BaseImage | undefined {
  const whole = known(text);
  const reading = whole === undefined ? undefined : readings.dockerfile?.(at.file, whole);
  if (reading === undefined) return undefined;
  const { stages, healthcheck, entrypoint, cmd, ...rest } = resolveBaseImage(reading, request);
  return {
    ...rest,
    stages: stages.map(({ platform, baseCpu, downloads, ...stage }) => ({
      ...stage,
      site: at,
      ...(platform === undefined ? {} : { platform: { ...platform, site: at } }),
      ...(baseCpu === undefined ? {} : { baseCpu: { ...baseCpu, site: at } }),
      downloads: downloads.map((one) => ({ ...one, site: at })),
    })),
    ...(healthcheck === undefined ? {} : { healthcheck: at }),
    ...(entrypoint === undefined ? {} : { entrypoint: { ...entrypoint, site: at } }),
    ...(cmd === undefined ? {} : { cmd: { ...cmd, site: at } }),
  };
}

/** A stage with what only this file asks about. */
interface Resolved {
  readonly stage: Stage;
  readonly reading: StageReading;
  readonly downloads: readonly Download[];
  /** Paths copied out of other stages, with variables put in. */
  readonly copies: readonly { readonly from: number; readonly paths: readonly string[] }[];
}

export function resolveBaseImage(reading: DockerfileReading, request: DockerfileRequest): BaseImage {
  const stages = resolveStages(reading, request);
  const final = reading.templated ? undefined : finalStage(stages, request.target);
  const chain = final === undefined ? [] : chainOf(stages, final);
  const reaching = final === undefined ? new Map<number, Download[]>() : reachingDownloads(stages, chain);
  const site = (range: Range): Site => siteOf(reading.lines, range);
  const start = startOf(chain);
  const healthcheck = nearest(chain, (one) => (one.kind === 'healthcheck' ? one : undefined))?.found;
  const lowest = chain.at(-1)?.stage.from;
  return {
    file: reading.file,
    stages: stages.map(({ stage }, index) => ({
      ...stage,
      downloads: (reaching.get(index) ?? []).map(({ cpu, text, range }) => ({ cpu, text, site: site(range) })),
    })),
    ...defined({ final }),
    ...(healthcheck === undefined || healthcheck.none ? {} : { healthcheck: site(healthcheck.range) }),
    ...(start.entrypoint === undefined
      ? {}
      : {
          entrypoint: {
            words: start.entrypoint.words,
            shell: start.entrypoint.shell,
            site: site(start.entrypoint.range),
          },
        }),
    ...(start.cmd === undefined
      ? {}
      : { cmd: { words: start.cmd.words, shell: start.cmd.shell, site: site(start.cmd.range) } }),
    lambdaRuntime:
      lowest === undefined || !('image' in lowest)
        ? 'unknown'
        : lambdaRuntime({
            base: lowest.image,
            instructions: involved(stages, chain).flatMap((one) => one.reading.instructions),
            ...start,
          }),
  };
}

function resolveStages(reading: DockerfileReading, { buildArgs, platforms }: DockerfileRequest): Resolved[] {
  const globals = globalScope(reading, buildArgs);
  const ends: Scope[] = [];
  const stages: Resolved[] = [];
  const byName = new Map<string, number>();
  for (const [index, stage] of reading.stages.entries()) {
    const image = expandWord(stage.image.text, fromLookup(globals, platforms), reading.escape);
    const parent = byName.get((known(image) ?? '').toLowerCase());
    const downloads: Download[] = [];
    const copies: { from: number; paths: string[] }[] = [];
    let folder = '/';
    ends.push(
      stageScope(
        stage,
        parent === undefined ? NO_SCOPE : (ends[parent] ?? NO_SCOPE),
        globals,
        buildArgs,
        reading.escape,
        (at, scope) => {
          const instruction = stage.instructions[at];
          const lookup = lookupIn(scope);
          const expand = (raw: string): Text => expandWord(raw, lookup, reading.escape);
          if (instruction?.kind === 'workdir')
            folder = joinFolder(folder, wholeText(expand(instruction.argument.text)));
          else if (instruction?.kind === 'run' && instruction.script !== undefined) {
            downloads.push(
              ...downloadsOf(instruction.script, lookup, wholeText).map((one) => ({
                ...one,
                paths: one.paths.length > 0 ? one.paths : [folder],
              })),
            );
          } else if (instruction?.kind === 'copy' || instruction?.kind === 'add') {
            const from =
              instruction.from === undefined ? undefined : stageNumber(expand(instruction.from.text), byName, index);
            if (from !== undefined)
              copies.push({ from, paths: instruction.sources.map((word) => wholeText(expand(word.text))) });
            if (instruction.kind === 'add') downloads.push(...addedDownloads(instruction, expand));
          }
        },
      ),
    );
    stages.push({
      reading: stage,
      downloads,
      copies,
      stage: stageFact(reading, stage, index, image, parent, globals, copies),
    });
    if (stage.name !== undefined) byName.set(stage.name.text.toLowerCase(), index);
  }
  return stages;
}

function stageFact(
  reading: DockerfileReading,
  stage: StageReading,
  index: number,
  image: Text,
  parent: number | undefined,
  globals: Scope,
  copies: Resolved['copies'],
): Stage {
  const site = (range: Range): Site => siteOf(reading.lines, range);
  const platform =
    stage.platform === undefined
      ? undefined
      : expandWord(stage.platform.text, fromLookup(globals, undefined), reading.escape);
  const baseCpu = parent === undefined ? cpuOfBase(image) : undefined;
  return {
    index,
    ...(stage.name === undefined ? {} : { name: stage.name.text }),
    site: site(stage.range),
    from: parent === undefined ? { image } : { stage: parent },
    ...(platform === undefined || stage.platform === undefined
      ? {}
      : { platform: { text: platform, nature: natureOf(platform), site: site(stage.platform.flag) } }),
    ...(baseCpu === undefined ? {} : { baseCpu: { cpu: baseCpu, site: site(stage.image.range) } }),
    copiesFrom: [...new Set(copies.map((one) => one.from))],
    runs: stage.instructions.some((one) => one.kind === 'run'),
    downloads: [],
  };
}

function natureOf(platform: Text): NonNullable<Stage['platform']>['nature'] {
  const holes = platform.flatMap((part) => (typeof part === 'string' ? [] : [part.hole]));
  if (holes.length === 0) return platform.length === 0 ? 'unknown' : 'constant';
  if (!holes.every((name) => BUILT_IN.test(name))) return 'unknown';
  return holes.every((name) => name.startsWith('TARGET'))
    ? 'target'
    : holes.every((name) => name.startsWith('BUILD'))
      ? 'build'
      : 'unknown';
}

/** `arm64v8/python`, `public.ecr.aws/lambda/python:3.12-x86_64`: images of one CPU by name. */
function cpuOfBase(image: Text): Cpu | undefined {
  const { repository, tag } = parseImageRef(image);
  const [head] = repository;
  const owner = typeof head === 'string' ? /^([^/]+)\//.exec(head)?.[1] : undefined;
  if (owner !== undefined && /^(amd64|x86_64|arm64v8|arm64|aarch64)$/.test(owner))
    return cpuOf(owner.replace('v8', ''));
  const last = tag?.at(-1);
  const suffix =
    typeof last === 'string' ? /(?:^|[-_.])(x86_64|amd64|arm64|arm64v8|aarch64)$/.exec(last)?.[1] : undefined;
  return suffix === undefined ? undefined : cpuOf(suffix.replace('v8', ''));
}

function stageNumber(from: Text, byName: ReadonlyMap<string, number>, before: number): number | undefined {
  const name = known(from);
  if (name === undefined) return undefined;
  const named = byName.get(name.toLowerCase());
  if (named !== undefined) return named;
  return /^\d+$/.test(name) && Number(name) < before ? Number(name) : undefined;
}

function finalStage(stages: readonly Resolved[], target: Text | undefined): number | undefined {
  if (target === undefined || target.length === 0) return stages.length === 0 ? undefined : stages.length - 1;
  const name = known(target);
  if (name === undefined) return undefined;
  const named = stages.findLastIndex(({ stage }) => stage.name?.toLowerCase() === name.toLowerCase());
  if (named !== -1) return named;
  return /^\d+$/.test(name) && Number(name) < stages.length ? Number(name) : undefined;
}

/** The final stage and the stages it is FROM, nearest first. */
function chainOf(stages: readonly Resolved[], final: number): Resolved[] {
  const chain: Resolved[] = [];
  for (let at: number | undefined = final; at !== undefined; ) {
    const one: Resolved | undefined = stages[at];
    if (one === undefined) break;
    chain.push(one);
    at = 'stage' in one.stage.from ? one.stage.from.stage : undefined;
  }
  return chain;
}

/** The chain and everything it copies from, however far away. */
function involved(stages: readonly Resolved[], chain: readonly Resolved[]): Resolved[] {
  const seen = new Set<Resolved>();
  const open = [...chain];
  for (let one = open.shift(); one !== undefined; one = open.shift()) {
    if (seen.has(one)) continue;
    seen.add(one);
    const parent = 'stage' in one.stage.from ? [one.stage.from.stage] : [];
    for (const index of [...parent, ...one.stage.copiesFrom]) {
      const next = stages[index];
      if (next !== undefined) open.push(next);
    }
  }
  return [...seen];
}

/** The chain's own downloads stay in the image; another stage's only when what it wrote is copied on. */
function reachingDownloads(stages: readonly Resolved[], chain: readonly Resolved[]): Map<number, Download[]> {
  const reaching = new Map<number, Download[]>();
  for (const one of chain) reaching.set(one.stage.index, [...one.downloads]);
  const inChain = new Set(chain.map((one) => one.stage.index));
  for (const one of involved(stages, chain)) {
    for (const copy of one.copies) {
      if (inChain.has(copy.from)) continue;
      for (const source of chainOf(stages, copy.from)) {
        const kept = source.downloads.filter((download) => copy.paths.some((path) => carries(path, download)));
        const have = reaching.get(source.stage.index) ?? [];
        reaching.set(source.stage.index, [...have, ...kept.filter((download) => !have.includes(download))]);
      }
    }
  }
  return reaching;
}

/**
 * Does copying this path take the download along? Only when the paths say so: most downloads in build stages are tools
 * of the build.
 */
function carries(path: string, download: Download): boolean {
  const plain = path.replace(/\/+$/, '') || '/';
  if (plain === '/' || (/^(pip|uv|python)/.test(download.by) && /site-packages|venv/.test(plain))) return true;
  const base = plain.slice(plain.lastIndexOf('/') + 1).replace(/\.[a-z]\w*$/, '');
  return download.paths.some(
    (at) =>
      at === plain ||
      at.startsWith(`${plain}/`) ||
      (plain.startsWith(at === '/' ? '/' : `${at}/`) &&
        base.length > 1 &&
        download.text.toLowerCase().includes(base.toLowerCase())),
  );
}

function addedDownloads(
  instruction: Extract<Instruction, { kind: 'copy' | 'add' }>,
  expand: (raw: string) => Text,
): Download[] {
  const destination = instruction.destination === undefined ? '/' : wholeText(expand(instruction.destination.text));
  return instruction.sources.flatMap((word) => {
    const text = expand(word.text);
    const cpu = /^(https?|ftp):\/\//.test(show(text)) ? cpuNamedIn(text) : undefined;
    return cpu === undefined
      ? []
      : [{ cpu, text: show(text), range: word.range, paths: [destination.replace(/(.)\/+$/, '$1')], by: 'ADD' }];
  });
}

/** The nearest ENTRYPOINT and CMD of the chain; an ENTRYPOINT resets a CMD that only an earlier stage gave. */
function startOf(chain: readonly Resolved[]): { entrypoint?: CommandLine; cmd?: CommandLine } {
  const entrypoint = nearest(chain, (one) => (one.kind === 'entrypoint' ? one.line : undefined));
  const cmd = nearest(chain, (one) => (one.kind === 'cmd' ? one.line : undefined));
  return {
    ...(entrypoint === undefined ? {} : { entrypoint: entrypoint.found }),
    ...(cmd === undefined || (entrypoint !== undefined && entrypoint.distance < cmd.distance)
      ? {}
      : { cmd: cmd.found }),
  };
}

function nearest<T>(
  chain: readonly Resolved[],
  pick: (instruction: Instruction) => T | undefined,
): { found: T; distance: number } | undefined {
  for (const [distance, one] of chain.entries()) {
    const found = one.reading.instructions.map(pick).findLast((value) => value !== undefined);
    if (found !== undefined) return { found, distance };
  }
  return undefined;
}

function joinFolder(folder: string, path: string): string {
  const joined = path.startsWith('/') ? path : `${folder === '/' ? '' : folder}/${path}`;
  return joined.replace(/\/+$/, '') || '/';
}
