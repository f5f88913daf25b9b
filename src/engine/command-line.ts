/**
 * A command line as it stands at a prompt: a script that nobody calls, in the folder it is typed in. It has a name among
 * the project's files, but is none of them.
 */
import type { Files } from '../discover/files.ts';
import { indexLines } from '../core/site.ts';
import type { ShellReading } from '../parsers/shell/reading.ts';
import { withContinuations } from './continuations.ts';

export interface CommandLine {
  /** What stands for it where a file's name would. */
  readonly file: string;
  readonly text: string;
  /** Project-relative; where it is typed. */
  readonly folder: string;
}

/** No project's file goes by it. */
export function commandName(exists: (path: string) => boolean): string {
  let name = '<command>';
  for (let count = 2; exists(name); count++) name = `<command ${count}>`;
  return name;
}

export async function readCommandLine({ file, text, folder }: CommandLine): Promise<ShellReading> {
  const { read } = await import('../parsers/shell/read.ts');
  return { ...withContinuations(read({ file, text, lines: indexLines(file, text) }), text), typed: folder };
}

/** The project's files, and the text of the command line under its name. It is not listed. */
export function withCommandLine(files: Files, { file, text }: CommandLine): Files {
  return { ...files, read: (path) => (path === file ? text : files.read(path)) };
}
