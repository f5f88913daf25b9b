/** Files to readings. A file's text is dropped once it's read: readings keep the line starts, and that is enough. */
import { tryRead, type Files } from '../discover/files.ts';
import { findSources, type Sources } from '../discover/sources.ts';
import { reasonOf } from '../discover/text.ts';
import type { Unreadable } from '../model/finding.ts';
import { indexLines } from '../model/site.ts';
import { READERS } from '../parsers/index.ts';
import type { Kind, Reading, ReadingBase, Readings, SourceText, Suppression } from '../parsers/reading.ts';

export interface Project {
  readonly readings: Readings;
  readonly unreadable: readonly Unreadable[];
  readonly suppressions: readonly { readonly base: ReadingBase; readonly suppression: Suppression }[];
  /** Files that took part. */
  readonly paths: readonly string[];
}

export interface ReadRequest {
  readonly files: Files;
  readonly ignores?: (path: string) => boolean;
  readonly bindings: ReadonlyMap<string, readonly string[]>;
}

export async function readProject(request: ReadRequest): Promise<Project> {
  const { files } = request;
  const sources = findSources(files, request.ignores);
  const unreadable: Unreadable[] = [];
  const readings: Reading[] = [];
  for (const { path, kind } of sources.single) {
    const source = open(files, path, kind, unreadable);
    if (source === undefined) continue;
    const reader = await READERS[kind]();
    const reading = attempt(path, unreadable, () => reader.read(source));
    if (reading !== undefined) readings.push(withContinuations(reading, source.text));
  }
  readings.push(...(await readAssemblies(files, sources, unreadable)), ...(await readCdk(request, sources, unreadable)));

  const bases = readings.flatMap(basesOf);
  unreadable.push(...bases.flatMap((base) => base.unreadable));
  return {
    readings: lookup(files, readings, sources.links),
    unreadable: unreadable.sort(byPlace),
    suppressions: bases.flatMap((base) => base.suppressions.map((suppression) => ({ base, suppression }))),
    paths: [...new Set([...sources.single.map(({ path }) => path), ...sources.cdk, ...bases.map((base) => base.file)])].sort(),
  };
}

function open(files: Files, path: string, kind: Kind, unreadable: Unreadable[]): SourceText | undefined {
  try {
    const text = files.read(path);
    return { file: path, text: withoutMark(text, kind, path), lines: indexLines(path, text) };
  } catch (error) {
    unreadable.push({ file: path, line: 1, column: 1, reason: reasonOf(error) });
    return undefined;
  }
}

const MARK_IS_SPACE: ReadonlySet<Kind> = new Set<Kind>(['shell', 'makefile', 'package-json']);

/** A byte order mark, which some parsers refuse, becomes a blank, so that offsets stay the file's. YAML knows it, and would take a blank for an indent. */
function withoutMark(text: string, kind: Kind, path: string): string {
  return text.charCodeAt(0) === 0xfeff && (MARK_IS_SPACE.has(kind) || path.endsWith('.json')) ? ` ${text.slice(1)}` : text;
}

/** Readers are tolerant; should one fail all the same, that costs this file only. */
function attempt<T>(path: string, unreadable: Unreadable[], action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    const reason = error instanceof RangeError ? 'nested too deeply to be read' : `could not be read: ${reasonOf(error)}`;
    unreadable.push({ file: path, line: 1, column: 1, reason });
    return undefined;
  }
}

async function readAssemblies(files: Files, sources: Sources, unreadable: Unreadable[]): Promise<Reading[]> {
  if (sources.assemblies.length === 0) return [];
  const { readAssembly } = await import('../parsers/assembly.ts');
  return sources.assemblies.flatMap((folder) => attempt(`${folder}/manifest.json`, unreadable, () => readAssembly(folder, files)) ?? []);
}

async function readCdk({ files, bindings }: ReadRequest, sources: Sources, unreadable: Unreadable[]): Promise<Reading[]> {
  const first = sources.cdk[0];
  if (first === undefined) return [];
  const { readCdkApps } = await import('../parsers/cdk/app.ts');
  const read = (path: string): string | undefined => tryRead(files, path);
  const request = { files: sources.cdk, read, exists: (path: string) => files.exists(path), bindings };
  return attempt(first, unreadable, () => readCdkApps(request)) ?? [];
}

/** A CDK app's reading spans files, each with its own comments. */
function basesOf(reading: Reading): readonly ReadingBase[] {
  return reading.kind === 'cdk' ? reading.files : [reading];
}

/** A comment above a command written over several lines (`\` at their ends) covers all of them. */
function withContinuations(reading: Reading, text: string): Reading {
  if (!reading.suppressions.some((one) => one.covers.length > 0)) return reading;
  const { starts } = reading.lines;
  const continues = (line: number): boolean => /\\\r?\n?$/.test(text.slice(starts[line - 1] ?? text.length, starts[line] ?? text.length));
  const suppressions = reading.suppressions.map((one) => {
    const covers = [...one.covers];
    for (let line = covers.at(-1); line !== undefined && line < starts.length && continues(line); ) covers.push(++line);
    return { ...one, covers };
  });
  return { ...reading, suppressions };
}

function lookup(files: Files, readings: readonly Reading[], links: ReadonlyMap<string, string>): Readings {
  const byFile = new Map<string, Reading>();
  for (const reading of readings) if (!byFile.has(reading.file)) byFile.set(reading.file, reading);
  for (const [link, target] of links) {
    const reading = byFile.get(target);
    if (reading !== undefined) byFile.set(link, reading);
  }
  return {
    get: (file) => byFile.get(file),
    ofKind: <K extends Kind>(kind: K) => readings.filter((reading): reading is Extract<Reading, { kind: K }> => reading.kind === kind),
    exists: (path) => path === '' || files.exists(path),
    text: (file) => tryRead(files, file),
  };
}

function byPlace(a: Unreadable, b: Unreadable): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column;
}
