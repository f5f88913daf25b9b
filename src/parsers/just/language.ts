/** just's recipes. */
import type { Language } from '../../project/language.ts';

const NAME = /^(?:\.?justfile|Justfile|JUSTFILE|[^/]+\.just)$/;

export const language: Language<'justfile'> = {
  kind: 'justfile',
  owns: (name) => NAME.test(name),
  read: () => import('./read.ts'),
};
