/** Bake files; it builds from compose files too. */
import type { Language } from '../../project/language.ts';

const NAME = /^docker-bake[^/]*\.(?:hcl|json)$/;

export const language: Language<'bake'> = {
  kind: 'bake',
  owns: (name) => NAME.test(name),
  read: () => import('./read.ts'),
};
