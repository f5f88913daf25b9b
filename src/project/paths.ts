/** Project-relative paths, with `/`; the root is `''`. */

/** Where interpreters and readers agree that the project lies on the machine. */
export const PROJECT_ROOT = '/project';

/** Undefined when the path leaves the project. */
export function joinPath(folder: string, path: string): string | undefined {
  let rest = path;
  let parts = folder === '' ? [] : folder.split('/');
  if (path === PROJECT_ROOT || path.startsWith(`${PROJECT_ROOT}/`)) {
    rest = path.slice(PROJECT_ROOT.length + 1);
    parts = [];
  } else if (path.startsWith('/') || path.startsWith('~') || /^[a-z]:[\\/]/i.test(path)) {
    return undefined;
  }
  for (const piece of rest.split('/')) {
    if (piece === '' || piece === '.') continue;
    if (piece !== '..') parts.push(piece);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

export function dirname(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}
