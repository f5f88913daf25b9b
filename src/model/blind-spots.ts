/**
 * Does something that nobody understood stand in the way of saying that a thing isn't there? By name: what names
 * nothing of a voyage is none of its business.
 */
import type { BlindSpot, Effect } from './facts.ts';
import type { Absence } from './finding.ts';
import { judged, spelled } from '../core/sealed.ts';
import { closeness, textKey, type Text } from '../core/text.ts';

/** May this have done what a rule says nobody does? */
export function mayRefute(spot: BlindSpot, absence: Absence): boolean {
  if (!spot.may.includes(absence.of)) return false;
  const sameRun = spot.run === absence.run;
  if (
    sameRun
      ? spot.seq < absence.seq || (absence.until !== undefined && spot.seq > absence.until)
      : absence.within === true
  )
    return false;
  return absence.names.some((name) =>
    spot.given.some(({ role, text }) => names(text, name) || (sameRun && isOpen(text) && speaksOf(role, absence.of))),
  );
}

/** Does this text hold that name as a word of its own? */
function names(text: Text, name: Text): boolean {
  if (!tells(name)) return false;
  const plain = judged(name);
  if (plain !== undefined) return text.some((part) => hasWord(spelled(part) ?? '', plain));
  return textKey(text).includes(textKey(name)) || closeness(text, name) !== undefined;
}

/** A value that only the outside gives. */
function isOpen(text: Text): boolean {
  return text.length > 0 && text.every((part) => typeof part !== 'string');
}

/** What people call the inputs by which an action or command is told what to act upon. */
const ROLES: Readonly<Record<Effect, RegExp>> = {
  build: /image|repositor|context|dockerfile|target/i,
  tag: /image|repositor|tag/i,
  push: /image|repositor|tag/i,
  'roll out': /service|cluster|function|task|stack|deployment|application|^app$|lambda|image|workload/i,
  verify: /service|cluster|function|stack|application|^app$/i,
  create: /repositor|name|stack/i,
};

function speaksOf(role: string | undefined, effect: Effect): boolean {
  return role !== undefined && ROLES[effect].test(role);
}

/** Shorter names occur everywhere. */
const SHORTEST = 3;

function tells(name: Text): boolean {
  const plain = judged(name);
  return plain === undefined ? name.length > 0 : plain.length >= SHORTEST;
}

const WORD = /[\p{L}\p{N}]/u;

/** As a word, or as words between separators: `orders` in `prod/orders:1`, not in `reorders`. */
export function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!WORD.test(text.charAt(at - 1)) && !WORD.test(text.charAt(at + word.length))) return true;
  }
  return false;
}
