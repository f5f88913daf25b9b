/** The templates of a git revision, read without touching the work tree. */
import { spawnSync } from 'node:child_process';
import { memoryFiles, type Files } from '../discover/files.ts';

export class RevisionError extends Error {}

const LARGEST = 10 * 1024 * 1024;
const MOST_OUTPUT = 1024 * 1024 * 1024;

export function filesAt(root: string, revision: string, wanted: (path: string) => boolean): Files {
  // What begins with a dash would be an option.
  if (revision === '' || revision.startsWith('-')) throw new RevisionError(`git:${revision} names no revision`);
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
    files[path] = contents.toString('utf8', end + 1, end + 1 + size);
    at = end + 2 + size;
  }
  return memoryFiles(files, `git:${revision}`);
}

function git(root: string, args: readonly string[], input?: string): Buffer {
  const { status, stdout, stderr, error } = spawnSync('git', args, { cwd: root, ...(input === undefined ? {} : { input }), maxBuffer: MOST_OUTPUT, stdio: ['pipe', 'pipe', 'pipe'] });
  if (error !== undefined) throw new RevisionError(`git could not be run: ${error.message}`);
  if (status !== 0) throw new RevisionError(`git says: ${stderr.toString('utf8').trim().split('\n')[0] ?? `exit code ${status}`}`);
  return stdout;
}
