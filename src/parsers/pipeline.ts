/** Reads the pipelines of GitLab, CodeBuild, Bitbucket, CircleCI, Azure and Travis CI. */
import type { SourceText } from './reading.ts';
import { readAzure } from './pipeline/azure.ts';
import { readBitbucket } from './pipeline/bitbucket.ts';
import { readCircle } from './pipeline/circleci.ts';
import { readCodeBuild } from './pipeline/codebuild.ts';
import { readGitlab } from './pipeline/gitlab.ts';
import { readTravis } from './pipeline/travis.ts';
import { PipelineSource } from './pipeline/source.ts';
import type { Flavour, PipelineReading } from './pipeline/reading.ts';

export type { PipelineReading } from './pipeline/reading.ts';

const NAMES: readonly (readonly [RegExp, Flavour])[] = [
  [/(?:^|\/)[^/]*\.gitlab-ci\.ya?ml$/i, 'gitlab'],
  [/(?:^|\/)\.gitlab\/.*\.ya?ml$/i, 'gitlab'],
  [/(?:^|\/)bitbucket-pipelines\.ya?ml$/i, 'bitbucket'],
  [/(?:^|\/)\.circleci\/[^/]+\.ya?ml$/i, 'circleci'],
  [/(?:^|\/)\.travis\.ya?ml$/i, 'travis'],
  [/(?:^|\/)azure-pipelines[^/]*\.ya?ml$/i, 'azure'],
  [/(?:^|\/)[^/]*buildspec[^/]*\.ya?ml$/i, 'codebuild'],
];

export function pipelineFlavour(path: string): Flavour | undefined {
  return NAMES.find(([pattern]) => pattern.test(path))?.[1];
}

export function looksLikePipeline(path: string): boolean {
  return pipelineFlavour(path) !== undefined;
}

const READERS = {
  gitlab: readGitlab,
  codebuild: readCodeBuild,
  bitbucket: readBitbucket,
  circleci: readCircle,
  azure: readAzure,
  travis: readTravis,
};

export function read(source: SourceText): PipelineReading {
  // A file of another name was found to be a buildspec by its content.
  const flavour = pipelineFlavour(source.file) ?? 'codebuild';
  const from = new PipelineSource(source);
  const { variables = [], includes = [], jobs, ...rest } = READERS[flavour](from);
  return {
    kind: 'pipeline',
    file: source.file,
    lines: source.lines,
    flavour,
    variables,
    includes,
    jobs,
    ...rest,
    unreadable: from.unreadable,
    suppressions: from.suppressions,
  };
}
