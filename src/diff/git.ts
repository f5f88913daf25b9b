/** The files of a git revision, or of the index, read without touching the work tree. */
import { posix } from 'node:path';
import { memoryFiles, type Files } from '../discover/files.ts';
import { readable } from '../files/text.ts';
import { git as ask } from '../system/git.ts';
import type { Ended } from '../system/programs.ts';
import { defined } from '../core/optional.ts';

export class RevisionError extends Error {}

const LARGEST = 10 * 1024 * 1024;
const MOST_OUTPUT = 1024 * 1024 * 1024;
/** To say what a revision is, and to read what's in it. */
const QUICK_MS = 5_000;
const PATIENCE_MS = 60_000;

export async function filesAt(root: string, revision: string, wanted: (path: string) => boolean): Promise<Files> {
  const commit = await resolved(root, revision);
  return filesOf(root, await treeOf(root, commit), `git:${revision}`, wanted);
}

/** All files of a commit, as a checkout of it would have them. */
export async function commitFiles(root: string, commit: string): Promise<Files> {
  return filesOf(root, await treeOf(root, commit), root);
}

/** All files as the next commit would have them. */
export async function stagedFiles(root: string): Promise<Files> {
  const listed = await git(root, ['ls-files', '--stage', '-z', '--', '.']);
  const blobs = fields(listed).flatMap((line) => {
    // `100644 <hash> <stage>\t<path>`; what has another stage is a conflict that nobody has resolved.
    const [, mode = '', hash = '', path = ''] = /^(\d+) ([0-9a-f]+) 0\t(.+)$/s.exec(line) ?? [];
    return path === '' || mode === SUBMODULE ? [] : [{ mode, hash, path }];
  });
  return filesOf(root, blobs, root);
}

/** Where the two ways parted: what GitHub compares a pull request with. */
export async function mergeBase(root: string, revision: string): Promise<string> {
  const commit = await resolved(root, revision);
  const { code, stdout } = await run(root, ['merge-base', '--end-of-options', commit, 'HEAD'], {
    patience: PATIENCE_MS,
  });
  const base = stdout.toString('utf8').trim();
  if (code === 0 && base !== '') return base;
  throw new RevisionError(
    'it has no commit in common with HEAD here; in a shallow clone `git fetch --unshallow` (`fetch-depth: 0` for actions/checkout) brings the rest of the history',
  );
}

interface Blob {
  readonly mode: string;
  readonly hash: string;
  readonly path: string;
}

const LINK = '120000';
const SUBMODULE = '160000';

async function treeOf(root: string, commit: string): Promise<readonly Blob[]> {
  const listed = await git(root, ['ls-tree', '-r', '-l', '-z', commit, '--', '.']);
  return fields(listed).flatMap((line) => {
    // `100644 blob <hash>     <size>\t<path>`
    const [, mode = '', hash = '', size, path = ''] = /^(\d+) blob ([0-9a-f]+) +(\d+)\t(.+)$/s.exec(line) ?? [];
    return path === '' || Number(size) > LARGEST ? [] : [{ mode, hash, path }];
  });
}

function fields(output: Buffer): string[] {
  return output.toString('utf8').split('\0');
}

async function filesOf(
  root: string,
  blobs: readonly Blob[],
  name: string,
  wanted: (path: string) => boolean = () => true,
): Promise<Files> {
  const chosen = blobs.filter(({ path }) => wanted(path));
  const contents = await git(root, ['cat-file', '--batch'], chosen.map(({ hash }) => `${hash}\n`).join(''));
  const files: Record<string, string> = {};
  const links = new Map<string, string>();
  let at = 0;
  for (const { path, mode } of chosen) {
    // `<hash> blob <size>\n<content>\n`
    const end = contents.indexOf(0x0a, at);
    const size = Number(contents.toString('utf8', at, end).split(' ')[2]);
    // `<hash> missing`: a partial clone that can't reach where the rest of it is.
    if (!Number.isInteger(size))
      throw new RevisionError(
        `${path} of that revision isn't in this partial clone; fetch it first (\`git fetch --refetch --no-filter\`)`,
      );
    const text = contents.toString('utf8', end + 1, end + 1 + size);
    if (mode === LINK) links.set(path, posix.join(posix.dirname(path), text));
    else files[path] = text;
    at = end + 2 + size;
  }
  const inMemory = memoryFiles(files, name);
  return linked({ ...inMemory, read: (path) => readable(inMemory.read(path)) }, links);
}

/** Links to files of the tree are those files; all others lead nowhere. */
function linked(files: Files, links: ReadonlyMap<string, string>): Files {
  const known = new Set(files.list());
  const own = new Map([...links].filter(([, target]) => known.has(target)));
  if (own.size === 0) return files;
  return {
    ...files,
    list: () => [...files.list(), ...own.keys()].sort(),
    read: (path) => files.read(own.get(path) ?? path),
    exists: (path) => own.has(path) || files.exists(path),
    linkTarget: (path) => own.get(path),
  };
}

/** The commit that it names, if that is here. */
async function resolved(root: string, revision: string): Promise<string> {
  // What begins with a dash would be an option.
  if (revision === '' || revision.startsWith('-'))
    throw new RevisionError('it names no revision; one is main or HEAD~1, say');
  const { code, stdout, stderr } = await run(
    root,
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    { patience: QUICK_MS },
  );
  if (code === 0) return stdout.toString('utf8').trim();
  const reason = firstLine(stderr);
  if (reason !== '' && !/^fatal: Needed a single revision/.test(reason)) throw new RevisionError(`git says: ${reason}`);
  const shallow =
    (await run(root, ['rev-parse', '--is-shallow-repository'], { patience: QUICK_MS })).stdout
      .toString('utf8')
      .trim() === 'true';
  throw new RevisionError(
    `there is no such revision here${shallow ? ': this clone is shallow, so fetch more of its history first (`git fetch --unshallow`, or `fetch-depth: 0` for actions/checkout)' : '; `git fetch` brings those of the remote'}`,
  );
}

async function git(root: string, args: readonly string[], input?: string): Promise<Buffer> {
  const { code, stdout, stderr } = await run(root, args, {
    ...defined({ input }),
    patience: PATIENCE_MS,
  });
  if (code !== 0) throw new RevisionError(`git says: ${firstLine(stderr) || `exit code ${code}`}`);
  return stdout;
}

async function run(
  root: string,
  args: readonly string[],
  options: { readonly input?: string; readonly patience: number },
): Promise<Ended> {
  const done = await ask(root, args, { ...options, most: MOST_OUTPUT });
  if (done === undefined) throw new RevisionError('the project is in no git repository');
  switch (done.failure) {
    case 'not found':
      throw new RevisionError('git could not be run; is it installed, and in a folder of PATH outside of the project?');
    case 'too slow':
      throw new RevisionError('git did not answer in time and was stopped');
    case 'too much':
      throw new RevisionError('that revision holds more than can be compared (1 GB)');
    case undefined:
  }
  return done;
}

function firstLine(bytes: Buffer): string {
  return bytes.toString('utf8').trim().split('\n')[0] ?? '';
}
