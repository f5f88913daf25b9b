/** The templates of a git revision, read without touching the work tree. */
import { memoryFiles, type Files } from '../discover/files.ts';
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
  // What begins with a dash would be an option.
  if (revision === '' || revision.startsWith('-'))
    throw new RevisionError('it names no revision; write git:REVISION, as in git:main or git:HEAD~1');
  const commit = await resolved(root, revision);
  const listed = await git(root, ['ls-tree', '-r', '-l', '-z', commit, '--', '.']);
  const paths = listed
    .toString('utf8')
    .split('\0')
    .flatMap((line) => {
      // `100644 blob <hash>     <size>\t<path>`
      const found = /^\d+ blob ([0-9a-f]+) +(\d+)\t(.+)$/s.exec(line);
      return found === null || Number(found[2]) > LARGEST || !wanted(found[3] ?? '')
        ? []
        : [{ hash: found[1] ?? '', path: found[3] ?? '' }];
    });
  const contents = await git(root, ['cat-file', '--batch'], paths.map(({ hash }) => `${hash}\n`).join(''));
  const files: Record<string, string> = {};
  let at = 0;
  for (const { path } of paths) {
    // `<hash> blob <size>\n<content>\n`
    const end = contents.indexOf(0x0a, at);
    const size = Number(contents.toString('utf8', at, end).split(' ')[2]);
    // `<hash> missing`: a partial clone that can't reach where the rest of it is.
    if (!Number.isInteger(size))
      throw new RevisionError(
        `${path} of that revision isn't in this partial clone; fetch it first (\`git fetch --refetch --no-filter\`)`,
      );
    files[path] = contents.toString('utf8', end + 1, end + 1 + size);
    at = end + 2 + size;
  }
  return memoryFiles(files, `git:${revision}`);
}

/** The commit that it names, if that is here. */
async function resolved(root: string, revision: string): Promise<string> {
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
