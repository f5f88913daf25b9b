/**
 * The arguments of one instruction: continuation lines joined, cut into flags and words, each with its place in the
 * file.
 */
import type { Range } from '../../core/site.ts';
import { mappedBuilder, sliceMapped, sourceRange, type MappedText } from '../../syntax/mapped.ts';
import type { CommandLine, Declaration, Flag, RawWord } from './reading.ts';

/** Joins `\`-continued lines as BuildKit does: comment lines and empty lines between them are dropped. */
export function joinContinuations(text: string, start: number, end: number, escape: string): MappedText {
  const builder = mappedBuilder();
  let at = start;
  let first = true;
  while (at < end) {
    const newline = text.indexOf('\n', at);
    const lineEnd = newline === -1 || newline >= end ? end : newline;
    const line = text.slice(at, lineEnd);
    const next = lineEnd + 1;
    const skipped = !first && /^\s*(#|$)/.test(line);
    first = false;
    if (!skipped) {
      const bare = line.replace(/\s+$/, '');
      if (!bare.endsWith(escape)) {
        builder.copy(line.replace(/\r$/, ''), at);
        if (next >= end) break;
        builder.insert(' ', lineEnd, next);
      } else {
        builder.copy(bare.slice(0, -escape.length), at);
      }
    }
    at = next;
  }
  return builder.done();
}

/** White space parts words, quotes and escapes keep it inside one. */
export function splitWords(mapped: MappedText, escape: string, from = 0): RawWord[] {
  const words: RawWord[] = [];
  let at = from;
  for (;;) {
    const word = nextWord(mapped, escape, at);
    if (word === undefined) return words;
    words.push(rawWord(mapped, word.start, word.end));
    at = word.end;
  }
}

function nextWord(mapped: MappedText, escape: string, from: number): { start: number; end: number } | undefined {
  const { text } = mapped;
  let start = from;
  while (start < text.length && isSpace(text[start]!)) start++;
  if (start >= text.length) return undefined;
  let end = start;
  let quote = '';
  while (end < text.length && (quote !== '' || !isSpace(text[end]!))) {
    const char = text[end]!;
    if (char === escape && quote !== "'") end++;
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === quote) quote = '';
    end++;
  }
  return { start, end: Math.min(end, text.length) };
}

function rawWord(mapped: MappedText, start: number, end: number): RawWord {
  return { text: mapped.text.slice(start, end), range: sourceRange(mapped, start, end) };
}

/** The leading `--name[=value]` flags and what follows them. */
export function takeFlags(mapped: MappedText, escape: string): { flags: Flag[]; rest: MappedText } {
  const flags: Flag[] = [];
  let at = 0;
  for (;;) {
    const word = nextWord(mapped, escape, at);
    if (word === undefined || !mapped.text.startsWith('--', word.start)) break;
    const text = mapped.text.slice(word.start, word.end);
    const equals = text.indexOf('=');
    flags.push({
      name: equals === -1 ? text.slice(2) : text.slice(2, equals),
      range: sourceRange(mapped, word.start, word.end),
      ...(equals === -1 ? {} : { value: rawWord(mapped, word.start + equals + 1, word.end) }),
    });
    at = word.end;
  }
  while (at < mapped.text.length && isSpace(mapped.text[at]!)) at++;
  return { flags, rest: sliceMapped(mapped, at, Math.max(at, mapped.text.trimEnd().length)) };
}

/** Exec form when it's a JSON array of strings, and only then: so does Docker decide. */
export function commandLine(rest: MappedText): CommandLine {
  const range = wholeRange(rest);
  const words = jsonStrings(rest.text);
  return words === undefined
    ? { shell: true, words: rest.text === '' ? [] : [rest.text], range }
    : { shell: false, words, range };
}

export function jsonStrings(text: string): string[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((one): one is string => typeof one === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `NAME`, `NAME=value` for ARG; `NAME=value …` or the old `NAME the rest` for ENV. */
export function declarations(rest: MappedText, escape: string, oldForm: boolean): Declaration[] {
  const words = splitWords(rest, escape);
  const first = words[0];
  if (oldForm && first !== undefined && !first.text.includes('=')) {
    const start = rest.text.indexOf(first.text) + first.text.length;
    const value = rest.text.slice(start);
    const lead = value.length - value.trimStart().length;
    return [{ name: first.text, range: wholeRange(rest), value: rawWord(rest, start + lead, rest.text.length) }];
  }
  let at = 0;
  return words.map((word) => {
    const start = rest.text.indexOf(word.text, at);
    at = start + word.text.length;
    const equals = word.text.indexOf('=');
    if (equals === -1) return { name: word.text, range: word.range };
    return { name: word.text.slice(0, equals), range: word.range, value: rawWord(rest, start + equals + 1, at) };
  });
}

export function wholeRange(mapped: MappedText): Range {
  return sourceRange(mapped, 0, mapped.text.length);
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}
