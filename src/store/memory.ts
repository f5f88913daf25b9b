/**
 * What is remembered of a project, in the form in which it is kept between runs: what each entry found, and the outlines
 * of readings.
 */
import { posix } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { tryRead, type Files } from '../discover/files.ts';
import type { SourceMemory } from '../discover/sources.ts';
import { newProjectMemory, type ProjectMemory } from '../engine/project-memory.ts';
import type { ReadMemory, RememberedAssembly } from '../engine/read-memory.ts';
import { readSingle, type Single } from '../engine/read-single.ts';
import { readOne } from '../engine/read-wholes.ts';
import { defined } from '../core/optional.ts';
import type { Fact } from '../model/facts.ts';
import type { CdkMemory, RememberedApp, RememberedFile } from '../parsers/cdk/interpreter/memory.ts';
import type { CdkReading } from '../parsers/cdk/reading.ts';
import { readerOf } from '../parsers/languages.ts';
import type { Reader, SingleKind } from '../project/language.ts';
import { contentIn, type Remembered } from '../project/memory.ts';
import { fromOutline, outlineOf, type Outline } from '../project/outline.ts';
import type { Kind, Reading } from '../project/readings.ts';
import { packed, unpacked, type Contents, type Packed } from './packed.ts';

interface Kept {
  /** The project's list of files. */
  readonly paths: readonly string[];
  readonly round: number;
  readonly yaml: boolean;
  readonly sources: readonly (readonly [path: string, found: Found])[];
  readonly singles: readonly KeptSingle[];
  readonly assemblies: readonly (readonly [folder: string, KeptAssembly])[];
  readonly cdk: KeptCdk | undefined;
  /** Does evaluation come upon YAML there? */
  readonly leads: readonly (readonly [reading: string, leads: boolean])[];
  readonly byFile: readonly (readonly [path: string, reading: string])[];
  readonly turns: readonly KeptTurn[];
}

type Found = NonNullable<ReturnType<SourceMemory['get']>>['found'];

interface KeptSingle extends Omit<Single, 'reading' | 'sealed'> {
  readonly path: string;
  readonly kind: SingleKind;
  readonly outline: Outline | undefined;
}

interface KeptAssembly extends Omit<RememberedAssembly, 'reading' | 'sealed'> {
  readonly outline: Outline | undefined;
}

interface KeptCdk extends Pick<CdkMemory, 'roots'> {
  readonly files: readonly (readonly [path: string, RememberedFile])[];
  readonly apps: readonly (readonly [root: string, KeptApp])[];
}

interface KeptApp extends Omit<RememberedApp, 'reading' | 'sealed'> {
  readonly outline: Outline;
  readonly whole: Packed;
}

interface KeptTurn extends Omit<Remembered, 'reading' | 'facts' | 'sealed'> {
  readonly slot: string;
  readonly reading: string;
  readonly facts: Packed | undefined;
}

/** What was thawed and is still as it was. */
const asKept = new WeakMap<object, Packed>();

/** As a file's content that a change leaves as it is; all others have the stamp of the day. */
export const BEFORE = 'before';

function keyOf({ kind, file }: Reading): string {
  return `${kind} ${file}`;
}

export function frozen({ read, turns, round, yaml, byFile }: ProjectMemory, files: Files): Buffer {
  const contents = contentsOf(files);
  const readings = new Set(byFile.values());
  const names = new Set(files.list().map((path) => posix.basename(path)));
  const drawn = (reading: Reading | undefined): Outline | undefined =>
    reading && withoutWords(outlineOf(reading), names);
  const kept: Kept = {
    paths: files.list(),
    round,
    yaml,
    sources: [...read.sources].flatMap(([path, { stamp, found }]) =>
      stamp === undefined ? [] : [[path, found] as const],
    ),
    singles: [...read.singles].flatMap(([path, { reading, unreadable, yaml: leads, kind, sealed }]): KeptSingle[] =>
      sealed === true || !isSingle(kind)
        ? []
        : [{ path, kind, outline: drawn(reading), unreadable, ...defined({ yaml: leads }) }],
    ),
    assemblies: [...read.assemblies].flatMap(([folder, { reading, sealed, ...rest }]) =>
      sealed ? [] : [[folder, { ...rest, outline: drawn(reading) }] as const],
    ),
    cdk: read.cdk === undefined ? undefined : keptCdk(read.cdk, contents),
    leads: [...readings].flatMap((reading) => {
      const leads = read.yaml.get(reading);
      return leads === undefined ? [] : [[keyOf(reading), leads] as const];
    }),
    byFile: [...byFile].map(([path, reading]) => [path, keyOf(reading)] as const),
    turns: [...turns].map(([slot, turn]): KeptTurn => {
      const { reading, sealed, facts: _, ...rest } = turn;
      const facts = asKept.get(turn) ?? packed({ value: turn.facts, sealed, of: filesOf(turn) }, contents);
      return { ...rest, slot, reading: keyOf(reading), facts };
    }),
  };
  return serialize(kept);
}

/** Of the words of a script only names of files: others may be anything, a password too. */
function withoutWords(outline: Outline, names: ReadonlySet<string>): Outline {
  const { mentions } = outline.known;
  return Array.isArray(mentions)
    ? { ...outline, known: { ...outline.known, mentions: mentions.filter((word) => names.has(word)) } }
    : outline;
}

/** A file that came since may be one that a script names. */
function withoutNames({ known: { mentions, ...known }, others }: Outline): Outline {
  return mentions === undefined ? { known, others } : { known, others: [...others, 'mentions'] };
}

function isSingle(kind: Kind): kind is SingleKind {
  return kind !== 'assembly' && kind !== 'cdk';
}

function keptCdk({ files, apps, roots }: CdkMemory, contents: Contents): KeptCdk {
  return {
    roots,
    files: [...files],
    apps: [...apps].flatMap(([root, { reading, sealed, ...rest }]) => {
      const whole = asKept.get(reading) ?? packed({ value: reading, sealed, of: [...rest.looked] }, contents);
      return whole === undefined ? [] : [[root, { ...rest, outline: outlineOf(reading), whole }] as const];
    }),
  };
}

/** What a turn knows comes from these. */
function filesOf({ reading, needs }: Remembered): string[] {
  return [...new Set([reading.file, ...[...needs].flatMap((need) => contentIn(need) ?? [])])].sort();
}

function contentsOf(files: Files): Contents {
  const known = new Map<string, string | undefined>();
  return (path) => {
    if (!known.has(path)) known.set(path, tryRead(files, path));
    return known.get(path);
  };
}

/** `files`: where readings are read again. Undefined: it is of no use. */
export async function thawed(
  bytes: Uint8Array,
  files: Files,
): Promise<{ readonly memory: ProjectMemory; readonly paths: readonly string[] } | undefined> {
  const kept: unknown = deserialize(bytes);
  if (!isKept(kept)) return undefined;
  const memory: ProjectMemory = newProjectMemory();
  const { read } = memory;
  const contents = contentsOf(files);
  memory.round = kept.round;
  memory.yaml = kept.yaml;
  for (const [path, found] of kept.sources) read.sources.set(path, { stamp: BEFORE, found });
  const isListed = new Set(kept.paths);
  await thawSingles(kept, read, { files, grown: files.list().some((path) => !isListed.has(path)) });
  await thawAssemblies(kept, read, files);
  if (kept.cdk !== undefined) read.cdk = thawedCdk(kept.cdk, contents);
  const readings = new Map<string, Reading>();
  for (const { reading } of [...read.singles.values(), ...read.assemblies.values(), ...(read.cdk?.apps.values() ?? [])])
    if (reading !== undefined) readings.set(keyOf(reading), reading);
  for (const [key, leads] of kept.leads) {
    const reading = readings.get(key);
    if (reading !== undefined) read.yaml.set(reading, leads);
  }
  memory.byFile = new Map(
    kept.byFile.flatMap(([path, key]) => {
      const reading = readings.get(key);
      return reading === undefined ? [] : [[path, reading] as const];
    }),
  );
  for (const turn of kept.turns) {
    const reading = readings.get(turn.reading);
    if (reading !== undefined) memory.turns.set(turn.slot, thawedTurn(turn, reading, contents));
    else for (const name of turn.calls) memory.lost.add(name);
  }
  return { memory, paths: kept.paths };
}

async function thawSingles(
  { singles }: Kept,
  { singles: into }: ReadMemory,
  { files, grown }: { readonly files: Files; readonly grown: boolean },
): Promise<void> {
  const readers = new Map<SingleKind, Reader>();
  for (const { path, kind, outline, ...rest } of singles) {
    const reader = readers.get(kind) ?? (await readerOf(kind));
    readers.set(kind, reader);
    const reading =
      outline &&
      fromOutline(kind, grown ? withoutNames(outline) : outline, () =>
        found(path, readSingle(files, path, kind, reader).reading),
      );
    into.set(path, { ...rest, reading, kind, stamp: BEFORE });
  }
}

async function thawAssemblies({ assemblies }: Kept, { assemblies: into }: ReadMemory, files: Files): Promise<void> {
  if (assemblies.length === 0) return;
  const { readAssembly } = await import('../parsers/assembly/read.ts');
  for (const [folder, { outline, ...rest }] of assemblies) {
    const reading =
      outline && fromOutline('assembly', outline, () => found(folder, readOne(folder, files, readAssembly).reading));
    into.set(folder, { ...rest, reading, sealed: false });
  }
}

/** It was there when it was looked at, a moment ago. */
function found(path: string, reading: Reading | undefined): Reading {
  if (reading === undefined) throw new Error(`${path} changed while it was read`);
  return reading;
}

function thawedCdk({ files, apps, roots }: KeptCdk, contents: Contents): CdkMemory {
  return {
    roots,
    trees: new Map(),
    resolver: undefined,
    files: new Map(files.map(([path, file]) => [path, { ...file, stamp: BEFORE }])),
    apps: new Map(
      apps.flatMap(([root, { outline, whole, ...rest }]) => {
        const load = (): unknown => unpacked(whole, contents);
        // What it had sealed has to be known from the start, also where nobody looks inside.
        const opened = whole.of === undefined ? undefined : load();
        if (whole.of !== undefined && opened === undefined) return [];
        const reading = fromOutline('cdk', outline, () => cdkIn(opened ?? load()));
        asKept.set(reading, whole);
        return [[root, { ...rest, reading, sealed: NOTHING_SEALED }] as const];
      }),
    ),
  };
}

/** What is kept as it was knows itself what it had sealed. */
const NOTHING_SEALED: ReadonlySet<string> = new Set();

function thawedTurn(
  { slot: _, reading: __, facts: whole, ...rest }: KeptTurn,
  reading: Reading,
  contents: Contents,
): Remembered {
  let facts: readonly Fact[] | undefined;
  const turn: Remembered = {
    ...rest,
    reading,
    sealed: NOTHING_SEALED,
    get facts() {
      return (facts ??= whole === undefined ? undefined : factsIn(unpacked(whole, contents)));
    },
  };
  if (whole !== undefined) asKept.set(turn, whole);
  return turn;
}

// What is read here was written by this very program, and its sum is right.

function factsIn(value: unknown): readonly Fact[] | undefined {
  return isFacts(value) ? value : undefined;
}

function isFacts(value: unknown): value is readonly Fact[] {
  return Array.isArray(value);
}

function cdkIn(value: unknown): CdkReading {
  if (!isCdk(value)) throw new Error('a reading that was kept is none');
  return value;
}

function isCdk(value: unknown): value is CdkReading {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'cdk';
}

function isKept(value: unknown): value is Kept {
  return typeof value === 'object' && value !== null && 'turns' in value && 'singles' in value;
}
