/** Buildspecs that CodeBuild projects of a template carry in themselves. */
import { indexLines } from '../../core/site.ts';
import { isList, isObject, type Json, type JsonPath } from '../../syntax/json.ts';
import { readCodeBuild } from '../pipelines/codebuild.ts';
import { PipelineSource } from '../pipelines/source.ts';
import type { SourceText } from '../../syntax/source.ts';
import { embeddedText } from './embedded.ts';
import { section, type InlineBuildspec, type TemplateReading } from './reading.ts';

export function inlineBuildspecs(reading: TemplateReading, source: SourceText): InlineBuildspec[] {
  if (!source.text.includes('AWS::CodeBuild::Project') || !source.text.includes('phases')) return [];
  return Object.entries(section(reading, 'Resources')).flatMap(([id, resource]): InlineBuildspec[] => {
    if (!isObject(resource) || resource['Type'] !== 'AWS::CodeBuild::Project' || !isObject(resource['Properties']))
      return [];
    const from = resource['Properties']['Source'];
    const said = isObject(from) ? from['BuildSpec'] : undefined;
    if (said === undefined) return [];
    return alternatives(said, ['Resources', id, 'Properties', 'Source', 'BuildSpec']).flatMap(
      ({ value, path }) => readInline(reading, source, path, value) ?? [],
    );
  });
}

/** The branches of an `Fn::If`, which may hold more of them. */
function alternatives(value: Json, path: JsonPath, depth = 0): { value: Json; path: JsonPath }[] {
  const choice = isObject(value) ? value['Fn::If'] : undefined;
  if (!isList(choice) || depth > 4) return [{ value, path }];
  return [1, 2].flatMap((index) => {
    const branch = choice[index];
    return branch === undefined ? [] : alternatives(branch, [...path, 'Fn::If', index], depth + 1);
  });
}

function readInline(
  reading: TemplateReading,
  source: SourceText,
  path: JsonPath,
  value: Json,
): InlineBuildspec | undefined {
  const embedded = embeddedText(reading, path, value);
  // Anything else is the name of a file.
  if (embedded === undefined || !/(?:^|["'{,\s])phases["']?\s*:/.test(embedded.text)) return undefined;
  const { text, map, holes } = embedded;
  const pasted = new Map(
    holes.map(({ name, range }) => [name, { range, text: source.text.slice(range[0], range[1]) }]),
  );
  const from = new PipelineSource(
    { file: source.file, text, lines: indexLines(source.file, text) },
    { source, map, pasted },
  );
  const { jobs, variables = [] } = readCodeBuild(from);
  return {
    path,
    holes,
    pipeline: {
      kind: 'pipeline',
      flavour: 'codebuild',
      file: source.file,
      lines: source.lines,
      variables,
      includes: [],
      jobs,
      unreadable: from.unreadable,
      suppressions: from.suppressions,
    },
  };
}
