/** A shell script file as a reading. */
import { position } from '../../core/site.ts';
import { suppressionsIn } from '../../syntax/comment-suppressions.ts';
import type { SourceText } from '../../syntax/source.ts';
import { mentionsIn } from './literals.ts';
import { parseScript } from './parse.ts';
import type { ShellReading } from './reading.ts';

export function read(source: SourceText): ShellReading {
  const { file, text, lines } = source;
  const { script, errors, comments } = parseScript(text);
  const { interpreter, options } = shebang(text);
  return {
    kind: 'shell',
    file,
    lines,
    script,
    interpreter,
    options,
    mentions: mentionsIn(script),
    unreadable: (isTemplate(text) ? [] : errors).map(({ offset, message }) => ({
      file,
      ...position(lines, offset),
      reason: message,
    })),
    suppressions: suppressionsIn(comments, lines, text),
  };
}

/** `%{ for … }` in a line of its own, as Terraform's templates have it: what is left of it is no script as it stands. */
function isTemplate(text: string): boolean {
  return /^[ \t]*%\{~?[ \t]*(?:if|for)\b[^\n]*\}/m.test(text) && /^[ \t]*%\{~?[ \t]*end(?:if|for)\b/m.test(text);
}

/** `#!/usr/bin/env -S bash -e` names bash, with `-e`; a script without one is taken for bash. */
function shebang(text: string): { interpreter: string; options: string[] } {
  const line = /^\uFEFF?#!\s*(.*?)\r?(?:\n|$)/.exec(text)?.[1];
  const words = line?.split(/\s+/).filter((word) => word !== '') ?? [];
  const start =
    words[0]?.endsWith('/env') === true ? words.findIndex((word, index) => index > 0 && !word.startsWith('-')) : 0;
  const [path = 'bash', ...options] = words.slice(Math.max(0, start));
  return { interpreter: path.replace(/^.*\//, ''), options };
}
