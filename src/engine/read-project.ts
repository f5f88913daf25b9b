/** Files to readings. A file's text is dropped once it's read: readings keep the line starts, and that is enough. */
import { mentions, tryRead, type Files } from '../discover/files.ts';
import { findSources, type Sources } from '../discover/sources.ts';
import { foreignApps, isProgram, unreadFiles, type UnreadFile } from '../discover/unread.ts';
import type { Unreadable } from '../syntax/source.ts';
import { shorten } from '../core/shorten.ts';
import { indexLines } from '../core/site.ts';
import { readerOf } from '../parsers/languages.ts';
import { withContinuations } from './continuations.ts';
import { readDocs, type DocsRequest } from './read-docs.ts';
import { readCommandLine, type CommandLine } from './command-line.ts';
import { readIncluded } from './read-included.ts';
import { keepOnly, type ReadMemory } from './read-memory.ts';
import { attempt, readSingle, type Single } from './read-single.ts';
import { readAssemblies, readCdk, type Base, type Whole } from './read-wholes.ts';
import { yamlReaders } from './yaml-readers.ts';
import type { DockerfileReading } from '../parsers/dockerfile/read.ts';
import type { SingleKind } from '../project/language.ts';
import type { Kind, Reading, Readings } from '../project/readings.ts';
import type { Suppression } from '../syntax/source.ts';
import { defined } from '../core/optional.ts';

export interface Project {
  readonly readings: Readings;
  /** By path; a link leads to what it links to. */
  readonly byFile: ReadonlyMap<string, Reading>;
  readonly unreadable: readonly Unreadable[];
  readonly suppressions: readonly { readonly base: Base; readonly suppression: Suppression }[];
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
  const wholes: readonly Whole[] = [
    ...(await readAssemblies(request, sources, unreadable)),
    ...(await readCdk(request, sources, unreadable)),
    ...(await readDocs(request, unreadable)).map(alone),
    ...(request.typed === undefined ? [] : [alone(await readCommandLine(request.typed))]),
  ];
  const bases: readonly Base[] = [...readings, ...wholes.flatMap((whole) => whole.bases)];
  readings.push(...wholes.map(({ reading }) => reading));
  unreadable.push(...bases.flatMap((base) => base.unreadable));
  const byFile = indexed(readings, sources.links);
  const dockerfile = await readNamed(request, sources, byFile);
  const singlesLead = [...singles.values()].some((one) => one.yaml === true);
  const yaml = await yamlReaders({ files, memory: memory?.yaml }, singlesLead, wholes);
  return {
    readings: lookup(files, readings, byFile, { dockerfile, yaml }),
    byFile,
    unreadable: unreadable.sort(byPlace).map((one) => ({ ...one, reason: shorten(one.reason) })),
    suppressions: bases.flatMap((base) => base.suppressions.map((suppression) => ({ base, suppression }))),
    ...unreadIn(files, byFile, new Set(sources.cdk), request.ignores),
    paths: [...new Set([...singles.keys(), ...sources.cdk, ...bases.map((base) => base.file)])].sort(),
  };
}

function alone<R extends Reading & Base>(reading: R): Whole {
  return { reading, bases: [reading] };
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
    const found = stands ? before : readSingle(files, path, kind, await readerOf(kind));
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
