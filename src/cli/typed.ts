/** A command line at a prompt: which project it stands in, and whether it can have to do with that project's images. */
import { homedir } from 'node:os';
import { dirname, relative, sep } from 'node:path';
import { projectAround } from '../config/project.ts';
import { commandName, readCommandLine, type CommandLine } from '../engine/command-line.ts';
import { realOf } from '../files/boundary.ts';
import { openDoor } from '../files/door.ts';
import { MEGA, tooLong } from '../syntax/length.ts';
import type { Unreadable } from '../syntax/source.ts';

export interface Typed {
  /** Absolute. */
  readonly root: string;
  readonly line: CommandLine;
  /** The root is a home or a whole disk, and no project: the line is judged by itself. */
  readonly alone: boolean;
  /** No need to read the project: what the line does is no image's business, or isn't known. */
  readonly idle: boolean;
  /** Why it can't be judged. */
  readonly unread?: Unreadable;
}

const LONGEST = 0.1 * MEGA;

export async function typedLine(text: string, cwd = process.cwd()): Promise<Typed> {
  const here = realOf(cwd);
  const root = projectAround(here);
  const alone = root === realOf(homedir()) || dirname(root) === root;
  const door = openDoor(root);
  const files = { read: door.text, exists: door.exists, head: (path: string) => door.head(path, 128).toString('utf8') };
  const line: CommandLine = {
    file: commandName(files.exists),
    text,
    folder: relative(root, here).split(sep).join('/'),
  };
  const long = tooLong(text, LONGEST);
  const unread = (reason: string, line_ = 1, column = 1): Typed => ({
    root,
    line,
    alone,
    idle: true,
    unread: { file: line.file, line: line_, column, reason },
  });
  if (long !== undefined) return unread(long);
  const reading = await readCommandLine(line);
  const [error] = reading.unreadable;
  if (error !== undefined) return unread(error.reason, error.line, error.column);
  const { mayMatter } = await import('../engine/glance.ts');
  return { root, line, alone, idle: !(await mayMatter(reading, files)) };
}
