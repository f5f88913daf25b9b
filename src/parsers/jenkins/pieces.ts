/** A command that Groovy puts together and a shell gets: text of the file, and values in between. */
import type { Values } from '../../core/choices.ts';
import type { Range } from '../../core/site.ts';
import { mappedBuilder, type MappedText } from '../../syntax/mapped.ts';
import { recipeTexts, type Cut, type RecipeText } from '../make/recipe.ts';
import type { Here } from './here.ts';
import type { Interpreter } from './interpreter.ts';
import type { Expression } from './reading.ts';
import { valuesOf } from './values.ts';

export type Piece =
  | { readonly kind: 'text'; readonly text: MappedText }
  | { readonly kind: 'values'; readonly values: Values; readonly range: Range };

/** Text that stands for a part of the file. */
export function said(text: string, [start, end]: Range): Piece {
  const builder = mappedBuilder();
  builder.insert(text, start, end);
  return { kind: 'text', text: builder.done() };
}

/** What a command's text is made of, so that its words keep their places. */
export function piecesOf(interpreter: Interpreter, expression: Expression, here: Here): Piece[] {
  if (expression.kind === 'string')
    return expression.parts.map(
      (part): Piece =>
        part.kind === 'text'
          ? part
          : { kind: 'values', values: valuesOf(interpreter.evaluate(part.value, here), 'value'), range: part.range },
    );
  if (expression.kind === 'operation' && expression.operator === '+')
    return [...piecesOf(interpreter, expression.left, here), ...piecesOf(interpreter, expression.right, here)];
  if (
    expression.kind === 'call' &&
    expression.of?.kind === 'string' &&
    /^(?:stripIndent|stripMargin|trim|toString)$/.test(expression.name)
  )
    return piecesOf(interpreter, expression.of, here);
  const values = valuesOf(interpreter.evaluate(expression, here), 'command');
  return [{ kind: 'values', values, range: expression.range }];
}

/** The command as the shell gets it, in each of its ways. */
export function commandTexts(pieces: readonly Piece[], fresh: () => string): RecipeText[] {
  const builder = mappedBuilder();
  const cuts: Cut[] = [];
  const values: Values[] = [];
  for (const piece of pieces) {
    const start = builder.length;
    if (piece.kind === 'text') builder.slice(piece.text, 0, piece.text.text.length);
    else {
      values.push(piece.values);
      builder.insert(`\${${values.length - 1}}`, ...piece.range);
    }
    cuts.push({ start, end: builder.length, reference: piece.kind === 'values' });
  }
  return recipeTexts(builder.done(), (written) => values[Number(written.slice(2, -1))] ?? [], fresh, cuts);
}
