/** Variables whose meaning everybody knows, though no script sets them. */
import { table } from '../../core/table.ts';
import { concatAll, hole, literal, type Nature, type Text } from '../../core/text.ts';

/** Windows' programs are called by their file's name under WSL and Git Bash: `docker.exe`. */
export function programName(word: string): string {
  return word.replace(/\.exe$/i, '');
}

const REGION = new Set(['AWS_REGION', 'AWS_DEFAULT_REGION', 'CDK_DEFAULT_REGION', 'CDK_DEPLOY_REGION']);
const ACCOUNT = new Set(['AWS_ACCOUNT_ID', 'CDK_DEFAULT_ACCOUNT', 'CDK_DEPLOY_ACCOUNT', 'AWS_ACCOUNT']);
const UNIQUE = new Set([
  'GITHUB_SHA',
  'GITHUB_RUN_ID',
  'GITHUB_RUN_NUMBER',
  'GITHUB_RUN_ATTEMPT',
  'CODEBUILD_RESOLVED_SOURCE_VERSION',
  'CODEBUILD_SOURCE_VERSION',
  'CODEBUILD_BUILD_NUMBER',
  'CODEBUILD_BUILD_ID',
  'CI_COMMIT_SHA',
  'CI_COMMIT_SHORT_SHA',
  'CI_PIPELINE_ID',
  'CI_PIPELINE_IID',
  'CI_JOB_ID',
  'BITBUCKET_COMMIT',
  'BITBUCKET_BUILD_NUMBER',
  'CIRCLE_SHA1',
  'CIRCLE_BUILD_NUM',
  'TRAVIS_COMMIT',
  'TRAVIS_BUILD_NUMBER',
  'BUILD_NUMBER',
  'BUILD_ID',
  'GIT_COMMIT',
  'BUILDKITE_COMMIT',
  'BUILDKITE_BUILD_NUMBER',
  'RANDOM',
  'SECONDS',
  'EPOCHSECONDS',
  'EPOCHREALTIME',
  'SRANDOM',
]);

export function natureOf(name: string): Nature {
  if (REGION.has(name)) return 'region';
  if (ACCOUNT.has(name)) return 'account';
  return UNIQUE.has(name) ? 'unique' : 'unknown';
}

/** GitLab's names that are made of others. It writes the image's path in small letters, as registries want it. */
const MADE_OF: Readonly<Record<string, readonly string[]>> = table({
  CI_REGISTRY_IMAGE: ['CI_REGISTRY', 'CI_PROJECT_PATH'],
  CI_PROJECT_PATH: ['CI_PROJECT_NAMESPACE', 'CI_PROJECT_NAME'],
});

export function variableHole(name: string): Text {
  const [first, ...rest] = MADE_OF[name] ?? [];
  return first === undefined
    ? hole(name, natureOf(name))
    : concatAll([variableHole(first), ...rest.flatMap((one) => [literal('/'), variableHole(one)])]);
}

/** Supplied by the machine or the CI system even where a pipeline's own `env` is all that a reader sees. */
export function suppliedByMachine(name: string): boolean {
  return (
    natureOf(name) !== 'unknown' ||
    /^(GITHUB_|RUNNER_|CI_|CODEBUILD_|BITBUCKET_|CIRCLE_|AWS_|BUILDKITE_|GITLAB_)/.test(name) ||
    [
      'CI',
      'HOME',
      'PATH',
      'PWD',
      'OLDPWD',
      'USER',
      'SHELL',
      'HOSTNAME',
      'LANG',
      'TMPDIR',
      'TERM',
      'UID',
      'EUID',
      'OSTYPE',
      'HOSTTYPE',
      'MACHTYPE',
      'LOGNAME',
    ].includes(name)
  );
}
