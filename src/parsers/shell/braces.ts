/** What stands in braces: `{1..3}` and `{a,b}`. */

const MAX_BRACE_NUMBERS = 64;

export function numbers(from: number, to: number, step: number): number[] {
  const size = Math.max(1, Math.abs(step));
  const count = Math.min(MAX_BRACE_NUMBERS, Math.floor(Math.abs(to - from) / size) + 1);
  return Array.from({ length: count }, (_, index) => from + index * size * (to < from ? -1 : 1));
}

export function splitBraces(inner: string): { text: string; offset: number }[] {
  const pieces: { text: string; offset: number }[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < inner.length; at++) {
    const char = inner[at];
    if (char === '\\') at++;
    else if (char === '{') depth++;
    else if (char === '}') depth--;
    else if (char === ',' && depth === 0) {
      pieces.push({ text: inner.slice(start, at), offset: start });
      start = at + 1;
    }
  }
  pieces.push({ text: inner.slice(start), offset: start });
  return pieces;
}
