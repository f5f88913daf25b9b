/** Compose files. */
import type { Language } from '../../project/language.ts';

const NAME = /^(?:docker-compose|compose|podman-compose)(?:[._-][^/]*)?\.ya?ml$/;

export const language: Language<'compose'> = {
  kind: 'compose',
  owns: (name) => NAME.test(name),
  read: () => import('./read.ts'),
};
