/**
 * A recipe line as the shell gets it. Values that are known become text of the script, as make does it; what isn't
 * known becomes a shell variable bound to the hole, so that it survives parsing and quoting as one unknown.
 */
import { MAX_ALTERNATIVES, both, always, type Values, type When } from '../../core/choices.ts';
import { known, type Text } from '../../core/text.ts';
import { skipReference } from './lines.ts';
import { mappedBuilder, sourceOffset, sourceRange, type MappedBuilder, type MappedText } from '../../syntax/mapped.ts';
import { parseScript } from '../shell/parse.ts';
import type { Script } from '../shell/reading.ts';

export interface RecipeText {
  readonly text: MappedText;
  readonly when: When;
  /** Shell variables that stand for what make's variables hold. */
  readonly bindings: ReadonlyMap<string, Values>;
}

/**
 * Characters that mean something to the shell: a value with them must become text of the script, not a variable's
 * content.
 */
const SHELL_SYNTAX = /["'`$;&|<>()*?[\]{}~#\\\n!]/;

/** How references stand in a recipe: make's `$(X)`, or `{{ X }}` as `just` and `task` have it; or where they stand. */
export type ReferenceSyntax = 'make' | 'braces' | readonly Cut[];

export function recipeTexts(
  line: MappedText,
  reference: (written: string) => Values,
  fresh: () => string,
  syntax: ReferenceSyntax = 'make',
): RecipeText[] {
  const pieces = syntax === 'make' ? cutUp(line.text) : syntax === 'braces' ? cutBraces(line.text) : syntax;
  const values = pieces.map((piece) =>
    piece.reference ? reference(line.text.slice(piece.start, piece.end)) : undefined,
  );
  let combinations: { readonly chosen: readonly (Text | undefined)[]; readonly when: When }[] = [
    { chosen: [], when: [] },
  ];
  for (const alternatives of values) {
    // Plain alternatives stay together as one shell variable; the others are tried one by one.
    const forked = alternatives !== undefined && alternatives.length > 1 && !alternatives.every(isPlain);
    const next = !forked
      ? combinations.map((one) => ({ ...one, chosen: [...one.chosen, undefined] }))
      : combinations.flatMap((one) =>
          alternatives.flatMap((alternative) => {
            const when = both(one.when, alternative.when);
            return when === undefined ? [] : [{ chosen: [...one.chosen, alternative.value], when }];
          }),
        );
    combinations =
      next.length > MAX_ALTERNATIVES
        ? combinations.map((one) => ({ ...one, chosen: [...one.chosen, undefined] }))
        : next;
  }
  return combinations.map(({ chosen, when }) => {
    const builder = mappedBuilder();
    const bindings = new Map<string, Values>();
    const quotes = new Quotes();
    const put = (text: string, at: number, end: number): void => {
      const [from, to] = sourceRange(line, at, end);
      builder.insert(text, from, to);
    };
    const bind = (bound: Values, at: number, end: number): void => {
      const name = fresh();
      bindings.set(name, bound);
      put(quotes.inSingle ? `'"\${${name}}"'` : `\${${name}}`, at, end);
    };
    for (const [index, piece] of pieces.entries()) {
      const alternatives = values[index];
      if (alternatives === undefined) {
        copyShell(line, piece, builder, quotes, syntax === 'make' ? put : undefined);
        continue;
      }
      const text = chosen[index] ?? (alternatives.length === 1 ? alternatives[0]!.value : undefined);
      if (text === undefined) bind(alternatives, piece.start, piece.end);
      else
        insertText(
          text,
          (literal) => {
            put(literal, piece.start, piece.end);
            quotes.pass(literal);
          },
          (part) => bind(always(part), piece.start, piece.end),
        );
    }
    return { text: builder.done(), when, bindings };
  });
}

/** Recipe lines that come out of one reference: each line of a `define` is a shell of its own. */
export function splitLines(recipe: RecipeText): RecipeText[] {
  const { text } = recipe.text;
  const cuts: number[] = [];
  const quotes = new Quotes();
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\n' && text[at - 1] !== '\\' && insideInsertion(recipe.text, at)) cuts.push(at);
    quotes.pass(text[at]!);
  }
  if (cuts.length === 0) return [recipe];
  return [...cuts, text.length].map((end, index) => {
    const start = index === 0 ? 0 : cuts[index - 1]! + 1;
    const builder = mappedBuilder();
    builder.slice(recipe.text, start, end);
    return { ...recipe, text: builder.done() };
  });
}

/** Recipes are put together and parsed each time they run. */
export const STEPS_PER_RECIPE = 10;

/**
 * The line as the shell's parser reads it. A word from the middle of a variable's value stands where the whole
 * reference does.
 */
export function parseRecipe(recipe: MappedText): Script {
  const { script } = parseScript(recipe.text, (offset) => sourceOffset(recipe, offset));
  const references = new Map(
    recipe.pieces
      .filter((piece) => !piece.verbatim && piece.sourceEnd > piece.source)
      .map((piece) => [piece.source, piece.sourceEnd]),
  );
  if (references.size === 0) return script;
  const widened: Script = JSON.parse(JSON.stringify(script), (key, value: unknown) => {
    if (key !== 'range' || !Array.isArray(value) || value[0] !== value[1]) return value;
    const end = references.get(value[0]);
    return end === undefined ? value : [value[0], end];
  });
  return widened;
}

function insideInsertion(mapped: MappedText, offset: number): boolean {
  const piece = mapped.pieces.findLast((one) => one.at <= offset);
  return piece !== undefined && !piece.verbatim;
}

function isPlain(alternative: { readonly value: Text }): boolean {
  return alternative.value.every((part) => typeof part !== 'string' || !SHELL_SYNTAX.test(part));
}

/** A stretch of the text, or a reference in it. */
export interface Cut {
  readonly start: number;
  readonly end: number;
  readonly reference: boolean;
}

/** Stretches of plain text (`$$` among them) and references. */
function cutUp(text: string): Cut[] {
  const cuts: Cut[] = [];
  let start = 0;
  for (let at = text.indexOf('$'); at !== -1 && at < text.length - 1; at = text.indexOf('$', at)) {
    if (text[at + 1] === '$') {
      at += 2;
      continue;
    }
    const end = skipReference(text, at);
    if (at > start) cuts.push({ start, end: at, reference: false });
    cuts.push({ start: at, end, reference: true });
    start = end;
    at = end;
  }
  if (start < text.length) cuts.push({ start, end: text.length, reference: false });
  return cuts;
}

/** `{{{{` is a literal `{{` to just; what isn't closed is text. */
function cutBraces(text: string): Cut[] {
  const cuts: Cut[] = [];
  let start = 0;
  for (let at = text.indexOf('{{'); at !== -1; at = text.indexOf('{{', at)) {
    const end = text.indexOf('}}', at + 2);
    if (end === -1) break;
    if (text.startsWith('{{{{', at)) {
      at += 4;
      continue;
    }
    if (at > start) cuts.push({ start, end: at, reference: false });
    cuts.push({ start: at, end: end + 2, reference: true });
    start = end + 2;
    at = start;
  }
  if (start < text.length) cuts.push({ start, end: text.length, reference: false });
  return cuts;
}

/** `put` writes the single `$` that make's `$$` stands for. */
function copyShell(
  line: MappedText,
  piece: Cut,
  builder: MappedBuilder,
  quotes: Quotes,
  put: ((text: string, at: number, end: number) => void) | undefined,
): void {
  let start = piece.start;
  for (
    let at = put === undefined ? -1 : line.text.indexOf('$$', start);
    put !== undefined && at !== -1 && at < piece.end;
    at = line.text.indexOf('$$', start)
  ) {
    builder.slice(line, start, at);
    put('$', at, at + 2);
    start = at + 2;
  }
  if (start < piece.end) builder.slice(line, start, piece.end);
  quotes.pass(line.text.slice(piece.start, piece.end));
}

function insertText(text: Text, literally: (text: string) => void, bound: (part: Text) => void): void {
  const whole = known(text);
  if (whole !== undefined) literally(whole);
  else
    for (const part of text)
      if (typeof part === 'string') literally(part);
      else bound([part]);
}

/** Is the shell inside single quotes here? There a variable would stay unexpanded. */
class Quotes {
  private quote = '';
  private escaped = false;

  get inSingle(): boolean {
    return this.quote === "'";
  }

  pass(text: string): void {
    for (const char of text) {
      if (this.escaped) this.escaped = false;
      else if (this.quote === "'") this.quote = char === "'" ? '' : "'";
      else if (char === '\\') this.escaped = true;
      else if (char === '"') this.quote = this.quote === '"' ? '' : '"';
      else if (char === "'" && this.quote === '') this.quote = "'";
    }
  }
}
