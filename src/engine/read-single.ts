/** One file to its reading: as far as it can be read, and what of it can't. */
import type { Files } from '../discover/files.ts';
import { UnreadableError, reasonOf } from '../files/text.ts';
import { TOO_DEEP, contain } from '../core/contain.ts';
import { witnessed } from '../core/sealed.ts';
import { indexLines } from '../core/site.ts';
import { withContinuations } from './continuations.ts';
import { leadsToYaml } from './yaml-readers.ts';
import { MEGA, tooLong } from '../syntax/length.ts';
import type { Reader, SingleKind } from '../project/language.ts';
import type { Kind, Reading } from '../project/readings.ts';
import type { SourceText, Unreadable } from '../syntax/source.ts';

export interface Single {
  readonly reading: Reading | undefined;
  readonly unreadable: readonly Unreadable[];
  /** May evaluation come upon YAML here? */
  readonly yaml?: boolean;
  /** Was anything sealed on the way? */
  readonly sealed?: boolean;
}

export function readSingle(files: Files, path: string, kind: SingleKind, reader: Reader): Single {
  const unreadable: Unreadable[] = [];
  const source = open(files, path, kind, unreadable);
  if (source === undefined) return { reading: undefined, unreadable };
  const sealed = new Set<string>();
  const read = (): Reading => withContinuations(reader.read(source), source.text);
  const reading = witnessed(sealed, () => attempt(path, unreadable, read));
  return { reading, unreadable, yaml: leadsToYaml(kind, source.text), sealed: sealed.size > 0 };
}

function open(files: Files, path: string, kind: Kind, unreadable: Unreadable[]): SourceText | undefined {
  try {
    const text = files.read(path);
    const long = tooLong(text, LONGEST[kind]);
    if (long !== undefined) throw new UnreadableError(long);
    return { file: path, text: withoutMark(text, kind, path), lines: indexLines(path, text) };
  } catch (error) {
    unreadable.push({ file: path, line: 1, column: 1, reason: reasonOf(error) });
    return undefined;
  }
}

/**
 * What people write is read into trees of many times its size, and followed; the longest of it that is known is a tenth
 * of this. Templates may be a tool's.
 */
const LONGEST: Readonly<Partial<Record<Kind, number>>> = {
  shell: 0.5 * MEGA,
  dockerfile: 0.5 * MEGA,
  makefile: 0.5 * MEGA,
  justfile: 0.5 * MEGA,
  taskfile: 0.5 * MEGA,
  'package-json': 0.5 * MEGA,
  workflow: MEGA,
  pipeline: MEGA,
  jenkins: 0.5 * MEGA,
  compose: MEGA,
  bake: MEGA,
  terraform: MEGA,
};

const MARK_IS_SPACE: ReadonlySet<Kind> = new Set<Kind>(['shell', 'makefile', 'justfile', 'package-json', 'jenkins']);

/**
 * A byte order mark, which some parsers refuse, becomes a blank, so that offsets stay the file's. YAML knows it, and
 * would take a blank for an indent.
 */
function withoutMark(text: string, kind: Kind, path: string): string {
  return text.charCodeAt(0) === 0xfeff && (MARK_IS_SPACE.has(kind) || path.endsWith('.json'))
    ? ` ${text.slice(1)}`
    : text;
}

/** Readers are tolerant; should one fail all the same, that costs this file only. */
export function attempt<T>(path: string, unreadable: Unreadable[], action: () => T): T | undefined {
  return contain(action, (reason) => {
    unreadable.push({
      file: path,
      line: 1,
      column: 1,
      reason: reason === TOO_DEEP ? `${reason} to be read` : `could not be read: ${reason}`,
    });
    return undefined;
  });
}
