/** The project's files: what git lists where there is git, else a walk that honours .gitignore. */
import { openDoor, type Door } from '../files/door.ts';
import { git } from '../system/git.ts';
import { isForeignFolder } from './kinds.ts';

/**
 * Git lists a hundred thousand files in a second. When it takes this long, it waits for something that never comes,
 * such as a FIFO.
 */
const PATIENCE_MS = 5_000;
const SLOW =
  'git did not list the files in time and was stopped; they were listed without it, so files that are tracked and match .gitignore are left out';

/** Project-relative paths with `/`, sorted. `say`: told what has to be said of how they were found. */
export async function listFiles(root: string, say?: (notice: string) => void): Promise<readonly string[]> {
  const listed = await git(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    patience: PATIENCE_MS,
  });
  const paths =
    listed?.code === 0
      ? listed.stdout
          .toString('utf8')
          .split('\0')
          .filter((path) => path !== '')
      : [];
  if (paths.length > 0) return [...new Set(paths)].sort();
  if (listed?.failure === 'too slow') say?.(SLOW);
  // Nothing listed: not a work tree, or a folder that its own repository ignores.
  return walk(openDoor(root));
}

interface Ignorer {
  readonly folder: string;
  ignores(path: string): boolean | undefined;
}

/** With an explicit stack: a repository may nest as deep as it likes. */
async function walk(door: Door): Promise<string[]> {
  const found: string[] = [];
  const pending: { folder: string; ignorers: readonly Ignorer[] }[] = [{ folder: '', ignorers: [] }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { folder } = next;
    const entries = door.entries(folder);
    const own = entries.some((entry) => entry.name === '.gitignore') ? await ignorerOf(door, folder) : undefined;
    const ignorers = own === undefined ? next.ignorers : [...next.ignorers, own];
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.kind === 'folder') {
        if (!isForeignFolder(entry.name) && !ignored(ignorers, `${path}/`)) pending.push({ folder: path, ignorers });
      } else if (entry.kind !== 'other' && !ignored(ignorers, path)) {
        found.push(path);
      }
    }
  }
  return found.sort();
}

async function ignorerOf(door: Door, folder: string): Promise<Ignorer | undefined> {
  let text: string;
  try {
    text = door.bytes(folder === '' ? '.gitignore' : `${folder}/.gitignore`).toString('utf8');
  } catch {
    return undefined;
  }
  const { ignorer } = await import('./ignore.ts');
  const matches = ignorer(text.split(/\r?\n/));
  return { folder, ignores: (path) => matches(folder === '' ? path : path.slice(folder.length + 1)) };
}

/** The nearest .gitignore that has something to say decides. */
function ignored(ignorers: readonly Ignorer[], path: string): boolean {
  for (const one of ignorers.toReversed()) {
    const verdict = one.ignores(path);
    if (verdict !== undefined) return verdict;
  }
  return false;
}
