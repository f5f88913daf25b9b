/**
 * Word expansion: parameters, substitutions, arrays, braces and field splitting, ending in alternatives of argument
 * lists.
 */
import { always, concatValues, type Values } from '../../core/choices.ts';
import { judged } from '../../core/sealed.ts';
import { hole, type Text } from '../../core/text.ts';
import type { Word, WordPart } from './reading.ts';
import { arithmetic } from './arithmetic.ts';
import { toPattern, type Pattern } from './pattern.ts';
import { type Expander, nameFor, written, numbersOf } from './expander.ts';
import { parameterValues } from './expand-parameter.ts';

/** A word as one string, without splitting: assignments, redirect targets, here-documents, `case` subjects. */
export function expandString(word: Word | undefined, expander: Expander): Values {
  if (word === undefined) return always([]);
  return concatValues(
    word.parts.map((part) => partValues(part, expander)),
    nameFor(word, expander),
  );
}

export function partValues(part: WordPart, expander: Expander): Values {
  switch (part.kind) {
    case 'literal':
      return always(written(part.value, expander));
    case 'tilde':
      return always(expander.home());
    case 'parameter':
      return parameterValues(part, expander);
    case 'command-substitution':
      return expander.substitute(part.script, `$(…)@${expander.scope}:${part.range[0]}`);
    case 'process-substitution':
      return always(hole(`<(…)@${expander.scope}:${part.range[0]}`));
    case 'arithmetic':
      return always(arithmeticText(part.text, expander));
    case 'brace':
      // Reached only where braces mean nothing (an assignment, a pattern); the words are long taken apart elsewhere.
      return always(hole(`{…}@${expander.scope}:${part.range[0]}`));
  }
}

function arithmeticText(text: string, expander: Expander): Text {
  const value = arithmetic(text, numbersOf(expander));
  return value === undefined
    ? hole(`${expander.sealed ?? `$((${text.trim()}))`}@${expander.scope}`)
    : written(String(value), expander);
}

export function patternOf(word: Word | undefined, expander: Expander): Pattern {
  if (word === undefined) return toPattern([]);
  return toPattern(
    word.parts.flatMap((part) => {
      if (part.kind === 'literal') return [{ text: part.value, quoted: part.quoted }];
      const values = partValues(part, expander);
      const text = values.length === 1 ? judged(values[0]!.value) : undefined;
      return text === undefined
        ? [{ text: '*', quoted: false }]
        : [{ text, quoted: part.kind !== 'parameter' || part.quoted }];
    }),
  );
}
