/** Shell patterns (`*`, `?`, `[…]`) against texts that may have holes: yes, no, or unknown. */
import { known, type Text } from '../../model/text.ts';

export type Truth = boolean | 'unknown';

/** A pattern as a regular expression; `quoted` says which characters are meant literally. */
export interface Pattern {
  /** Source of a regular expression without anchors. */
  readonly source: string;
  /** The whole pattern is plain text. */
  readonly plain: string | undefined;
}

export function toPattern(pieces: readonly { readonly text: string; readonly quoted: boolean }[]): Pattern {
  let source = '';
  let plain: string | undefined = '';
  for (const { text, quoted } of pieces) {
    if (quoted || !/[*?[\\]/.test(text)) {
      source += escape(text);
      plain = plain === undefined ? undefined : plain + text;
      continue;
    }
    plain = undefined;
    for (let at = 0; at < text.length; at++) {
      const char = text[at]!;
      if (char === '*') source += '[^]*';
      else if (char === '?') source += '[^]';
      else if (char === '\\' && at + 1 < text.length) source += escape(text[++at]!);
      else if (char === '[') {
        const end = text.indexOf(']', at + (text[at + 1] === '!' || text[at + 1] === '^' ? 3 : 2));
        if (end === -1) source += '\\[';
        else {
          const inner = text.slice(at + 1, end).replace(/^!/, '^').replaceAll('\\', '\\\\').replace(/\[:(\w+):\]/g, (_, name: string) => CLASSES[name] ?? '');
          source += `[${inner}]`;
          at = end;
        }
      } else source += escape(char);
    }
  }
  return { source, plain };
}

const CLASSES: Record<string, string> = { alpha: 'A-Za-z', digit: '0-9', alnum: 'A-Za-z0-9', upper: 'A-Z', lower: 'a-z', space: '\\s', punct: '!-\\/:-@\\[-`{-~' };

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

export function regex(source: string): RegExp | undefined {
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}

export function matches(text: Text, pattern: Pattern): Truth {
  const value = known(text);
  if (value !== undefined) {
    if (pattern.plain !== undefined) return value === pattern.plain;
    return regex(`^(?:${pattern.source})$`)?.test(value) ?? 'unknown';
  }
  if (pattern.source === '[^]*') return true;
  // A literal beginning or end that contradicts the pattern's own decides even with a hole in between.
  if (pattern.plain !== undefined) {
    const [first] = text;
    const last = text.at(-1);
    if (typeof first === 'string' && !pattern.plain.startsWith(first)) return false;
    if (typeof last === 'string' && !pattern.plain.endsWith(last)) return false;
    return 'unknown';
  }
  // `*x*` is decided as soon as a literal piece contains it.
  const inner = /^\[\^\]\*(.+)\[\^\]\*$/s.exec(pattern.source)?.[1];
  if (inner !== undefined && !inner.includes('[^]')) {
    const search = regex(inner);
    if (search !== undefined && text.some((part) => typeof part === 'string' && search.test(part))) return true;
  }
  return 'unknown';
}
