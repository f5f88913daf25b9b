/** Finds and reads the configuration: `plimsoll.config.*` or the `plimsoll` key of package.json, in the project root or above it up to the git root. */
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hasEntry } from '../files/boundary.ts';
import { openDoor } from '../files/door.ts';
import { follow, projectsAt, readTyped } from '../files/typed.ts';
import { reasonOf } from '../files/text.ts';
import { importModule } from './import-module.ts';
import type { Rule } from '../rules/define.ts';
import { DEFAULT_CONFIG, type Config } from './config.ts';
import { Problem } from './problem.ts';

export interface LoadedConfig {
  readonly config: Config;
  /** Where it was found; paths in it start there. */
  readonly file?: string;
  readonly plugins: readonly Rule[];
  /** By absolute path: the version that was read of each file the configuration consists of. */
  readonly stamps?: ReadonlyMap<string, string>;
}

export const CONFIG_NAMES = ['json', 'jsonc', 'yaml', 'yml', 'js', 'mjs'].map((extension) => `plimsoll.config.${extension}`);

export async function loadConfig(root: string, rules: readonly Rule[], given?: string): Promise<LoadedConfig> {
  const file = given === undefined ? findConfig(root) : resolve(given);
  if (file === undefined) return { config: DEFAULT_CONFIG, plugins: [] };
  const name = relative(process.cwd(), file) || file;
  const source = given === undefined ? ofProject(file) : asTyped(file, root);
  if (source.stamp() === '') throw new Problem(`the configuration file ${given ?? file} does not exist`);
  const { toConfig, unknownRule } = await import('./schema.ts');
  const config = toConfig(await readConfig(file, name, source), name, rules);
  const plugins = await loadPlugins(config, file, name, rules);
  if ((config.plugins ?? []).length > 0) {
    const known = [...rules, ...plugins].flatMap((rule) => [rule.id, ...(rule.aliases ?? [])]);
    for (const id of [...Object.keys(config.rules), ...Object.keys(config.options)]) if (!known.includes(id)) throw unknownRule(id, known, `${name}: rules`);
  }
  const own = (config.plugins ?? []).flatMap((plugin) => (isPath(plugin) ? [resolve(dirname(file), plugin)] : []));
  return { config: relativeTo(config, file, root), file, plugins, stamps: new Map([[file, source.stamp()], ...own.map((path) => [path, ofProject(path).stamp()] as const)]) };
}

/** Has the configuration changed since it was loaded? What its code imports in turn is not looked at, nor are packages. */
export function isOutdated(root: string, { file, stamps }: LoadedConfig, given?: string): boolean {
  const now = given === undefined ? findConfig(root) : resolve(given);
  return now !== file || (stamps !== undefined && [...stamps].some(([path, stamp]) => (path === file && given !== undefined ? asTyped(path, root) : ofProject(path)).stamp() !== stamp));
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

/** The nearest one wins; the search ends at the git root. */
export function findConfig(root: string): string | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    const found = configIn(folder);
    if (found !== undefined) return found;
    if (hasEntry(folder, '.git') || dirname(folder) === folder) return undefined;
  }
}

export function configIn(folder: string): string | undefined {
  const door = openDoor(folder);
  const named = CONFIG_NAMES.find((name) => {
    const place = door.look(name);
    // One that must not be read is no reason to go on without it.
    return place.kind !== 'missing' || place.refused;
  });
  if (named !== undefined) return join(folder, named);
  try {
    const text = door.bytes('package.json').toString('utf8');
    return text.includes('"plimsoll"') && keyOf(JSON.parse(text)) !== undefined ? join(folder, 'package.json') : undefined;
  } catch {
    return undefined;
  }
}

function keyOf(manifest: unknown): unknown {
  if (typeof manifest !== 'object' || manifest === null || !('plimsoll' in manifest)) return undefined;
  // A dependency's version range elsewhere is not this key; only an object configures.
  return typeof manifest.plimsoll === 'object' && manifest.plimsoll !== null ? manifest.plimsoll : undefined;
}

async function readConfig(file: string, name: string, source: Source): Promise<unknown> {
  let text: string;
  try {
    text = source.text();
  } catch (error) {
    throw new Problem(`${name} could not be read: ${reasonOf(error)}`);
  }
  if (/\.m?js$/.test(file)) return importConfig(file, name);
  if (file.endsWith('package.json')) return keyOf(JSON.parse(text));
  if (/\.ya?ml$/.test(file)) return parseYamlConfig(text, name);
  return parseJsonConfig(text, name);
}

async function importConfig(file: string, name: string): Promise<unknown> {
  let module: object;
  try {
    module = await importFresh(file);
  } catch (error) {
    throw new Problem(`${name} could not be loaded: ${messageOf(error)}`);
  }
  if (!('default' in module)) throw new Problem(`${name} has no default export; it should be \`export default { … }\``);
  return module.default;
}

/** Comments and trailing commas are welcome in .json too. */
async function parseJsonConfig(text: string, name: string): Promise<unknown> {
  const { parse, printParseErrorCode } = await import('jsonc-parser');
  const errors: { error: number; offset: number; length: number }[] = [];
  const value: unknown = parse(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first !== undefined) {
    const before = text.slice(0, first.offset).split('\n');
    throw new Problem(`${name}:${before.length}:${(before.at(-1) ?? '').length + 1}: not valid JSON (${printParseErrorCode(first.error)})`);
  }
  return value;
}

async function parseYamlConfig(text: string, name: string): Promise<unknown> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text);
  const error = document.errors[0];
  if (error !== undefined) {
    const at = error.linePos?.[0];
    throw new Problem(`${name}${at === undefined ? '' : `:${at.line}:${at.col}`}: not valid YAML (${error.message.split('\n')[0]?.replace(/ at line .*$/, '')})`);
  }
  return document.toJS({ maxAliasCount: 100 });
}

async function loadPlugins(config: Config, file: string, name: string, rules: readonly Rule[]): Promise<Rule[]> {
  const found: Rule[] = [];
  for (const plugin of config.plugins ?? []) {
    let module: object;
    try {
      module = await (isPath(plugin) ? importFresh(resolve(dirname(file), plugin)) : importModule(resolveFrom(file, plugin)));
    } catch (error) {
      throw new Problem(`${name}: the plug-in '${plugin}' could not be loaded: ${messageOf(error)}`);
    }
    const exported = 'rules' in module ? module.rules : 'default' in module ? module.default : 'rule' in module ? module.rule : undefined;
    const list: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
    for (const one of list) {
      if (!isRule(one)) throw new Problem(`${name}: the plug-in '${plugin}' should export \`rules\`, a list of what defineRule returns`);
      if ([...rules, ...found].some((rule) => rule.id === one.id)) throw new Problem(`${name}: the plug-in '${plugin}' has a rule '${one.id}', which exists already`);
      found.push(one);
    }
  }
  return found;
}

function isPath(plugin: string): boolean {
  return plugin.startsWith('.') || plugin.startsWith('/');
}

/** The version of each file that goes by its plain name. */
const plain = new Map<string, string>();

/** Node keeps what it has imported: a file that has changed since is imported under another name. */
function importFresh(path: string): Promise<object> {
  const stamp = ofProject(path).stamp();
  const url = pathToFileURL(path);
  if (!plain.has(path)) plain.set(path, stamp);
  else if (plain.get(path) !== stamp) url.searchParams.set('version', stamp);
  // CommonJS goes by its path, whatever it was imported as.
  delete createRequire(path).cache[path];
  return importModule(url.href);
}

function resolveFrom(file: string, specifier: string): string {
  return pathToFileURL(createRequire(file).resolve(specifier)).href;
}

function isRule(value: unknown): value is Rule {
  return typeof value === 'object' && value !== null
    && 'id' in value && typeof value.id === 'string'
    && 'summary' in value && typeof value.summary === 'string'
    && 'severity' in value && (value.severity === 'error' || value.severity === 'warning' || value.severity === 'note')
    && 'check' in value && typeof value.check === 'function';
}

/** Ignore patterns are written from the configuration file's folder; a project root further down sees them from there. */
function relativeTo(config: Config, file: string, root: string): Config {
  const down = relative(dirname(file), root).replaceAll('\\', '/');
  if (down === '') return config;
  const below = (patterns: readonly string[]): string[] => patterns.flatMap((pattern) => {
    const negated = pattern.startsWith('!') ? '!' : '';
    const bare = pattern.slice(negated.length).replace(/^\//, '');
    if (!bare.replace(/\/$/, '').includes('/') || bare.startsWith('**/')) return [pattern];
    return bare.startsWith(`${down}/`) ? [`${negated}/${bare.slice(down.length + 1)}`] : [];
  });
  const { docs } = config;
  return { ...config, ignores: below(config.ignores), ...(typeof docs === 'object' ? { docs: below(docs) } : {}) };
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
