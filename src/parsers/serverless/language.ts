/** Services of the Serverless Framework. */
import type { Language } from '../../project/language.ts';

const NAME = /^serverless(?:[._-][\w-]+)*\.ya?ml$/;

export const language: Language<'serverless'> = {
  kind: 'serverless',
  owns: (name) => NAME.test(name),
  read: () => import('./read.ts'),
};
