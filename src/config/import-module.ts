/**
 * `import()` of a user's own module. The bundled command line can't do it itself: code that was kept compiled has lost
 * Node's callback for it.
 */
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

type Importer = (url: string) => Promise<object>;

let importer: Importer = (url) => import(url);

export function importWith(other: Importer): void {
  importer = other;
}

export function importModule(url: string): Promise<object> {
  return importer(url);
}

/** The version of each file that goes by its plain name. */
const plain = new Map<string, string>();

/** Node keeps what it has imported: a file that has changed since is imported under another name. */
export function importFresh(path: string): Promise<object> {
  const stamp = stampAt(path);
  const url = pathToFileURL(path);
  if (!plain.has(path)) plain.set(path, stamp);
  else if (plain.get(path) !== stamp) url.searchParams.set('version', stamp);
  // CommonJS goes by its path, whatever it was imported as.
  delete createRequire(path).cache[path];
  return importModule(url.href);
}

/** Tells versions of a file apart; empty when there's none. */
function stampAt(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.mtimeMs}-${stat.size}`;
}

/** A plug-in beside the configuration, not a package's name. */
export function isPath(plugin: string): boolean {
  return plugin.startsWith('.') || plugin.startsWith('/');
}
