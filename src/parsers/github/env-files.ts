/**
 * The files by which a GitHub step hands values on: `k=v` lines and `k<<END` blocks in `$GITHUB_OUTPUT` and
 * `$GITHUB_ENV`.
 */
import { settle, type Alternative, type Values } from '../../core/choices.ts';
import { judged, respelled, spelled } from '../../core/sealed.ts';
import { concat, concatAll, literal, type Part, type Text } from '../../core/text.ts';

/** The values each name was given, by the content of the file; undefined when the file holds what can't be told. */
export function readEnvFile(content: Values): ReadonlyMap<string, Values> {
  const found = new Map<string, Alternative<Text>[]>();
  for (const { value, when } of content) {
    for (const [name, text] of assignments(value)) {
      const list = found.get(name) ?? [];
      list.push({ value: text, when });
      found.set(name, list);
    }
  }
  return new Map([...found].map(([name, values]) => [name, settle(values, name)]));
}

function assignments(content: Text): Map<string, Text> {
  const lines = linesOf(content);
  const result = new Map<string, Text>();
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const [first] = line;
    const head = spelled(first);
    if (first === undefined || head === undefined) continue;
    const equals = head.indexOf('=');
    const block = /^([\w-]+)<<(.*)$/s.exec(head);
    if (block !== null && (equals === -1 || block[1]!.length < equals)) {
      const end = concat(respelled(first, block[2] ?? ''), line.slice(1));
      const body: Text[] = [];
      for (at++; at < lines.length && !same(lines[at]!, end); at++) body.push(lines[at]!);
      result.set(block[1]!, concatAll(body.flatMap((one, index) => (index === 0 ? [one] : [literal('\n'), one]))));
    } else if (equals > 0) {
      result.set(head.slice(0, equals).trim(), concat(respelled(first, head.slice(equals + 1)), line.slice(1)));
    }
  }
  return result;
}

function same(a: Text, b: Text): boolean {
  const [x, y] = [judged(a), judged(b)];
  if (x !== undefined && y !== undefined) return x.trim() === y.trim();
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A text cut at its known line ends. */
export function linesOf(text: Text): Text[] {
  const lines: Part[][] = [[]];
  for (const part of text) {
    const value = spelled(part);
    if (value === undefined) {
      lines.at(-1)?.push(part);
      continue;
    }
    for (const [index, piece] of value.split(/\r?\n/).entries()) {
      if (index > 0) lines.push([]);
      lines.at(-1)?.push(...respelled(part, piece));
    }
  }
  return lines.map((line) => concat(line));
}

/** `::set-output name=k::v` on standard output: out of favour, still in use. */
export function readSetOutput(stdout: Values): ReadonlyMap<string, Values> {
  const found = new Map<string, Alternative<Text>[]>();
  for (const { value, when } of stdout) {
    for (const line of linesOf(value)) {
      const [first] = line;
      const match = /^\s*::set-output name=([\w-]+)::(.*)$/s.exec(spelled(first) ?? '');
      if (match === null || first === undefined) continue;
      const list = found.get(match[1]!) ?? [];
      list.push({ value: concat(respelled(first, match[2] ?? ''), line.slice(1)), when });
      found.set(match[1]!, list);
    }
  }
  return new Map([...found].map(([name, values]) => [name, settle(values, name)]));
}
