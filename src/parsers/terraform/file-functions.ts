/** Terraform's functions that read files of the project: file and templatefile. */
import { table } from '../../core/table.ts';
import { contentOf, seal } from '../../core/sealed.ts';
import { indexLines } from '../../core/site.ts';
import { literal } from '../../core/text.ts';
import { isSource } from '../../project/contents.ts';
import { readTemplate } from '../../syntax/hcl/read.ts';
import type { Apply, Told } from './apply.ts';
import { evaluate } from './expressions.ts';
import { projectPath } from './scope.ts';
import { judgedString, one, type Single, type Value } from './value.ts';

export const FILE_FUNCTIONS: Readonly<Record<string, Apply>> = table({
  file: ([path], told) => one(fileText(path, told) ?? told.unknown[0]!.value, told.place),
  templatefile: ([path, variables], told) => templateFile(path, variables, told),
});

function fileOf(path: Single | undefined, { env }: Told): { file: string; content: string } | undefined {
  const stated = path === undefined ? undefined : judgedString(path);
  const file = stated === undefined ? undefined : projectPath(env.scope, stated);
  const content = file === undefined ? undefined : env.scope.world.readings.text(file);
  return file === undefined || content === undefined ? undefined : { file, content };
}

function fileText(path: Single | undefined, told: Told): Single | undefined {
  const found = fileOf(path, told);
  return found === undefined
    ? undefined
    : {
        kind: 'text',
        text: isSource(told.env.scope.world.readings, found.file)
          ? literal(found.content)
          : seal(found.content, contentOf(found.file)),
      };
}

/** The file's own text is a template over the variables it is given. */
function templateFile(path: Single | undefined, variables: Single | undefined, told: Told): Value {
  const found = fileOf(path, told);
  if (found === undefined || variables?.kind !== 'object') return told.unknown;
  const lines = indexLines(found.file, found.content);
  const source = { file: found.file, text: found.content, lines };
  const about = isSource(told.env.scope.world.readings, found.file) ? {} : { about: contentOf(found.file) };
  return evaluate(readTemplate(found.content, source, 0), {
    scope: told.env.scope,
    lines,
    names: variables.entries,
    ...about,
  }).map((way) => ({ ...way, place: told.place }));
}
