/** What a reading says of each file it went through: what could not be read, and what is suppressed there. */
import type { ts } from '../compiler.ts';
import { oneOrNone } from '../../../core/optional.ts';
import { position } from '../../../core/site.ts';
import type { Suppression, Unreadable } from '../../../syntax/source.ts';
import { suppressionsOf } from '../comments.ts';
import type { Sources } from '../modules.ts';
import type { CdkFile } from '../reading.ts';

export function fileReading(
  file: string,
  sources: Sources,
  stated: readonly Suppression[],
  stopped: Unreadable | undefined,
): CdkFile {
  const source = sources.parse(file);
  const lines = sources.lines(file);
  return {
    file,
    lines,
    unreadable: [...unreadableOf(file, source, sources), ...oneOrNone(stopped)],
    suppressions: [...(source === undefined ? [] : suppressionsOf(source, lines)), ...stated],
  };
}

function unreadableOf(file: string, source: ts.SourceFile | undefined, sources: Sources): Unreadable[] {
  const failure = sources.failed.get(file);
  if (failure !== undefined) return [{ file, line: 1, column: 1, reason: failure }];
  if (source === undefined || !('parseDiagnostics' in source) || !Array.isArray(source.parseDiagnostics)) return [];
  const [problem]: unknown[] = source.parseDiagnostics;
  if (
    typeof problem !== 'object' ||
    problem === null ||
    !('start' in problem) ||
    typeof problem.start !== 'number' ||
    !('messageText' in problem)
  )
    return [];
  const { line, column } = position(sources.lines(file), problem.start);
  return [
    { file, line, column, reason: typeof problem.messageText === 'string' ? problem.messageText : 'not TypeScript' },
  ];
}
