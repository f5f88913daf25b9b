/** Names in the languages that draw graphs, and in a page's script: nothing that a project says is syntax there. */
import { forJson, forTerminal } from './escape.ts';

/** Inside of a quoted label of Mermaid, which reads HTML and Markdown there and has entities of its own, `#35;`. */
export function forMermaid(text: string): string {
  return forTerminal(text).replace(/[^\p{L}\p{N} .,:/@()+-]/gu, (char) => `#${char.codePointAt(0) ?? 0};`);
}

/** Inside of a quoted string of DOT, where a backslash is one of its own escapes. */
export function forDot(text: string): string {
  return forTerminal(text).replace(/["\\]/g, (char) => `\\${char}`);
}

/**
 * JSON for a data block of a page: HTML looks for the block's end, and for comments, in whatever stands there, and
 * finds neither without `<`.
 */
export function forDataBlock(value: unknown): string {
  return forJson(value, 0).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026');
}
