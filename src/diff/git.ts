/** The templates of a git revision, read without touching the work tree. */
import { spawnSync } from 'node:child_process';
import { memoryFiles, type Files } from '../discover/files.ts';

export class RevisionError extends Error {}

const LARGEST = 10 * 1024 * 1024;
const MOST_OUTPUT = 1024 * 1024 * 1024;

export function filesAt(root: string, revision: string, wanted: (path: string) => boolean): Files {
  // What begins with a dash would be an option.
  if (revision === '' || revision.startsWith('-')) throw new RevisionError('it names no revision; write git:REVISION, as in git:main or git:HEAD~1');
  resolved(root, revision);
  const listed = git(root, ['ls-tree', '-r', '-l', '-z', revision, '--', '.']);
  const paths = listed.toString('utf8').split('\0').flatMap((line) => {
    // `100644 blob <hash>     <size>\t<path>`
    const found = /^\d+ blob ([0-9a-f]+) +(\d+)\t(.+)$/s.exec(line);
    return found === null || Number(found[2]) > LARGEST || !wanted(found[3] ?? '') ? [] : [{ hash: found[1] ?? '', path: found[3] ?? '' }];
  });
  const contents = git(root, ['cat-file', '--batch'], paths.map(({ hash }) => `${hash}\n`).join(''));
  const files: Record<string, string> = {};
  let at = 0;
  for (const { path } of paths) {
    // `<hash> blob <size>\n<content>\n`
    const end = contents.indexOf(0x0a, at);
    const size = Number(contents.toString('utf8', at, end).split(' ')[2]);
    // `<hash> missing`: a partial clone that can't reach where the rest of it is.
    if (!Number.isInteger(size)) throw new RevisionError(`${path} of that revision isn't in this partial clone, and could not be fetched`);
    files[path] = contents.toString('utf8', end + 1, end + 1 + size);
    at = end + 2 + size;
  }
  return memoryFiles(files, `git:${revision}`);
}

/** Does it name a commit that is here? */
function resolved(root: string, revision: string): void {
  const { status, stderr } = run(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
  if (status === 0) return;
  const reason = firstLine(stderr);
  if (/not a git repository/.test(reason)) throw new RevisionError('the project is in no git repository');
  if (reason !== '' && !/^fatal: Needed a single revision/.test(reason)) throw new RevisionError(`git says: ${reason}`);
  const shallow = run(root, ['rev-parse', '--is-shallow-repository']).stdout.toString('utf8').trim() === 'true';
  throw new RevisionError(`there is no such revision here${shallow ? ': this clone is shallow, so fetch more of its history first (`git fetch --unshallow`, or `fetch-depth: 0` for actions/checkout)' : '; `git fetch` brings those of the remote'}`);
}

function git(root: string, args: readonly string[], input?: string): Buffer {
  const { status, stdout, stderr } = run(root, args, input);
  if (status !== 0) throw new RevisionError(`git says: ${firstLine(stderr) || `exit code ${status}`}`);
  return stdout;
}

function run(root: string, args: readonly string[], input?: string) {
  const done = spawnSync('git', args, { cwd: root, ...(input === undefined ? {} : { input }), maxBuffer: MOST_OUTPUT, stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' } });
  if (done.error !== undefined) throw new RevisionError(`git could not be run: ${done.error.message}`);
  return done;
}

function firstLine(bytes: Buffer): string {
  return bytes.toString('utf8').trim().split('\n')[0] ?? '';
}
