/** Markdown runbooks, where the configuration asks for them. */
import type { Language } from '../../project/language.ts';

export const language: Language<'markdown'> = {
  kind: 'markdown',

  read: () => import('./read.ts'),
};
