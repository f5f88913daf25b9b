/** The shell that make gives a recipe to. */
import { known } from '../../core/text.ts';
import { mappedBuilder, sliceMapped, type MappedText } from '../../syntax/mapped.ts';
import type { RecipeLine } from './reading.ts';
import type { ShellOptions } from '../../project/evaluation.ts';
import type { MakeVariables } from './variables.ts';

export const PLAIN_SHELL: ShellOptions = { interpreter: 'sh', errexit: false, pipefail: false, nounset: false };

/** `SHELL := /bin/bash -o pipefail`, `.SHELLFLAGS := -eu -o pipefail -c` */
export function shellOptions(variables: MakeVariables): ShellOptions {
  const shell = known(variables.value('SHELL')[0]?.value) ?? '/bin/sh';
  const flags = known(variables.value('.SHELLFLAGS')[0]?.value) ?? '-c';
  const [program = '/bin/sh', ...own] = shell.split(/\s+/);
  const words = [...own, ...flags.split(/\s+/)];
  const has = (letter: string, name: string): boolean =>
    words.some(
      (word, index) =>
        (/^-[a-zA-Z]+$/.test(word) && word.includes(letter) && word !== '-o') ||
        (/^-[a-zA-Z]*o$/.test(word) && words[index + 1] === name),
    );
  return {
    interpreter: program.replace(/^.*\//, ''),
    errexit: has('e', 'errexit'),
    nounset: has('u', 'nounset'),
    pipefail: words.some((word, index) => /^-[a-zA-Z]*o$/.test(word) && words[index + 1] === 'pipefail'),
  };
}

/** `@`, `-` and `+` may also come out of a variable or a `define`. */
export function stripPrefix(text: MappedText): MappedText {
  const prefix = /^[\s@+-]*/.exec(text.text)![0];
  return prefix.length === 0 ? text : sliceMapped(text, prefix.length, text.text.length);
}

/** `.ONESHELL`: the whole recipe is one script; only its first line's prefix counts. */
export function joinLines(recipe: readonly RecipeLine[]): RecipeLine[] {
  const [first] = recipe;
  if (first === undefined) return [];
  const builder = mappedBuilder();
  for (const { text } of recipe) {
    const start = text.pieces[0]?.source ?? 0;
    // Stands where the line's tab is: it's text of the file, not a variable's, so it doesn't part shells.
    if (builder.length > 0) builder.copy('\n', start - 1);
    builder.slice(text, 0, text.text.length);
  }
  return [{ ...first, text: builder.done() }];
}
