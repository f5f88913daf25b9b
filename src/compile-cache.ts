/**
 * Node 20 compiles every module anew in every run; from Node 22.1 on it keeps what it compiled
 * (`module.enableCompileCache`). This does the same for the few big CommonJS files: our own bundle, and the TypeScript
 * compiler where a project has CDK source. V8 checks itself whether what was kept still fits, and whatever goes wrong
 * with the cache only costs its benefit.
 */
import { isAscii } from 'node:buffer';
import { readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { cacheFolder } from './files/cache-folder.ts';
import { makeFolder } from './files/folders.ts';
import { defined } from './core/optional.ts';

/** Smaller files compile faster than a cache for them is found. */
const WORTH_KEEPING = 200_000;

interface Compiled {
  readonly script: Script;
  readonly file: string;
}

export function keepCompiled(folder = compiledFolder()): void {
  // Node's own loader calls it for each CommonJS file. Tools have hooked it for a decade, so Node 20 won't change it
  // any more.
  const compile: unknown = Reflect.get(Module.prototype, '_compile');
  if (typeof compile !== 'function' || folder === undefined) return;
  const fresh: Compiled[] = [];
  const withCache = function (this: NodeModule, content: string, filename: string): unknown {
    if (content.length < WORTH_KEEPING) return Reflect.apply(compile, this, [content, filename]);
    const file = join(folder, keyOf(filename));
    const script = compiled(content, filename, kept(file));
    if (script.cachedDataRejected !== false) fresh.push({ script, file });
    const run: (...args: unknown[]) => unknown = script.runInThisContext();
    return run.call(this.exports, this.exports, Module.createRequire(filename), this, filename, dirname(filename));
  };
  Reflect.set(Module.prototype, '_compile', withCache);
  readFaster();
  // At the end, so that the functions this run needed are kept compiled as well.
  process.once('exit', () => {
    for (const { script, file } of fresh) keep(file, script.createCachedData());
  });
}

type Loader = (module: NodeModule, filename: string) => unknown;

/**
 * Node decodes a module as UTF-8, which takes as long as running it does. Our bundle and TypeScript are all ASCII:
 * their bytes are their text.
 */
function readFaster(): void {
  const loaders: unknown = Reflect.get(Module, '_extensions');
  if (typeof loaders !== 'object' || loaders === null) return;
  const usual: Loader | undefined = Reflect.get(loaders, '.js');
  if (usual === undefined) return;
  const load: Loader = (module, filename) => {
    const compile: unknown = Reflect.get(module, '_compile');
    if (typeof compile !== 'function' || statSync(filename).size < WORTH_KEEPING || !isCommonJs(filename))
      return usual(module, filename);
    const bytes = readFileSync(filename);
    return Reflect.apply(compile, module, [bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8'), filename]);
  };
  Reflect.set(loaders, '.js', load);
}

/** As Node decides it: by the name's end, else by the nearest package.json. */
function isCommonJs(filename: string): boolean {
  if (!filename.endsWith('.js')) return filename.endsWith('.cjs');
  for (let folder = dirname(filename); ; folder = dirname(folder)) {
    try {
      const about: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return typeof about !== 'object' || about === null || Reflect.get(about, 'type') !== 'module';
    } catch {
      if (folder === dirname(folder)) return true;
    }
  }
}

function compiled(content: string, filename: string, cachedData: Buffer | undefined): Script {
  return new Script(Module.wrap(content), {
    filename,
    ...defined({ cachedData }),
  });
}

function kept(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** The version at hand, an editor's, a project's own: those in use at the same time don't turn each other out. */
const VERSIONS_KEPT = 4;

/**
 * Another name first, so that a run at the same time never reads half a file. What older versions of the same file left
 * behind goes.
 */
function keep(file: string, data: Buffer): void {
  try {
    const folder = dirname(file);
    makeFolder(folder, 0o700);
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, data, { mode: 0o600 });
    renameSync(draft, file);
    const [kind = ''] = basename(file).split('@');
    const written = (one: string): number => statSync(join(folder, one)).mtimeMs;
    const versions = readdirSync(folder)
      .filter((one) => one.startsWith(`${kind}@`))
      .sort((a, b) => written(b) - written(a));
    for (const one of versions.slice(VERSIONS_KEPT)) rmSync(join(folder, one), { force: true });
  } catch {
    // A read-only home, a full disk: the next run compiles again.
  }
}

/** Which file, which state of it, and which Node compiled it. */
function keyOf(filename: string): string {
  const { size, mtimeMs } = statSync(filename);
  return `${basename(filename)}@${process.version}-${process.arch}-${size.toString(36)}-${Math.round(mtimeMs).toString(36)}`;
}

function compiledFolder(): string | undefined {
  return process.env['NODE_DISABLE_COMPILE_CACHE'] === undefined ? cacheFolder() : undefined;
}
