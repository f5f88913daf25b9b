/** Reads the pipelines of GitLab, CodeBuild, Bitbucket, CircleCI, Azure and Travis CI. */
import { withoutMark } from '../../core/byte-order-mark.ts';
import type { SourceText } from '../../syntax/source.ts';
import { isBuildspec } from './language.ts';
import { readAzure } from './azure.ts';
import { readBitbucket } from './bitbucket.ts';
import { readCircle } from './circleci.ts';
import { readCodeBuild } from './codebuild.ts';
import { readGitlab } from './gitlab.ts';
import { readTravis } from './travis.ts';
import { PipelineSource } from './source.ts';
import type { Flavour, PipelineReading } from './reading.ts';

export type { PipelineReading } from './reading.ts';

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
  // Of another name, it was found to be a buildspec by its content, or GitLab includes it.
  const flavour = pipelineFlavour(source.file) ?? (isBuildspec(withoutMark(source.text)) ? 'codebuild' : 'gitlab');
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
