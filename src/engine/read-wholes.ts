/** What is read as a whole, of many files each: CDK apps and synthesized assemblies. */
import { tryRead } from '../discover/files.ts';
import type { Sources } from '../discover/sources.ts';
import { defined } from '../core/optional.ts';
import { witnessed } from '../core/sealed.ts';
import type { AssemblyReading } from '../parsers/assembly/read.ts';
import type { CdkReading } from '../parsers/cdk/reading.ts';
import { mapsNames } from '../parsers/cdk/sniff.ts';
import type { Reading } from '../project/readings.ts';
import type { ReadingBase, Suppression, Unreadable } from '../syntax/source.ts';
import { keepOnly, type RememberedAssembly } from './read-memory.ts';
import type { ReadRequest } from './read-project.ts';
import { attempt } from './read-single.ts';

/** What comments of a file say of findings, and what of it can't be read. */
export type Base = Pick<ReadingBase, 'file' | 'lines' | 'suppressions' | 'unreadable'>;

/** A reading and the files it was made of. */
export interface Whole {
  readonly reading: Reading;
  readonly bases: readonly Base[];
}

export async function readAssemblies(
  { files, again }: ReadRequest,
  sources: Sources,
  unreadable: Unreadable[],
): Promise<Whole[]> {
  if (sources.assemblies.length === 0) return [];
  const { readAssembly } = await import('../parsers/assembly/read.ts');
  const memory = again?.memory.assemblies;
  const wholes = sources.assemblies.flatMap((folder) => {
    const before = memory?.get(folder);
    // What it looked for and didn't find may have come.
    const stands =
      before !== undefined && again?.structure === false && [...before.looked].every((path) => !again.paths.has(path));
    const found = stands ? before : readOne(folder, files, readAssembly);
    if (!stands) memory?.set(folder, found);
    unreadable.push(...found.unreadable);
    const { reading, bases } = found;
    return reading === undefined ? [] : { reading, bases };
  });
  if (memory !== undefined) keepOnly(memory, sources.assemblies);
  return wholes;
}

type Read = (folder: string, files: Pick<ReadRequest['files'], 'read' | 'exists'>) => AssemblyReading;

export function readOne(folder: string, files: ReadRequest['files'], read: Read): RememberedAssembly {
  const looked = new Set<string>();
  const unreadable: Unreadable[] = [];
  const sealed = new Set<string>();
  const own = {
    read: (path: string) => files.read(noted(looked, path)),
    exists: (path: string) => files.exists(noted(looked, path)),
  };
  const reading = witnessed(sealed, () => attempt(`${folder}/manifest.json`, unreadable, () => read(folder, own)));
  const bases = reading === undefined ? [] : basesOf(reading);
  return { looked, unreadable, reading, bases, sealed: sealed.size > 0 };
}

/** Its templates say in `Metadata` what to ignore. */
function basesOf(assembly: AssemblyReading): Base[] {
  const templates = assembly.stacks.flatMap(({ template, nested }) => [template, ...Object.values(nested)]);
  return [
    baseOf(assembly),
    ...[...new Set(templates)].map((one) => ({
      ...baseOf(one),
      // What of them can't be read the assembly's reading says already.
      unreadable: [],
      suppressions: one.suppressions.map((each): Suppression => ({ ...each, generated: true })),
    })),
  ];
}

function baseOf({ file, lines, suppressions, unreadable }: ReadingBase): Base {
  return { file, lines, suppressions, unreadable };
}

function noted(into: Set<string>, path: string): string {
  into.add(path);
  return path;
}

/** An app's reading spans files, each with its own comments. */
export async function readCdk(request: ReadRequest, sources: Sources, unreadable: Unreadable[]): Promise<Whole[]> {
  const readings = unchangedApps(request, sources) ?? (await readApps(request, sources, unreadable));
  return readings.map((reading) => ({ reading, bases: reading.files }));
}

/** Where nothing has changed for any app, not even the compiler is needed. */
function unchangedApps({ again }: ReadRequest, { cdk }: Sources): readonly CdkReading[] | undefined {
  if (cdk.length === 0) return [];
  const memory = again?.memory.cdk;
  if (again === undefined || memory === undefined || again.structure) return undefined;
  const apps = memory.roots.flatMap((root) => memory.apps.get(root) ?? []);
  if (apps.length !== memory.roots.length) return undefined;
  const all = new Set(cdk);
  const concerns = (path: string): boolean =>
    all.has(path) || memory.files.has(path) || mapsNames(path) || apps.some(({ looked }) => looked.has(path));
  return [...again.paths].some(concerns) ? undefined : apps.map(({ reading }) => reading);
}

async function readApps(
  { files, bindings, again, late }: ReadRequest,
  sources: Sources,
  unreadable: Unreadable[],
): Promise<CdkReading[]> {
  const [first = ''] = sources.cdk;
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
