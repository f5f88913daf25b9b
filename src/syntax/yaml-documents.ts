/**
 * The `yaml` package's three steps, a token at a time: what nests too deeply or holds too much is left before it costs
 * the stack or the memory. The package composes recursively, and a stack that comes to its end inside a regular
 * expression ends the process, past every `catch`.
 */
import { Composer, Lexer, Parser, type CST, type Document } from 'yaml';

/** Deeper than people write and shallower than the stack. */
export const MAX_DEPTH = 400;
/** What the parser has open: some of it is no level of the tree. */
const MAX_OPEN = MAX_DEPTH + 100;
/** A template of five megabytes has about as many; each takes some 300 bytes on the way to its tree. */
const MAX_TOKENS = 2_000_000;

/** Where a text goes beyond what is read. */
export class YamlBound extends Error {
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(reason);
    this.offset = offset;
  }
}

/** @throws {YamlBound} */
export function parseDocuments(text: string): readonly Document.Parsed[] {
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, logLevel: 'silent', strict: false });
  return [...composer.compose(parts(text))];
}

function* parts(text: string): Generator<CST.Token> {
  const parser = new Parser();
  let tokens = 0;
  for (const token of new Lexer().lex(text)) {
    yield* parser.next(token);
    if (parser.stack.length > MAX_OPEN) throw new YamlBound(`nested deeper than ${MAX_DEPTH} levels`, parser.offset);
    if (++tokens > MAX_TOKENS)
      throw new YamlBound(`more than ${MAX_TOKENS / 1_000_000} million words and marks`, parser.offset);
  }
  yield* parser.end();
}
