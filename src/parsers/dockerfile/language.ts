/** Dockerfiles and Containerfiles. */
import type { Language } from '../../project/language.ts';

const NAME = /^(?:dockerfile|(?:Dockerfile|Containerfile)(?:[._-][^/]*)?|[^/]+\.(?:[Dd]ockerfile|[Cc]ontainerfile))$/;
/** What is only called after a Dockerfile. */
const OTHER = /\.(?:dockerignore|ts|mts|cts|js|mjs|cjs|md|txt|html)$/;

export const language: Language<'dockerfile'> = {
  kind: 'dockerfile',
  owns: (name) => NAME.test(name) && !OTHER.test(name),
  read: () => import('./read.ts'),
};
