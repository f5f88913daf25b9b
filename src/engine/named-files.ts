/** Files that are none of a language until another names them: what they say of findings counts all the same. */
import { indexLines } from '../core/site.ts';
import type { Model } from '../model/voyage.ts';
import type { ReadingBase } from '../syntax/source.ts';
import type { Project } from './read-project.ts';

type Read = Pick<Project, 'byFile' | 'readings'>;

export function namedFiles(project: Read, model: Model): ReadingBase[] {
  return [...namedDockerfiles(project, model), ...namedFunctions(project, model)];
}

function namedDockerfiles({ byFile, readings }: Read, model: Model): ReadingBase[] {
  const files = new Set(
    model.builds.flatMap(({ base }) => (base === undefined || byFile.has(base.file) ? [] : [base.file])),
  );
  return [...files].flatMap((file) => readings.dockerfile?.(file) ?? []);
}

function namedFunctions(project: Read, model: Model): ReadingBase[] {
  const { readings } = project;
  return functionFiles(project, model).flatMap((file): ReadingBase[] => {
    const text = readings.text(file);
    if (text === undefined || readings.yaml === undefined) return [];
    const lines = indexLines(file, text);
    return [{ file, lines, unreadable: [], suppressions: readings.yaml.suppressions({ file, text, lines }) }];
  });
}

/** The files that hold functions of a Serverless service, and nothing else that is read. */
export function functionFiles({ byFile, readings }: Read, model: Model): string[] {
  if (readings.ofKind('serverless').length === 0) return [];
  return [
    ...new Set(
      model.workloads.flatMap(({ service, imageSite: { file } }) =>
        service === 'lambda' && /\.ya?ml$/.test(file) && !byFile.has(file) ? [file] : [],
      ),
    ),
  ];
}
