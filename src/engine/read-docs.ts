/** Markdown documents, where the configuration asks for them, and the commands that coding agents are told to run. */
import { isDocument, isInstructions } from '../discover/kinds.ts';
import { mentions, tryRead, type Files } from '../discover/files.ts';
import { contain } from '../core/contain.ts';
import type { Unreadable } from '../syntax/source.ts';
import { indexLines } from '../core/site.ts';
import type { MarkdownReading } from '../parsers/markdown/reading.ts';
import { withContinuations } from './continuations.ts';

export interface DocsRequest {
  readonly files: Files;
  /** Which Markdown documents take part as a whole; none, unless told. */
  readonly docs?: (path: string) => boolean;
  /** Are instructions of coding agents read, which nobody has asked for? Yes, unless told. */
  readonly instructions?: boolean;
  readonly ignores?: (path: string) => boolean;
  readonly bindings: ReadonlyMap<string, readonly string[]>;
}

export async function readDocs(
  { files, docs, instructions = true, ignores, bindings }: DocsRequest,
  unreadable: Unreadable[],
): Promise<MarkdownReading[]> {
  const isWhole = (path: string): boolean => docs?.(path) === true;
  const paths = files
    .list()
    .filter(
      (path) =>
        isDocument(path) &&
        ignores?.(path) !== true &&
        (isWhole(path) || (instructions && isInstructions(path) && mentions(files, path, FENCES))),
    );
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
    if (!isWhole(file)) {
      readings.push(commandsOf(reading));
      continue;
    }
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

const FENCES = ['```', '~~~'];

/**
 * Of instructions, what is run. Their templates and code show what the project has already; and what in a runbook would
 * be a mistake of its own here is noise in a place that nobody asked to be read.
 */
function commandsOf(reading: MarkdownReading): MarkdownReading {
  return {
    ...reading,
    fences: reading.fences.filter(({ kind }) => kind === 'shell'),
    typescript: [],
    unreadable: [],
    commands: true,
  };
}
