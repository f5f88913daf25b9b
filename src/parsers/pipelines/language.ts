/** Pipelines of GitLab, CodeBuild, Bitbucket, CircleCI, Azure and Travis CI. */
import type { Language } from '../../project/language.ts';

const PATH =
  /^(?:.*\/)?(?:\.gitlab-ci\.ya?ml|[^/]*\.gitlab-ci\.ya?ml|buildspec[^/]*\.ya?ml|[^/]*\.buildspec\.ya?ml|bitbucket-pipelines\.ya?ml|\.travis\.ya?ml|azure-pipelines[^/]*\.ya?ml|\.circleci\/config\.ya?ml)$/;
const BUILDSPEC = [/^version:\s*["']?0\.[12]\b/m, /^phases:/m] as const;

export function isBuildspec(text: string): boolean {
  return BUILDSPEC.every((sign) => sign.test(text));
}

export const language: Language<'pipeline'> = {
  kind: 'pipeline',
  owns: (_, path) => PATH.test(path),
  // A CodeBuild project says where its buildspec is, and by what name.
  inside: {
    among: 'declaration',
    tellTales: ['phases:'],
    is: (text, path) => /\.ya?ml$/.test(path) && isBuildspec(text),
  },
  read: () => import('./read.ts'),
};
