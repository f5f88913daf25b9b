/** Taskfiles. */
import type { Language } from '../../project/language.ts';

const NAME = /^[Tt]askfile(?:[._-][\w-]+)*\.ya?ml$/;

export const language: Language<'taskfile'> = {
  kind: 'taskfile',
  owns: (name) => NAME.test(name),
  read: () => import('./read.ts'),
};
