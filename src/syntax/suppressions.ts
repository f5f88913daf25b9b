/** The one grammar of `plimsoll-ignore` comments, whatever language the comment stands in. */
import { position, type Lines, type Range } from '../core/site.ts';
import type { Suppression } from './source.ts';
import { defined } from '../core/optional.ts';

export interface ParsedSuppression {
  readonly rules: readonly string[];
  readonly scope: 'line' | 'file';
  readonly reason?: string;
  readonly until?: string;
}

const DIRECTIVE = /^plimsoll-ignore(-file)?(?=\s|$)(.*)$/s;
const RULE = /^[A-Za-z][\w./-]*$/;

/**
 * `plimsoll-ignore RULE[,RULE] [until=YYYY-MM-DD] [-- reason]`, given the comment with or without its marks (`#`, `//`,
 * block comments, `<!-- … -->`). Undefined when the comment is no suppression, or names no rule.
 */
export function parseSuppression(comment: string): ParsedSuppression | undefined {
  const found = DIRECTIVE.exec(withoutMarks(comment));
  if (found === null) return undefined;
  const body = found[2] ?? '';
  const dashes = /(?:^|\s)--(?=\s|$)/.exec(body);
  const head = dashes === null ? body : body.slice(0, dashes.index);
  const reason = dashes === null ? '' : body.slice(dashes.index + dashes[0].length).trim();
  const rules: string[] = [];
  let until: string | undefined;
  for (const word of head.split(/[\s,]+/).filter((one) => one !== '')) {
    if (word.startsWith('until=')) until = word.slice('until='.length);
    else if (RULE.test(word)) rules.push(word);
    else break;
  }
  if (rules.length === 0) return undefined;
  return {
    rules,
    scope: found[1] === undefined ? 'line' : 'file',
    ...(reason === '' ? {} : { reason }),
    ...defined({ until }),
  };
}

function withoutMarks(comment: string): string {
  return comment
    .trim()
    .replace(/^(?:#+|\/\/+|\/\*+|<!--|;+)\s*/, '')
    .replace(/\s*(?:\*+\/|-->)$/, '')
    .replace(/^\*+\s*/, '');
}

/**
 * The suppression of a comment at `range`. It covers its own line; when nothing but the comment stands there, also the
 * next line that is neither blank nor a comment, so that several suppressions can stand above one line.
 */
export function toSuppression(parsed: ParsedSuppression, range: Range, lines: Lines, text: string): Suppression {
  return { ...parsed, range, covers: parsed.scope === 'file' ? [] : coveredLines(range, lines, text) };
}

function coveredLines(range: Range, lines: Lines, text: string): number[] {
  const first = position(lines, range[0]).line;
  const last = position(lines, Math.max(range[0], range[1] - 1)).line;
  const covered: number[] = [];
  for (let line = first; line <= last; line++) covered.push(line);
  const before = text.slice(lines.starts[first - 1], range[0]);
  const after = lineText(last, lines, text, range[1]);
  if (before.trim() !== '' || after.trim() !== '') return covered;
  for (let line = last + 1; line <= lines.starts.length; line++) {
    const content = lineText(line, lines, text).trim();
    if (content === '' || /^(?:#|\/\/|\/\*|\*|<!--)/.test(content)) continue;
    covered.push(line);
    break;
  }
  return covered;
}

function lineText(line: number, lines: Lines, text: string, from = lines.starts[line - 1] ?? text.length): string {
  return text.slice(from, lines.starts[line] ?? text.length);
}
