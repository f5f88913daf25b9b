/** The literal pieces of a script's words, nested ones too. */
import { posix } from 'node:path';
import type { Script, Statement, WordPart } from './reading.ts';
import { walk } from './walk.ts';

export const LONGEST_PATH = 300;

export function literalsOf(script: Script): string[] {
  return literals(script, () => false);
}

export function literals(
  script: Script,
  without: (part: WordPart) => boolean,
  statement: (statement: Statement) => void = () => {},
): string[] {
  const found: string[] = [];
  walk(script, {
    statement,
    part: (part) =>
      void (part.kind === 'literal' && !without(part) && found.push(part.value.replace(/^file:\/\//, ''))),
  });
  return found;
}

/** What may be the name of a file. */
export function mentionsIn(script: Script): string[] {
  const words = literalsOf(script)
    .filter((text) => text.length <= LONGEST_PATH)
    .flatMap((text) => text.split(/\s+/));
  return [...new Set(words.map((word) => posix.basename(word)))];
}
