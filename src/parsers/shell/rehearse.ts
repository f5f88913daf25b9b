/** What becomes of one command's failure: how a script ends with it, and how it would have ended anyway. */
import { beyond, type Guard, type When } from '../../core/choices.ts';
import type { Failing } from '../../project/evaluation.ts';
import { failuresOf, type State } from './state.ts';

/** A run of the script in which one command failed, or none. */
export interface Played {
  readonly ends: readonly State[];
  /** What its budget refused. */
  readonly refused: number;
}

export interface Rehearsal {
  /** The script ends well although this command failed, or fails, on every path on which it did. */
  readonly unnoticed: boolean;
  readonly noticed: boolean;
  /** It was not followed to its end after that. */
  readonly cut: boolean;
}

export function rehearse(play: (failing: Failing) => Played, failing: Failing): Rehearsal {
  const { ends, refused } = play(failing);
  const failed = ends.filter((state) => state.failed);
  const well = failed.filter(({ status }) => status === 0);
  const others = failed.filter(({ status }) => status !== 0);
  return {
    unnoticed:
      others.length === 0
        ? well.length > 0
        : others.some(({ status }) => status === 'unknown') || well.length > 0
          ? failAnyway(others, failing, () => play({ key: NONE }).ends)
          : false,
    noticed: failed.length > 0 && failed.every(({ status }) => status !== 0 && status !== 'unknown'),
    cut: refused > (failing.refused ?? 0),
  };
}

const NONE = '';

/**
 * Do these ends have nothing to do with the failure? What was given to the script from outside led to each of them, and
 * to nothing else where the command had worked. What a command printed, or a file that is there or not, may tell of it.
 */
function failAnyway(ends: readonly State[], failing: Failing, otherwise: () => readonly State[]): boolean {
  const ways = failuresIn(ends);
  const before = failing.when;
  if (ways === undefined || before === undefined || failing.sourced === true) return false;
  const decided = ways.map((way) => beyond(way, before));
  if (!decided.every((choices) => choices.length > 0 && choices.every(isGiven))) return false;
  const anyway = new Set(failuresIn(otherwise())?.map(keyOf));
  return ways.every((way) => anyway.has(keyOf(way)));
}

function failuresIn(ends: readonly State[]): When[] | undefined {
  const ways = ends.map(failuresOf);
  return ways.every((one) => one !== undefined) ? ways.flat() : undefined;
}

/** Whether a variable that nobody here sets is set, or what it says. */
const OF_VARIABLE = /^(?:default:[A-Za-z_]\w*|\u0001\{[A-Za-z_]\w*\} == [^\u0001]*|case \{[A-Za-z_]\w*\})$/;

function isGiven({ cond }: Guard): boolean {
  return OF_VARIABLE.test(cond);
}

function keyOf(way: When): string {
  return way.map(({ cond, is }) => `${cond}\u0000${is}`).join('\u0000\u0000');
}
