/**
 * Comments in a shell script. The parser drops them, so they are what starts with `#` in the gaps between words and
 * here-documents.
 */
export function findComments(text: string, covered: readonly (readonly [number, number])[]): [number, number][] {
  const sorted = [...covered].sort((a, b) => a[0] - b[0]);
  const found: [number, number][] = [];
  let next = 0;
  let at = 0;
  while (at < text.length) {
    while (next < sorted.length && sorted[next]![1] <= at) next++;
    const cover = sorted[next];
    if (cover !== undefined && cover[0] <= at) {
      at = cover[1];
      continue;
    }
    const hash = text.indexOf('#', at);
    if (hash === -1) break;
    if (cover !== undefined && cover[0] < hash) {
      at = Math.max(cover[1], cover[0] + 1);
      continue;
    }
    if (hash > 0 && !/[\s;&|()]/.test(text[hash - 1]!)) {
      at = hash + 1;
      continue;
    }
    const newline = text.indexOf('\n', hash);
    const end = newline === -1 ? text.length : newline;
    found.push([hash, end]);
    at = end;
  }
  return found;
}
