/** Reads a project's CDK apps: runs their entry files in the abstract, then whatever no entry reached on its own. */
import { Shares, type Budget, type Taken } from '../../../core/budget.ts';
import { contain } from '../../../core/contain.ts';
import { witnessed } from '../../../core/sealed.ts';
import { position } from '../../../core/site.ts';
import type { Unreadable } from '../../../syntax/source.ts';
import type { ts } from '../compiler.ts';
import { buildspecsOf } from '../buildspecs.ts';
import { metadataSuppressions } from '../metadata.ts';
import { readAgain, rememberedSources, type CdkChanges, type CdkMemory, type RememberedFile } from './memory.ts';
import { createModules, createSources, type Sources } from '../modules.ts';
import type { CdkReading, CdkSource } from '../reading.ts';
import { createResolver, folderOf, joinPath, readJson, type ProjectFiles, type Resolver } from './resolve.ts';
import type { Run } from './run.ts';
import { mapsNames, mayBeCdk } from '../sniff.ts';
import { resetIdentities } from './alternatives.ts';
import { defined } from '../../../core/optional.ts';
import { STACKS, leftovers } from './leftovers.ts';
import { fileReading } from './file-reading.ts';
import { isCandidate, importedFiles, specifiersOf, appsOf } from './candidates.ts';

export interface CdkRequest extends ProjectFiles {
  readonly bindings: ReadonlyMap<string, readonly string[]>;
  /** The last net: true when the run as a whole has taken too long. */
  readonly late?: () => boolean;
}

/**
 * Steps for all apps of a project, shared out among their files; for what a file does, and again for what nobody calls
 * in it.
 */
const TOTAL_STEPS = 600_000;
const LARGEST_TOTAL = 1_000_000;
const MOST_STEPS = 150_000;
const USUAL_STEPS = 20_000;
/** However many there are. */
const LEAST_STEPS = 1_000;
/** Of a file's leftovers, one may take this part. */
const LEFTOVERS = 4;

function sharesFor({ late }: CdkRequest, files: number): Shares {
  return new Shares({
    total: TOTAL_STEPS,
    largest: LARGEST_TOTAL,
    most: MOST_STEPS,
    usual: USUAL_STEPS,
    least: LEAST_STEPS,
    entries: 2 * files,
    ...defined({ late }),
  });
}

export function readCdkApps(request: CdkRequest): CdkReading[] {
  const resolver = createResolver(request);
  const sources = createSources(request);
  const all = new Set(request.files);
  const candidates = request.files.filter(
    (file) => isCandidate(file, all, request, resolver) && mayBeCdk(request.read(file) ?? ''),
  );
  const imported = importedFiles(candidates, (file) => specifiersOf(sources.parse(file)), resolver);
  const apps = appsOf(request, candidates, resolver);
  const read = (shares: Shares): CdkReading[] => {
    resetIdentities();
    const executed = new Set<ts.Node>();
    const owned = new Set<string>();
    return apps.map(([root, files]) =>
      readApp(request, { root, files, resolver, sources, imported, executed, owned, shares }),
    );
  };
  const shares = sharesFor(request, candidates.length);
  const readings = read(shares);
  const more = shares.again();
  return more === undefined ? readings : read(more);
}

/** The same, with what is remembered from the last time: only what a change concerns is read again. */
export function readCdkAppsAgain(request: CdkRequest, memory: CdkMemory, changes: CdkChanges): CdkReading[] {
  // Where imports lead may change with files that come and go, and with what maps names to folders.
  const structure = changes.structure || [...changes.paths].some(mapsNames);
  if (structure) memory.resolver = undefined;
  const resolver = (memory.resolver ??= createResolver(request));
  const sources = rememberedSources(request, memory, changes.stamp);
  const all = new Set(request.files);
  for (const file of [...memory.files.keys()]) if (!all.has(file)) memory.files.delete(file);
  const looked = (file: string): RememberedFile => {
    const before = memory.files.get(file);
    const stamp = changes.stamp(file);
    if (before !== undefined && before.stamp === stamp) return before;
    const candidate = mayBeCdk(request.read(file) ?? '');
    const found = { stamp, candidate, specifiers: candidate ? specifiersOf(sources.parse(file)) : [] };
    memory.files.set(file, found);
    return found;
  };
  const candidates = request.files.filter(
    (file) => isCandidate(file, all, request, resolver) && looked(file).candidate,
  );
  const imported = importedFiles(candidates, (file) => looked(file).specifiers, resolver);
  const groups = appsOf(request, candidates, resolver).map(([root, files]) => ({
    root,
    files,
    key: files.map((file) => `${file} ${imported.has(file)}`).join('\n'),
  }));
  memory.roots = groups.map(({ root }) => root);
  const read = (shares: Shares) =>
    readAgain(groups, memory, { ...changes, structure, shares }, ({ root, files, key }, { executed, owned }) => {
      const seen = new Set<string>(files);
      const parsed = new Set<string>(files);
      const own: CdkRequest = {
        ...request,
        read: (path) => request.read(noted(seen, path)),
        exists: (path) => request.exists(path),
      };
      const watched: Sources = { ...sources, parse: (file) => sources.parse(noted(parsed, noted(seen, file))) };
      const takes: Taken[] = [];
      const sealed = new Set<string>();
      const reading = witnessed(sealed, () =>
        readApp(own, { root, files, resolver, sources: watched, imported, executed, owned, shares, takes }),
      );
      return { key, looked: seen, parsed, reading, takes, sealed };
    });
  resetIdentities();
  const shares = sharesFor(request, candidates.length);
  const readings = read(shares);
  const more = shares.again();
  return more === undefined ? readings : read(more);
}

function noted(into: Set<string>, path: string): string {
  into.add(path);
  return path;
}

interface AppRequest {
  readonly root: string;
  readonly files: readonly string[];
  readonly resolver: Resolver;
  readonly sources: Sources;
  readonly imported: ReadonlySet<string>;
  /** Bodies that have run in any app so far. */
  readonly executed: Set<ts.Node>;
  /** Files whose suppressions and unreadable spots another reading already carries. */
  readonly owned: Set<string>;
  readonly shares: Shares;
  /** What its entries took. */
  readonly takes?: Taken[];
}

function readApp(request: CdkRequest, app: AppRequest): CdkReading {
  const { root, files, resolver, sources } = app;
  const command = readJson(request, joinPath(root, 'cdk.json'))?.['app'];
  // The file that the toolkit runs comes first.
  const named = (file: string): boolean =>
    typeof command === 'string' && command.includes(root === '' ? file : file.slice(root.length + 1));
  const entries = files
    .filter((file) => !app.imported.has(file))
    .sort((a, b) => Number(named(b)) - Number(named(a)) || (a < b ? -1 : 1));
  const first = entries[0] ?? files[0]!;
  const roots = [...new Set([root, resolver.nearest(folderOf(first), 'package.json') ?? '', '', folderOf(first)])];
  const modules = createModules(request, resolver, sources);
  const run: Run = {
    modules,
    bindings: request.bindings,
    entry: first,
    roots,
    objects: [],
    library: [],
    contexts: new Map(),
    exports: new Map(),
    context: contextOf(request, root),
    executed: app.executed,
    instances: new Map(),
    active: new Map(),
    when: [],
    via: [],
    depth: 0,
    calls: 0,
    budget: app.shares.anew(entries[0] ?? first),
    stops: [],
    unmade: false,
  };
  const stopped = new Map<string, Unreadable>();
  const say = (file: string, offset: number, reason: string): void => {
    if (!stopped.has(file)) stopped.set(file, { file, ...position(sources.lines(file), offset), reason });
  };
  let whole = false;
  for (const file of [...entries, ...files.filter((one) => app.imported.has(one))]) {
    fresh(run, file, app.shares.anew(file), say, () => modules.execute(run, file));
    whole ||=
      named(file) && run.stops.length === 0 && run.objects.some(({ name, how }) => how === 'new' && STACKS.test(name));
  }
  const left = files.map((file) => ({ file, budget: app.shares.anew(`${file} leftovers`) }));
  // Stacks first: what only they make, nobody makes.
  for (const stacks of [true, false]) {
    for (const { file, budget } of left)
      leftovers(run, file, { whole, stacks }, (action) =>
        fresh(run, file, budget.part(Math.ceil(budget.most / LEFTOVERS)), say, action),
      );
  }
  const own = new Set(files.flatMap((file) => [file, `${file} leftovers`]));
  app.takes?.push(...app.shares.taken.filter(({ entry }) => own.has(entry)));
  const read = [...new Set([...files, ...modules.executed.keys()])]
    .filter((file) => !app.owned.has(file) && !file.endsWith('.json'))
    .sort();
  for (const file of read) app.owned.add(file);
  const toolkit = toolkitVersion(request, resolver, root);
  const stated = metadataSuppressions(run.objects, (file) => sources.parse(file));
  return {
    kind: 'cdk',
    file: first,
    lines: sources.lines(first),
    unreadable: [],
    suppressions: [],
    files: read.map((file) => fileReading(file, sources, stated.get(file) ?? [], stopped.get(file))),
    roots,
    objects: run.objects,
    buildspecs: buildspecsOf(run.objects, sources),
    contextReads: [...run.contexts.values()].map(({ key, source, uses, via }) => ({ key, source, uses, via })),
    ...defined({ toolkit }),
  };
}

type Say = (file: string, offset: number, reason: string) => void;

/** Each entry starts afresh, with steps of its own; what goes wrong in it costs it alone. */
function fresh(run: Run, file: string, budget: Budget, say: Say, action: () => void): void {
  run.when = [];
  run.via = [];
  run.depth = 0;
  run.calls = 0;
  run.active.clear();
  run.budget = budget;
  const stops: CdkSource[] = [];
  run.stops = stops;
  contain(action, (reason) => say(file, 0, `could not be followed to its end: ${reason}`));
  const [stop] = stops;
  if (stop !== undefined)
    say(
      stop.file,
      stop.range[0],
      `following it takes more than the ${budget.most.toLocaleString('en')} steps there are`,
    );
}

function contextOf(request: CdkRequest, root: string): ReadonlyMap<string, unknown> {
  const context = new Map<string, unknown>();
  for (const file of ['cdk.json', 'cdk.context.json']) {
    const json = readJson(request, joinPath(root, file));
    const values = file === 'cdk.json' ? json?.['context'] : json;
    if (typeof values === 'object' && values !== null)
      for (const [key, value] of Object.entries(values)) if (!context.has(key)) context.set(key, value);
  }
  return context;
}

function toolkitVersion(request: CdkRequest, resolver: Resolver, root: string): string | undefined {
  for (
    let folder = resolver.nearest(root, 'package.json');
    folder !== undefined;
    folder = folder === '' ? undefined : resolver.nearest(folderOf(folder), 'package.json')
  ) {
    const json = readJson(request, joinPath(folder, 'package.json'));
    for (const key of ['devDependencies', 'dependencies']) {
      const list = json?.[key];
      const version = typeof list === 'object' && list !== null && 'aws-cdk' in list ? list['aws-cdk'] : undefined;
      if (typeof version === 'string') return version;
    }
  }
  return undefined;
}
