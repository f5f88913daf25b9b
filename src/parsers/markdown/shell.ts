/**
 * A fence of shell commands as the shell would get them: prompts and printed output gone, examples of what not to do
 * left out, placeholders whole.
 */
import type { Range } from '../../core/site.ts';
import { mappedBuilder, sourceOffset, type MappedBuilder } from '../../syntax/mapped.ts';
import { parseScript, type ParsedShell } from '../shell/parse.ts';
import { commentVerdict, type Verdict } from './verdict.ts';

const PLAIN_PROMPT = /^[ \t]*\$[ \t]+(?=\S)/;
/** `user@host:~/app$ `, `[ec2-user@ip-10-0-0-1 ~]$ `, `bash-5.2$ `, `% `, `❯ ` */
const CONSOLE_PROMPT =
  /^[ \t]*(?:\([\w.-]+\)[ \t]*)?(?:[\w.-]+@[\w.-]+[^$#%>\n]{0,60}[$#%]|\[[^\]\n]{1,60}\][$#]|(?:ba|z)?sh-[\d.]+[$#]|[$%❯➜])[ \t]+(?=\S)/;
const CONTINUATION_PROMPT = /^[ \t]*>[ \t]/;

export function isConsole(language: string): boolean {
  return [
    'console',
    'shell-session',
    'shellsession',
    'sh-session',
    'bash-session',
    'terminal',
    'shell-output',
  ].includes(language);
}

/** The commands among a fence's lines, without their prompts. */
export function commandLines(text: string, lines: readonly Range[], language: string): Range[] {
  const prompt = isConsole(language) ? CONSOLE_PROMPT : PLAIN_PROMPT;
  const prompted = lines.some(([start, end]) => prompt.test(text.slice(start, end)));
  if (!prompted) return isConsole(language) ? [] : [...lines];
  const kept: Range[] = [];
  let continued = false;
  for (const [start, end] of lines) {
    const line = text.slice(start, end);
    const marks = prompt.exec(line) ?? (continued ? (CONTINUATION_PROMPT.exec(line) ?? ['']) : null);
    // A comment between commands may say what they are about; what else has no prompt was printed.
    if (marks === null && !/^\s*#/.test(line)) continue;
    kept.push([start + (marks?.[0].length ?? 0), end]);
    continued = /\\\s*$/.test(line);
  }
  return kept;
}

/**
 * Lines that stay when examples of what not to do are left out. `begin` is what the document says of the whole fence.
 */
export function withoutWrong(
  text: string,
  lines: readonly Range[],
  begin: Verdict | undefined,
  comment: RegExp,
): Range[] {
  let wrong = begin === 'wrong';
  return lines.filter(([start, end]) => {
    const found = comment.exec(text.slice(start, end));
    if (found === null) return !wrong;
    const verdict = commentVerdict(found[2] ?? '');
    // At the end of a line it is about that line alone.
    if ((found[1] ?? '').trim() !== '') return !wrong && verdict !== 'wrong';
    if (verdict !== undefined) wrong = verdict === 'wrong';
    return !wrong;
  });
}

/** `names` collects the variables that stand for the document's placeholders. */
export function readShellFence(text: string, lines: readonly Range[], names: Map<string, string>): ParsedShell {
  const builder = mappedBuilder();
  let quoted = false;
  for (const [start, end] of lines) {
    quoted = copyLine(text.slice(start, end), start, builder, names, quoted);
    builder.insert('\n', end, end);
  }
  const mapped = builder.done();
  return parseScript(mapped.text, (offset) => sourceOffset(mapped, offset));
}

/**
 * `<stage>`, `<YOUR-PROJECT>`, `<your account id>`, `{{ region }}`, `YOUR_ACCOUNT_ID`. Never a redirection: those have
 * a blank or a quote on one side.
 */
const PLACEHOLDER =
  /(?<![<\w&])<([A-Za-z](?:[^<>|&;$`"\\\n]{0,60}[^<>|&;$`"\\\s])?)>(?![(&>])|\{\{\s*([A-Za-z][\w.-]*)\s*\}\}|(?<![\w$./-])(YOUR[-_][A-Z0-9_-]*[A-Z0-9])(?![\w/])/g;

/** Copies a line with variables in the place of its placeholders. Tells whether a single quote is open at its end. */
function copyLine(
  line: string,
  at: number,
  builder: MappedBuilder,
  names: Map<string, string>,
  open: boolean,
): boolean {
  let from = 0;
  let inSingle = open;
  for (const found of line.matchAll(PLACEHOLDER)) {
    const name = (found[1] ?? found[2] ?? found[3] ?? '').trim();
    // In a Go template (`--format '{{.Size}}'`, `{{json .}}`) the braces mean something else.
    inSingle = quoteAfter(line.slice(from, found.index), inSingle);
    builder.copy(line.slice(from, found.index), at + from);
    const variable = names.get(name) ?? `__placeholder_${names.size}`;
    names.set(name, variable);
    const whole: Range = [at + found.index, at + found.index + found[0].length];
    builder.insert(inSingle ? `'"\${${variable}}"'` : `\${${variable}}`, ...whole);
    from = found.index + found[0].length;
  }
  builder.copy(line.slice(from), at + from);
  return quoteAfter(line.slice(from), inSingle);
}

function quoteAfter(text: string, open: boolean): boolean {
  let quote = open ? "'" : '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote === "'") quote = char === "'" ? '' : quote;
    else if (char === '\\') at++;
    else if (char === '"') quote = quote === '"' ? '' : '"';
    else if (quote === '' && char === "'") quote = "'";
    else if (quote === '' && char === '#' && (at === 0 || /\s/.test(text[at - 1]!))) break;
  }
  return quote === "'";
}
