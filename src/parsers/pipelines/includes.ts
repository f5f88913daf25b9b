/** Which files of the project GitLab's `include: local` means by a path. */
import { wildcards } from '../../core/linear/matcher.ts';

/** From the repository's root, with a slash before it or not. `*` stays in its folder, `**` doesn't. */
export function included(named: string): { readonly file: string } | { readonly covers: (file: string) => boolean } {
  const file = named.replace(/^\.?\//, '');
  if (!file.includes('*')) return { file };
  const pattern = wildcards(file, { paths: true });
  return { covers: (one) => pattern.covers(one) === true };
}
