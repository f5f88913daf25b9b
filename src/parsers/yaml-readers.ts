/** What evaluation has read of the YAML that it comes upon: see `YamlReaders`. */
import type { YamlReaders } from '../project/readings.ts';
import { suppressionsIn } from '../syntax/comment-suppressions.ts';
import { yamlComments } from '../syntax/yaml.ts';
import { read as manifest } from './kubernetes/read.ts';
import { readCodeBuild } from './pipelines/codebuild.ts';
import { PipelineSource } from './pipelines/source.ts';
import { functionsIn as functions } from './serverless/functions.ts';

export const YAML_READERS: YamlReaders = {
  buildspec: (source, around) => {
    const { jobs, variables = [] } = readCodeBuild(new PipelineSource(source, around));
    return { jobs, variables };
  },
  functions,
  manifest,
  suppressions: (source) => suppressionsIn(yamlComments(source), source.lines, source.text),
};
