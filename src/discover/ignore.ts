/**
 * Patterns as .gitignore has them. Apart from the rest because the package is slow to load and most projects are listed
 * by git.
 */
import ignore from 'ignore';

/** True: ignored; false: expressly not; undefined: nothing said. */
export function ignorer(patterns: readonly string[]): (path: string) => boolean | undefined {
  const matcher = ignore().add([...patterns]);
  return (path) => {
    const { ignored, unignored } = matcher.test(path);
    return ignored ? true : unignored ? false : undefined;
  };
}
