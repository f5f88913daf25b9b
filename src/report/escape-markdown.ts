/**
 * Markdown in which nothing of a project's is active: no link, image, HTML, mention, reference or table cell. GitHub
 * and GitLab look for mentions and references in the finished text, where no backslash is left, but not in code; so
 * whatever could be one becomes code.
 */
import { forTerminal } from './escape.ts';

export interface MarkdownPlace {
  /** Inside a table, where a pipe ends a cell, even one in code. */
  readonly cell?: boolean;
}

/** Mentions, e-mail addresses, references to issues, merge requests, labels …, addresses, emoji by name. */
const ACTIVE = /[@#!%~$&^*][\w"]|\w@|:\/\/|www\.|GH-\d|\[\w+:\d|(?<![\w:]):[+\w-]+:(?![\w:])/i;
/** The one kind of address that our own messages give. */
const CONSOLE =
  /^https:\/\/[a-z0-9-]+\.console\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)\/[\w./?#=&%:+$,~-]*$/;

interface Token {
  readonly code: boolean;
  readonly text: string;
}

/** A message, whose back-ticks mark names. */
export function forMarkdown(message: string, place: MarkdownPlace = {}): string {
  let out = '';
  let last: Token | undefined;
  for (const token of tokensOf(forTerminal(message).replace(/^ /, '<U+0020>'))) {
    // Two runs of back-ticks that touch would be one.
    if (last?.code === true && token.code) out += ' ';
    out += token.code ? codeForMarkdown(token.text, place, true) : plain(token.text, out === '');
    last = token;
  }
  return out;
}

/** A name, as code, back-ticks and all. */
export function codeForMarkdown(name: string, { cell = false }: MarkdownPlace = {}, isShown = false): string {
  const shown = isShown ? name : forTerminal(name === '' ? ' ' : name);
  // A table takes a backslash away only before a pipe, and only one.
  const text = cell
    ? shown.replace(/\\+(?=\|)/g, (run) => '<U+005C>'.repeat(run.length)).replaceAll('|', '\\|')
    : shown;
  const fence = '`'.repeat(Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const pad = /^[` ]|[` ]$/.test(text) && text.trim() !== '' ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

function tokensOf(text: string): Token[] {
  const pieces = text.split('`');
  return pieces.flatMap((piece, index): Token[] => {
    if (index % 2 === 0) return wordsOf(piece);
    if (index === pieces.length - 1) return [{ code: false, text: '`' }, ...wordsOf(piece)];
    return piece === '' ? [{ code: false, text: '``' }] : [{ code: true, text: piece }];
  });
}

function wordsOf(text: string): Token[] {
  return text
    .split(/(\s+)/)
    .filter((word) => word !== '')
    .map((word) => ({ code: ACTIVE.test(word) && !CONSOLE.test(word), text: word }));
}

function plain(text: string, isFirst: boolean): string {
  if (CONSOLE.test(text)) return `<${text}>`;
  const escaped = text.replace(/[\\`*_[\]&~|$<]/g, (char) =>
    char === '<' ? '&lt;' : char === '&' ? '&amp;' : `\\${char}`,
  );
  // Where a block begins: a heading, a quote, a list.
  return isFirst ? escaped.replace(/^(\d*)([#>+=:.)-])/, '$1\\$2') : escaped;
}
