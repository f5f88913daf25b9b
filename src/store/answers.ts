/**
 * Answers that are kept between runs. An answer stands as long as a run would see the same: the same program and
 * configuration, the same list of files, and the same wherever the run that gave it had looked. Whatever can't be told
 * for sure is judged anew, and an answer that depends on more than that is not kept.
 */
import { randomUUID } from 'node:crypto';
import { tryRead, type Files, type Folder } from '../discover/files.ts';
import { isOfToday, type Answer, type Gist } from '../engine/answer.ts';
import { deadline } from '../engine/deadline.ts';
import type { Again } from '../engine/project-memory.ts';
import { openDoor } from '../files/door.ts';
import { openKept, type Kept } from '../files/kept.ts';
import { leftAlone, sightOf, writtenAt } from '../files/looks.ts';
import { answerIn, entryIn, hashOf, linesOf, opened, sealed, type Entry } from './entry.ts';

/** The answer to a thousand services takes 20 MB. */
export const LIMITS = { largest: 64 * 1024 * 1024, most: 256 * 1024 * 1024 };

export interface Store {
  /** What was answered before and still stands; else what `judge` answers, which is kept. */
  answer(folder: Folder, judge: Judge): Promise<Stored>;
}

/** `again`: what is remembered of the project, for what hasn't changed since; it is added to. */
type Judge = (files: Files, late: () => boolean, again: Again) => Promise<Answer>;

export interface Stored {
  readonly gist: Gist;
  /** Read only when it's needed. */
  answer(): Answer;
  /** When a file that was read was last written to. */
  modified(path: string): number | undefined;
  /**
   * What `make` makes of the answer and of the texts it stands in, or made of them before. `of`: plain data, all else
   * that this depends on. Undefined from `make` is not kept.
   */
  made(of: unknown, make: (read: Read) => Promise<string | undefined>): Promise<string | undefined>;
}

/** A file's text; undefined where there is none. */
type Read = (path: string) => string | undefined;

export interface StoreRequest {
  /** Absolute. Only there are answers read and written. */
  readonly folder: string;
  /** Tells the programs apart that may give the answer. */
  readonly program: string;
  /** Plain data on which an answer depends beside the project's files. */
  readonly judgedBy: unknown;
  /** Told why an answer could not be kept. */
  readonly say?: (reason: string) => void;
  /** The last net under a run: true when it has taken too long. */
  readonly deadline?: () => () => boolean;
  /** From how many steps on it's worth remembering more of a project than the answer. */
  readonly worth?: number;
}

/** Where judging all anew takes no longer than this, there's nothing to gain. */
const WORTH = 3_000;

export function openStore({
  folder,
  program,
  judgedBy,
  say = () => undefined,
  deadline: net = deadline,
  worth = WORTH,
}: StoreRequest): Store | undefined {
  const kept = openKept(folder, LIMITS);
  if (typeof kept === 'string') {
    say(kept);
    return undefined;
  }
  const write: Desk['write'] = (name, lines) => {
    const problem = kept.write(name, sealed(name, lines));
    if (problem !== undefined) say(problem);
  };
  return {
    async answer(project, judge) {
      const start = Date.now();
      const name = hashOf(JSON.stringify([program, judgedBy, openDoor(project.root).root]));
      const list = hashOf(project.list().join('\0'));
      const at: Desk = { kept, write, name, project };
      const before = entryIn(kept, name);
      if (before !== undefined && before.list === list && isOfToday(before.gist)) {
        const sight = sightOf(openDoor(project.root), before.looks, start);
        if (sight === 'same, with other stamps') write(name, linesOf(before, start));
        if (sight !== 'other') return stored(before, at);
      }
      // Loaded with all that judges, where there is something to judge.
      const { recalled, remember } = await import('./recall.ts');
      const { looks, files, again } = await recalled(at, before, start);
      const late = noting(net());
      const answer = await judge(files, late.ask, again);
      // Time may end a run elsewhere the next time, and a file that changed meanwhile was perhaps seen in two versions.
      const isSure = !late.said() && project.notices === undefined && leftAlone(openDoor(project.root), looks);
      const { gist, ...rest } = answer;
      const entry = { list, version: randomUUID(), looks, gist, rest: isSure ? JSON.stringify(rest) : '' };
      if (isSure) {
        write(name, linesOf(entry, start));
        if (gist.steps >= worth) remember(at, entry, again.memory);
      }
      return stored(entry, isSure ? at : undefined, answer);
    },
  };
}

export interface Desk {
  readonly kept: Kept;
  readonly name: string;
  readonly project: Folder;
  write(name: string, lines: readonly (string | Buffer)[]): void;
}

/** `desk`: where what is made of it may be kept. */
function stored({ gist, rest, looks, version }: Entry, desk: Desk | undefined, known?: Answer): Stored {
  let whole = known;
  return {
    gist,
    answer: () => (whole ??= answerIn(gist, rest)),
    modified: (path) => {
      const look = looks.get(path);
      return look === undefined ? undefined : writtenAt(look);
    },
    async made(of, make) {
      const read = (path: string): string | undefined => (desk === undefined ? undefined : tryRead(desk.project, path));
      if (desk === undefined) return make(read);
      const { kept, name, project, write } = desk;
      const place = hashOf(JSON.stringify([name, of]));
      const [of_, before] = opened(place, kept.read(place)) ?? [];
      if (of_?.toString() === version && before !== undefined) return before.toString();
      // A text that nobody looked at before may be another one by the next run.
      let strange = false;
      const made = await make((path) => {
        strange ||= looks.get(path)?.bytes === undefined;
        return read(path);
      });
      if (made !== undefined && !strange && leftAlone(openDoor(project.root), looks)) write(place, [version, made]);
      return made;
    },
  };
}

function noting(late: () => boolean): { ask(): boolean; said(): boolean } {
  let was = false;
  return {
    ask: () => {
      was ||= late();
      return was;
    },
    said: () => was,
  };
}
