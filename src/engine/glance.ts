/**
 * A first look at a command line, without reading the project: may it have to do with an image at all? It is followed
 * into what it calls, file by file, as far as that goes; most of what is typed tests, lists and searches.
 */
import { tryRead, type Files } from '../discover/files.ts';
import { kindByPath, kindInside } from '../discover/kinds.ts';
import { indexLines } from '../core/site.ts';
import type { Fact } from '../model/facts.ts';
import { readerOf } from '../parsers/languages.ts';
import { isInert } from '../parsers/shell/inert.ts';
import type { ShellReading } from '../parsers/shell/reading.ts';
import { typed } from '../parsers/shell/entries.ts';
import type { SingleKind } from '../project/language.ts';
import type { Kind, Reading, Readings } from '../project/readings.ts';
import { COMMANDS } from '../tools/index.ts';
import { evaluated } from './evaluate.ts';

type Looked = Pick<Files, 'read' | 'exists' | 'head'>;

/** A script that calls a script that calls a target: whoever goes on is read with the project around. */
const MOST_ROUNDS = 8;

/** What is no image's business. All else is, a limit that was met included. */
const BESIDE: ReadonlySet<Fact['kind']> = new Set(['blind-spot', 'confirmation', 'own-name']);

/** Several of these may be meant by a name: only the whole project tells which. */
const ANY_OF: ReadonlySet<Kind> = new Set<Kind>(['package-json', 'task-definition']);

export async function mayMatter(command: ShellReading, files: Looked): Promise<boolean> {
  if (isInert(command, COMMANDS)) return false;
  const known = new Map<string, Reading | undefined>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const wanted = new Set<string>();
    let asksForAny = false;
    const readings: Readings = {
      get: (path) => {
        if (!known.has(path)) wanted.add(path);
        return known.get(path);
      },
      ofKind: (kind) => {
        asksForAny ||= ANY_OF.has(kind);
        return [command, ...known.values()].filter(isOfKind(kind));
      },
      exists: (path) => path === '' || files.exists(path),
      text: (path) => tryRead(files, path),
    };
    const { facts } = evaluated({ readings, bindings: new Map(), entries: [typed] });
    if (asksForAny || facts.some(({ kind }) => !BESIDE.has(kind))) return true;
    if (wanted.size === 0) return false;
    for (const path of wanted) known.set(path, await readingOf(path, files));
  }
  return true;
}

function isOfKind<K extends Kind>(kind: K): (one: Reading | undefined) => one is Extract<Reading, { kind: K }> {
  return (one): one is Extract<Reading, { kind: K }> => one?.kind === kind;
}

async function readingOf(path: string, files: Looked): Promise<Reading | undefined> {
  const kind = kindOf(path, files);
  const text = kind === undefined || !files.exists(path) ? undefined : tryRead(files, path);
  if (kind === undefined || text === undefined) return undefined;
  const { read } = await readerOf(kind);
  return read({ file: path, text, lines: indexLines(path, text) });
}

/** What tells itself only by more than its first line is declared, and no command alone. */
function kindOf(path: string, files: Looked): SingleKind | undefined {
  const found = kindByPath(path);
  if (found === undefined || 'kind' in found) return found?.kind;
  const kind = found.suspect === 'script' ? kindInside('script', path, files.head?.(path) ?? '') : undefined;
  return kind === 'cdk' ? undefined : kind;
}
