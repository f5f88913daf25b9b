/**
 * Whose code may be run. A configuration in JavaScript and plug-ins are programs: they run when the user says so, for
 * this run (`--trust`, an editor's trusted workspace) or for this project in a list of their own. Nothing that the
 * project itself says makes it trusted.
 */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { boundaryOf, isInside, realOf } from '../files/boundary.ts';

/**
 * May the code of the project in this folder be run? Asked each time, as the answer may change while an editor is open.
 */
export type Trust = (root: string) => boolean;

/** `--trust` and what is like it is for whatever project is at hand. */
export function trustWhere(given: boolean): Trust {
  return given ? () => true : isListed;
}

const LIST_NAME = join('plimsoll', 'trusted.json');
/** Code that nobody has trusted. At least one of them. */
export interface Skipped {
  /** A configuration in JavaScript, by absolute path. */
  readonly file?: string;
  /** The configuration that names plug-ins. */
  readonly plugins?: string;
  /** Which. */
  readonly names?: readonly string[];
}

const LARGEST_LIST = 1024 * 1024;

/**
 * In the list stand the real paths of projects: the root of a git repository, or the folder that is checked where there
 * is none.
 */
export const isListed: Trust = (root) => {
  const project = boundaryOf(realOf(root));
  const list = trustedList();
  return list !== undefined && projectsIn(list, project).includes(project);
};

/** Where the list is kept, whether there is one or not. */
function trustedList(): string | undefined {
  const folder = [process.env['XDG_CONFIG_HOME'] ?? '', join(homedir(), '.config')].find((one) => isAbsolute(one));
  return folder === undefined ? undefined : join(folder, LIST_NAME);
}

function projectsIn(list: string, project: string): readonly string[] {
  try {
    const stat = statSync(list);
    if (!stat.isFile() || stat.size > LARGEST_LIST || !isOnlyOurs(stat)) return [];
    // A list that the project brings along says nothing, by whatever way it is reached.
    if ([list, realOf(list)].some((path) => isInside(project, path))) return [];
    const value: unknown = JSON.parse(readFileSync(list, 'utf8'));
    return Array.isArray(value)
      ? value.flatMap((one: unknown) => (typeof one === 'string' && isAbsolute(one) ? [resolve(one)] : []))
      : [];
  } catch {
    return [];
  }
}

/** Nobody else may have written it. Windows has no such marks. */
function isOnlyOurs({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean {
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o002) === 0);
}

/** One line, whatever was not run. `how`: what makes it run. */
export function skippedNotice(
  { file, plugins, names = [] }: Skipped,
  root: string,
  how: string,
): { readonly file: string; readonly message: string } {
  const name = (path: string): string => relative(root, path).replaceAll('\\', '/');
  const what = [
    ...(file === undefined ? [] : [name(file)]),
    ...(plugins === undefined ? [] : [`the plug-ins of ${name(plugins)} (${names.join(', ')})`]),
  ];
  const list = trustedList();
  const verbs = plugins === undefined ? 'is code and was' : 'are code and were';
  return {
    file: name(file ?? plugins ?? root),
    message: `${what.join(' and ')} ${verbs} not run; if you trust this project, ${how}${list === undefined ? '' : `, or list it in ${list}`}`,
  };
}
