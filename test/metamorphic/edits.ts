/** What a transformation does to a project, as edits: where something stood then says where it stands now. */
import type { Files } from '../../src/discover/files.ts';

/** Paths to texts. */
export type Project = Readonly<Record<string, string>>;

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Change {
  /** By the file's old name. */
  readonly edits?: ReadonlyMap<string, readonly Edit[]>;
  /** Files that are written anew as a whole, by their old names: places in them can't be mapped. */
  readonly rewritten?: ReadonlyMap<string, string>;
  readonly moved?: (path: string) => string;
  /** Files that were not there, by their new names. */
  readonly added?: Project;
  /** Places may move to where a value is written now: only rule, file and number are compared. */
  readonly movesPlaces?: true;
  /** How the project is opened, where that is the change. */
  readonly open?: (project: Project) => Promise<{ readonly files: Files; readonly close?: () => void }>;
}

export interface Transformation {
  readonly name: string;
  /** Undefined where there is nothing to change. */
  change(project: Project): Change | undefined;
}

export const same = (path: string): string => path;

export function changed(project: Project, change: Change): Record<string, string> {
  const { moved = same, edits, rewritten, added } = change;
  const result: Record<string, string> = {};
  for (const [path, text] of Object.entries(project))
    result[moved(path)] = rewritten?.get(path) ?? applied(text, edits?.get(path) ?? []);
  return { ...result, ...added };
}

function inOrder(edits: readonly Edit[]): Edit[] {
  return [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Edits must not overlap. */
function applied(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of inOrder(edits)) {
    if (edit.start < at) throw new Error(`edits overlap at ${edit.start}`);
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/**
 * Where an offset may stand now: after what is inserted there when something begins at it, before when it ends;
 * anywhere in what replaced it.
 */
export function mapped(edits: readonly Edit[], offset: number, end: 'start' | 'end'): readonly [number, number] {
  let shift = 0;
  for (const edit of inOrder(edits)) {
    const isInsertion = edit.start === edit.end;
    if (edit.start > offset || (isInsertion && edit.start === offset && end === 'end')) break;
    if (!isInsertion && offset <= edit.end) return [edit.start + shift, edit.start + shift + edit.text.length];
    shift += edit.text.length - (edit.end - edit.start);
  }
  return [offset + shift, offset + shift];
}

/** A transformation that is edits and nothing else. */
export function editing(
  name: string,
  find: (path: string, text: string, project: Project) => readonly Edit[],
  more: Omit<Change, 'edits'> = {},
): Transformation {
  return {
    name,
    change(project) {
      const edits = Object.entries(project)
        .map(([path, text]) => [path, find(path, text, project)] as const)
        .filter(([, found]) => found.length > 0);
      return edits.length === 0 ? undefined : { ...more, edits: new Map(edits) };
    },
  };
}

/** A transformation that writes files anew. */
export function rewriting(name: string, write: (path: string, text: string) => string | undefined): Transformation {
  return {
    name,
    change(project) {
      const rewritten = new Map(
        Object.entries(project).flatMap(([path, text]) => {
          const next = write(path, text);
          return next === undefined || next === text ? [] : [[path, next] as const];
        }),
      );
      return rewritten.size === 0 ? undefined : { rewritten };
    },
  };
}

/** The white space before something that begins its line; undefined when it doesn't. */
export function indentAt(text: string, offset: number): string | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(start, offset);
  return /^[ \t]*$/.test(before) ? before : undefined;
}

/** A comment that says something to us covers the next line of code: nothing may come between. */
export function followsOurs(text: string, offset: number): boolean {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.lastIndexOf('\n', start - 2) + 1;
  return text.slice(before, start).includes('plimsoll');
}
