// Finds the clones and runs the built command line over each at the commit that was judged.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const MINUTES = 5;
const run = promisify(execFile);
// What a stranger's repository asks git to run, or a user's configuration to filter, has no part in this.
const QUIET = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.autocrlf=false',
  '-c',
  'filter.lfs.smudge=',
  '-c',
  'filter.lfs.required=false',
];
const ENVIRONMENT = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_NO_LAZY_FETCH: '1', NO_COLOR: '1' };

/** `<folder>/<owner>+<name>`, there or in `repo`, bare or with a work tree. */
export function cloneOf(folder, repo) {
  const named = join(folder, repo.replace('/', '+'));
  return [named, join(named, 'repo')].find(
    (candidate) => existsSync(join(candidate, '.git')) || existsSync(join(candidate, 'objects')),
  );
}

/**
 * @param {{ clone: string, commit: string, cli: string }} what
 * @returns {Promise<object[]>} the findings, the possible ones too
 */
export async function lint({ clone, commit, cli }) {
  const tree = mkdtempSync(join(tmpdir(), 'ledger-'));
  try {
    checkOut(clone, commit, tree);
    const { stdout } = await run(
      process.execPath,
      [cli, 'check', '--no-cache', '--format', 'json', '--fail-on', 'never', '--pedantic'],
      { cwd: tree, env: ENVIRONMENT, encoding: 'utf8', maxBuffer: 2 ** 28, timeout: MINUTES * 60_000 },
    );
    return JSON.parse(stdout).findings;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

/** Runs `work` over all, a few at a time, in order of arrival. */
export async function each(all, atOnce, work) {
  const waiting = [...all];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
    }),
  );
}

/**
 * A snapshot may lack its largest files: `checkout-index` goes on where `checkout` would stop, and says so by its
 * status.
 */
function checkOut(clone, commit, tree) {
  const git = (...args) =>
    execFileSync('git', [...QUIET, ...args], {
      env: ENVIRONMENT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 28,
    });
  git('clone', '--quiet', '--shared', '--no-checkout', clone, tree);
  git('-C', tree, 'update-ref', '--no-deref', 'HEAD', commit);
  git('-C', tree, 'read-tree', commit);
  try {
    git('-C', tree, 'checkout-index', '--all', '--force', '--quiet');
  } catch {
    if (git('-C', tree, 'ls-files').trim() === git('-C', tree, 'ls-files', '--deleted').trim())
      throw new Error(`nothing of ${commit} could be checked out`);
  }
}
