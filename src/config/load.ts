/**
 * Finds and reads the configuration: `plimsoll.config.*` or the `plimsoll` key of package.json, in the project root or
 * above it up to the git root.
 */
import { basename, dirname, join, relative, resolve } from 'node:path';
import { foldersWithin } from '../files/boundary.ts';
import { openDoor } from '../files/door.ts';
import { reasonOf } from '../files/text.ts';
import { follow, projectsAt, readTyped } from '../files/typed.ts';
import { importFresh, isPath } from './import-module.ts';
import { jsonOf, withoutMark } from '../core/byte-order-mark.ts';
import type { Rule } from '../rules/define.ts';
import { DEFAULT_CONFIG, type Config } from './config.ts';
import { Problem, firstLineOf } from './problem.ts';
import { isListed, type Skipped, type Trust } from './trust.ts';
import { defined } from '../core/optional.ts';

export interface LoadOptions {
  /** The file that was named; else the nearest one. */
  readonly file?: string | undefined;
  /** May the project's code be run? Only where the user's list says so, unless told. */
  readonly trust?: Trust | undefined;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Where it was found; paths in it start there. */
  readonly file?: string;
  readonly plugins: readonly Rule[];
  /** By absolute path: the version that was read of each file the configuration consists of. */
  readonly stamps?: ReadonlyMap<string, string>;
  /** Was its code run? Absent where there's none. */
  readonly trusted?: boolean;
  /** What was not run. */
  readonly skipped?: Skipped;
}

export const CONFIG_NAMES = ['json', 'jsonc', 'yaml', 'yml', 'js', 'mjs'].map(
  (extension) => `plimsoll.config.${extension}`,
);

export async function loadConfig(
  root: string,
  rules: readonly Rule[],
  { file: given, trust = isListed }: LoadOptions = {},
): Promise<LoadedConfig> {
  const { file, passed } = locate(root, given, trust);
  const missing = passed === undefined ? {} : { rulesMissing: true };
  if (file === undefined) return { config: { ...DEFAULT_CONFIG, ...missing }, plugins: [], ...outcome(passed) };
  const source = given === undefined ? ofProject(file) : asTyped(file, root);
  if (source.stamp() === '') throw new Problem(`the configuration file ${given ?? file} does not exist`);
  const name = relative(process.cwd(), file) || file;
  // Whoever names a file wants it used: without it the run would be another one.
  if (isCode(file) && !trust(root))
    throw new Problem(`${name} is code, and --config alone does not run it; add --trust if you trust it`);
  const { toConfig, unknownRule } = await import('./schema.ts');
  const config = toConfig(await readConfig(file, name, source), name, rules, passed !== undefined);
  const seen = relativeTo(config, file, root);
  const named = config.plugins ?? [];
  if (named.length > 0 && !trust(root))
    return {
      config: { ...seen, rulesMissing: true },
      file,
      plugins: [],
      stamps: stampsOf(file, source),
      ...outcome(passed, file, named),
    };
  const plugins = named.length === 0 ? [] : await (await import('./plugins.ts')).loadPlugins(named, file, name, rules);
  if (named.length > 0) {
    const known = [...rules, ...plugins].flatMap((rule) => [rule.id, ...(rule.aliases ?? [])]);
    for (const id of [...Object.keys(config.rules), ...Object.keys(config.options)])
      if (!known.includes(id)) throw unknownRule(id, known, `${name}: rules`);
  }
  const own = named.flatMap((plugin) => (isPath(plugin) ? [resolve(dirname(file), plugin)] : []));
  const ran = isCode(file) || named.length > 0 ? { trusted: true } : {};
  return {
    config: { ...seen, ...missing },
    file,
    plugins,
    stamps: stampsOf(file, source, own),
    ...ran,
    ...outcome(passed),
  };
}

/** What was not run, if anything. */
function outcome(
  file: string | undefined,
  plugins?: string,
  names: readonly string[] = [],
): Pick<LoadedConfig, 'trusted' | 'skipped'> {
  if (file === undefined && plugins === undefined) return {};
  return {
    trusted: false,
    skipped: { ...defined({ file }), ...(plugins === undefined ? {} : { plugins, names }) },
  };
}

/**
 * Has the configuration changed since it was loaded? What its code imports in turn is not looked at, nor are packages.
 */
export function isOutdated(
  root: string,
  { file, stamps, trusted, skipped }: LoadedConfig,
  { file: given, trust = isListed }: LoadOptions = {},
): boolean {
  const now = locate(root, given, trust);
  return (
    now.file !== file ||
    now.passed !== skipped?.file ||
    (trusted !== undefined && trusted !== trust(root)) ||
    (stamps !== undefined &&
      [...stamps].some(
        ([path, stamp]) =>
          (path === file && given !== undefined ? asTyped(path, root) : ofProject(path)).stamp() !== stamp,
      ))
  );
}

function stampsOf(file: string, source: Source, others: readonly string[] = []): ReadonlyMap<string, string> {
  return new Map([[file, source.stamp()], ...others.map((path) => [path, ofProject(path).stamp()] as const)]);
}

/** A file of the configuration: what it says, and what tells its versions apart. Both throw what people understand. */
interface Source {
  text(): string;
  /** Empty: there's none. */
  stamp(): string;
}

/** Found in a project, or named there: links out of it are not followed. */
function ofProject(file: string): Source {
  const door = openDoor(dirname(file));
  const name = basename(file);
  return {
    text: () => door.bytes(name).toString('utf8'),
    stamp: () => {
      const place = door.look(name);
      return place.kind === 'missing' ? (place.refused ? place.reason : '') : stampOf(place.stat);
    },
  };
}

/** The user's word, be it a pipe. */
function asTyped(file: string, root: string): Source {
  const projects = projectsAt(root);
  return {
    text: () => readTyped(file, projects).toString('utf8'),
    stamp: () => {
      try {
        const { stat } = follow(file, projects);
        return stat === undefined ? '' : stampOf(stat);
      } catch (error) {
        return reasonOf(error);
      }
    },
  };
}

function stampOf({ mtimeMs, size }: { readonly mtimeMs: number; readonly size: number }): string {
  return `${mtimeMs}-${size}`;
}

interface Located {
  readonly file?: string;
  /** Code that is nearer and would have been taken, had somebody trusted it. */
  readonly passed?: string;
}

function locate(root: string, given: string | undefined, trust: Trust): Located {
  if (given !== undefined) return { file: resolve(given) };
  let passed: string | undefined;
  for (const folder of foldersWithin(root)) {
    for (const file of configsIn(folder)) {
      if (!isCode(file) || trust(root)) return { file, ...defined({ passed }) };
      passed ??= file;
    }
  }
  return passed === undefined ? {} : { passed };
}

/** The nearest one, be it code or not. The search ends at the git root; where there's none, at the project's folder. */
export function findConfig(root: string): string | undefined {
  return locate(root, undefined, () => true).file;
}

export function configIn(folder: string): string | undefined {
  for (const file of configsIn(folder)) return file;
  return undefined;
}

/** The first counts. One that must not be read is no reason to go on without it. */
function* configsIn(folder: string): Iterable<string> {
  const door = openDoor(folder);
  for (const name of CONFIG_NAMES) {
    const place = door.look(name);
    if (place.kind !== 'missing' || place.refused) yield join(folder, name);
  }
  if (hasKey(() => door.bytes('package.json').toString('utf8'))) yield join(folder, 'package.json');
}

function hasKey(read: () => string): boolean {
  try {
    const text = read();
    return text.includes('"plimsoll"') && keyOf(jsonOf(text)) !== undefined;
  } catch {
    return false;
  }
}

function keyOf(manifest: unknown): unknown {
  if (typeof manifest !== 'object' || manifest === null || !('plimsoll' in manifest)) return undefined;
  // A dependency's version range elsewhere is not this key; only an object configures.
  return typeof manifest.plimsoll === 'object' && manifest.plimsoll !== null ? manifest.plimsoll : undefined;
}

/** Of another state of the project, by its texts: the configuration in its root. Code of another state is not run. */
export async function configAmong(
  text: (name: string) => string | undefined,
  rules: readonly Rule[],
): Promise<{ readonly name: string; readonly config?: Config } | undefined> {
  for (const name of [...CONFIG_NAMES, 'package.json']) {
    const found = text(name);
    if (found === undefined || (name === 'package.json' && !hasKey(() => found))) continue;
    if (isCode(name)) return { name };
    const { toConfig } = await import('./schema.ts');
    const parsed =
      name === 'package.json'
        ? keyOf(jsonOf(found))
        : await (name.endsWith('ml') ? parseYamlConfig(found, name) : parseJsonConfig(found, name));
    return { name, config: toConfig(parsed, name, rules, true) };
  }
  return undefined;
}

export function isCode(file: string): boolean {
  return /\.m?js$/.test(file);
}

async function readConfig(file: string, name: string, source: Source): Promise<unknown> {
  let text: string;
  try {
    text = source.text();
  } catch (error) {
    throw new Problem(`${name} could not be read: ${reasonOf(error)}`);
  }
  if (isCode(file)) return importConfig(file, name);
  if (file.endsWith('package.json')) return keyOf(jsonOf(text));
  if (/\.ya?ml$/.test(file)) return parseYamlConfig(text, name);
  return parseJsonConfig(text, name);
}

async function importConfig(file: string, name: string): Promise<unknown> {
  let module: object;
  try {
    module = await importFresh(file);
  } catch (error) {
    throw new Problem(`${name} could not be loaded: ${firstLineOf(error)}`);
  }
  if (!('default' in module)) throw new Problem(`${name} has no default export; it should be \`export default { … }\``);
  return module.default;
}

async function parseJsonConfig(text: string, name: string): Promise<unknown> {
  const { parseJson } = await import('./json.ts');
  const plain = withoutMark(text);
  const { value, error } = nested(name, () => parseJson(plain));
  if (error !== undefined) {
    const before = plain.slice(0, error.offset).split('\n');
    throw new Problem(`${name}:${before.length}:${(before.at(-1) ?? '').length + 1}: not valid JSON (${error.what})`);
  }
  return value;
}

/** What nests deeper than any parser goes is no configuration. */
function nested<T>(name: string, parsing: () => T): T {
  try {
    return parsing();
  } catch (error) {
    throw new Problem(error instanceof RangeError ? `${name} is nested too deep` : `${name}: ${firstLineOf(error)}`);
  }
}

async function parseYamlConfig(text: string, name: string): Promise<unknown> {
  const { parseDocument } = await import('yaml');
  const document = nested(name, () => parseDocument(text));
  const error = document.errors[0];
  if (error !== undefined) {
    const at = error.linePos?.[0];
    throw new Problem(
      `${name}${at === undefined ? '' : `:${at.line}:${at.col}`}: not valid YAML (${error.message.split('\n')[0]?.replace(/ at line .*$/, '')})`,
    );
  }
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new Problem(`${name}: ${firstLineOf(error)}`);
  }
}

/**
 * Ignore patterns are written from the configuration file's folder; a project root further down sees them from there.
 */
function relativeTo(config: Config, file: string, root: string): Config {
  const down = relative(dirname(file), root).replaceAll('\\', '/');
  if (down === '') return config;
  const below = (patterns: readonly string[]): string[] =>
    patterns.flatMap((pattern) => {
      const negated = pattern.startsWith('!') ? '!' : '';
      const bare = pattern.slice(negated.length).replace(/^\//, '');
      if (!bare.replace(/\/$/, '').includes('/') || bare.startsWith('**/')) return [pattern];
      return bare.startsWith(`${down}/`) ? [`${negated}/${bare.slice(down.length + 1)}`] : [];
    });
  const { docs } = config;
  return { ...config, ignores: below(config.ignores), ...(typeof docs === 'object' ? { docs: below(docs) } : {}) };
}
