/**
 * A unified diff of what fixes would change, for `--fix-dry-run`. Fixes change few lines, so common ends are cut off
 * and the rest compared line by line.
 */

const CONTEXT = 3;

interface Change {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

/** `show`: a line as it may be printed. */
export function unifiedDiff(
  file: string,
  before: string,
  after: string,
  show: (line: string) => string = (line) => line,
): string {
  const changes = compare(before.split('\n'), after.split('\n'));
  const out = [show(`--- a/${file}`), show(`+++ b/${file}`)];
  let index = 0;
  let oldLine = 1;
  let newLine = 1;
  while (index < changes.length) {
    const next = changes.findIndex((change, at) => at >= index && change.sign !== ' ');
    if (next === -1) break;
    const from = Math.max(index, next - CONTEXT);
    oldLine += from - index;
    newLine += from - index;
    let end = next;
    for (let at = next, quiet = 0; at < changes.length && quiet <= 2 * CONTEXT; at++) {
      quiet = changes[at]?.sign === ' ' ? quiet + 1 : 0;
      if (quiet === 0) end = at + 1;
    }
    const hunk = changes.slice(from, Math.min(changes.length, end + CONTEXT));
    const olds = hunk.filter(({ sign }) => sign !== '+').length;
    const news = hunk.filter(({ sign }) => sign !== '-').length;
    out.push(`@@ -${oldLine},${olds} +${newLine},${news} @@`, ...hunk.map(({ sign, line }) => show(`${sign}${line}`)));
    oldLine += olds;
    newLine += news;
    index = from + hunk.length;
  }
  return `${out.join('\n')}\n`;
}

/**
 * Longest common subsequence over what lies between the common ends; far-apart changes in big files fall back to one
 * block.
 */
function compare(a: readonly string[], b: readonly string[]): Change[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const same = (lines: readonly string[]): Change[] => lines.map((line) => ({ sign: ' ', line }));
  return [
    ...same(a.slice(0, head)),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...same(a.slice(a.length - tail)),
  ];
}

const MOST_CELLS = 4_000_000;

function middle(a: readonly string[], b: readonly string[]): Change[] {
  const removed: Change[] = a.map((line) => ({ sign: '-', line }));
  const added: Change[] = b.map((line) => ({ sign: '+', line }));
  if (a.length * b.length > MOST_CELLS) return [...removed, ...added];
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i] === b[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  const out: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push({ sign: ' ', line: a[i]! });
      i++;
      j++;
    } else if (i < a.length && (j === b.length || lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!)) {
      out.push({ sign: '-', line: a[i++]! });
    } else {
      out.push({ sign: '+', line: b[j++]! });
    }
  }
  return out;
}
