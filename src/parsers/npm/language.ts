/** Scripts of npm, pnpm, yarn and bun. */
import type { Language } from '../../project/language.ts';

export const language: Language<'package-json'> = {
  kind: 'package-json',
  owns: (name) => name === 'package.json',
  read: () => import('./read.ts'),
};
