/** The project's files: what git lists where there is git, else a walk that honours .gitignore. */
import { spawn } from 'node:child_process';
import { openDoor, type Door } from '../files/door.ts';
import { isForeignFolder } from './kinds.ts';

/** Project-relative paths with `/`, sorted. */
export async function listFiles(root: string): Promise<readonly string[]> {
  const listed = await gitFiles(root);
  // Nothing listed: not a work tree, or a folder that its own repository ignores.
  return listed === undefined || listed.length === 0 ? walk(openDoor(root)) : listed;
}

function gitFiles(root: string): Promise<string[] | undefined> {
  return new Promise((resolve) => {
    const child = spawn('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => {
      if (code !== 0) return resolve(undefined);
      const paths = Buffer.concat(chunks).toString('utf8').split('\0').filter((path) => path !== '');
      resolve([...new Set(paths)].sort());
    });
  });
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
