/** Lines of code that stand twice. */
import ts from 'typescript';

export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

interface Line {
  readonly file: string;
  readonly number: number;
  readonly text: string;
}

/**
 * Each place where at least so many lines stand that have stood before. Comments, imports, blank lines and lone
 * punctuation are left out, and white space is folded.
 */
export function repeatsIn(files: readonly SourceFile[], least: number): string[] {
  const lines = files.flatMap(linesOf);
  const first = new Map<string, number>();
  const found: string[] = [];
  let covered = 0;
  for (let at = 0; at + least <= lines.length; at++) {
    const window = lines.slice(at, at + least);
    const [start] = window;
    if (start === undefined || window.some(({ file }) => file !== start.file)) continue;
    const key = window.map(({ text }) => text).join('\n');
    const before = first.get(key);
    const original = before === undefined ? undefined : lines[before];
    if (before === undefined || original === undefined) first.set(key, at);
    // A run that repeats itself line by line overlaps its own original; one longer than `least` is told once.
    else if ((original.file !== start.file || at >= before + least) && at >= covered) {
      found.push(`${start.file}:${start.number} stands at ${original.file}:${original.number} too`);
      covered = at + least;
    }
  }
  return found;
}

function linesOf({ name, text }: SourceFile): Line[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const bare = [...text];
  const blank = ({ pos, end }: ts.TextRange): void => {
    for (let at = pos; at < end; at++) if (bare[at] !== '\n') bare[at] = ' ';
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined))
      blank({ pos: node.getStart(source), end: node.end });
    const children = node.getChildren(source);
    if (children.length === 0) {
      ts.getLeadingCommentRanges(text, node.pos)?.forEach(blank);
      ts.getTrailingCommentRanges(text, node.end)?.forEach(blank);
    }
    children.forEach(visit);
  };
  visit(source);
  return bare
    .join('')
    .split('\n')
    .map((line, index) => ({ file: name, number: index + 1, text: line.trim().replace(/\s+/g, ' ') }))
    .filter((line) => /[\w'"`]/.test(line.text));
}
