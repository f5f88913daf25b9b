/** The configuration of SAM's commands. */
import type { Language } from '../../project/language.ts';

const NAME = /^samconfig\.(?:toml|ya?ml)$/;

export const language: Language<'samconfig'> = {
  kind: 'samconfig',
  owns: (name) => NAME.test(name),
  read: () => import('./read.ts'),
};
