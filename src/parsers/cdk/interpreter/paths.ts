/** Paths inside evaluated strings. */
import { posix } from 'node:path';

/** Stands before project paths inside evaluated strings, so that `__dirname` is absolute and `..` can be followed. */
export const PROJECT = '/.project';

/** The project-relative path of an evaluated path; a relative one starts from the first root that has it. */
export function projectPath(
  path: string,
  roots: readonly string[],
  exists: (path: string) => boolean,
): string | undefined {
  if (path.startsWith(PROJECT)) {
    const inside = posix.normalize(`/${path.slice(PROJECT.length)}`).replace(/^\/+|\/+$/g, '');
    return inside === '.' ? '' : inside;
  }
  if (path.startsWith('/')) return undefined;
  const candidates = roots
    .map((root) => posix.join(root === '' ? '.' : root, path).replace(/\/+$/, ''))
    .filter((one) => !one.startsWith('..'))
    .map((one) => (one === '.' ? '' : one));
  return candidates.find((one) => exists(one)) ?? candidates[0];
}
