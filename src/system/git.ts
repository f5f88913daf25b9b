/**
 * How git is asked about a project: with an environment in which nothing that the project says about git starts a
 * program. A repository's own configuration can name commands in many places; each that the questions we ask could
 * reach is closed here, whatever file it comes from.
 */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { foldersWithin, gitRootOf, isInside, realOf } from '../files/boundary.ts';
import { start, type Ended, type Start } from './programs.ts';

/** What a repository's configuration says is overruled by this. */
const CLOSED: readonly string[] = [
  // Asked what has changed by whoever reads the index. Empty and not `false`: before 2.36 that was the name of a
  // program.
  'core.fsmonitor=',
  'core.virtualFilesystem=',
  'core.hooksPath=/dev/null',
  'core.attributesFile=/dev/null',
  'core.alternateRefsCommand=',
  // A folder of the project that looks like a repository without a work tree is none, whatever configuration lies in
  // it.
  'safe.bareRepository=explicit',
  'submodule.recurse=false',
  'diff.external=',
  'protocol.allow=never',
];

/**
 * What a partial clone lacks is not fetched: that would start whatever `remote.*`, `core.sshCommand`, `credential.*`
 * and the like name.
 */
const CLOSED_ENVIRONMENT = {
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  LC_ALL: 'C',
};

/**
 * Of the variables for git these are the user's own: their configuration (`safe.directory` above all), and where to
 * stop looking.
 */
const KEPT =
  /^GIT_(?:CONFIG_(?:COUNT|KEY_\d+|VALUE_\d+|PARAMETERS|GLOBAL|SYSTEM|NOSYSTEM)|EXEC_PATH|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)$/;

/** A configuration that is no plain file of a sensible size is nobody's. */
const LARGEST_CONFIG = 4 * 1024 * 1024;
const QUICK_MS = 2_000;

/** Undefined: there is no repository that may be asked. */
export async function git(
  root: string,
  args: readonly string[],
  options: Pick<Start, 'input' | 'patience' | 'most'> = {},
): Promise<Ended | undefined> {
  const top = gitRootOf(root);
  // Git would take the first such folder on its way up, and the configuration in it.
  if (top === undefined || foldersWithin(root).some(isBareLayout)) return undefined;
  const excludes = await excludesOf(root, top);
  return excludes === undefined ? undefined : ask(root, top, [...excludes, ...args], options);
}

function ask(
  root: string,
  top: string,
  args: readonly string[],
  options: Pick<Start, 'input' | 'patience' | 'most'>,
): Promise<Ended> {
  return start('git', ['--no-pager', ...CLOSED.flatMap((one) => ['-c', one]), ...args], {
    ...options,
    project: root,
    env: environment(top),
  });
}

/**
 * Also a hook's: `GIT_DIR` and `GIT_INDEX_FILE` speak of the repository that it runs for, and here the one around the
 * folder is meant.
 */
function environment(top: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^GIT_/i.test(name) || KEPT.test(name));
  const above = dirname(top);
  const ceilings = [
    above === top ? '' : above,
    ...(process.env['GIT_CEILING_DIRECTORIES'] ?? '').split(delimiter),
  ].filter((one) => one !== '');
  return { ...Object.fromEntries(own), ...CLOSED_ENVIRONMENT, GIT_CEILING_DIRECTORIES: ceilings.join(delimiter) };
}

function isBareLayout(folder: string): boolean {
  return ['HEAD', 'objects', 'refs'].every(
    (name) => statSync(join(folder, name), { throwIfNoEntry: false }) !== undefined,
  );
}

/**
 * The user's own ignored files count, and those that the repository names inside itself. Elsewhere it may name
 * anything, also what never ends. Asked only where its configuration speaks of it. Undefined: the configuration can't
 * be told.
 */
async function excludesOf(root: string, top: string): Promise<string[] | undefined> {
  const texts = configurationsOf(top);
  if (texts === undefined) return undefined;
  if (!texts.some((text) => text.includes('excludesfile') || text.includes('[include'))) return [];
  const { code, stdout } = await ask(
    root,
    top,
    ['config', '--null', '--show-scope', '--type=path', '--get-all', 'core.excludesFile'],
    { patience: QUICK_MS },
  );
  // 1: it says nothing of the kind.
  if (code === 1) return [];
  if (code !== 0) return undefined;
  const fields = stdout.toString('utf8').split('\0');
  const values = fields.flatMap((scope, index) =>
    index % 2 === 0 && fields[index + 1] !== undefined ? [{ scope, path: fields[index + 1] ?? '' }] : [],
  );
  const last = values.at(-1);
  const isOwn = ({ scope }: { readonly scope: string }): boolean => scope === 'local' || scope === 'worktree';
  if (last === undefined || !isOwn(last) || isFileWithin(top, resolve(top, last.path))) return [];
  const users =
    values.findLast((one) => !isOwn(one))?.path ??
    join(process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'git', 'ignore');
  return ['-c', `core.excludesFile=${users}`];
}

function isFileWithin(top: string, path: string): boolean {
  return (
    isInside(top, path) &&
    isInside(realOf(top), realOf(path)) &&
    statSync(path, { throwIfNoEntry: false })?.isFile() !== false
  );
}

/** Of the repository and of its work tree, in lower case. */
function configurationsOf(top: string): string[] | undefined {
  try {
    const folder = gitFolderOf(top);
    const common =
      statSync(join(folder, 'commondir'), { throwIfNoEntry: false }) === undefined
        ? folder
        : resolve(folder, textOf(join(folder, 'commondir')).trim());
    return [join(common, 'config'), join(folder, 'config.worktree')].flatMap((path) =>
      statSync(path, { throwIfNoEntry: false }) === undefined ? [] : [textOf(path).toLowerCase()],
    );
  } catch {
    return undefined;
  }
}

/** `.git` is a folder, or a file that names one: `gitdir: ../.git/worktrees/x`. */
function gitFolderOf(top: string): string {
  const path = join(top, '.git');
  if (statSync(path).isDirectory()) return path;
  const text = textOf(path);
  if (!text.startsWith('gitdir: ')) throw new Error('names no repository');
  return resolve(top, text.slice('gitdir: '.length).trim());
}

function textOf(path: string): string {
  const stat = statSync(path);
  if (!stat.isFile() || stat.size > LARGEST_CONFIG) throw new Error('is no plain file');
  return readFileSync(path, 'utf8');
}
