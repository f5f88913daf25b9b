/**
 * Which files of a whole project have something to show: most have nothing, and where all files are linted one after
 * the other, those needn't be asked about. Holds only for texts as they lie on disk, unchanged since the project was
 * read.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Answer, Question, Whole } from './protocol.ts';

export interface Known {
  learn(answer: Answer): void;
  /** Is it certain that nothing would be answered? */
  isClean(question: Omit<Question, 'id'>): boolean;
}

interface Held extends Omit<Whole, 'marked'> {
  readonly marked: ReadonlySet<string>;
}

/** `changes`: counts what has changed in any project since it was read. */
export function newKnown(changes: () => number): Known {
  const wholes = new Map<string, Held>();
  /** By folder: the project it is in. */
  const roots = new Map<string, string>();
  return {
    learn({ folder, root, whole }) {
      if (folder !== undefined && root !== undefined) roots.set(folder, root);
      if (whole !== undefined && root !== undefined) wholes.set(root, { ...whole, marked: new Set(whole.marked) });
    },
    isClean({ file, text, root, pedantic = false }) {
      const whole = wholes.get(root ?? roots.get(dirname(file)) ?? '');
      if (whole === undefined || whole.pedantic !== pedantic || whole.changes !== changes()) return false;
      try {
        return (
          !whole.marked.has(realpathSync.native(file)) &&
          statSync(file).mtimeMs < whole.readAt &&
          readFileSync(file, 'utf8') === text
        );
      } catch {
        return false;
      }
    },
  };
}
