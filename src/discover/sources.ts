/** Sorts a project's files by kind, looking inside only where the name leaves it open. */
import { head, mentions, tryRead, type Files } from './files.ts';
import { kindByPath, kindInside, TELL_TALES } from './kinds.ts';
import { UNDECODED } from '../files/names.ts';
import { jsonOf, withoutMark } from '../core/byte-order-mark.ts';
import type { Kind } from '../project/readings.ts';

export interface Sources {
  /** Files read one by one. */
  readonly single: readonly { readonly path: string; readonly kind: Exclude<Kind, 'assembly' | 'cdk'> }[];
  /** TypeScript and JavaScript that uses the CDK; read together. */
  readonly cdk: readonly string[];
  /** Folders with a synthesized assembly. */
  readonly assemblies: readonly string[];
  /** Links to other files of the project. */
  readonly links: ReadonlyMap<string, string>;
}

/** What an earlier look into the files found, by path; only files with another stamp are looked into again. */
export type SourceMemory = Map<string, { readonly stamp: string | undefined; readonly found: Found | undefined }>;

type Found = { readonly kind: Exclude<Kind, 'assembly'> } | { readonly target: string };

export function findSources(
  files: Files,
  ignores: (path: string) => boolean = () => false,
  memory?: SourceMemory,
): Sources {
  const single: { path: string; kind: Exclude<Kind, 'assembly' | 'cdk'> }[] = [];
  const cdk: string[] = [];
  const links = new Map<string, string>();
  const folders = new Set<string>();
  for (const path of files.list()) {
    if (ignores(path)) continue;
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name === 'cdk.json' || name === 'manifest.json') folders.add(path.slice(0, -name.length));
    const found = memory === undefined ? lookInto(files, path) : remembered(files, path, memory);
    if (found === undefined) continue;
    if ('target' in found) links.set(path, found.target);
    else if (found.kind === 'cdk') cdk.push(path);
    else single.push({ path, kind: found.kind });
  }
  return { single, cdk, assemblies: findAssemblies(files, folders, cdk), links };
}

function remembered(files: Files, path: string, memory: SourceMemory): Found | undefined {
  const before = memory.get(path);
  if (before === NEITHER) return undefined;
  const stamp = files.stamp?.(path);
  if (before !== undefined && before.stamp === stamp) return before.found;
  const found = lookInto(files, path);
  memory.set(path, kindByPath(path) === undefined ? NEITHER : { stamp, found });
  return found;
}

/** A path of no interest, whatever the file holds. */
const NEITHER = { stamp: undefined, found: undefined };

function lookInto(files: Files, path: string): Found | undefined {
  const found = kindByPath(path);
  if (found === undefined) return undefined;
  if ('kind' in found) {
    const target = files.linkTarget?.(path);
    if (target !== undefined) return { target };
    return (files.isFile?.(path) ?? true) ? { kind: found.kind } : undefined;
  }
  if (found.suspect === 'script') {
    const kind = kindInside('script', path, head(files, path));
    const target = kind === undefined ? undefined : files.linkTarget?.(path);
    return target !== undefined ? { target } : kind === undefined ? undefined : { kind };
  }
  if (!mentions(files, path, TELL_TALES[found.suspect])) return undefined;
  const text = tryRead(files, path);
  // A name that is no UTF-8: its reader says so.
  if (text === undefined && path.includes(UNDECODED)) return { kind: 'template' };
  if (text === undefined || files.linkTarget?.(path) !== undefined) return undefined;
  const kind = kindInside(found.suspect, path, withoutMark(text));
  return kind === undefined ? undefined : { kind };
}

/**
 * `cdk.out` is normally git-ignored, so it is looked up by path: beside each cdk.json (or where that says), and
 * wherever one is committed.
 */
function findAssemblies(files: Files, folders: ReadonlySet<string>, cdk: readonly string[]): string[] {
  const candidates = new Set<string>(['cdk.out']);
  for (const path of cdk) {
    const app = /^(?:(.*)\/)?(?:bin|src|app|infra|cdk)\/[^/]+$/.exec(path);
    if (app?.[1] !== undefined) candidates.add(`${app[1]}/cdk.out`);
  }
  for (const folder of folders) {
    const bare = folder.replace(/\/$/, '');
    if (bare === 'cdk.out' || bare.endsWith('/cdk.out')) candidates.add(bare);
    else if (files.exists(`${folder}cdk.json`)) candidates.add(outputOf(files, folder) ?? `${folder}cdk.out`);
  }
  return [...candidates].filter((folder) => files.exists(`${folder}/manifest.json`)).sort();
}

function outputOf(files: Files, folder: string): string | undefined {
  try {
    const config: unknown = jsonOf(files.read(`${folder}cdk.json`));
    if (typeof config !== 'object' || config === null || !('output' in config) || typeof config.output !== 'string')
      return undefined;
    const output = config.output.replace(/^\.\//, '').replace(/\/$/, '');
    return output === '' || output.startsWith('/') || output.includes('..') ? undefined : folder + output;
  } catch {
    return undefined;
  }
}
