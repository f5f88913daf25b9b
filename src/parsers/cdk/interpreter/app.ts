/** Reads a project's CDK apps: runs their entry files in the abstract, then whatever no entry reached on its own. */
import { Shares, type Budget, type Taken } from '../../../core/budget.ts';
import { contain } from '../../../core/contain.ts';
import { position } from '../../../core/site.ts';
import type { Unreadable } from '../../../syntax/source.ts';
import { ts } from '../compiler.ts';
import { buildspecsOf } from '../buildspecs.ts';
import { isCompiled } from '../compiled.ts';
import { suppressionsOf } from '../comments.ts';
import { callFunction, construct } from './functions.ts';
import { metadataSuppressions } from '../metadata.ts';
import { readAgain, rememberedSources, type CdkChanges, type CdkMemory, type RememberedFile } from './memory.ts';
import { createModules, createSources, type Sources } from '../modules.ts';
import { openArgument } from './patterns.ts';
import type { CdkFile, CdkReading, CdkSource } from '../reading.ts';
import { createResolver, folderOf, joinPath, readJson, type ProjectFiles, type Resolver } from './resolve.ts';
import { sourceOf, type Run } from './run.ts';
import { mayBeCdk } from '../sniff.ts';
import type { Suppression } from '../../../syntax/source.ts';
import { one, resetIdentities, type ClassValue, type FunctionValue, type Value } from './values.ts';
import { defined, oneOrNone } from '../../../core/optional.ts';

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

const SOURCE = /\.(?:[cm]?[jt]s|tsx)$/;
const NOT_AN_APP =
  /\.d\.[cm]?ts$|\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|\/)(?:node_modules|cdk\.out|__tests__|__mocks__)\//;

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
  const structure =
    changes.structure || [...changes.paths].some((path) => /(?:^|\/)(?:package|tsconfig[^/]*)\.json$/.test(path));
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
      const reading = readApp(own, {
        root,
        files,
        resolver,
        sources: watched,
        imported,
        executed,
        owned,
        shares,
        takes,
      });
      return { key, looked: seen, parsed, reading, takes };
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

function isCandidate(file: string, all: ReadonlySet<string>, project: ProjectFiles, resolver: Resolver): boolean {
  return (
    SOURCE.test(file) &&
    !NOT_AN_APP.test(file) &&
    resolver.library(file) === undefined &&
    !isCompiled(file, all, project, resolver)
  );
}

/**
 * Each app's root and files. Apps before libraries: what an app makes with its own props needn't be guessed with open
 * ones.
 */
function appsOf(request: CdkRequest, candidates: readonly string[], resolver: Resolver): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const file of candidates) {
    const root = rootOf(file, resolver);
    groups.set(root, [...(groups.get(root) ?? []), file]);
  }
  return [...groups].sort(
    ([a], [b]) =>
      Number(request.exists(joinPath(b, 'cdk.json'))) - Number(request.exists(joinPath(a, 'cdk.json'))) ||
      (a < b ? -1 : 1),
  );
}

function importedFiles(
  files: readonly string[],
  specifiers: (file: string) => readonly string[],
  resolver: Resolver,
): Set<string> {
  const found = new Set<string>();
  for (const file of files) {
    for (const specifier of specifiers(file)) {
      const target = resolver.resolve(specifier, file);
      if (target !== undefined && target !== file) found.add(target);
    }
  }
  return found;
}

function specifiersOf(source: ts.SourceFile | undefined): string[] {
  return (source?.statements ?? []).flatMap((statement) => {
    const specifier =
      ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)
        ? statement.moduleSpecifier
        : ts.isImportEqualsDeclaration(statement) && ts.isExternalModuleReference(statement.moduleReference)
          ? statement.moduleReference.expression
          : undefined;
    return specifier !== undefined && ts.isStringLiteralLike(specifier) ? [specifier.text] : [];
  });
}

function rootOf(file: string, resolver: Resolver): string {
  const folder = folderOf(file);
  return resolver.nearest(folder, 'cdk.json') ?? resolver.nearest(folder, 'package.json') ?? '';
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

function fileReading(
  file: string,
  sources: Sources,
  stated: readonly Suppression[],
  stopped: Unreadable | undefined,
): CdkFile {
  const source = sources.parse(file);
  const lines = sources.lines(file);
  return {
    file,
    lines,
    unreadable: [...unreadableOf(file, source, sources), ...oneOrNone(stopped)],
    suppressions: [...(source === undefined ? [] : suppressionsOf(source, lines)), ...stated],
  };
}

function unreadableOf(file: string, source: ts.SourceFile | undefined, sources: Sources): Unreadable[] {
  const failure = sources.failed.get(file);
  if (failure !== undefined) return [{ file, line: 1, column: 1, reason: failure }];
  if (source === undefined || !('parseDiagnostics' in source) || !Array.isArray(source.parseDiagnostics)) return [];
  const [problem]: unknown[] = source.parseDiagnostics;
  if (
    typeof problem !== 'object' ||
    problem === null ||
    !('start' in problem) ||
    typeof problem.start !== 'number' ||
    !('messageText' in problem)
  )
    return [];
  const { line, column } = position(sources.lines(file), problem.start);
  return [
    { file, line, column, reason: typeof problem.messageText === 'string' ? problem.messageText : 'not TypeScript' },
  ];
}

// ── what nothing reached ───────────────────────────────────────────────────────────────────────

const MAKES_SOMETHING = /\bnew\s|\.from[A-Z]|tryGetContext|\.add[A-Z]/;

interface Leftover {
  /** What the app makes is known to its end. */
  readonly whole: boolean;
  /** Only classes that are stacks, or all else. */
  readonly stacks: boolean;
}

/**
 * Classes nobody instantiates and functions nobody calls are evaluated once, with holes for what a caller would give.
 */
function leftovers(run: Run, file: string, { whole, stacks }: Leftover, turn: (action: () => void) => void): void {
  const scope = run.modules.executed.get(file);
  if (scope === undefined) return;
  for (const cell of [...scope.cells.values()]) {
    for (const alt of cell.value ?? []) {
      const { value } = alt;
      if ((value.kind === 'class' && isStack(value)) !== stacks) continue;
      if (value.kind === 'class' && value.node.getSourceFile().fileName === file) {
        run.unmade = whole && stacks;
        turn(() => leftoverClass(run, value));
        run.unmade = false;
      } else if (value.kind === 'function' && value.node.getSourceFile().fileName === file)
        turn(() => leftoverFunction(run, value));
    }
  }
}

const STACKS = /^(?:Stack|NestedStack|Stage)$/;

/** Does it extend the library's stack, by whatever classes between? */
function isStack(cls: ClassValue): boolean {
  let at: ClassValue | undefined = cls;
  for (let depth = 0; at !== undefined && depth < 16; depth++) {
    const base: ClassValue['base'] = at.base;
    const value: Value[number]['value'] | undefined = base?.[0]?.value;
    if (value?.kind === 'symbol') return STACKS.test(value.path.at(-1) ?? '');
    at = value?.kind === 'class' ? value : undefined;
  }
  return false;
}

function leftoverClass(run: Run, cls: ClassValue): void {
  const text = cls.node.getText();
  if (!MAKES_SOMETHING.test(text)) return;
  const owner = `${cls.node.getSourceFile().fileName}#${cls.name}`;
  if (!run.executed.has(cls.node)) {
    const source = cls.node.name === undefined ? sourceOf(cls.node) : sourceOf(cls.node.name);
    construct(run, cls, constructorArguments(cls, owner), cls.node, { label: '', source, whole: source });
  }
  const instance = run.instances.get(cls.node);
  if (instance === undefined) return;
  for (const member of cls.node.members) {
    if (
      !(ts.isMethodDeclaration(member) || ts.isGetAccessorDeclaration(member)) ||
      member.body === undefined ||
      run.executed.has(member) ||
      !MAKES_SOMETHING.test(member.body.getText())
    )
      continue;
    const fn: FunctionValue = {
      kind: 'function',
      node: member,
      scope: cls.scope,
      name: member.name.getText(),
      self: one(instance),
      home: cls,
    };
    callFunction(run, fn, openArguments(member, `${owner}.${fn.name}`), member, { instance });
  }
}

function constructorArguments(cls: ClassValue, owner: string): Value[] {
  let at: ClassValue | undefined = cls;
  for (let depth = 0; at !== undefined && depth < 16; depth++) {
    const declared: ts.ConstructorDeclaration | undefined = at.node.members.find(
      (member): member is ts.ConstructorDeclaration => ts.isConstructorDeclaration(member) && member.body !== undefined,
    );
    if (declared !== undefined) return openArguments(declared, owner);
    const base: Value | undefined = at.base;
    at = base?.[0]?.value.kind === 'class' ? base[0].value : undefined;
  }
  return [
    one({ kind: 'unknown', name: 'scope', scope: owner, nature: 'unknown', root: true }),
    one({ kind: 'unknown', name: 'id', scope: owner, nature: 'unknown' }),
    one({ kind: 'unknown', name: 'props', scope: owner, nature: 'unknown', root: true }),
  ];
}

function leftoverFunction(run: Run, fn: FunctionValue): void {
  if (run.executed.has(fn.node) || fn.node.body === undefined || !MAKES_SOMETHING.test(fn.node.body.getText())) return;
  callFunction(run, fn, openArguments(fn.node, `${fn.node.getSourceFile().fileName}#${fn.name}`), fn.node);
}

function openArguments(node: ts.FunctionLikeDeclaration, owner: string): Value[] {
  return node.parameters.map((parameter) =>
    parameter.dotDotDotToken === undefined
      ? openArgument(parameter, owner)
      : one({ kind: 'list', items: [], open: true }),
  );
}
