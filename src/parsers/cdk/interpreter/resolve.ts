/**
 * Which project file an import names: relative paths, tsconfig's `paths`, workspace packages by name. Undefined: it's a
 * library.
 */
import { posix } from 'node:path';
import { jsonOf } from '../../../core/byte-order-mark.ts';
import { ts } from '../compiler.ts';

export interface ProjectFiles {
  /** Files that may be CDK source. */
  readonly files: readonly string[];
  /** Every path of the project, where workspace packages without CDK source are to be found too. */
  readonly paths?: readonly string[];
  read(path: string): string | undefined;
  exists(path: string): boolean;
}

export interface Resolver {
  resolve(specifier: string, from: string): string | undefined;
  /**
   * The library's module that a file of the project is the source of: a checkout of the library has it in a package of
   * its name.
   */
  library(file: string): string | undefined;
  /** Nearest folder upwards that holds a file of this name. */
  nearest(folder: string, name: string): string | undefined;
}

/** Names of the library are the library's, wherever they resolve to. */
const LIBRARY = /^(?:aws-cdk-lib|constructs$|@aws-cdk\/)/;
/** Apps of the library's own are read as anybody's. */
const TESTS = /(?:^|\/)(?:test|tests|integ)\//;

const EXTENSIONS = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.json'];
const TO_SOURCE: readonly [RegExp, string[]][] = [
  [/\.js$/, ['.ts', '.tsx']],
  [/\.mjs$/, ['.mts']],
  [/\.cjs$/, ['.cts']],
];

export function folderOf(file: string): string {
  const folder = posix.dirname(file);
  return folder === '.' ? '' : folder;
}

export function joinPath(...parts: readonly string[]): string {
  const joined = posix.join(...parts.filter((part) => part !== ''));
  return joined === '.' ? '' : joined;
}

export function createResolver(project: ProjectFiles): Resolver {
  const known = new Map<string, string | undefined>();
  const configs = new Map<string, PathMapping | undefined>();
  const packages = packagesByName(project);

  const nearest = (folder: string, name: string): string | undefined => {
    for (let at = folder; ; at = folderOf(at)) {
      if (project.exists(joinPath(at, name))) return at;
      if (at === '') return undefined;
    }
  };

  const file = (path: string): string | undefined => sourceFile(project, path);

  const mapped = (specifier: string, from: string): string | undefined => {
    const folder = nearest(folderOf(from), 'tsconfig.json');
    if (folder === undefined) return undefined;
    if (!configs.has(folder)) configs.set(folder, pathMapping(project, joinPath(folder, 'tsconfig.json')));
    const mapping = configs.get(folder);
    if (mapping === undefined) return undefined;
    for (const path of mappedPaths(mapping, specifier)) {
      const found = file(path);
      if (found !== undefined) return found;
    }
    return mapping.explicitBase ? file(joinPath(mapping.base, specifier)) : undefined;
  };

  const workspace = (specifier: string): string | undefined => {
    const name = specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : specifier.split('/')[0]!;
    const folder = packages().get(name);
    if (folder === undefined) return undefined;
    const rest = specifier.slice(name.length + 1);
    if (rest !== '')
      return file(joinPath(folder, rest)) ?? file(joinPath(folder, 'src', rest)) ?? file(joinPath(folder, 'lib', rest));
    return ['src/index', 'index', 'lib/index', 'src', 'lib']
      .map((path) => file(joinPath(folder, path)))
      .find((one) => one !== undefined);
  };

  const libraries = new Map<string, string | undefined>();
  const library = (file: string): string | undefined => {
    const folder = nearest(folderOf(file), 'package.json');
    if (folder === undefined || TESTS.test(file)) return undefined;
    if (!libraries.has(folder)) {
      const name = readJson(project, joinPath(folder, 'package.json'))?.['name'];
      libraries.set(folder, typeof name === 'string' && LIBRARY.test(name) ? name : undefined);
    }
    const name = libraries.get(folder);
    if (name === undefined) return undefined;
    const inside = folderOf(file)
      .slice(folder === '' ? 0 : folder.length + 1)
      .split('/')
      .filter((step) => step !== '' && step !== 'lib' && step !== 'src');
    return [name, ...inside].join('/');
  };

  return {
    nearest,
    library,
    resolve(specifier, from) {
      const relative = specifier.startsWith('.');
      const key = relative ? joinPath(folderOf(from), specifier) : `${folderOf(from)}\0${specifier}`;
      if (!known.has(key))
        known.set(
          key,
          relative
            ? file(key)
            : specifier.startsWith('node:') || LIBRARY.test(specifier)
              ? undefined
              : (mapped(specifier, from) ?? workspace(specifier)),
        );
      return known.get(key);
    },
  };
}

/** The file that a path without its extension, or of what is built from it, stands for. */
function sourceFile(project: ProjectFiles, path: string): string | undefined {
  if (path.startsWith('..')) return undefined;
  for (const [pattern, sources] of TO_SOURCE) {
    if (!pattern.test(path)) continue;
    const source = sources.map((extension) => path.replace(pattern, extension)).find((one) => project.exists(one));
    if (source !== undefined) return source;
  }
  if (/\.[cm]?[jt]sx?$|\.json$/.test(path) && project.exists(path)) return path;
  return (
    EXTENSIONS.map((extension) => path + extension).find((one) => project.exists(one)) ??
    EXTENSIONS.map((extension) => joinPath(path, `index${extension}`)).find((one) => project.exists(one))
  );
}

/** Where `paths` of a tsconfig says that a specifier leads, the likeliest first. */
function mappedPaths({ base, paths }: PathMapping, specifier: string): string[] {
  return [...paths].flatMap(([pattern, targets]) => {
    const star = pattern.indexOf('*');
    const matches =
      star === -1
        ? specifier === pattern
        : specifier.startsWith(pattern.slice(0, star)) && specifier.endsWith(pattern.slice(star + 1));
    if (!matches) return [];
    const middle = star === -1 ? '' : specifier.slice(star, specifier.length - (pattern.length - star - 1));
    return targets.map((target) => joinPath(base, target.replace('*', middle)));
  });
}

interface PathMapping {
  readonly base: string;
  readonly explicitBase: boolean;
  readonly paths: readonly (readonly [string, readonly string[]])[];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function pathMapping(project: ProjectFiles, config: string, depth = 0): PathMapping | undefined {
  const text = project.read(config);
  if (text === undefined || depth > 5) return undefined;
  const json: unknown = ts.parseConfigFileTextToJson(config, text).config;
  if (!isRecord(json)) return undefined;
  const options = isRecord(json['compilerOptions']) ? json['compilerOptions'] : {};
  const folder = folderOf(config);
  const baseUrl = typeof options['baseUrl'] === 'string' ? options['baseUrl'] : undefined;
  const paths = isRecord(options['paths'])
    ? Object.entries(options['paths']).flatMap(([key, value]) =>
        Array.isArray(value) ? [[key, value.filter((one) => typeof one === 'string')] as const] : [],
      )
    : [];
  if (paths.length > 0 || baseUrl !== undefined)
    return { base: joinPath(folder, baseUrl ?? ''), explicitBase: baseUrl !== undefined, paths };
  const parent = json['extends'];
  if (typeof parent !== 'string' || !parent.startsWith('.')) return undefined;
  return pathMapping(project, joinPath(folder, parent.endsWith('.json') ? parent : `${parent}.json`), depth + 1);
}

export function readJson(project: ProjectFiles, path: string): Record<string, unknown> | undefined {
  const text = project.read(path);
  if (text === undefined) return undefined;
  try {
    const json: unknown = jsonOf(text);
    return isRecord(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** Read on the first import that needs it. */
function packagesByName(project: ProjectFiles): () => ReadonlyMap<string, string> {
  let found: Map<string, string> | undefined;
  return () => {
    if (found !== undefined) return found;
    found = new Map();
    const folders = new Set<string>();
    for (const file of project.paths ?? project.files) {
      for (let at = folderOf(file); !folders.has(at); at = folderOf(at)) folders.add(at);
    }
    for (const folder of [...folders].sort()) {
      const path = joinPath(folder, 'package.json');
      const name = project.exists(path) ? readJson(project, path)?.['name'] : undefined;
      if (typeof name === 'string' && !found.has(name)) found.set(name, folder);
    }
    return found;
  };
}
