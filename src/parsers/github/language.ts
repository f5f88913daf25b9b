/** GitHub workflows and composite actions, and what Gitea and Forgejo take of them. */
import type { Language } from '../../project/language.ts';

const PATH = /^(?:.*\/)?(?:\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml|action\.ya?ml)$/;

export const language: Language<'workflow'> = {
  kind: 'workflow',
  owns: (_, path) => PATH.test(path),
  read: () => import('./read.ts'),
};
