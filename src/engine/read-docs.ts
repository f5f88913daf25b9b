/** Markdown documents, where the configuration asks for them. */
import { isDocument } from '../discover/kinds.ts';
import { tryRead, type Files } from '../discover/files.ts';
import { contain } from '../core/contain.ts';
import type { Unreadable } from '../syntax/source.ts';
import { indexLines } from '../core/site.ts';
import type { MarkdownReading } from '../parsers/markdown/reading.ts';
import { withContinuations } from './continuations.ts';

export interface DocsRequest {
  readonly files: Files;
  readonly docs?: (path: string) => boolean;
  readonly ignores?: (path: string) => boolean;
  readonly bindings: ReadonlyMap<string, readonly string[]>;
}

export async function readDocs(
  { files, docs, ignores, bindings }: DocsRequest,
  unreadable: Unreadable[],
): Promise<MarkdownReading[]> {
  if (docs === undefined) return [];
  const paths = files.list().filter((path) => isDocument(path) && ignores?.(path) !== true && docs(path));
  if (paths.length === 0) return [];
  const { read } = await import('../parsers/markdown/read.ts');
  const readings: MarkdownReading[] = [];
  for (const file of paths) {
    const text = tryRead(files, file);
    if (text === undefined || files.linkTarget?.(file) !== undefined) continue;
    const failed = (reason: string): undefined => {
      unreadable.push({ file, line: 1, column: 1, reason: `could not be read: ${reason}` });
    };
    const reading = contain(() => withContinuations(read({ file, text, lines: indexLines(file, text) }), text), failed);
    if (reading === undefined) continue;
    if (reading.typescript.length === 0) {
      readings.push(reading);
      continue;
    }
    const { withTypeScript } = await import('../parsers/markdown/typescript.ts');
    readings.push(
      contain(
        () =>
          withTypeScript(reading, {
            read: (path) => tryRead(files, path),
            exists: (path) => files.exists(path),
            bindings,
          }),
        (reason) => {
          failed(reason);
          return reading;
        },
      ),
    );
  }
  return readings;
}
