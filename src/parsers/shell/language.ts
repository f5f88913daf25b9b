/** Scripts of POSIX shells, by their name or their first line. */
import type { Language } from '../../project/language.ts';

const NAME = /\.(?:sh|bash|ksh|zsh)$/;
const SHEBANG = /^\uFEFF?#!\s*(?:\/\S*\/)?(?:env\s+(?:-S\s+)?)?(?:\S*\/)?(?:ba|da|k|z|a)?sh\b/;

export const language: Language<'shell'> = {
  kind: 'shell',
  owns: (name) => NAME.test(name),
  inside: { among: 'script', tellTales: ['#!'], is: (head) => SHEBANG.test(head) },
  read: () => import('./read.ts'),
};
