/** Files to readings. A file's text is dropped once it's read: readings keep the line starts, and that is enough. */
import { mentions, tryRead, type Files } from '../discover/files.ts';
import { findSources, type SourceMemory, type Sources } from '../discover/sources.ts';
import { foreignApps, isProgram, unreadFiles, type UnreadFile } from '../discover/unread.ts';
import { UnreadableError, reasonOf } from '../files/text.ts';
import { TOO_DEEP, contain } from '../core/contain.ts';
import type { Unreadable } from '../syntax/source.ts';
import { shorten } from '../core/shorten.ts';
import { indexLines } from '../core/site.ts';
import { readerOf } from '../parsers/languages.ts';
import { withContinuations } from './continuations.ts';
import { readDocs, type DocsRequest } from './read-docs.ts';
import { readCommandLine, type CommandLine } from './command-line.ts';
import { readIncluded } from './read-included.ts';
import { leadsToYaml, yamlReaders } from './yaml-readers.ts';
import type { CdkMemory } from '../parsers/cdk/interpreter/memory.ts';
import type { DockerfileReading } from '../parsers/dockerfile/read.ts';
import { MEGA, tooLong } from '../syntax/length.ts';
import type { SingleKind } from '../project/language.ts';
import type { Kind, Reading, Readings } from '../project/readings.ts';
import type { ReadingBase, SourceText, Suppression } from '../syntax/source.ts';
import { defined } from '../core/optional.ts';

export interface Project {
  readonly readings: Readings;
  /** By path; a link leads to what it links to. */
  readonly byFile: ReadonlyMap<string, Reading>;
  readonly unreadable: readonly Unreadable[];
  readonly suppressions: readonly { readonly base: ReadingBase; readonly suppression: Suppression }[];
  /** Files that took part. */
  readonly paths: readonly string[];
  /** Files that may build, push or deploy, in languages nobody here reads. */
  readonly unread: readonly UnreadFile[];
  /** Programs of the project that take no part. */
  programs(): readonly string[];
  /** All paths of the project. */
  listed(): readonly string[];
}

export interface ReadRequest extends DocsRequest {
  /** What is typed at a prompt in the project. */
  readonly typed?: CommandLine;
  /** The last net: true when the run has taken too long. */
  readonly late?: () => boolean;
  /** Readings of the last time, and what has changed since; `files` must have stamps then. */
  readonly again?: { readonly memory: ReadMemory; readonly paths: ReadonlySet<string>; readonly structure: boolean };
}

/** What is kept between two readings of one project. */
export interface ReadMemory {
  readonly sources: SourceMemory;
  readonly singles: Map<string, Single & { readonly stamp: string; readonly kind: Kind }>;
  readonly assemblies: Map<
    string,
    {
      readonly looked: ReadonlySet<string>;
      readonly reading: Reading | undefined;
      readonly unreadable: readonly Unreadable[];
    }
  >;
  cdk: CdkMemory | undefined;
}

export function newReadMemory(): ReadMemory {
  return { sources: new Map(), singles: new Map(), assemblies: new Map(), cdk: undefined };
}

interface Single {
  readonly reading: Reading | undefined;
  readonly unreadable: readonly Unreadable[];
  /** May evaluation come upon YAML here? */
  readonly yaml?: boolean;
}

export async function readProject(request: ReadRequest): Promise<Project> {
  const { files } = request;
  const memory = request.again?.memory;
  const sources = findSources(files, request.ignores, memory?.sources);
  const unreadable: Unreadable[] = [];
  const singles = await readSingles(request, sources);
  const readings: Reading[] = [];
  for (const found of singles.values()) {
    unreadable.push(...found.unreadable);
    if (found.reading !== undefined) readings.push(found.reading);
  }
  const others = [
    ...(await readAssemblies(request, sources, unreadable)),
    ...(await readCdk(request, sources, unreadable)),
    ...(await readDocs(request, unreadable)),
    ...(request.typed === undefined ? [] : [await readCommandLine(request.typed)]),
  ];
  readings.push(...others);

  const bases = readings.flatMap(basesOf);
  unreadable.push(...bases.flatMap((base) => base.unreadable));
  const byFile = indexed(readings, sources.links);
  const dockerfile = await readNamed(request, sources, byFile);
  const yaml = await yamlReaders(
    files,
    [...singles.values()].some((one) => one.yaml === true),
    others.map((reading) => ({ reading, paths: basesOf(reading).map(({ file }) => file) })),
  );
  return {
    readings: lookup(files, readings, byFile, { dockerfile, yaml }),
    byFile,
    unreadable: unreadable.sort(byPlace).map((one) => ({ ...one, reason: shorten(one.reason) })),
    suppressions: bases.flatMap((base) => base.suppressions.map((suppression) => ({ base, suppression }))),
    ...unreadIn(files, byFile, new Set(sources.cdk), request.ignores),
    paths: [...new Set([...singles.keys(), ...sources.cdk, ...bases.map((base) => base.file)])].sort(),
  };
}

function unreadIn(
  files: Files,
  byFile: ReadonlyMap<string, Reading>,
  cdk: ReadonlySet<string>,
  ignores: (path: string) => boolean = () => false,
): Pick<Project, 'unread' | 'programs' | 'listed'> {
  const isRead = (path: string): boolean => byFile.has(path) || cdk.has(path) || ignores(path);
  const unread = [...unreadFiles(files.list(), isRead), ...foreignApps(files, byFile)];
  const named = new Set(unread.map(({ file }) => file));
  return {
    unread,
    listed: () => files.list(),
    programs: () => files.list().filter((path) => isProgram(path) && !isRead(path) && !named.has(path)),
  };
}

/** By path. What others include is theirs, whatever it looks like; what its name tells stays what that says. */
async function readSingles(
  { files, ignores = () => false, again }: ReadRequest,
  sources: Sources,
): Promise<ReadonlyMap<string, Single>> {
  const memory = again?.memory;
  const singles = new Map<string, Single>();
  const take = async (path: string, kind: SingleKind): Promise<Reading | undefined> => {
    const stamp = memory === undefined ? undefined : files.stamp?.(path);
    const before = memory?.singles.get(path);
    const stands = before !== undefined && before.stamp === stamp && before.kind === kind;
    const found = stands ? before : await readSingle(files, path, kind);
    if (!stands && stamp !== undefined) memory?.singles.set(path, { ...found, stamp, kind });
    singles.set(path, found);
    return found.reading;
  };
  for (const { path, kind } of sources.single) await take(path, kind);
  await readIncluded(
    () => files.list().filter((path) => !ignores(path)),
    [...singles.values()].flatMap(({ reading }) => reading ?? []),
    (path) => take(path, 'pipeline'),
  );
  if (memory !== undefined) keepOnly(memory.singles, [...singles.keys()]);
  return singles;
}

async function readSingle(files: Files, path: string, kind: SingleKind): Promise<Single> {
  const unreadable: Unreadable[] = [];
  const source = open(files, path, kind, unreadable);
  if (source === undefined) return { reading: undefined, unreadable };
  const reader = await readerOf(kind);
  const reading = attempt(path, unreadable, () => withContinuations(reader.read(source), source.text));
  return { reading, unreadable, yaml: leadsToYaml(kind, source.text) };
}

function keepOnly(map: Map<string, unknown>, keys: readonly string[]): void {
  if (map.size === keys.length) return;
  const kept = new Set(keys);
  for (const key of [...map.keys()]) if (!kept.has(key)) map.delete(key);
}

function open(files: Files, path: string, kind: Kind, unreadable: Unreadable[]): SourceText | undefined {
  try {
    const text = files.read(path);
    const long = tooLong(text, LONGEST[kind]);
    if (long !== undefined) throw new UnreadableError(long);
    return { file: path, text: withoutMark(text, kind, path), lines: indexLines(path, text) };
  } catch (error) {
    unreadable.push({ file: path, line: 1, column: 1, reason: reasonOf(error) });
    return undefined;
  }
}

/**
 * What people write is read into trees of many times its size, and followed; the longest of it that is known is a tenth
 * of this. Templates may be a tool's.
 */
const LONGEST: Readonly<Partial<Record<Kind, number>>> = {
  shell: 0.5 * MEGA,
  dockerfile: 0.5 * MEGA,
  makefile: 0.5 * MEGA,
  justfile: 0.5 * MEGA,
  taskfile: 0.5 * MEGA,
  'package-json': 0.5 * MEGA,
  workflow: MEGA,
  pipeline: MEGA,
  jenkins: 0.5 * MEGA,
  compose: MEGA,
  bake: MEGA,
  terraform: MEGA,
};

const MARK_IS_SPACE: ReadonlySet<Kind> = new Set<Kind>(['shell', 'makefile', 'justfile', 'package-json', 'jenkins']);

/**
 * A byte order mark, which some parsers refuse, becomes a blank, so that offsets stay the file's. YAML knows it, and
 * would take a blank for an indent.
 */
function withoutMark(text: string, kind: Kind, path: string): string {
  return text.charCodeAt(0) === 0xfeff && (MARK_IS_SPACE.has(kind) || path.endsWith('.json'))
    ? ` ${text.slice(1)}`
    : text;
}

/** Readers are tolerant; should one fail all the same, that costs this file only. */
function attempt<T>(path: string, unreadable: Unreadable[], action: () => T): T | undefined {
  return contain(action, (reason) => {
    unreadable.push({
      file: path,
      line: 1,
      column: 1,
      reason: reason === TOO_DEEP ? `${reason} to be read` : `could not be read: ${reason}`,
    });
    return undefined;
  });
}

async function readAssemblies(
  { files, again }: ReadRequest,
  sources: Sources,
  unreadable: Unreadable[],
): Promise<Reading[]> {
  if (sources.assemblies.length === 0) return [];
  const { readAssembly } = await import('../parsers/assembly/read.ts');
  const memory = again?.memory.assemblies;
  const readings = sources.assemblies.flatMap((folder) => {
    const before = memory?.get(folder);
    // What it looked for and didn't find may have come.
    const stands =
      before !== undefined && again?.structure === false && [...before.looked].every((path) => !again.paths.has(path));
    const looked = new Set<string>();
    const troubles: Unreadable[] = [];
    const own = {
      read: (path: string) => files.read(noted(looked, path)),
      exists: (path: string) => files.exists(noted(looked, path)),
    };
    const found = stands
      ? before
      : {
          looked,
          unreadable: troubles,
          reading: attempt(`${folder}/manifest.json`, troubles, () => readAssembly(folder, own)),
        };
    if (!stands) memory?.set(folder, found);
    unreadable.push(...found.unreadable);
    return found.reading ?? [];
  });
  if (memory !== undefined) keepOnly(memory, sources.assemblies);
  return readings;
}

function noted(into: Set<string>, path: string): string {
  into.add(path);
  return path;
}

async function readCdk(
  { files, bindings, again, late }: ReadRequest,
  sources: Sources,
  unreadable: Unreadable[],
): Promise<Reading[]> {
  const first = sources.cdk[0];
  if (first === undefined) return [];
  const { readCdkApps, readCdkAppsAgain } = await import('../parsers/cdk/interpreter/app.ts');
  const read = (path: string): string | undefined => tryRead(files, path);
  const request = {
    files: sources.cdk,
    paths: files.list(),
    read,
    exists: (path: string) => files.exists(path),
    bindings,
    ...defined({ late }),
  };
  if (again === undefined) return attempt(first, unreadable, () => readCdkApps(request)) ?? [];
  const { newCdkMemory } = await import('../parsers/cdk/interpreter/memory.ts');
  const cdk = (again.memory.cdk ??= newCdkMemory());
  const readings = attempt(first, unreadable, () =>
    readCdkAppsAgain(request, cdk, {
      paths: again.paths,
      structure: again.structure,
      stamp: (path) => files.stamp?.(path),
    }),
  );
  // What a failed attempt left behind is not to be built upon.
  if (readings === undefined) again.memory.cdk = undefined;
  return readings ?? [];
}

/**
 * A CDK app's reading spans files, each with its own comments; so does an assembly's, whose templates say in `Metadata`
 * what to ignore.
 */
function basesOf(reading: Reading): readonly ReadingBase[] {
  if (reading.kind === 'cdk') return reading.files;
  if (reading.kind !== 'assembly') return [reading];
  const templates = reading.stacks.flatMap(({ template, nested }) => [template, ...Object.values(nested)]);
  // What of them can't be read the assembly's reading says already.
  return [
    reading,
    ...[...new Set(templates)].map((one) => ({
      ...one,
      unreadable: [],
      suppressions: one.suppressions.map((each): Suppression => ({ ...each, generated: true })),
    })),
  ];
}

function indexed(readings: readonly Reading[], links: ReadonlyMap<string, string>): Map<string, Reading> {
  const byFile = new Map<string, Reading>();
  for (const reading of readings) if (!byFile.has(reading.file)) byFile.set(reading.file, reading);
  for (const [link, target] of links) {
    const reading = byFile.get(target);
    if (reading !== undefined) byFile.set(link, reading);
  }
  return byFile;
}

/** Reads what builds name as their Dockerfiles; each file once. */
async function readNamed(
  { files, ignores }: ReadRequest,
  sources: Sources,
  byFile: ReadonlyMap<string, Reading>,
): Promise<Readings['dockerfile']> {
  // The parser takes long to load, so something has to speak of a Dockerfile, or of docker and a file.
  const speaks = (path: string): boolean =>
    mentions(files, path, ['ockerfile']) ||
    (mentions(files, path, ['docker', 'podman', 'fromAsset', 'fromImageAsset']) &&
      mentions(files, path, ['-f', '--file', 'file:', 'FROM ']));
  const likely =
    sources.single.some(({ kind }) => kind === 'dockerfile') ||
    files.list().some((path) => LIKE_DOCKERFILE.test(path)) ||
    sources.single.some(({ path }) => speaks(path)) ||
    sources.cdk.some(speaks);
  if (!likely) return undefined;
  const { read } = await import('../parsers/dockerfile/read.ts');
  const parse = (path: string, text: string): DockerfileReading | undefined => {
    const reading = attempt(path, [], () => read({ file: path, text, lines: indexLines(path, text) }));
    return reading === undefined || reading.stages.length === 0 ? undefined : withContinuations(reading, text);
  };
  const named = new Map<string, DockerfileReading | undefined>();
  const at = (path: string): DockerfileReading | undefined => {
    if (!named.has(path)) {
      const text = ignores?.(path) === true || !files.exists(path) ? undefined : tryRead(files, path);
      named.set(path, text === undefined ? undefined : parse(path, text));
    }
    return named.get(path);
  };
  return (path, text) => {
    if (text !== undefined) return parse(path, text);
    const before = byFile.get(path);
    if (before !== undefined) return before.kind === 'dockerfile' ? before : undefined;
    if (files.exists(path) || !/(?:^|\/)Dockerfile$/.test(path)) return at(path);
    const lower = path.replace(/D(?=ockerfile$)/, 'd');
    const discovered = byFile.get(lower);
    return discovered?.kind === 'dockerfile' ? discovered : at(lower);
  };
}

const LIKE_DOCKERFILE = /(?:docker|container)[^/]*$/i;

function lookup(
  files: Files,
  readings: readonly Reading[],
  byFile: ReadonlyMap<string, Reading>,
  onDemand: { readonly dockerfile: Readings['dockerfile']; readonly yaml: Readings['yaml'] },
): Readings {
  const byKind = new Map<Kind, Reading[]>();
  for (const reading of readings) {
    const same = byKind.get(reading.kind);
    if (same === undefined) byKind.set(reading.kind, [reading]);
    else same.push(reading);
  }
  return {
    get: (file) => byFile.get(file),
    ofKind: <K extends Kind>(kind: K) =>
      (byKind.get(kind) ?? []).filter((reading): reading is Extract<Reading, { kind: K }> => reading.kind === kind),
    exists: (path) => path === '' || files.exists(path),
    text: (file) => tryRead(files, file),
    ...defined(onDemand),
  };
}

function byPlace(a: Unreadable, b: Unreadable): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column;
}
