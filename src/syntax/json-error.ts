/**
 * Where and why a text is no JSON. `JSON.parse` says so in words that differ between Node versions, mostly without a
 * position.
 */

export interface JsonError {
  readonly offset: number;
  readonly reason: string;
}

const BLANK = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** The first place where the text departs from JSON's grammar; iterative, so that nesting doesn't matter. */
export function firstJsonError(text: string): JsonError | undefined {
  let at = 0;
  const open: ('{' | '[')[] = [];
  let expect: 'value' | 'value or end' | 'key' | 'key or end' | 'comma or end' = 'value';
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null || found[0] === '') return false;
    at += found[0].length;
    return true;
  };
  for (;;) {
    take(BLANK);
    const char = text.charAt(at);
    if (open.length === 0 && expect === 'comma or end')
      return at < text.length ? { offset: at, reason: 'more text after the end of the JSON value' } : undefined;
    if (char === '')
      return {
        offset: text.trimEnd().length,
        reason: open.length === 0 ? 'expected a JSON value' : `the file ends before its ${open.at(-1)} is closed`,
      };
    if (expect === 'comma or end' || ((char === '}' || char === ']') && expect.endsWith('or end'))) {
      const closes = open.at(-1) === '{' ? '}' : ']';
      if (char === closes) {
        open.pop();
        expect = 'comma or end';
      } else if (char === ',' && expect === 'comma or end') {
        expect = open.at(-1) === '{' ? 'key' : 'value';
      } else {
        return {
          offset: at,
          reason: `expected ${expect === 'comma or end' ? '"," or ' : ''}"${closes}", not ${quote(char)}`,
        };
      }
      if (char !== ',') expect = 'comma or end';
      at++;
    } else if (expect.startsWith('key')) {
      if (!take(STRING))
        return char === '"'
          ? badString(text, at)
          : { offset: at, reason: `expected a key in double quotes, not ${quote(char)}` };
      take(BLANK);
      if (text.charAt(at) !== ':')
        return { offset: Math.min(at, text.trimEnd().length), reason: 'expected ":" after a key' };
      at++;
      expect = 'value';
    } else if (char === '{' || char === '[') {
      open.push(char);
      expect = char === '{' ? 'key or end' : 'value or end';
      at++;
    } else if (take(STRING) || take(WORD)) {
      expect = 'comma or end';
    } else {
      return char === '"' ? badString(text, at) : { offset: at, reason: `expected a value, not ${quote(char)}` };
    }
  }
}

function quote(char: string): string {
  return char === '"' ? "'\"'" : `"${char}"`;
}

const STRING_SO_FAR = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;

function badString(text: string, start: number): JsonError {
  STRING_SO_FAR.lastIndex = start;
  const offset = start + (STRING_SO_FAR.exec(text)?.[0].length ?? 1);
  return text.charAt(offset) === '\\'
    ? { offset, reason: `not an escape that JSON knows: ${text.slice(offset, offset + 2)}` }
    : { offset: start, reason: 'a string without its closing quote' };
}
