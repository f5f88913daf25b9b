/** Jenkinsfiles, under the names that people give them. */
import type { Language } from '../../project/language.ts';

const NAME = /^jenkinsfile(?:[._-].*)?$|[._-]jenkinsfile$/i;

export const language: Language<'jenkins'> = {
  kind: 'jenkins',
  owns: (name) => NAME.test(name),
  read: () => import('./read.ts'),
};
